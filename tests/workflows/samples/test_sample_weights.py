# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weights of samples: the formulas row by row, what is taken first, who accepts them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from tests.support.decoded import posteriors
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled


def parts_from(rows):
    """PointwiseAtoms of a list of rows (r, u1, u2, s, H1, H2, H12)."""
    return ff.PointwiseAtoms(*np.array(rows, dtype=np.float64).reshape(-1, 7).T)


values = st.floats(-2, 2, allow_subnormal=False)
entropies = st.floats(0, 3, allow_subnormal=False)
tables = st.lists(
    st.tuples(values, values, values, values, entropies, entropies, entropies), min_size=1
)


def scores(row, source):
    r, u1, u2, s, h1, h2, h12 = row
    total = sum(max(part, 0.0) for part in (r, u1, u2, s))
    known = total > 1e-12
    sr = max(s, 0.0) / total if known else 0.0
    sc = max((u1, u2)[source - 1], 0.0) / total if known else 0.0
    fp = max(min(h1, h2) - h12, 0.0)
    return sr, sc, fp, (1 - sr) * (1 - sc) * fp


def assert_largest(taken, numbers, count, among):
    """That so many rows were taken, above zero, and none left is larger."""
    among = np.isin(np.arange(len(numbers)), list(among))
    above = among & (numbers > 1e-12)
    assert not np.any(taken & ~above)
    assert taken.sum() == min(count, above.sum())
    left = numbers[above & ~taken]
    assert numbers[taken].min(initial=np.inf) >= left.max(initial=-np.inf) - 2e-9


@given(tables, st.sampled_from([1, 2]), st.sampled_from([0, 0.1, 0.25, 0.5, 1]), st.data())
def test_scores_and_weights_are_those_of_a_loop(rows, source, top, data):
    gap_top = data.draw(st.sampled_from([0, 0.3, 0.5, 1]))
    got = ff.sample_weights(
        parts_from(rows),
        shortcut_source=source,
        shortcut_top=top,
        gap_top=gap_top,
        shortcut_weight=0.25,
        gap_weight=5,
    )
    expected = np.array([scores(row, source) for row in rows])
    np.testing.assert_allclose(
        np.stack(got[1:5], 1), expected, rtol=0, atol=1e-12
    )  # SR, SC, FP, gap
    n = len(rows)
    assert_largest(got.shortcut, got.shortcut_share, math.floor(top * n + 1e-9), range(n))
    others = np.flatnonzero(~got.shortcut)
    assert_largest(got.gap, got.gap_score, math.floor(gap_top * n + 1e-9), others)
    weights = np.where(got.shortcut, 0.25, np.where(got.gap, 5.0, 1.0))
    assert got.weights.tolist() == weights.tolist()


SHORT = (0, 0, 1, 0, 1, 1, 1)  # SC 1 for source 2, no potential
OPEN = (1, 0, 0, 0, 1, 1, 0)  # Gap 1
PLAIN = (1, 0, 0, 0, 1, 1, 1)  # neither


def test_of_equal_scores_the_order_of_the_rows_does_not_decide():
    parts = parts_from([SHORT] * 400 + [OPEN] * 400 + [PLAIN] * 200)
    weighed = ff.sample_weights(parts)
    assert weighed.weights.dtype == np.float64
    assert weighed.shortcut.dtype == bool
    assert weighed.gap.dtype == bool
    for taken, first in ((weighed.shortcut, 0), (weighed.gap, 400)):
        places = np.flatnonzero(taken)
        assert len(places) == 100
        assert first <= places.min()
        assert places.max() < first + 400
        assert abs(places.mean() - first - 199.5) < 40  # four standard errors
    again, other = (ff.sample_weights(parts, random_state=seed) for seed in (0, 1))
    np.testing.assert_array_equal(again.weights, weighed.weights)
    assert np.any(other.weights != weighed.weights)


def test_a_share_is_rounded_down_but_not_by_rounding():
    rows = parts_from([SHORT] * 29)
    assert ff.sample_weights(rows, shortcut_top=0.1).shortcut.sum() == 2
    tenth = parts_from([SHORT] * 30)
    assert 0.1 * 3 > 0.3  # 0.1 has no exact double
    assert ff.sample_weights(tenth, shortcut_top=0.3 - 1e-17).shortcut.sum() == 9
    assert ff.sample_weights(parts_from([SHORT] * 100), shortcut_top=0.29).shortcut.sum() == 29


def test_scores_of_zero_are_never_taken():
    weighed = ff.sample_weights(parts_from([PLAIN] * 10), shortcut_top=1.0, gap_top=1.0)
    assert weighed.weights.tolist() == [1] * 10
    nothing = ff.sample_weights(parts_from([(0, 0, 0, 0, 0, 0, 0)]), shortcut_top=1, gap_top=1)
    assert nothing.weights.tolist() == [1]


def test_a_shortcut_is_not_weighted_up_and_its_place_goes_to_another():
    both = (1, 0, 1, 0, 2, 2, 0)  # SC 1/2, Gap 1: the largest of both scores
    little = (1, 0, 0, 0, 1, 1, 0.5)  # Gap 1/2
    weighed = ff.sample_weights(
        parts_from([PLAIN, little, both, PLAIN]), shortcut_top=0.25, gap_top=0.25
    )
    assert weighed.gap_score.tolist() == [0, 0.5, 1, 0]
    assert weighed.weights.tolist() == [1, 3, 0.5, 1]


def test_the_source_of_the_shortcut_is_chosen():
    first = (0, 1, 0, 0, 1, 1, 1)
    rows = parts_from([first, SHORT])
    one = ff.sample_weights(rows, shortcut_source=1, shortcut_top=0.5)
    two = ff.sample_weights(rows, shortcut_source=2, shortcut_top=0.5)
    assert one.weights.tolist() == [0.5, 1]
    assert two.weights.tolist() == [1, 0.5]


def test_entropies_are_those_of_predictions_if_given():
    rows = parts_from([(1, 0, 0, 0, 9, 9, 9)] * 2)
    p_joint = [[1.0, 0.0], [0.5, 0.5]]
    p_given_1 = [[0.5, 0.5], [0.5, 0.5]]
    p_given_2 = [[0.75, 0.25], [1.0, 0.0]]
    weighed = ff.sample_weights(
        rows, p_joint=p_joint, p_given_1=p_given_1, p_given_2=p_given_2, gap_top=0.5
    )
    quarter = 0.75 * np.log2(4 / 3) + 0.25 * 2
    np.testing.assert_allclose(weighed.fusion_potential, [quarter, 0], atol=1e-12)
    assert weighed.weights.tolist() == [3, 1]
    # each of the single sources bounds it
    swapped = ff.sample_weights(
        rows, p_joint=p_joint, p_given_1=p_given_2, p_given_2=p_given_1, gap_top=0.5
    )
    np.testing.assert_array_equal(swapped.fusion_potential, weighed.fusion_potential)


def test_without_predictions_the_entropies_are_those_of_the_table():
    """XOR: one bit is left by either source, none by both: FP = 1, but SR = 1 closes the gap."""
    x1, x2 = np.array([[0, 0, 1, 1], [0, 1, 0, 1]]).repeat(5, 1)
    y = x1 ^ x2
    result = ff.pid(x1, x2, y, tol=1e-9, bias_correction="none")
    weighed = ff.sample_weights(ff.pointwise(result, x1, x2, y))
    np.testing.assert_allclose(weighed.fusion_potential, 1, atol=1e-9)
    np.testing.assert_allclose(weighed.synergy_share, 1, atol=1e-6)
    np.testing.assert_allclose(weighed.gap_score, 0, atol=1e-6)


def test_rows_of_classifiers_take_their_posteriors():
    """Where the second view knows and the first, noisier one does not, rows are weighed down."""
    (clear, noisy, both), y = posteriors()
    parts = ff.pointwise(ff.posterior_pid(noisy, clear, y, both))
    given = {"p_given_1": noisy, "p_given_2": clear, "p_joint": both}
    weighed = ff.sample_weights(parts, **given)
    assert weighed.shortcut.sum() == 40
    rows = np.arange(400)
    ahead = clear[rows, y] - noisy[rows, y]
    assert ahead[weighed.shortcut].min() > 0
    with pytest.raises(ValueError, match=r"p_given_1, p_given_2, p_joint: expected, as parts"):
        ff.sample_weights(parts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shortcut_source": 3}, "shortcut_source: expected 1 or 2, got 3"),
        ({"shortcut_source": True}, "shortcut_source: expected 1 or 2, got True"),
        ({"shortcut_source": 2.0}, "shortcut_source: expected 1 or 2, got 2.0"),
        ({"shortcut_source": "2"}, "shortcut_source: expected 1 or 2, got '2'"),
        ({"shortcut_top": 1.1}, r"shortcut_top: expected .* in \[0, 1\], got 1.1"),
        ({"gap_top": -0.1}, r"gap_top: expected a finite number in \[0, 1\]"),
        ({"gap_top": math.nan}, "gap_top: .*, got nan"),
        ({"shortcut_weight": math.inf}, "shortcut_weight: .* at least 0, got inf"),
        ({"gap_weight": -1}, "gap_weight: .*, got -1"),
        ({"gap_weight": True}, "gap_weight: .*, got True"),
        (
            {"p_joint": [[1.0]]},
            "p_given_1, p_given_2: expected all of p_given_1, p_given_2, p_j",
        ),
        (
            {"p_joint": [[1.0]], "p_given_1": [[1.0]] * 2, "p_given_2": [[1.0]]},
            "parts, p_given_1: expected the same number of rows, but parts has 1, p_given_1 has 2",
        ),
        (
            {"p_joint": [[0.2, 0.2]], "p_given_1": [[1.0]], "p_given_2": [[1.0]]},
            "p_joint: .* row 0 sums to 0.4",
        ),
    ],
)
def test_bad_options_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        ff.sample_weights(parts_from([PLAIN]), **options)


def test_parts_are_those_of_pointwise():
    with pytest.raises(TypeError, match=r"parts: expected PointwiseAtoms .*, got Atoms"):
        ff.sample_weights(ff.decompose(ff.gates.XOR.pmf).atoms)


# -- who takes the weights -------------------------------------------------------------


@pytest.fixture(name="weighed")
def _weighed():
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 200))
    y = np.where(rng.random(200) < 0.5, x1 ^ x2, x2)
    weighed = ff.sample_weights(ff.pointwise(ff.pid(x1, x2, y), x1, x2, y))
    assert set(weighed.weights) == {0.5, 1.0, 3.0}
    return x1, x2, y, weighed.weights


def test_scikit_learn_takes_them(weighed):
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    x1, x2, y, weights = weighed
    x = np.c_[x1, x2]
    fit = LogisticRegression().fit(x, y, sample_weight=weights)
    assert not np.allclose(fit.coef_, LogisticRegression().fit(x, y).coef_, atol=1e-3)


def test_torch_takes_them(weighed):
    torch = pytest.importorskip("torch")
    *_, y, weights = weighed
    drawn = torch.utils.data.WeightedRandomSampler(
        weights, 20_000, generator=torch.Generator().manual_seed(0)
    )
    counts = np.bincount(list(drawn), minlength=200)
    for weight in (0.5, 1.0, 3.0):
        share = counts[weights == weight].sum() / 20_000
        assert share == pytest.approx(
            weights[weights == weight].sum() / weights.sum(), abs=0.02
        )
    losses = torch.nn.functional.cross_entropy(
        torch.zeros(200, 2), torch.from_numpy(y), reduction="none"
    )
    mean = (losses * torch.from_numpy(weights)).mean()
    assert float(mean) == pytest.approx(np.log(2) * weights.mean(), rel=1e-6)
