# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A folder of parquet parts, made on the spot and removed, counted and decomposed."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.record.child import Plan, measure
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["record_billion"]

STATES = (64, 64, 10)
#: Bytes of a row on the disk, at most: 6, 6 and 4 bits, and what the format adds.
BYTES = 3
GIGABYTES = 10**9
_GROUP = 2**22  # rows made, and written, at a time
LIMIT = 600.0  # seconds


def record_billion(rows: int, parts: int, seed: int) -> Iterator[dict[str, Any]]:
    """Count and decompose so many rows; a tenth of them where the disk is too small, which is said."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    asked = rows
    if 2 * BYTES * rows > free:
        rows //= 10
    name = f"{rows:.0e} rows in {parts} parquet parts".replace("e+0", "e")
    with tempfile.TemporaryDirectory(prefix="fourfold-scale-") as folder:
        told = _written(Path(folder), rows, parts, seed)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        outcome = measure(
            _counting, {"folder": folder}, Plan(limit=3 * LIMIT, repeats=1, fast_repeats=1)
        )
    wrong = [] if outcome.status == "solved" else [str(outcome.reason)]
    if outcome.answer is not None and outcome.answer["n"] != told:
        wrong.append(f"counted {outcome.answer['n']} rows of {told}")
    seconds = outcome.seconds[0] if outcome.seconds else None
    targets = [
        Target("counted and decomposed", "at most", LIMIT, "s").judge(seconds),
        Target("peak memory", "below", 2 * GIGABYTES, "bytes").judge(outcome.peak),
    ]
    yield {
        "name": name,
        "rows": rows,
        "rows_asked": asked,
        "bytes_on_disk": size,
        "seconds": seconds,
        "cpu_seconds": outcome.cpu_seconds[0] if outcome.cpu_seconds else None,
        "peak_bytes": outcome.peak,
        "answer": outcome.answer,
        "targets": targets,
        "wrong": wrong,
    }


def _written(folder: Path, rows: int, parts: int, seed: int) -> int:
    """Write the parts, and say how many rows."""
    import pyarrow as pa  # noqa: PLC0415  the benchmark of rows alone needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([(name, pa.int8()) for name in ("x1", "x2", "y")])
    done = 0
    for part, rng in enumerate(np.random.default_rng(seed).spawn(parts)):
        left = rows // parts + (part < rows % parts)
        with pq.ParquetWriter(folder / f"part-{part}.parquet", schema) as writer:
            while left:
                n = min(left, _GROUP)
                writer.write_table(pa.table(_columns(n, rng), schema=schema), row_group_size=n)
                left -= n
                done += n
    return done


def _columns(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """All four atoms: x2 is x1 for some rows, and y follows the sum, x1 or neither."""
    k1, k2, ky = STATES
    x1 = rng.integers(k1, size=n, dtype=np.int8)
    x2 = rng.integers(k2, size=n, dtype=np.int8)
    kind = rng.integers(8, size=n, dtype=np.int8)
    x2 = np.where(kind < 2, x1, x2)
    y = np.where(kind < 5, (x1 + x2) % ky, np.where(kind < 7, x1 % ky, 0)).astype(np.int8)
    return {"x1": x1, "x2": x2, "y": y}


def _counting(*, folder: str) -> Callable[[], Any]:
    def call() -> dict[str, Any]:
        counts = fourfold.Counts.from_frame(folder, "x1", "x2", "y")
        result = fourfold.pid(counts)
        return {
            "n": counts.n_samples,
            "atoms": list(result.atoms),
            "standard_error": list(result.standard_error),
            "converged": result.converged,
        }

    return call
