# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers fitted out of fold, several at once."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from fourfold.posteriors.log_pool import normalised
from fourfold.posteriors.quick_logistic import STRENGTHS
from fourfold.runtime.jobs import Sent, run_jobs

if TYPE_CHECKING:
    from fourfold.posteriors.folds import Folds
    from fourfold.posteriors.target import Target

__all__ = [
    "EVERY",
    "MANY_ROWS",
    "Model",
    "OfTraining",
    "Predict",
    "Rows",
    "Training",
    "View",
    "boosting",
    "learned",
    "logistic",
    "nearest",
    "out_of_fold",
    "spread",
    "trees",
]

#: Rows above which what is quadratic in them sees some only.
MANY_ROWS = 10_000
#: Chosen, as the constants of trees and boosting below, by held-out loss on simulated data
#: (docs/decisions/posteriors.md); of these two numbers the rows choose.
NEIGHBOURS = (10, 40)


#: Which rows of what is shown; `EVERY` of them.
Rows = np.ndarray | slice
EVERY = slice(None)
#: Features (n, k) of some rows of what is shown.
View = Callable[[Any, Rows], np.ndarray]
#: Probabilities (n, K_Y) of some rows of what is shown.
Predict = Callable[[Any, Rows], np.ndarray]


class Training(NamedTuple):
    """Rows to learn from, of what is shown, with their labels of one draw and weights of mean 1."""

    shown: Any
    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray | None

    @property
    def known_weights(self) -> np.ndarray:
        """The weights, ones where there are none."""
        return np.ones(len(self.labels)) if self.weights is None else self.weights


#: Learns from rows what is asked of any: by what distinguishes candidates of its kind, of which
#: the best on held-out rows stays. Its second argument is K_Y.
Model = Callable[[Training, int], dict[str, Predict]]


def out_of_fold(
    models: Mapping[str, Model],
    shown: Any,
    target: Target,
    folds: Folds,
    n_jobs: int | None,
    advance: Callable[[], Any] = lambda: None,
) -> dict[str, np.ndarray]:
    """Posteriors (N, K_Y) of each model, of its candidate with the least held-out log loss."""
    classes = target.shares.shape[1]
    weighted = np.ptp(target.weights) > 0
    drawn = Sent((target.draws, target.weights if weighted else None))
    sent = Sent(shown)
    places = [(name, fold) for name in models for fold in range(len(folds))]
    jobs = [(models[name], sent, drawn, classes, *folds[fold]) for name, fold in places]
    how: dict[str, Any] = {"n_jobs": n_jobs, "prefer": "threads"}
    fitted = run_jobs(_mean_of_draws, jobs, quieted=(ConvergenceWarning,), **how)
    candidates: dict[tuple[str, str], np.ndarray] = {}
    for (name, fold), found in zip(places, fitted, strict=True):
        for candidate, p in found.items():
            shape = (len(target.shares), classes)
            candidates.setdefault((name, candidate), np.zeros(shape))[folds[fold][1]] = p
        advance()
    best: dict[str, tuple[float, str, np.ndarray]] = {}
    for (name, candidate), p in candidates.items():
        posterior = normalised(p)
        score = target.log_score(posterior)
        if name not in best or score > best[name][0]:
            best[name] = score, f"{name} {candidate}".rstrip(), posterior
    return {shown: posterior for _, shown, posterior in best.values()}


def _mean_of_draws(
    model: Model,
    shown: Any,
    drawn: tuple[tuple[np.ndarray, ...], np.ndarray | None],
    classes: int,
    train: np.ndarray,
    test: np.ndarray,
) -> dict[str, np.ndarray]:
    """What a model that learned from some rows says of others, by its candidates."""
    draws, weights = drawn
    if weights is not None:
        scale = len(train) / weights[train].sum()
        weights = weights[train] * scale
    sums: dict[str, np.ndarray] = {}
    for labels in draws:
        training = Training(shown, train, labels[train], weights)
        for name, predict in model(training, classes).items():
            sums[name] = sums.get(name, 0.0) + predict(shown, test) / len(draws)
    return sums


def learned(model: Any, view: View, training: Training, classes: int) -> Predict:
    """Fit one estimator of scikit-learn; what it says is spread over all classes."""
    options = {} if training.weights is None else {"sample_weight": training.weights}
    model.fit(view(training.shown, training.rows), training.labels, **options)
    return spread(model, view, classes)


def spread(model: Any, view: View, classes: int) -> Predict:
    """What a fitted estimator says, with zeros for classes that it has not met."""
    return functools.partial(_spread, model, view, classes)


def _spread(model: Any, view: View, classes: int, shown: Any, rows: Rows) -> np.ndarray:
    features = view(shown, rows)
    found = np.zeros((len(features), classes))
    with joblib.parallel_config("sequential"):  # forests add up trees as threads finish them
        found[:, model.classes_] = model.predict_proba(features)
    return found


# -- the models: functions of modules with what they know beforehand, as those can be sent -------


class OfTraining(NamedTuple):
    """A view that is made of the rows to learn from and their labels."""

    view: Callable[[Training], View]


def viewed(view: View | OfTraining, training: Training) -> View:
    """The view itself, made of the rows to learn from where it has to be."""
    return view.view(training) if isinstance(view, OfTraining) else view


def logistic(view: View | OfTraining, strengths: tuple[float, ...] = STRENGTHS) -> Model:
    """Multinomial logistic regression."""
    return functools.partial(_logistic, view, strengths)


def _logistic(
    view: View | OfTraining, strengths: tuple[float, ...], training: Training, classes: int
) -> dict[str, Predict]:
    of_rows = viewed(view, training)
    model = LogisticRegression(max_iter=200, warm_start=True)
    found = {}
    for c in strengths:
        learned(model.set_params(C=c), of_rows, training, classes)
        found[f"C={c:g}"] = spread(copy.deepcopy(model), of_rows, classes)
    return found


def nearest(view: View, seed: int) -> Model:
    """Shares of the classes among near rows, nearer ones count more."""
    return functools.partial(_nearest, view, seed)


def _nearest(view: View, seed: int, training: Training, classes: int) -> dict[str, Predict]:
    some = training
    if len(training.rows) > MANY_ROWS:
        chosen = np.random.default_rng(seed).choice(len(training.rows), MANY_ROWS, False)
        labels = training.labels[chosen]
        some = Training(training.shown, training.rows[chosen], labels, None)
    numbers = {k: min(k, len(some.rows)) for k in NEIGHBOURS}
    return {
        f"k={k}": learned(KNeighborsClassifier(number, weights="distance"), view, some, classes)
        for k, number in numbers.items()
    }


def trees(view: View | OfTraining, seed: int) -> Model:
    """Extremely randomised trees."""
    return functools.partial(_trees, view, seed)


def _trees(
    view: View | OfTraining, seed: int, training: Training, classes: int
) -> dict[str, Predict]:
    model = ExtraTreesClassifier(100, min_samples_leaf=5, max_features=0.5, random_state=seed)
    return {"": learned(model, viewed(view, training), training, classes)}


def boosting(view: View, seed: int) -> Model:
    """Boosted trees of few leaves."""
    return functools.partial(_boosting, view, seed)


def _boosting(view: View, seed: int, training: Training, classes: int) -> dict[str, Predict]:
    model = HistGradientBoostingClassifier(
        max_iter=60,
        max_leaf_nodes=8,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    return {"": learned(model, view, training, classes)}
