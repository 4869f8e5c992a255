# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The bias of the union information: where it is known exactly, and on populations.

No number of the correction was chosen on the populations here.
"""

import numpy as np
import pytest

from fourfold.inference.union.bias import Corrected, corrected, union_bias, union_share
from fourfold.inference.union.counted import Told
from fourfold.inference.union.intervals import Ends, ends_of, intervals
from fourfold.inference.union.union_information import union_information
from fourfold.solve.union.from_marginals import union_information_from_marginals

SUBSETS = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
BIAS = np.array([0.1, 0.2, 0.3])
SINGLE = np.array([0.5, 0.4, 0.3])


def told(union):
    information = np.array([*SINGLE, 0.9, 0.9, 0.9, 1.2])[:, None]
    off = np.array([*BIAS, 0.5, 0.5, 0.5, 0.6])[:, None]
    return Told(information, information - off, np.array(union)[:, None], np.zeros((7, 1)))


def test_a_share_of_the_bias_of_all_sources_where_they_differ():
    found = union_bias(SUBSETS, told([*SINGLE, 0.7, 0.65, 0.6, 0.8]))[:, 0]
    assert found[:3] == pytest.approx(BIAS)
    assert found[3] == pytest.approx(union_share(2) * 0.3)
    assert found[6] == pytest.approx(union_share(3) * 0.6)


def test_a_subset_that_tells_no_more_than_a_part_has_its_bias():
    found = union_bias(SUBSETS, told([*SINGLE, 0.7, 0.5, 0.6, 0.7]))[:, 0]
    assert found[4] == pytest.approx(0.1)  # x1 tells what x1 and x3 do
    assert found[6] == pytest.approx(found[3])  # x1 and x2 tell what all do


def test_sources_that_tell_nothing_alike_add_their_biases():
    found = union_bias(SUBSETS, told([*SINGLE, 0.9, 0.8, 0.7, 1.2]))[:, 0]
    assert found[3:] == pytest.approx([0.3, 0.4, 0.5, 0.6])


def test_halves_extrapolate_at_both_rates():
    whole = told([*SINGLE, 0.7, 0.65, 0.6, 0.8])
    halves = Told(*(np.repeat(part, 8, axis=1) for part in whole))
    same = corrected(SUBSETS, whole, halves)
    np.testing.assert_allclose(same.unions[0], same.unions[1])
    np.testing.assert_allclose(same.information, whole.chao[:, 0])
    slow = corrected(SUBSETS, whole, halves._replace(upper=halves.upper + 0.1))
    assert same.union[6] - slow.unions[1, 6] == pytest.approx(0.1 * 2 / 3)
    assert slow.kink[6] == pytest.approx(0.1 * (1 / (2**0.5 - 1) - 2 / 3))
    assert (slow.kink[:3] == 0).all()  # of one source nothing is solved


def channels(name):
    rng = np.random.default_rng(77)
    if name == "random":
        return [rng.dirichlet([0.6] * 4, 3).T for _ in range(3)]
    one = rng.dirichlet([0.8] * 4, 3).T
    if name == "equal":
        return [one] * 3
    return [one, np.full((4, 3), 0.25), rng.dirichlet([0.6] * 4, 3).T]  # one says nothing


@pytest.mark.parametrize("name", ["random", "equal", "one of noise"])
def test_intervals_hold_the_truth_and_most_of_the_bias_goes(name):
    given = channels(name)
    table = np.einsum("iy,jy,ky->ijky", *given) / 3
    marginals = [channel / 3 for channel in given]
    union = union_information_from_marginals(marginals, subsets=[(0, 1, 2)])
    free = table.sum(3, keepdims=True) / 3
    information = float((table * np.log2(table / free)).sum())
    truth = np.array([information, union.union_information[0]])
    truth = np.array([*truth, truth[0] - truth[1]])
    rng, n, draws = np.random.default_rng(5), 600, 20
    found, plain, held = [], [], []
    for _ in range(draws):
        *sources, y = np.unravel_index(rng.choice(table.size, n, p=table.ravel()), table.shape)
        result = union_information(sources, y, subsets=[(0, 1, 2)])
        ends = result.confidence_interval
        low, high = (np.array([part[0] for part in end]) for end in (ends.low, ends.high))
        held.append((low <= truth) & (truth <= high))
        found.append([result.information[0], result.union_information[0], result.synergy[0]])
        plain.append([part[0] for part in result.plug_in])
    bias, before = np.mean(found, axis=0) - truth, np.mean(plain, axis=0) - truth
    noise = 3 * np.std(found, axis=0) / draws**0.5
    assert (np.abs(bias) <= 0.6 * np.abs(before) + noise).all()
    assert (before[[0, 2]] > 0.05).all()  # there was something to correct
    assert (np.sum(held, axis=0) >= 16).all()  # fewer of 20 at 95 %: 3 in a thousand


def test_the_interval_of_a_corrected_union_holds_wherever_the_solves_are_in_theirs():
    subsets = [(0,), (1,), (0, 1)]
    information = np.array([[0.5], [0.4], [0.7]])

    def found(whole, halves, gap):
        """The corrected union where v* of all samples and of halves are these."""
        parts = [
            Told(information, information - 0.01, np.array([[0.5], [0.4], [upper]]), np.array([[0], [0], [g]]))
            for upper, g in ((whole, gap), (halves, gap))
        ]  # fmt: skip
        estimate = corrected(subsets, *parts)
        return estimate.union[2], estimate.gap[2]

    reported, gap = found(0.6, 0.65, 0.003)
    ends = [found(0.6 - a, 0.65 - b, 0.0)[0] for a in (0, 0.003) for b in (0, 0.003)]
    assert max(ends) == pytest.approx(reported, abs=1e-12)
    assert min(ends) == pytest.approx(reported - gap, abs=1e-12)


def test_intervals_end_where_the_information_about_y_does():
    middle, error = np.array([[0.9], [0.5], [0.4]]), np.array([[0.2], [0.2], [0.4]])
    ends = Ends(middle, middle, middle, error, np.zeros((3, 1)))
    found = intervals(ends, np.zeros(1), np.zeros(1, bool), (np.ones(1), 0.0), 0.95)
    assert found.high.information[0] == 1
    assert found.high.synergy[0] == pytest.approx(1 - found.low.union_information[0])


def test_what_a_second_estimate_of_the_information_differs_by_is_an_error_of_the_bias():
    bits = np.array([0.9])
    estimate = Corrected(bits, np.full((2, 1), 0.5), np.array([[0.9], [0.5]]), np.zeros(1))
    plug_in = np.array([[1.0], [0.52]])
    one, other = (
        ends_of(plug_in, estimate, np.zeros((3, 1)), second)
        for second in (np.array([np.nan]), bits - 0.3)
    )
    assert (other.bias_error[::2] > one.bias_error[::2] + 0.1).all()
    assert other.bias_error[1] == one.bias_error[1]
