# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `statistics` command."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from benchmarks.markdown import duration, markdown, where
from benchmarks.statistics.population import ATOMS
from benchmarks.statistics.significance import LEVEL, TESTED
from benchmarks.statistics.summary import (
    AUTO,
    LABELS,
    PLUG_IN,
    SHORT,
    distinct,
    errors,
    of_part,
    rejections,
    spread,
)
from benchmarks.statistics.targets import judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.report import Report
    from benchmarks.statistics.summary import Spread
    from benchmarks.statistics.targets import Judged

__all__ = ["statistics_table"]

UNITS: dict[str, Callable[[float], str]] = {
    "bits": lambda value: f"{value:.3f} bits",
    "times": lambda value: f"{value:.2f} times",
    "share": lambda value: f"{100.0 * value:.1f} %",
    "s": duration,
}


def statistics_table(report: Report, *, detail: bool = False) -> str:
    """Tabulate errors, coverage, false positives and targets.

    Parameters
    ----------
    report : Report
        A report of kind "statistics".
    detail : bool
        Whether every table of the study is listed, and every estimator.
    """
    records = report.records
    parts = [
        *_errors(records),
        *(_errors_in_detail(records) if detail else ()),
        *_coverage(records, detail=detail),
        *_tests(records, detail=detail),
        *_targets(records),
        _notes(report),
    ]
    return "\n\n".join(parts)


def _errors(records: list[dict[str, Any]]) -> Iterator[str]:
    estimators = of_part(records, "estimators")
    if not estimators:
        return
    tables = len({(r["family"], tuple(r["shape"])) for r in estimators})
    yield (
        f"**Error of estimates from samples**: size of the mean error in bits, mean over {tables} kinds of "
        "tables (worst in brackets)"
    )
    rows = []
    for level in distinct(estimators, "samples_per_cell"):
        row = [f"{level:g}"]
        for name in (PLUG_IN, AUTO):
            found = errors(estimators, name, level)
            row += [_bits(spread(e[1] for e in found)), _bits(spread(e[2] for e in found))]
        rows.append(row)
    header = (
        "samples per cell",
        "synergy, plug-in",
        "largest other atom, plug-in",
        "synergy, auto",
        "largest other atom, auto",
    )
    yield markdown(header, rows)


def _errors_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    estimators = of_part(records, "estimators")
    if not estimators:
        return
    names = distinct(estimators, "estimator")
    for title, field in (
        ("Size of the mean error of the synergy", "mean_error"),
        ("Root-mean-square error of the synergy", "rmse"),
    ):
        rows = []
        for level in distinct(estimators, "samples_per_cell"):
            at_level = [r for r in estimators if r["samples_per_cell"] == level]
            rows.append([
                f"{level:g}",
                *(
                    _bits(spread(abs(r[field][3]) for r in at_level if r["estimator"] == name))
                    for name in names
                ),
            ])  # fmt: skip
        yield f"{title} in bits, mean over tables (worst)"
        yield markdown(["samples per cell", *(LABELS.get(name, name) for name in names)], rows)
    rows = [
        [
            record["family"],
            " x ".join(map(str, record["shape"])),
            f"{record['samples_per_cell']:g}",
            LABELS.get(record["estimator"], record["estimator"]),
            str(record["repetitions"]),
            ", ".join(f"{error:+.3f}" for error in record["mean_error"]),
            ", ".join(f"{error:.3f}" for error in record["standard_error"]),
            ", ".join(f"{error:.3f}" for error in record["rmse"]),
        ]
        for record in estimators
    ]
    yield "Every table: errors of R, U1, U2, S in bits"
    yield markdown(
        (
            "table",
            "K1 x K2 x K_Y",
            "samples per cell",
            "estimator",
            "repetitions",
            "mean error",
            "standard error of it",
            "root-mean-square error",
        ),
        rows,
    )


def _coverage(records: list[dict[str, Any]], *, detail: bool) -> Iterator[str]:
    intervals = of_part(records, "intervals")
    if not intervals:
        return
    tables = len({(r["family"], tuple(r["shape"])) for r in intervals})
    level = intervals[0]["confidence_level"]
    yield (
        f"**Coverage** of nominal {100 * level:g} % intervals, {intervals[0]['n_resamples']} "
        f"resamples: mean over {tables} kinds of tables (least to largest)"
    )
    rows = []
    for samples in distinct(intervals, "samples_per_cell"):
        at_level = [r for r in intervals if r["samples_per_cell"] == samples]
        rows.append([
            f"{samples:g}",
            *(_percent(spread(r["coverage"][k] for r in at_level)) for k in range(4)),
            *(
                _bits(spread(r["half_width"][k] for r in at_level), largest=False)
                for k in (0, 3)
            ),
        ])  # fmt: skip
    header = (
        "samples per cell",
        *(SHORT[atom] for atom in ATOMS),
        "half width of R, bits",
        "of S",
    )
    yield markdown(header, rows)
    if not detail:
        return
    rows = [
        [
            record["family"],
            " x ".join(map(str, record["shape"])),
            f"{record['samples_per_cell']:g}",
            str(record["repetitions"]),
            ", ".join(f"{100 * share:.1f}" for share in record["coverage"]),
            ", ".join(f"{width:.3f}" for width in record["half_width"]),
            ", ".join(f"{error:.3f}" for error in record["rmse"]),
            "-"
            if record["spread"] is None
            else ", ".join(f"{width:.3f}" for width in record["spread"]),
        ]
        for record in intervals
    ]
    yield "Every table: R, U1, U2, S"
    yield markdown(
        (
            "table",
            "K1 x K2 x K_Y",
            "samples per cell",
            "repetitions",
            "coverage, %",
            "mean half width, bits",
            "root-mean-square error",
            "standard deviation of the estimate",
        ),
        rows,
    )


def _tests(records: list[dict[str, Any]], *, detail: bool) -> Iterator[str]:
    tests = of_part(records, "tests")
    if not tests:
        return
    yield (
        f"**Permutation tests** at {LEVEL:g}, {tests[0]['n_permutations']} permutations: share "
        "of rejections (least to largest of a kind of tables)"
    )
    rows = [
        [
            SHORT[atom],
            *(
                _share(rejections(tests, atom, kind))
                for kind in ("exact null", "other null", "alternative")
            ),
        ]
        for atom in TESTED
    ]
    header = (
        "statistic",
        "its exact null is true",
        "the atom is zero, its exact null is not true",
        "the atom is not zero (power)",
    )
    yield markdown(header, rows)
    if not detail:
        return
    rows = [
        [
            record["family"],
            " x ".join(map(str, record["shape"])),
            f"{record['samples_per_cell']:g}",
            SHORT[record["statistic"]],
            *(
                f"{100 * count['rejected'] / count['repetitions']:.1f} % "
                f"of {count['repetitions']}"
                if (count := record["counts"].get(kind))
                else "-"
                for kind in ("exact null", "other null", "alternative")
            ),
        ]
        for record in tests
    ]
    yield markdown(("table", "K1 x K2 x K_Y", "samples per cell", *header), rows)


def _targets(records: list[dict[str, Any]]) -> Iterator[str]:
    rows = [
        [
            target.what,
            " to ".join(UNITS[target.unit](value) for value in target.measured),
            _range(target),
            "yes" if target.met else "**no**",
            target.note or "-",
        ]
        for target in judged(records)
    ]
    if rows:
        yield "**Targets** of estimates, intervals and tests"
        yield markdown(("figure", "measured", "target", "met", "worst, and how many"), rows)


def _range(target: Judged) -> str:
    unit = UNITS[target.unit]
    if target.low == target.high:
        return unit(target.low)
    if target.low <= 0.0 or math.isinf(target.low):
        return f"at most {unit(target.high)}"
    return f"{unit(target.low)} to {unit(target.high)}"


def _notes(report: Report) -> str:
    notes = []
    for part, words in (
        ("estimators", "draws of a table and its samples"),
        ("intervals", "intervals"),
        ("tests", "tests"),
    ):
        records = of_part(report.records, part)
        if part == "estimators":
            records = [r for r in records if r["estimator"] in (PLUG_IN, AUTO)]
        counts = sorted({record["repetitions"] for record in records})
        if counts:
            ends = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
            notes.append(f"{ends} {words} for each kind of table and number of samples.")
    for record in of_part(report.records, "null"):
        plug_in = ", ".join(
            f"{SHORT[atom]} {value:.2f}"
            for atom, value in zip(ATOMS, record["mean_plug_in"], strict=True)
        )
        notes.append(
            f"{record['family']}, independent labels: plug-in {plug_in} bits on average."
        )
    return " ".join([*notes, where(report)])


def _bits(figures: Spread | None, *, largest: bool = True) -> str:
    if figures is None:
        return "-"
    return f"{figures.mean:.3f}" + (f" ({figures.high:.3f})" if largest else "")


def _percent(figures: Spread | None) -> str:
    if figures is None:
        return "-"
    return f"{100 * figures.mean:.1f} % ({100 * figures.low:.0f} to {100 * figures.high:.0f})"


def _share(found: dict[str, Any]) -> str:
    if found["share"] is None:
        return "-"
    return (
        f"{100 * found['share']:.1f} % ({100 * found['low']:.0f} to {100 * found['high']:.0f}) "
        f"of {found['repetitions']}"
    )
