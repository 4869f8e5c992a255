# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `scale` command measures, and how much of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.scale.counting import Counting
from benchmarks.scale.in_blocks import InBlocks
from benchmarks.scale.many_samples import ManySamples

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PARTS", "QUICK", "Settings"]

PARTS = ("counting", "samples", "billion", "blocks", "grid")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    counting : Counting
        Rows of labels, of every kind of column.
    samples : ManySamples
        Errors and times of counts of many samples.
    billion, files : int
        Rows of the parquet parts, and how many of these; a tenth of the rows where the disk is
        too small.
    blocks : InBlocks
        Embeddings in mapped files.
    kills : int
        How often a grid is killed.
    seed : int
    """

    parts: Sequence[str] = PARTS
    counting: Counting = dataclasses.field(default_factory=Counting)
    samples: ManySamples = dataclasses.field(default_factory=ManySamples)
    billion: int = 10**9
    files: int = 8
    blocks: InBlocks = dataclasses.field(default_factory=InBlocks)
    kills: int = 20
    seed: int = 0


#: A little of each, to see that it works.
QUICK = Settings(
    counting=Counting(rows=20_000, repeats=1),
    samples=ManySamples(
        truths=1, timed=(20_000,), timed_shape=(8, 8, 4), n_resamples=25, few=10**5, many=10**6
    ),
    billion=200_000,
    files=2,
    blocks=InBlocks(rows=(2000, 4000)),
    kills=1,
)
