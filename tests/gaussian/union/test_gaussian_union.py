# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unions of subsets from samples: beside two sources, beside the truth, and what is refused."""

from __future__ import annotations

import itertools
import json
import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.gaussian.factors import factor
from fourfold.gaussian.scatters import deal_rows
from fourfold.gaussian.union.cross_fitted import held_out_unions
from fourfold.gaussian.union.row_bits import standard_errors
from fourfold.gaussian.union.unions import unions
from tests.support.gaussians import random_covariance

SIZES = (2, 3, 2, 2)
UNCONFIRMED = "ignore::fourfold.GaussianFitWarning"


def truth():
    return random_covariance(np.random.default_rng(0), SIZES)


def parts(rows, sizes=SIZES):
    ends = np.cumsum((0, *sizes))
    return [rows[:, a:b] for a, b in itertools.pairwise(ends)]


def drawn(n=800, seed=1, cov=None, sizes=SIZES):
    cov = truth() if cov is None else cov
    rng = np.random.default_rng(seed)
    *sources, y = parts(rng.standard_normal((n, len(cov))) @ np.linalg.cholesky(cov).T, sizes)
    return sources, y


def union(sources, y, **options):
    return ff.gaussian_union(sources, y, **{"check_dependence": False} | options)


@pytest.mark.parametrize("copula", [True, False])
def test_two_sources_are_those_of_gaussian_pid(copula):
    sources, y = drawn(300)
    t = y[:, :1] + np.random.default_rng(2).standard_normal((300, 1))
    options = {"copula": copula, "given": t, "random_state": 5}
    found = union(sources, y, **options)
    for i, j in ((0, 1), (1, 2)):
        pair = ff.gaussian_pid(sources[i], sources[j], y, check_dependence=False, **options)
        one = found[i, j]
        assert one.information == pytest.approx(pair.mi_joint, abs=1e-12)
        assert found[i,].information == pytest.approx(pair.mi1, abs=1e-12)
        if one.union_information > max(pair.mi1, pair.mi2):
            assert one.union_information == pytest.approx(pair.union_information, abs=1e-12)


def test_of_many_rows_it_is_the_population():
    exact = ff.gaussian_union_from_covariance(truth(), SIZES)
    sources, y = drawn(40_000)
    found = union([np.exp(x) for x in sources], y**3)
    assert found.model == "copula"
    assert found.n_samples == 40_000
    np.testing.assert_allclose(found.information, exact.information, rtol=0, atol=0.03)
    np.testing.assert_allclose(
        found.union_information, exact.union_information, rtol=0, atol=0.03
    )


@pytest.mark.filterwarnings(UNCONFIRMED)
def test_intervals_hold_the_population():
    exact = ff.gaussian_union_from_covariance(truth(), SIZES)
    subsets = [(0, 1), (0, 1, 2)]
    held = []
    for seed in range(25):
        found = union(*drawn(200, seed), copula=False, subsets=subsets).confidence_interval
        for name in ("information", "union_information", "synergy"):
            low, high = getattr(found.low, name), getattr(found.high, name)
            value = [getattr(exact[subset], name) for subset in subsets]
            held.append((low <= value) & (value <= high))
    # 150 of them, of two subsets that are not independent: 95 % less three errors of 50
    assert np.mean(held) > 0.85


@pytest.mark.filterwarnings(UNCONFIRMED)
def test_informations_of_pairs_have_the_errors_of_gaussian_pid():
    """Also where eigenvalues near 1 make U1 and U2 scatter more than what they are made of."""
    y, *noises = np.random.default_rng(3).standard_normal((3, 200, 3))
    sources = [y + noise for noise in noises]
    found = union(sources, y, copula=False)
    alone = ff.gaussian_pid(*sources, y, copula=False, check_dependence=False)
    own = alone.row_terms[:, [2, 3]].std(0) / np.sqrt(200)
    assert found.standard_error.information[-1] == pytest.approx(own[0], rel=0.05)
    assert own[1] * 0.99 < found.standard_error.union_information[-1] < own[1] * 1.3


@pytest.mark.filterwarnings(UNCONFIRMED)
def test_where_nothing_is_told_intervals_reach_what_may_be():
    """An estimate of no information has no error, and its interval has to have a width."""
    held = np.zeros(3)
    for seed in range(60):
        *sources, y = np.random.default_rng(seed).standard_normal((3, 40, 1))
        found = union(sources, y, copula=False)
        low, high = found.confidence_interval[:2]
        for k, name in enumerate(("information", "union_information", "synergy")):
            held[k] += getattr(low, name)[-1] <= 0 <= getattr(high, name)[-1]
        assert high.synergy[0] == 0
    assert held.min() >= 54


@pytest.mark.filterwarnings(UNCONFIRMED)
def test_sources_alike_have_no_more_than_one():
    gains = np.eye(4) / np.sqrt(3)
    seen = np.vstack([gains] * 3)
    cov = np.block([[seen @ seen.T + np.eye(12), seen], [seen.T, np.eye(4)]])
    errors = []
    for seed in range(6):
        rows = drawn(400, seed, cov, (4,) * 4)
        found = union(*rows, copula=False, subsets=[0, 1, 2, (0, 1, 2)])
        plug_in = found.plug_in.union_information[-1]
        largest = found.information[:3].max()
        errors.append((plug_in - largest, found.union_information[-1] - largest))
    # truth: nothing beyond one source
    before, after = np.mean(errors, axis=0)
    assert before > 0.12
    assert after < 0.04


@pytest.mark.filterwarnings(UNCONFIRMED)
def test_of_one_column_the_upper_end_is_the_largest_information():
    # v* of a scalar Y is max I(X_i;Y), and so is its corrected value of the same rows
    sizes = (3, 4, 5, 1)
    cov = random_covariance(np.random.default_rng(5), sizes)
    found = union(*drawn(60, 6, cov, sizes), copula=False, subsets=[0, 1, 2, (0, 1, 2)])
    largest = found.information[:3].max()
    assert found.kink[-1] == 0
    assert found.union_information[-1] >= largest
    assert found.plug_in.union_information[-1] > largest + 0.02


def test_held_out_multipliers_of_one_source_miss_nothing():
    sources, y = drawn(300)
    dealt = deal_rows(
        np.hstack([*sources, y]), SIZES, generator=np.random.default_rng(0), n_folds=16
    )
    for one in held_out_unions(dealt.scatters, [(0,), (1,)]):
        assert one.beyond == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose(one.slopes, 0, atol=1e-9)


def test_errors_are_the_slopes_of_the_covariance():
    # what one row adds, by a row more
    sources, y = drawn(60)
    rows = np.hstack([*sources, y])
    rows = rows - rows.mean(0)
    subsets = [(0,), (0, 1), (0, 1, 2)]

    def told(weight):
        cov = (rows * weight[:, None]).T @ rows / weight.sum()
        found = unions(factor(cov[None]), SIZES, subsets, 1e-11)
        both = found.information[0], found.upper[0]
        return np.array([*both, both[0] - both[1]])

    step, slopes = 1e-5, []
    for k in range(len(rows)):
        weight = np.ones(len(rows))
        weight[k] += step
        slopes.append((told(weight) - told(np.ones(len(rows)))) / step)
    by_rows = np.sqrt((np.array(slopes) ** 2).sum(0))
    found = standard_errors(rows, rows.T @ rows / len(rows), SIZES, subsets)
    np.testing.assert_allclose(found, by_rows, rtol=0.02, atol=1e-6)


def test_names_subsets_and_dictionary():
    sources, y = drawn()
    named = dict(zip(("audio", "text", "video"), sources, strict=True))
    found = union(named, y, subsets=[("audio", "video"), ("audio", "text", "video")])
    every = union(named, y)
    assert found["video", "audio"].union_information == pytest.approx(
        every["video", "audio"].union_information, abs=1e-12
    )
    assert found.source_names == ("audio", "text", "video")
    record = json.loads(json.dumps(every.to_dict(), allow_nan=False))
    assert len(record["confidence_interval"]["low"]["synergy"]) == 7
    assert record["bias_correction"] == "digamma"
    assert "ranks of 800 samples" in repr(every)
    assert "with 95 % intervals" in repr(every)
    assert f"{every['text'].information:.3f} [" in repr(every)
    pytest.importorskip("pandas")
    frame = every.to_frame()
    np.testing.assert_array_equal(frame["synergy_high"], every.confidence_interval.high.synergy)


def test_without_correction_it_is_the_covariance():
    sources, y = drawn(300)
    rows = np.hstack([*sources, y])
    found = union(sources, y, bias_correction="none", copula=False)
    exact = ff.gaussian_union_from_covariance(np.cov(rows.T), SIZES)
    np.testing.assert_allclose(
        found.union_information, exact.union_information, rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(found.information, exact.information, rtol=0, atol=1e-9)
    assert found.confidence_interval is None
    assert "plug-in" in repr(found)


def test_more_columns_than_rows_with_shrinkage():
    rng = np.random.default_rng(3)
    sources, y = [rng.standard_normal((30, 20)) for _ in range(3)], rng.standard_normal((30, 2))
    with pytest.raises(
        ValueError, match=r"x1, x2, x3, y: 30 rows are too few for 20 \+ 20 \+ 20 \+ 2"
    ):
        union(sources, y)
    found = union(sources, y, shrinkage="ledoit-wolf")
    assert 0 < found.shrinkage <= 1
    assert "of the identity mixed in" in repr(found)
    assert found.confidence_interval is None
    with pytest.raises(ValueError, match="digamma"):
        union(sources, y, shrinkage=0.5, bias_correction="digamma")


def test_few_rows_confirm_nothing():
    sources, y = drawn(14)
    with pytest.warns(ff.GaussianFitWarning, match="the interval contains both"):
        found = union(sources, y, copula=False)
    largest = [max(found[name].information for name in subset) for subset in found.subsets]
    np.testing.assert_allclose(found.union_information, largest, rtol=0, atol=1e-12)


def test_other_dependence_is_warned_of():
    rng = np.random.default_rng(4)
    sources = [rng.standard_normal(600) for _ in range(2)]
    y = sources[0] * sources[1] + 0.1 * rng.standard_normal(600)
    with pytest.warns(ff.GaussianFitWarning):
        found = ff.gaussian_union([*sources, rng.standard_normal(600)], y)
    assert found.dependence.exceeds
    assert "NOT GAUSSIAN: " in repr(found)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ff.gaussian_union(*drawn(2000)).dependence.exceeds is False


def test_frames_and_arrays_of_a_device(stand_in):
    pandas = pytest.importorskip("pandas")
    sources, y = drawn(300)
    exact = union(sources, y)
    frames = union([pandas.DataFrame(x) for x in sources], pandas.DataFrame(y))
    device = union([stand_in.asarray(x) for x in sources], stand_in.asarray(y))
    for other in (frames, device):
        np.testing.assert_allclose(
            other.union_information, exact.union_information, rtol=0, atol=1e-9
        )


SOURCES, TARGET = drawn(100)


@pytest.mark.parametrize(
    ("sources", "y", "options", "error", "words"),
    [
        (np.ones((3, 9, 2)), TARGET, {}, TypeError, "expected a list of arrays.*got ndarray"),
        (None, TARGET, {}, TypeError, "sources: .*NoneType"),
        ([], TARGET, {}, ValueError, "at least two, got 0"),
        (SOURCES[:1], TARGET, {}, ValueError, "at least two, got 1"),
        ({"y": SOURCES[0], "a": SOURCES[1]}, TARGET, {}, ValueError, "not 'y' or 'given'"),
        ({1: SOURCES[0], 2: SOURCES[1]}, TARGET, {}, ValueError, "names that are strings"),
        (SOURCES, None, {}, TypeError, "y: expected rows of numbers"),
        ([None, SOURCES[0]], TARGET, {}, TypeError, "x1: expected rows of numbers"),
        ([SOURCES[0][:9], SOURCES[1]], TARGET, {}, ValueError, "x1"),
        ([SOURCES[0] * np.nan, SOURCES[1]], TARGET, {}, ValueError, "x1"),
        ([SOURCES[0] * 0, SOURCES[1]], TARGET, {}, ValueError, "x1.*same value|x1.*one value"),
        ([SOURCES[0][None], SOURCES[1]], TARGET, {}, ValueError, "x1.*take layers one after another"),
        ([SOURCES[0], SOURCES[0]], TARGET, {}, ValueError, "singular"),
        (SOURCES, TARGET > 0, {}, ValueError, "y"),
        (SOURCES, TARGET, {"copula": 1}, TypeError, "copula"),
        (SOURCES, TARGET, {"bias_correction": "bayes"}, ValueError, "bias_correction"),
        (SOURCES, TARGET, {"confidence_level": 95}, ValueError, "confidence_level"),
        (SOURCES, TARGET, {"shrinkage": "lw"}, ValueError, "shrinkage"),
        (SOURCES, TARGET, {"tol": -1}, ValueError, "tol"),
        (SOURCES, TARGET, {"random_state": -1}, ValueError, "random_state"),
        (SOURCES, TARGET, {"subsets": [("x1", "x4")]}, ValueError, "no source 'x4'"),
    ],
)  # fmt: skip
def test_wrong_calls_are_refused_in_words(sources, y, options, error, words):
    with pytest.raises(error, match=words):
        union(sources, y, **options)


def test_nothing_of_a_population_is_called_certified():
    sources, y = drawn()
    words = repr(union(sources, y))
    assert "certified" not in words
    assert "the solver is off by at most" in words


def test_plot_has_a_bar_of_both_parts_for_each_subset():
    pytest.importorskip("matplotlib").use("agg")
    sources, y = drawn()
    named = dict(zip(("audio", "text", "video"), sources, strict=True))
    found = union(named, y, confidence_level=0.995)
    ax = found.plot(target_name="mood")
    assert ax.get_legend_handles_labels()[1][-1] == "v*, 99.5 % interval"
    heights = np.array([bar.get_height() for bar in ax.patches[:14]]).reshape(2, 7)
    np.testing.assert_allclose(heights, [found.union_information, found.synergy])
    assert "mood" in ax.get_ylabel()
    ax.figure.clear()
