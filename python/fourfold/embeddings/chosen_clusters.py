# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The number of clusters that rows support best: the one that tells most about held-out rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from fourfold.counts.cells import Cells
from fourfold.counts.held_out_information import FOLDS, HeldOut, held_out_information, most_told
from fourfold.counts.samples import Samples
from fourfold.embeddings.quantile_bins import QuantileBins
from fourfold.embeddings.rows import rows_of
from fourfold.inputs.device import on_device, to_numpy
from fourfold.runtime.jobs import run_jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sklearn.pipeline import Pipeline

    from fourfold.embeddings.rows import Rows
    from fourfold.embeddings.seeds import Seeds

__all__ = ["NUMBERS", "Choice", "choose", "is_auto"]

#: Clusters of both sources that are tried.
NUMBERS = (4, 6, 8, 12, 16, 24, 32, 48, 64)
#: Rows that clusters to choose among are fitted to: enough for the most of them.
MOST_ROWS = 10_000

Pair = tuple[int, int]


class Choice(NamedTuple):
    """Clusters of both sources, and what each number that was tried tells of held-out rows."""

    n_clusters: Pair
    told: dict[Pair, HeldOut]


def is_auto(n_clusters: Any) -> bool:
    """Whether a number is to be chosen; raises of other words."""
    if not isinstance(n_clusters, str):
        return False
    if n_clusters != "auto":
        msg = f"n_clusters: expected 'auto', an integer or a pair of them, got {n_clusters!r}"
        raise TypeError(msg)
    return True


def choose(
    pipelines: tuple[Pipeline, Pipeline],
    sources: tuple[Any, Any],
    target: tuple[Any, int],
    rows: Rows,
    seeds: Seeds,
) -> Choice:
    """The number that tells most, the fewest if none tells anything, or raise for too few rows.

    The steps of the pipelines are fitted on the way. The number is the same for both sources:
    two different ones may tell as much while one source is cut too coarsely to show what both
    have in common.
    """
    for words, index in zip(("fit clusters to", "count"), rows, strict=True):
        if len(index) < FOLDS:
            msg = (
                f"n_clusters: 'auto' holds rows out and needs at least {FOLDS} to {words}, got "
                f"{len(index)} (n_samples={len(index)}); expected a number, such as n_clusters=2"
            )
            raise ValueError(msg)
    codes = to_numpy(target[0])[rows.counted]
    tries = [
        job
        for of_both in zip(
            _tries(pipelines[0], sources[0], rows, seeds.first),
            _tries(pipelines[1], sources[1], rows, seeds.second),
            strict=True,
        )
        for job in of_both
    ]
    # of fewer clusters than were asked for: that number is taken
    how = {"quieted": (ConvergenceWarning,), "at_home": any(map(on_device, sources))}
    found = run_jobs(_tried, tries, **how)
    told: dict[Pair, HeldOut] = {}
    for (one, labels1), (two, labels2) in zip(found, found, strict=True):
        shape = int(labels1.max()) + 1, int(labels2.max()) + 1, target[1]
        samples: Cells | Samples = (
            Cells.of_rows(labels1, labels2, codes, shape, rows=True)
            if codes.ndim == 1
            else Samples(labels1, labels2, codes, shape)
        )
        told[one, two] = held_out_information(samples, seeds.held_out)
    pairs = [*told]
    best = most_told([*told.values()], [one * two for one, two in pairs])
    return Choice(pairs[best or 0], told)


def _tries(
    steps: Pipeline, source: Any, rows: Rows, seed: int
) -> Iterator[tuple[Any, Any, Any]]:
    """A clusterer of each number, the rows to fit it to, and those to count."""
    fitted = rows.fitted
    if len(fitted) > MOST_ROWS:
        fitted = np.random.default_rng(seed).choice(fitted, MOST_ROWS, replace=False)
    some = source if len(fitted) == len(source) else rows_of(source, fitted)
    counted = source if len(rows.counted) == len(source) else rows_of(source, rows.counted)
    *before, (_, clusterer) = steps.steps
    for _, step in before:
        some, counted = step.fit(some).transform(some), step.transform(counted)
    for number in NUMBERS:
        if number <= len(rows.fitted):
            tried = clone(clusterer)
            if isinstance(tried, QuantileBins):
                tried.set_params(n_bins=number)
            else:
                tried.set_params(n_clusters=number, n_init=1)
            yield tried, some, counted


def _tried(clusterer: Any, some: Any, counted: Any) -> tuple[int, np.ndarray]:
    """The number, and the clusters of the counted rows on the host.

    Where fewer rows differ, K-means has as many clusters as these.
    """
    clusterer.fit(some)
    if isinstance(clusterer, KMeans):
        number = len(np.unique(clusterer.labels_))
    else:
        number = getattr(clusterer, "n_bins", None) or clusterer.n_clusters
    return number, to_numpy(clusterer.predict(counted)).astype(np.int64)
