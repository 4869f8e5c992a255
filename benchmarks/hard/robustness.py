# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `robustness` command: hard tables by the thousand, every certificate held to account."""

from __future__ import annotations

import collections
import dataclasses
import math
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

import fourfold
from benchmarks.hard import marginals as hard_marginals
from benchmarks.hard import tables as hard_tables
from benchmarks.hard.marginals_robustness import record_family
from benchmarks.hard.states import wrong_states
from benchmarks.record.report import Report
from fourfold import PID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.hard.tables import Case, Known

__all__ = ["Settings", "failures", "robustness"]

#: What rounding may do to a sum of informations, in bits.
ROUNDING = 1e-12
#: The same where the sum is one of four atoms.
ROUNDING_OF_SUM = 1e-10
#: Steps above which a table counts as one that took long.
MANY_STEPS = 60
#: The methods that answers are compared with, and their options. First-order steps are stopped
#: early: their bounds must hold all the same. The others converge.
OTHERS: dict[str, dict[str, Any]] = {"newton": {}, "sparse": {}, "ipfp": {"max_iter": 200}}
#: Cells above which a table is solved by one method only.
MOST_CELLS = 500_000
#: Tables of one call, and the most cells of one.
CHUNK, CHUNK_CELLS = 1000, 4_000_000
#: Of so many tables one has its coupling and dual checked, if it has no more cells than that.
EVERY, CHECKED_CELLS = 10, 20_000
#: Failing tables of a family that are written down.
MOST_KEPT = 50
#: Most tables of a family that are far larger than the others.
MOST_TALL = 2
#: Tables of a family that are timed one by one, those with the most work.
TIMED = 3


@dataclasses.dataclass(frozen=True)
class Settings:
    """How many tables of either size and how many marginals, and the gap asked for of tables."""

    small: int = 100_000
    large: int = 2_000
    marginals: int = 270
    tol: float = 1e-8
    threads: int | None = None
    seed: int = 0


def robustness(settings: Settings, arguments: list[str], *, progress: bool = True) -> Report:
    """Solve tables of every family in several ways and check what must hold.

    Parameters
    ----------
    settings : Settings
        Numbers of tables.
    arguments : list of str
        The command line, for the report.
    progress : bool
        Whether to draw a bar.
    """
    report = Report.start(
        "robustness", arguments, seed=settings.seed, settings=dataclasses.asdict(settings)
    )
    plans = list(_plans(settings))
    of_marginals = _spread(settings.marginals, list(hard_marginals.FAMILIES))
    total = sum(plan[2] for plan in plans) + settings.marginals
    with tqdm(total=total, unit="table", disable=not progress) as progress_bar:
        for family, most, count in plans:
            progress_bar.set_description(family)
            record = _Family(family, most, settings)
            for cases in _chunks(family, most, count, settings.seed):
                record.check(cases)
                progress_bar.update(len(cases))
            report.records.append(record.finish())
        for family, count in of_marginals.items():
            progress_bar.set_description(family)
            report.records.append(
                record_family(family, count, settings.seed, hard_marginals.LARGE)
            )
            progress_bar.update(count)
    return report


def failures(report: Report) -> list[str]:
    """What went wrong, one line for each failing table that was written down."""
    return [
        f"{record['family']} ({record['size']}), table {case['index']} of shape "
        f"{tuple(case['shape'])}, seed {report.seed}: {case['check']}: {case['detail']}"
        for record in report.records
        for case in record["failing"]
    ]


def _plans(settings: Settings) -> Iterator[tuple[str, int, int]]:
    """Family, most states of an axis, number of tables."""
    for most, total, left_out in (
        (hard_tables.SMALL, settings.small, hard_tables.ONLY_LARGE),
        (hard_tables.LARGE, settings.large, hard_tables.ONLY_SMALL),
    ):
        families = [name for name in hard_tables.FAMILIES if name not in left_out]
        for family, count in _spread(total, families).items():
            if family in hard_tables.ONLY_LARGE:
                yield family, most, min(count, MOST_TALL)
            else:
                yield family, most, count


def _spread(total: int, families: Sequence[str]) -> dict[str, int]:
    """As many of each family that has any; the remainder goes to the first ones."""
    each, rest = divmod(total, len(families))
    return {name: each + (k < rest) for k, name in enumerate(families) if each + (k < rest)}


def _chunks(family: str, most: int, count: int, seed: int) -> Iterator[list[tuple[int, Case]]]:
    """Numbered cases, as many at a time as fit into one call."""
    chunk: list[tuple[int, Case]] = []
    cells = 0
    for index in range(count):
        case = hard_tables.draw(family, seed, index, most)
        if chunk and (len(chunk) == CHUNK or cells + case.table.size > CHUNK_CELLS):
            yield chunk
            chunk, cells = [], 0
        chunk.append((index, case))
        cells += case.table.size
    yield chunk


class _Family:
    """Checks the tables of one family and size, and collects what came out."""

    def __init__(self, family: str, most: int, settings: Settings) -> None:
        self.family = family
        self.most = most
        self.settings = settings
        self.count = 0
        self.steps: list[int] = []
        self.largest_gap = 0.0
        self.failed: collections.Counter[str] = collections.Counter()
        self.failing: list[dict[str, Any]] = []
        self.most_work: list[tuple[float, int]] = []

    def check(self, cases: list[tuple[int, Case]]) -> None:
        """Solve all of them by each method, one call for a method, and compare."""
        tables = [case.table for _, case in cases]
        compared = [k for k, table in enumerate(tables) if table.size <= MOST_CELLS]
        solved = self._solve(tables)
        # the sources swapped, and every state somewhere else
        mirrored = self._solve([table.swapaxes(0, 1)[::-1, ::-1, ::-1] for table in tables])
        chosen = [tables[k] for k in compared]
        others = {
            method: dict(
                zip(compared, self._solve(chosen, method=method, **options), strict=True)
            )
            for method, options in OTHERS.items()
        }
        parts = iter(
            self._solve(
                [table for _, case in cases if case.known for _, table in case.known.parts]
            )
        )
        for k, (index, case) in enumerate(cases):
            known_parts = [next(parts) for _ in case.known.parts] if case.known else []
            found = list(self._alone(solved[k], case.table))
            if isinstance(mirrored[k], Exception):
                found.append(("raised", f"sources swapped: {mirrored[k]}"))
            else:
                found += _apart("sources swapped", solved[k], _swapped(mirrored[k]))
            for method, results in others.items():
                if k not in results:
                    continue
                if isinstance(results[k], Exception):
                    found.append(("raised", f"{method}: {results[k]}"))
                else:
                    found += _bounds(results[k], method)
                    found += _apart(f"method {method}", solved[k], _intervals(results[k]))
                    if method != "ipfp" and not results[k].converged:
                        found.append(("not converged", f"{method}: gap {results[k].gap:.2e}"))
            if case.known and not any(isinstance(part, Exception) for part in known_parts):
                found += _apart("known atoms", solved[k], _known(case.known, known_parts))
            if index % EVERY == 0 and case.table.size <= CHECKED_CELLS:
                found += self._states(case.table)
            self._note(index, case, solved[k], found)

    def finish(self) -> dict[str, Any]:
        """The record of the report; the tables with most work are timed now."""
        slowest: dict[str, Any] = {"seconds": 0.0}
        for _, index in sorted(self.most_work, reverse=True)[:TIMED]:
            table = hard_tables.draw(self.family, self.settings.seed, index, self.most).table
            begin = time.perf_counter()
            result = self._one(table)
            seconds = time.perf_counter() - begin
            if seconds > slowest["seconds"]:
                slowest = {"seconds": seconds, "index": index, "shape": list(table.shape)}
                slowest["iterations"] = getattr(result, "iterations", None)
        return {
            "family": self.family,
            "size": "small" if self.most == hard_tables.SMALL else "large",
            "count": self.count,
            "failed": dict(self.failed),
            "failing": self.failing,
            "largest_gap_bits": self.largest_gap,
            "median_iterations": float(np.median(self.steps)) if self.steps else None,
            "most_iterations": max(self.steps, default=None),
            "many_iterations": sum(steps > MANY_STEPS for steps in self.steps),
            "slowest": slowest,
        }

    def _solve(self, tables: Sequence[np.ndarray], **options: Any) -> list[PID | Exception]:
        """One result for each table; where the call raises, one by one to see which it was."""
        options = {"tol": self.settings.tol, "num_threads": self.settings.threads, **options}
        with warnings.catch_warnings():
            # those that did not converge are counted
            warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
            warnings.simplefilter("ignore", fourfold.UndersampledWarning)
            try:
                return list(fourfold.decompose_many(tables, **options))
            except Exception:  # noqa: BLE001  whatever it is, the others must go on
                return [self._one(table, **options) for table in tables]

    def _one(self, table: np.ndarray, **options: Any) -> PID | Exception:
        options = {"tol": self.settings.tol, "num_threads": self.settings.threads, **options}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
            warnings.simplefilter("ignore", fourfold.UndersampledWarning)
            try:
                return fourfold.decompose(table, **options)
            except Exception as error:  # noqa: BLE001  as above
                return error

    def _alone(self, result: PID | Exception, table: np.ndarray) -> Iterator[tuple[str, str]]:
        """What must hold of one result of method "auto"."""
        if isinstance(result, Exception):
            yield "raised", str(result)
            return
        yield from _bounds(result, "auto")
        if not (result.converged and result.gap <= self.settings.tol):
            yield "not converged", f"gap {result.gap:.2e} after {result.iterations} steps"
        rounding = abs(math.fsum(result.atoms) - result.mi_joint)
        if not rounding <= ROUNDING_OF_SUM:
            yield "sum of the atoms", f"off by {rounding:.2e}"
        if not result.mi_joint <= math.log2(table.shape[2]) + ROUNDING:
            yield "I(X1,X2;Y) above log2 of the classes", f"{result.mi_joint!r}"

    def _states(self, table: np.ndarray) -> Iterator[tuple[str, str]]:
        """Whether coupling and dual are right; solved alone, as a batch keeps neither."""
        result = self._one(table)
        if isinstance(result, Exception):
            yield "raised", f"alone: {result}"
        else:
            yield from wrong_states(result, table)

    def _note(
        self, index: int, case: Case, result: PID | Exception, found: list[tuple[str, str]]
    ) -> None:
        self.count += 1
        if not isinstance(result, Exception):
            self.steps.append(int(result.iterations))
            if math.isfinite(result.gap):
                self.largest_gap = max(self.largest_gap, float(result.gap))
            work = float(result.iterations) * case.table.size
            self.most_work = sorted([*self.most_work, (work, index)])[-TIMED:]
        self.failed.update({check for check, _ in found})
        for check, detail in found:
            if len(self.failing) < MOST_KEPT:
                self.failing.append({
                    "index": index, "shape": list(case.table.shape), "check": check,
                    "detail": detail,
                })  # fmt: skip


def _bounds(result: PID, method: str) -> Iterable[tuple[str, str]]:
    """What holds of every result, converged or not."""
    numbers = (*result.atoms, *result.lower, *result.upper, result.gap, result.mi_joint)
    if not all(math.isfinite(number) for number in numbers):
        yield "not finite", f"{method}: {numbers}"
    if not all(low <= high for low, high in zip(result.lower, result.upper, strict=True)):
        yield "lower above upper", f"{method}: {result.lower}, {result.upper}"
    least = min(result.atoms)
    if not (least >= -ROUNDING and least >= -result.gap - ROUNDING):
        yield "negative atom", f"{method}: {least:.2e}"


def _intervals(result: PID) -> list[tuple[float, float]]:
    return list(zip(result.lower, result.upper, strict=True))


def _swapped(result: PID) -> list[tuple[float, float]]:
    redundancy, unique1, unique2, synergy = _intervals(result)
    return [redundancy, unique2, unique1, synergy]


def _known(known: Known, parts: list[PID]) -> list[tuple[float, float]]:
    """Intervals of the atoms put together from those of the parts."""
    weights = [weight for weight, _ in known.parts]
    return [
        tuple(
            exact + math.fsum(w * end[atom] for w, end in zip(weights, ends, strict=True))
            for ends in ([part.lower for part in parts], [part.upper for part in parts])
        )
        for atom, exact in enumerate(known.exact)
    ]


def _apart(
    what: str, result: PID | Exception, others: list[tuple[float, float]]
) -> Iterable[tuple[str, str]]:
    """One complaint if the certified intervals of an atom do not meet."""
    if isinstance(result, Exception):
        return
    apart = max(
        max(low - other_high, other_low - high)
        for (low, high), (other_low, other_high) in zip(_intervals(result), others, strict=True)
    )
    if not apart <= ROUNDING:
        yield what, f"certified intervals {apart:.2e} bits apart"
