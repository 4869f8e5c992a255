# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether a peer's answer lies where Fourfold's certificate says the answer lies."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.peers.answer import Answer

__all__ = ["Agreement", "compare"]


@dataclasses.dataclass(frozen=True)
class Agreement:
    """Comparison of two answers to one problem.

    Attributes
    ----------
    largest_difference : float
        Largest absolute difference between the atoms in bits.
    apart : float
        Bits by which the two intervals of an atom miss each other; 0 where they meet.
    agrees : bool
        Whether the intervals meet for every atom.
    """

    largest_difference: float
    apart: float
    agrees: bool


def compare(peer: Answer, certified: Answer) -> Agreement:
    """Compare a peer's atoms, widened by the peer's own accuracy, with certified intervals."""
    difference = max(abs(a - b) for a, b in zip(peer.atoms, certified.atoms, strict=True))
    bounds = zip(peer.lower, peer.upper, certified.lower, certified.upper, strict=True)
    apart = max(
        max(low - certified_high, certified_low - high, 0.0)
        for low, high, certified_low, certified_high in bounds
    )
    return Agreement(difference, apart, apart == 0.0)
