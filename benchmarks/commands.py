# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What can be measured, in the order of the page."""

from __future__ import annotations

from benchmarks.busy.command import BUSY
from benchmarks.choice.command import CHOICE
from benchmarks.cuda.command import CUDA
from benchmarks.embeddings.command import EMBEDDINGS
from benchmarks.floor.command import FLOOR
from benchmarks.gaussian.command import GAUSSIAN
from benchmarks.hard.command import ROBUSTNESS
from benchmarks.many.command import MANY
from benchmarks.pairs.command import PAIRS
from benchmarks.peers.exact import EXACT
from benchmarks.peers.memory import MEMORY
from benchmarks.peers.run import RUN
from benchmarks.scale.command import SCALE
from benchmarks.statistics.command import STATISTICS

__all__ = ["BENCHMARKS"]

#: By their names, which are the kinds of their reports.
BENCHMARKS = {
    benchmark.name: benchmark
    for benchmark in (
        RUN,
        EXACT,
        CHOICE,
        FLOOR,
        CUDA,
        MEMORY,
        BUSY,
        ROBUSTNESS,
        SCALE,
        PAIRS,
        STATISTICS,
        EMBEDDINGS,
        GAUSSIAN,
        MANY,
    )
}
