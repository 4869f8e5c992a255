# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How atoms of embeddings are estimated: each method makes one or several estimates of a draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict

import fourfold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Method = Callable[[Any, Any, Any, int], dict[str, Any]]

__all__ = ["LABELS", "METHODS"]

#: Clusters of posteriors of each source.
CLUSTERS = 16

#: What estimates are called, in the order of the tables.
LABELS = {
    "auto": "classifiers, soft",
    "auto cross-fitted": "cross-fitted",
    "auto shrunk": "shrunk",
    "fast": "fast, soft",
    "fast shrunk": "fast, shrunk",
    "kmeans": "K-means",
    "clusters": "clusters of posteriors",
    "raw": "raw probabilities",
}


def _classifiers(name: str, x1: Any, x2: Any, y: Any, seed: int) -> dict[str, Any]:
    estimator = fourfold.ClassifierPID(name, random_state=seed).fit(x1, x2, y)
    result = estimator.result_
    readings = result.readings
    found = {
        "estimates": {
            name: _plain(result.atoms),
            f"{name} cross-fitted": _plain(readings["cross_fitted"]),
            f"{name} shrunk": _plain(readings["shrunk"]),
        },
        "standard_error": _plain(result.standard_error),
        "bounds": _plain(result.outer_bounds[:4]),
        "held_out_joint": float(result.information.held_out.mi_joint),
    }
    if name == "auto":
        pair = [
            KMeans(CLUSTERS, n_init=1, random_state=seed).fit_predict(p)
            for p in estimator.posteriors_[:2]
        ]
        clustered = fourfold.pid(*pair, y, bias_correction="auto")
        found["estimates"]["clusters"] = _plain(clustered.atoms)
    return found


def _auto(x1: Any, x2: Any, y: Any, seed: int) -> dict[str, Any]:
    return _classifiers("auto", x1, x2, y, seed)


def _fast(x1: Any, x2: Any, y: Any, seed: int) -> dict[str, Any]:
    return _classifiers("fast", x1, x2, y, seed)


def _kmeans(x1: Any, x2: Any, y: Any, seed: int) -> dict[str, Any]:
    """At the number that `cluster_sweep` recommends; the smallest where it recommends none."""
    sweep = fourfold.cluster_sweep(x1, x2, y, random_state=seed)
    number = sweep.recommended or sweep.n_clusters[0]
    estimator = fourfold.PIDEstimator(number, bias_correction="auto", random_state=seed)
    atoms = estimator.fit(x1, x2, y).result_.atoms
    return {"estimates": {"kmeans": _plain(atoms)}, "clusters": number}


def _raw(x1: Any, x2: Any, y: Any, seed: int) -> dict[str, Any]:
    """Out-of-fold probabilities of boosted trees, taken at their word."""
    model = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.15, early_stopping=True, random_state=seed
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    p1, p2, both = (
        cross_val_predict(model, x, y, cv=folds, method="predict_proba")
        for x in (x1, x2, np.hstack([x1, x2]))
    )
    result = fourfold.posterior_pid(p1, p2, y, both, recalibrate=False)
    return {"estimates": {"raw": _plain(result.atoms)}}


def _plain(values: Sequence[float]) -> list[float | None]:
    """Floats to six decimals; None for what is not known, as JSON has no NaN."""
    return [None if math.isnan(value) else round(float(value), 6) for value in values]


METHODS: dict[str, Method] = {"auto": _auto, "fast": _fast, "kmeans": _kmeans, "raw": _raw}
