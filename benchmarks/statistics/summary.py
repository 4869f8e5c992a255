# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Figures of many records: what the tables, the targets and the pictures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.statistics.population import ATOMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "AUTO",
    "LABELS",
    "PLUG_IN",
    "SHORT",
    "Spread",
    "distinct",
    "errors",
    "of_part",
    "rejections",
    "spread",
]

PLUG_IN = "none"
#: What "auto" is for labels.
AUTO = "chao"

SHORT = dict(zip(ATOMS, ("R", "U1", "U2", "S"), strict=True))
SHORT |= {"conditional1": "U1 + S", "conditional2": "U2 + S"}
LABELS = {
    "none": "plug-in",
    "shuffle": "shuffle",
    "qe": "quadratic extrapolation",
    "chao": "auto (Chao)",
    "classifier": "classifier",
}

SYNERGY = ATOMS.index("synergy")


def of_part(records: Iterable[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    """Records of one part."""
    return [record for record in records if record["part"] == part]


def distinct(records: Iterable[dict[str, Any]], field: str) -> list[Any]:
    """Values of a field, each once, in ascending order where they are numbers."""
    found = list(dict.fromkeys(record[field] for record in records))
    return sorted(found) if found and not isinstance(found[0], str) else found


def errors(
    records: Iterable[dict[str, Any]], estimator: str, per_cell: float
) -> list[tuple[dict[str, Any], float, float]]:
    """For every table of an estimator: its record, |mean error| of S, the largest of R, U1, U2.

    Only those at so many samples per cell; in bits.
    """
    found = []
    for record in of_part(records, "estimators"):
        if record["estimator"] == estimator and record["samples_per_cell"] == per_cell:
            sizes = [abs(error) for error in record["mean_error"]]
            found.append((record, sizes[SYNERGY], max(sizes[:SYNERGY])))
    return found


class Spread:
    """Mean, median, least and largest of some figures, and how many there are."""

    def __init__(self, values: Sequence[float]) -> None:
        self.count = len(values)
        self.mean = float(np.mean(values))
        self.median = float(np.median(values))
        self.low, self.high = float(np.min(values)), float(np.max(values))


def spread(values: Iterable[float]) -> Spread | None:
    """None if there are no values."""
    given = list(values)
    return Spread(given) if given else None


def rejections(records: Iterable[dict[str, Any]], statistic: str, kind: str) -> dict[str, Any]:
    """Rejections of all tables together: `share` (None without any), `repetitions`, and the
    least and largest share of a family and number of samples."""
    pairs = [
        (count["rejected"], count["repetitions"], record)
        for record in of_part(records, "tests")
        if record["statistic"] == statistic
        and (count := record["counts"].get(kind)) is not None
    ]
    total = sum(repetitions for _, repetitions, _ in pairs)
    shares = [(rejected / repetitions, record) for rejected, repetitions, record in pairs]
    return {
        "repetitions": total,
        "share": sum(rejected for rejected, _, _ in pairs) / total if total else None,
        "low": min((share for share, _ in shares), default=None),
        "high": max((share for share, _ in shares), default=None),
        "worst": max(shares, key=lambda pair: pair[0])[1]["family"] if shares else None,
    }
