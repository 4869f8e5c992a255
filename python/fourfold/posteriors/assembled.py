# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of two tables of prototypes, of the posteriors' informations and of held-out terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.held_out import no_bounds, outer_bounds
from fourfold.posteriors.readings import atom_terms, read, shrunk
from fourfold.posteriors.union import solved_prototypes, without_loss
from fourfold.results.atoms import Atoms
from fourfold.results.posterior_pid import InformationReadings, Informations, PosteriorPID
from fourfold.results.posterior_table import EXTRAPOLATED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.posteriors.held_out import Means
    from fourfold.posteriors.prototypes import Prototypes
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions

__all__ = ["assembled", "half_as_many", "soft_informations"]

#: Prototypes of a source whose half tells of more: twice as many as classes, but at most this
#: many or half as many as classes.
FEWEST_STATES = 8


def soft_informations(
    union: PID,
    prototypes: Sequence[Prototypes],
    informations: Sequence[float],
    coarser: Callable[[int, int], Prototypes],
    classes: np.ndarray,
    options: SolverOptions,
) -> tuple[Informations, tuple[float, float]]:
    """What posteriors say of themselves in bits, and the ends between which their v* is.

    Parameters
    ----------
    union : PID
        Of the prototypes.
    prototypes : pair of Prototypes
    informations : sequence of two or three floats
        I(X1;Y), I(X2;Y) and I(X1,X2;Y) of the rows' posteriors.
    coarser : callable
        Prototypes of source 0 or 1, of which there are so many.
    classes : ndarray, shape (K_Y,)
        p(y).
    options : SolverOptions
    """
    mi1, mi2 = informations[:2]
    value = union.union_information
    lost = prototypes[0].loss + prototypes[1].loss
    half = half_as_many(prototypes, coarser, len(classes))
    if half is not None:
        before = solved_prototypes(half[0], half[1], classes, options).union_information
        value = without_loss(value, lost, before, half[0].loss + half[1].loss)
    low = max(union.union_information - float(union.gap), mi1, mi2)
    most = -float(classes @ np.log2(classes))  # v* <= I(X1,X2;Y) <= H(Y)
    high = max(low, min(union.union_information + lost, mi1 + mi2, most))
    value = min(max(value, mi1, mi2), high)
    mi_joint = informations[2] if len(informations) > 2 else math.nan
    return Informations(mi1, mi2, mi_joint, value), (low, high)


def half_as_many(
    prototypes: Sequence[Prototypes], coarser: Callable[[int, int], Prototypes], classes: int
) -> list[Prototypes] | None:
    """Of the sources that lose much; None where they lose little, or have too few of them."""
    lost = sum(found.loss for found in prototypes)
    losing = [found.loss > EXTRAPOLATED / 2 for found in prototypes]
    least = max(min(2 * classes, FEWEST_STATES), classes // 2)
    enough = all(
        len(found.mass) >= least
        for found, loses in zip(prototypes, losing, strict=True)
        if loses
    )
    if lost <= EXTRAPOLATED or not enough:
        return None
    return [  # a source that loses nothing would lose much with half of its states
        coarser(source, len(found.mass) // 2) if loses else found
        for source, (found, loses) in enumerate(zip(prototypes, losing, strict=True))
    ]


def assembled(
    union: PID,
    soft: Informations,
    ends: tuple[float, float],
    losses: tuple[float, float],
    terms: np.ndarray,
    surprise: np.ndarray,
    rows: Means,
    *,
    bounds: bool,
    confidence_level: float,
    most: np.ndarray | None = None,
    **given: Any,
) -> PosteriorPID:
    """The result, of `union`, what `soft_informations` gave, what merging lost, and terms.

    `terms` (N, 4) are those of the four informations, `surprise` (N,) has the mean H(Y), both
    as `rows` take them, `most` as `outer_bounds` does; `given` are fields of the result as they are.
    """
    held = Informations(*map(float, rows.mean(terms)))
    errors = Informations(*map(float, rows.error(terms)))
    t1, t2, _, tv = terms.T
    atoms = read(soft)
    return PosteriorPID(
        *atoms,
        mi_joint=soft.mi_joint,
        mi1=soft.mi1,
        mi2=soft.mi2,
        gap=union.gap,
        converged=union.converged,
        iterations=union.iterations,
        solver=union.solver,
        factored=union.factored,
        certified_dual=union.certified_dual,
        entropy=float(rows.mean(surprise)),
        information=InformationReadings(soft, held, errors),
        calibration_gap=Informations(*(a - b for a, b in zip(soft, held, strict=True))),
        merging_loss=losses,
        union_bounds=ends,
        readings={
            "soft": atoms,
            "cross_fitted": read(held),
            "shrunk": shrunk(soft, float(rows.error(t1 - t2))),
        },
        standard_error=Atoms(*map(float, rows.error(atom_terms(terms)))),
        outer_bounds=outer_bounds(t1, t2, tv, surprise, rows, confidence_level, most)
        if bounds
        else no_bounds(confidence_level),
        **given,
    )
