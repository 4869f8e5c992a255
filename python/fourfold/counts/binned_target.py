# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A continuous target in bins: the one place where numbers become classes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.exceptions import DiscretisationWarning
from fourfold.inputs.arrays import as_array, as_real, reject_where
from fourfold.inputs.device import array_module, on_device, to_numpy
from fourfold.inputs.number_column import read_numbers
from fourfold.inputs.numbers import positive_int
from fourfold.results.equal import by_value
from fourfold.results.record import Record
from fourfold.results.target_bins import TargetBins, codes_in
from fourfold.runtime.caller import warn_once

__all__ = [
    "DEFAULT_BINS",
    "BinnedTarget",
    "bin_target",
    "binned",
    "bins_of_counts",
    "bins_words",
    "quantile_edges",
    "read_edges",
    "same_edges",
    "united_bins",
    "wanted_edges",
]

#: Of ``target_bins=True``: they keep 94 to 98 % of up to a bit, if y is Gaussian.
DEFAULT_BINS = 16


class _BinnedTarget(NamedTuple):
    codes: Any
    edges: np.ndarray


@by_value
class BinnedTarget(Record, _BinnedTarget):
    """A target in bins; of `bin_target`.

    Attributes
    ----------
    codes : ndarray of int64, shape (N,)
        The bin 0 to K - 1 of each row.
    edges : ndarray, shape (K - 1,)
        Inner edges, increasing; a value at an edge is in the bin below it. As `target_bins` they
        put other rows into the same bins.

    See Also
    --------
    bin_target : Makes it.
    TargetBins : The bins without the rows.

    Examples
    --------
    >>> import fourfold as ff
    >>> target = ff.bin_target([0.3, 8.1, 0.9, 2.7, 1.4, 0.1], 3)
    >>> result = ff.pid([0, 1, 0, 1, 1, 0], [0] * 6, target.codes, bias_correction="none")
    >>> round(result.mi1, 3)
    0.667
    """

    __slots__ = ()

    def _blocks(self) -> dict[str, Any]:
        codes = to_numpy(self.codes)
        ends = np.concatenate([[-np.inf], self.edges, [np.inf]])
        return {"code": codes, "above": ends[codes], "up_to": ends[codes + 1]}

    @property
    def shares(self) -> np.ndarray:
        """Share of the rows in each bin, shape (K,).

        See Also
        --------
        kept : What bins of these shares keep.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.bin_target([0.3, 8.1, 0.9, 2.7], 2).shares
        array([0.5, 0.5])
        """
        counts = np.bincount(to_numpy(self.codes), minlength=len(self.edges) + 1)
        shares: np.ndarray = counts / counts.sum()
        return shares

    def kept(self, information: float) -> float:
        """The share of an information about y that these bins keep, if all is Gaussian.

        Parameters
        ----------
        information : float
            Bits that Gaussian sources, of any number of columns, tell about y before it is in bins.

        Returns
        -------
        float
            Between 0 and 1, by quadrature: bins that are as large as these, of a Gaussian y. More
            of little information than of much, as bins hold at most their entropy.

        Raises
        ------
        ValueError
            If `information` is negative or not finite.

        See Also
        --------
        TargetBins.kept_of_binned : The share where the bits are of the bins.

        References
        ----------
        docs/gaussian.md, "Bins".

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> target = ff.bin_target(np.arange(1600.0), 16)
        >>> [round(target.kept(bits), 2) for bits in (0.1, 0.5, 1.16, 3)]
        [0.98, 0.97, 0.96, 0.89]
        """
        return TargetBins(self.edges, self.shares).kept(information)


def bin_target(y: Any, n_bins: int = DEFAULT_BINS) -> BinnedTarget:
    """Put a continuous target into bins with equally many rows in each.

    Informations about the bins, and the union information, are at most those about y, and more
    bins that refine these tell no less: data processing, in Y for each coupling.

    Parameters
    ----------
    y : array_like, shape (N,) or (N, 1)
        Finite numbers: of NumPy, pandas, polars, Arrow, PyTorch, or CuPy, of which the codes then
        are.
    n_bins : int
        Bins, at least 2.

    Returns
    -------
    BinnedTarget
        ``(codes, edges)``, and `kept`. Rows with equal values are in one bin: where they span
        several of these there are fewer, and a warning says so.

    Raises
    ------
    ValueError
        If y is no column of finite numbers, or has fewer distinct values than bins: these are
        labels.
    TypeError
        If `n_bins` is not an integer, or y is sparse or holds objects that are no numbers.

    Warns
    -----
    DiscretisationWarning
        If equal values leave fewer bins.

    See Also
    --------
    fourfold.pid : With ``target_bins=16`` takes y as it is, and its result knows the bins.
    fourfold.gaussian_pid : Needs no bins.

    Notes
    -----
    The codes are classes for any method. With them alone a result does not know that they are
    bins; with ``target_bins=edges`` it says what these keep. In expectation nothing changes if the
    bins were made of the same rows: they do not depend on the sources. How much bins keep:
    docs/gaussian.md, "Bins".

    Examples
    --------
    >>> import fourfold as ff
    >>> codes, edges = ff.bin_target([0.3, 8.1, 0.9, 2.7, 1.4, 0.1], 3)
    >>> codes, edges
    (array([0, 2, 1, 2, 1, 0]), array([0.3, 1.4]))
    """
    values = read_numbers(y, "y")
    edges = _quantiles(values, positive_int(n_bins, "n_bins", least=2), "n_bins")
    return BinnedTarget(codes_in(values, edges), edges)


def binned(y: Any, target_bins: Any, name: str = "y") -> tuple[Any, TargetBins | None]:
    """The argument `target_bins` of a function: y itself without, else its bins, and which they are.

    True stands for 16 quantile bins, a number for so many, an array for edges.
    """
    if target_bins is None or target_bins is False:
        return y, None
    if y is None:
        msg = (
            f"{name}: missing, but there is target_bins={target_bins!r:.60}; expected a column of "
            "numbers, and of Counts target_bins= where they are counted"
        )
        raise TypeError(msg)
    asked, edges = None, None
    if not (target_bins is True or isinstance(target_bins, (int, np.integer))):
        edges = read_edges(target_bins)
        if (
            hasattr(y, "__len__") and len(y) == 0
        ):  # as of a part of the rows where there are none
            return y, None
    values = read_numbers(y, name)
    if edges is None:
        asked = DEFAULT_BINS if target_bins is True else int(target_bins)
        edges = _quantiles(values, positive_int(asked, "target_bins", least=2), "target_bins")
    found = BinnedTarget(codes_in(values, edges), edges)
    return found.codes, TargetBins(edges, found.shares, asked)


def read_edges(target_bins: Any, why: str = "") -> np.ndarray:
    """Edges that were given, or raise; `why` says why a number would not do."""
    if isinstance(target_bins, (TargetBins, BinnedTarget)):
        return target_bins.edges
    if on_device(target_bins):
        target_bins = to_numpy(target_bins)
    number = isinstance(target_bins, (bool, int, np.integer, np.bool_))
    if (number and why) or isinstance(target_bins, str) or np.ndim(target_bins) != 1:
        accepted = "edges" if why else "a number of bins, True for 16, or edges"
        msg = (
            f"target_bins: expected {accepted}, an increasing array of shape (K - 1,), got "
            f"{target_bins!r:.60}{why and f'; {why}'}"
        )
        raise (ValueError if number else TypeError)(msg)
    edges = as_real(as_array(target_bins, "target_bins"), "target_bins").astype(np.float64)
    reject_where(edges, ~np.isfinite(edges), "target_bins", "finite inner edges")
    if len(edges) == 0 or bool((np.diff(edges) <= 0).any()):
        msg = (
            "target_bins: expected at least one inner edge, each above the one before it, got "
            f"{edges.tolist()!r:.80}"
        )
        raise ValueError(msg)
    return edges


def same_edges(one: TargetBins | None, other: TargetBins | None) -> bool:
    """Whether both are the same bins, or both none."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one.edges, other.edges)


def united_bins(
    one: tuple[TargetBins | None, int], other: tuple[TargetBins | None, int]
) -> TargetBins | None:
    """Bins of the sum of two counts, each with its number of cells; raises where they differ."""
    if not one[1] or not other[1]:  # what holds no samples has no bins of its own
        return one[0] or other[0]
    if not same_edges(one[0], other[0]):
        told = [
            "labels" if bins is None else f"{len(bins.edges) + 1} bins of numbers"
            for bins, _ in (one, other)
        ]
        msg = (
            f"y: counts of {told[0]} and of {told[1]} with other edges do not add up; expected the "
            "same edges as target_bins where both are counted"
        )
        raise ValueError(msg)
    return None if one[0] is None else one[0]._replace(asked=None)


def bins_of_counts(edges: np.ndarray, bins: np.ndarray, counts: np.ndarray) -> TargetBins:
    """Bins of these edges, with shares that follow from how many samples are in which."""
    masses = np.bincount(bins, counts, len(edges) + 1)
    return TargetBins(edges, masses / masses.sum())


def wanted_edges(target_bins: Any, why: str) -> np.ndarray | None:
    """Edges, where a function takes nothing else, and says why; None where nothing was given."""
    return None if target_bins is None or target_bins is False else read_edges(target_bins, why)


def bins_words(target_bins: Any) -> str:
    """Of a setting, ", y in 16 bins", for headings; nothing where there is none."""
    if target_bins is None or target_bins is False:
        return ""
    if target_bins is True or isinstance(target_bins, (int, np.integer)):
        number = DEFAULT_BINS if target_bins is True else int(target_bins)
        return f", y in {number} quantile bins"
    return f", y in {len(read_edges(target_bins)) + 1} bins"


def quantile_edges(values: Any, n_bins: int) -> np.ndarray:
    """Inner edges of bins with equally many of the values, (N,), sorted; fewer where these repeat.

    A bin ends above or below values that repeat, whichever is nearer. On the host, wherever the
    values are.
    """
    n = len(values)
    # in whole numbers: a fraction k / n_bins may round to either side of a row
    ends = np.maximum(1, (np.arange(1, n_bins) * n + n_bins - 1) // n_bins)
    xp = array_module(values)
    last = values[xp.asarray(ends - 1)]
    below, above = (
        to_numpy(xp.searchsorted(values, last, side=to)) for to in ("left", "right")
    )
    nearer_below = (above == n) | ((below > 0) & (ends - below < above - ends))
    cuts = np.unique(np.where(nearer_below, below, above))
    found: np.ndarray = to_numpy(values[xp.asarray(cuts[cuts > 0] - 1)])
    return found


def _quantiles(values: Any, n_bins: int, asked_by: str) -> np.ndarray:
    """Edges on the host; raises on labels, warns where values that repeat leave fewer bins."""
    xp = array_module(values)
    values = xp.sort(values)
    distinct = 1 + int((values[1:] != values[:-1]).sum())
    if distinct < n_bins:
        several = f"{distinct} distinct value{'s' * (distinct > 1)} (n_samples={len(values)})"
        msg = (
            f"y: has {several}, fewer than the {n_bins} bins of {asked_by}: these are labels; give "
            "numpy.unique(y, return_inverse=True)[1] as y without bins, or fewer bins"
        )
        raise ValueError(msg)
    edges = quantile_edges(values, n_bins)
    if len(edges) < n_bins - 1:
        msg = (
            f"{asked_by}: {n_bins} bins were asked for, but rows with equal values of y are in one "
            f"bin, which leaves {len(edges) + 1}"
        )
        warn_once(msg, DiscretisationWarning)
    return edges
