# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether two decompositions differ by more than chance, of the same rows or of other samples."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from fourfold.inference.correction import error_of_bias
from fourfold.inference.shares import mean_share, share_difference
from fourfold.inputs.numbers import check_confidence_level
from fourfold.results.atoms import ROUNDING
from fourfold.results.confidence_interval import RECOMBINED, Scatter
from fourfold.results.frame import Block, Line
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.pid import PID, Atoms
from fourfold.results.pid_lines import tuple_lines
from fourfold.results.record import Record
from fourfold.results.words import LABELS, pvalue_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.results.confidence_interval import ConfidenceInterval

__all__ = ["Comparison", "check_bins", "check_paired", "compare_seeds", "compare_tables"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Comparison(Record):
    """The atoms of one result minus those of another, in bits.

    Attributes
    ----------
    difference : Atoms
        Of the bias-corrected atoms; where classifiers decode them, of the cross-fitted reading.
    low, high : Atoms
        Confidence interval of each difference.
    pvalue : Atoms
        Two-sided, of no difference, each on its own; for many see
        `fourfold.adjust_pvalues`.
    contribution1 : tuple of float
        The difference of U1 / (U1 + U2) and its interval: (difference, low, high); that of
        the other contribution is its opposite. (NaN, -1, 1) where the data do not tell, and
        where classifiers decode the atoms.
    confidence_level : float
        Of each interval on its own.
    decoded : bool
        Whether the atoms are those that classifiers decode: intervals are then of what such
        classifiers, trained on so many rows, decode, and not of all that embeddings tell.
    paired : bool
        Whether row n of both is the same sample, so that what rows add to both alike cancels;
        else both are taken for samples that were drawn independently of each other.
    least_pvalue : float
        1 / (n + 1) of the n halves or rows (or groups of them) that errors are from: what they
        support. Of halves no p-value is smaller. Of rows it is where the normal approximation is
        to be relied on; a smaller `pvalue` only ranks differences, and is shown as below that.
    of_halves : bool
        Whether errors are from halves of the samples, else they are from what each row adds.

    See Also
    --------
    compare : Makes it.
    adjust_pvalues : For many of them.

    References
    ----------
    docs/sampling.md, "Uncertainty".

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2, flip = np.random.default_rng(0).integers(2, size=(3, 500))
    >>> clear, noisy = ff.pid(x1, x2, x1 ^ x2), ff.pid(x1, x2, (x1 ^ x2) | flip)
    >>> comparison = ff.compare(clear, noisy)
    >>> comparison.low.synergy > 0.5, comparison.pvalue.synergy < 0.01
    (True, True)
    """

    difference: Atoms
    low: Atoms
    high: Atoms
    pvalue: Atoms
    contribution1: tuple[float, float, float]
    confidence_level: float
    decoded: bool = False
    paired: bool = True
    least_pvalue: float = 0.0
    of_halves: bool = False

    def _blocks(self) -> list[Block]:
        lines = tuple_lines(
            "difference",
            value=self.difference,
            low=self.low,
            high=self.high,
            pvalue=self.pvalue,
        )
        value, low, high = self.contribution1
        share = Line("contribution", "unique1", {"value": value, "low": low, "high": high})
        return [Block({}, [*lines, share])]

    def __repr__(self) -> str:
        what = " of what classifiers decode" if self.decoded else ""
        what += "" if self.paired else ", of independent samples"
        level = f"{100 * self.confidence_level:g}%"
        lines = [f"Difference in bits{what}, with {level} confidence intervals"]
        numbers = zip(LABELS, self.difference, self.low, self.high, self.pvalue, strict=False)
        lines += [
            f"  {name:<16}{value:+.6f}  [{low:+.6f}, {high:+.6f}]  p {self.pvalue_words(p)}"
            for name, value, low, high, p in numbers
        ]
        value, low, high = self.contribution1
        if not math.isnan(value):
            lines.append(f"  U1 / (U1 + U2)  {value:+.6f}  [{low:+.6f}, {high:+.6f}]")
        below = [*self.basis_words(), *self.apart_words()]
        return "\n".join([*lines, *(f"  {words}" for words in below)])

    def apart_words(self) -> list[str]:
        """That there may be no difference at all, where all intervals hold zero.

        Returns
        -------
        list of str
            A line, or none.

        See Also
        --------
        basis_words : What the p-values are from.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.pid([0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 0, 0, 1] * 10)
        >>> ff.compare(result, result).apart_words()
        ['no difference is told apart from zero']
        """
        ends = zip(self.low, self.high, strict=True)
        if any(low > 0 or high < 0 for low, high in ends):
            return []
        return ["no difference is told apart from zero"]

    def pvalue_words(self, pvalue: float) -> str:
        """A p-value as it is shown, also one of `pvalue` that was adjusted.

        Parameters
        ----------
        pvalue : float
            Between 0 and 1.

        Returns
        -------
        str
            Four digits; or that it is below `least_pvalue`.

        See Also
        --------
        fourfold.adjust_pvalues : For several comparisons.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.pid([0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 0, 0, 1] * 10)
        >>> comparison = ff.compare(result, result)
        >>> comparison.pvalue_words(0.3), comparison.pvalue_words(1e-9)
        ('0.3000', '< 0.024')
        """
        if pvalue < self.least_pvalue:
            return f"< {self.least_pvalue:.2g}"
        return pvalue_words(pvalue)

    def basis_words(self) -> list[str]:
        """What the p-values are from, and how small they may be.

        Returns
        -------
        list of str
            A line, or none where it is not known.

        See Also
        --------
        pvalue_words : Of one.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.pid([0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 0, 0, 1] * 10)
        >>> ff.compare(result, result).basis_words()[0][:60]
        'p is by the normal approximation of what 40 rows add; below '
        """
        if not self.least_pvalue > 0:
            return []
        number, least = round(1 / self.least_pvalue) - 1, f"{self.least_pvalue:.2g}"
        if self.of_halves:
            return [f"p is from {number} halves of the samples, of which none is below {least}"]
        return [
            f"p is by the normal approximation of what {number} rows add; below {least} it is not told"
        ]


def compare_tables(
    a: PID, b: PID, *, paired: bool | None = None, confidence_level: float | None = None
) -> Comparison:
    """`fourfold.compare` of results with confidence intervals, a minus b."""
    (one, first), (other, second) = _interval(a, "a"), _interval(b, "b")
    level = check_confidence_level(
        one.confidence_level if confidence_level is None else confidence_level
    )
    recombined = [scatter.method == RECOMBINED for scatter in (first, second)]
    if any(recombined) and not (all(recombined) and paired is False):
        msg = (
            "compare: a result of recombined inputs keeps no terms of its rows, and is of another "
            "population than rows as they come; expected two of recombined inputs, of different "
            "samples, and paired=False"
        )
        raise ValueError(msg)
    if first.method != second.method:
        msg = (
            f"compare: a was corrected by {first.method!r}, b by {second.method!r}; expected the "
            "same bias_correction, as their difference would be one of the methods too"
        )
        raise ValueError(msg)
    by_row = _are_paired(a, b, first, second, paired)
    between = _between(first, second) if by_row else np.zeros((4, 4))
    joint = np.block([[first.covariance, between], [between.T, second.covariance]])
    variance = np.diag(joint[:4, :4] + joint[4:, 4:] - joint[:4, 4:] - joint[4:, :4])
    step = None
    if first.step is not None and second.step is not None:
        step = first.step - second.step
    bias_error = error_of_bias(first.removed - second.removed, step)
    error = np.hypot(np.sqrt(np.maximum(variance, 0.0)), bias_error)
    error = np.where(error > ROUNDING, error, 0.0)
    half_width = ndtri(0.5 + level / 2) * error
    # of each both ends of the union information are possible, and as in its interval U1 and U2 may
    # be less by its gap, R and S more
    less, more = np.array([0.0, 1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 1.0])
    below, above = a.gap * less + b.gap * more, a.gap * more + b.gap * less
    ends = first.ends[:, None] - second.ends
    lowest, highest = ends.min((0, 1)), ends.max((0, 1))
    difference = np.array(one.estimate) - np.array(other.estimate)
    # certified gaps and rounding are no difference
    lowest, highest = lowest - below, highest + above
    nearest = np.maximum(np.maximum(lowest, -highest), 0.0)
    score = np.divide(nearest, error, out=np.zeros(4), where=error > 0)
    certain = np.where(nearest <= ROUNDING, 1.0, 0.0)
    pvalue = np.where(error > 0, 2 * ndtr(-score), certain)
    least, of_halves = _least_pvalue([a, b])
    return Comparison(
        difference=Atoms(*difference.tolist()),
        low=Atoms(*(lowest - half_width).tolist()),
        high=Atoms(*(highest + half_width).tolist()),
        pvalue=Atoms(*(np.maximum(pvalue, least) if of_halves else pvalue).tolist()),
        contribution1=share_difference(one, other, joint, level),
        confidence_level=float(level),
        paired=by_row,
        least_pvalue=least,
        of_halves=of_halves,
    )


def _least_pvalue(results: Sequence[PID]) -> tuple[float, bool]:
    """1 / (n + 1) of the fewest halves that errors are from, or rows; and whether these are halves."""
    halves, rows = [], []
    for result in results:
        interval = result.confidence_interval
        assert interval is not None
        if interval.method == "halves":
            halves.append(len(interval.replicates))
        elif result.n_samples is not None:
            rows.append(int(result.n_samples))
    numbers = halves or rows
    return (1 / (1 + min(numbers)) if numbers else 0.0), bool(halves)


def check_bins(a: Any, b: Any) -> None:
    """Raise where targets are in other numbers of bins: more bins hold more of every atom."""
    one, other = (getattr(result, "target_bins", None) for result in (a, b))
    if one is None or other is None or (one.asked and one.asked == other.asked):
        return
    first, second = len(one.shares), len(other.shares)
    if first != second:
        msg = (
            f"compare: the target of a is in {first} bins, that of b in {second}; expected the same "
            "target_bins, as their difference would be one of the bins too"
        )
        raise ValueError(msg)


def compare_seeds(
    a: Sequence[PID], b: Sequence[PID], confidence_level: float | None = None
) -> Comparison:
    """Compare results of several seeds of clustering: the means over them, for any one seed.

    Each interval is as wide as both sampling and the seed make it: with d_s the difference for
    seed s and h_s half the width of its interval, ``sqrt(mean of h_s**2 + z**2 variance of d_s)``
    to either side, z the normal quantile. Parameters and exceptions are as in `fourfold.compare`, pair by
    pair.
    """
    each = [
        compare_tables(one, other, confidence_level=confidence_level)
        for one, other in zip(a, b, strict=True)
    ]
    if len(each) == 1:
        return each[0]
    level = each[0].confidence_level
    z = ndtri(0.5 + level / 2)
    differences = np.array([found.difference for found in each])
    half_widths = (np.array([found.high for found in each]) - [found.low for found in each]) / 2
    difference = differences.mean(0)
    half_width = np.sqrt((half_widths**2).mean(0) + z**2 * differences.var(0, ddof=1))
    error = half_width / z
    known = error > max(*(result.gap for result in (*a, *b)), ROUNDING)
    score = np.divide(difference, error, out=np.zeros(4), where=known)
    alike = np.array([found.pvalue for found in each]).min(0)  # where nothing scatters
    pvalue = np.where(known, 2 * ndtr(-np.abs(score)), alike)
    # seeds share their rows, and more of them are no more rows
    least, of_halves = max(found.least_pvalue for found in each), each[0].of_halves
    shares = np.array([found.contribution1 for found in each])
    return Comparison(
        difference=Atoms(*difference.tolist()),
        low=Atoms(*(difference - half_width).tolist()),
        high=Atoms(*(difference + half_width).tolist()),
        pvalue=Atoms(*(np.maximum(pvalue, least) if of_halves else pvalue).tolist()),
        contribution1=mean_share(shares, level, -1.0),
        confidence_level=level,
        least_pvalue=least,
        of_halves=of_halves,
    )


def check_paired(paired: Any) -> bool | None:
    """`paired` as it was given, or raise."""
    if paired is None or isinstance(paired, bool | np.bool_):
        return None if paired is None else bool(paired)
    msg = (
        f"paired: expected True (row n of both is the same sample), False (independent samples) or "
        f"None (True where both know their rows), got {paired!r}"
    )
    raise TypeError(msg)


def _are_paired(a: PID, b: PID, one: Scatter, other: Scatter, paired: bool | None) -> bool:
    """Whether rows are compared; raises where they cannot be and are to be."""
    if paired is False:
        return False
    counted = [
        name
        for name, scatter in (("a", one), ("b", other))
        if scatter.terms is None and scatter.halves is None
    ]
    if counted and paired is None:
        return False
    why = ""
    if counted:
        why = f"{' and '.join(counted)} of counts, which do not know their rows"
    elif a.n_samples != b.n_samples:
        why = f"{a.n_samples} and {b.n_samples} of them"
    elif one.terms is None or other.terms is None:
        if one.halves is None or other.halves is None:
            why = "one from halves of its rows, the other from what each row adds"
        elif one.halves.drawn != other.halves.drawn:
            msg = (
                "compare: a and b were resampled differently; expected the same number of samples, "
                "the same n_resamples and the same seed; or paired=False, of independent samples"
            )
            raise ValueError(msg)
    if not why:
        return True
    msg = (
        f"compare: expected results of the same samples, got {why}; of independent samples expected "
        "paired=False"
    )
    raise ValueError(msg)


def _between(one: Scatter, other: Scatter) -> np.ndarray:
    """(4, 4) covariance of the atoms of one with those of the other, in squared bits."""
    if one.terms is not None and other.terms is not None:
        return one.terms.covariance_with(other.terms)
    assert one.halves is not None
    assert other.halves is not None
    both = np.concatenate([one.halves.deviations, other.halves.deviations], axis=1)
    found: np.ndarray = np.cov(both.T)[:4, 4:]
    return found


def _interval(result: Any, name: str) -> tuple[ConfidenceInterval, Scatter]:
    if not isinstance(result, PID):
        kind = type(result).__name__
        where = (
            f"; give {name}.result" if isinstance(getattr(result, "result", None), PID) else ""
        )
        msg = f"compare: {name} must be a PID, got {kind}{where}"
        raise TypeError(msg)
    if result.shape:
        msg = (
            f"compare: {name} is a batch of shape {result.shape}; index it first, for example "
            f"{name}[0]"
        )
        raise ValueError(msg)
    interval = result.confidence_interval
    if interval is None and result.effective_samples is not None:
        msg = (
            f"compare: {name} is of weights that are no whole numbers, of which no errors are known; "
            "expected results of samples"
        )
        raise ValueError(msg)
    if isinstance(result, GaussianPID) and (interval is None or interval.scatter is None):
        msg = (
            f"compare: {name} has no confidence interval; expected a result of gaussian_pid with "
            "confidence_level=0.95 and no shrinkage"
        )
        raise ValueError(msg)
    if interval is None or interval.scatter is None:
        msg = (
            f"compare: {name} has no confidence interval; decompose at least 8 samples with "
            "confidence_level=0.95, and where one solve does not tell, as with "
            "bias_correction='qe', with n_resamples=200"
        )
        raise ValueError(msg)
    return interval, interval.scatter
