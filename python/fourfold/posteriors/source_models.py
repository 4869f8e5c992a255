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
    Predict,
    Rows,
    Training,
    View,
    learned,
    logistic,
    nearest,
    trees,
)
from fourfold.posteriors.features import class_directions

if TYPE_CHECKING:
    from fourfold.posteriors.features import Features

__all__ = [
    "CLASSIFIERS",
    "as_given",
    "checked",
    "given_model",
    "seeded",
    "source_models",
    "standardised",
]

#: What `classifier` may be besides an estimator of scikit-learn.
CLASSIFIERS = ("auto", "fast", "logistic")
#: Directions between the classes, of which the rows choose.
RANKS = (2, 4, 8)
#: Rows of which a kernel is made, its inverse squared widths in median squared distances, of
#: which the rows choose, and the penalty: .09 and .05 bits of the halves of the digits.
LANDMARKS, WIDTHS, KERNEL_STRENGTH = 300, (0.3, 1.0), 30.0


def source_models(
    classifier: Any, classes: int, strengths: tuple[float, ...], seed: int
) -> dict[str, Model]:
    """Base models of a source by their names, to be shown its `Features`."""
    models: dict[str, Model] = {"logistic": logistic(standardised, strengths)}
    if not isinstance(classifier, str):
        models[type(classifier).__name__] = given_model(classifier, as_given, seed)
        return models
    if classes > 2:
        models["discriminant"] = _discriminant
    if classifier != "logistic":
        models["nearest"] = nearest(_components, seed)
    if classifier == "auto":
        models["trees"] = trees(_components, seed)
        if classes > 2:
            models["kernel"] = partial(_kernel, seed)
    return models


def as_given(shown: Features, rows: Rows) -> np.ndarray:
    """Columns of some rows as they came."""
    return shown.given[rows]


def standardised(shown: Features, rows: Rows) -> np.ndarray:
    """Columns of some rows."""
    return shown.columns[rows]


def _components(shown: Features, rows: Rows) -> np.ndarray:
    return shown.components[rows]


def _discriminant(training: Training, classes: int) -> dict[str, Predict]:
    """Logistic regression on the first few directions in which the classes lie apart."""
    whitened = training.shown.whitened[training.rows]
    directions = class_directions(whitened, training.labels, training.known_weights)
    found = {}
    for rank in sorted({min(rank, directions.shape[1]) for rank in RANKS}):
        view = partial(_projected, directions[:, :rank])
        found[f"r={rank}"] = logistic(view, (1.0,))(training, classes)["C=1"]
    return found


def _projected(directions: np.ndarray, shown: Features, rows: Rows) -> np.ndarray:
    scores: np.ndarray = shown.whitened[rows] @ directions
    return scores


def _kernel(seed: int, training: Training, classes: int) -> dict[str, Predict]:
    """Logistic regression on a Gaussian kernel of some rows, as wide as rows lie apart or wider."""
    components = training.shown.components[training.rows]
    some = np.random.default_rng(seed).permutation(len(components))[:LANDMARKS]
    apart = np.median(pdist(components[some].astype(np.float64), "sqeuclidean"))
    found: dict[str, Predict] = {}
    for width in WIDTHS if apart > 0 else ():
        kernel = Nystroem(gamma=width / apart, n_components=len(some), random_state=seed)
        view = partial(_transformed, kernel.fit(components))
        fitted = logistic(view, (KERNEL_STRENGTH,))(training, classes)
        found[f"width={width:g}"] = fitted[f"C={KERNEL_STRENGTH:g}"]
    return found


def _transformed(kernel: Nystroem, shown: Features, rows: Rows) -> np.ndarray:
    columns: np.ndarray = kernel.transform(shown.components[rows])
    return columns


def given_model(classifier: Any, view: View, seed: int) -> Model:
    """A copy of the user's own estimator, fitted to the columns as they are."""
    return partial(_given, classifier, view, seed)


def _given(
    classifier: Any, view: View, seed: int, training: Training, classes: int
) -> dict[str, Predict]:
    model = seeded(classifier, seed)
    if training.weights is not None and not has_fit_parameter(model, "sample_weight"):
        msg = (
            f"sample_weight: classifier {type(model).__name__} takes no weights of rows; "
            "expected one whose fit has sample_weight"
        )
        raise TypeError(msg)
    return {"": checked(learned(model, view, training, classes), type(model).__name__)}


def seeded(classifier: Any, seed: int) -> Any:
    """A copy whose random states that are None are the seed."""
    model = clone(classifier)
    seeds = {
        name: seed
        for name, value in model.get_params().items()
        if value is None and (name == "random_state" or name.endswith("__random_state"))
    }
    return model.set_params(**seeds)


def checked(predict: Predict, name: str) -> Predict:
    """The same, or raise where the estimator of this name gives no probabilities."""
    return partial(_checked, predict, name)


def _checked(predict: Predict, name: str, shown: Any, rows: Rows) -> np.ndarray:
    found = predict(shown, rows)
    _check_probabilities(found, name)
    return found


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
