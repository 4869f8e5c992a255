# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Both ends of the estimate of v*, and what ranks take off them."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.estimate import estimate
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.rank_bias import covariance_shift
from fourfold.gaussian.scatters import deal_rows
from fourfold.gaussian.wishart import wishart_draws
from tests.support.gaussians import of_channels


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_both_ends_are_without_bias_where_directions_are_clear(rng):
    """One source of eight columns and 40 rows: the divisor of its Cov(Y|X2) is far from that of X1."""
    cov, sizes = of_channels([[3.0]], np.full((8, 1), 0.1)), (1, 8, 1)
    found = estimate(wishart_draws(cov, np.repeat([3, 2], 8), sizes, 2000, rng))
    exact = closed_form(cov, sizes)
    # .005 is the standard error; the plug-in U1 + U2 puts .07 more into the upper end
    assert found.low.mean() == pytest.approx(exact.mi1, abs=0.02)
    assert found.high.mean() == pytest.approx(exact.mi1, abs=0.02)


def test_the_upper_end_has_less_of_noise_than_the_plug_in(rng):
    cov, sizes = of_channels(np.eye(5), np.eye(5)), (5, 5, 5)
    found = estimate(wishart_draws(cov, np.repeat([8, 7], 8), sizes, 100, rng))
    exact = closed_form(cov, sizes)
    too_much = (found.exact.unique1 + found.exact.unique2).mean() / 2
    assert too_much > 0.4
    assert found.low.mean() == pytest.approx(exact.mi1, abs=0.06)
    assert found.low.mean() < found.high.mean() < exact.mi1 + 0.75 * too_much


def test_what_ranks_take_off_is_given_back_to_the_source_it_was_taken_from(rng):
    """The same rows with and without ranks: X1 tells 1.5 bits more of each column, X2 nothing."""
    cov, sizes = of_channels(4 * np.eye(3), np.eye(3)), (3, 3, 3)
    rows = rng.standard_normal((60, 100, 9)) @ np.linalg.cholesky(cov).T
    found = []
    for values, ranks in ((rows, False), (normal_scores(rows).values, True)):
        scatters = deal_rows(values, sizes, generator=np.random.default_rng(1)).scatters
        shift = covariance_shift(scatters.whole() / scatters.total, 100) if ranks else None
        found.append(estimate(scatters, shift))
    plain, of_ranks = (one.crossed for one in found)
    # without any correction -.3 and 0, with half of it for each source -.17 and .10
    assert (of_ranks.unique1 - plain.unique1).mean() == pytest.approx(0, abs=0.1)
    assert (of_ranks.unique2 - plain.unique2).mean() == pytest.approx(0, abs=0.02)
    for end in ("low", "high"):
        lost = getattr(found[1], end) - getattr(found[0], end)
        assert lost.mean() == pytest.approx(0, abs=0.1)
