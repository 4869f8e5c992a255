# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What bins of a Gaussian target keep, against published figures, another rule and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import entr, ndtr, ndtri
from scipy.stats import norm

import fourfold as ff
from fourfold.results.kept_by_bins import (
    binned_information,
    bits_of_bins,
    kept_share,
    unbinned_information,
)
from tests.support.processes import output_of

BINS = (2, 4, 8, 16, 32)
#: X = h Y + N(0, 1) in K equally likely bins of Y: bits by a solver on a fine grid of X, to .001.
SOLVED = {
    1.0: (0.278, 0.409, 0.463, 0.485, 0.493),
    2.0: (0.539, 0.877, 1.040, 1.110, 1.139),
    0.5: (0.099, 0.136, 0.152, 0.158, 0.160),
    0.3: (0.039, 0.052, 0.058, 0.061, 0.062),
}


@pytest.mark.parametrize("gain", SOLVED)
def test_bits_of_equal_bins(gain):
    information = 0.5 * math.log2(1 + gain**2)
    found = [binned_information(information, np.full(k, 1 / k)) for k in BINS]
    np.testing.assert_allclose(found, SOLVED[gain], atol=1.6e-3)


@settings(max_examples=12)
@given(
    information=st.floats(0.01, 5),
    shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=6),
)
def test_bits_by_adaptive_quadrature(information, shares):
    shares = np.array(shares) / sum(shares)
    edges = ndtri(np.cumsum(shares)[:-1])
    spread = 2.0**-information
    slope = math.sqrt(1 - spread**2)

    def noise(x):
        below = ndtr((edges - slope * x) / spread)
        return norm.pdf(x) * entr(np.diff(below, prepend=0, append=1)).sum()

    steep = [edge / slope for edge in edges if abs(edge / slope) < 8]
    noisy, _ = quad(noise, -9, 9, points=steep, limit=400, epsabs=1e-9)
    expected = (entr(shares).sum() - noisy) / math.log(2)
    assert abs(binned_information(information, shares) - expected) < 1e-6


@given(shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=8), information=st.floats(0, 3))
def test_bins_lose_and_finer_ones_lose_less(shares, information):
    shares = np.array(shares) / sum(shares)
    bits = binned_information(information, shares)
    assert 0 <= bits <= min(information, bits_of_bins(shares)) + 1e-9
    finer = np.repeat(shares / 2, 2)
    assert binned_information(information, finer) >= bits - 1e-9
    assert unbinned_information(bits, shares) == pytest.approx(information, abs=1e-4)


@pytest.mark.parametrize("shares", [np.full(16, 1 / 16), np.array([0.7, 0.2, 0.1])])
def test_little_information_is_the_limit(shares):
    assert kept_share(1e-4, shares) == pytest.approx(kept_share(0.0, shares), abs=1e-4)
    assert kept_share(0.0, shares) < 1
    assert unbinned_information(0.0, shares) == 0.0


def test_an_empty_bin_keeps_nothing():
    with_empty = np.array([0.5, 0.0, 0.5])
    assert kept_share(0.4, with_empty) == pytest.approx(kept_share(0.4, np.full(2, 0.5)))
    assert kept_share(0.0, with_empty) == pytest.approx(2 / math.pi)  # of a median split


def test_kept_is_what_is_lost_in_a_large_sample(rng):
    y = rng.normal(size=200_000)
    target = ff.bin_target(y, 6)
    x = np.floor(40 * ndtr((y + rng.normal(size=y.size)) / math.sqrt(2))).astype(int)
    result = ff.pid(x, np.zeros(y.size, int), target.codes, confidence_level=None)
    # 40 states of x lose less than .01 bits of the half bit that it tells
    assert 0.96 * target.kept(0.5) * 0.5 < result.mi1 < target.kept(0.5) * 0.5 + 0.004


@pytest.mark.parametrize("information", [-0.1, math.inf, math.nan, "much", True])
def test_kept_of_what_is_no_information(information):
    with pytest.raises(ValueError, match="information: expected a finite number"):
        ff.bin_target(np.arange(20.0), 4).kept(information)


def test_words_and_plain_values(rng):
    y = rng.normal(size=4000)
    x = np.digitize(y + rng.normal(size=4000), [-1, 0, 1])
    result = ff.pid(x, x, y, target_bins=True)
    share = result.target_bins.kept_of_binned(result.mi_joint)
    words = (
        f"16 quantile bins of y, which keep about {100 * share:.0f} % of I(X1,X2;Y) if Gaussian"
    )
    assert words in repr(result)
    assert 0.95 < share < 0.98
    record = result.to_dict()["target_bins"]
    assert record["kept_if_gaussian"] == share
    assert record["asked"] == 16
    assert np.shape(record["edges"]) == (15,)
    assert ff.pid(x, x, x).to_dict()["target_bins"] is None
    given = ff.pid(x, x, y, target_bins=[0.0]).target_bins
    assert given.words(0.3).startswith("2 bins of y, which keep about")
    assert given.words(0.999) == "2 bins of y, which hold at most 1.00 bits"
    assert given.words(math.nan) == "2 bins of y"
    np.testing.assert_array_equal(given.codes([-1.0, 0.0, 1e-9]), [0, 0, 1])
    beyond = ff.pid(x, x, y, target_bins=[50.0, 60.0]).target_bins
    assert beyond.words(0.0) == "3 bins of y, 2 of them empty, which hold at most 0.00 bits"


@pytest.mark.parametrize("information", [7.9, 8.1, 20.0, 60.0, 1e5])
def test_much_information_tells_all_bins(information):
    shares = np.full(8, 1 / 8)
    bits = binned_information(information, shares)
    # all but rows as near to an edge as y is uncertain, each of which is in doubt by a bit
    density = norm.pdf(ndtri(np.arange(1, 8) / 8)).sum()
    doubt = quad(lambda z: entr(ndtr(z)) + entr(ndtr(-z)), -9, 9)[0] / math.log(2)
    assert bits == pytest.approx(3 - density * doubt * 2.0**-information, abs=2e-6)


def test_results_do_not_load_what_few_need():
    code = "import sys, fourfold; fourfold.pid; print('scipy.optimize' in sys.modules)"
    assert output_of(code) == "False\n"
