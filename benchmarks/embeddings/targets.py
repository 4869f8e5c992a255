# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the estimates of embeddings are held to, read off the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.record.report import Report
from benchmarks.record.target import Verdict
from benchmarks.record.target import verdicts as verdicts_of_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MEAN_CASES", "find", "mean_sum", "verdicts"]

#: The cases over which the sum of errors is averaged.
MEAN_CASES = ("and", "xor", "unq", "rdn", "mixture-45", "latent-110", "latent-1hh")
#: The largest mean of that sum, in bits: the estimate, rows, and the figure.
SUMS = (("auto", 2000, 0.045), ("auto shrunk", 2000, 0.026), ("auto", 8000, 0.016))
DIGITS_SUM = 0.20
#: Synergies at 2000 rows, in bits.
SYNERGIES = {"xor": 0.55, "xor-384": 0.50, "xor-64-nuisance": 0.45}
NOISE_SUM = 0.01
#: How far R, U1, U2 and S of the four atoms may be off, in bits.
FOUR = (0.1, 0.1, 0.1, 0.15)
DIGITS_OFF = 0.03
#: Of 200 draws.
HELD = 0.91


def find(report: Report, **wanted: Any) -> dict[str, Any] | None:
    """The record of part "errors" with these fields and figures, if there is one."""
    wanted = {"part": "errors", **wanted}
    for record in report.records:
        if record.get("draws") and all(record.get(k) == v for k, v in wanted.items()):
            return record
    return None


def mean_sum(report: Report, estimate: str, rows: int) -> float | None:
    """Sum of the absolute errors of the four atoms in bits, mean over `MEAN_CASES`."""
    sums = [record["sum_of_errors"] for record in _mean_cases(report, estimate, rows)]
    return float(np.mean(sums)) if len(sums) == len(MEAN_CASES) else None


def _mean_cases(report: Report, estimate: str, rows: int) -> list[dict[str, Any]]:
    """Their records, as far as there are any."""
    found = [find(report, case=case, rows=rows, estimate=estimate) for case in MEAN_CASES]
    return [record for record in found if record is not None]


def verdicts(report: Report) -> Iterator[Verdict]:
    """Every target beside what was measured, in the order of the tables."""
    yield from _sums(report)
    yield from _atoms(report)
    yield from _digit_halves(report)
    yield from _bounds(report)
    timed = [record for record in report.records if record["part"] == "times"]
    yield from verdicts_of_records(_only(report, timed))


def _only(report: Report, records: list[dict[str, Any]]) -> Report:
    return Report(**{**vars(report), "records": records})


def _judged(
    what: str, value: float | None, figure: float, note: str, *, least: bool = False
) -> Verdict:
    sense = "at least" if least else "at most"
    if value is None:
        return Verdict(what, "-", f"{sense} {figure:g} bits", None)
    met = value >= figure if least else value <= figure
    return Verdict(what, f"{value:.3f} bits", f"{sense} {figure:g} bits", bool(met), note)


def _sums(report: Report) -> Iterator[Verdict]:
    for estimate, rows, most in SUMS:
        mean = mean_sum(report, estimate, rows)
        found = _mean_cases(report, estimate, rows)
        worst = max(found, key=lambda record: record["sum_of_errors"], default=None)
        reading = "shrunk" if "shrunk" in estimate else "soft"
        yield _judged(
            f"sum of the four absolute errors, mean over {len(MEAN_CASES)} cases, {rows} rows, "
            f"{reading}",
            mean,
            most,
            ""
            if worst is None
            else f"{worst['case']}: {worst['sum_of_errors']:.3f}; {_draws(found)} draws a case",
        )
    record = find(report, case="digits-and", rows=1797, estimate="auto")
    yield _judged(
        "the same, AND of two digits, 1797 rows, soft",
        record and record["sum_of_errors"],
        DIGITS_SUM,
        _of(record),
    )


def _atoms(report: Report) -> Iterator[Verdict]:
    for case, least in SYNERGIES.items():
        record = find(report, case=case, rows=2000, estimate="auto")
        yield _judged(
            f"S of {case} (truth .586), 2000 rows, mean", record and record["mean"][3],
            least, _of(record), least=True,
        )  # fmt: skip
    record = find(report, case="noise-beside-perfect", rows=1797, estimate="auto")
    yield _judged(
        "R + S of noise beside a perfect source of 10 classes, 1797 rows, mean",
        record and record["mean"][0] + record["mean"][3], NOISE_SUM, _of(record),
    )  # fmt: skip
    record = find(report, case="four-behind-nuisance", rows=2000, estimate="auto")
    for k, (atom, most) in enumerate(zip(("R", "U1", "U2", "S"), FOUR, strict=True)):
        yield _judged(
            f"{atom} of four atoms of 1 bit behind a nuisance, 2000 rows: size of the mean error",
            record and abs(record["mean_error"][k]), most, _of(record),
        )  # fmt: skip


def _digit_halves(report: Report) -> Iterator[Verdict]:
    record = find(report, case="digit-halves", rows=1797, estimate="auto")
    off = record and record["sum_minus_held_out_joint"]
    yield _judged(
        "digits: sum of the atoms less the joint held-out information, largest",
        off, DIGITS_OFF, _of(record),
    )  # fmt: skip
    what = "digits: draws whose atoms are within their outer bounds"
    yield _counted(what, record, 1.0)


def _bounds(report: Report) -> Iterator[Verdict]:
    for record in report.records:
        if record["part"] == "bounds" and record.get("all_bounds_hold") is not None:
            what = f'outer bounds of "fast", {record["case"]}, {record["rows"]} rows: all four hold'
            note = "each: " + ", ".join(map(str, record["bounds_hold"]))
            yield _counted(what, record, HELD, note)


def _counted(
    what: str, record: dict[str, Any] | None, least: float, note: str = "-"
) -> Verdict:
    target = f"at least {100 * least:g} %"
    if record is None:
        return Verdict(what, "-", target, None)
    held, total = record["all_bounds_hold"], record["draws"]
    return Verdict(what, f"{held} of {total}", target, held >= least * total, note)


def _of(record: dict[str, Any] | None) -> str:
    return "-" if record is None else f"{record['draws']} draws"


def _draws(records: Sequence[dict[str, Any]]) -> str:
    counts = sorted({record["draws"] for record in records})
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
