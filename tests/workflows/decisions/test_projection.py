# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The nearest conditionals with given sums of the classes: identities, limits, refusals."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

import fourfold as ff
from fourfold.workflows.decisions.decisions import project
from tests.support.tables import divergence


@st.composite
def projections(draw):
    """Masses of states, and sums of the classes that they shall have."""
    k, ky = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    exponents = draw(hnp.arrays(np.float64, (k, ky), elements=st.floats(-9, 0)))
    classes = 10.0 ** draw(hnp.arrays(np.float64, ky, elements=st.floats(-3, 0)))
    table = 10.0**exponents
    return table, classes * table.sum() / classes.sum()


@given(projections())
def test_the_projection_has_the_sums_and_is_of_the_form_of_the_nearest(problem):
    table, classes = problem
    found, bits = project(table, classes)
    total = table.sum()
    np.testing.assert_allclose(found.sum(0), classes, rtol=1e-12, atol=0)
    np.testing.assert_allclose(found.sum(1), table.sum(1), rtol=0, atol=1e-11 * total)
    assert bits == pytest.approx(
        divergence(found, table) / total / np.log(2), rel=1e-6, abs=1e-9
    )
    # found = table * a(x) * b(y): so it is the nearest, by Csiszar's theorem 3.1
    ratio = np.log(found / table)
    np.testing.assert_allclose(
        ratio - ratio[:1] - ratio[:, :1] + ratio[0, 0], 0, rtol=0, atol=1e-6
    )


def test_the_projection_is_the_minimum_that_an_optimiser_finds():
    table = np.array([[0.2, 0.1], [0.05, 0.25], [0.3, 0.1]])
    classes = np.array([0.35, 0.65])

    def rows(first):
        return np.stack([first, table.sum(1) - first], 1)

    best = minimize(
        lambda first: divergence(rows(first), table),
        x0=0.35 * table.sum(1),
        bounds=[(1e-6, total - 1e-6) for total in table.sum(1)],
        constraints={"type": "eq", "fun": lambda first: first.sum() - classes[0]},
        tol=1e-14,
    )
    found, bits = project(table, classes)
    np.testing.assert_allclose(found, rows(best.x), atol=1e-5)
    assert bits * np.log(2) == pytest.approx(best.fun, abs=1e-9)


@pytest.mark.parametrize("sure", [1e-3, 1e-5, 1e-7, 1e-12])
@pytest.mark.parametrize("shift", [1e-6, 1e-3, 0.3])
def test_sure_predictions_are_projected_too(sure, shift):
    """Where scaling rows and columns in turn would take many thousand steps."""
    table = np.array([[1 - sure, sure], [sure, 1 - sure]]) / 2
    found, _ = project(table, np.array([0.5 + shift, 0.5 - shift]))
    np.testing.assert_allclose(found.sum(0), [0.5 + shift, 0.5 - shift], rtol=1e-12)
    np.testing.assert_allclose(found.sum(1), 0.5, rtol=0, atol=1e-12)
    # symmetry: the odds of both rows change by the same factor
    odds = found[:, 0] / found[:, 1] * (table[:, 1] / table[:, 0])
    assert np.log(odds[0] / odds[1]) == pytest.approx(0, abs=1e-4)


def test_a_projection_on_the_boundary_is_found():
    """The only distribution that fits has a zero where the prediction has none."""
    found, bits = project(np.array([[0.5, 0.0], [0.25, 0.25]]), np.array([0.5, 0.5]))
    np.testing.assert_allclose(found, [[0.5, 0], [0, 0.5]], atol=1e-11)
    assert bits == pytest.approx(0.5)


def test_what_has_the_sums_is_kept():
    table = np.array([[0.3, 0.0], [0.2, 0.5]])
    found, bits = project(table, table.sum(0))
    np.testing.assert_array_equal(found, table)
    assert bits == 0


@pytest.mark.parametrize(
    ("table", "classes", "match"),
    [
        ([[0.5, 0], [0.5, 0]], [0.5, 0.5], "a class that p_joint gives mass to has none"),
        ([[0.5, 0], [0, 0.5]], [0.0, 1.0], "of classes that p_joint gives no mass to"),
        ([[0.5, 0], [0, 0.5]], [0.4, 0.6], "no conditionals with zeros where these have"),
    ],
)
def test_where_nothing_fits_it_says_why(table, classes, match):
    with pytest.raises(ValueError, match=match):
        project(np.array(table), np.array(classes))
    n = 10
    given1 = np.repeat(np.array(table) * 2, n // 2, axis=0)
    joint = np.tile(classes, (n, 1))
    with pytest.raises(
        ValueError,
        match=rf"p_given_1, p_given_2: cannot be projected: .*{match}.*fourfold\.pid",
    ):
        ff.decision_pid(joint, given1, joint, on_inconsistent="project")
