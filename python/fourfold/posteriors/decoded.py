# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Posteriors of both sources, and jointly, to the atoms: the one road of both entry points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.calibration import calibrated, matched
from fourfold.posteriors.held_out import Rows, no_bounds, outer_bounds
from fourfold.posteriors.log_pool import normalised
from fourfold.posteriors.prototypes import LEAST, merged, of_rows
from fourfold.posteriors.readings import atom_terms, read, shrunk
from fourfold.posteriors.union import union_of, without_loss
from fourfold.results.atoms import Atoms
from fourfold.results.posterior_pid import InformationReadings, Informations, PosteriorPID
from fourfold.results.posterior_table import EXTRAPOLATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.posteriors.target import Target
    from fourfold.solve.options import SolverOptions

__all__ = ["TOL", "decoded"]

#: Gap to solve to in bits, of few prototypes and of many, whose last digits take minutes.
TOL, COARSE_TOL = 1e-4, 1e-3
#: Prototypes of a source whose half tells of more: twice as many as classes, but at most this
#: many or half as many as classes.
FEWEST_STATES = 8


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
) -> tuple[PosteriorPID, list[np.ndarray]]:
    """The result, and the calibrated posteriors that it is of.

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
    halves = np.empty(n, dtype=bool)  # of each class half, whatever the order of the rows
    halves[np.argsort(target.strata, kind="stable")] = np.arange(n) % 2 == 0
    if groups is not None:
        halves = groups % 2 == 0
    first, second = (of_rows(p, target.weights, number) for p in made[:2])
    if coarse and max(len(first.mass), len(second.mass)) > LEAST:
        options = options.at_most_to(COARSE_TOL)
    terms = np.full((n, 4), np.nan)
    for k, p in enumerate(unseen or [normalised(p) for p in posteriors if p is not None]):
        terms[:, k] = target.terms(np.log2(p) - log_classes)
    union = union_of(first, second, target, rows, halves, terms[:, :2].T, options)
    value = union.result.union_information
    lost = first.loss + second.loss
    losing = [found.loss > EXTRAPOLATED / 2 for found in (first, second)]
    least = max(min(2 * len(classes), FEWEST_STATES), len(classes) // 2)
    enough = all(
        len(found.mass) >= least
        for found, loses in zip((first, second), losing, strict=True)
        if loses
    )
    if lost > EXTRAPOLATED and enough:
        coarser = [  # a source that loses nothing would lose much with half of its states
            merged(p, target.weights, len(found.mass) // 2) if loses else found
            for p, found, loses in zip(made, (first, second), losing, strict=False)
        ]
        value = without_loss(value, lost, coarser, classes, options)

    def divergence(p: np.ndarray) -> np.ndarray:
        bits: np.ndarray = (p * (np.log2(p) - log_classes)).sum(1)
        return bits

    mi1, mi2 = (float(target.weights @ divergence(p)) for p in made[:2])
    low = max(union.result.union_information - float(union.result.gap), mi1, mi2)
    most = -float(classes @ log_classes)  # v* <= I(X1,X2;Y) <= H(Y)
    high = max(low, min(union.result.union_information + lost, mi1 + mi2, most))
    value = min(max(value, mi1, mi2), high)
    mi_joint = float(target.weights @ divergence(made[2])) if len(made) > 2 else math.nan
    soft = Informations(mi1, mi2, mi_joint, value)
    terms[:, 3] = union.terms
    held = Informations(*map(float, rows.mean(terms)))
    errors = Informations(*map(float, rows.error(terms)))
    t1, t2, _, tv = terms.T
    surprise = target.surprise
    atoms = read(soft)
    result = PosteriorPID(
        *atoms,
        mi_joint=soft.mi_joint,
        mi1=soft.mi1,
        mi2=soft.mi2,
        gap=union.result.gap,
        converged=union.result.converged,
        iterations=union.result.iterations,
        solver=union.result.solver,
        n_samples=n,
        factored=union.result.factored,
        certified_dual=union.result.certified_dual,
        entropy=float(rows.mean(surprise)),
        information=InformationReadings(soft, held, errors),
        calibration_gap=Informations(*(a - b for a, b in zip(soft, held, strict=True))),
        merging_loss=(first.loss, second.loss),
        union_bounds=(low, high),
        readings={
            "soft": atoms,
            "cross_fitted": read(held),
            "shrunk": shrunk(soft, float(rows.error(t1 - t2))),
        },
        standard_error=Atoms(*map(float, rows.error(atom_terms(terms)))),
        outer_bounds=no_bounds(confidence_level)
        if leaky
        else outer_bounds(t1, t2, tv, surprise, rows, confidence_level),
        chosen=told if chosen is None else chosen,
        states1=first.state,
        states2=second.state,
        row_terms=terms,
        row_weights=target.weights,
        row_groups=groups,
    )
    return result, made
