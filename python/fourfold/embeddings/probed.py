# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Clusters held against a quick probe of the embeddings that they were made of."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.embeddings.rows import rows_of
from fourfold.exceptions import DiscretisationWarning
from fourfold.inputs.device import on_host, to_numpy
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.target import holds_rows
from fourfold.posteriors.probe import probe, rows_to_probe
from fourfold.posteriors.target import class_names
from fourfold.results.kept import Kept
from fourfold.runtime.caller import warn_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.embeddings.chosen_clusters import Choice
    from fourfold.embeddings.clustering import Clustering
    from fourfold.inference.plug_in import Found
    from fourfold.posteriors.probe import Probe
    from fourfold.results.pid import PID

__all__ = [
    "ToProbe",
    "choice_words",
    "kept_of_table",
    "of_clusters",
    "probe_of",
    "with_probe",
]

_LITTLE = (
    "clusters keep less than 70 % of what a held-out probe finds in a source: atoms of the clusters "
    "are not those of the embeddings. Use fourfold.ClassifierPID for these; `kept` of the result "
    "has the figures, and probe=False asks for none"
)


class ToProbe(NamedTuple):
    """What `probe_of` reads of a `Clustering`, where there is none."""

    y: Any
    target: tuple[Any, int]
    seed: int
    columns: tuple[int, int]


def choice_words(choice: Choice | None) -> str:
    """How a number of clusters was chosen; nothing where it was given."""
    if choice is None:
        return ""
    best = choice.told[choice.n_clusters]
    asked = f"n_clusters='auto' tried {len(choice.told)} numbers of clusters"
    if not best.tells:
        return f"{asked}, of which none tells anything about rows that were not counted"
    number = " x ".join(map(str, choice.n_clusters))
    return f"{asked}: {number} tell most about rows that were not counted, {best.bits:.2f} bits"


def of_clusters(made: Found, clustering: Clustering, level: float, *, probed: bool) -> PID:
    """The result as one that says what it is of; with the one warning of little that is kept."""
    kept = kept_of_table(made)._replace(chosen=choice_words(clustering.choice))
    if probed and clustering.weights is not None:
        kept = kept._replace(why_not="rows have weights")
    elif probed:
        kept = with_probe(kept, probe_of(clustering, *clustering.sources, level))
        if any(kept.poor):
            warn_once(_LITTLE, DiscretisationWarning)
    result = dataclasses.replace(made.result, kept=kept, target_bins=clustering.bins)
    if result.n_samples is None:  # of weights that are no whole numbers
        worth = clustering.effective_samples
        result = dataclasses.replace(result, effective_samples=worth)
    return result


def kept_of_table(made: Found) -> Kept:
    """What is known of clusters without a probe."""
    tell = made.sampling.corrected
    shape = made.samples.shape
    return Kept(shape[:2], (max(0.0, float(tell.mi1)), max(0.0, float(tell.mi2))))


def probe_of(
    clustering: Clustering | ToProbe,
    X1: Any,
    X2: Any,
    confidence_level: float,
    *,
    together: bool = False,
) -> Probe:
    """Probe the embeddings that were clustered, on the host; what is drawn is drawn apart.

    `together` also both side by side.
    """
    target, classes = clustering.target
    codes = to_numpy(target)
    rows = rows_to_probe((len(codes), max(clustering.columns)), classes, clustering.seed)
    first, second = (
        read_embedding(to_numpy(rows_of(X, rows)), name) for X, name in ((X1, "X1"), (X2, "X2"))
    )
    return probe(
        first,
        second,
        codes[rows],
        _names(clustering.y, codes),
        seed=clustering.seed,
        confidence_level=confidence_level,
        together=together,
    )


def with_probe(kept: Kept, found: Probe) -> Kept:
    """What clusters keep of what a probe finds."""
    if found.why_not:
        return kept._replace(why_not=found.why_not)
    probed, errors = found.of_sources()
    pairs = zip(kept.clusters, probed, errors, strict=True)
    first, second = (
        min(1.0, clusters / bits) if bits > 2 * error else float("nan")
        for clusters, bits, error in pairs
    )
    return kept._replace(
        probe=probed,
        standard_error=errors,
        share=(first, second),
        outer_bounds=found.outer_bounds,
    )


def _names(y: Any, codes: np.ndarray) -> Sequence[object] | None:
    """Of the classes, where y has labels and not columns."""
    if codes.ndim == 2 or holds_rows(y):
        return None
    names: list[object] = class_names(on_host(y, "y"), codes).tolist()
    return names
