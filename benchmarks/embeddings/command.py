# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `embeddings` command: errors of atoms of embeddings, bounds, and what estimates cost."""

from __future__ import annotations

import dataclasses
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from joblib import Parallel, delayed
from tqdm import tqdm

from benchmarks.embeddings.cases import CASES
from benchmarks.embeddings.draws import Kept, draws, measured
from benchmarks.embeddings.methods import METHODS
from benchmarks.embeddings.settings import PARTS, QUICK, Settings
from benchmarks.embeddings.summary import summarised
from benchmarks.embeddings.table import embeddings_table
from benchmarks.embeddings.targets import verdicts
from benchmarks.embeddings.times import record_times
from benchmarks.record.arguments import add_choices, positive_integer
from benchmarks.record.benchmark import Benchmark
from benchmarks.record.report import Report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from benchmarks.embeddings.draws import Draw

__all__ = ["EMBEDDINGS", "embeddings", "failures"]


def embeddings(settings: Settings, arguments: list[str], *, progress: bool = True) -> Report:
    """Draw embeddings of known atoms and see what becomes of them.

    Parameters
    ----------
    settings : Settings
        What is drawn.
    arguments : list of str
        The command line, for the report.
    progress : bool
        Whether to draw a bar.
    """
    described = dataclasses.asdict(settings)
    del described["kept"]
    report = Report.start("embeddings", arguments, seed=settings.seed, settings=described)
    if "times" in settings.parts:
        report.records.extend(record_times(settings.seed))  # while nothing else runs
    todo = draws(settings)
    kept = Kept(settings.kept, any_commit=settings.any_commit)
    left = kept.left(todo)
    done = Parallel(
        settings.jobs, return_as="generator_unordered", batch_size=1, pre_dispatch=settings.jobs
    )(delayed(measured)(draw) for draw in _in_time(left, settings.minutes))
    before = len(todo) - len(left)
    with tqdm(
        total=len(todo), initial=before, unit="draw", disable=not progress, file=sys.stderr
    ) as bar:
        for record in done:
            kept.add(record)
            bar.update()
    report.records.extend(summarised(kept.of(todo)))
    return report


def failures(report: Report) -> list[str]:
    """Say which draws and truths are wrong; a missed target is not a failure."""
    return [
        f"{record['case']}, {record.get('estimate', 'times')}: {reason}"
        for record in report.records
        for reason in record["wrong"]
    ]


def _in_time(left: list[Draw], minutes: int | None) -> Iterator[Draw]:
    end = float("inf") if minutes is None else time.monotonic() + 60 * minutes
    for draw in left:
        if time.monotonic() > end:
            return
        yield draw


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}")
    add_choices(parser, "--cases", CASES, "from {}")
    add_choices(parser, "--methods", METHODS, "from {}")
    parser.add_argument(
        "--only-rows", type=positive_integer, nargs="+", metavar="N",
        help=f"rows of a draw, from {', '.join(str(rows) for rows, _ in Settings.rows)}",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=positive_integer, help=f"processes of one thread each ({Settings.jobs})"
    )
    parser.add_argument(
        "--minutes", type=positive_integer,
        help="begin nothing after so many; the same command goes on from there",
    )  # fmt: skip
    parser.add_argument(
        "--kept", type=Path, help="file of the draws that are done (build/embeddings.jsonl)"
    )
    parser.add_argument(
        "--any-commit", action="store_true", default=None,
        help="take up draws of other commits too",
    )  # fmt: skip


EMBEDDINGS = Benchmark(
    "embeddings",
    "Draw embeddings of known atoms: errors, bounds, time.",
    Settings(),
    QUICK,
    _add_arguments,
    embeddings,
    embeddings_table,
    failures,
    verdicts,
    details=partial(embeddings_table, detail=True),
)
