# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Base posteriors of one kind to the pooled, cross-fitted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.posteriors.calibration import spline_if_better
from fourfold.posteriors.log_pool import cross_fitted, fit_log_pool

if TYPE_CHECKING:
    from fourfold.posteriors.folds import Folds
    from fourfold.posteriors.target import Target

__all__ = ["pooled"]


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
