# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions, their tests and their differences as tables of plain text."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from fourfold.inference.adjusted_pvalues import adjust_pvalues
from fourfold.report.tables import difference_table, result_table, tests_table
from fourfold.results.atoms import Atoms
from fourfold.results.gaussian_directions import directions_table, shown_directions
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.gaussian_table import gaussian_doubts, gaussian_notes, gaussian_table
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.posterior_table import DECODABLE, doubts, posterior_lines
from fourfold.results.told_apart import REJECTED, apart_words, share_words, told_apart
from fourfold.results.too_few import undersampled_words
from fourfold.results.words import DEFAULT_NAMES, Names, kink_words, percent_words, state_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.inference.comparison import Comparison
    from fourfold.inference.permutation_result import PermutationTest
    from fourfold.results.pid import PID

__all__ = [
    "by_chance_words",
    "comparison_table",
    "notes",
    "permutation_table",
    "table",
    "tests_text",
]

_WIDTH = 96  # of sentences, in characters


def table(
    result: PID, *, source_names: tuple[str, str] = ("X1", "X2"), target_name: str = "Y"
) -> str:
    """Atoms with their certified bounds, their sum, and what the sources contribute.

    Of clusters, also what they keep of what a probe finds in the embeddings.

    Where the result has samples, their number and the estimated bias of each atom are shown; where
    it has a confidence interval, that too. All in bits but the contributions, which are shares.
    What classifiers decode has a table of its own, with readings and outer bounds.
    """
    if isinstance(result, PosteriorPID):
        lines = posterior_lines(result, Names(source_names, target_name))
        told = [line for doubt in doubts(result) for line in textwrap.wrap(doubt, _WIDTH)]
        return "\n".join([f"{DECODABLE[0].upper()}{DECODABLE[1:]}.", "", *lines, *told])
    if isinstance(result, GaussianPID) and not result.shape:
        return _gaussian_text(result, Names(source_names, target_name))
    if result.shape:
        msg = f"table: result must be one decomposition, got a batch of shape {result.shape}"
        raise ValueError(msg)
    lines = result_table(result, Names(source_names, target_name)).lines()
    lines.insert(6, "")
    lines += ["", *notes(result, Names(source_names, target_name))]
    if result.undersampled:
        lines += textwrap.wrap(f"UNDERSAMPLED: {undersampled_words(result)}", _WIDTH)
    return "\n".join([*lines, _contributions(result, source_names)])


def _gaussian_text(result: GaussianPID, names: Names) -> str:
    """The atoms, what of the target one source tells alone, and what is to be said of both."""
    lines = gaussian_table(result, names).lines()
    shown = shown_directions(result, names)
    notes = [*gaussian_notes(result, names), *gaussian_doubts(result, names)]
    told = [line for note in notes for line in textwrap.wrap(note, _WIDTH)]
    combinations = [*directions_table(shown, names).lines(), *shown.said]
    return "\n".join([*lines, "", *told, "", *combinations])


def permutation_table(
    tests: Mapping[str, PermutationTest],
    adjusted: Mapping[str, float],
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
) -> str:
    """Permutation tests: the plug-in value in bits, p, adjusted p, and the null hypothesis.

    Below them what that of the synergy is made of.
    """
    lines = tests_table(tests, adjusted, Names(source_names)).lines()
    for name, test in tests.items():
        for part in test.parts():
            lines += textwrap.wrap(f"{name}: {part}", _WIDTH)
    return "\n".join([*lines, *by_chance_words(tests, adjusted)])


def by_chance_words(
    tests: Mapping[str, PermutationTest], adjusted: Mapping[str, float]
) -> list[str]:
    """Which statistics may be what chance makes of so many samples, where there are such."""
    which = [name for name in tests if adjusted[name] > REJECTED]
    if not which:
        return []
    what = "nothing" if len(which) == len(tests) else f"{', '.join(which)} not"
    return [f"{what} told apart from chance: adjusted p above {REJECTED:g}"]


def tests_text(tests: Mapping[str, PermutationTest]) -> str:
    """What a dictionary of tests prints: the table, with p adjusted for all of them."""
    # of the p-values alone, as to print them is no occasion to warn
    values = adjust_pvalues([test.pvalue for test in tests.values()])
    return permutation_table(tests, dict(zip(tests, values, strict=True)))


def comparison_table(comparison: Comparison) -> str:
    """Differences of the atoms in bits, their intervals, p and p adjusted for being four."""
    adjusted = Atoms(*adjust_pvalues([*comparison.pvalue]))
    lines = difference_table(comparison, adjusted, DEFAULT_NAMES).lines()
    if comparison.decoded:
        lines.append("of what such classifiers, trained on so many rows, decode (cross-fitted)")
    lines += [*comparison.basis_words(), *comparison.apart_words()]
    value, start, end = comparison.contribution1
    if not math.isnan(value):
        lines.append(
            f"contribution of X1, U1 / (U1 + U2): difference {value:+.3f} [{start:+.3f}, {end:+.3f}]"
        )
    return "\n".join(lines)


# -- lines below the table of atoms ----------------------------------------------------


def notes(result: PID, names: Names = DEFAULT_NAMES) -> list[str]:
    """The certified gap in bits; the samples and their bias, and the intervals, if there are any.

    Of clusters first what they keep of the embeddings.
    """
    lines = []
    if result.kept is not None:
        binned = result.target_bins is not None
        lines += [f"of the table of {result.kept.states_words}"]
        lines += result.kept.words(names, binned=binned)
    if result.target_bins is not None:
        lines.append(result.target_bins.words(result.mi_joint, names.target))
    lines.append(f"certified gap {result.gap:.1e} bits, {state_words(result)}")
    if result.n_samples is not None:
        text = f"{result.n_samples} samples"
        if result.samples_per_cell is not None:
            occupied, total = result.samples_per_cell
            text += f", {total:.2g} per cell"
            if not math.isnan(occupied):
                text += f" and {occupied:.2g} per occupied cell"
        if result.bias is not None:
            left = result.bias_correction == "none"
            text += "; the estimated bias "
            text += (
                "is still in the values"
                if left
                else f"was removed ({result.bias_correction!r})"
            )
        lines.append(text)
    if result.confidence_interval is not None:
        level = result.confidence_interval.confidence_level
        halves = len(result.confidence_interval.replicates)
        words = f"from {halves} halves of the samples" if halves else "from what each row adds"
        lines.append(
            f"{percent_words(level)} intervals are of the population's atoms, without the bias; "
            f"{words}"
        )
    lines += kink_words(result.kink)
    return [*lines, *share_words(result, names.target), *apart_words(result)]


def _contributions(result: PID, source_names: tuple[str, str]) -> str:
    shares = result.contributions()
    apart = told_apart(result)
    if apart is not None and not any(apart[1:3]):
        return "contributions not known: neither U1 nor U2 is told apart from zero"
    if any(map(math.isnan, shares)):
        return "contributions not known: U1 + U2 is not larger than the certified gap"
    words = [f"{name} {share:.3f}" for name, share in zip(source_names, shares, strict=True)]
    interval = result.confidence_interval
    if interval is None:
        return f"contributions {', '.join(words)} (shares of the unique information)"
    words = [
        f"{word} [{low:.3f}, {high:.3f}]"
        for word, (low, high) in zip(words, interval.contributions, strict=True)
    ]
    return f"contributions {', '.join(words)} of U1 + U2"
