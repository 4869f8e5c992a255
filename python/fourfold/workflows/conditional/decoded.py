# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings given a third variable: classifiers within each stratum, and the mean of what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.arrays import check_same_length
from fourfold.posteriors.folds import FOLDS
from fourfold.posteriors.held_out import Rows, outer_bounds
from fourfold.posteriors.readings import atom_terms
from fourfold.posteriors.target import as_target
from fourfold.results.atoms import Atoms
from fourfold.results.posterior_pid import InformationReadings, Informations, PosteriorPID
from fourfold.workflows.conditional.strata import Strata, strata_of
from fourfold.workflows.decoding.fits import decode_varied, of_rows
from fourfold.workflows.decoding.targets import rare_merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.posteriors.classifier_pid import ClassifierPID

__all__ = ["decoded_strata"]


def decoded_strata(
    x1: np.ndarray,
    x2: np.ndarray,
    y: np.ndarray,
    given: Any,
    min_samples: int,
    estimator: ClassifierPID,
    groups: np.ndarray | None,
    seed: int,
) -> tuple[PosteriorPID, tuple[PosteriorPID, ...], Strata]:
    """The mean over the strata, what classifiers of each decode, and the strata.

    Of sources (N, d), classes (N,) or rows of probabilities, and numbers of groups (N,).
    """
    first, second, codes = x1, x2, y
    n = check_same_length(x1=len(first), x2=len(second), y=len(codes))
    least_groups = estimator.cv or FOLDS
    strata = strata_of(given, n, min_samples, groups=groups, least_groups=least_groups)
    parts_of = strata.rows
    assert parts_of is not None
    targets = [codes[rows] for rows in parts_of]
    together = [None if groups is None else groups[rows] for rows in parts_of]
    if codes.ndim == 1:
        targets = [
            rare_merged(target, estimator.cv, each)
            for target, each in zip(targets, together, strict=True)
        ]

    def given_to(k: int, _: int) -> tuple[Any, ...]:
        name = f"stratum {strata.names[k]!r}"
        return name, first, second, targets[k], parts_of[k], together[k]

    found = decode_varied(targets, [seed], given_to, estimator, "strata", of_rows)
    parts = [part for (part,) in found]
    level = float(estimator.confidence_level)
    return _mean(parts, targets, strata, groups, level), tuple(parts), strata


def _mean(
    parts: Sequence[PosteriorPID],
    targets: Sequence[np.ndarray],
    strata: Strata,
    groups: np.ndarray | None,
    level: float,
) -> PosteriorPID:
    """Weighted by the shares of the strata; errors and bounds are of all rows."""
    weights = strata.weights
    n = strata.n_samples
    assert strata.rows is not None

    def mean(values: Any) -> Any:
        return weights @ np.array(list(values), dtype=np.float64)

    def informations(name: str) -> Informations:
        return Informations(*mean(getattr(part.information, name) for part in parts).tolist())

    terms, surprise, most = np.empty((n, 4)), np.empty(n), np.empty(n)
    states = np.zeros((2, n), dtype=np.int64)
    offsets = [0, 0]
    for part, target, rows in zip(parts, targets, strata.rows, strict=True):
        terms[rows] = part.row_terms
        told = as_target(target, int(target.max()) + 1, None, 0)
        surprise[rows], most[rows] = told.surprise, told.most
        for k, found in enumerate((part.states1, part.states2)):
            states[k, rows] = found + offsets[k]
            offsets[k] += int(found.max()) + 1
    rows_of_all = Rows(np.full(n, 1 / n), groups)
    soft, held = informations("soft"), Informations(*rows_of_all.mean(terms).tolist())
    t1, t2, _, union = terms.T
    names = ("soft", "cross_fitted", "shrunk")
    readings = {
        name: Atoms(*mean(part.readings[name] for part in parts).tolist()) for name in names
    }
    gap = float(mean(part.gap for part in parts))
    return PosteriorPID(
        *readings["soft"],
        mi_joint=soft.mi_joint,
        mi1=soft.mi1,
        mi2=soft.mi2,
        gap=gap,
        converged=all(part.converged for part in parts),
        iterations=sum(part.iterations for part in parts),
        n_samples=n,
        entropy=float(surprise.mean()),
        information=InformationReadings(
            soft, held, Informations(*rows_of_all.error(terms).tolist())
        ),
        calibration_gap=Informations(*(a - b for a, b in zip(soft, held, strict=True))),
        merging_loss=tuple(mean(part.merging_loss for part in parts).tolist()),
        union_bounds=tuple(mean(part.union_bounds for part in parts).tolist()),
        readings=readings,
        standard_error=Atoms(*rows_of_all.error(atom_terms(terms)).tolist()),
        outer_bounds=outer_bounds(t1, t2, union, surprise, rows_of_all, level, most),
        chosen={"x1": {}, "x2": {}, "joint": {}},
        states1=states[0],
        states2=states[1],
        row_terms=terms,
        row_weights=rows_of_all.weights,
        row_groups=groups,
    )
