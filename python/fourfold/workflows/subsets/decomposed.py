# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The decomposition of each subset, and of the sets of other rows that it is held to."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import clone

from fourfold.exceptions import UndersampledWarning
from fourfold.inference.pid import pid
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_host
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.labels import read_states
from fourfold.inputs.target import read_target
from fourfold.posteriors.classifier_pid import ClassifierPID
from fourfold.runtime.progress import progress
from fourfold.workflows.conditional.third_embedding import are_embeddings
from fourfold.workflows.decoding.fits import Fitting, decode_each, once_warned
from fourfold.workflows.decoding.plans import refuse_sources
from fourfold.workflows.decoding.targets import nothing_told, rare_merged
from fourfold.workflows.subsets.evidence import equal_sets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.results.pid import PID

__all__ = ["Compared", "Samples", "decompose_subsets", "read_samples"]


class Samples(NamedTuple):
    """Rows of both sources and of the target, and what to decode them by, if they are embeddings."""

    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    estimator: ClassifierPID | None


class Compared(NamedTuple):
    """The decompositions of a subset, and of equal sets of its rows and of others."""

    within: PID
    inside: list[PID]
    others: list[PID]


def read_samples(x1: Any, x2: Any, y: Any, estimator: Any) -> Samples:
    """Codes of labels, or embeddings with what to fit to them."""
    target, _ = read_target(y, device=False)
    if estimator is None and not are_embeddings(x1, x2):
        codes = [read_states(on_host(x, name), name)[0] for x, name in ((x1, "x1"), (x2, "x2"))]
        check_same_length(x1=len(codes[0]), x2=len(codes[1]), y=len(target))
        return Samples(codes[0], codes[1], target, None)
    if estimator is None or isinstance(estimator, str):
        estimator = ClassifierPID("fast" if estimator is None else estimator)
    if not isinstance(estimator, ClassifierPID):
        msg = (
            "estimator: expected a classifier of ClassifierPID, such as 'fast', or an instance, got "
            f"{estimator!r:.60}; clusters, such as PIDEstimator's labels1_ and labels2_, are labels"
        )
        raise TypeError(msg)
    refuse_sources(estimator, "high_synergy_subsets")
    if estimator.target_bins is not None:
        msg = "estimator: has target_bins; give bin_target(y, ...).codes as y, so that all subsets have the same bins"
        raise ValueError(msg)
    rows = [read_embedding(on_host(x, name), name) for x, name in ((x1, "x1"), (x2, "x2"))]
    check_same_length(x1=len(rows[0]), x2=len(rows[1]), y=len(target))
    return Samples(rows[0], rows[1], target, clone(estimator))


def decompose_subsets(
    samples: Samples,
    members: Mapping[str, np.ndarray],
    most: int,
    level: float,
    seed: int,
    rng: np.random.Generator,
) -> tuple[PID, list[Compared]]:
    """Of all rows, and of each subset with at most so many equal sets; `level` is of intervals."""
    pieces = [(f"all {len(samples.y)} rows", np.arange(len(samples.y)))]
    places: list[tuple[int, slice, slice]] = []
    for name, chosen in members.items():
        first, rows = len(pieces), np.flatnonzero(chosen)
        inside, others = equal_sets(chosen, most, rng)
        pieces.append((name, rows))
        if len(inside[0]) < len(rows):  # else the subset is its only set
            pieces += [(f"{len(part)} rows in {name}", part) for part in inside]
        between = len(pieces)
        pieces += [(f"{len(part)} rows outside {name}", part) for part in others]
        places.append(
            (first, slice(between - len(inside), between), slice(between, len(pieces)))
        )
    results = _decompose(samples, pieces, level, seed)
    found = [Compared(results[k], results[one], results[other]) for k, one, other in places]
    return results[0], found


def _decompose(
    samples: Samples, pieces: Sequence[tuple[str, np.ndarray]], level: float, seed: int
) -> list[PID]:
    """Of each set of rows, with few warnings; those of too few samples are for the caller."""
    x1, x2, y, estimator = samples
    with once_warned(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UndersampledWarning)
        if estimator is None:
            with progress(len(pieces), "decompose subsets") as bar:
                results = []
                for _, rows in pieces:
                    given = x1[rows], x2[rows], y[rows]
                    results.append(pid(*given, confidence_level=level, random_state=seed))
                    bar.update()
                return results
        targets = [y[rows] for _, rows in pieces]
        if y.ndim == 1:
            targets = [rare_merged(target, estimator.cv) for target in targets]
        varied = [k for k, target in enumerate(targets) if np.ptp(target, axis=0).max() > 0]

        def given_to(k: int, _: int) -> tuple[Any, ...]:
            return pieces[k][0], x1, x2, targets[k], pieces[k][1]

        fits = iter(decode_each(varied, [seed], given_to, estimator, "subsets", _of_rows))
        confidence = float(estimator.confidence_level)
        return [
            next(fits)[0] if k in varied else nothing_told(len(target), confidence)
            for k, target in enumerate(targets)
        ]


def _of_rows(name: str, x1: np.ndarray, x2: np.ndarray, y: Any, rows: np.ndarray) -> Fitting:
    """A subset of embeddings, whose rows are taken where it is fitted."""
    return Fitting(name, x1[rows], x2[rows], y)
