# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Warnings and errors that Fourfold raises."""

from __future__ import annotations

__all__ = [
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "DiscretisationWarning",
    "DuplicateRowsWarning",
    "FewPermutationsWarning",
    "GaussianFitWarning",
    "ProjectionWarning",
    "RandomAnswersWarning",
    "UndersampledWarning",
]


class ConvergenceWarning(UserWarning):
    """The certified gap is wider than `tol`; the result still carries its certified bounds."""


class UndersampledWarning(UserWarning):
    """The table has so many cells for the samples that what was counted is mostly bias."""


class DiscretisationWarning(UserWarning):
    """Clusters keep so little of what a source tells that atoms of them are not those of it.

    Or equal values of a target leave fewer bins than were asked for.
    """


class DuplicateRowsWarning(UserWarning):
    """Rows of a source repeat, so that what is held out may have been seen."""


class FewPermutationsWarning(UserWarning):
    """No p-value of so few permutations is small when adjusted for so many tests."""


class GaussianFitWarning(UserWarning):
    """Atoms of a Gaussian copula are not those of the data, or far from those of the population."""


class ProjectionWarning(UserWarning):
    """Masked answers contradict the joint ones, so that the atoms are about what was made of them."""


class RandomAnswersWarning(UserWarning):
    """A model answers the same inputs otherwise when it is asked again."""


class CudaError(RuntimeError):
    """A CUDA device was asked for and there is none, or a call or a kernel on it failed."""


class CudaMemoryError(CudaError, MemoryError):
    """The CUDA device has not the memory that is needed; the message says how much that is."""
