# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `gaussian` command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.gaussian.samples import ESTIMATES
from benchmarks.gaussian.targets import verdicts
from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table
from benchmarks.record.words import duration, short_duration, where

if TYPE_CHECKING:
    from benchmarks.record.report import Report

__all__ = ["TABLES", "gaussian_table", "sampled_tables"]

Records = list[dict[str, Any]]


def gaussian_table(report: Report, *, detail: bool = False) -> str:
    """Tabulate errors, times, coverage, tests and targets.

    Parameters
    ----------
    report : Report
        A report of kind "gaussian".
    detail : bool
        Whether every case, system and number of rows is listed.
    """
    return "\n\n".join(
        [
            *_tables(report, TABLES, detail=detail),
            "**Targets** of Gaussian sources",
            targets_table(verdicts(report), "note"),
            where(report),
        ]
    )


def sampled_tables(report: Report) -> str:
    """Those of docs/gaussian.md: bias, intervals, tests, and the check of the dependence."""
    kinds = ("samples", "tests", "dependence")
    return "\n\n".join([*_tables(report, kinds, detail=False), where(report)])


def _tables(report: Report, kinds: Iterable[str], *, detail: bool) -> Iterator[str]:
    for kind in kinds:
        records = [record for record in report.records if record["part"] == kind]
        if records:
            yield from TABLES[kind](records, report.settings, detail)


# -- the closed form -----------------------------------------------------------------------
_ITERATION = (
    Column("iteration: v* less that of the closed form", "descent.difference", "{:.1e}".format),
    Column("its certified gap", "descent.gap", "{:.1e}".format),
    Column("steps", "descent.steps"),
    Column("time", "descent.seconds", short_duration),
)


def _canonical(records: Records, settings: dict[str, Any], detail: bool) -> Iterator[str]:
    cases = [record for record in records if "refused" not in record]
    yield (
        "**Cases of gpid and Thin-PID**, one and two columns each, beside their formulas, and beside "
        f"projected RProp to a gap of {settings['gap']:.0e} bits or {settings['steps']} steps"
    )
    groups: dict[str, Records] = {}
    for record in cases:
        groups.setdefault(record["group"], []).append(record)
    yield tabulate(
        (
            Column("cases", "group"),
            Column("how many", "count"),
            Column("largest error of an atom, bits", "error", "{:.1e}".format),
            Column("time", "seconds", short_duration),
            Column("iteration: largest difference", "difference", "{:.1e}".format),
            Column("largest certified gap", "gap", "{:.1e}".format),
            Column("most steps", "steps"),
            Column("time, longest", "longest", short_duration),
        ),
        [_group(name, found) for name, found in groups.items()],
    )  # fmt: skip
    refused = [record for record in records if record.get("refused")]
    if refused:
        yield f'Without noise X2 is X1, and that covariance is refused: "{refused[0]["refused"]}".'
    if detail:
        yield "Every case: R, U1, U2, S in bits"
        yield tabulate(
            (
                Column("cases", "group"),
                Column("case", "name"),
                Column("R U1 U2 S", "atoms", _five),
                Column("error", "error", "{:.1e}".format),
                *_ITERATION,
            ),
            cases,
            named=2,
        )


def _group(name: str, found: Records) -> dict[str, Any]:
    descents = [record["descent"] for record in found]
    return {
        "group": name,
        "count": len(found),
        "error": max(record["error"] for record in found),
        "seconds": float(np.median([record["seconds"] for record in found])),
        "difference": max(abs(descent["difference"]) for descent in descents),
        "gap": max(descent["gap"] for descent in descents),
        "steps": max(descent["steps"] for descent in descents),
        "longest": max(descent["seconds"] for descent in descents),
        "wrong": sorted({reason for record in found for reason in record["wrong"]}),
    }


def _doubling(records: Records, settings: dict[str, Any], _: bool) -> Iterator[str]:
    yield (
        "**Columns doubled**: gains (2, 1) and (1, root 2) so many times, all three turned at random; "
        f"the iteration has {settings['limit']:g} s"
    )
    yield tabulate(
        (
            Column("columns each", "columns"),
            Column("largest error of an atom, bits", "error", "{:.1e}".format),
            Column("time", "seconds", short_duration),
            Column("CPU time", "cpu_seconds", short_duration),
            *_ITERATION,
        ),
        records,
    )


def _random(records: Records, _: dict[str, Any], detail: bool) -> Iterator[str]:
    yield "**Random covariances**: v* of the closed form in the certified interval of the iteration"
    groups: dict[str, Records] = {}
    for record in records:
        groups.setdefault(record["name"], []).append({**record, "error": 0.0})
    yield tabulate(
        (
            Column("columns of x1, x2, y", "group"),
            Column("how many", "count"),
            Column("time", "seconds", short_duration),
            Column("iteration: largest difference", "difference", "{:.1e}".format),
            Column("largest certified gap", "gap", "{:.1e}".format),
            Column("most steps", "steps"),
            Column("time, longest", "longest", short_duration),
        ),
        [_group(name, found) for name, found in groups.items()],
    )  # fmt: skip
    if detail:
        yield tabulate(
            (
                Column("columns", "name"),
                Column("R U1 U2 S", "atoms", _five),
                *_ITERATION,
            ),
            records,
        )


def _unions(records: Records, _: dict[str, Any], __: bool) -> Iterator[str]:
    yield "**Unions** of every subset of several sources, random covariances"
    yield tabulate(
        (
            Column("sources", "name"),
            Column("subsets", "subsets"),
            Column("how many", "draws"),
            Column("largest certified gap, bits", "gap", "{:.1e}".format),
            Column("CPU time, median", "cpu_seconds", short_duration),
            Column("longest", "longest", short_duration),
        ),
        records,
    )


# -- samples -------------------------------------------------------------------------------
def _copula(records: Records, _: dict[str, Any], __: bool) -> Iterator[str]:
    yield (
        f"**Ranks**: cubes of x1, cube roots of x2 and of y, {records[0]['rows']} rows; R, U1, U2, S in "
        "bits (the last column: the covariance of these as they are)"
    )
    yield tabulate(
        (
            Column("test", "name"),
            Column("covariance", "kind"),
            Column("its condition number", "condition", "{:.2g}".format),
            Column("truth", "truth", _three),
            Column("`gaussian_pid`", "atoms", _three),
            Column("largest error", "off", "{:.3f}".format),
            Column("CPU time", "cpu_seconds", duration),
            Column("without ranks", "raw", _three),
        ),
        records,
        named=2,
    )


def _samples(records: Records, _: dict[str, Any], detail: bool) -> Iterator[str]:
    errors = [record for record in records if "estimate" in record]
    table: dict[tuple[str, int], dict[str, Any]] = {}
    for record in errors:
        row = table.setdefault(
            (record["name"], record["rows"]),
            {key: record[key] for key in ("name", "rows", "truth", "draws")} | {"wrong": []},
        )
        row[record["estimate"]] = record
        row["wrong"] = sorted({*row["wrong"], *record["wrong"]})
    yield (
        f"**Bias**: mean errors of R, U1, U2, S in bits, {records[0]['draws']} samples of each system"
    )
    system = (Column("system", "name"), Column("rows", "rows"))
    yield tabulate(
        (
            *system,
            Column("truth", "truth", _two),
            *(Column(title, f"{key}.mean_error", _signed) for key, title in ESTIMATES.items()),
        ),
        table.values(),
        named=3,
    )
    if detail:
        yield "Root-mean-square errors"
        yield tabulate(
            (
                *system,
                *(Column(title, f"{key}.rmse", _two) for key, title in ESTIMATES.items()),
            ),
            table.values(),
            named=2,
        )
    yield from _intervals(records, system)


def _intervals(records: Records, system: tuple[Column, ...]) -> Iterator[str]:
    yield (
        "**Intervals** of 95 %: share that hold the true R, U1, U2, S, in percent; half their widths in "
        "bits; mean cross-fitted U1 and U2; how often a warning says that these differ from the plug-in ones"
    )
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for record in records:
        row = found.setdefault(
            (record["name"], record["rows"]), {"name": record["name"], "rows": record["rows"]}
        )
        if "kind" in record:
            row[record["kind"]] = record
        elif "cross_fitted" in record:
            row |= {key: record[key] for key in ("cross_fitted", "kink", "warned", "rejected")}
    yield tabulate(
        (
            *system,
            Column("held", "interval.coverage", _percent),
            Column("half widths", "interval.half_width", _two),
            Column("kink", "kink", "{:.2f}".format),
            Column("held, of Wishart replicates", "resampled.coverage", _percent),
            Column("cross-fitted U1, U2", "cross_fitted", _two),
            Column("warned", "warned", _share),
        ),
        found.values(),
        named=2,
    )


def _tests(records: Records, _: dict[str, Any], __: bool) -> Iterator[str]:
    yield (
        f"**Tests** at .05: share of {records[0]['draws']} samples in which U1 = 0, U2 = 0 and S = 0 are "
        f"rejected; of {max(record['replicated_draws'] for record in records)} S = 0 by draws of the fitted null, too. "
        "Bold: the atom is zero."
    )
    names = ("U1", "U2", "S")
    yield tabulate(
        (
            Column("system", "name"),
            Column("rows", "rows"),
            Column("truth U1, U2, S", "truth", _two),
            *(
                Column(f"{name} rejected", _rejected("rejected", k, k))
                for k, name in enumerate(names)
            ),
            Column("S by draws", _rejected("replicated", None, 2)),
        ),
        records,
        named=3,
    )


def _rejected(
    field: str, place: int | None, atom: int
) -> Callable[[dict[str, Any]], str | None]:
    def read(record: dict[str, Any]) -> str | None:
        share = record[field] if place is None else record[field][place]
        if share is None:
            return None
        return f"**{_share(share)}**" if record["null"][atom] else _share(share)

    return read


def _dependence(records: Records, _: dict[str, Any], __: bool) -> Iterator[str]:
    yield "**Check of the Gaussian dependence**: how often it warns"
    yield tabulate(
        (
            Column("data", "name"),
            Column("rows", "rows"),
            Column("samples", "draws"),
            Column("by", "method"),
            Column("found, mean bits", lambda record: [record["information"]], _two),
            Column(
                "Gaussian I(X1,X2;Y)", lambda record: [record["gaussian_information"]], _two
            ),
            Column("warned", "warned", _share),
        ),
        records,
    )


TABLES: dict[str, Callable[[Records, dict[str, Any], bool], Iterator[str]]] = {
    "canonical": _canonical,
    "doubling": _doubling,
    "random": _random,
    "unions": _unions,
    "copula": _copula,
    "samples": _samples,
    "tests": _tests,
    "dependence": _dependence,
}


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _percent(values: Any) -> str:
    return " ".join(f"{100 * value:.0f}" for value in values)


def _figures(digits: int) -> Callable[[Any], str]:
    def written(values: Any) -> str:
        half = 0.5 * 10**-digits
        return " ".join("0" if abs(v) < half else f"{v:.{digits}f}" for v in values)

    return written


_two, _three, _five = map(_figures, (2, 3, 5))


def _signed(values: Any) -> str:
    return " ".join("0" if abs(value) < 0.005 else f"{value:+.2f}" for value in values)
