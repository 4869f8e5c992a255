# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What holds of a model's answers, with the masked ones as predictors of them and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.posteriors.calibration import recalibrated
from fourfold.posteriors.folds import loose_folds
from fourfold.posteriors.held_out import FEWEST, Rows, no_bounds, outer_bounds
from fourfold.posteriors.target import as_target

if TYPE_CHECKING:
    from fourfold.results.outer_bounds import OuterBounds

__all__ = ["masked_bounds"]

_SEED = 0  # of the folds, on which little depends


def masked_bounds(
    joint: np.ndarray, given: tuple[np.ndarray, np.ndarray], confidence_level: float
) -> OuterBounds:
    """Bounds of the atoms of the inputs, of answers (N, K_Y) from both and from either of them.

    A masked answer is a function of its input, so H(Y) minus its log loss is in expectation at most
    what that input tells, whatever the mask does to the model. Its temperature and offsets are
    fitted to the joint answers of other rows.
    """
    occurring = joint.sum(0) > 0
    if len(joint) < FEWEST or occurring.sum() < 2:
        return no_bounds(confidence_level)
    target = as_target(joint[:, occurring], int(occurring.sum()), None, _SEED)
    folds = loose_folds(target, None, _SEED)
    log_classes = np.log2(target.classes)
    first, second = (
        target.terms(np.log2(recalibrated(_of(rows, occurring), target, folds)) - log_classes)
        for rows in given
    )
    rows = Rows(target.weights)
    return outer_bounds(
        first, second, None, target.surprise, rows, confidence_level, target.most
    )


def _of(rows: np.ndarray, occurring: np.ndarray) -> np.ndarray:
    """Given that the answer is one that occurs; of a row without these nothing is known."""
    kept: np.ndarray = rows[:, occurring]
    total = kept.sum(1, keepdims=True)
    return np.where(total > 0, kept / np.where(total > 0, total, 1), 1 / kept.shape[1])
