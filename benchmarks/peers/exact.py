# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `exact` command: certified small gaps, each beside the time and memory it should take."""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.peers.agreement import compare
from benchmarks.peers.exact_problems import OTHER, PROBLEMS
from benchmarks.peers.exact_table import exact_table, verdicts
from benchmarks.peers.outcome import describe
from benchmarks.record.arguments import add_choices, add_threads
from benchmarks.record.benchmark import Benchmark, broken_rules
from benchmarks.record.child import Outcome, Plan, measure
from benchmarks.record.report import Report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from benchmarks.peers.answer import Answer
    from benchmarks.peers.exact_problems import Problem

__all__ = ["CASES", "EXACT", "QUICK", "Case", "Settings", "exact"]

#: What rounding may do to an atom or to the sum of four, in bits.
ROUNDING = 1e-12


@dataclasses.dataclass(frozen=True)
class Case:
    """One table, the gap it is solved to, and what that should take.

    Attributes
    ----------
    family : str
        Key of `PROBLEMS`.
    states : int
        States of X1, and of X2.
    tol : float
        Gap in bits.
    seconds, peak_bytes : float, int or None
        Targets: the largest median time, and what the memory of the process stays below.
    limit : float
        Seconds after which one call is ended.
    once : bool
        Whether one call has to do, as it takes long.
    threads : int or None
        Threads of Fourfold if the command is given none; None leaves it to the library.
    """

    family: str
    states: int
    tol: float
    seconds: float | None = None
    peak_bytes: int | None = None
    limit: float = 300.0
    once: bool = False
    threads: int | None = None

    @property
    def name(self) -> str:
        """How the command line calls it."""
        return f"{self.family}-{self.states}".replace(" ", "-")

    @property
    def plan(self) -> Plan:
        """How often it is timed."""
        if self.once:
            return Plan(limit=self.limit, fast_repeats=1)
        return Plan(limit=self.limit, warmups=1, repeats=3, fast_repeats=15, fast=0.5)


CASES = {
    case.name: case
    for case in (
        Case("dense", 64, 1e-10, seconds=0.3),
        Case("dense", 128, 1e-9, seconds=3.0),
        Case("dense", 256, 1e-8, seconds=40.0, peak_bytes=4_000_000_000),
        Case("dense", 512, 1e-8, peak_bytes=8_000_000_000, limit=1800.0, once=True),
        Case("digits", 40, 1e-10, seconds=0.003, threads=1),
        Case("breast cancer", 16, 1e-10, seconds=0.1),
        Case("soft near ternary", 128, 1e-4, seconds=0.1, threads=1),
        Case("soft near", 256, 1e-4, seconds=0.25, threads=1),
        Case("tall", 1000, 1e-6, seconds=1.0, threads=1),
        Case("binary target", 1_000_000, 1e-12, seconds=0.5, threads=1),
    )
}
#: Those that are done in seconds.
QUICK = ("dense-64", "digits-40", "breast-cancer-16")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    cases : sequence of str
        Keys of `CASES`.
    threads : int or None
        Threads of Fourfold; None leaves it to the library.
    seed : int
        Seed of the tables and of the clusterings.
    """

    cases: Sequence[str] = tuple(CASES)
    threads: int | None = None
    seed: int = 0


def exact(settings: Settings, arguments: list[str]) -> Report:
    """Solve each table to its gap, check the answer, and hold time and memory to the targets.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    """
    described = {**dataclasses.asdict(settings), "method": "auto", "other": OTHER}
    report = Report.start("exact", arguments, seed=settings.seed, settings=described)
    jobs = ((name, partial(_record, CASES[name], settings)) for name in settings.cases)
    return report.collect(jobs, _line, total=len(settings.cases), unit="table")


def _record(case: Case, settings: Settings) -> dict[str, Any]:
    problem = PROBLEMS[case.family](case.states, settings.seed)
    threads = settings.threads or case.threads
    # each in a process of its own, so that the peak memory is that of the measured one
    once = Plan(limit=case.limit, fast_repeats=1)
    other_options = {**problem.given, **problem.other_options}
    if problem.other is problem.prepare:
        other_options["num_threads"] = threads
    other = _finite(measure(problem.other, other_options, once))
    options = {**problem.given, "num_threads": threads, "method": "auto", "tol": case.tol}
    outcome = _finite(measure(problem.prepare, options, case.plan))
    wrong = list(_wrong(case, problem, outcome, other))
    described = describe(outcome)
    # a wrong answer is held to no target
    median, peak = (None, None) if wrong else (described["seconds"]["median"], outcome.peak)
    return {
        "case": case.name,
        "family": case.family,
        "shape": list(problem.shape),
        "nonzero": problem.nonzero,
        "unknowns": problem.unknowns,
        "tol": case.tol,
        "threads": threads,
        **described,
        "other": describe(other),
        "wrong": wrong,
        "target_seconds": case.seconds,
        "target_bytes": case.peak_bytes,
        "within_seconds": median <= case.seconds if median and case.seconds else None,
        "within_bytes": peak < case.peak_bytes if peak and case.peak_bytes else None,
    }


def _finite(outcome: Outcome) -> Outcome:
    answer: Answer | None = outcome.answer
    if answer is not None:
        numbers = (*answer.atoms, *answer.lower, *answer.upper)
        if not all(map(math.isfinite, (*numbers, answer.said.get("gap_bits", 0.0)))):
            return Outcome("failed", f"the answer is not finite: {numbers}")
    return outcome


def _wrong(case: Case, problem: Problem, outcome: Outcome, other: Outcome) -> Iterator[str]:
    """What speaks against an answer; nothing if it is right as far as can be told."""
    if outcome.status != "solved":
        yield f"no answer: {outcome.reason}"
        return
    answer: Answer = outcome.answer
    gap = answer.said["gap_bits"]
    if not (answer.converged and gap <= case.tol):
        yield f"not converged: gap {gap:.2e} after {answer.said['iterations']} steps"
    if not min(answer.atoms) >= -ROUNDING:
        yield f"negative atom: {min(answer.atoms):.2e}"
    off = abs(math.fsum(answer.atoms) - problem.information)
    if not off <= ROUNDING:
        yield f"the atoms add up to something {off:.2e} bits off I(X1,X2;Y)"
    for low, atom, high in zip(answer.lower, answer.atoms, answer.upper, strict=True):
        if not (low <= atom <= high and high - low <= gap + ROUNDING):
            yield f"bounds {low!r}, {high!r} of the atom {atom!r} at a gap of {gap:.2e}"
    if other.status != "solved":
        yield f"no answer of {problem.other_name} to compare with: {other.reason}"
        return
    agreement = compare(other.answer, answer)
    if not agreement.agrees:
        yield f"certified intervals {agreement.apart:.2e} bits apart from {problem.other_name}"


def _line(record: dict[str, Any]) -> str:
    """One line for the terminal; a time only for an answer that was not found wrong."""
    text = f"{record['case']:<24}"
    if record["wrong"]:
        return f"{text}{'; '.join(record['wrong'])}"
    return f"{text}{record['seconds']['median']:10.4f} s, gap {record['said']['gap_bits']:.1e}"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--cases", CASES, "tables, from {}")
    add_threads(parser)


EXACT = Benchmark(
    "exact",
    "Solve to small gaps, and compare with time and memory set.",
    Settings(),
    Settings(QUICK),
    _add_arguments,
    exact,
    exact_table,
    partial(broken_rules, named="case"),
    verdicts,
    wants_quiet=True,
)
