# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which rows a result is of that was fitted in blocks."""

from __future__ import annotations

from typing import NamedTuple

from fourfold.results.equal import by_value

__all__ = ["Streamed"]


@by_value
class Streamed(NamedTuple):
    """How many rows did what; no row did two things.

    Attributes
    ----------
    rows : int
        All that there were.
    taught_sources, taught_joint : int
        Classifiers of each source learned from the first, those of both from the second.
    taught_pools : int
        Chose among candidates, weighed them, and placed the prototypes.
    taught_parts : int
        Your own classifier learned from these by `partial_fit`.
    measured : int
        All numbers of the result are of these.

    See Also
    --------
    fourfold.ClassifierPID.fit_blocks : Makes such results.
    """

    rows: int
    taught_sources: int
    taught_joint: int
    taught_pools: int
    taught_parts: int
    measured: int

    def words(self) -> str:
        """In a line."""
        taught = self.taught_sources + self.taught_joint + self.taught_pools
        words = f"of {self.rows} rows {taught} taught classifiers and their pools"
        if self.taught_parts:
            words += f", {self.taught_parts} your own classifier by partial_fit"
        return f"{words}; all numbers are of {self.measured} others"
