# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `run` command: Fourfold beside its peers, and its methods beside one another on large soft tables.

Answers are compared before times are reported.
"""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.peers.agreement import compare
from benchmarks.peers.carried import describe_carried, support_size
from benchmarks.peers.families import FAMILIES, QUICK
from benchmarks.peers.outcome import describe
from benchmarks.peers.run_table import run_tables
from benchmarks.peers.run_targets import run_verdicts
from benchmarks.peers.solvers import SOLVERS, TOLERANCES
from benchmarks.record.arguments import (
    add_choices,
    add_threads,
    positive_integer,
    positive_seconds,
)
from benchmarks.record.benchmark import Benchmark, RefusedError, broken_rules
from benchmarks.record.child import Outcome, measure
from benchmarks.record.parts import joined, part_of
from benchmarks.record.report import Report
from benchmarks.soft.cases import CASES
from benchmarks.soft.cases import QUICK as QUICK_CASES
from benchmarks.soft.measure import PART as SOFT
from benchmarks.soft.measure import jobs_of
from benchmarks.soft.table import soft_line, soft_table, soft_verdicts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np

    from benchmarks.peers.answer import Answer
    from benchmarks.record.target import Verdict

    Lane = tuple[str, float | None]

__all__ = ["RUN", "Settings", "failures", "run"]

#: Tables of `FAMILIES` beside the peers, and large soft ones, method beside method.
PEERS = "peers"
PARTS = (PEERS, SOFT)
SOFT_CASES = CASES | QUICK_CASES


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    families, solvers : sequence of str
        Keys of `FAMILIES` and of `SOLVERS`.
    states : sequence of int or None
        States a side, those that a family has; None for the sizes of each family.
    limit : float
        Seconds for one solve.
    threads : int or None
        Threads of Fourfold; None leaves it to the library.
    seed : int
        Seed of the tables.
    parts : sequence of str
        Of `PARTS`.
    large : sequence of str
        Keys of `SOFT_CASES`.
    """

    families: Sequence[str] = tuple(FAMILIES)
    solvers: Sequence[str] = tuple(SOLVERS)
    states: Sequence[int] | None = None
    limit: float = 60.0
    threads: int | None = None
    seed: int = 0
    parts: Sequence[str] = PARTS
    large: Sequence[str] = tuple(CASES)


def run(settings: Settings, arguments: list[str]) -> Report:
    """Measure every solver on every table, and every method on the large soft ones.

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
    tables = [
        (name, states)
        for name in settings.families
        for states in FAMILIES[name].sizes(settings.states)
    ]
    described = {**dataclasses.asdict(settings), "tolerances": TOLERANCES}
    report = Report.start("run", arguments, seed=settings.seed, settings=described)
    if PEERS in settings.parts:
        jobs = _jobs(settings, tables, lanes)
        report.collect(jobs, _line, total=len(tables) * len(lanes), unit="solver")
    if SOFT in settings.parts:
        large = jobs_of({name: SOFT_CASES[name] for name in settings.large}, settings.seed)
        report.collect(large, soft_line, total=len(large), unit="method")
    return report


def _jobs(
    settings: Settings, tables: Sequence[tuple[str, int]], lanes: Sequence[Lane]
) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    out_of_time: dict[tuple[str, Lane], dict[str, Any]] = {}
    for family, states in tables:
        pmf = FAMILIES[family].make(states, settings.seed)
        described = {
            "family": family,
            "states": states,
            "classes": pmf.shape[2],
            "nonzero": int((pmf > 0).sum()),
            "unknowns": support_size(pmf),
            **describe_carried(pmf.sum(axis=1), pmf.sum(axis=0)),
        }
        certified: dict[float, Answer] = {}
        for lane in lanes:
            job = partial(_record, described, lane, pmf, settings, out_of_time, certified)
            yield f"{family} {states} {_lane(*lane)}", job


def _record(
    described: dict[str, Any],
    lane: Lane,
    pmf: np.ndarray,
    settings: Settings,
    out_of_time: dict[tuple[str, Lane], dict[str, Any]],
    certified: dict[float, Answer],
) -> dict[str, Any]:
    """Measure one solver, unless it ran out of time on a table with fewer unknowns.

    It is noted in `out_of_time` if it does now, and in `certified` if it is Fourfold's answer.
    """
    name, tol = lane
    family = described["family"]
    # a peer is held to what it did on tables of the same kind, Fourfold on this family alone
    key = (FAMILIES[family].group if tol is None else family, lane)
    late = out_of_time.get(key)
    if late is not None and described["unknowns"] >= late["unknowns"]:
        of = "" if late["family"] == family else f" of {late['family']}"
        outcome = Outcome("skipped", f"out of time at {late['states']} states{of}")
    else:
        outcome = _measure(name, tol, pmf, settings)
    if outcome.status == "timeout":
        out_of_time[key] = described  # it was tried: the fewest unknowns so far
    if tol is not None and outcome.status == "solved":
        certified[tol] = outcome.answer
    return {
        "part": PEERS,
        **described,
        "solver": name,
        "tol": tol,
        **describe(outcome),
        "agreement": _agreement(outcome, certified) if tol is None else [],
    }


def failures(report: Report) -> list[str]:
    """Say what makes the benchmark fail: an answer that disagrees, or none from Fourfold."""
    found = broken_rules(part_of(report, SOFT, PEERS))
    for record in part_of(report, PEERS, PEERS).records:
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
        f"{record['family']:<17}{record['states']:>4}  {_lane(record['solver'], record['tol'])}"
    )
    text = f"{text:<44}"
    if record["status"] != "solved":
        return f"{text}{record['status']}: {record['reason']}"
    if not all(entry["agrees"] for entry in record["agreement"]):
        return f"{text}DISAGREES"
    state = "" if record["converged"] else "  not converged"
    return f"{text}{record['seconds']['median']:10.4f} s{state}"


def _verdicts(report: Report) -> Iterator[Verdict]:
    yield from run_verdicts(part_of(report, PEERS, PEERS))
    yield from soft_verdicts(part_of(report, SOFT, PEERS))


def _tables(report: Report, *, detail: bool = False) -> str:
    """The tables of the parts that were measured, each with where that was."""
    parts = []
    if (beside := part_of(report, PEERS, PEERS)).records:
        parts.append(run_tables(beside, detail=detail))
    if (soft := part_of(report, SOFT, PEERS)).records:
        parts.append(soft_table(soft))
    return "\n\n".join(parts)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(
        parser, "--parts", PARTS, "from {}; those left out stay in the report as they are"
    )
    add_choices(parser, "--large", SOFT_CASES, "large soft tables, from {}")
    add_choices(parser, "--families", FAMILIES, "kinds of tables, from {}")
    add_choices(parser, "--solvers", SOLVERS, "from {}")
    parser.add_argument(
        "--states", nargs="+", type=positive_integer, metavar="K",
        help="states a side (those of each family)",
    )  # fmt: skip
    parser.add_argument("--limit", type=positive_seconds, help="seconds for one solve (60)")
    add_threads(parser)


def _measured(settings: Settings, arguments: list[str]) -> Report:
    for name in settings.solvers if PEERS in settings.parts else ():
        if missing := SOLVERS[name].missing():
            msg = (
                f"solver {name} needs {', '.join(missing)}, which is not installed; "
                "pip install -r benchmarks/requirements.txt, or leave it out with --solvers"
            )
            raise RefusedError(msg)
    return run(settings, arguments)


RUN = Benchmark(
    "run",
    "Measure decompose beside its peers, and compare the answers.",
    Settings(),
    Settings(QUICK, states=(8, 16), limit=10.0, large=tuple(QUICK_CASES)),
    _add_arguments,
    _measured,
    _tables,
    failures,
    _verdicts,
    details=partial(_tables, detail=True),
    prints_details=True,
    wants_quiet=True,
    joined=partial(joined, parts=PARTS),
)
