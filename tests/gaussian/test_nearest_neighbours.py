# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Mutual information by nearest neighbours against its definition, others' code and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_regression

from fourfold.gaussian.dependence.nearest_neighbours import information_terms


@pytest.mark.parametrize("sizes", [(1, 1), (2, 1), (1, 3), (3, 2)], ids=str)
@pytest.mark.parametrize("k", [1, 5])
def test_terms_are_those_of_the_definition(rng, sizes, k):
    x, y = (rng.standard_normal((60, size)) for size in sizes)
    of_x, of_y = (np.abs(v[:, None] - v[None]).max(2) for v in (x, y))
    radius = np.sort(np.maximum(of_x, of_y), axis=1)[:, k]  # the first is the row itself
    near = [(distance < radius[:, None]).sum(1) - 1 for distance in (of_x, of_y)]
    expected = digamma(k) + digamma(60) - digamma(near[0] + 1) - digamma(near[1] + 1)
    np.testing.assert_allclose(information_terms(x, y, k), expected / np.log(2), rtol=1e-12)


def test_it_is_what_scikit_learn_finds(rng):
    x = rng.standard_normal((400, 1))
    y = np.sin(2 * x) + 0.5 * rng.standard_normal((400, 1))
    x, y = x / x.std(), y / y.std()
    # it adds noise of 1e-10, which may change the order of two neighbours
    theirs = mutual_info_regression(x, y[:, 0], n_neighbors=5, random_state=0)[0] / np.log(2)
    assert information_terms(x, y).mean() == pytest.approx(theirs, abs=1e-3)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 1), (2, 2)])
@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.9])
def test_gaussians_have_what_the_closed_form_says(rng, first, second, correlation):
    """One pair of columns correlated, the others independent."""
    x, y = rng.standard_normal((4000, first)), rng.standard_normal((4000, second))
    y[:, 0] = correlation * x[:, 0] + np.sqrt(1 - correlation**2) * y[:, 0]
    exact = -np.log2(1 - correlation**2) / 2
    terms = information_terms(x, y)
    # Kraskov et al. (2004), figures 4 and 12: low in more dimensions, by less than a twentieth here
    allowed = 4 * 1.4 * terms.std() / np.sqrt(4000)
    assert -allowed - 0.05 * exact * (first + second - 2) < terms.mean() - exact < allowed
