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
    """

    __slots__ = ()

    def codes(self, y: Any, name: str = "y") -> Any:
        """The bins 0 to K - 1 of other rows, int64, (N,); raises where these are no numbers."""
        return codes_in(read_numbers(y, name), self.edges)

    def kept(self, information: float) -> float:
        """The share of so many bits that they keep; see `BinnedTarget.kept`."""
        return kept_share(non_negative(information, "information"), self.shares)

    def kept_of_binned(self, information: float) -> float:
        """The share that they keep where so many bits are left; NaN where they can hold no more.

        That of Gaussians, as no more is known of what was lost.
        """
        whole = unbinned_information(information, self.shares)
        return float("nan") if math.isinf(whole) else kept_share(whole, self.shares)

    def to_dict(self, information: float | None = None) -> dict[str, Any]:
        """See `PID.to_dict`; with `kept_if_gaussian` of so many bits that are left, None if not known."""
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
        """What they are, and what they keep, of so many bits that are left; NaN for not known."""
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
