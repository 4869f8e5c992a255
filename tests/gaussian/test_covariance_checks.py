# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which block of a covariance is singular, along which direction, and what to do."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fourfold.gaussian.covariance_checks import OF_SAMPLES, check, singular_below
from fourfold.gaussian.factors import factor, least_eigenvalue
from tests.support.gaussians import random_covariance, rotation

SIZES = (2, 2, 2)


def of_columns(*columns):
    """The covariance of combinations of 8 independent columns of variance 1."""
    rows = np.array([np.asarray(column, dtype=float) for column in columns])
    return rows @ rows.T


#: Independent columns.
A, B, C, D, E, F, G, H = np.eye(8)


def message(cov, sizes=SIZES, **options):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the message is what is tested
        check(np.array(cov), sizes, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ((A, A, B, C, D, E), "x1 is singular, of rank 1 with 2 columns: 0.71 x1[0] - 0.71 x1[1] is constant"),
        ((A, B, C, -C, D, E), "x2 is singular, of rank 1 with 2 columns: 0.71 x2[0] + 0.71 x2[1] is constant"),
        ((A, B, C, D, E, E), "y is singular, of rank 1 with 2 columns: 0.71 y[0] - 0.71 y[1] is constant"),
        ((A, B, A + B, D, E, F), "x1 and x2 together are singular, of rank 3 with 4 columns: 0.50 x1[0] + 0.50 x1[1] - 0.71 x2[0] is constant"),
        ((A, B, C, D, A + B, F), "y given x1 is singular, of rank 1 with 2 columns: x1 tells 1.00 y[0] exactly, which is infinite information"),
        ((A, B, C, D, E, C - D), "y given x2 is singular, of rank 1 with 2 columns: x2 tells 1.00 y[1] exactly, which is infinite information"),
        ((A, B, C, D, E, E + A), "y given x1 is singular, of rank 1 with 2 columns: x1 tells 0.58 y[0] - 0.82 y[1] exactly"),
        ((A, B, C, D, A + C, F), "y given x1 and x2 is singular, of rank 1 with 2 columns: x1 and x2 together tell 1.00 y[0] exactly"),
        ((A, B, A + 3e-6 * C, D, E, F), "x1 and x2 together are nearly singular, of rank 3 with 4 columns: 0.71 x1[0] - 0.71 x2[0] has 4e-12 of the variance of a column, which rounding decides"),
        ((A, B, C, D, A + 2e-6 * E, F), "y given x1 is nearly singular, of rank 1 with 2 columns: x1 tells 1.00 y[0] but for 4e-12 of the variance of a column, which rounding decides"),
        ((A, B, 0 * A, D, E, F), "x2[0] is constant, of variance 0; drop that column"),
        ((A, B, C, 1e-150 * D, E, F), "x2[1] has variance 1e-300, too small for its digits; multiply that column"),
    ],
)  # fmt: skip
def test_blocks_are_named(columns, words):
    found = message(of_columns(*columns))
    assert found.startswith(f"cov: {words}"), found


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ((A, B, C, D, E, F, G, G), "t is singular, of rank 1 with 2 columns: 0.71 t[0] - 0.71 t[1] is constant"),
        ((A, G + H, C, D, E, F, G, H), "x1 given t is singular, of rank 1 with 2 columns: t tells 1.00 x1[1] exactly (columns"),
        ((A, B, C, D, E, G, G, H), "y given t is singular, of rank 1 with 2 columns: t tells 1.00 y[1] exactly (columns"),
        ((A, B, C, D, E, A + G, G, H), "y given x1 and t is singular, of rank 1 with 2 columns: x1 and t tell 1.00 y[1] exactly, which is infinite information"),
        ((A, B, A + G, D, E, F, G, H), "x1 and x2 together given t are singular, of rank 3 with 4 columns: "),
    ],
)  # fmt: skip
def test_blocks_are_named_given_t(columns, words):
    assert message(of_columns(*columns), given=2).startswith(f"cov: {words}")


def test_any_number_of_sources():
    three = message(of_columns(A, B, A + B, C), (1, 1, 1, 1))
    assert three.startswith(
        "cov: x1, x2 and x3 together are singular, of rank 2 with 3 columns"
    )
    one = message(of_columns(A, B, A), (2, 1))
    assert one.startswith("cov: y given x1 is singular")
    check(of_columns(A, A + B, B + C, C + D), (1, 1, 1, 1))


def test_remedies_names_and_places():
    cov = np.stack([np.eye(6), of_columns(A, A, B, C, D, E)])
    names = ["height", "length", "c", "d", "e", "f"]
    found = message(cov, names=names, remedy=OF_SAMPLES, place="layer")
    assert found.startswith("layer[1]: x1 is singular")
    assert "0.71 height - 0.71 length is constant" in found
    assert found.endswith('or ask for shrinkage="ledoit-wolf".')
    told = message(of_columns(A, B, C, D, A, F), remedy=OF_SAMPLES)
    assert told.endswith('Leave that combination out, or ask for shrinkage="ledoit-wolf".')
    assert message(of_columns(A, A, B, C, D, E)).endswith("principal components (PCA).")


def test_only_the_largest_weights_are_shown():
    cov = of_columns(*np.eye(8)[:6], np.eye(8)[:6].sum(0), G, H)
    found = message(cov, (7, 1, 1))
    assert re.search(r"0\.29 x1\[\d\] \+ 0\.29 .* - 0\.71 x1\[6\] \+ 3 more is constant", found)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({(0, 1): 2.0}, "x1 has variance -1 along 0.71 x1[0] - 0.71 x1[1]"),
        ({(0, 2): 2.0}, "x1 and x2 together has variance -1 along 0.71 x1[0] - 0.71 x2[0]"),
        ({(0, 4): 0.9, (2, 4): 0.9, (0, 2): -0.9}, "y given x1 has variance"),
    ],
)
def test_what_is_no_covariance_says_so(entries, words):
    cov = np.eye(6)
    for (i, j), value in entries.items():
        cov[i, j] = cov[j, i] = value
    if len(entries) == 3:
        words = "y given x1 and x2 has variance"
    found = message(cov)
    assert "not positive semidefinite" in found
    assert words in found
    assert "in the order x1, x2, y" in found


def test_negative_variances_say_so():
    assert "the variance of x1[1] is -1, below zero" in message(np.diag([1.0, -1, 1, 1, 1, 1]))


def test_scales_are_no_fault(rng):
    scale = 10.0 ** np.array([-30, 30, 0, 10, -30, 30])
    cov = random_covariance(rng, SIZES) * scale * scale[:, None]
    np.testing.assert_array_equal(check(cov, SIZES).scale[0], np.sqrt(np.diag(cov)))
    found = message(of_columns(1e-30 * A, 1e30 * A, B, C, D, E))
    assert "0.71 x1[0] - 0.71 x1[1] is constant" in found


def test_precision_that_numbers_came_in_decides():
    assert singular_below(np.float64) == singular_below(int) == 1e-10
    assert singular_below(np.float32) == pytest.approx(1.9e-6, rel=0.01)
    cov = of_columns(A, B, A + 1e-3 * C, D, E, F)
    check(cov, SIZES, least=singular_below(np.float64))
    assert "nearly singular" in message(cov, least=singular_below(np.float32))


def test_least_eigenvalue_is_bounded(rng):
    cov = random_covariance(rng, (10, 10, 10), (20,))
    factors = factor(cov)
    exact = np.linalg.eigvalsh(factors.scaled)[:, 0]
    found = least_eigenvalue(factors)
    assert (found <= exact * (1 + 1e-9)).all()
    assert (found * 30 >= exact * (1 - 1e-9)).all()


@pytest.mark.parametrize("least", [1e-9, 1e-4, 0.3])
@pytest.mark.parametrize("several", [1, 60, 150])
def test_least_eigenvalue_of_many_columns_is_within_a_tenth(least, several, rng):
    # one, some and all of different sizes
    values = np.append(np.geomspace(least, 1, several), np.ones(150 - several))
    turn = rotation(rng, 150)
    factors = factor(np.stack([turn @ (values[:, None] * turn.T), turn @ turn.T]))
    exact = np.linalg.eigvalsh(factors.scaled)[:, 0]
    found = least_eigenvalue(factors)
    rounded = 1e-14  # of eigenvalues of a matrix of norm one
    assert (found <= exact + rounded).all()
    assert (found * 10 >= exact - rounded).all()


def test_many_columns_are_refused_as_few_are(rng):
    columns = rng.standard_normal((400, 160))
    columns[:, 7] = columns[:, 90] + columns[:, 20]
    words = message(np.cov(columns, rowvar=False), (80, 60, 20))
    assert "x1 and x2 together are singular" in words
    assert {"x1[7]", "x1[20]", "x2[10]"} <= set(words.split())


def test_a_pivot_is_no_measure_of_what_is_singular():
    # Kahan's matrix: no pivot of the Cholesky factor is small, one eigenvalue is
    size, cosine = 24, 0.6
    sine = np.sqrt(1 - cosine**2)
    root = np.diag(sine ** np.arange(size)) @ (
        np.eye(size) - cosine * np.triu(np.ones((size, size)), 1)
    )
    cov = root.T @ root
    scaled = factor(cov).root
    assert np.diag(scaled).min() ** 2 > 1e-8
    words = message(cov, (12, 11, 1))
    assert "singular" in words
