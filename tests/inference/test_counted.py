# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts decomposed as their rows: to the bit, of any number of samples, and of weights."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in
from tests.support.said import said
from tests.support.tables import drawn

pytestmark = ignore_undersampled

#: Every way to a number of `pid`.
ASKED = [
    {},
    {"bias_correction": "none"},
    {"bias_correction": "bayes"},
    {"bias_correction": "linear"},
    {"bias_correction": "shuffle"},
    {"bias_correction": "qe"},
    {"n_resamples": 30},
    {"bias_correction": "qe", "n_resamples": 30},
    {"bias_correction": "linear", "n_resamples": 30},
    {"confidence_level": None},
]


@pytest.fixture(scope="module")
def truth():
    """R .10, U1 .12, U2 .12 and S .36 bits."""
    p = np.random.default_rng(2).gamma(0.4, size=(4, 4, 4))
    return p / p.sum()


@pytest.fixture
def rows(truth, rng):
    return drawn(truth, 640, rng)


@pytest.mark.parametrize("options", ASKED, ids=str)
def test_counts_rows_and_tables_give_the_same_to_the_bit(rows, options, rng):
    expected = ff.pid(*rows, **options)
    order = rng.permutation(640)
    counts = ff.Counts.from_labels(*(column[:200] for column in rows))
    counts += ff.Counts.from_labels(*(column[200:] for column in rows))
    found = [ff.pid(*(column[order] for column in rows), **options), ff.pid(counts, **options)]
    found.append(ff.decompose(counts, **options))
    asked = {"bias_correction": "auto", "confidence_level": 0.95} | options
    found.append(ff.decompose(counts.table(), **asked))
    for result in found:
        assert result.to_dict() == expected.to_dict()
        np.testing.assert_array_equal(result.coupling(), expected.coupling())
        np.testing.assert_array_equal(result.dual.log2_a, expected.dual.log2_a)
        if expected.confidence_interval is not None:
            np.testing.assert_array_equal(
                result.confidence_interval.replicates, expected.confidence_interval.replicates
            )


@settings(max_examples=25)
@given(
    st.lists(st.tuples(*(st.integers(0, 2),) * 3), min_size=8, max_size=40).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(rows))
    ),
    st.permutations(["b", "a", "c"]),
)
def test_neither_the_order_of_rows_nor_names_matter(both, names):
    one, other = (np.array(rows).T for rows in both)
    expected = ff.pid(*one, n_resamples=25)
    assert ff.pid(*other, n_resamples=25).to_dict() == expected.to_dict()
    called = ff.pid([names[k] for k in other[0]], other[1], 7 - other[2], n_resamples=25)
    np.testing.assert_allclose(called.atoms, expected.atoms, rtol=0, atol=2e-4)
    intervals = called.confidence_interval, expected.confidence_interval
    np.testing.assert_allclose(*(each.replicates for each in intervals), rtol=0, atol=1e-2)


def test_more_rows_than_are_looked_at_in_python(rng):
    """Of a million rows the same as of their counts, which say nothing of the rows."""
    x1, x2 = rng.integers(0, 16, (2, 1_000_000), dtype=np.int8)
    y = (x1 + x2 + rng.integers(0, 3, 1_000_000, dtype=np.int8)) % 5
    rows, counts = ff.pid(x1, x2, y), ff.pid(ff.Counts.from_labels(x1, x2, y))
    assert rows.to_dict() == counts.to_dict()
    assert ff.compare(rows, rows).paired
    assert not ff.compare(rows, counts).paired


# -- any number of samples -------------------------------------------------------------


@pytest.mark.parametrize("n_resamples", [0, 200])
def test_a_billion_samples_have_smaller_errors_and_keep_them(truth, n_resamples):
    exact = np.array(ff.decompose(truth, tol=1e-10).atoms)
    rng, errors = np.random.default_rng(4), []
    for n in (10**6, 10**9):
        counts = ff.Counts.from_table(rng.multinomial(n, truth.ravel()).reshape(4, 4, 4))
        result = ff.pid(counts, n_resamples=n_resamples, tol=1e-9)
        interval = result.confidence_interval
        errors.append(np.array(result.standard_error))
        assert (np.abs(np.array(result.atoms) - exact) < 2.5 * errors[-1]).all()
        if n_resamples:
            scatter = np.sqrt(interval.scatter.covariance.diagonal())
            np.testing.assert_allclose(scatter, errors[-1], rtol=0.25)  # 5 % by 200 halves
            assert (np.abs(interval.sizes / n - 0.5) < 5 * n**-0.5).all()
            assert (len(np.unique(interval.sizes)) > 100) is (n == 10**9)
        else:
            assert interval.sizes is None
    np.testing.assert_allclose(errors[0] / errors[1], np.sqrt(1000), rtol=0.1)


@pytest.mark.parametrize("method", ["chao", "bayes", "linear", "shuffle", "qe"])
def test_every_correction_takes_a_billion_samples(truth, method):
    table = np.random.default_rng(4).multinomial(2 * 10**9, truth.ravel()).reshape(4, 4, 4)
    result = ff.decompose(table, bias_correction=method, tol=1e-9)
    assert result.bias_correction == method
    exact = np.array(ff.decompose(truth, tol=1e-10).atoms)
    np.testing.assert_allclose(result.atoms, exact, atol=1e-4)


def test_counts_beyond_what_doubles_tell_apart(truth):
    counts = np.rint(truth * 2**60).astype(np.int64)
    result = ff.decompose(counts, bias_correction="auto", tol=1e-9)
    assert result.n_samples == counts.sum()
    exact = ff.decompose(truth, tol=1e-9)
    np.testing.assert_allclose(result.atoms, exact.atoms, atol=1e-6)
    assert 0 < result.standard_error.synergy < 1e-7
    with pytest.raises(OverflowError, match="more than an int64 holds"):
        ff.decompose(np.full((2, 2, 2), 2**61), bias_correction="auto")


# -- weights ---------------------------------------------------------------------------


@pytest.fixture
def weighted(rows, rng):
    return ff.Counts.from_labels(*rows, weights=rng.gamma(2.0, size=640))


def test_of_weights_there_are_the_frequencies_alone(weighted):
    table = weighted.table()
    expected = ff.decompose(table / table.sum(), tol=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for result in (ff.pid(weighted, tol=1e-9), ff.decompose(weighted, tol=1e-9)):
            np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=1e-8)
            assert result.atoms == result.plug_in
            assert result.bias_correction == "none"
            for name in ("n_samples", "bias", "samples_per_cell", "undersampled"):
                assert getattr(result, name) is None
            assert result.standard_error is result.confidence_interval is None
            assert result.effective_samples == weighted.effective_samples
            assert result.to_dict()["effective_samples"] == weighted.effective_samples
            words = f"weights         {weighted.effective_samples:.6g} effective samples"
            assert words in repr(result)
    assert ff.pid(weighted, n_resamples=None).confidence_interval is None


@pytest.mark.parametrize("method", ["chao", "bayes", "linear", "shuffle", "qe"])
def test_what_needs_samples_refuses_weights(weighted, method):
    message = f"bias_correction: '{method}' needs whole numbers of samples.* 'auto' or 'none'"
    for decompose in (ff.pid, ff.decompose):
        with pytest.raises(ValueError, match=message):
            decompose(weighted, bias_correction=method)
        with pytest.raises(ValueError, match="n_resamples: intervals need whole numbers"):
            decompose(weighted, n_resamples=50)
    with pytest.raises(ValueError, match=r"a is of weights .* no errors are known"):
        ff.compare(ff.pid(weighted), ff.pid(weighted))


def test_an_estimator_says_what_weights_are_worth(rng):
    x1, x2 = rng.normal(size=(2, 200, 2))
    weights = rng.gamma(2.0, size=200)
    estimator = ff.PIDEstimator(3, random_state=0, n_init=1, probe=False)
    result = estimator.fit(x1, x2, x1[:, 0] > 0, sample_weight=weights).result_
    assert result.effective_samples == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert result.n_samples is None


def test_weights_that_are_whole_are_samples(rows):
    twice = ff.Counts.from_labels(*rows, weights=np.full(640, 2.0))
    again = [np.concatenate([column, column]) for column in rows]
    assert ff.pid(twice).to_dict() == ff.pid(*again).to_dict()


# -- what decompose takes --------------------------------------------------------------


def test_an_array_stays_as_it_is_unless_asked(rows):
    table = ff.Counts.from_labels(*rows).table()
    plain = ff.decompose(table)
    assert plain.bias_correction == "none"
    assert plain.standard_error is plain.confidence_interval is None
    assert ff.decompose(table, bias_correction="none").to_dict() == plain.to_dict()
    np.testing.assert_allclose(plug_in(*rows).atoms, plain.atoms, atol=1e-4)
    corrected = ff.decompose(table, bias_correction="auto")
    assert corrected.confidence_interval.confidence_level == 0.95
    assert ff.decompose(table, n_resamples=25).confidence_interval.method == "halves"
    bare = ff.decompose(table, bias_correction="auto", confidence_level=None)
    assert bare.standard_error is not None
    assert bare.confidence_interval is None
    interval = ff.decompose(table, confidence_level=0.8).confidence_interval
    assert interval.confidence_level == 0.8
    assert interval.estimate == ff.decompose(table, bias_correction="chao").atoms
    seeds = [
        ff.decompose(table, bias_correction="auto", random_state=seed).atoms
        for seed in (0, 0, 1)
    ]
    assert seeds[0] == seeds[1] == corrected.atoms != seeds[2]


def test_whole_doubles_are_counts_and_a_start_is_taken(rows):
    counts = ff.Counts.from_labels(*rows)
    expected = ff.decompose(counts)
    table = counts.table().astype(float)
    assert ff.decompose(table, bias_correction="auto").to_dict() == expected.to_dict()
    fine = ff.decompose(counts.table(), tol=1e-8)
    warm = ff.decompose(counts, warm_start=fine, tol=1e-3)
    assert warm.iterations == 0
    np.testing.assert_allclose(warm.atoms, expected.atoms, atol=1e-3)
    with pytest.raises(
        ValueError, match="warm_start: expected a decomposition of as many states"
    ):
        ff.decompose(counts, warm_start=ff.decompose(ff.gates.XOR.pmf))


def test_it_is_never_made_dense():
    """Tables of 27 million cells, of which 300 samples are in a few, and of more than 10**5."""
    rng = np.random.default_rng(0)
    labels = rng.integers(10**9, size=(2, 300))
    scattered = ff.Counts.from_labels(*labels, rng.integers(3, size=300))
    assert ff.decompose(scattered, n_resamples=25).n_samples == 300
    narrow = ff.Counts.from_labels(*(labels % 10), labels[0] % 3)
    wider = ff.Counts(states=(np.arange(3000), np.arange(3000), np.arange(3))) + narrow
    assert wider.shape == (3000, 3000, 3)
    one, other = (ff.decompose(counts, tol=1e-7).atoms for counts in (narrow, wider))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("pmf", "options", "message"),
    [
        (ff.gates.AND.pmf, {"bias_correction": "chao"}, "need counts, .* got 0.25 at index"),
        (ff.gates.AND.pmf, {"n_resamples": 25}, "n_resamples, confidence_level: need counts"),
        (np.ones((2, 2, 2, 2), int), {"bias_correction": "auto"}, "of a batch .* pmf\\]"),
        (np.ones((2, 2), int), {"bias_correction": "auto"}, "pmf: expected at least 3 axes"),
        (np.zeros((2, 2, 2), int), {"bias_correction": "auto"}, "pmf: all entries are zero"),
        (np.full((2, 2, 2), -1), {"bias_correction": "auto"}, "pmf: entries must be non-neg"),
        (np.full((2, 2, 2), 2.0**60), {"bias_correction": "auto"}, "up to 2\\*\\*53"),
        (np.full((2, 2, 2), 9), {"bias_correction": "best"}, "bias_correction: "),
        (np.full((2, 2, 2), 9), {"confidence_level": "high"}, "confidence_level: "),
        (np.full((2, 2, 2), 9), {"random_state": -1, "n_resamples": 25}, "random_state: "),
        (ff.Counts(), {}, "pmf: these counts hold no samples"),
        (ff.Counts.from_labels([0, 1], [0, 1], [0, 1]), {"n_resamples": 25}, "at least 8"),
    ],
)
def test_what_it_cannot_correct_is_refused(pmf, options, message):
    with pytest.raises(ValueError, match=message):
        ff.decompose(pmf, **options)


def test_mixtures_are_refused(rows):
    counts = ff.Counts.from_labels(*rows)
    for columns, name in (
        ((counts, rows[1], rows[2]), "x2"),
        ((counts, None, rows[2]), "y"),
        ((rows[0], counts, rows[2]), "x2"),
        ((rows[0],), "x2"),
        (rows[:2], "y"),
    ):
        with pytest.raises(TypeError, match=f"^{name}: "):
            ff.pid(*columns)
    with pytest.raises(ValueError, match="x1: these counts hold no samples"):
        ff.pid(ff.Counts())


def test_the_warning_sends_nobody_to_rows(rng):
    counts = ff.Counts.from_labels(*rng.integers(6, size=(3, 500)))
    with pytest.warns(ff.UndersampledWarning):
        words = said(ff.decompose(counts.table()))
    assert "Use bias_correction='auto' of fourfold.pid or fourfold.decompose" in words
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert re.match("PID in bits", repr(ff.decompose(counts)))
