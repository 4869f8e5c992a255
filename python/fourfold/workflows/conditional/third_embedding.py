# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Strata of a third variable that is an embedding: clusters of it, or of what it tells of y."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.embeddings.estimator import PIDEstimator
from fourfold.embeddings.steps import pipeline
from fourfold.exceptions import DiscretisationWarning
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_host
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.target import read_target
from fourfold.posteriors.prototypes import merged
from fourfold.posteriors.rows import read_groups
from fourfold.runtime.caller import caller_depth
from fourfold.workflows.conditional.given_kept import cross_fitting, kept_of_given

if TYPE_CHECKING:
    from fourfold.posteriors.classifier_pid import ClassifierPID
    from fourfold.workflows.conditional.given_kept import GivenKept
    from fourfold.workflows.conditional.strata import Strata

__all__ = ["STRATA", "ThirdEmbedding", "are_embeddings"]

#: What `strata` may be.
STRATA = ("kmeans", "posterior")


def are_embeddings(*sources: Any) -> bool:
    """Whether all have several columns."""
    for source in sources:
        try:
            shape = tuple(getattr(source, "shape", None) or np.shape(source))
        except ValueError:  # ragged
            return False
        if len(shape) != 2 or shape[1] < 2:
            return False
    return True


class ThirdEmbedding:
    """Sources, target and what they are given, as classifiers take them.

    Parameters
    ----------
    x1, x2, y, given, groups
        As `fourfold.conditional_pid` takes them; y in bins, if it is to be.
    estimator : ClassifierPID
        Whose classifiers are asked what T tells.
    seed : int

    Attributes
    ----------
    sources : pair of ndarray, shapes (N, d1) and (N, d2)
    codes : ndarray, shape (N,) or (N, K_Y)
        Classes, or rows of probabilities.
    groups : ndarray of int, shape (N,), or None
    """

    def __init__(
        self,
        x1: Any,
        x2: Any,
        y: Any,
        given: Any,
        estimator: ClassifierPID,
        groups: Any,
        seed: int,
    ) -> None:
        first, second = (
            read_embedding(on_host(x, name), name) for x, name in ((x1, "x1"), (x2, "x2"))
        )
        self.sources = first, second
        self.codes: np.ndarray = read_target(y, device=False)[0]
        check_same_length(x1=len(first), x2=len(second), y=len(self.codes))
        self.groups = read_groups(groups, len(self.codes), "y")
        self._asked, self._estimator, self._seed = given, estimator, seed

    @functools.cached_property
    def given(self) -> np.ndarray:
        """T, shape (N, d), where it is an embedding."""
        read: np.ndarray = read_embedding(on_host(self._asked, "given"), "given")
        check_same_length(y=len(self.codes), given=len(read))
        return read

    def strata(self, by: str, number: int) -> np.ndarray:
        """Numbers from 0 of the strata (N,)."""
        given, codes = self.given, self.codes
        if len(given) < number:
            msg = f"n_strata: {number} clusters were asked for of given, which has {len(given)} rows"
            raise ValueError(msg)
        labels: np.ndarray
        if by == "kmeans":
            steps = pipeline(PIDEstimator(), given, "given", number, self._seed)
            labels = steps.fit_predict(given)
            return labels
        rows = np.arange(len(codes))
        fitting = cross_fitting((given,), codes, rows, self._estimator, self.groups, self._seed)
        if fitting is None:  # y is of one class, of which T tells nothing
            return np.zeros(len(codes), dtype=np.int64)
        labels = merged(fitting.posterior_of(0), fitting.target.weights, number).state
        return labels

    def kept(self, strata: Strata, joint_terms: np.ndarray | None = None) -> GivenKept:
        """What strata leave of T; warns where that is much."""
        found = kept_of_given(
            self.sources,
            self.given,
            self.codes,
            strata,
            self._estimator,
            self.groups,
            joint_terms,
            self._seed,
        )
        if found.poor:
            warnings.warn(
                f"strata of `given` leave much of it: beyond them it tells {found.beyond:.2f} bits of "
                f"y, and {found.beside:.2f} bits to whoever has both sources; atoms are given the "
                "stratum, not given T. Take more strata (n_strata) or other ones (strata), or "
                "labels of what is asked; `kept` of the result has the figures, and probe=False asks "
                "for none.",
                DiscretisationWarning,
                stacklevel=caller_depth(),
            )
        return found
