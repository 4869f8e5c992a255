# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T): errors by what each row adds, of labels."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fourfold as ff
from tests.support.tables import drawn


def test_errors_are_those_of_the_strata_and_of_their_shares(rows):
    """A row adds to the atoms of its stratum, and to how much that one weighs."""
    found = ff.conditional_pid(*rows[:3], given=rows[3])
    weights, mean = found.weights, np.array(found.result.atoms)
    within = np.array([part.standard_error for part in found.by_stratum])
    atoms = np.array([part.atoms for part in found.by_stratum])
    expected = (weights**2) @ within**2 + (weights @ atoms**2 - mean**2) / 600
    np.testing.assert_allclose(np.square(found.result.standard_error), expected, rtol=1e-9)
    assert found.result.kink == pytest.approx(
        weights @ [part.kink for part in found.by_stratum], abs=1e-12
    )
    np.testing.assert_allclose(
        found.result.plug_in, weights @ [part.plug_in for part in found.by_stratum]
    )


def test_the_mean_and_each_stratum_have_an_interval(rows):
    found = ff.conditional_pid(*rows[:3], given=rows[3])
    for k, part in enumerate((found.result, *found.by_stratum)):
        interval = part.confidence_interval
        assert interval.method == "influence"
        assert (np.array(interval.low) <= part.atoms).all()
        assert (np.array(interval.high) >= part.atoms).all()
        if k > 0:
            alone = ff.pid(*(column[rows[3] == k - 1] for column in rows[:3]))
            first, second = (np.array(each.standard_error)[[0, 3]] for each in (part, alone))
            np.testing.assert_allclose(
                first, second, rtol=1e-6
            )  # of R and S no halves are needed
    # of three parts of the rows each is less certain than their mean
    assert (np.array(part.standard_error)[3] > found.result.standard_error[3]).all()
    record = json.loads(json.dumps(found.to_dict()))
    assert record["result"]["confidence_interval"]["method"] == "influence"
    assert "95% confidence intervals" in repr(found)


def test_errors_may_be_wanted_without_intervals_and_intervals_without_a_correction(rows):
    x1, x2, y, t = rows
    both = ff.conditional_pid(x1, x2, y, given=t).result
    errors = ff.conditional_pid(x1, x2, y, given=t, confidence_level=None).result
    assert errors.confidence_interval is None
    assert errors.standard_error == both.standard_error
    plain = ff.conditional_pid(x1, x2, y, given=t, bias_correction="none")
    assert plain.result.atoms == both.plug_in
    assert plain.result.confidence_interval.low == both.confidence_interval.low
    assert plain.result.standard_error == both.standard_error
    nothing = ff.conditional_pid(
        x1, x2, y, given=t, bias_correction="none", confidence_level=None
    ).result
    assert nothing.standard_error is None


def test_what_has_no_such_errors_has_none(rows):
    x1, x2, y, t = rows
    for method in ("shuffle", "qe"):
        found = ff.conditional_pid(x1, x2, y, given=t, bias_correction=method).result
        assert found.bias_correction == method
        assert (found.standard_error, found.confidence_interval) == (None, None)
    halves = ff.conditional_pid(x1, x2, y, given=t, bias_correction="qe", n_resamples=50).result
    interval = halves.confidence_interval
    widened = np.hypot(halves.standard_error, interval.bias_error)
    np.testing.assert_allclose(interval.replicates.std(0, ddof=1), widened)
    assert set(interval.sizes.tolist()) == {300}


def test_differences_are_of_rows(rows, rng):
    x1, x2, y, t = rows
    noisy = np.where(rng.random(600) < 0.4, 1 - x1, x1)
    a, b = (ff.conditional_pid(x, x2, y, given=t).result for x in (x1, noisy))
    found = ff.compare(a, b)
    assert found.low.unique1 > 0
    assert found.pvalue.unique1 < 1e-3
    assert ff.compare(a, a).difference == (0, 0, 0, 0)
    width = found.high.unique1 - found.low.unique1
    apart = np.hypot(*(r.standard_error.unique1 for r in (a, b))) * 2 * 1.96
    assert width < 1.3 * apart
    # and with what there is without the condition
    assert ff.compare(a, ff.pid(x1, x2, y)).low.unique1 > 0
    with pytest.raises(ValueError, match="the same samples, got 600 and 599"):
        ff.compare(a, ff.conditional_pid(x1[1:], x2[1:], y[1:], given=t[1:]).result)
    # halves of one of them tell how far it scatters, its rows how it goes with the other
    halves = ff.conditional_pid(noisy, x2, y, given=t, n_resamples=100).result
    mixed = ff.compare(a, halves)
    assert mixed.high.unique1 - mixed.low.unique1 == pytest.approx(width, rel=0.35)


def test_shares_that_scatter_are_in_the_errors(rng):
    """Where T is one, y is x1, else it is nothing: U1 is as uncertain as the share of that."""
    n = 1000
    x1, x2, t = rng.integers(2, size=(3, n))
    y = np.where(t == 1, x1, 0)
    found = ff.conditional_pid(x1, x2, y, given=t).result
    assert found.standard_error.unique1 == pytest.approx(np.sqrt(0.25 / n), rel=0.05)


def test_intervals_hold_the_truth_where_sources_are_alike():
    """Two equal views in each of three strata, and 100 data sets.

    400 others are held in 94 to 98 %, R, U1, U2 and S, and 93 % would fall below 81 once in
    10**5. Nor are they much wider than with halves.
    """
    rng = np.random.default_rng(3)
    truth = np.zeros((4, 4, 4, 3))
    for t, (noise, share) in enumerate(zip((0.1, 0.15, 0.25), (0.5, 0.3, 0.2), strict=True)):
        told = np.eye(4) * (1 - 4 * noise / 3) + noise / 3
        truth[..., t] = share * np.einsum("yi,yj->ijy", told, told) / 4
    exact = sum(
        part.sum() * np.array(ff.decompose(part, tol=1e-8).atoms)
        for part in np.moveaxis(truth, 3, 0)
    )
    assert exact[1] == pytest.approx(0, abs=1e-6)
    held, widths = np.zeros(4), []
    for seed in range(100):
        x1, x2, y, t = drawn(truth, 1500, rng)
        interval = ff.conditional_pid(
            x1, x2, y, given=t, random_state=seed, num_threads=1
        ).result.confidence_interval
        held += (np.array(interval.low) <= exact + 1e-6) & (exact - 1e-6 <= interval.high)
        widths.append(np.subtract(interval.high, interval.low))
    assert held.min() >= 81
    halves = ff.conditional_pid(x1, x2, y, given=t, n_resamples=100).result.confidence_interval
    assert np.mean(widths, 0)[0] < 1.5 * (halves.high.redundancy - halves.low.redundancy)


def test_probabilities_have_them_too(rows, rng):
    x1, x2, y, t = rows
    soft = np.eye(2)[y] * 0.8 + rng.dirichlet([1, 1], 600) * 0.2
    found = ff.conditional_pid(x1, x2, soft, given=t)
    assert found.result.confidence_interval.method == "influence"
    within = np.array([part.standard_error for part in found.by_stratum])
    atoms = np.array([part.atoms for part in found.by_stratum])
    between = found.weights @ atoms**2 - np.array(found.result.atoms) ** 2
    expected = (found.weights**2) @ within**2 + between / 600
    np.testing.assert_allclose(np.square(found.result.standard_error), expected, rtol=1e-9)
    assert ff.compare(found.result, ff.pid(x1, x2, soft)).difference.synergy > 0


def test_halves_are_taken_where_one_solve_does_not_tell(rows):
    found = ff.conditional_pid(*rows[:3], given=rows[3], bias_correction="qe", n_resamples=None)
    assert len(found.result.confidence_interval.replicates) == 200
    labels = ff.conditional_pid(*rows[:3], given=rows[3], n_resamples=None).result
    assert labels.confidence_interval.method == "influence"
