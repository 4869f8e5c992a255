# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Posteriors of both sources, and jointly, to the atoms: the one road of both entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.posteriors.assembled import assembled, soft_informations
from fourfold.posteriors.calibration import calibrated, matched
from fourfold.posteriors.held_out import Rows, halves_of
from fourfold.posteriors.log_pool import normalised
from fourfold.posteriors.prototypes import LEAST, Prototypes, merged, of_rows
from fourfold.posteriors.union import union_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.posteriors.target import Target
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.solve.options import SolverOptions

__all__ = ["COARSE_TOL", "TOL", "Decoded", "decoded"]

#: Gap to solve to in bits, of few prototypes and of many, whose last digits take minutes.
TOL, COARSE_TOL = 1e-4, 1e-3


class Decoded(NamedTuple):
    """What two sources tell by their posteriors.

    Attributes
    ----------
    result : PosteriorPID
    posteriors : list of ndarray, (N, K_Y) each
        The calibrated ones that it is of.
    by_halves : ndarray, shape (2, N)
        The terms of v* of all rows by the dual pair that each half of the rows chose.
    """

    result: PosteriorPID
    posteriors: list[np.ndarray]
    by_halves: np.ndarray


def decoded(
    posteriors: Sequence[np.ndarray | None],
    target: Target,
    groups: np.ndarray | None,
    options: SolverOptions,
    *,
    number: int | None,
    confidence_level: float,
    coarse: bool = False,
    recalibrate: bool = True,
    unseen: Sequence[np.ndarray] | None = None,
    leaky: bool = False,
    chosen: Any = None,
) -> Decoded:
    """The result, and what it is made of.

    Parameters
    ----------
    posteriors : sequence of three ndarrays (N, K_Y)
        Of X1, X2 and both; None where there is no joint one.
    target : Target
    groups : ndarray of int (N,) or None
        Rows that belong together.
    options : SolverOptions
    number : int or None
        Prototypes of each source, or as many as it takes.
    confidence_level : float
        Of the outer bounds.
    coarse : bool
        Whether many prototypes are solved to a wider gap.
    recalibrate : bool
        Whether to fit a temperature and class offsets.
    unseen : sequence of ndarray, optional
        The posteriors to hold to the labels, made without the label of their row; those that
        are given by default.
    leaky : bool
        Whether rows repeat between the folds, so that nothing is bounded.
    chosen : dict, optional
        What to say of the classifiers.
    """
    made: list[np.ndarray] = []
    told: dict[str, dict[str, float]] = {}
    for name, posterior in zip(("x1", "x2", "joint"), posteriors, strict=True):
        if posterior is None:
            continue
        if recalibrate:
            p, sharpness = calibrated(posterior, target)
            told[name] = {"temperature": 1 / sharpness if sharpness > 0 else float("inf")}
            made.append(p)
        else:
            told[name] = {}
            made.append(matched(normalised(posterior), target))
    n, classes = len(target.shares), target.classes
    log_classes = np.log2(classes)
    rows = Rows(target.weights, groups)
    halves = halves_of(target, groups)
    first, second = (of_rows(p, target.weights, number) for p in made[:2])
    if coarse and max(len(first.mass), len(second.mass)) > LEAST:
        options = options.at_most_to(COARSE_TOL)
    terms = np.full((n, 4), np.nan)
    for k, p in enumerate(unseen or [normalised(p) for p in posteriors if p is not None]):
        terms[:, k] = target.terms(np.log2(p) - log_classes)
    union = union_of(first, second, target, rows, halves, terms[:, :2].T, options)
    terms[:, 3] = union.terms

    def divergence(p: np.ndarray) -> float:
        return float(target.weights @ (p * (np.log2(p) - log_classes)).sum(1))

    def coarser(source: int, number: int) -> Prototypes:
        return merged(made[source], target.weights, number)

    soft, ends = soft_informations(
        union.result, (first, second), [*map(divergence, made)], coarser, classes, options
    )
    result = assembled(
        union.result,
        soft,
        ends,
        (first.loss, second.loss),
        terms,
        target.surprise,
        rows,
        bounds=not leaky,
        confidence_level=confidence_level,
        most=target.most,
        n_samples=n,
        chosen=told if chosen is None else chosen,
        states1=first.state,
        states2=second.state,
        row_terms=terms,
        row_weights=target.weights,
        row_groups=groups,
    )
    return Decoded(result, made, union.chosen)
