# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T): small strata that are pooled, and means that are mostly bias."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import fourfold as ff


def test_small_strata_are_told_of_once(rows):
    x1, x2, y, t = rows
    names = np.array(["a", "b", "c", "d"])[t]
    names[:20] = ["d", "e"] * 10
    with pytest.warns(ff.UndersampledWarning) as caught:
        found = ff.conditional_pid(x1, x2, y, given=names, bias_correction="none")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert found.strata[-1] == "pooled"
    assert found.pooled == ("d", "e")
    share = found.weights[-1]
    assert str(caught[0].message) == (
        f"2 of {len(set(names))} strata of `given` have few rows for their cells and were pooled "
        f"({share:.0%} of the rows): {', '.join(found.pooled)}."
    )
    assert not found.result.undersampled
    inside = np.isin(names, found.pooled)
    with pytest.warns(ff.UndersampledWarning):
        alone = ff.pid(
            x1[inside], x2[inside], y[inside], bias_correction="none", confidence_level=None
        )
    np.testing.assert_allclose(found.by_stratum[-1].atoms, alone.atoms, atol=2e-4)


def test_nothing_to_condition_on_is_refused(rows):
    x1, x2, y, _ = rows
    with pytest.raises(ValueError, match="given: none of its 600 values has enough rows"):
        ff.conditional_pid(x1, x2, y, given=np.arange(600))


def test_what_joins_small_strata_is_told_apart(rows):
    x1, x2, y, _ = rows
    names = np.repeat(["few", "next", "most"], [5, 200, 395])
    with pytest.warns(
        ff.UndersampledWarning,
        match=r"^1 of 3 strata .* pooled \(34% of the rows\): few, with next, as these alone",
    ):
        found = ff.conditional_pid(x1, x2, y, given=names)
    assert found.pooled == ("few", "next")


def test_enough_samples_give_no_warning(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not ff.conditional_pid(*rows[:3], given=rows[3]).result.undersampled


def test_mostly_bias_is_said_with_a_remedy(rng):
    x1, x2 = rng.integers(6, size=(2, 400))
    y, t = rng.integers(2, size=(2, 400))
    with pytest.warns(
        ff.UndersampledWarning,
        match=r"^an atom of the mean is mostly the bias of counting \(strata 0, 1\): take fewer "
        r"states, fewer strata, or bias_correction='auto'\.$",
    ):
        plain = ff.conditional_pid(x1, x2, y, given=t, bias_correction="none")
    assert plain.result.undersampled
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        corrected = ff.conditional_pid(x1, x2, y, given=t, bias_correction="auto").result
    assert not corrected.undersampled
    assert abs(corrected.synergy) < 0.1


@pytest.mark.parametrize("correction", ["none", "auto"])
def test_where_samples_are_alone_no_correction_is_advised(rng, correction):
    x1, x2 = rng.integers(30, size=(2, 300))
    y, t = rng.integers(2, size=300), np.repeat([0, 1], [260, 40])
    x1[260:], x2[260:] = 0, 0  # a stratum that is kept
    with pytest.warns(
        ff.UndersampledWarning, match="^most of the samples are alone in their cell"
    ) as caught:
        found = ff.conditional_pid(x1, x2, y, given=t, bias_correction=correction)
    assert found.result.undersampled
    assert "bias_correction" not in str(caught[0].message)


def test_a_stratum_of_unknown_bias_does_not_hide_the_rest(rng):
    """400 rows whose synergy is bias, and 40 whose rows are alone in their cell."""
    x1, x2 = rng.integers(6, size=(2, 440))
    x1[400:], x2[400:] = 6 + np.arange(40), 0
    y = rng.integers(2, size=440)
    t = np.repeat([0, 1], [400, 40])
    with pytest.warns(ff.UndersampledWarning, match="mostly the bias of counting"):
        result = ff.conditional_pid(x1, x2, y, given=t, bias_correction="none").result
    assert np.isnan(result.bias).all()
    assert result.undersampled


@pytest.mark.parametrize(("correction", "seed"), [("none", 0), ("auto", 5)])
def test_a_stratum_that_tells_nothing_is_told_in_the_mean(correction, seed):
    """Of 400 rows alone in their cells S is 2 bits of bias, or corrected 1.5 bits below zero."""
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.integers(8, size=(3, 1500)), rng.integers(30, size=(3, 400))], 1)
    given = np.repeat(["many", "few"], [1500, 400])
    with pytest.warns(ff.UndersampledWarning, match=r"\(strata few"):
        found = ff.conditional_pid(*rows, given=given, bias_correction=correction)
    assert found.result.undersampled
