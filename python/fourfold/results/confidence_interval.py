# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals of the atoms of the population."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.words import SYMBOLS

__all__ = ["ConfidenceInterval", "RowTerms", "Scatter"]


class Scatter(NamedTuple):
    """What differences of atoms are made of, and whether they may be taken.

    Attributes
    ----------
    deviations : ndarray, shape (n_resamples, 4)
        Before the error of the bias widened them.
    removed : ndarray, shape (4,)
        What was subtracted as bias.
    step : ndarray, shape (4,), or None
        The last step of that, where it is known.
    ends : ndarray, shape (E, 4)
        Atoms at both ends of the union information, and of I(X1,X2;Y) where that has two.
    drawn : int
        Tells which rows were in the halves.
    method : str
        Of the correction of the centre.
    """

    deviations: np.ndarray
    removed: np.ndarray
    step: np.ndarray | None
    ends: np.ndarray
    drawn: int
    method: str


class RowTerms(NamedTuple):
    """What each row adds to the atoms, of which differences between results are made.

    Attributes
    ----------
    terms : ndarray, shape (C, 4)
        Of each occupied cell, of mean zero over the rows, in bits.
    occupied : ndarray, shape (C,)
        Numbers of those cells, sorted.
    cells : ndarray, shape (N,)
        Number of the cell of each row.
    unseen : ndarray, shape (4,)
        Variance of the atoms that halves of the rows show and the terms do not.
    removed, step, ends
        As in `Scatter`.
    method : str
        Of the correction of the centre.
    """

    terms: np.ndarray
    occupied: np.ndarray
    cells: np.ndarray
    unseen: np.ndarray
    removed: np.ndarray
    step: np.ndarray | None
    ends: np.ndarray
    method: str

    def by_row(self) -> np.ndarray:
        """(N, 4) terms of the rows."""
        return self.terms[np.searchsorted(self.occupied, self.cells)]


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
    method : str
        "influence": from what each row adds to the atoms, of one solve; "halves", from those
        of random halves of the samples; "decoded", from what classifiers of half of the rows
        missed, `estimate` being the extrapolated reading.
    bias_error : Atoms
        Standard error of the bias that was subtracted, in bits, which widens the intervals as
        that of sampling does; of "decoded" half of what is between the ends, without sampling.
    kink : float
        Bits between the ends that the union information has by the fastest and by the slowest
        rate that its bias may fall at: with these samples, sources that differ by this much and
        sources that are alike look the same. Both ends are in the intervals.
    drift : Atoms or None
        Of halves: what atoms of all samples have over the mean of those of the halves, in bits; for labels
        of those corrected by Chao's entropies, whatever the correction, for probabilities of the
        plug-in ones. What is far from zero goes on changing with more samples.
    replicates : ndarray, shape (n_resamples, 4)
        Atoms R, U1, U2, S as they would scatter, one row a half of the samples.
    scatter : Scatter or RowTerms
        What a comparison with another interval is made of.
    """

    low: Atoms
    high: Atoms
    contributions: tuple[tuple[float, float], tuple[float, float]]
    confidence_level: float
    estimate: Atoms
    method: str
    bias_error: Atoms
    kink: float
    drift: Atoms | None
    replicates: np.ndarray
    scatter: Scatter | RowTerms

    def to_dict(self) -> dict[str, Any]:
        """All numbers but the replicates, as plain Python values."""
        return {
            "confidence_level": self.confidence_level,
            "method": self.method,
            "n_resamples": len(self.replicates),
            "low": self.low._asdict(),
            "high": self.high._asdict(),
            "estimate": self.estimate._asdict(),
            "bias_error": self.bias_error._asdict(),
            "kink": self.kink,
            "drift": None if self.drift is None else self.drift._asdict(),
            "contributions": [list(interval) for interval in self.contributions],
        }

    def __repr__(self) -> str:
        ends = zip(SYMBOLS, self.low, self.high, strict=True)
        words = [f"{symbol} [{low:.4f}, {high:.4f}]" for symbol, low, high in ends]
        halves = f"{len(self.replicates)} halves" if len(self.replicates) else self.method
        return (
            f"ConfidenceInterval({', '.join(words)} bits, level {self.confidence_level:g}, "
            f"{halves})"
        )
