# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `embeddings` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.embeddings.cases import CASES
from benchmarks.embeddings.methods import LABELS
from benchmarks.embeddings.targets import MEAN_CASES, find, mean_sum, verdicts
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table
from benchmarks.record.words import duration, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.record.report import Report

__all__ = ["embeddings_table"]

#: Rows of the table that lists the cases.
ROWS = (2000, 1797)


def embeddings_table(report: Report, *, detail: bool = False) -> str:
    """Tabulate errors, coverage, time and targets.

    Parameters
    ----------
    report : Report
        A report of kind "embeddings".
    detail : bool
        Whether every case at every number of rows is listed, atom by atom.
    """
    parts = [*_by_rows(report), *_by_case(report)]
    if detail:
        parts += [*_atoms(report), *_coverage(report)]
    parts += [
        "**Targets** of estimates from embeddings",
        targets_table(verdicts(report), "worst, and how many"),
        _notes(report),
    ]
    return "\n\n".join(parts)


def _errors(report: Report) -> list[dict[str, Any]]:
    return [r for r in report.records if r["part"] == "errors" and r.get("draws")]


def _estimates(report: Report) -> list[str]:
    there = {record["estimate"] for record in _errors(report)}
    return [name for name in LABELS if name in there]


def _by_rows(report: Report) -> Iterator[str]:
    def column(name: str) -> Column:
        read = lambda row: mean_sum(report, name, row["rows"])
        return Column(LABELS[name], read, "{:.3f}".format)

    rows = [{"rows": rows} for rows in sorted({r["rows"] for r in _errors(report)})]
    rows = [row for row in rows if any(mean_sum(report, name, row["rows"]) for name in LABELS)]
    if rows:
        yield (
            "**Error of atoms of embeddings**: sum of the four absolute errors in bits, mean over "
            f"{len(MEAN_CASES)} cases ({', '.join(MEAN_CASES)})"
        )
        yield tabulate([Column("rows", "rows"), *map(column, _estimates(report))], rows)


def _by_case(report: Report) -> Iterator[str]:
    def reading(name: str, case: dict[str, Any], made: Callable[[dict[str, Any]], Any]) -> Any:
        for rows in ROWS:
            record = find(report, case=case["name"], rows=rows, estimate=name)
            if record is not None:
                return made(record)
        return None

    def column(name: str) -> Column:
        def read(case: dict[str, Any]) -> Any:
            return reading(
                name, case, lambda record: (record.get("sum_of_errors"), record["mean"])
            )

        return Column(LABELS[name], read, _sum_and_atoms)

    cases = [
        {"name": name} for name in CASES if any(r["case"] == name for r in _errors(report))
    ]
    shown = [name for name in ("auto", "auto shrunk", "fast", "kmeans", "clusters", "raw")
             if name in _estimates(report)]  # fmt: skip
    cases = [case for case in cases if any(reading(n, case, bool) for n in shown)]
    if not cases:
        return
    yield (
        "**Single cases**, 2000 rows (digits and 10 classes: 1797): sum of the absolute errors in "
        "bits, and the mean R, U1, U2, S"
    )
    title = Column("case", lambda case: CASES[case["name"]].title)
    true = Column("truth", lambda case: CASES[case["name"]].atoms, _four)
    yield tabulate([title, true, *map(column, shown)], cases)


def _sum_and_atoms(found: tuple[float | None, list[float]]) -> str:
    error, atoms = found
    return _four(atoms) if error is None else f"{error:.3f}: {_four(atoms)}"


def _four(values: Any) -> str:
    return " ".join("0" if abs(value) < 0.0005 else f"{value:.3f}" for value in values)


def _signed(values: Any) -> str:
    return " ".join(f"{value:+.3f}" for value in values)


def _atoms(report: Report) -> Iterator[str]:
    records = [record for record in _errors(report) if "truth" in record]
    yield "Every case: errors of R, U1, U2, S in bits"
    yield tabulate(
        (
            Column("case", "case"),
            Column("rows", "rows"),
            Column("estimate", lambda record: LABELS.get(record["estimate"], record["estimate"])),
            Column("draws", "draws"),
            Column("mean error", "mean_error", _signed),
            Column("root-mean-square error", "rmse", _four),
            Column("sum of sizes", "sum_of_errors", "{:.3f}".format),
            Column("seconds", "seconds", duration),
        ),
        records,
        named=4,
    )  # fmt: skip


def _coverage(report: Report) -> Iterator[str]:
    records = [r for r in report.records if r.get("draws") and "bounds_hold" in r]
    yield "How often the outer bounds of R, U1, U2, S hold, and two standard errors reach the truth"
    yield tabulate(
        (
            Column("case", "case"),
            Column("rows", "rows"),
            Column("classifiers", "estimate"),
            Column("draws", "draws"),
            Column("bounds hold", "bounds_hold", lambda held: " ".join(map(str, held))),
            Column("mean bounds, bits", "bounds", _four),
            Column("within two standard errors, %", lambda r: r.get("two_errors_reach"),
                   lambda shares: " ".join(f"{100 * share:.0f}" for share in shares)),
        ),
        records,
        named=4,
    )  # fmt: skip


def _notes(report: Report) -> str:
    counts: dict[int, set[int]] = {}
    for record in _errors(report):
        counts.setdefault(record["rows"], set()).add(record["draws"])
    said = [
        f"{' to '.join(map(str, sorted({min(found), max(found)})))} at {rows}"
        for rows, found in sorted(counts.items())
    ]
    times = {}
    for name in ("auto", "fast", "kmeans", "raw"):
        found = [r["cpu_seconds"] for r in _errors(report)
                 if r["estimate"] == name and r["rows"] in ROWS]  # fmt: skip
        if found:
            times[name] = (
                f"{LABELS[name].removesuffix(', soft')} {duration(float(np.median(found)))}"
            )
    notes = [f"Draws of a case: {', '.join(said)} rows." if said else ""]
    if times:
        notes.append(
            f"Processor time of one estimate, median over cases at 2000 rows: {', '.join(times.values())}."
        )
    return " ".join([*filter(None, notes), where(report)])
