# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings in mapped files, learnt from and counted: rows a second, and memory by rows."""

from __future__ import annotations

import dataclasses
import functools
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["InBlocks", "record_in_blocks"]

NAMES = ("x1", "x2", "y")
_WRITTEN = 50_000  # rows at a time


@dataclasses.dataclass(frozen=True)
class InBlocks:
    """What is counted.

    Attributes
    ----------
    rows : tuple of int
        Rows of the files, in one process each.
    columns, clusters, classes : int
        Of each source, in single precision, and of the target.
    growth : float
        Times as much memory as of the fewest rows that the most may take.
    """

    rows: tuple[int, ...] = (200_000, 2_000_000)
    columns: int = 32
    clusters: int = 16
    classes: int = 10
    growth: float = 1.1


def record_in_blocks(settings: InBlocks, seed: int) -> Iterator[dict[str, Any]]:
    """Records of each number of rows; the files are in a folder that is removed."""
    first = None
    for rows in settings.rows:
        with tempfile.TemporaryDirectory() as folder:
            write_rows(Path(folder), rows, settings, seed)
            given = {"folder": folder, "clusters": settings.clusters, "seed": seed}
            outcome = measure(_prepare, given, Plan(limit=600.0, fast_repeats=1))
        if outcome.status != "solved" or outcome.peak is None:
            msg = f"{rows} rows in blocks: {outcome.status}, {outcome.reason}"
            raise RuntimeError(msg)
        learnt, counted, samples = outcome.answer
        first = outcome.peak if first is None else first
        asked = Target(
            "memory beside that of the fewest rows", "at most", settings.growth, "times"
        )
        yield {
            "name": f"embeddings, {rows} rows",
            "rows": rows,
            "learnt_per_second": rows / learnt,
            "counted_per_second": rows / counted,
            "peak_bytes": outcome.peak,
            "wrong": [] if samples == rows else [f"{samples} samples of {rows} rows"],
            "targets": [asked.judge(outcome.peak / first)],
        }


def write_rows(folder: Path, rows: int, settings: InBlocks, seed: int) -> None:
    """Files x1.npy, x2.npy and y.npy; five columns of each source tell of y."""
    rng = np.random.default_rng(seed)
    shapes = {"x1": (rows, settings.columns), "x2": (rows, settings.columns), "y": (rows,)}
    dtypes = {"x1": np.float32, "x2": np.float32, "y": np.int64}
    maps = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", "w+", dtypes[name], shapes[name]
        )
        for name in NAMES
    }
    for start in range(0, rows, _WRITTEN):
        some = slice(start, min(start + _WRITTEN, rows))
        y = rng.integers(settings.classes, size=some.stop - start)
        maps["y"][some] = y
        for name in ("x1", "x2"):
            block = rng.normal(size=(len(y), settings.columns))
            block[:, :5] += 1.5 * (y[:, None] >> np.arange(5) & 1)
            maps[name][some] = block


def _prepare(folder: str, clusters: int, seed: int) -> Callable[[], tuple[float, float, int]]:
    import fourfold  # noqa: PLC0415  in the child, before it is measured

    maps = [np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in NAMES]
    return functools.partial(_run, fourfold.PIDEstimator(clusters, random_state=seed), maps)


def _run(estimator: Any, maps: list[np.ndarray]) -> tuple[float, float, int]:
    """CPU seconds of learning and of counting, and rows counted."""
    start = time.process_time()
    estimator.partial_fit(*maps[:2])
    learnt = time.process_time()
    counts = estimator.count(*maps)
    return learnt - start, time.process_time() - learnt, int(counts.n_samples)
