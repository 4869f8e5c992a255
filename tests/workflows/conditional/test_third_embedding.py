# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Strata of a third embedding: what they leave of it, by truths where each kind is right and wrong."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

import fourfold as ff

ROWS = 500
#: As the default, of fewer folds.
FAST = ff.ClassifierPID("fast", cv=3, random_state=0)
CHANNEL = np.array([[0.8, 0.2], [0.2, 0.8]])


def embedded(labels, rng, size=4.0):
    number = int(labels.max()) + 1
    return size * np.eye(number)[labels] + rng.standard_normal((len(labels), number))


@pytest.fixture(scope="module")
def question():
    """T asks for bit 1, bit 2 or their parity; of y it tells nothing."""
    rng = np.random.default_rng(0)
    bits, asked = rng.integers(2, size=(2, ROWS)), rng.integers(3, size=ROWS)
    y = np.select([asked == 0, asked == 1], [*bits], bits[0] ^ bits[1])
    return *(embedded(bit, rng) for bit in bits), y, embedded(asked, rng, 8.0)


@pytest.fixture(scope="module")
def view():
    """T sees y with noise, as both sources do, and has clusters of something else; and the truth."""
    rng = np.random.default_rng(1)
    other = rng.integers(2, size=ROWS)
    cells = np.einsum("ya,yb->yab", CHANNEL, CHANNEL) / 2
    y, *sources = np.repeat(
        np.indices((2, 2, 2)).reshape(3, -1), (ROWS * cells).round().astype(int).ravel(), axis=1
    )
    seen = 2 * y - 1 + 1.25 * rng.standard_normal(ROWS)
    t = np.column_stack([seen, embedded(other, rng, 9.0)])
    p = 1 / (1 + np.exp(-2 * seen / 1.25**2))
    tables = np.einsum("ty,ya,yb->taby", np.column_stack([1 - p, p]), CHANNEL, CHANNEL)
    truth = np.mean(ff.decompose(tables).atoms, axis=1)
    return [*(embedded(x, rng) for x in sources), y, t], truth


def found(columns, **options):
    x1, x2, y, t = columns
    return ff.conditional_pid(x1, x2, y, given=t, **{"estimator": FAST} | options)


def test_clusters_keep_what_is_asked(question):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = found(question, n_strata=3)
    assert result.strata_by == "kmeans"
    np.testing.assert_allclose(result.result.atoms, [0, 1 / 3, 1 / 3, 1 / 3], atol=0.07)
    kept = result.kept
    assert not kept.poor
    assert kept.beside <= 0.02
    text = repr(result)
    assert "strata are K-means clusters of T" in text
    assert f"beside X1 and X2, T tells {kept.beside:.3f} +- " in text
    assert f"given T itself: {kept.mi_joint[1]:.3f}" in result.to_html()


def test_similar_posteriors_lose_what_is_asked(question):
    with pytest.warns(ff.DiscretisationWarning, match="strata of `given` leave much of it"):
        result = found(question, strata="posterior", n_strata=3)
    assert result.result.mi_joint < 0.5  # of 1
    kept = result.kept
    assert kept.poor
    assert kept.beside > 5 * kept.standard_error[1]
    assert "The strata leave much of the third variable" in result.to_html()
    assert ff.ConditionalPID.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_similar_posteriors_keep_a_view_of_the_target(view):
    columns, truth = view
    options = {"strata": "posterior", "n_strata": 3, "min_samples": 40}
    result = found(columns, estimator="classifier", **options)
    np.testing.assert_allclose(result.result.atoms, truth, atol=0.07)
    assert result.result.mi_joint == pytest.approx(truth.sum(), abs=0.04)
    kept = result.kept
    assert not kept.poor
    assert kept.share > 0.9
    assert kept.mi_joint[1] == pytest.approx(
        kept.mi_joint[0] - kept.beyond + kept.beside, abs=1e-12
    )


def test_clusters_of_something_else_lose_a_view_of_the_target(view):
    columns, truth = view
    with pytest.warns(ff.DiscretisationWarning):
        result = found(columns, n_strata=2)
    assert result.result.mi_joint > truth.sum() + 0.1
    assert result.kept.share < 0.1
    assert result.kept.poor
    assert result.kept.mi_joint[1] == pytest.approx(truth.sum(), abs=0.07)


def test_tables_of_clusters_are_asked_too_unless_told_not_to(view):
    columns, _ = view
    options = {"estimator": "kmeans", "n_strata": 2}
    with pytest.warns(ff.DiscretisationWarning):
        assert found(columns, **options).kept.poor
    assert found(columns, probe=False, **options).kept is None


def test_a_target_of_one_class_is_one_stratum(question):
    x1, x2, y, t = question
    result = found((x1, x2, np.zeros_like(y), t), strata="posterior")
    assert result.strata == ("0",)
    assert result.kept.beyond == result.kept.beside == 0
    assert np.isnan(result.kept.share)


def test_strata_of_labels_are_their_values(question):
    x1, x2, y, _ = question
    given = np.arange(ROWS) % 2
    with pytest.raises(ValueError, match=r"^strata: 'posterior' groups a third embedding"):
        found((x1, x2, y, given), strata="posterior")
    with pytest.raises(ValueError, match=r"^strata: expected"):
        found(question, strata="clusters")
    result = found((x1, x2, y, given))
    assert result.strata_by == "value"
    assert result.kept is None


@pytest.mark.parametrize(
    ("beyond", "beside", "told", "poor"),
    [
        (0.1, 0.0, 1.0, False),
        (0.35, 0.0, 1.0, True),
        (0.4, 0.35, 1.0, False),
        (0.6, 0.55, 1.0, True),  # they may cancel in the sum and not in the atoms
        (0.07, 0.0, 0.0, False),  # within twice its error
        (0.0, 0.09, 0.0, True),
    ],
)
def test_little_is_left_alone(beyond, beside, told, poor):
    kept = ff.GivenKept(0.1, beyond, beside, (0.04, 0.04), (told, told - beyond + beside))
    assert kept.poor == poor
