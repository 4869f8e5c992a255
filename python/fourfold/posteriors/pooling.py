# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Base posteriors of one kind to the pooled, cross-fitted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.posteriors.calibration import fit_spline, spline_if_better
from fourfold.posteriors.log_pool import cross_fitted, fit_log_pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.posteriors.folds import Folds
    from fourfold.posteriors.target import Target

__all__ = ["learned_pool", "pooled"]


def pooled(
    posteriors: dict[str, np.ndarray], target: Target, folds: Folds
) -> tuple[np.ndarray, dict[str, float]]:
    """The pool (N, K_Y) of base posteriors, and the weights of these, means over the folds."""
    logs = np.log(np.stack(list(posteriors.values())))
    weights = []

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        pool = fit_log_pool(logs[:, train], target.of_rows(train))
        weights.append(pool.weights)
        return pool(logs[:, test])

    found = cross_fitted(fit_predict, folds)
    mean = np.mean(weights, axis=0).tolist()
    chosen = dict(zip(posteriors, mean, strict=True))
    found, mended = spline_if_better(found, target, folds)
    if mended:
        chosen["spline"] = 1.0
    return found, chosen


def learned_pool(
    posteriors: dict[str, np.ndarray], target: Target, folds: Folds
) -> tuple[Callable[[dict[str, np.ndarray]], np.ndarray], dict[str, float]]:
    """The pool of rows that no base model has seen, for any others, and its weights.

    `folds` of these rows say whether a spline follows.
    """
    logs = np.log(np.stack(list(posteriors.values())))
    pool = fit_log_pool(logs, target)
    chosen = dict(zip(posteriors, pool.weights.tolist(), strict=True))
    mend = None
    if "spline" in pooled(posteriors, target, folds)[1]:
        chosen["spline"] = 1.0
        mend = fit_spline(pool(logs), target)
        mended = np.log(mend(pool(logs)))[None]
        temper = fit_log_pool(mended, target)  # as a spline is penalised, and too little sure

    def predict(given: dict[str, np.ndarray]) -> np.ndarray:
        found = pool(np.log(np.stack([given[name] for name in posteriors])))
        return found if mend is None else temper(np.log(mend(found))[None])

    return predict, chosen
