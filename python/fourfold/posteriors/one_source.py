# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The cross-fitted posterior of one source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.base_models import out_of_fold
from fourfold.posteriors.features import features_of
from fourfold.posteriors.folds import FOLDS, folds_of, loose_folds
from fourfold.posteriors.pooling import pooled
from fourfold.posteriors.quick_logistic import STRENGTHS
from fourfold.posteriors.source_models import source_models
from fourfold.posteriors.target import as_target, strata_of
from fourfold.runtime.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["one_source_posterior"]

#: Labels drawn from each row of probabilities: fewer than of a target that is to be measured, as
#: the rows' own means mend what they miss.
DRAWS = 2


def one_source_posterior(
    source: np.ndarray, shares: np.ndarray, classifier: Any, seeds: Sequence[int]
) -> np.ndarray:
    """What classifiers say of rows (N, d) that they have not seen, pooled: (N, K_Y).

    p(y), where fewer than ten rows are of any but one class.

    Parameters
    ----------
    source : ndarray, shape (N, d)
    shares : ndarray, shape (N, K_Y)
        p(y) of each row; each class has some mass.
    classifier
        As `ClassifierPID` takes it.
    seeds : sequence of three int
        Of labels and models, of the folds, and of those of the pool.
    """
    target = as_target(shares, shares.shape[1], None, seeds[0])
    target = target._replace(draws=target.draws[:DRAWS])
    others = min(len(draw) - np.bincount(draw).max() for draw in target.draws)
    if others < 2 * FOLDS:  # some fold might leave a single class to learn from
        return np.broadcast_to(shares.mean(0), shares.shape)
    folds = folds_of(strata_of(target, FOLDS), FOLDS, None, seeds[1])
    models = source_models(classifier, shares.shape[1], STRENGTHS, seeds[0])
    with one_thread():
        fitted = out_of_fold(models, features_of(source, seeds[0]), target, folds, None)
        return pooled(fitted, target, loose_folds(target, None, seeds[2]))[0]
