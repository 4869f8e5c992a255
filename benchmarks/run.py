# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `run` command: Fourfold beside its peers, answers compared before times are reported."""

from __future__ import annotations

import dataclasses
import math
import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks.agreement import compare
from benchmarks.child import Outcome, measure
from benchmarks.instances import CLASSES, FAMILIES, support_size
from benchmarks.record import describe
from benchmarks.report import Report
from benchmarks.solvers import SOLVERS, TOLERANCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from benchmarks.answer import Answer

__all__ = ["Settings", "failures", "run"]


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    families, solvers : sequence of str
        Keys of `FAMILIES` and of `SOLVERS`.
    states : sequence of int
        States a side, in ascending order: a solver that ran out of time stops there.
    limit : float
        Seconds for one solve.
    threads : int or None
        Threads of Fourfold; None leaves it to the library.
    seed : int
        Seed of the tables.
    """

    families: Sequence[str] = tuple(FAMILIES)
    solvers: Sequence[str] = tuple(SOLVERS)
    states: Sequence[int] = (16, 32, 64, 128, 256)
    limit: float = 60.0
    threads: int | None = None
    seed: int = 0


def run(settings: Settings, arguments: list[str]) -> Report:
    """Measure every solver on every table.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    lanes = [
        (name, tol)
        for name in settings.solvers
        for tol in (TOLERANCES if name == "fourfold" else (None,))
    ]
    described = {**dataclasses.asdict(settings), "classes": CLASSES, "tolerances": TOLERANCES}
    report = Report.start("run", arguments, seed=settings.seed, settings=described)
    total = len(settings.families) * len(settings.states) * len(lanes)
    with tqdm(total=total, unit="solver", file=sys.stderr) as progress:
        for family in settings.families:
            out_of_time: dict[tuple[str, float | None], int] = {}
            for states in sorted(settings.states):
                pmf = FAMILIES[family](states, settings.seed)
                certified: dict[float, Answer] = {}
                for name, tol in lanes:
                    progress.set_postfix_str(f"{family} {states} {_lane(name, tol)}")
                    if (name, tol) in out_of_time:
                        last = out_of_time[name, tol]
                        outcome = Outcome("skipped", f"out of time at {last} states")
                    else:
                        outcome = _measure(name, tol, pmf, settings)
                    if outcome.status == "timeout":
                        out_of_time[name, tol] = states
                    if tol is not None and outcome.status == "solved":
                        certified[tol] = outcome.answer
                    record = {
                        "family": family,
                        "states": states,
                        "classes": CLASSES,
                        "nonzero": int((pmf > 0).sum()),
                        "unknowns": support_size(pmf),
                        "solver": name,
                        "tol": tol,
                        **describe(outcome),
                        "agreement": _agreement(outcome, certified) if tol is None else [],
                    }
                    report.records.append(record)
                    progress.write(_line(record), file=sys.stderr)
                    progress.update()
    return report


def failures(report: Report) -> list[str]:
    """Say what makes the benchmark fail: an answer that disagrees, or none from Fourfold."""
    found = []
    for record in report.records:
        where = f"{record['family']}, {record['states']} states, {record['solver']}"
        if record["solver"] == "fourfold" and record["status"] == "failed":
            found.append(f"{where}: {record['reason']}")
        if not record["converged"]:
            continue  # a peer that says so itself is not held to its answer
        found += [
            f"{where}: {entry['apart']:.1e} bits outside the interval certified at "
            f"tol={entry['tol']:g}"
            for entry in record["agreement"]
            if not entry["agrees"]
        ]
    return found


def _measure(name: str, tol: float | None, pmf: np.ndarray, settings: Settings) -> Outcome:
    solver = SOLVERS[name]
    options: dict[str, Any] = {"pmf": pmf}
    if tol is not None:
        options |= {"tol": tol, "num_threads": settings.threads}
    outcome = measure(
        solver.prepare, options, dataclasses.replace(solver.plan, limit=settings.limit)
    )
    if outcome.answer is not None and not all(map(math.isfinite, outcome.answer.atoms)):
        return Outcome("failed", f"the answer is not finite: {outcome.answer.atoms}")
    return outcome


def _agreement(outcome: Outcome, certified: dict[float, Answer]) -> list[dict[str, Any]]:
    if outcome.status != "solved":
        return []
    return [
        {"tol": tol, **dataclasses.asdict(compare(outcome.answer, reference))}
        for tol, reference in certified.items()
    ]


def _lane(name: str, tol: float | None) -> str:
    return name if tol is None else f"{name} tol={tol:g}"


def _line(record: dict[str, Any]) -> str:
    """One line for the terminal; a time only for an answer that was not found wrong."""
    text = (
        f"{record['family']:<7}{record['states']:>4}  {_lane(record['solver'], record['tol'])}"
    )
    text = f"{text:<34}"
    if record["status"] != "solved":
        return f"{text}{record['status']}: {record['reason']}"
    if not all(entry["agrees"] for entry in record["agreement"]):
        return f"{text}DISAGREES"
    state = "" if record["converged"] else "  not converged"
    return f"{text}{record['seconds']['median']:10.4f} s{state}"
