# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often the permutation tests reject: true nulls, and where there is something to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.statistics.checks import quiet, wrong_pvalue
from benchmarks.statistics.nulls import ZERO, exact_statistics
from benchmarks.statistics.population import ATOMS, exact_atoms, sample

if TYPE_CHECKING:
    from benchmarks.statistics.population import Cell
    from benchmarks.statistics.settings import Settings

__all__ = ["KINDS", "LEVEL", "TESTED", "record_tests"]

LEVEL = 0.05
#: An exact atom below this is zero, in bits; it is known to a tenth of it.
NO_ATOM = 1e-6
#: The atoms, and I(X1;Y|X2) and I(X2;Y|X1).
TESTED = (*ATOMS, "conditional1", "conditional2")
#: What the truth of a repetition may be to a statistic.
KINDS = ("exact null", "other null", "alternative")


def record_tests(cell: Cell, settings: Settings) -> list[dict[str, Any]]:
    """Count rejections at 0.05, one record for each statistic.

    Repetitions whose atom is zero are counted apart from those whose atom is not, and among
    the former those for which the null hypothesis of the permutations holds ("exact null").
    """
    family = cell.population.family
    counts = {name: {kind: [0, 0] for kind in KINDS} for name in TESTED}
    wrong: dict[str, set[str]] = {name: set() for name in TESTED}
    with quiet():
        for rng in cell.generators(settings.test_repetitions_of(family)):
            pmf = cell.population.draw(rng)
            truth = dict(zip(ATOMS, exact_atoms(pmf, NO_ATOM / 10).tolist(), strict=True))
            truth["conditional1"] = truth["unique1"] + truth["synergy"]
            truth["conditional2"] = truth["unique2"] + truth["synergy"]
            exact = exact_statistics(pmf)
            tests = fourfold.permutation_test(
                *sample(pmf, cell.n_samples, rng),
                TESTED,
                n_permutations=settings.n_permutations,
                rng=int(rng.integers(2**31)),
                num_threads=1,
            )
            for name, test in tests.items():
                zero = truth[name] < NO_ATOM
                kind = KINDS[0] if name in exact else KINDS[1] if zero else KINDS[2]
                counts[name][kind][0] += 1
                counts[name][kind][1] += test.pvalue <= LEVEL
                wrong[name].update(wrong_pvalue(name, test.pvalue, settings.n_permutations))
                if not zero and (name in exact or name in ZERO.get(family, ())):
                    wrong[name].add(f"{name} {truth[name]:.2e} bits, expected none")
    return [
        {
            **cell.described(),
            "statistic": name,
            "repetitions": sum(total for total, _ in counts[name].values()),
            "n_permutations": settings.n_permutations,
            "counts": {
                kind: {"repetitions": total, "rejected": int(rejected)}
                for kind, (total, rejected) in counts[name].items()
                if total
            },
            "wrong": sorted(wrong[name]),
        }
        for name in TESTED
    ]
