# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Large marginals whose states have most of the classes, and what solving them should take."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.peers.clustered import gaussian_counts
from benchmarks.peers.gaussian_posteriors import gaussian_posteriors
from benchmarks.peers.soft import soft_marginals

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Marginals = tuple[np.ndarray, np.ndarray]

__all__ = ["CASES", "QUICK", "SMALL", "SoftCase"]

CLASSES = 10
#: Coordinates of the rows behind exact posteriors.
DIMENSIONS = 16
#: Rows of which exact posteriors are drawn at least.
FEWEST = 1000


@dataclasses.dataclass(frozen=True)
class SoftCase:
    """Marginals, the gap they are solved to, and what that should take on one thread.

    Attributes
    ----------
    kind, title : str
        Key of `SMALL`, and what they are.
    make : callable
        Makes p(x1,y) and p(x2,y) from the number of states of each source and a seed.
    states : int
        States of X1, and of X2.
    tol, merge : float
        Gap in bits, and how much of it coarser states may cost.
    seconds : float or None
        Target of the median CPU time of "auto"; without it nothing is held to a target.
    width, peak_bytes : float, int or None
        Likewise of the certified interval in bits, and of the memory of the process.
    methods : tuple of str
        What is measured, of those that this build has.
    """

    kind: str
    title: str
    make: Callable[[int, int], Marginals]
    states: int
    tol: float
    merge: float = 0.0
    seconds: float | None = None
    width: float | None = None
    peak_bytes: int | None = None
    methods: tuple[str, ...] = ("auto", "active", "ipfp")


def _counts(states: int, seed: int) -> Marginals:
    table = gaussian_counts(20_000, states, seed)
    return table.sum(axis=1), table.sum(axis=0)


def _posteriors(accuracy: float, states: int, seed: int) -> Marginals:
    # a few of many: the masses of classes of a few rows alone could hardly be made equal
    drawn = gaussian_posteriors(max(states, FEWEST), CLASSES, DIMENSIONS, accuracy, seed)
    p1y, p2y = (p[:states] / p[:states].sum() for p in drawn)
    return p1y, p2y * (p1y.sum(axis=0) / p2y.sum(axis=0))


def _drawn(kind: str, states: int, seed: int) -> Marginals:
    return soft_marginals(kind, states, CLASSES, seed)


_MAKE = {
    "near": ("nearly equal sources", partial(_drawn, "near")),
    "independent": ("independent posteriors", partial(_drawn, "unequal")),
    "counts": ("20 000 rows, clustered", _counts),
    "accurate-98": ("posteriors of 98 % accuracy", partial(_posteriors, 0.98)),
    "accurate-87": ("posteriors of 87 % accuracy", partial(_posteriors, 0.87)),
}


def _case(kind: str, states: int, tol: float, **changes: object) -> tuple[str, SoftCase]:
    title, make = _MAKE[kind]
    return f"{kind}-{states}", SoftCase(kind, title, make, states, tol, **changes)


#: Second-order steps as well, which take minutes at 512 states.
_EVERY = ("auto", "active", "ipfp", "newton")
_MOST_BYTES = 2_000_000_000

#: By their names on the command line.
CASES: dict[str, SoftCase] = dict([
    _case("near", 256, 1e-6, seconds=0.3, methods=_EVERY),
    _case("near", 512, 1e-4, seconds=0.5),
    _case("independent", 256, 1e-6, seconds=0.25, methods=_EVERY),
    _case("counts", 256, 1e-6, seconds=0.8, methods=("auto", "active", "ipfp", "sparse")),
    _case(
        "accurate-98", 100_000, 0.01, merge=0.0085,
        seconds=3.0, width=0.01, peak_bytes=_MOST_BYTES,
    ),
    _case(
        "accurate-87", 100_000, 0.1, merge=0.09,
        seconds=10.0, width=0.1, peak_bytes=_MOST_BYTES,
    ),
])  # fmt: skip

#: Versions of each kind that a conic solver answers in seconds; compared with it, and never timed.
SMALL: dict[str, SoftCase] = {
    kind: SoftCase(kind, title, make, 16, 1e-6) for kind, (title, make) in _MAKE.items()
}
#: Those that show that everything works.
QUICK: dict[str, SoftCase] = dict(
    [
        _case("near", 24, 1e-6, methods=_EVERY),
        _case("accurate-98", 200, 0.05, merge=0.03),
    ]
)
