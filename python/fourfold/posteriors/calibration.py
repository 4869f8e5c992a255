# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Posteriors that mean what they say: temperature, class offsets, and the mean made p(y)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from fourfold.posteriors.folds import Folds
from fourfold.posteriors.log_pool import cross_fitted, fit_log_pool, normalised
from fourfold.posteriors.target import Target
from fourfold.runtime.jobs import quiet

__all__ = [
    "calibrated",
    "fit_spline",
    "log_odds",
    "matched",
    "recalibrated",
    "spline_if_better",
]

#: Of more classes a spline has too many coefficients.
SPLINE_CLASSES = 4
#: Of Newton's method, which takes three to eight.
STEPS = 100


def log_odds(posterior: np.ndarray) -> np.ndarray:
    """Half the log odds of each class against the first, at most 3 either way: (N, K_Y - 1).

    Beside components of variance 1 the surest rows would have most of the weight otherwise.
    """
    odds: np.ndarray = np.clip(np.log(posterior[:, 1:] / posterior[:, :1]), -6, 6) / 2
    return odds


def spline_if_better(
    posterior: np.ndarray, target: Target, folds: Folds
) -> tuple[np.ndarray, bool]:
    """The posterior after a cross-fitted spline of its log odds, if its held-out loss is less.

    It mends what no temperature can, such as a logistic model of a posterior that saturates.
    """
    if posterior.shape[1] > SPLINE_CLASSES:
        return posterior, False

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        return fit_spline(posterior[train], target.of_rows(train))(posterior[test])

    mended = cross_fitted(fit_predict, folds)
    better = target.log_score(mended) > target.log_score(posterior)
    return (mended, True) if better else (posterior, False)


def fit_spline(posterior: np.ndarray, target: Target) -> Callable[[np.ndarray], np.ndarray]:
    """A spline of the log odds of these rows, which mends posteriors of any."""
    classes = posterior.shape[1]
    model = make_pipeline(
        SplineTransformer(5, degree=3, knots="quantile", extrapolation="linear"),
        StandardScaler(),
        LogisticRegression(C=0.3, max_iter=300),
    )
    # each row once for each class, by its share
    shares = target.shares * target.weights[:, None]
    row, label = np.nonzero(shares)
    weight = shares[row, label] * len(posterior) / shares.sum()
    with quiet(ConvergenceWarning):
        odds = log_odds(posterior)[row]
        model.fit(odds, label, logisticregression__sample_weight=weight)

    def mended(posterior: np.ndarray) -> np.ndarray:
        found = np.zeros((len(posterior), classes))
        found[:, model[-1].classes_] = model.predict_proba(log_odds(posterior))
        return normalised(found)

    return mended


def calibrated(posterior: np.ndarray, target: Target) -> tuple[np.ndarray, float]:
    """Temperature and offsets fitted to the rows, K_Y numbers, the mean made p(y); with 1/T."""
    logs = np.log(normalised(posterior))
    pool = fit_log_pool(logs[None], target)
    return matched(pool(logs[None]), target), float(pool.weights[0])


def recalibrated(posterior: np.ndarray, target: Target, folds: Folds) -> np.ndarray:
    """Temperature and offsets fitted to the rows of other folds, so that labels stay held out."""
    logs = np.log(normalised(posterior))[None]

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        return fit_log_pool(logs[:, train], target.of_rows(train))(logs[:, test])

    return cross_fitted(fit_predict, folds)


def matched(posterior: np.ndarray, target: Target) -> np.ndarray:
    """The posterior with class offsets that make its mean p(y), to rounding.

    The marginals of both sources then belong to one distribution. By Newton's method on the
    convex log-likelihood of the offsets, whose gradient is that difference.
    """
    logs = np.log(posterior)
    classes, weights = target.classes, target.weights
    offsets = np.zeros(len(classes))
    found = posterior
    for _ in range(STEPS):
        mean = weights @ found
        if np.abs(mean - classes).max() < 1e-14:
            break
        curvature = np.diag(mean) - (found * weights[:, None]).T @ found
        step = np.zeros(len(classes))
        step[1:] = np.linalg.lstsq(curvature[1:, 1:], (classes - mean)[1:], rcond=None)[0]
        step -= step.mean()
        size = np.abs(step).max()
        if size > 2.0:  # far from the optimum, offsets as in scaling are safe
            step = np.log(classes / mean)
        offsets += step
        found = np.exp(log_softmax(logs + offsets, axis=1))
    return found
