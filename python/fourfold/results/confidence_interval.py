# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals of the atoms of the population."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.words import SYMBOLS

__all__ = ["ConfidenceInterval", "Scatter"]


class Scatter(NamedTuple):
    """What differences of atoms are made of, and whether they may be taken.

    Attributes
    ----------
    deviations : ndarray, shape (n_resamples, 4)
        Before the error of the bias widened them.
    bias : ndarray, shape (4,)
        What was subtracted.
    drawn : int
        Tells which rows were in the halves.
    method : str
        Of the correction of the centre.
    """

    deviations: np.ndarray
    bias: np.ndarray
    drawn: int
    method: str


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ConfidenceInterval:
    """Intervals of the population's atoms in bits, around bias-corrected estimates.

    Attributes
    ----------
    low, high : Atoms
        Ends of the intervals, with the certified gap of the estimate. The lower may be
        negative, the upper not, as no atom of a population is: an interval takes in zero where
        its plug-in atom is zero. Where most samples are alone in their cell it takes in zero
        and the plug-in atom, as the correction then is a guess.
    contributions : tuple of (float, float)
        Intervals of U1 / (U1 + U2) and of U2 / (U1 + U2), negative atoms counted as zero;
        (0, 1) where the data do not tell.
    confidence_level : float
        Of each interval on its own.
    estimate : Atoms
        Their centres: the corrected atoms, also where the result's are not corrected.
    drift : Atoms
        What atoms of all samples have over the mean of those of the halves, in bits; for labels
        of those corrected by Chao's entropies, whatever the correction, for probabilities of the
        plug-in ones. What is far from zero goes on changing with more samples.
    replicates : ndarray, shape (n_resamples, 4)
        Atoms R, U1, U2, S as they would scatter, one row a half of the samples.
    scatter : Scatter
        What a comparison with another interval is made of.
    """

    low: Atoms
    high: Atoms
    contributions: tuple[tuple[float, float], tuple[float, float]]
    confidence_level: float
    estimate: Atoms
    drift: Atoms
    replicates: np.ndarray
    scatter: Scatter

    def to_dict(self) -> dict[str, Any]:
        """All numbers but the replicates, as plain Python values."""
        return {
            "confidence_level": self.confidence_level,
            "n_resamples": len(self.replicates),
            "low": self.low._asdict(),
            "high": self.high._asdict(),
            "estimate": self.estimate._asdict(),
            "drift": self.drift._asdict(),
            "contributions": [list(interval) for interval in self.contributions],
        }

    def __repr__(self) -> str:
        ends = zip(SYMBOLS, self.low, self.high, strict=True)
        words = [f"{symbol} [{low:.4f}, {high:.4f}]" for symbol, low, high in ends]
        return (
            f"ConfidenceInterval({', '.join(words)} bits, level {self.confidence_level:g}, "
            f"{len(self.replicates)} resamples)"
        )
