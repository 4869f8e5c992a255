# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which classifiers are pooled to tell the target from both sources together."""

from __future__ import annotations

from functools import partial
from itertools import combinations
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
from fourfold.posteriors.triple_directions import triple_directions, tripled

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Both", "joint_models", "side_by_side"]

#: Components of each source that trees see, and those whose products are formed.
SEEN, MULTIPLIED = 16, 4
#: Components of each of three sources whose products of three are formed.
MULTIPLIED_BY_THREE = 2
#: Boosting grows as many trees as there are classes: with more than these it takes too long.
BOOSTED_CLASSES = 10


class Both(NamedTuple):
    """What joint models are shown of rows: of each source, two or more, and log odds of posteriors."""

    sources: tuple[Features, ...]
    odds: np.ndarray

    @classmethod
    def of(cls, sources: Sequence[Features], pooled: Sequence[np.ndarray]) -> Both:
        """With the odds of posteriors (N, K_Y): of each source, and of more what some tell together."""
        return cls(tuple(sources), np.hstack([log_odds(p) for p in pooled]))


def joint_models(
    classifier: Any, classes: int, strengths: tuple[float, ...], seed: int, sources: int = 2
) -> dict[str, Model]:
    """Base models of both sources, or of more, by their names, to be shown `Both`.

    The product of both posteriors (log odds) is right where the sources are independent given
    the target; interaction directions find synergy that neither source shows alone, those of three
    what no two of them show, as of parity.
    """
    models: dict[str, Model] = {
        "odds": logistic(_odds, strengths),
        "interaction 1": logistic(OfTraining(partial(_interaction, 1)), strengths),
    }
    if sources > 2:  # apart, as directions of pairs fit noise of their own
        models["interaction of three"] = logistic(OfTraining(_interaction_of_three), strengths)
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
    """Columns of some rows as they came, of all sources."""
    return np.hstack([source.given[rows] for source in shown.sources])


def _odds(shown: Both, rows: Rows) -> np.ndarray:
    return shown.odds[rows]


def _linear(shown: Both, rows: Rows) -> np.ndarray:
    return np.hstack([*(source.whitened[rows] for source in shown.sources), shown.odds[rows]])


def _products(shown: Both, rows: Rows) -> np.ndarray:
    scaled = [
        part.components[rows, :MULTIPLIED]
        / max(part.components.dtype.type(part.spread), np.finfo(part.components.dtype).tiny)
        for part in shown.sources
    ]
    return np.hstack([shown.odds[rows], *_multiplied(scaled)])


def _mixed(shown: Both, rows: Rows) -> np.ndarray:
    parts = [source.components[rows, :SEEN] for source in shown.sources]
    multiplied = _multiplied([part[:, :MULTIPLIED] for part in parts])
    return np.hstack([*parts, shown.odds[rows], *multiplied])


def _multiplied(parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Products of each two sources, and of the first columns of each three."""
    of_two = [products(a, b) for a, b in combinations(parts, 2)]
    few = [part[:, :MULTIPLIED_BY_THREE] for part in parts]
    return of_two + [products(products(a, b), c) for a, b, c in combinations(few, 3)]


def _interaction(number: int, training: Training) -> View:
    """Log odds, and projections on the directions of the rows to learn from with their products."""
    whitened = [source.whitened[training.rows] for source in training.shown.sources]
    given = training.labels, training.known_weights
    of_two = [
        interaction_directions(a, b, *given, number) for a, b in combinations(whitened, 2)
    ]
    return partial(_interacting, of_two)


def _interaction_of_three(training: Training) -> View:
    """Log odds, and products of three projections on such directions."""
    whitened = [source.whitened[training.rows] for source in training.shown.sources]
    given = training.labels, training.known_weights
    of_three = [triple_directions(three, *given) for three in combinations(whitened, 3)]
    return partial(_interacting_of_three, of_three)


def _interacting_of_three(
    of_three: Sequence[tuple[np.ndarray, ...]], shown: Both, rows: Rows
) -> np.ndarray:
    whitened = [source.whitened[rows] for source in shown.sources]
    columns = [shown.odds[rows]]
    for three, directions in zip(combinations(whitened, 3), of_three, strict=True):
        columns += tripled(three, directions)
    return np.hstack(columns)


def _interacting(
    of_two: Sequence[tuple[np.ndarray, np.ndarray]], shown: Both, rows: Rows
) -> np.ndarray:
    whitened = [source.whitened[rows] for source in shown.sources]
    columns = [shown.odds[rows]]
    for (a, b), (u, v) in zip(combinations(whitened, 2), of_two, strict=True):
        s, t = a @ u.astype(a.dtype), b @ v.astype(b.dtype)
        columns += [s, t, s * t, np.tanh(s) * np.tanh(t)]
    return np.hstack(columns)
