# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fourfold, called as a user calls it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.peers.answer import ATOMS, Answer
from fourfold.exceptions import ConvergenceWarning, UndersampledWarning

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


__all__ = ["answer_of", "prepare", "prepare_marginals"]


def prepare(
    pmf: np.ndarray, *, tol: float, num_threads: int | None = None, **options: Any
) -> Callable[[], Answer]:
    """Return a call of `fourfold.decompose` on one table; it takes the options."""
    return _calling(fourfold.decompose, pmf, tol=tol, num_threads=num_threads, **options)


def prepare_marginals(
    p1y: np.ndarray, p2y: np.ndarray, joint_information: float, **options: Any
) -> Callable[[], Answer]:
    """Return a call of `fourfold.decompose_marginals`; it takes the options."""
    return _calling(fourfold.decompose_marginals, p1y, p2y, joint_information, **options)


def _calling(decompose: Callable[..., fourfold.PID], *given: Any, **options: Any) -> Any:
    # an answer without convergence is reported through `converged`
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", UndersampledWarning)
    return lambda: answer_of(decompose(*given, **options))


def answer_of(result: fourfold.PID) -> Answer:
    """Atoms, bounds and convergence of one decomposition."""
    return Answer(
        atoms=tuple(float(getattr(result, atom)) for atom in ATOMS),
        lower=tuple(float(getattr(result.lower, atom)) for atom in ATOMS),
        upper=tuple(float(getattr(result.upper, atom)) for atom in ATOMS),
        converged=bool(result.converged),
        said={"gap_bits": float(result.gap), "iterations": int(result.iterations)},
    )
