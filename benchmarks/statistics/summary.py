# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Figures of many records: what the tables, the targets and the pictures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.statistics.estimates import AUTO
from benchmarks.statistics.population import ATOMS, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "AUTO",
    "LABELS",
    "LEVELLED",
    "PLUG_IN",
    "SHORT",
    "SYNERGY",
    "TITLES",
    "Spread",
    "at_levels",
    "by_group",
    "distinct",
    "errors",
    "levelled",
    "of_part",
    "rejections",
    "spread",
]

PLUG_IN = "none"
#: Groups that are drawn by samples per cell.
LEVELLED = GROUPS[:-1]
TITLES = dict(
    zip(GROUPS, ("random", "structured", "clusters of embeddings", "views"), strict=True)
)

SHORT = dict(zip(ATOMS, ("R", "U1", "U2", "S"), strict=True))
SHORT |= {
    "conditional1": "U1 + S",
    "conditional2": "U2 + S",
    "interaction": "interaction",
    "information": "I(X1,X2;Y)",
}
LABELS = {
    "none": "plug-in",
    "shuffle": "shuffle",
    "qe": "quadratic extrapolation",
    "bayes": "empirical Bayes",
    AUTO: "auto (Chao)",
}

SYNERGY = ATOMS.index("synergy")


def of_part(records: Iterable[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    """Records of one part."""
    return [record for record in records if record["part"] == part]


def levelled(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of tables that are drawn by samples per cell."""
    return [record for record in records if record["group"] in LEVELLED]


def distinct(records: Iterable[dict[str, Any]], field: str) -> list[Any]:
    """Values of a field, each once, in ascending order where they are numbers."""
    found = list(dict.fromkeys(record[field] for record in records))
    return sorted(found) if found and not isinstance(found[0], str) else found


def at_levels(records: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The records of each number of samples per cell together."""
    for level in distinct(records, "samples_per_cell"):
        of_level = [record for record in records if record["samples_per_cell"] == level]
        yield {"samples_per_cell": level, "records": of_level}


def by_group(records: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those of each group and number of samples per cell together."""
    for group in LEVELLED:
        for row in at_levels([record for record in records if record["group"] == group]):
            yield {"group": group, **row}


def errors(
    records: Iterable[dict[str, Any]], estimator: str, field: str = "mean_error"
) -> list[tuple[dict[str, Any], float, float]]:
    """For every table of an estimator: its record, the size of the error of S, and the largest of
    those of R, U1 and U2, in bits."""
    found = []
    for record in records:
        if record["estimator"] == estimator:
            sizes = [abs(error) for error in record[field]]
            found.append((record, sizes[SYNERGY], max(sizes[:SYNERGY])))
    return found


class Spread:
    """Mean, median, least and largest of some figures, and how many there are."""

    def __init__(self, values: Sequence[float]) -> None:
        self.count = len(values)
        self.mean = float(np.mean(values))
        self.median = float(np.median(values))
        self.low, self.high = float(np.min(values)), float(np.max(values))


def spread(values: Iterable[float | None]) -> Spread | None:
    """Of those that there are; None if there are none."""
    given = [value for value in values if value is not None]
    return Spread(given) if given else None


def rejections(
    records: Iterable[dict[str, Any]], statistic: str, *kinds: str
) -> dict[str, Any]:
    """Rejections of all tables together: `share` (None without any), `repetitions`, the least and
    largest share of a family and number of samples, and the record of the `worst`."""
    pairs = [
        (count["rejected"], count["repetitions"], record)
        for record in of_part(records, "tests")
        if record["statistic"] == statistic
        for kind in kinds
        if (count := record["counts"].get(kind)) is not None
    ]
    total = sum(repetitions for _, repetitions, _ in pairs)
    shares = [(rejected / repetitions, record) for rejected, repetitions, record in pairs]
    return {
        "repetitions": total,
        "share": sum(rejected for rejected, _, _ in pairs) / total if total else None,
        "low": min((share for share, _ in shares), default=None),
        "high": max((share for share, _ in shares), default=None),
        "worst": max(shares, key=lambda pair: pair[0])[1] if shares else None,
        "cases": len(shares),
    }
