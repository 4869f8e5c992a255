# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `memory` command: the peak memory of a problem whose tensor could not exist."""

from __future__ import annotations

import dataclasses
import statistics
import warnings
from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.peers.instances import two_marginals
from benchmarks.record.arguments import positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.child import Plan, measure
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.report import Report
from benchmarks.record.target import Verdict
from benchmarks.record.words import duration, megabytes, size, where, within

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

__all__ = ["BOUND_BYTES", "MEMORY", "Size", "failures", "memory"]

#: Largest resident memory that the whole process may reach.
BOUND_BYTES = 500_000_000

#: Seconds for the solve; the number of iterations is limited, so this is not reached.
LIMIT = 1200.0


@dataclasses.dataclass(frozen=True)
class Size:
    """States of the sources and of the target, the number of outer steps, and a seed.

    The steps show the memory, which does not grow with their number; convergence is not
    needed for that.
    """

    states1: int = 2048
    states2: int = 2048
    classes: int = 200
    max_iter: int = 25
    seed: int = 0


def memory(size: Size, arguments: list[str]) -> Report:
    """Measure one solve from pairwise marginals in a process of its own.

    Parameters
    ----------
    size : Size
        The problem.
    arguments : list of str
        The command line, for the report.
    """
    settings = {**dataclasses.asdict(size), "bound_bytes": BOUND_BYTES}
    report = Report.start("memory", arguments, seed=size.seed, settings=settings)
    plan = Plan(limit=LIMIT, fast_repeats=1)
    outcome = measure(_prepare, {"size": size}, plan)
    solved = outcome.status == "solved"
    report.records.append({
        "solver": "fourfold",
        "status": outcome.status,
        "reason": outcome.reason,
        "peak_bytes": outcome.peak,
        "resident_before_bytes": outcome.resident_before,
        "within_bound": solved and outcome.peak is not None and outcome.peak <= BOUND_BYTES,
        "tensor_bytes": 8 * size.states1 * size.states2 * size.classes,
        "seconds": statistics.median(outcome.seconds) if solved else None,
        **(outcome.answer if solved else {}),
    })  # fmt: skip
    return report


def _prepare(size: Size) -> Callable[[], dict[str, Any]]:
    p1y, p2y = two_marginals(size.states1, size.states2, size.classes, size.seed)

    def solve() -> dict[str, Any]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = fourfold.decompose_marginals(p1y, p2y, max_iter=size.max_iter)
        return {
            "iterations": int(result.iterations),
            "converged": bool(result.converged),
            "gap_bits": float(result.gap),
            "union_information_bits": float(result.union_information),
            "warnings": [f"{entry.category.__name__}: {entry.message}" for entry in caught],
        }

    return solve


def failures(report: Report) -> list[str]:
    """Say what went wrong, or how much memory it took."""
    return [
        record["reason"] or f"the process reached {record['peak_bytes']} bytes"
        for record in report.records
        if not record["within_bound"]
    ]


def memory_table(report: Report) -> str:
    """Tabulate the peak memory of a problem whose tensor could not be held."""
    bound = megabytes(report.settings["bound_bytes"])
    columns = (
        Column("K1 x K2 x K_Y", lambda _: _problem(report)),
        Column("peak memory of the process", "peak_bytes", megabytes),
        Column("bound", "within_bound", lambda met: within(bound, met=met)),
        Column("the tensor, never formed", "tensor_bytes", megabytes),
        Column(
            "outer steps",
            lambda record: f"{record['iterations']} in {duration(record['seconds'])}",
        ),
    )
    records = [
        record
        if record["status"] == "solved"
        else {"wrong": [f"{record['status']}: {record['reason']}"]}
        for record in report.records
    ]
    title = "**Memory** of `decompose_marginals`, stopped after a few steps"
    return "\n\n".join([title, tabulate(columns, records), where(report)])


def _problem(report: Report) -> str:
    return size([report.settings[name] for name in ("states1", "states2", "classes")])


def _verdicts(report: Report) -> Iterator[Verdict]:
    for record in report.records:
        solved = record["status"] == "solved"
        yield Verdict(
            f"`decompose_marginals` at {_problem(report)}: peak memory",
            megabytes(record["peak_bytes"]) if solved else f"**{record['reason']}**",
            f"within {megabytes(report.settings['bound_bytes'])}",
            record["within_bound"],
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-iter", type=positive_integer, help=f"outer steps ({Size.max_iter})"
    )


MEMORY = Benchmark(
    "memory",
    "Measure the memory of a 2048 x 2048 x 200 problem.",
    Size(),
    Size(256, 256, 50),
    _add_arguments,
    memory,
    memory_table,
    failures,
    _verdicts,
)
