# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The user's own classifiers, taught by `partial_fit` of rows that are not kept."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.base_models import spread
from fourfold.posteriors.joint_models import side_by_side
from fourfold.posteriors.source_models import as_given, checked, seeded
from fourfold.posteriors.streamed.chunks import Chunk, codes_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fourfold.posteriors.base_models import Predict, View

__all__ = ["learns_in_parts", "taught_by_parts"]

#: Rows that an estimator is given at a time, however many the blocks have.
BATCH = 1000


def learns_in_parts(classifier: Any) -> bool:
    """Whether it is an estimator that has `partial_fit`."""
    return not isinstance(classifier, str) and hasattr(classifier, "partial_fit")


def taught_by_parts(
    chunks: Iterable[Chunk], names: np.ndarray, own: Mapping[str, Any], seed: int
) -> tuple[dict[str, Predict], int]:
    """Estimators for "x1", "x2" or "joint", taught by these rows in their order; how many rows."""
    models = {part: seeded(classifier, seed) for part, classifier in own.items()}
    classes = np.arange(len(names))
    rows = 0
    waiting: list[Chunk] = []

    def teach(batch: Chunk) -> None:
        codes = codes_of(batch.labels, names)
        shown = {"x1": batch.x1, "x2": batch.x2}
        for part, model in models.items():
            x = shown[part] if part in shown else np.hstack([batch.x1, batch.x2])
            options = {} if batch.weights is None else {"sample_weight": batch.weights}
            if (
                options
                and "sample_weight" not in inspect.signature(model.partial_fit).parameters
            ):
                msg = (
                    f"sample_weight: partial_fit of classifier {type(model).__name__} takes no "
                    "weights of rows; expected one that has sample_weight"
                )
                raise TypeError(msg)
            model.partial_fit(x, codes, classes=classes, **options)

    for chunk in chunks:
        rows += len(chunk.lots)
        waiting.append(chunk)
        whole = joined(waiting)
        ends = range(BATCH, len(whole.lots) + 1, BATCH)
        for end in ends:
            teach(whole.of_rows(slice(end - BATCH, end)))
        waiting = [whole.of_rows(slice(len(ends) * BATCH, None))]
    if waiting and len(waiting[0].lots):
        teach(waiting[0])
    views: dict[str, View] = {"x1": as_given, "x2": as_given, "joint": side_by_side}
    taught = {
        part: checked(spread(model, views[part], len(names)), type(model).__name__)
        for part, model in models.items()
    }
    return taught, rows
