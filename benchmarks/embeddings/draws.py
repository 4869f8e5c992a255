# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One draw of a case seen by one method, and those that were done before."""

from __future__ import annotations

import json
import time
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

import fourfold
from benchmarks.embeddings.cases import CASES
from benchmarks.embeddings.methods import METHODS
from benchmarks.record.environment import git
from fourfold.runtime.progress import silent_progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from benchmarks.embeddings.settings import Settings

__all__ = ["Draw", "Kept", "draws", "measured"]

#: Draws of more rows come last: they take most of the time.
LARGE = 5000
USUAL = 2000


class Draw(NamedTuple):
    """What is asked of a process."""

    part: str
    case: str
    rows: int
    seed: int
    method: str


def draws(settings: Settings) -> list[Draw]:
    """All that are asked for: everything a little before more of anything, large ones last."""
    start = settings.first_seed + settings.seed
    todo: list[tuple[int, float, Draw]] = []

    def add(case: str, rows: int, number: int, part: str, method: str) -> None:
        for k in range(number):
            draw = Draw(part, case, rows, start + k, method)
            todo.append((rows if rows > LARGE else 0, k / number, draw))

    if "errors" in settings.parts:
        only = settings.only_rows
        for wanted, number in settings.rows:
            for case in settings.cases if only is None or wanted in only else ():
                if rows := _rows(case, wanted):
                    for method in settings.methods:
                        add(case, rows, number, "errors", method)
    if "bounds" in settings.parts:
        for case in settings.bound_cases:
            add(case, settings.bound_rows, settings.bound_draws, "bounds", "fast")
    return [draw for *_, draw in sorted(todo, key=lambda entry: entry[:2])]


def _rows(case: str, wanted: int) -> int | None:
    most = CASES[case].most
    if most is None:
        return wanted
    if wanted < most:  # real data are what they are
        return None if CASES[case].atoms is None else wanted
    return most if wanted <= USUAL else None


def measured(draw: Draw) -> dict[str, Any]:
    """Draw it, estimate, and say what came of it and how long it took."""
    rng = np.random.default_rng([draw.seed, draw.rows])
    x1, x2, y = CASES[draw.case].draw(draw.rows, rng)
    record: dict[str, Any] = {**draw._asdict(), "wrong": []}
    with warnings.catch_warnings(), silent_progress(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        begin, cpu_begin = time.perf_counter(), time.process_time()
        try:
            record |= METHODS[draw.method](x1, x2, y, draw.seed)
        except Exception as error:  # noqa: BLE001  whatever a method raises is its result
            record["wrong"] = [f"{type(error).__name__}: {error}"]
        record["cpu_seconds"] = round(time.process_time() - cpu_begin, 3)
        record["seconds"] = round(time.perf_counter() - begin, 3)
    for name, atoms in record.get("estimates", {}).items():
        if None in atoms:
            record["wrong"].append(f"{name}: an atom is not known")
    return record


class Kept:
    """The file of the draws that are done, a line of JSON for each.

    Parameters
    ----------
    path : Path
    any_commit : bool
        Whether lines of other commits count as done.
    """

    def __init__(self, path: Path, *, any_commit: bool) -> None:
        self.path = path
        state = git()
        self.version = {
            "version": fourfold.__version__,
            "commit": state["commit"],
            "dirty": state["dirty"],
        }
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        records = map(json.loads, lines)
        self.done = {
            Draw(*(record[name] for name in Draw._fields)): record
            for record in records
            if any_commit or all(record[k] == v for k, v in self.version.items())
        }

    def left(self, todo: Iterable[Draw]) -> list[Draw]:
        """Those that are not done, or went wrong."""
        return [draw for draw in todo if self.done.get(draw, {"wrong": True})["wrong"]]

    def add(self, record: dict[str, Any]) -> None:
        """Write it down at once."""
        record = {**record, **self.version}
        self.done[Draw(*(record[name] for name in Draw._fields))] = record
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, allow_nan=False) + "\n")

    def of(self, todo: Iterable[Draw]) -> Iterator[dict[str, Any]]:
        """Records of those that are done."""
        return (self.done[draw] for draw in todo if draw in self.done)
