# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions, tests and differences as plain text."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

import fourfold as ff
from fourfold.report.text import comparison_table, permutation_table, table
from tests.support.plug_in import plug_in

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


@pytest.fixture(scope="module")
def columns():
    """Two sources of four states that both say something of a bit, and its label."""
    rng = np.random.default_rng(3)
    y = rng.integers(2, size=300)
    x1 = np.where(rng.random(300) < 0.7, y, 2 + rng.integers(2, size=300))
    x2 = np.where(rng.random(300) < 0.5, y, 2 + (y ^ x1 % 2))
    return x1, x2, y


def row(text, start):
    """The numbers of the line that starts so."""
    (line,) = (line for line in text.splitlines() if line.startswith(start))
    return [float(cell) for cell in line[len(start) :].replace("< ", "").split()[1:]]


def test_table_of_an_unknown_synergy():
    result = ff.PID(0.5, 0.25, 0.0, math.nan, math.nan, 0.75, 0.5, 1e-5, True, 7)
    lines = table(result).splitlines()
    assert re.fullmatch(r"synergy +S +not known +not known +not known", lines[5])
    assert any(re.fullmatch(r"I\(X1, X2; Y\) +not known", line) for line in lines)
    assert lines[-2] == "certified gap 1.0e-05 bits, converged in 7 iterations"
    assert lines[-1] == "contributions X1 1.000, X2 0.000 (shares of the unique information)"


def test_table_has_no_minus_zero_and_takes_no_batch():
    zero = ff.PID(0.5, -1e-9, 0.0, 0.25, 0.75, 0.5, 0.5, 1e-5, True, 7)
    assert "-0.000000" not in table(zero)
    with pytest.raises(ValueError, match=r"table: result .* batch of shape \(2,\)"):
        table(ff.decompose(np.ones((2, 2, 2, 2))))


def test_probabilities_have_no_words_on_samples():
    text = table(ff.decompose(ff.gates.AND.pmf))
    assert "samples" not in text
    assert "bias" not in text
    assert "interval" not in text


def test_bias_that_is_still_there(columns):
    result = plug_in(*columns)
    text = table(result)
    shown = [
        row(text, name) for name in ("redundancy", "unique to X1", "unique to X2", "synergy")
    ]
    expected = zip(result.atoms, result.lower, result.upper, result.bias, strict=True)
    for numbers, values in zip(shown, expected, strict=True):
        assert numbers == pytest.approx(values, abs=6e-5)
    line = next(line for line in text.splitlines() if line.startswith("300 samples, "))
    occupied, total = result.samples_per_cell
    assert f"{total:.2g} per cell and {occupied:.2g} per occupied cell" in line
    assert line.endswith("; the estimated bias is still in the values")
    assert "UNDERSAMPLED" not in text
    assert "interval" not in text


@pytest.mark.parametrize(
    ("n_resamples", "words"), [(0, "what each row adds"), (50, "50 halves of the samples")]
)
def test_bias_that_was_removed_and_intervals(columns, n_resamples, words):
    result = ff.pid(*columns, n_resamples=n_resamples, confidence_level=0.9)
    interval = result.confidence_interval
    text = table(result, source_names=("eye", "ear"))
    heads = text.splitlines()[:2]
    assert heads[0].split() == ["lower", "upper", "estimated", "90", "%", "interval"]
    assert heads[1].split()[2:] == ["value", "bound", "bound", "bias", "low", "high"]
    shown = [
        row(text, name) for name in ("redundancy", "unique to eye", "unique to ear", "synergy")
    ]
    for k, numbers in enumerate(shown):
        assert numbers[0] == pytest.approx(result.atoms[k], abs=1e-6)
        assert numbers[-2:] == pytest.approx((interval.low[k], interval.high[k]), abs=1e-6)
    assert "; the estimated bias was removed ('chao')" in text
    line = f"90 % intervals are of the population's atoms, without the bias; from {words}"
    assert line in text
    shares = zip(("eye", "ear"), result.contributions(), interval.contributions, strict=True)
    words = [
        f"{name} {share:.3f} [{low:.3f}, {high:.3f}]" for name, share, (low, high) in shares
    ]
    assert text.splitlines()[-1] == f"contributions {', '.join(words)} of U1 + U2"


def test_undersampled_is_said():
    x1, x2, y = np.random.default_rng(0).integers(10, size=(3, 24))
    with pytest.warns(ff.UndersampledWarning):
        result = ff.pid(x1, x2, y)
    text = table(result)
    assert "UNDERSAMPLED: 24 samples are" in text
    assert "samples would do" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_columns_are_aligned_and_lines_short(columns):
    result = ff.pid(*columns)
    text = table(result, source_names=("left half", "right half"), target_name="digit")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert len({len(line) for line in lines[:6]}) == 1
    long = table(result, source_names=("embeddings_of_layer_07", "embeddings_of_layer_08"))
    assert re.search(r"^I\(X1, X2; Y\) +\d", long, re.MULTILINE)


def test_unknown_occupied_cells_and_bias_are_left_out(columns):
    result = plug_in(*columns)
    unknown = dataclasses.replace(
        result,
        samples_per_cell=ff.SamplesPerCell(math.nan, 9.4),
        bias=ff.Atoms(0.01, 0.02, -0.03, math.nan),
    )
    text = table(unknown)
    assert "300 samples, 9.4 per cell; the" in text
    assert re.search(r"^unique to X2 .* -0\.0300$", text, re.MULTILINE)
    assert re.search(r"^synergy .* not known$", text, re.MULTILINE)


def test_permutation_table(columns):
    tests = ff.permutation_test(*columns, ATOMS, n_permutations=79)
    adjusted = ff.adjust_pvalues(tests)
    text = permutation_table(tests, adjusted, source_names=("eye", "ear"))
    lines = text.splitlines()
    assert lines[1].startswith("79 permutations")
    for line, name, (key, test) in zip(
        lines[2:6], ("redundancy", "unique to eye", "unique to ear", "synergy"), tests.items(),
        strict=True,
    ):  # fmt: skip
        assert line.startswith(name)
        assert f"{test.statistic:.6f}  {test.pvalue:.4f}" in line
        assert f"{adjusted[key]:.4f}  {test.null}" in line
    parts = [f"synergy: {part}" for part in tests["synergy"].parts()]
    by_chance = [name for name in tests if adjusted[name] > 0.05]
    told = f"{', '.join(by_chance)} not told apart from chance: adjusted p above 0.05"
    assert lines[6:] == [*parts, told]


def test_comparison_table(columns):
    x1, x2, y = columns
    a, b = ff.pid(x1, x2, y), ff.pid(x2, x2, y)
    comparison = ff.compare(a, b)
    lines = comparison_table(comparison).splitlines()
    assert lines[0].split() == ["95", "%", "interval", "adjusted"]
    adjusted = ff.adjust_pvalues(list(comparison.pvalue))
    names = ("redundancy", "unique to X1", "unique to X2", "synergy")
    for k, name in enumerate(names):
        assert lines[2 + k].startswith(name)
        *numbers, p, p_adjusted = row("\n".join(lines), name)
        expected = (comparison.difference[k], comparison.low[k], comparison.high[k])
        assert numbers == pytest.approx(expected, abs=1e-6)
        least = comparison.least_pvalue
        assert p == pytest.approx(max(comparison.pvalue[k], least), abs=6e-5, rel=0.5)
        assert p_adjusted == pytest.approx(max(adjusted[k], least), abs=6e-5, rel=0.5)
    changed = dataclasses.replace(comparison, contribution1=(0.25, -0.125, 0.5))
    last = comparison_table(changed).splitlines()[-1]
    assert last == "contribution of X1, U1 / (U1 + U2): difference +0.250 [-0.125, +0.500]"
    unknown = dataclasses.replace(comparison, contribution1=(np.nan, -1.0, 1.0))
    assert "contribution" not in comparison_table(unknown)
