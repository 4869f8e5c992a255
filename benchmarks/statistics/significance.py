# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often the tests reject: true nulls, and where there is something to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.statistics.checks import quiet, wrong_pvalue
from benchmarks.statistics.nulls import TWO_BY_TWO, ZERO, exact_statistics
from benchmarks.statistics.population import ATOMS, exact_atoms, sample
from benchmarks.statistics.synergy_cases import CASES, NO_SYNERGY

if TYPE_CHECKING:
    import numpy as np

    from benchmarks.statistics.population import Cell
    from benchmarks.statistics.settings import Settings

__all__ = ["KINDS", "LEVEL", "record_tests"]

LEVEL = 0.05
#: An exact atom below this is zero, in bits; it is known to a tenth of it.
NO_ATOM = 1e-6
#: Atoms that are zero by construction.
EXPECTED = ZERO | dict.fromkeys(NO_SYNERGY, ("synergy",))
#: Tables without a three-way interaction: products of functions of two variables each.
NO_INTERACTION = (*TWO_BY_TWO, *NO_SYNERGY)
#: What the truth of a repetition may be to a statistic.
KINDS = ("exact null", "other null", "alternative")


def record_tests(cell: Cell, settings: Settings) -> list[dict[str, Any]]:
    """Count rejections at 0.05, one record for each statistic.

    Repetitions where there is nothing to find are counted apart from those where there is, and
    among the former those for which the null hypothesis of the permutations holds ("exact null").
    """
    family = cell.population.family
    tested = settings.case_tested if family in CASES else settings.tested
    counts = {name: {kind: [0, 0] for kind in KINDS} for name in tested}
    wrong: dict[str, set[str]] = {name: set() for name in tested}
    known: tuple[dict[str, float], tuple[str, ...]] | None = None
    with quiet():
        for rng in cell.generators(settings.test_repetitions):
            pmf = cell.population.draw(rng)
            if known is None or cell.population.pmf is None:
                known = _truth(pmf, family), _exact(pmf, family)
            truth, exact = known
            tests = fourfold.permutation_test(
                *sample(pmf, cell.n_samples, rng),
                tested,
                n_permutations=settings.n_permutations,
                random_state=int(rng.integers(2**31)),
                num_threads=1,
            )
            for name, test in tests.items():
                zero = truth[name] < NO_ATOM
                kind = KINDS[0] if name in exact else KINDS[1] if zero else KINDS[2]
                counts[name][kind][0] += 1
                counts[name][kind][1] += test.pvalue <= LEVEL
                wrong[name].update(wrong_pvalue(name, test.pvalue, test.n_permutations))
                if not zero and (name in exact or name in EXPECTED.get(family, ())):
                    wrong[name].add(f"{name} {truth[name]:.2e} bits, expected none")
    return [
        {
            **cell.described(),
            "statistic": name,
            "repetitions": settings.test_repetitions,
            "n_permutations": settings.n_permutations,
            "counts": {
                kind: {"repetitions": total, "rejected": int(rejected)}
                for kind, (total, rejected) in counts[name].items()
                if total
            },
            "wrong": sorted(wrong[name]),
        }
        for name in tested
    ]


def _exact(pmf: np.ndarray, family: str) -> tuple[str, ...]:
    """Statistics whose test is exact for samples of this table."""
    interaction = ("interaction",) if family in NO_INTERACTION else ()
    return (*exact_statistics(pmf), *interaction)


def _truth(pmf: np.ndarray, family: str) -> dict[str, float]:
    """Of every statistic that can be tested, in bits; of the interaction whether there is any."""
    atoms = exact_atoms(pmf, NO_ATOM / 10)
    truth = dict(zip(ATOMS, atoms.tolist(), strict=True))
    truth["conditional1"] = truth["unique1"] + truth["synergy"]
    truth["conditional2"] = truth["unique2"] + truth["synergy"]
    truth["information"] = float(atoms.sum())
    truth["interaction"] = float(family not in NO_INTERACTION)
    return truth
