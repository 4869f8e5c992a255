# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals of the atoms of the population."""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.frame import Block, batch_index
from fourfold.results.pid_lines import tuple_lines
from fourfold.results.record import Record
from fourfold.results.words import SYMBOLS

__all__ = ["RECOMBINED", "ConfidenceInterval", "RowHalves", "RowTerms", "Scatter"]

_SLAB = 2**18  # rows that are looked at together


class RowTerms(NamedTuple):
    """What each sample adds to the atoms, by the occupied cell that it is in.

    Attributes
    ----------
    terms : ndarray, shape (C, 4)
        Of R, U1, U2 and S in bits, of mean zero over the samples.
    counts : ndarray, shape (C,)
        Samples in each cell.
    occupied : ndarray, shape (C,)
        Numbers of the cells, sorted.
    cells : ndarray, shape (N,), or None
        Number of the cell of each row; None where only counts are known.
    """

    terms: np.ndarray
    counts: np.ndarray
    occupied: np.ndarray
    cells: np.ndarray | None

    def covariance(self) -> np.ndarray:
        """(4, 4) of the four atoms, in squared bits."""
        n = self.counts.sum()
        scaled = self.terms * (self.counts / n)[:, None]
        found: np.ndarray = scaled.T @ self.terms / n
        return found

    def covariance_with(self, other: RowTerms) -> np.ndarray:
        """(4, 4) of these atoms with those of another result of the same rows."""
        assert self.cells is not None
        assert other.cells is not None
        n, found = len(self.cells), np.zeros((4, 4))
        for first in range(0, n, _SLAB):
            rows = slice(first, first + _SLAB)
            mine, others = (
                each.terms[np.searchsorted(each.occupied, cells[rows])]
                for each, cells in ((self, self.cells), (other, other.cells))
            )
            found += mine.T @ others
        return found / n**2


class RowHalves(NamedTuple):
    """Halves of rows of whose atoms one solve does not tell what a row adds.

    Attributes
    ----------
    deviations : ndarray, shape (n_resamples, 4)
        By how many bits the atoms of each are off their mean.
    drawn : int
        Tells which rows were in the halves.
    """

    deviations: np.ndarray
    drawn: int


#: The `method` of results of recombined inputs, which are of another population than their rows.
RECOMBINED = "recombined"


class Scatter(NamedTuple):
    """What differences between results are made of.

    Attributes
    ----------
    covariance : ndarray, shape (4, 4)
        Of the atoms by sampling, in squared bits.
    removed : ndarray, shape (4,)
        What was subtracted as bias.
    step : ndarray, shape (4,), or None
        The last step of that, where it is known.
    ends : ndarray, shape (E, 4)
        Atoms at both ends of the union information, and of I(X1,X2;Y) where that has two.
    method : str
        Of the correction of the centre, or RECOMBINED.
    terms : RowTerms or None
        What each row adds, as far as rows scatter as `covariance` says; None where the rows, or
        their terms, are not known.
    halves : RowHalves or None
        The halves, where these were of rows.
    """

    covariance: np.ndarray
    removed: np.ndarray
    step: np.ndarray | None
    ends: np.ndarray
    method: str
    terms: RowTerms | None
    halves: RowHalves | None = None


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ConfidenceInterval(Record):
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
        missed, `estimate` being the extrapolated reading; "wishart", from covariances as other
        samples of the fitted Gaussian have them.
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
        Atoms R, U1, U2, S as they would scatter, one row a half of the samples, or a draw.
    scatter : Scatter or None
        What a comparison with another interval is made of; None of "decoded".
    sizes : ndarray, shape (n_resamples,), or None
        Of halves: how many samples each has.

    See Also
    --------
    pid : Makes them of labels.
    PID : Has one as `confidence_interval`.
    compare : Intervals of differences.

    References
    ----------
    docs/sampling.md, docs/alike-sources.md, and for Gaussians docs/gaussian.md.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).integers(2, size=(2, 1000))
    >>> interval = ff.pid(x1, x2, x1 & x2).confidence_interval
    >>> interval.low.synergy < 0.5 < interval.high.synergy, interval.confidence_level
    (True, 0.95)
    """

    _left_out: ClassVar[frozenset[str]] = frozenset({"replicates", "scatter", "sizes"})
    _derived: ClassVar[tuple[str, ...]] = ("n_resamples",)

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
    scatter: Scatter | None
    sizes: np.ndarray | None = None

    @property
    def n_resamples(self) -> int:
        """How many halves, or draws, there were; 0 where errors are not from these.

        See Also
        --------
        fourfold.pid : Has the argument `n_resamples`.

        Examples
        --------
        >>> import fourfold as ff
        >>> labels = [0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 0, 0, 1] * 10
        >>> ff.pid(*labels, n_resamples=25).confidence_interval.n_resamples
        25
        """
        return int(self.replicates.shape[-2])

    def _blocks(self) -> list[Block]:
        lines = tuple_lines(
            "atom",
            value=self.estimate,
            low=self.low,
            high=self.high,
            bias_error=self.bias_error,
            drift=self.drift,
        )
        return [Block(batch_index(np.shape(self.kink)), [*lines])]

    def __repr__(self) -> str:
        if np.ndim(self.low.redundancy):
            shape = np.shape(self.low.redundancy)
            return (
                f"ConfidenceInterval(batch of shape {shape}, level {self.confidence_level:g})"
            )
        ends = zip(SYMBOLS, self.low, self.high, strict=True)
        words = [f"{symbol} [{low:.4f}, {high:.4f}]" for symbol, low, high in ends]
        what = "draws" if self.method == "wishart" else "halves"
        halves = f"{self.n_resamples} {what}" if self.n_resamples else self.method
        return (
            f"ConfidenceInterval({', '.join(words)} bits, level {self.confidence_level:g}, "
            f"{halves})"
        )
