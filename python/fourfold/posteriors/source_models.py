# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which classifiers are pooled to tell the target from one source."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.base import clone
from sklearn.kernel_approximation import Nystroem
from sklearn.utils.validation import has_fit_parameter

from fourfold.posteriors.base_models import (
    Model,
    Training,
    logistic,
    nearest,
    predicted,
    trees,
)
from fourfold.posteriors.features import class_directions

if TYPE_CHECKING:
    from fourfold.posteriors.features import Features

__all__ = ["CLASSIFIERS", "given_model", "source_models"]

#: What `classifier` may be besides an estimator of scikit-learn.
CLASSIFIERS = ("auto", "fast", "logistic")
#: Directions between the classes, of which the rows choose.
RANKS = (2, 4, 8)
#: Rows of which a kernel is made, its inverse squared widths in median squared distances, of
#: which the rows choose, and the penalty: .09 and .05 bits of the halves of the digits.
LANDMARKS, WIDTHS, KERNEL_STRENGTH = 300, (0.3, 1.0), 30.0


def source_models(
    classifier: Any,
    x: np.ndarray,
    features: Features,
    classes: int,
    strengths: tuple[float, ...],
    seed: int,
) -> dict[str, Model]:
    """Base models of a source x (N, d) by their names."""
    models: dict[str, Model] = {"logistic": logistic(features.columns, strengths)}
    if not isinstance(classifier, str):
        models[type(classifier).__name__] = given_model(classifier, x, seed)
        return models
    if classes > 2:
        models["discriminant"] = partial(_discriminant, features.whitened)
    if classifier != "logistic":
        models["nearest"] = nearest(features.components, seed)
    if classifier == "auto":
        models["trees"] = trees(features.components, seed)
        if classes > 2:
            models["kernel"] = partial(_kernel, features.components, seed)
    return models


def _discriminant(
    whitened: np.ndarray, training: Training, test: np.ndarray, classes: int
) -> dict[str, np.ndarray]:
    """Logistic regression on the first few directions in which the classes lie apart."""
    rows, labels, weights = training
    if weights is None:
        weights = np.ones(len(rows))
    scores = whitened @ class_directions(whitened[rows], labels, weights)
    found = {}
    for rank in sorted({min(rank, scores.shape[1]) for rank in RANKS}):
        fitted = logistic(scores[:, :rank], (1.0,))(training, test, classes)
        found[f"r={rank}"] = fitted["C=1"]
    return found


def _kernel(
    components: np.ndarray, seed: int, training: Training, test: np.ndarray, classes: int
) -> dict[str, np.ndarray]:
    """Logistic regression on a Gaussian kernel of some rows, as wide as rows lie apart or wider."""
    shown = components[training.rows]
    some = np.random.default_rng(seed).permutation(len(shown))[:LANDMARKS]
    apart = np.median(pdist(shown[some].astype(np.float64), "sqeuclidean"))
    found: dict[str, np.ndarray] = {}
    for width in WIDTHS if apart > 0 else ():
        kernel = Nystroem(gamma=width / apart, n_components=len(some), random_state=seed)
        columns = kernel.fit(shown).transform(components)
        fitted = logistic(columns, (KERNEL_STRENGTH,))(training, test, classes)
        found[f"width={width:g}"] = fitted[f"C={KERNEL_STRENGTH:g}"]
    return found


def given_model(classifier: Any, x: np.ndarray, seed: int) -> Model:
    """A copy of the user's own estimator, fitted to the columns as they are."""
    return partial(_given, classifier, x, seed)


def _given(
    classifier: Any,
    x: np.ndarray,
    seed: int,
    training: Training,
    test: np.ndarray,
    classes: int,
) -> dict[str, np.ndarray]:
    model = clone(classifier)
    parameters = model.get_params()
    seeds = {
        name: seed
        for name, value in parameters.items()
        if value is None and (name == "random_state" or name.endswith("__random_state"))
    }
    model.set_params(**seeds)
    if training.weights is not None and not has_fit_parameter(model, "sample_weight"):
        msg = (
            f"sample_weight: classifier {type(model).__name__} takes no weights of rows; "
            "expected one whose fit has sample_weight"
        )
        raise TypeError(msg)
    found = predicted(model, x, training, test, classes)
    _check_probabilities(found, type(model).__name__)
    return {"": found}


def _check_probabilities(p: np.ndarray, name: str) -> None:
    """Raise unless rows are finite, non-negative and sum to 1."""
    if not np.isfinite(p).all() or p.min() < 0 or np.abs(p.sum(1) - 1).max() > 1e-2:
        row = int(
            np.argmax(~np.isfinite(p).all(1) | (p.min(1) < 0) | (np.abs(p.sum(1) - 1) > 1e-2))
        )
        msg = (
            f"classifier: predict_proba of {name} gave {p[row].tolist()} where probabilities of the "
            "classes are expected, which are at least 0 and sum to 1"
        )
        raise ValueError(msg)
