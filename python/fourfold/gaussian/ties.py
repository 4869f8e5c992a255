# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Ties in ranks, where they hide so much of a dependence that it has to be said."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.columns import Columns
from fourfold.gaussian.normal_scores import NormalScores
from fourfold.runtime.caller import caller_depth

__all__ = ["warn_of_ties"]

#: Bits hidden, of one bit that a Gaussian column tells, from which on it is said: of a third of the
#: rows in the middle, of an eighth at an end (zeros of counts), or of all in 15 values.
HIDDEN = 0.05


def hidden(lost: np.ndarray) -> np.ndarray:
    """Bits that ties hide of one bit, a correlation of squared 3/4; see `NormalScores`."""
    return np.log2((1 - 0.75 * (1 - lost)) / 0.25) / 2


def warn_of_ties(columns: Sequence[Columns], scores: Sequence[NormalScores]) -> None:
    """Give one `GaussianFitWarning` that names the columns with many ties, and their shares."""
    said, most = [], 0.0
    for one, found in zip(columns, scores, strict=True):
        rows = found.tied.shape[-1]
        tied, bits = (
            part.reshape(-1, rows).max(0) for part in (found.tied, hidden(found.lost))
        )
        # scores of two values are a straight line of these, with ranks or without
        bits = np.where(found.different.reshape(-1, rows).min(0) > 2, bits, 0.0)
        worst = np.flatnonzero(bits > HIDDEN)
        if len(worst):
            worst = worst[np.argsort(-bits[worst], kind="stable")]
            shares = sorted({round(100 * float(tied[k])) for k in worst})
            share = f"{shares[0]} %" if len(shares) == 1 else f"{shares[0]} to {shares[-1]} %"
            said.append(f"{one.name}: {one.told(worst)} ({share} of the rows)")
            most = max(most, float(bits.max()))
    if not said:
        return
    msg = (
        f"many rows have the same value: {'; '.join(said)}. Ranks cannot order these: of 1 bit that "
        f"a quantity behind such a column tells up to {most:.2f} bits are hidden, and atoms are too "
        "low. Where such columns hold labels, or events that mostly do not happen, "
        "fourfold.ClassifierPID with target_bins=16 needs no ranks of the sources"
    )
    warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
