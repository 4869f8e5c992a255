# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of samples: what is read, what is refused, and what does not change them."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from sklearn.covariance import ledoit_wolf, oas

import fourfold as ff
from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.conditioning import condition_on
from fourfold.gaussian.from_covariance import atoms_of_closed_form
from tests.support.gaussians import random_covariance

pytestmark = pytest.mark.filterwarnings("ignore::fourfold.GaussianFitWarning")

NUMBERS = (
    "eigenvalues",
    "mi1",
    "mi2",
    "mi_joint",
    "redundancy",
    "unique1",
    "unique2",
    "synergy",
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def drawn(rng, sizes=(2, 1, 2), n=300, batch=()):
    """Samples of a random Gaussian, split to x1, x2, y (and t)."""
    cov = random_covariance(rng, sizes)
    rows = rng.standard_normal((*batch, n, sum(sizes))) @ np.linalg.cholesky(cov).T
    return np.split(rows, np.cumsum(sizes)[:-1], axis=-1), cov


def same(one, other, tolerance=1e-9):
    for name in NUMBERS:
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), atol=tolerance, err_msg=name
        )
    for end in ("low", "high"):
        np.testing.assert_allclose(
            getattr(one.confidence_interval, end),
            getattr(other.confidence_interval, end),
            atol=tolerance,
        )


def test_many_rows_find_the_population(rng):
    (x1, x2, y), cov = drawn(rng, (4, 3, 3), 20000)
    result = ff.gaussian_pid(np.exp(x1), x2**3, np.cbrt(y), check_dependence=False)
    truth = atoms_of_closed_form(closed_form(cov, (4, 3, 3)))
    np.testing.assert_allclose(result.atoms, truth, atol=0.04)
    assert result.model == "copula"
    assert result.solver == "closed-form"
    assert result.sizes == (4, 3, 3)
    assert result.n_samples == 20000


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_monotone_maps_of_columns_change_nothing(seed):
    (x1, x2, y), _ = drawn(np.random.default_rng(seed), n=60)
    plain = ff.gaussian_pid(x1, x2, y, check_dependence=False)
    mapped = ff.gaussian_pid(
        np.exp(x1), -1 / (5 + abs(x2) + x2), np.arctan(y), check_dependence=False
    )
    if len(np.unique(-1 / (5 + abs(x2) + x2))) == len(x2):
        same(plain, mapped, 0.0)


def test_scales_and_offsets_change_nothing_without_ranks(rng):
    (x1, x2, y), _ = drawn(rng)
    plain = ff.gaussian_pid(x1, x2, y, copula=False)
    factor = np.array([1e-200, 1e250])
    moved = ff.gaussian_pid(x1 * factor, 3 * x2 - 1e6, y * 1e-300, copula=False)
    same(plain, moved, 1e-6)
    assert plain.model == "gaussian"
    # v'Y has variance 1 in the columns as they came
    combined = y @ plain.directions.T
    np.testing.assert_allclose(combined.var(0, ddof=1), 1, rtol=1e-9)


def test_exchanged_sources_exchange_unique_parts(rng):
    (x1, x2, y), _ = drawn(rng)
    one = ff.gaussian_pid(x1, x2, y, check_dependence=False)
    other = ff.gaussian_pid(x2, x1, y, check_dependence=False)
    np.testing.assert_allclose(
        one.atoms, np.array(other.atoms)[[0, 2, 1, 3]], rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(
        one.unique_cross_fitted, other.unique_cross_fitted[::-1], atol=1e-9
    )
    assert one.pvalues.unique1 == pytest.approx(other.pvalues.unique2)


def test_layers_are_decomposed_in_one_call(rng):
    (x1, x2, y), _ = drawn(rng, n=120, batch=(3,))
    shared = x2[0]
    batch = ff.gaussian_pid(x1, shared, y, n_resamples=25)
    assert batch.shape == (3,)
    assert batch.row_terms.shape == (3, 120, 4)
    for layer in range(3):
        single = ff.gaussian_pid(x1[layer], shared, y[layer])
        part = batch[layer]
        assert type(part) is ff.GaussianPID
        np.testing.assert_allclose(part.atoms, single.atoms, atol=1e-12)
        np.testing.assert_allclose(part.row_terms, single.row_terms, atol=1e-9)
        assert part.confidence_interval.replicates.shape == (25, 4)
        assert "confidence intervals" in repr(part)
        json.dumps(part.to_dict())
    json.dumps(batch.to_dict())
    assert "batch of shape (3,)" in repr(batch.confidence_interval)
    assert batch[1:].confidence_interval.low.synergy.shape == (2,)


def test_given_takes_t_off_everything(rng):
    """With many rows the population's; and as of one scatter matrix of all."""
    sizes = (2, 2, 2, 3)
    (x1, x2, y, t), cov = drawn(rng, sizes, 20000)
    truth = atoms_of_closed_form(closed_form(condition_on(cov, sizes), sizes[:3]))
    result = ff.gaussian_pid(x1, x2, y, given=np.sinh(t), check_dependence=False)
    np.testing.assert_allclose(result.atoms, truth, atol=0.03)
    few = [part[:50] for part in (x1, x2, y, t)]
    plain = ff.gaussian_pid(*few[:3], given=few[3], copula=False)
    matrix = np.cov(np.hstack(few).T)
    exact = ff.gaussian_pid_from_covariance(matrix, sizes[:3], given=3)
    np.testing.assert_allclose(plain.plug_in, exact.atoms, atol=1e-10)


def test_plug_in_atoms_are_those_of_the_covariance(rng):
    (x1, x2, y), _ = drawn(rng, n=40)
    exact = ff.gaussian_pid_from_covariance(np.cov(np.hstack([x1, x2, y]).T), (2, 1, 2))
    plain = ff.gaussian_pid(x1, x2, y, copula=False, bias_correction="none")
    np.testing.assert_allclose(plain.atoms, exact.atoms, atol=1e-10)
    np.testing.assert_allclose(plain.eigenvalues, exact.eigenvalues)
    corrected = ff.gaussian_pid(x1, x2, y, copula=False)
    np.testing.assert_allclose(corrected.plug_in, exact.atoms, atol=1e-10)
    np.testing.assert_allclose(
        np.array(corrected.plug_in) - corrected.bias, corrected.atoms, atol=1e-12
    )
    assert (plain.bias_correction, corrected.bias_correction) == ("none", "digamma")
    np.testing.assert_allclose(plain.bias, corrected.bias)


def test_atoms_add_up_and_intervals_are_around_them(rng):
    (x1, x2, y), _ = drawn(rng, n=80)
    result = ff.gaussian_pid(x1, x2, y)
    assert sum(result.atoms) == pytest.approx(result.mi_joint)
    assert result.redundancy + result.unique1 == pytest.approx(result.mi1)
    for low, atom, high in zip(
        result.confidence_interval.low,
        result.atoms,
        result.confidence_interval.high,
        strict=True,
    ):
        assert low <= atom <= high
    without = ff.gaussian_pid(x1, x2, y, confidence_level=None)
    assert without.confidence_interval is None
    assert without.kink is None
    assert without.standard_error == result.standard_error


def test_the_union_is_what_is_written_down(rng):
    """max(I1, I2, (I1 + U2 + I2 + U1) / 2), U1 and U2 as confirmed."""
    (x1, x2, y), _ = drawn(rng, (3, 3, 3), n=100, batch=(4,))
    result = ff.gaussian_pid(x1, x2, y, check_dependence=False)
    middle = (result.mi1 + result.mi2 + sum(result.unique_cross_fitted)) / 2
    expected = np.maximum(np.maximum(result.mi1, result.mi2), middle)
    np.testing.assert_allclose(result.union_information, expected, atol=1e-12)


def test_frames_tensors_and_single_precision(rng):
    pd = pytest.importorskip("pandas")
    torch = pytest.importorskip("torch")
    (x1, x2, y), _ = drawn(rng, n=60)
    x1, x2, y = (part.astype(np.float32) for part in (x1, x2, y))
    plain = ff.gaussian_pid(x1, x2, y)
    assert plain.eigenvalues.dtype == np.float64
    frames = ff.gaussian_pid(pd.DataFrame(x1), pd.Series(x2[:, 0]), torch.tensor(y))
    same(plain, frames, 0.0)


def test_arrays_of_a_device(stand_in, rng):
    (x1, x2, y), _ = drawn(rng, n=70)
    t = rng.standard_normal((70, 1))
    here = ff.gaussian_pid(x1, x2, y, given=t)
    there = ff.gaussian_pid(*map(stand_in.asarray, (x1, x2, y)), given=stand_in.asarray(t))
    same(here, there)
    assert type(there.row_terms) is np.ndarray


def test_random_state_deals_the_folds(rng):
    (x1, x2, y), _ = drawn(rng, n=60)
    first, again, other = (
        ff.gaussian_pid(x1, x2, y, random_state=seed, check_dependence=False)
        for seed in (1, np.random.RandomState(1), 2)
    )
    same(first, again, 0.0)
    assert first.unique_cross_fitted != other.unique_cross_fitted
    np.testing.assert_allclose(first.plug_in, other.plug_in, atol=1e-12)


def test_shrunk_matrices_are_those_of_scikit_learn(rng):
    (x1, x2, y), _ = drawn(rng, (5, 4, 3), n=9)
    with pytest.raises(
        ValueError, match="9 rows are too few for 5 columns of x1, 4 of x2, 3 of y"
    ):
        ff.gaussian_pid(x1, x2, y)
    rows = np.hstack([x1, x2, y])
    rows = (rows - rows.mean(0)) / rows.std(0)
    for name, function in (("ledoit-wolf", ledoit_wolf), ("oas", oas)):
        matrix, share = function(rows, assume_centered=True)
        result = ff.gaussian_pid(x1, x2, y, copula=False, shrinkage=name)
        exact = ff.gaussian_pid_from_covariance(matrix, (5, 4, 3))
        np.testing.assert_allclose(result.atoms, exact.atoms, atol=1e-10)
        assert result.shrinkage == pytest.approx(share)
        assert result.confidence_interval is None
        assert result.pvalues is None
        assert "mixed in" in repr(result)
    independent = ff.gaussian_pid(x1, x2, y, shrinkage=1, given=rng.standard_normal(9))
    np.testing.assert_allclose(independent.atoms, 0, atol=1e-12)
    layers = ff.gaussian_pid(np.stack([x1, x1]), x2, y, shrinkage=0.3)
    np.testing.assert_allclose(layers.shrinkage, [0.3, 0.3])
    np.testing.assert_allclose(layers[1].atoms, ff.gaussian_pid(x1, x2, y, shrinkage=0.3).atoms)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"copula": 1}, TypeError, "copula: expected True or False, got 1"),
        ({"check_dependence": "no"}, TypeError, "check_dependence: expected True or False"),
        ({"shrinkage": "lw"}, ValueError, "shrinkage: expected None, 'ledoit-wolf', 'oas'"),
        ({"shrinkage": 1.5}, ValueError, "a share from 0 to 1"),
        ({"shrinkage": [0.1]}, TypeError, r"got \[0.1\]"),
        ({"shrinkage": 0.1, "bias_correction": "digamma"}, ValueError, "not of a shrunk one"),
        ({"shrinkage": 0.1, "n_resamples": 50}, ValueError, "n_resamples: a shrunk covariance"),
        ({"bias_correction": "chao"}, ValueError, "expected one of 'auto', 'none', 'digamma'"),
        ({"n_resamples": 3}, ValueError, "n_resamples: expected 0 or at least 25, got 3"),
        ({"confidence_level": 95}, ValueError, "confidence_level: expected a number between"),
        ({"random_state": -1}, ValueError, "random_state"),
        ({"given": np.ones(20)}, ValueError, "given"),
    ],
)
def test_wrong_options_are_named(rng, options, error, match):
    (x1, x2, y), _ = drawn(rng, n=20)
    with pytest.raises(error, match=match):
        ff.gaussian_pid(x1, x2, y, **options)


def test_linear_functions_are_named_with_a_remedy(rng):
    pd = pytest.importorskip("pandas")
    (x1, x2, y), _ = drawn(rng, n=50)
    named = pd.DataFrame(x1, columns=["a", "b"]).assign(c=x1[:, 0])
    with pytest.raises(ValueError, match=r"x1 is singular.*x1\['a'\].*x1\['c'\].*ledoit-wolf"):
        ff.gaussian_pid(named, x2, y)
    with pytest.raises(ValueError, match=r"y given x1 is singular.*infinite information"):
        ff.gaussian_pid(np.c_[x1, np.exp(y[:, 0])], x2, y)
    t = np.c_[x2, x2]
    with pytest.raises(ValueError, match=r"t is singular, of rank 1"):
        ff.gaussian_pid(x1, x2, y, given=t)
    with pytest.raises(ValueError, match="x2 given t is singular"):
        ff.gaussian_pid(x1, x2, y, given=x2)
    with pytest.raises(
        ValueError, match=r"7 rows are too few .* and 1 of given; expected at least 8"
    ):
        ff.gaussian_pid(x1[:7], x2[:7], y[:7], given=x1[:7, 0] ** 2)


def test_what_other_rows_do_not_confirm_is_said(rng):
    y = rng.standard_normal((200, 6))
    x1, x2 = (y + 2 * rng.standard_normal((200, 6)) for _ in range(2))
    with pytest.warns(ff.GaussianFitWarning, match=r"other rows do not agree: U1 or U2"):
        result = ff.gaussian_pid(x1, x2, y)
    assert result.plug_in.unique1 - result.unique_cross_fitted[0] > 0.05
    with pytest.warns(ff.GaussianFitWarning, match="too few for half of them to confirm"):
        few = ff.gaussian_pid(x1[:22], x2[:22], y[:22])
    assert few.union_information == pytest.approx(max(few.mi1, few.mi2))
    assert "too few rows to confirm U1 and U2" in repr(few)
    x1 = rng.standard_normal((4000, 1))
    target = x1 + rng.standard_normal((4000, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ff.gaussian_pid(x1, x1 + 2 * rng.standard_normal((4000, 1)), target)


def test_copies_of_rows_are_warned_of_and_few_values_are_not(rng):
    y = rng.standard_normal((50, 2))
    x1, x2 = y + rng.standard_normal((50, 2)), y + rng.standard_normal((50, 2))
    once, copied = (x1, x2, y), [np.repeat(each, 6, 0) for each in (x1, x2, y)]
    with pytest.warns(ff.GaussianFitWarning, match="100 % of the 300 rows equal another row"):
        ff.gaussian_pid(*copied)
    with pytest.warns(ff.GaussianFitWarning, match="100 % of the 300 rows equal another row"):
        ff.gaussian_union(copied[:2], copied[2])
    counted = np.round(3 * rng.standard_normal((3, 300, 1)))  # equal rows by chance
    for rows in (once, (*copied[:2], rng.standard_normal((300, 2))), counted):
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=".*equal another row")
            ff.gaussian_pid(*rows, check_dependence=False)


def test_samples_in_the_columns_are_told_to_be_turned(rng):
    x1, x2, y = rng.standard_normal((3, 2, 50))
    with pytest.raises(ValueError, match=r"2 rows are too few .*give x1.T, x2.T, y.T"):
        ff.gaussian_pid(x1, x2, y)


def test_the_warning_of_what_is_not_confirmed_says_what_is_reported(rng):
    """U1 that is reported is more than other rows confirm where I1 - I2 is."""
    x1, x2, y = rng.standard_normal((3, 60, 5))
    with pytest.warns(ff.GaussianFitWarning, match=r"and of v\* not below max\(I1, I2\)"):
        found = ff.gaussian_pid(x1 + y, x2 + y, y, check_dependence=False)
    assert found.unique1 + found.unique2 == pytest.approx(abs(found.mi1 - found.mi2))
    assert found.unique1 + found.unique2 > sum(found.unique_cross_fitted) + 0.05


def test_products_of_sources_are_warned_of(rng):
    x1, x2 = rng.standard_normal((2, 500))
    with pytest.warns(ff.GaussianFitWarning, match="misses a part of the dependence"):
        result = ff.gaussian_pid(x1, x2, x1 * x2)
    assert result.dependence.exceeds
    assert ff.gaussian_pid(x1, x2, x1 * x2, check_dependence=False).dependence is None


def test_labels_are_refused_with_the_way_to_go(rng):
    (x1, x2, y), _ = drawn(rng)
    with pytest.raises(ValueError, match=r"as labels have.*ClassifierPID"):
        ff.gaussian_pid(x1, x2, (y[:, 0] > 0).astype(int))


def test_a_share_of_independence_is_mixed_into_correlations(rng):
    """Not into variances of scores, which are below 1 in few rows."""
    rows = rng.standard_normal((30, 6)) @ rng.standard_normal((6, 6))
    found = ff.gaussian_pid(rows[:, :2], rows[:, 2:4], rows[:, 4:], shrinkage=0.4)
    scores = ndtri((np.argsort(np.argsort(rows, 0), 0) + 1) / 31)
    mixed = 0.6 * np.corrcoef(scores.T) + 0.4 * np.eye(6)
    exact = ff.gaussian_pid_from_covariance(mixed, (2, 2, 2))
    np.testing.assert_allclose(found.atoms, exact.atoms, atol=1e-12)
