# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers fitted out of fold, several at once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

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

__all__ = ["Model", "Training", "boosting", "logistic", "nearest", "out_of_fold", "trees"]

#: Rows above which what is quadratic in them sees some only.
MANY_ROWS = 10_000
#: Chosen, as the constants of trees and boosting below, by held-out loss on simulated data
#: (docs/decisions/posteriors.md); of these two numbers the rows choose.
NEIGHBOURS = (10, 40)


class Training(NamedTuple):
    """Rows to learn from, with their labels of one draw and their weights of mean 1."""

    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray | None


#: Learns from rows and predicts others: probabilities (n, K_Y) by what distinguishes candidates
#: of its kind, of which the best on held-out rows stays.
Model = Callable[[Training, np.ndarray, int], dict[str, np.ndarray]]


def out_of_fold(
    models: Mapping[str, Model],
    target: Target,
    folds: Folds,
    n_jobs: int | None,
    advance: Callable[[], Any] = lambda: None,
) -> dict[str, np.ndarray]:
    """Posteriors (N, K_Y) of each model, of its candidate with the least held-out log loss."""
    classes = target.shares.shape[1]
    weighted = np.ptp(target.weights) > 0
    drawn = Sent((target.draws, target.weights if weighted else None))
    sent = {name: Sent(model) for name, model in models.items()}
    places = [(name, fold) for name in models for fold in range(len(folds))]
    jobs = [(sent[name], drawn, classes, *folds[fold]) for name, fold in places]
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
        for name, p in model(Training(train, labels[train], weights), test, classes).items():
            sums[name] = sums.get(name, 0.0) + p / len(draws)
    return sums


def predicted(
    model: Any, features: np.ndarray, training: Training, test: np.ndarray, classes: int
) -> np.ndarray:
    """Fit one estimator of scikit-learn and spread what it says over all classes."""
    options = {} if training.weights is None else {"sample_weight": training.weights}
    model.fit(features[training.rows], training.labels, **options)
    found = np.zeros((len(test), classes))
    found[:, model.classes_] = model.predict_proba(features[test])
    return found


# -- the models: functions of modules with what they know beforehand, as those can be sent -------


def logistic(
    features: np.ndarray | Callable[[Training], np.ndarray],
    strengths: tuple[float, ...] = STRENGTHS,
) -> Model:
    """Multinomial logistic regression; features may be made of the rows to learn from."""
    return functools.partial(_logistic, features, strengths)


def _logistic(
    features: np.ndarray | Callable[[Training], np.ndarray],
    strengths: tuple[float, ...],
    training: Training,
    test: np.ndarray,
    classes: int,
) -> dict[str, np.ndarray]:
    shown = features(training) if callable(features) else features
    model = LogisticRegression(max_iter=200, warm_start=True)
    return {
        f"C={c:g}": predicted(model.set_params(C=c), shown, training, test, classes)
        for c in strengths
    }


def nearest(features: np.ndarray, seed: int) -> Model:
    """Shares of the classes among near rows, nearer ones count more."""
    return functools.partial(_nearest, features, seed)


def _nearest(
    features: np.ndarray, seed: int, training: Training, test: np.ndarray, classes: int
) -> dict[str, np.ndarray]:
    some = training
    if len(training.rows) > MANY_ROWS:
        chosen = np.random.default_rng(seed).choice(len(training.rows), MANY_ROWS, False)
        some = Training(training.rows[chosen], training.labels[chosen], None)
    numbers = {k: min(k, len(some.rows)) for k in NEIGHBOURS}
    return {
        f"k={k}": predicted(
            KNeighborsClassifier(number, weights="distance"), features, some, test, classes
        )
        for k, number in numbers.items()
    }


def trees(features: np.ndarray | Callable[[Training], np.ndarray], seed: int) -> Model:
    """Extremely randomised trees."""
    return functools.partial(_trees, features, seed)


def _trees(
    features: np.ndarray | Callable[[Training], np.ndarray],
    seed: int,
    training: Training,
    test: np.ndarray,
    classes: int,
) -> dict[str, np.ndarray]:
    shown = features(training) if callable(features) else features
    model = ExtraTreesClassifier(100, min_samples_leaf=5, max_features=0.5, random_state=seed)
    return {"": predicted(model, shown, training, test, classes)}


def boosting(features: np.ndarray, seed: int) -> Model:
    """Boosted trees of few leaves."""
    return functools.partial(_boosting, features, seed)


def _boosting(
    features: np.ndarray, seed: int, training: Training, test: np.ndarray, classes: int
) -> dict[str, np.ndarray]:
    model = HistGradientBoostingClassifier(
        max_iter=60,
        max_leaf_nodes=8,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    return {"": predicted(model, features, training, test, classes)}
