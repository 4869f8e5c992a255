# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The bins that a continuous target was put into, and what is said of them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import array_module
from fourfold.inputs.number_column import read_numbers
from fourfold.inputs.numbers import non_negative
from fourfold.results.equal import by_value
from fourfold.results.kept_by_bins import bits_of_bins, kept_share, unbinned_information
from fourfold.results.plain import plain
from fourfold.results.record import Record

__all__ = ["TargetBins", "codes_in"]


class _TargetBins(NamedTuple):
    edges: np.ndarray
    shares: np.ndarray
    asked: int | None = None


@by_value
class TargetBins(Record, _TargetBins):
    """Bins that a target was put into; `target_bins` of results and of fitted estimators.

    Attributes
    ----------
    edges : ndarray, shape (K - 1,)
        Inner edges, increasing; a value at an edge is in the bin below it.
    shares : ndarray, shape (K,)
        Of the rows in each bin.
    asked : int or None
        Quantile bins that were asked for; None where edges were given.

    See Also
    --------
    bin_target : Makes them.
    BinnedTarget : The rows in bins, too.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> y = np.arange(100.0)
    >>> bins = ff.pid(y > 50, y > 80, y, target_bins=4).target_bins
    >>> bins.edges, bins.shares
    (array([24., 49., 74.]), array([0.25, 0.25, 0.25, 0.25]))
    """

    __slots__ = ()

    def codes(self, y: Any, name: str = "y") -> Any:
        """The bins of other rows.

        Parameters
        ----------
        y : array_like, shape (N,) or (N, 1)
            Finite numbers.
        name : str
            What errors call it.

        Returns
        -------
        ndarray of int64, shape (N,)
            Bins 0 to K - 1, where y is: on the host, or on its device.

        Raises
        ------
        ValueError, TypeError
            As `fourfold.bin_target` of numbers.

        See Also
        --------
        fourfold.bin_target : Finds edges.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bins = ff.TargetBins(np.array([0.3, 1.4]), np.array([0.2, 0.5, 0.3]))
        >>> bins.codes([0.3, 0.4, 7.0])
        array([0, 1, 2])
        """
        return codes_in(read_numbers(y, name), self.edges)

    def kept(self, information: float) -> float:
        """The share of so many bits that they keep, if all is Gaussian.

        Parameters
        ----------
        information : float
            Bits about y before it is in bins.

        Returns
        -------
        float
            Between 0 and 1.

        Raises
        ------
        ValueError
            If `information` is negative or not finite.

        See Also
        --------
        kept_of_binned : Of bits about the bins.
        fourfold.BinnedTarget.kept : The same; says how.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> round(ff.TargetBins(np.zeros(1), np.array([0.5, 0.5])).kept(0.5), 2)
        0.56
        """
        return kept_share(non_negative(information, "information"), self.shares)

    def kept_of_binned(self, information: float) -> float:
        """The share that they keep where so many bits are left; NaN where they can hold no more.

        That of Gaussians, as no more is known of what was lost.

        Parameters
        ----------
        information : float
            Bits about the bins.

        Returns
        -------
        float
            Between 0 and 1, or NaN.

        See Also
        --------
        kept : Of bits about y as it is.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bins = ff.TargetBins(np.zeros(1), np.array([0.5, 0.5]))
        >>> round(bins.kept_of_binned(0.28), 2), bins.kept_of_binned(1.0)
        (0.56, nan)
        """
        whole = unbinned_information(information, self.shares)
        return float("nan") if math.isinf(whole) else kept_share(whole, self.shares)

    def to_dict(self, information: float | None = None) -> dict[str, Any]:
        """All numbers as plain Python values, with the share that the bins keep.

        Parameters
        ----------
        information : float, optional
            Bits about the bins.

        Returns
        -------
        dict
            As `PID.to_dict`; and with `information` also `kept_if_gaussian`, that of
            `kept_of_binned`, None if not known.

        See Also
        --------
        kept_of_binned : The share.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> ff.TargetBins(np.zeros(1), np.array([0.5, 0.5])).to_dict(1.0)["kept_if_gaussian"] is None
        True
        """
        record = super().to_dict()
        if information is None:
            return record
        share = math.nan if math.isnan(information) else self.kept_of_binned(information)
        return record | {"kept_if_gaussian": plain(share)}

    def _blocks(self) -> dict[str, Any]:
        ends = np.concatenate([[-np.inf], self.edges, [np.inf]])
        bins = {"bin": np.arange(len(self.shares)), "above": ends[:-1], "up_to": ends[1:]}
        return bins | {"share": self.shares}

    def words(self, information: float, target: str = "y") -> str:
        """What they are, and what they keep.

        Parameters
        ----------
        information : float
            Bits about the bins; NaN for not known.
        target : str
            What y is called.

        Returns
        -------
        str
            In a line.

        See Also
        --------
        kept_of_binned : The number.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> ff.TargetBins(np.zeros(1), np.array([0.5, 0.5]), asked=2).words(0.28, "income")
        '2 quantile bins of income, which keep about 56 % of I(X1,X2;Y) if Gaussian'
        """
        number = len(self.shares)
        what = f"{number} bins of {target}"
        if self.asked is not None:
            what = f"{number} quantile bins of {target}"
            if number < self.asked:
                what = f"{number} of {self.asked} quantile bins of {target}, as values repeat"
        empty = int((self.shares == 0).sum())
        if empty:
            what += f", {empty} of them empty"
        if math.isnan(information):
            return what
        share = self.kept_of_binned(information)
        if math.isnan(share) or share < 0.5:
            return f"{what}, which hold at most {bits_of_bins(self.shares):.2f} bits"
        return f"{what}, which keep about {100 * share:.0f} % of I(X1,X2;Y) if Gaussian"


def codes_in(values: Any, edges: np.ndarray) -> Any:
    """The bin of each value, int64, where the values are."""
    xp = array_module(values)
    return xp.searchsorted(xp.asarray(edges), values, side="left").astype(np.int64, copy=False)
