# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line: run, exact, floor, cuda, memory, robustness, statistics,
table, plot.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.arguments import (
    nonnegative_integer,
    positive_gap,
    positive_integer,
    positive_seconds,
)
from benchmarks.cuda.command import cuda, device
from benchmarks.cuda.command import failures as cuda_failures
from benchmarks.cuda.settings import PARTS as CUDA_PARTS
from benchmarks.cuda.settings import QUICK as CUDA_QUICK
from benchmarks.cuda.settings import Settings as CudaSettings
from benchmarks.cuda.table import cuda_table
from benchmarks.environment import ROOT
from benchmarks.exact import CASES, QUICK, exact
from benchmarks.exact import Settings as ExactSettings
from benchmarks.exact import failures as exact_failures
from benchmarks.floor.command import failures as floor_failures
from benchmarks.floor.command import floor
from benchmarks.floor.settings import PARTS
from benchmarks.floor.settings import QUICK as FLOOR_QUICK
from benchmarks.floor.settings import Settings as FloorSettings
from benchmarks.floor.table import floor_table
from benchmarks.instances import FAMILIES
from benchmarks.memory import Size, memory
from benchmarks.readme import rewrite
from benchmarks.report import RESULTS, Report
from benchmarks.robustness import Settings as RobustnessSettings
from benchmarks.robustness import failures as robustness_failures
from benchmarks.robustness import robustness
from benchmarks.run import Settings, failures, run
from benchmarks.solvers import SOLVERS
from benchmarks.statistics.command import failures as statistics_failures
from benchmarks.statistics.command import statistics
from benchmarks.statistics.settings import PARTS as STATISTICS_PARTS
from benchmarks.statistics.settings import QUICK as STATISTICS_QUICK
from benchmarks.statistics.settings import Settings as StatisticsSettings
from benchmarks.statistics.table import statistics_table
from benchmarks.table import (
    available,
    exact_table,
    memory_table,
    page,
    robustness_table,
    run_tables,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[[argparse.Namespace, list[str]], int]

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        The command line without the program; by default that of this process.

    Returns
    -------
    int
        0 if all is well, 1 if a measurement broke a rule, 2 if the command cannot be run.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(arguments)
    return options.command(options, arguments)


def _run(options: argparse.Namespace, arguments: list[str]) -> int:
    missing = {name: SOLVERS[name].missing() for name in options.solvers}
    for name, modules in missing.items():
        if modules:
            msg = (
                f"solver {name} needs {', '.join(modules)}, which is not installed; "
                "pip install -r benchmarks/requirements.txt, or leave it out with --solvers"
            )
            return _refuse(ModuleNotFoundError(msg))
    quick = options.quick
    settings = Settings(
        families=tuple(dict.fromkeys(options.families)),
        solvers=tuple(name for name in SOLVERS if name in options.solvers),
        states=tuple(sorted(set(options.states or ((8, 16) if quick else Settings.states)))),
        limit=options.limit or (10.0 if quick else Settings.limit),
        threads=options.threads,
        seed=options.seed,
    )
    _warn_if_busy(options)
    report = run(settings, arguments)
    _keep(report, options)
    print(run_tables(report, detail=True))
    return _complain(failures(report))


def _exact(options: argparse.Namespace, arguments: list[str]) -> int:
    chosen = options.cases or (QUICK if options.quick else CASES)
    settings = ExactSettings(
        cases=tuple(name for name in CASES if name in chosen),
        threads=options.threads,
        seed=options.seed,
    )
    _warn_if_busy(options)
    report = exact(settings, arguments)
    _keep(report, options)
    print(exact_table(report))
    return _complain(exact_failures(report))


def _floor(options: argparse.Namespace, arguments: list[str]) -> int:
    settings = dataclasses.replace(
        FLOOR_QUICK if options.quick else FloorSettings(),
        parts=tuple(part for part in PARTS if part in options.parts),
        threads=options.threads,
        seed=options.seed,
    )
    _warn_if_busy(options)
    report = floor(settings, arguments)
    _keep(report, options)
    print(floor_table(report))
    return _complain(floor_failures(report))


def _cuda(options: argparse.Namespace, arguments: list[str]) -> int:
    settings = dataclasses.replace(
        CUDA_QUICK if options.quick else CudaSettings(),
        parts=tuple(part for part in CUDA_PARTS if part in options.parts),
        seed=options.seed,
    )
    try:
        device()
        report = cuda(settings, arguments)
    except (RuntimeError, ImportError) as error:
        return _refuse(error)
    _keep(report, options)
    print(cuda_table(report))
    return _complain(cuda_failures(report))


def _memory(options: argparse.Namespace, arguments: list[str]) -> int:
    size = Size(256, 256, 50) if options.quick else Size()
    if options.max_iter is not None:
        size = Size(size.states1, size.states2, size.classes, options.max_iter)
    report = memory(size, options.seed, arguments)
    _keep(report, options)
    print(memory_table(report))
    return _complain(
        [
            record["reason"] or f"the process reached {record['peak_bytes']} bytes"
            for record in report.records
            if not record["within_bound"]
        ]
    )


def _robustness(options: argparse.Namespace, arguments: list[str]) -> int:
    quick = options.quick
    defaults = RobustnessSettings(210, 0) if quick else RobustnessSettings()
    settings = RobustnessSettings(
        small=defaults.small if options.small is None else options.small,
        large=defaults.large if options.large is None else options.large,
        tol=options.tol,
        threads=options.threads,
        seed=options.seed,
    )
    report = robustness(settings, arguments)
    _keep(report, options)
    print(robustness_table(report))
    return _complain(robustness_failures(report))


def _statistics(options: argparse.Namespace, arguments: list[str]) -> int:
    defaults = STATISTICS_QUICK if options.quick else StatisticsSettings()
    settings = dataclasses.replace(
        defaults,
        parts=tuple(part for part in STATISTICS_PARTS if part in options.parts),
        processes=options.processes,
        seed=options.seed,
    )
    report = statistics(settings, arguments)
    _keep(report, options)
    print(statistics_table(report))
    return _complain(statistics_failures(report))


def _table(options: argparse.Namespace, _: list[str]) -> int:
    try:
        reports = available(options.results)
        if options.write_readme:
            rewrite(options.readme, page(reports))
        else:
            print(page(reports, detail=True))
    except (OSError, ValueError) as error:
        return _refuse(error)
    return 0


def _plot(options: argparse.Namespace, _: list[str]) -> int:
    from benchmarks.plot import draw  # noqa: PLC0415  matplotlib is for this command only
    from benchmarks.statistics.plot import draw_statistics  # noqa: PLC0415  as above

    try:
        report = Report.read(options.json, "run")
        written = draw(report, options.output)
        if options.statistics.exists():
            studied = Report.read(options.statistics, "statistics")
            written += draw_statistics(studied, options.output.parent)
        for path in written:
            print(f"benchmarks: wrote {path}", file=sys.stderr)
    except (OSError, ValueError) as error:
        return _refuse(error)
    return 0


def _refuse(error: Exception) -> int:
    print(f"benchmarks: {error}", file=sys.stderr)
    return 2


def _warn_if_busy(options: argparse.Namespace) -> None:
    load = os.getloadavg()[0]
    if load > 0.5 and not options.quick:
        print(
            f"benchmarks: the machine is busy (load {load:.1f}); a competing process can slow a "
            "solver on several threads many times over",
            file=sys.stderr,
        )


def _keep(report: Report, options: argparse.Namespace) -> None:
    """Write the report; a quick one only where asked, as it must not replace a real one."""
    path = options.json
    if path is None and not options.quick:
        path = RESULTS / f"{report.kind}.json"
    if path is not None:
        report.write(path)


def _complain(reasons: list[str]) -> int:
    for reason in reasons:
        print(f"benchmarks: FAILED: {reason}", file=sys.stderr)
    return 1 if reasons else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, function: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=function)
        return added

    def measured(added: argparse.ArgumentParser) -> None:
        added.add_argument("--json", type=Path, help="the report (in benchmarks/results)")
        added.add_argument(
            "--seed", type=nonnegative_integer, default=0, help="seed of the tables"
        )
        added.add_argument(
            "--quick", action="store_true", help="small sizes, to see that it works"
        )

    runs = command("run", _run, "Measure decompose beside its peers, and compare the answers.")
    measured(runs)
    runs.add_argument(
        "--families", nargs="+", choices=list(FAMILIES), default=list(FAMILIES), metavar="F",
        help=f"kinds of tables, from {', '.join(FAMILIES)}",
    )  # fmt: skip
    runs.add_argument(
        "--solvers", nargs="+", choices=list(SOLVERS), default=list(SOLVERS), metavar="S",
        help=f"from {', '.join(SOLVERS)}",
    )  # fmt: skip
    runs.add_argument(
        "--states", nargs="+", type=positive_integer, metavar="K", help="states a side"
    )
    runs.add_argument("--limit", type=positive_seconds, help="seconds for one solve (60)")
    runs.add_argument(
        "--threads", type=positive_integer, help="threads of Fourfold (its default)"
    )

    exacts = command(
        "exact", _exact, "Solve to small gaps, and compare with time and memory set."
    )
    measured(exacts)
    exacts.add_argument(
        "--cases", nargs="+", choices=list(CASES), metavar="C",
        help=f"tables, from {', '.join(CASES)}",
    )  # fmt: skip
    exacts.add_argument(
        "--threads", type=positive_integer, help="threads of Fourfold (its default)"
    )

    floors = command(
        "floor", _floor, "Hold steps to the rates of the machine, and throughput to targets."
    )
    measured(floors)
    floors.add_argument(
        "--parts", nargs="+", choices=list(PARTS), default=list(PARTS), metavar="P",
        help=f"from {', '.join(PARTS)}; the rates are always measured",
    )  # fmt: skip
    floors.add_argument(
        "--threads", type=positive_integer, help="what all threads are (Fourfold's default)"
    )

    cudas = command(
        "cuda", _cuda, "Hold the CUDA back end to its device, to the CPU and to CuPy."
    )
    measured(cudas)
    cudas.add_argument(
        "--parts", nargs="+", choices=list(CUDA_PARTS), default=list(CUDA_PARTS), metavar="P",
        help=f"from {', '.join(CUDA_PARTS)}; the rates are always measured",
    )  # fmt: skip

    memories = command("memory", _memory, "Measure the memory of a 2048 x 2048 x 200 problem.")
    measured(memories)
    memories.add_argument(
        "--max-iter", type=positive_integer, help=f"outer steps ({Size.max_iter})"
    )

    robust = command("robustness", _robustness, "Solve hard tables and check every answer.")
    measured(robust)
    robust.add_argument(
        "--small", type=nonnegative_integer,
        help=f"tables of up to 12 states a side ({RobustnessSettings.small})",
    )  # fmt: skip
    robust.add_argument(
        "--large", type=nonnegative_integer,
        help=f"tables of up to 64 states a side ({RobustnessSettings.large})",
    )  # fmt: skip
    robust.add_argument(
        "--tol", type=positive_gap, default=RobustnessSettings.tol,
        help=f"gap in bits to be reached ({RobustnessSettings.tol:g})",
    )  # fmt: skip
    robust.add_argument(
        "--threads", type=positive_integer, help="threads of Fourfold (its default)"
    )

    simulated = command(
        "statistics", _statistics, "Draw samples of known tables: bias, coverage, significance."
    )
    measured(simulated)
    simulated.add_argument(
        "--parts", nargs="+", choices=list(STATISTICS_PARTS), default=list(STATISTICS_PARTS),
        metavar="P", help=f"from {', '.join(STATISTICS_PARTS)}",
    )  # fmt: skip
    simulated.add_argument(
        "--processes", type=positive_integer, default=StatisticsSettings.processes,
        help=f"that share the work ({StatisticsSettings.processes})",
    )  # fmt: skip

    tables = command("table", _table, "Print the tables of the reports as Markdown.")
    tables.add_argument("--results", type=Path, default=RESULTS, help="folder of the reports")
    tables.add_argument("--write-readme", action="store_true", help="put them into the README")
    tables.add_argument("--readme", type=Path, default=ROOT / "README.md", help="which one")

    plots = command("plot", _plot, "Draw time against size, and errors against samples.")
    plots.add_argument("--json", type=Path, default=RESULTS / "run.json", help="the report")
    plots.add_argument(
        "--statistics", type=Path, default=RESULTS / "statistics.json",
        help="the report of that command; drawn beside the picture, if there is one",
    )  # fmt: skip
    plots.add_argument(
        "--output", type=Path, default=ROOT / "docs" / "images" / "benchmark.png",
        help="the picture; an SVG is written beside it",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main())
