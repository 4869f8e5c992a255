# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Markdown tables of the `statistics` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.record.columns import Column, tabulate
from benchmarks.record.target import targets_table
from benchmarks.record.words import size, where
from benchmarks.statistics.population import ATOMS
from benchmarks.statistics.significance import KINDS, LEVEL
from benchmarks.statistics.summary import (
    AUTO,
    LABELS,
    PLUG_IN,
    SHORT,
    SYNERGY,
    TITLES,
    at_levels,
    by_group,
    distinct,
    errors,
    levelled,
    of_part,
    rejections,
    spread,
)
from benchmarks.statistics.targets import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.record.report import Report
    from benchmarks.statistics.summary import Spread

__all__ = ["sampling_tables", "statistics_table"]


def statistics_table(report: Report, *, detail: bool = False) -> str:
    """Tabulate errors, coverage, false positives and targets.

    Parameters
    ----------
    report : Report
        A report of kind "statistics".
    detail : bool
        Whether every table of the study is listed, and every estimator.
    """
    parts = []
    for part, short, long in (
        ("estimators", _errors, _errors_in_detail),
        ("intervals", _coverage, _coverage_in_detail),
        ("tests", _tests, _tests_in_detail),
    ):
        records = of_part(report.records, part)
        if records:
            parts += [*short(records), *(long(records) if detail else ())]
    found = list(verdicts(report))
    if found:
        parts += [
            "**Targets** of estimates, intervals and tests",
            targets_table(found, "worst, and how many"),
        ]
    return "\n\n".join([*parts, _notes(report)])


def sampling_tables(report: Report) -> str:
    """Tabulate errors and coverage against samples per cell over all tables, for docs/sampling.md."""
    parts = []
    records = levelled(of_part(report.records, "estimators"))
    if records:
        columns = [PER_CELL]
        columns += [
            Column(f"{atom}, {label}", _both(name, which), _mean_and_rmse)
            for which, atom in ((1, "S"), (2, "largest other"))
            for name, label in ((PLUG_IN, "plug-in"), (AUTO, '"auto"'), ("bayes", '"bayes"'))
        ]
        parts += [
            tabulate((*columns, FLAGGED), at_levels(records)),
            f"(Size of the mean error and, in brackets, RMSE: bits, mean over {_kinds(records)} tables.)",
        ]
    intervals = of_part(report.records, "intervals")
    records = levelled(intervals)
    if records:
        parts += [
            tabulate((PER_CELL, *_covered(), *_widths()[:1]), at_levels(records)),
            "(Nominal 95 % intervals that hold the atom: mean over tables, least to largest.)",
        ]
    return "\n\n".join(parts)


def _both(name: str, which: int) -> Callable[[dict[str, Any]], tuple[Spread, Spread] | None]:
    """Mean error and root-mean-square error."""

    def read(row: dict[str, Any]) -> tuple[Spread, Spread] | None:
        mean, rmse = (_over_tables(name, which, field)(row) for field in ("mean_error", "rmse"))
        return None if mean is None or rmse is None else (mean, rmse)

    return read


def _mean_and_rmse(figures: tuple[Spread, Spread]) -> str:
    return f"{figures[0].mean:.3f} ({figures[1].mean:.3f})"


def _of_atom(field: str, k: int) -> Callable[[dict[str, Any]], Spread | None]:
    return lambda row: spread(record[field][k] for record in row["records"])


def _covered() -> list[Column]:
    return [
        Column(SHORT[atom], _of_atom("coverage", k), _mean_and_range)
        for k, atom in enumerate(ATOMS)
    ]


def _widths() -> list[Column]:
    return [
        Column("half width of S, bits", _of_atom("half_width", SYNERGY), "{0.mean:.3f}".format),
        Column(
            "mean of all four",
            lambda row: spread(sum(record["half_width"]) / 4 for record in row["records"]),
            "{0.mean:.3f}".format,
        ),
        Column(
            "S beside halves, median",
            lambda row: spread(record["halves"]["ratio"][SYNERGY] for record in row["records"]),
            "{0.median:.2f} times".format,
        ),
    ]


def _over_tables(
    name: str, which: int, field: str
) -> Callable[[dict[str, Any]], Spread | None]:
    """Of S (1) or the largest of the others (2), by one estimator."""
    return lambda row: spread(found[which] for found in errors(row["records"], name, field))


def _mean_and_most(figures: Spread) -> str:
    return f"{figures.mean:.3f} ({figures.high:.3f})"


def _mean_and_range(figures: Spread) -> str:
    return f"{100 * figures.mean:.1f} % ({100 * figures.low:.0f} to {100 * figures.high:.0f})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _each(pattern: str, times: float = 1.0) -> Callable[[list[float | None]], str]:
    return lambda values: ", ".join(
        "-" if value is None else pattern.format(times * value) for value in values
    )


PER_CELL = Column("samples per cell", "samples_per_cell", "{:g}".format)
GROUP = Column("tables", lambda row: TITLES[row["group"]])
SIZE = Column("K1 x K2 x K_Y", "shape", size)
#: Which table of the study, and how many samples.
TABLE = (Column("table", "family"), SIZE, PER_CELL)
FLAGGED = Column(
    "flagged",
    lambda row: spread(
        record["undersampled"]
        for record in row["records"]
        if record.get("estimator", AUTO) == AUTO
    ),
    lambda figures: _percent(figures.mean),
)


def _kinds(records: list[dict[str, Any]]) -> int:
    return len({(record["family"], tuple(record["shape"])) for record in records})


def _errors(records: list[dict[str, Any]]) -> Iterator[str]:
    records = levelled(records)

    def written(figures: tuple[Spread, Spread]) -> str:
        return f"{_mean_and_most(figures[0])}, {figures[1].mean:.3f}"

    columns = [GROUP, PER_CELL]
    columns += [
        Column(f"S, {label}", _both(name, 1), written)
        for name, label in ((PLUG_IN, "plug-in"), (AUTO, "auto"), ("bayes", "empirical Bayes"))
    ]
    columns += [
        Column(f"largest other, {label}", _both(name, 2), written)
        for name, label in ((PLUG_IN, "plug-in"), (AUTO, "auto"))
    ]
    yield (
        "**Error of estimates from samples**: size of the mean error in bits, mean over "
        f"{_kinds(records)} kinds of tables (worst in brackets), and the root-mean-square error; "
        'flagged: share of results by "auto" reported as undersampled'
    )
    yield tabulate((*columns, FLAGGED), by_group(records))


def _errors_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    for title, field in (
        ("Size of the mean error of the synergy", "mean_error"),
        ("Root-mean-square error of the synergy", "rmse"),
    ):
        columns = [
            GROUP,
            PER_CELL,
            *(
                Column(LABELS.get(name, name), _over_tables(name, 1, field), _mean_and_most)
                for name in distinct(records, "estimator")
            ),
        ]
        yield f"{title} in bits, mean over tables (worst)"
        yield tabulate(columns, by_group(records))
    yield "Every table: errors of R, U1, U2, S in bits"
    yield tabulate(
        (
            *TABLE,
            Column("estimator", "estimator", lambda name: LABELS.get(name, name)),
            Column("repetitions", "repetitions"),
            Column("truth", "truth", _each("{:.3f}")),
            Column("mean error", "mean_error", _each("{:+.3f}")),
            Column("standard error of it", "standard_error", _each("{:.3f}")),
            Column("root-mean-square error", "rmse", _each("{:.3f}")),
            Column("flagged", "undersampled", _percent),
        ),
        records,
        named=4,
    )


def _coverage(records: list[dict[str, Any]]) -> Iterator[str]:
    nominal = f"{100 * records[0]['confidence_level']:g} %"
    per_cell = levelled(records)
    if per_cell:
        yield (
            f"**Coverage** of nominal {nominal} intervals, one solve each: mean over "
            f"{_kinds(per_cell)} kinds of tables (least to largest); median half widths, and that "
            f"of S beside version 0.1.0's from {records[0]['halves']['n_resamples']} halves of "
            "the same samples"
        )
        yield tabulate((GROUP, PER_CELL, *_covered(), *_widths()), by_group(per_cell))
    views = [record for record in records if record["group"] == "views"]
    if views:
        yield (
            "**Two views of one label**: coverage of R, U1, U2, S in %, beside version 0.1.0's; "
            "`kink` and half widths are medians in bits"
        )
        yield tabulate(
            (
                Column("table", "family"),
                SIZE,
                Column("rows", "n_samples"),
                Column("truth", "truth", _each("{:.2f}")),
                *_of_intervals("{:.0f}"),
                Column("kink", "kink", "{:.3f}".format),
            ),
            views,
            named=3,
        )


def _of_intervals(percent: str) -> tuple[Column, ...]:
    return (
        Column("coverage", "coverage", _each(percent, 100)),
        Column("that of halves", "halves.coverage", _each("{:.0f}", 100)),
        Column("half width", "half_width", _each("{:.3f}")),
        Column("beside halves", "halves.ratio", _each("{:.2f}")),
    )


def _coverage_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    yield "Every table: R, U1, U2, S; coverage in %, median half widths in bits"
    yield tabulate(
        (
            *TABLE,
            Column("repetitions", "repetitions"),
            Column("truth", "truth", _each("{:.3f}")),
            *_of_intervals("{:.1f}"),
            Column("kink", "kink", "{:.3f}".format),
            Column("flagged", "undersampled", _percent),
        ),
        records,
        named=3,
    )


TRUTHS = dict(
    zip(
        KINDS,
        (
            "its exact null is true",
            "there is none, but its exact null is not true",
            "there is some (power)",
        ),
        strict=True,
    )
)


def _tests(records: list[dict[str, Any]]) -> Iterator[str]:
    def pooled(kind: str) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        def read(row: dict[str, Any]) -> dict[str, Any] | None:
            found = rejections(records, row["statistic"], kind)
            return None if found["share"] is None else found

        return read

    yield (
        f"**Tests** at {LEVEL:g}, {records[0]['n_permutations']} random tables each: share of "
        "rejections (least to largest of a kind of tables)"
    )
    columns = [Column(title, pooled(kind), _share) for kind, title in TRUTHS.items()]
    statistic = Column("statistic", lambda row: SHORT[row["statistic"]])
    names = distinct(records, "statistic")
    yield tabulate((statistic, *columns), [{"statistic": name} for name in names])
    cases = [record for record in records if record["group"] == "structured"]
    if cases:
        yield f"**Synergy beside R, U1 and U2**: share of rejections at {LEVEL:g}"
        yield tabulate((*TABLE, *map(_rejected, distinct(cases, "statistic"))), _by_case(cases))


def _rejected(statistic: str) -> Column:
    def read(row: dict[str, Any]) -> float | None:
        record = row["of"].get(statistic)
        if record is None:
            return None
        counts = record["counts"].values()
        return sum(c["rejected"] for c in counts) / sum(c["repetitions"] for c in counts)

    return Column(f"test of {SHORT[statistic]}", read, lambda share: f"{100 * share:.1f} %")


def _by_case(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The records of the statistics of one table and number of samples together."""
    found: dict[tuple[str, float], dict[str, Any]] = {}
    for record in records:
        key = record["family"], record["samples_per_cell"]
        row = found.setdefault(key, {**record, "of": {}})
        row["of"][record["statistic"]] = record
    yield from found.values()


def _tests_in_detail(records: list[dict[str, Any]]) -> Iterator[str]:
    columns = [
        Column(title, lambda record, kind=kind: record["counts"].get(kind), _count)
        for kind, title in TRUTHS.items()
    ]
    statistic = Column("statistic", lambda record: SHORT[record["statistic"]])
    yield tabulate((*TABLE, statistic, *columns), records, named=4)


def _share(found: dict[str, Any]) -> str:
    return (
        f"{100 * found['share']:.1f} % ({100 * found['low']:.0f} to {100 * found['high']:.0f}) "
        f"of {found['repetitions']}"
    )


def _count(count: dict[str, int]) -> str:
    return f"{100 * count['rejected'] / count['repetitions']:.1f} % of {count['repetitions']}"


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
        if part == "intervals" and records:
            most = max(record["halves"]["repetitions"] for record in records)
            notes.append(f"Halves of {most} of them.")
    for record in of_part(report.records, "null"):
        plug_in = ", ".join(
            f"{SHORT[atom]} {value:.2f}"
            for atom, value in zip(ATOMS, record["mean_plug_in"], strict=True)
        )
        notes.append(
            f"{record['family']}, independent labels: plug-in {plug_in} bits on average."
        )
    return " ".join([*notes, where(report)])
