# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which classifiers are pooled to tell the target from both sources together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.base_models import Model, Training, boosting, logistic, trees
from fourfold.posteriors.calibration import log_odds
from fourfold.posteriors.features import Features, interaction_directions, products
from fourfold.posteriors.source_models import given_model

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["joint_models"]

#: Components of each source that trees see, and those whose products are formed.
SEEN, MULTIPLIED = 16, 4
#: Boosting grows as many trees as there are classes: with more than these it takes too long.
BOOSTED_CLASSES = 10


def joint_models(
    classifier: Any,
    sources: Sequence[np.ndarray],
    features: Sequence[Features],
    pooled: Sequence[np.ndarray],
    strengths: tuple[float, ...],
    seed: int,
) -> dict[str, Model]:
    """Base models of both sources by their names, besides the posteriors of each.

    The product of both posteriors (log odds) is right where the sources are independent given
    the target; interaction directions find synergy that neither source shows alone.
    """
    first, second = features
    odds = np.hstack([log_odds(p) for p in pooled])
    whitened = first.whitened, second.whitened
    directions = {number: partial(_interaction, *whitened, odds, number) for number in (1, 4)}
    models: dict[str, Model] = {
        "odds": logistic(odds, strengths),
        "interaction 1": logistic(directions[1], strengths),
    }
    if not isinstance(classifier, str):
        both = np.hstack(sources)
        models[type(classifier).__name__] = given_model(classifier, both, seed)
        return models
    linear = np.hstack([*whitened, odds])
    models["linear"] = logistic(linear, strengths)
    if classifier in ("fast", "logistic"):
        return models
    a, b = (f.components[:, :MULTIPLIED] for f in features)
    scaled = (part / max(part[:, 0].std(), np.finfo(part.dtype).tiny) for part in (a, b))
    models["products 4"] = logistic(np.hstack([odds, products(*scaled)]), strengths)
    mixed = [*(f.components[:, :SEEN] for f in features), odds, products(a, b)]
    models["trees"] = trees(np.hstack(mixed), seed)
    if pooled[0].shape[1] <= BOOSTED_CLASSES:
        models["boosting"] = boosting(np.hstack(mixed), seed)
    models["interaction 4"] = trees(directions[4], seed)
    return models


def _interaction(
    a: np.ndarray, b: np.ndarray, odds: np.ndarray, number: int, training: Training
) -> np.ndarray:
    """Log odds, and projections on the directions of the rows to learn from with their products."""
    rows, labels, weights = training
    if weights is None:
        weights = np.ones(len(rows))
    u, v = interaction_directions(a[rows], b[rows], labels, weights, number)
    s, t = a @ u.astype(a.dtype), b @ v.astype(b.dtype)
    return np.hstack([odds, s, t, s * t, np.tanh(s) * np.tanh(t)])
