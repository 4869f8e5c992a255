# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which classifiers are pooled to tell the target from both sources together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.posteriors.base_models import (
    Model,
    OfTraining,
    Rows,
    Training,
    View,
    boosting,
    logistic,
    trees,
)
from fourfold.posteriors.calibration import log_odds
from fourfold.posteriors.features import Features, interaction_directions, products
from fourfold.posteriors.source_models import given_model

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Both", "joint_models", "side_by_side"]

#: Components of each source that trees see, and those whose products are formed.
SEEN, MULTIPLIED = 16, 4
#: Boosting grows as many trees as there are classes: with more than these it takes too long.
BOOSTED_CLASSES = 10


class Both(NamedTuple):
    """What joint models are shown of rows: of each source, and the log odds of both posteriors."""

    first: Features
    second: Features
    odds: np.ndarray

    @classmethod
    def of(cls, first: Features, second: Features, pooled: Sequence[np.ndarray]) -> Both:
        """With the odds of posteriors (N, K_Y) of each source."""
        return cls(first, second, np.hstack([log_odds(p) for p in pooled]))


def joint_models(
    classifier: Any, classes: int, strengths: tuple[float, ...], seed: int
) -> dict[str, Model]:
    """Base models of both sources by their names, to be shown `Both`.

    The product of both posteriors (log odds) is right where the sources are independent given
    the target; interaction directions find synergy that neither source shows alone.
    """
    models: dict[str, Model] = {
        "odds": logistic(_odds, strengths),
        "interaction 1": logistic(OfTraining(partial(_interaction, 1)), strengths),
    }
    if not isinstance(classifier, str):
        models[type(classifier).__name__] = given_model(classifier, side_by_side, seed)
        return models
    models["linear"] = logistic(_linear, strengths)
    if classifier in ("fast", "logistic"):
        return models
    models["products 4"] = logistic(_products, strengths)
    models["trees"] = trees(_mixed, seed)
    if classes <= BOOSTED_CLASSES:
        models["boosting"] = boosting(_mixed, seed)
    models["interaction 4"] = trees(OfTraining(partial(_interaction, 4)), seed)
    return models


def side_by_side(shown: Both, rows: Rows) -> np.ndarray:
    """Columns of some rows as they came, of both sources."""
    return np.hstack([shown.first.given[rows], shown.second.given[rows]])


def _odds(shown: Both, rows: Rows) -> np.ndarray:
    return shown.odds[rows]


def _linear(shown: Both, rows: Rows) -> np.ndarray:
    first, second, odds = shown
    return np.hstack([first.whitened[rows], second.whitened[rows], odds[rows]])


def _products(shown: Both, rows: Rows) -> np.ndarray:
    first, second, odds = shown
    a, b = (
        part.components[rows, :MULTIPLIED]
        / max(part.components.dtype.type(part.spread), np.finfo(part.components.dtype).tiny)
        for part in (first, second)
    )
    return np.hstack([odds[rows], products(a, b)])


def _mixed(shown: Both, rows: Rows) -> np.ndarray:
    first, second, odds = shown
    a, b = first.components[rows, :SEEN], second.components[rows, :SEEN]
    return np.hstack([a, b, odds[rows], products(a[:, :MULTIPLIED], b[:, :MULTIPLIED])])


def _interaction(number: int, training: Training) -> View:
    """Log odds, and projections on the directions of the rows to learn from with their products."""
    rows, (first, second, _) = training.rows, training.shown
    directions = interaction_directions(
        first.whitened[rows],
        second.whitened[rows],
        training.labels,
        training.known_weights,
        number,
    )
    return partial(_interacting, *directions)


def _interacting(u: np.ndarray, v: np.ndarray, shown: Both, rows: Rows) -> np.ndarray:
    a, b = shown.first.whitened[rows], shown.second.whitened[rows]
    s, t = a @ u.astype(a.dtype), b @ v.astype(b.dtype)
    return np.hstack([shown.odds[rows], s, t, s * t, np.tanh(s) * np.tanh(t)])
