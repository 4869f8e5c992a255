# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings given a third variable: classifiers within each stratum, and the mean of what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.embeddings.estimator import PIDEstimator
from fourfold.embeddings.steps import pipeline
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_host
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.target import read_target
from fourfold.posteriors.held_out import Rows, outer_bounds
from fourfold.posteriors.readings import atom_terms
from fourfold.posteriors.target import as_target
from fourfold.results.atoms import Atoms
from fourfold.results.posterior_pid import InformationReadings, Informations, PosteriorPID
from fourfold.workflows.conditional.strata import Strata, strata_of
from fourfold.workflows.decoding.fits import Fitting, decode_each
from fourfold.workflows.decoding.targets import nothing_told, rare_merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.posteriors.classifier_pid import ClassifierPID

__all__ = ["are_embeddings", "clusters_of", "decoded_strata"]


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


def clusters_of(given: Any, number: int, seed: int) -> np.ndarray:
    """Clusters of a third embedding (N, d), standardised, as the labels that it is known by."""
    read = read_embedding(on_host(given, "given"), "given")
    if len(read) < number:
        msg = f"n_strata: {number} clusters were asked for of given, which has {len(read)} rows"
        raise ValueError(msg)
    steps = pipeline(PIDEstimator(), read, "given", number, seed)
    labels: np.ndarray = steps.fit_predict(read)
    return labels


def decoded_strata(
    x1: Any, x2: Any, y: Any, given: Any, min_samples: int, estimator: ClassifierPID, seed: int
) -> tuple[PosteriorPID, tuple[PosteriorPID, ...], Strata]:
    """The mean over the strata, what classifiers of each decode, and the strata."""
    first, second = (
        read_embedding(on_host(x, name), name) for x, name in ((x1, "x1"), (x2, "x2"))
    )
    codes, _ = read_target(y, device=False)
    n = check_same_length(x1=len(first), x2=len(second), y=len(codes))
    strata = strata_of(given, n, min_samples)
    parts_of = strata.rows
    assert parts_of is not None
    targets = [codes[rows] for rows in parts_of]
    if codes.ndim == 1:
        targets = [rare_merged(target, estimator.cv) for target in targets]
    varied = [k for k, target in enumerate(targets) if np.ptp(target, axis=0).max() > 0]

    def given_to(k: int, _: int) -> tuple[Any, ...]:
        return f"stratum {strata.names[k]!r}", first, second, targets[k], parts_of[k]

    found = iter(decode_each(varied, [seed], given_to, estimator, "strata", _of_rows))
    level = float(estimator.confidence_level)
    parts = [
        next(found)[0] if k in varied else nothing_told(len(target), level)
        for k, target in enumerate(targets)
    ]
    return _mean(parts, targets, strata, level), tuple(parts), strata


def _of_rows(name: str, x1: np.ndarray, x2: np.ndarray, y: Any, rows: np.ndarray) -> Fitting:
    """A stratum of embeddings, of which its rows are taken where it is fitted."""
    return Fitting(name, x1[rows], x2[rows], y)


def _mean(
    parts: Sequence[PosteriorPID], targets: Sequence[np.ndarray], strata: Strata, level: float
) -> PosteriorPID:
    """Weighted by the shares of the strata; errors and bounds are of all rows."""
    weights = strata.weights
    n = strata.n_samples
    assert strata.rows is not None

    def mean(values: Any) -> Any:
        return weights @ np.array(list(values), dtype=np.float64)

    def informations(name: str) -> Informations:
        return Informations(*mean(getattr(part.information, name) for part in parts).tolist())

    terms, surprise = np.empty((n, 4)), np.empty(n)
    states = np.zeros((2, n), dtype=np.int64)
    offsets = [0, 0]
    for part, target, rows in zip(parts, targets, strata.rows, strict=True):
        terms[rows] = part.row_terms
        surprise[rows] = as_target(target, int(target.max()) + 1, None, 0).surprise
        for k, found in enumerate((part.states1, part.states2)):
            states[k, rows] = found + offsets[k]
            offsets[k] += int(found.max()) + 1
    rows_of_all = Rows(np.full(n, 1 / n))
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
        outer_bounds=outer_bounds(t1, t2, union, surprise, rows_of_all, level),
        chosen={"x1": {}, "x2": {}, "joint": {}},
        states1=states[0],
        states2=states[1],
        row_terms=terms,
        row_weights=rows_of_all.weights,
    )
