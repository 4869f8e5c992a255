# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y) by a cross-fitted classifier, in place of the count over cells.

For any q(y|x1,x2) that the samples did not choose, H(Y) minus its mean -log2 q is at most
I(X1,X2;Y) on average: a lower bound, tight where the classifier is the truth.
"""

from __future__ import annotations

import warnings

import numpy as np

from fourfold.counts.chao_entropy import chao_entropy, count_statistics

__all__ = ["classifier_information"]

FOLDS = 5


def classifier_information(
    x1: np.ndarray, x2: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> float:
    """Estimate I(X1,X2;Y) in bits by logistic regression on x1, on x2 and on their pairs.

    Parameters
    ----------
    x1, x2, y : ndarray of int, shape (N,)
        Samples; N at least 5.
    rng : Generator
        Draws the folds.

    Returns
    -------
    float
        H(Y), by Chao's entropy, minus the cross-entropy on the rows that were left out.
    """
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  slow to import
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder  # noqa: PLC0415

    classes, codes = np.unique(y, return_inverse=True)
    entropy = float(chao_entropy(count_statistics(np.bincount(codes)))[()])
    if len(classes) == 1:
        return 0.0
    pairs = x1 * (x2.max() + 1) + x2
    features = OneHotEncoder().fit_transform(np.column_stack([x1, x2, pairs]))
    loss = 0.0
    for rows in np.array_split(rng.permutation(len(y)), FOLDS):
        kept = np.ones(len(y), dtype=bool)
        kept[rows] = False
        seen = np.unique(codes[kept])
        predicted = np.zeros((len(rows), len(classes)))
        if len(seen) == 1:
            predicted[:, seen] = 1.0
        else:
            model = LogisticRegression(max_iter=200)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(features[kept], codes[kept])
            predicted[:, seen] = model.predict_proba(features[rows])
        # a class that was not among the rows of the fit is not impossible
        share = len(classes) / (kept.sum() + len(classes))
        predicted = (1 - share) * predicted + share / len(classes)
        loss -= np.log2(predicted[np.arange(len(rows)), codes[rows]]).sum()
    return entropy - loss / len(y)
