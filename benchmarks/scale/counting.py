# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of labels to counts, in CPU seconds of one thread, beside pandas, polars and DuckDB."""

from __future__ import annotations

import dataclasses
import os
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

import fourfold
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Counting", "record_counting"]

NAMES = ("x1", "x2", "y")


@dataclasses.dataclass(frozen=True)
class Counting:
    """What is counted.

    Attributes
    ----------
    rows : int
        Rows of labels.
    shape : tuple of int
        States of x1, x2 and y, equally likely.
    repeats : int
        Times that each is measured; the median is told.
    integers, coded : float
        Million rows a second that are asked for of integers, and of columns with codes of their
        own.
    beside_factorize : float
        CPU seconds asked for of strings of Python, in those of three calls of pandas.factorize.
    """

    rows: int = 5_000_000
    shape: tuple[int, int, int] = (64, 64, 10)
    repeats: int = 5
    integers: float = 40e6
    coded: float = 100e6
    beside_factorize: float = 1.5


def record_counting(settings: Counting, seed: int) -> Iterator[dict[str, Any]]:
    """Records of each kind of column, then of the peers, all of the same rows.

    The peers' threads are one only where the variable POLARS_MAX_THREADS says so before polars is
    loaded; CPU seconds are of all threads.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    rng = np.random.default_rng(seed)
    codes = [rng.integers(states, size=settings.rows) for states in settings.shape]
    with threadpool_limits(1):
        expected = fourfold.Counts.from_table(_table(codes, settings.shape))
        for name, columns, target in _columns(codes, settings):
            yield _record(name, columns, expected, settings, target)
        yield _strings(_words(codes), expected, settings)
        for name, call in _peers(codes, settings.shape):
            yield _told(name, _seconds(call, settings.repeats), settings.rows)


def _columns(
    codes: list[np.ndarray], settings: Counting
) -> Iterator[tuple[str, list[Any], float | None]]:
    """Kinds of columns, one at a time in memory, and the rows a second that are asked for."""
    import pandas as pd  # noqa: PLC0415  of the peers
    import polars as pl  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    yield "int64", codes, settings.integers
    yield "int8", [column.astype(np.int8) for column in codes], settings.integers
    yield "float64", [column.astype(np.float64) for column in codes], None
    yield "int64, wide range", [column * (2**61 // 64) for column in codes], None
    lists = [_list_of(states, name) for states, name in zip(settings.shape, NAMES, strict=True)]
    both = list(zip(codes, lists, strict=True))
    yield (
        "pandas Categorical",
        [pd.Categorical.from_codes(column, words) for column, words in both],
        settings.coded,
    )
    dictionaries = [
        pa.DictionaryArray.from_arrays(column.astype(np.int32), words) for column, words in both
    ]
    yield "Arrow dictionary", dictionaries, settings.coded
    text = [pl.from_arrow(column.cast(pa.string())) for column in dictionaries]
    yield (
        "polars Enum",
        [column.cast(pl.Enum(words)) for column, words in zip(text, lists, strict=True)],
        settings.coded,
    )
    yield "polars Categorical", [column.cast(pl.Categorical) for column in text], None
    yield "polars String", text, None
    del text
    yield "Arrow string", [column.cast(pa.string()) for column in dictionaries], None
    del dictionaries
    yield "NumPy U", [np.array(words)[column] for column, words in both], None


def _list_of(states: int, name: str) -> list[str]:
    return [f"{name} {state:02d}" for state in range(states)]


def _words(codes: list[np.ndarray]) -> list[np.ndarray]:
    """Columns of Python's strings, each row one of its own, as a file that was read has them."""
    return [
        np.array([f"{name} {code:02d}" for code in column.tolist()], dtype=object)
        for name, column in zip(NAMES, codes, strict=True)
    ]


def _factorize(columns: list[np.ndarray]) -> None:
    import pandas as pd  # noqa: PLC0415

    for column in columns:
        pd.factorize(column)


def _peers(
    codes: list[np.ndarray], shape: tuple[int, int, int]
) -> Iterator[tuple[str, Callable[[], object]]]:
    import duckdb  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    columns = dict(zip(NAMES, codes, strict=True))
    yield "numpy.bincount of codes", lambda: _table(codes, shape)
    frame = pd.DataFrame(columns)
    yield "pandas groupby.size", lambda: frame.groupby(list(NAMES)).size()
    eager = pl.DataFrame(columns)
    yield "polars group_by.len", lambda: eager.group_by(NAMES).len()
    with duckdb.connect(config={"threads": 1}) as database:
        database.register("rows", eager.to_arrow())
        query = "SELECT x1, x2, y, count(*) FROM rows GROUP BY ALL"
        yield "DuckDB GROUP BY", lambda: database.execute(query).fetchall()


def _table(codes: list[np.ndarray], shape: tuple[int, int, int]) -> np.ndarray:
    flat = (codes[0] * shape[1] + codes[1]) * shape[2] + codes[2]
    return np.bincount(flat, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)


def _record(
    name: str,
    columns: list[Any],
    expected: fourfold.Counts,
    settings: Counting,
    target: float | None,
) -> dict[str, Any]:
    record = _told(name, _seconds(lambda: _count(columns), settings.repeats), settings.rows)
    record["wrong"] = _wrong(_count(columns), expected)
    if target is not None:
        measured = None if record["wrong"] else record["rows_per_second"]
        asked = Target("rows counted", "at least", target, "rows a second")
        record["targets"].append(asked.judge(measured))
    return record


def _strings(
    words: list[np.ndarray], expected: fourfold.Counts, settings: Counting
) -> dict[str, Any]:
    factorize = _seconds(lambda: _factorize(words), settings.repeats)
    record = _record("strings of Python", words, expected, settings, None)
    least = statistics.median(factorize)
    ratio = None if record["wrong"] else record["seconds"]["median"] / least
    asked = Target("beside pandas.factorize", "at most", settings.beside_factorize, "times")
    return record | {
        "factorize": {"median": least, "all": factorize},
        "targets": [asked.judge(ratio)],
    }


def _count(columns: list[Any]) -> fourfold.Counts:
    return fourfold.Counts.from_labels(*columns)


def _wrong(found: fourfold.Counts, expected: fourfold.Counts) -> list[str]:
    """Labels are in the order of the codes, so that the tables are the same."""
    if found.shape != expected.shape or not np.array_equal(found.table(), expected.table()):
        return ["other counts than numpy.bincount's"]
    return []


def _seconds(call: Callable[[], object], repeats: int) -> list[float]:
    """CPU seconds of each call."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return seconds


def _told(name: str, seconds: list[float], rows: int) -> dict[str, Any]:
    median = statistics.median(seconds)
    return {
        "name": name,
        "rows": rows,
        "seconds": {"median": median, "all": seconds},
        "rows_per_second": rows / median,
        "wrong": [],
        "targets": [],
    }
