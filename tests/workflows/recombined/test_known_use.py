# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Shares of use of models of which it is known what they use."""

# ruff: noqa: ARG005  # models have two inputs, whatever they use

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import entr, expit, ndtri, softmax
from scipy.stats import qmc

import fourfold as ff

ROWS = 400


def correlated(rng, rows, columns=3):
    """Two inputs that have most in common."""
    shared = rng.standard_normal((rows, columns))
    return [
        np.sqrt(0.8) * shared + np.sqrt(0.2) * rng.standard_normal(shared.shape) for _ in "ab"
    ]


def soft(scores):
    return softmax(np.stack([scores, -scores, 0.5 * scores**2], 1), axis=1)


MODELS = {
    "first": lambda a, b: soft(2 * a[:, 0]),
    "second": lambda a, b: soft(2 * b[:, 1]),
    "sum": lambda a, b: soft(1.5 * a[:, 0] + b[:, 1]),
    "product": lambda a, b: soft(2 * a[:, 0] * b[:, 0]),
    "gate": lambda a, b: soft(2 * a[:, 0] * expit(6 * b[:, 2])),
}


def truth(predict, rows=512):
    """Informations of evenly spread rows, each with each of the other."""
    # turned by a half in place of scrambled: the seed has another name in old versions of SciPy
    even = qmc.Sobol(6, scramble=False).random(rows)
    x1, x2 = np.split(ndtri((even + 0.5 / rows) % 1), 2, axis=1)
    asked = [predict(np.repeat(row[None], rows, 0), x2) for row in x1]
    table = np.array(asked)
    found, *noise = (
        float(entr(p).sum(-1).mean() / np.log(2))
        for p in (table.mean((0, 1)), table.mean(1), table.mean(0), table)
    )
    return tuple(found - each for each in noise)


@pytest.mark.parametrize("name", MODELS)
def test_use_is_that_of_the_model_where_inputs_are_correlated(name, rng):
    mi1, mi2, joint = truth(MODELS[name])
    share = (mi1 + joint - mi2) / (2 * joint)
    for design in ("permutation", "grid"):
        x1, x2 = correlated(rng, ROWS if design == "permutation" else 4 * ROWS)
        found = ff.recombined_pid(MODELS[name], x1, x2, design=design, random_state=1)
        assert abs(found.use[0] - share) < (0.05 if design == "permutation" else 0.1)
        assert abs(found.use[0] - share) < 3 * found.use_error + 0.01
        assert sum(found.use) == pytest.approx(1)
        assert found.result.mi_joint == pytest.approx(joint, abs=0.08)
        atoms = found.result.atoms
        assert atoms.synergy >= atoms.redundancy - 0.02  # of independent sources
        told = atoms.unique1 + (atoms.redundancy + atoms.synergy) / 2
        assert found.use[0] == pytest.approx(told / found.result.mi_joint, abs=1e-3)


def test_rows_as_they_come_say_otherwise_of_a_model_of_one_input(rng):
    x1, x2 = correlated(rng, ROWS)
    labels = [np.digitize(x[:, 0], [-0.7, 0, 0.7]) for x in (x1, x2)]
    came = ff.pid(*labels, MODELS["first"](x1, x2))
    found = ff.recombined_pid(MODELS["first"], x1, x2, random_state=0)
    assert came.fractions().redundancy > 0.3
    assert found.result.fractions().unique1 > 0.95
    assert found.contributions() == pytest.approx((1, 0), abs=0.02)


@pytest.mark.parametrize("design", ["permutation", "grid"])
def test_redundancy_of_independent_inputs_is_no_error(design, rng):
    """AND has .311 bits of it where its inputs are independent, and no unique information."""
    x1, x2 = rng.integers(2, size=(2, 2000, 1))
    found = ff.recombined_pid(
        lambda a, b: a[:, 0] & b[:, 0],
        x1,
        x2,
        design=design,
        n_calls=4 if design == "permutation" else 60,
        estimator="logistic",
        random_state=0,
    )
    known = ff.decompose(ff.gates.AND.pmf)
    assert tuple(found.result.atoms) == pytest.approx(tuple(known.atoms), abs=0.1)
    assert found.use == pytest.approx((0.5, 0.5), abs=0.05)


def test_contributions_of_inputs_that_are_used_alike_are_not_defined(rng):
    x1, x2 = rng.integers(2, size=(2, 400, 1))
    found = ff.recombined_pid(
        lambda a, b: a[:, 0] ^ b[:, 0], x1, x2, design="grid", random_state=0
    )
    assert np.isnan(found.contributions()).all()
    assert found.use == pytest.approx((0.5, 0.5), abs=0.05)
    assert "not known" in repr(found)


def test_errors_are_those_of_other_rows(rng):
    """The standard error of samples of the grid is as large as they scatter, and their intervals cover."""
    model = MODELS["sum"]
    mi1, mi2, joint = truth(model)
    share = (mi1 + joint - mi2) / (2 * joint)
    found = [
        ff.recombined_pid(
            model, *correlated(rng, 300), design="grid", n_calls=2, random_state=seed
        )
        for seed in range(50)
    ]
    uses = np.array([one.use[0] for one in found])
    errors = np.array([one.use_error for one in found])
    assert 0.7 < uses.std() / errors.mean() < 1.4
    covered = [one.use_interval[0][0] <= share <= one.use_interval[0][1] for one in found]
    assert np.mean(covered) >= 0.84  # .95 in 50 is less with a chance of 1 in 500
    assert abs(uses.mean() - share) < 0.025


def test_permuted_rows_have_smaller_errors_than_a_grid(rng):
    x1, x2 = correlated(rng, 1000)
    errors = [
        ff.recombined_pid(
            MODELS["sum"], x1, x2, design=design, estimator="logistic", random_state=0
        ).use_error
        for design in ("permutation", "grid")
    ]
    assert errors[0] < 0.5 * errors[1]


def test_classes_of_next_to_no_mass_do_not_count(rng):
    """Of a model that is very sure of itself: the entropy of two classes is one bit."""

    def predict(a, b):
        scores = 1000 * (a[:, 0] + b[:, 1] + 0.01)
        return softmax(np.stack([scores, -scores, np.full(len(a), -600.0)], 1), axis=1)

    found = ff.recombined_pid(predict, *correlated(rng, 300), design="grid", random_state=0)
    assert 0.9 < found.result.entropy < 1.1


@pytest.mark.parametrize("design", ["permutation", "grid"])
def test_copies_of_parts_of_both_inputs_have_no_synergy(design, rng):
    """Y is a part of X1 beside one of X2: no posterior may be blurred, and noise has to be allowed for."""
    parts = [-1, 0, 1], [-1, -0.3, 0.3, 1]

    def predict(a, b):
        return np.digitize(a[:, 0], parts[0]) * 5 + np.digitize(b[:, 0], parts[1])

    asked = ff.recombined_pid(predict, *correlated(rng, 1000), design=design, random_state=0)
    found, interval = asked.result, asked.result.confidence_interval
    assert ("R and S may be too large" in repr(asked)) == (design == "permutation")
    if design == "grid":
        assert found.synergy == pytest.approx(0, abs=0.02)
    assert interval.low.redundancy <= 0.01
    assert interval.low.synergy <= 0.05
    assert interval.high.unique1 > 1.85
    assert interval.high.unique2 > 2.2


def test_recombined_results_are_compared_as_such(rng):
    x1, x2 = rng.standard_normal((2, 600, 2))

    def found(predict, rows):
        return ff.recombined_pid(predict, x1[rows], x2[rows], design="grid", random_state=0)

    one, both = slice(300), slice(300, 600)
    a = found(lambda a, b: a[:, 0] > 0, one)
    b = found(lambda a, b: a[:, 0] + b[:, 0] > 0, both)
    with pytest.raises(TypeError, match=r"give a\.result"):
        ff.compare(a, b)
    for paired in (None, True):
        with pytest.raises(ValueError, match="recombined inputs keeps no terms"):
            ff.compare(a.result, b.result, paired=paired)
    with pytest.raises(ValueError, match="another population"):
        ff.compare(
            a.result, ff.pid(x1[one, 0] > 0, x2[one, 0] > 0, x1[one, 1] > 0), paired=False
        )
    assert ff.compare(a.result, b.result, paired=False).low.unique1 > 0.3
