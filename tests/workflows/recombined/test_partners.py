# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What few answers of a row say of their mean."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.workflows.recombined.designs import drawn_pairs
from fourfold.workflows.recombined.partners import bits, of_few_partners, of_many_partners


def drawn(rng, rows, partners, classes, soft):
    """Answers of rows (rows, partners, classes), and the means that they are drawn from."""
    means = rng.dirichlet(np.full(classes, 1.5), rows)
    if soft:
        return rng.gamma(5 * means[:, None] * np.ones((1, partners, 1))) + 1e-9, means
    levels = rng.random((rows, partners, 1))
    labels = (np.cumsum(means, 1)[:, None, :-1] < levels).sum(2)
    return np.eye(classes)[labels], means


@pytest.mark.parametrize("soft", [True, False])
def test_four_answers_and_a_weak_classifier_have_little_bias(soft, rng):
    answers, means = drawn(rng, 4000, 4, 4, soft)
    answers /= answers.sum(2, keepdims=True)
    classes = means.mean(0)
    weak = 0.5 * means + 0.5 * classes
    truth = bits(means).mean()
    found = of_few_partners(answers, classes, weak)
    plug_in = bits(answers.mean(1)).mean()
    held_out = found.slopes.mean()
    assert held_out < truth < plug_in
    assert abs(found.values.mean() - truth) < 0.25 * min(truth - held_out, plug_in - truth)


def test_many_answers_need_no_classifier(rng):
    answers, means = drawn(rng, 1000, 60, 4, soft=False)
    found = of_many_partners(answers, means.mean(0))
    truth, plug_in = bits(means).mean(), bits(answers.mean(1)).mean()
    assert abs(found.values.mean() - truth) < 0.2 * abs(plug_in - truth)


def test_no_pair_of_the_permutation_occurs_twice_or_is_of_one_sample(rng):
    for rows, calls in ((7, 6), (50, 4)):
        pairs = drawn_pairs("permutation", rows, rows, calls, rng)
        assert len({*zip(pairs.first, pairs.second, strict=True)}) == rows * calls
        assert (pairs.first != pairs.second).all()
        assert set(np.bincount(pairs.first)) == set(np.bincount(pairs.second)) == {calls}


@pytest.mark.parametrize("rows", [(500, 500), (500, 40), (30, 800), (24, 24)])
def test_grids_are_of_different_samples_and_about_as_large_as_asked(rows, rng):
    pairs = drawn_pairs("grid", *rows, 4, rng)
    assert len(pairs.first) == len(pairs.rows1) * len(pairs.rows2)
    assert len({*zip(pairs.first, pairs.second, strict=True)}) == len(pairs.first)
    assert len(pairs.first) <= 4 * max(rows)
    if rows != (24, 24):
        assert len(pairs.first) > 3.5 * max(rows)
    if rows[0] == rows[1]:
        assert not {*pairs.rows1} & {*pairs.rows2}


@pytest.mark.parametrize(
    ("design", "rows", "calls", "said"),
    [
        ("permutation", (9, 9), 9, "2 to 8 partners"),
        ("permutation", (9, 9), 1, "2 to 8 partners"),
        ("permutation", (9, 8), 4, "design='grid'"),
        ("grid", (5, 5), 4, "at least 3 x 3"),
    ],
)
def test_too_few_rows_are_refused(design, rows, calls, said, rng):
    with pytest.raises(ValueError, match=said):
        drawn_pairs(design, *rows, calls, rng)


def test_rows_with_mixed_answers_among_such_as_have_one_are_not_blown_up(rng):
    """As of a tree: most rows always answer alike, some by either class, whose few answers may agree."""
    means, others = np.eye(10)[rng.integers(10, size=(2, 3000))]
    means[:600] = (means[:600] + others[:600]) / 2
    levels = rng.random((3000, 4, 1))
    answers = np.eye(10)[(np.cumsum(means, 1)[:, None, :-1] < levels).sum(2)]
    classes = means.mean(0)
    found = of_few_partners(answers, classes, 0.5 * means + 0.5 * classes)
    assert found.values.mean() == pytest.approx(bits(means).mean(), abs=0.05)
