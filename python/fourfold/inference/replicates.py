# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many tables counted from one set of samples, through the batched solver."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.results.atoms import Information
from fourfold.runtime.progress import progress
from fourfold.solve import backends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fourfold.counts.counting import Counts, Draws

__all__ = ["Replicates", "decompose_replicates", "random_parts"]

_TOGETHER = 128  # tables solved in one call, so that Ctrl-C and the bar are not kept waiting
_ENTRIES = 2**24  # of their marginals


class Replicates(NamedTuple):
    """What B tables say, each array of shape (B,), in bits.

    Attributes
    ----------
    plug_in, corrected : Information
        Of the frequencies, and by entropies of Chao, Wang and Jost (as `plug_in` where masses
        are not counts).
    union, gap : ndarray
        Upper end and width of the certified interval around the union information.
    """

    plug_in: Information
    corrected: Information
    union: np.ndarray
    gap: np.ndarray


def random_parts(
    samples: Draws, parts: int, times: int, rng: np.random.Generator
) -> Iterator[Draws]:
    """`times` random partitions of the draws into so many parts."""
    for _ in range(times):
        order = rng.permutation(samples.draws)
        for part in np.array_split(order, parts):
            yield samples.take(part)


def decompose_replicates(
    tables: Iterable[Counts],
    number: int,
    options: dict[str, Any],
    description: str,
    *,
    chao: bool,
) -> Replicates:
    """Information and union information of `number` tables of one shape.

    Parameters
    ----------
    tables : iterable of Counts
        Made one by one; only the marginals of one batch of them are held at a time.
    number : int
        How many there are.
    options : dict
        Those of `solver_options`.
    description : str
        For the progress bar.
    chao : bool
        Whether `corrected` is wanted.
    """
    plug_in, corrected, bounds = [], [], []
    remaining = iter(tables)
    with progress(number, description) as bar:
        while batch := [
            (counts.p1y, counts.p2y, counts.plug_in(), counts.chao() if chao else None)
            for counts in islice(remaining, _TOGETHER)
        ]:
            plug_in += [plain for _, _, plain, _ in batch]
            corrected += [plain if other is None else other for _, _, plain, other in batch]
            bounds += _solved([(p1y, p2y) for p1y, p2y, _, _ in batch], options)
            bar.update(len(batch))
    lower, upper = np.array(bounds).T
    full, other = (
        Information(*map(np.array, zip(*column, strict=True)))
        for column in (plug_in, corrected)
    )
    at_least = np.maximum(full.mi1, full.mi2)
    union = np.maximum(
        np.minimum(upper, np.minimum(full.mi1 + full.mi2, full.mi_joint)), at_least
    )
    return Replicates(full, other, union, union - np.clip(lower, at_least, union))


def _solved(
    marginals: list[tuple[np.ndarray, np.ndarray]], options: dict[str, Any]
) -> list[tuple[float, float]]:
    """Certified bounds on the union information of counts (K1, K_Y) and (K2, K_Y)."""
    together = max(1, _ENTRIES // sum(table.size for table in marginals[0]))
    bounds: list[tuple[float, float]] = []
    for first in range(0, len(marginals), together):
        part = marginals[first : first + together]
        p1y, p2y = (np.stack(tables) for tables in zip(*part, strict=True))
        total = p1y.sum((1, 2), keepdims=True)
        out = backends.solve_batch(p1y / total, p2y / total, options)
        bounds += zip(out["lower"].tolist(), out["upper"].tolist(), strict=True)
    return bounds
