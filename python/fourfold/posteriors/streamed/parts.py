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
    from collections.abc import Mapping

    from fourfold.posteriors.base_models import Predict, View

__all__ = ["Teacher", "learns_in_parts"]

#: Rows that an estimator is given at a time, however many the blocks have.
BATCH = 1000


def learns_in_parts(classifier: Any) -> bool:
    """Whether it is an estimator that has `partial_fit`."""
    return not isinstance(classifier, str) and hasattr(classifier, "partial_fit")


class Teacher:
    """Copies of estimators for "x1", "x2" or "joint", which learn from rows in their order.

    Parameters
    ----------
    own : dict of str to estimator
    names : ndarray
        Of the classes.
    seed : int
    """

    def __init__(self, own: Mapping[str, Any], names: np.ndarray, seed: int) -> None:
        self.models = {part: seeded(classifier, seed) for part, classifier in own.items()}
        self.names = names
        self.rows = 0
        self.waiting: list[Chunk] = []

    def add(self, chunk: Chunk) -> None:
        """Rows to learn from, however many at a time."""
        self.rows += len(chunk.lots)
        self.waiting.append(chunk)
        whole = joined(self.waiting)
        ends = range(BATCH, len(whole.lots) + 1, BATCH)
        for end in ends:
            self._teach(whole.of_rows(slice(end - BATCH, end)))
        self.waiting = [whole.of_rows(slice(len(ends) * BATCH, None))]

    def taught(self) -> dict[str, Predict]:
        """What they say, after the last rows."""
        for rest in self.waiting:
            if len(rest.lots):
                self._teach(rest)
        self.waiting = []
        views: dict[str, View] = {"x1": as_given, "x2": as_given, "joint": side_by_side}
        return {
            part: checked(spread(model, views[part], len(self.names)), type(model).__name__)
            for part, model in self.models.items()
        }

    def _teach(self, batch: Chunk) -> None:
        codes, classes = codes_of(batch.labels, self.names), np.arange(len(self.names))
        for part, model in self.models.items():
            x = np.hstack([batch.x1, batch.x2]) if part == "joint" else getattr(batch, part)
            options = {} if batch.weights is None else {"sample_weight": batch.weights}
            known = inspect.signature(model.partial_fit).parameters
            if options and "sample_weight" not in known:
                msg = (
                    f"sample_weight: partial_fit of classifier {type(model).__name__} takes no "
                    "weights of rows; expected one that has sample_weight"
                )
                raise TypeError(msg)
            model.partial_fit(x, codes, classes=classes, **options)
