# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results as sections of a page: a decomposition, a sweep, tests, a comparison."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fourfold.report.html.picture import BAR, CURVES, Picture
from fourfold.report.html.render import Section
from fourfold.report.html.warnings import result_warnings, sweep_warnings
from fourfold.report.plots.bars import plot
from fourfold.report.tables import difference_table, result_table, tests_table
from fourfold.report.text import by_chance_words, notes
from fourfold.results.table import number, typeset
from fourfold.results.told_apart import told_apart
from fourfold.results.words import percent_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fourfold.inference.comparison import Comparison
    from fourfold.inference.permutation_result import PermutationTest
    from fourfold.results.pid import PID
    from fourfold.results.words import Names
    from fourfold.workflows.sweeps.layer_profile import LayerProfile
    from fourfold.workflows.sweeps.sweep import Sweep

__all__ = [
    "bits_words",
    "comparison_sections",
    "layer_sections",
    "result_sections",
    "result_words",
    "sweep_sections",
    "tests_sections",
]

_ADJUSTED = (
    "Adjusted p-values take all tests and comparisons on this page as one family (Benjamini and "
    "Hochberg): rejecting at 0.05 keeps the expected share of false rejections at 0.05."
)


def bits_words(value: float) -> str:
    """As pages say a number in bits, in their tables too."""
    return str(number(value).page)


# -- one decomposition -----------------------------------------------------------------


def result_sections(
    result: PID, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """A bar, and a row for each atom."""
    pairs = zip(names.atoms, result.atoms, strict=True)
    bits = ", ".join(f"{name} {bits_words(value)}" for name, value in pairs)
    yield Section(
        heading=heading,
        lead=result_words(result, names),
        warnings=result_warnings(result, names),
        picture=Picture(
            lambda ax: plot(result, ax, source_names=names.sources, target_name=names.target),
            BAR,
            f"A bar of the four atoms in bits: {bits}.",
        ),
        table=result_table(result, names),
        notes=notes(result, names),
    )


def result_words(result: PID, names: Names) -> str:
    """What the sources tell, and which share of it each atom is."""
    first, second = names.sources
    if math.isnan(result.mi_joint):
        return (
            f"Only the pairs of each source with {names.target} are known, so what {first} and "
            f"{second} tell together, and the synergy, are not."
        )
    total = bits_words(result.mi_joint)
    clusters = "" if result.kept is None else "the clusters of "
    words = f"Together, {clusters}{first} and {second} tell {total} bits about {names.target}"
    shares = result.fractions()
    apart = told_apart(result)
    if apart is not None and not any(apart):
        return f"{words}. No atom is told apart from zero."
    known = apart or (True,) * 4
    if any(math.isnan(s) or (s < 0 and told) for s, told in zip(shares, known, strict=True)):
        return f"{words}."
    who = "either of them tells", f"only {first}", f"only {second}", "only both together"
    said = [
        f"{typeset(percent_words(round(share, 2)))} {of}"
        for share, of, told in zip(shares, who, known, strict=True)
        if told
    ]
    said[0] = said[0].replace("%", "% of it", 1)
    words += f": {', '.join(said[:-1])}{', and ' * (len(said) > 1)}{said[-1]}."
    if all(known):
        return words
    zero = [name for name, told in zip(names.atoms, known, strict=True) if not told]
    return f"{words} Not told apart from zero: {', '.join(zero)}."


# -- several settings ------------------------------------------------------------------


def sweep_sections(
    sweep: Sweep, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """Curves, and a row for each setting."""
    column, labels = sweep.setting_labels()
    curves: Any = sweep  # of which each kind has a `plot` of its own
    yield Section(
        heading=heading,
        lead=_sweep_words(sweep, names),
        warnings=sweep_warnings(sweep),
        picture=Picture(
            lambda ax: curves.plot(ax, source_names=names.sources, target_name=names.target),
            CURVES,
            f"The four atoms in bits, by {column}: {', '.join(labels)}. The table below has "
            "the same numbers.",
        ),
        table=sweep.table(names),
        notes=sweep.notes(),
    )


def layer_sections(
    profile: LayerProfile, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """The atoms, and curves of U1 / (U1 + U2) and its complement; the table has both."""
    yield from sweep_sections(profile, heading, names)
    yield Section(
        heading=f"{heading}: contributions",
        lead="Who holds more of what only one of them tells: shares of U1 + U2. They say nothing "
        "of redundancy and synergy.",
        picture=Picture(
            lambda ax: profile.plot(ax, what="contributions", source_names=names.sources),
            CURVES,
            "Contributions by layer; the table above has the same numbers.",
        ),
    )


def _sweep_words(sweep: Sweep, names: Names) -> str:
    seeds = len(sweep.seeds)
    words = f"means over {seeds} seeds" if seeds > 1 else "of one seed"
    if sweep.gaussian is not None:
        words = "in closed form"
    samples = dict.fromkeys(str(of_setting[0].n_samples) for of_setting in sweep.results)
    if len(samples) == 1:
        words = f"of {next(iter(samples))} samples, {words}"
    if sweep.low is not None:
        level = typeset(percent_words(sweep.confidence_level))
        words += f", with {level} intervals below them"
    sources = " and ".join(names.sources)
    return f"The four atoms of what {sources} tell about {', '.join([names.target, *sweep.words(), words])}."


# -- tests and differences -------------------------------------------------------------


def tests_sections(
    tests: Mapping[str, PermutationTest],
    heading: str,
    names: Names,
    adjusted: Mapping[str, float],
) -> Iterator[Section]:
    """A row for each permutation test."""
    first = next(iter(tests.values()))
    yield Section(
        heading=heading,
        lead=f"Is there any, or is it what chance makes of so many samples? From "
        f"{first.n_permutations} permutations, so that no p can be below "
        f"{first.least_pvalue:.2g}.",
        table=tests_table(tests, adjusted, names),
        notes=[
            *(
                f"Of the {name}: {part}."
                for name, test in tests.items()
                for part in test.parts()
            ),
            *map(_sentence, by_chance_words(tests, adjusted)),
            _ADJUSTED,
        ],
    )


def comparison_sections(
    comparison: Comparison, heading: str, names: Names, adjusted: Any
) -> Iterator[Section]:
    """A row for each difference of atoms."""
    of = "the same samples" if comparison.paired else "independent samples"
    yield Section(
        heading=heading,
        lead=f"Atoms of one decomposition minus those of another of {of}"
        + (", as classifiers decode them." if comparison.decoded else "."),
        table=difference_table(comparison, adjusted, names),
        notes=[
            *map(_sentence, comparison.basis_words()),
            *map(_sentence, comparison.apart_words()),
            _ADJUSTED,
        ],
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
