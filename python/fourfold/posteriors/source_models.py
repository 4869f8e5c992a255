# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which classifiers are pooled to tell the target from one source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import clone

from fourfold.posteriors.base_models import (
    Model,
    Training,
    logistic,
    nearest,
    predicted,
    trees,
)

if TYPE_CHECKING:
    import numpy as np

    from fourfold.posteriors.features import Features

__all__ = ["CLASSIFIERS", "given_model", "source_models"]

#: What `classifier` may be besides an estimator of scikit-learn.
CLASSIFIERS = ("auto", "fast", "logistic")


def source_models(
    classifier: Any, x: np.ndarray, features: Features, strengths: tuple[float, ...], seed: int
) -> dict[str, Model]:
    """Base models of a source x (N, d) by their names."""
    if not isinstance(classifier, str):
        return {type(classifier).__name__: given_model(classifier, x, seed)}
    models: dict[str, Model] = {"logistic": logistic(features.columns, strengths)}
    if classifier != "logistic":
        models["nearest"] = nearest(features.components, seed)
    if classifier == "auto":
        models["trees"] = trees(features.components, seed)
    return models


def given_model(classifier: Any, x: np.ndarray, seed: int) -> Model:
    """A copy of the user's own estimator, fitted to the columns as they are."""

    def fit(training: Training, test: np.ndarray, classes: int) -> dict[str, np.ndarray]:
        model = clone(classifier)
        parameters = model.get_params()
        seeds = {
            name: seed
            for name, value in parameters.items()
            if value is None and (name == "random_state" or name.endswith("__random_state"))
        }
        model.set_params(**seeds)
        return {"": predicted(model, x, training, test, classes)}

    return fit
