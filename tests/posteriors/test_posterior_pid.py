# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms from given posteriors: those of the table when they are exact, bounded when they are not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def rows_of(counts: np.ndarray) -> Rows:
    """Rows of a table of counts (K1, K2, K_Y) with their exact posteriors."""
    i, j, y = np.nonzero(counts)
    times = counts[i, j, y]
    i, j, y = (np.repeat(each, times) for each in (i, j, y))
    p1, p2 = (counts.sum(axis) / counts.sum(axis).sum(1, keepdims=True) for axis in (1, 0))
    p12 = counts / np.maximum(counts.sum(2, keepdims=True), 1)
    return p1[i], p2[j], y, p12[i, j]


def counts_of(seed: int, shape: tuple[int, int, int], sharpness: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    p = np.exp(sharpness * rng.standard_normal(shape))
    return np.floor(1 + 500 * p / p.max()).astype(int)


@settings(max_examples=25)
@given(
    st.integers(0, 10_000),
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(2, 4)),
    st.sampled_from([0.3, 1.0, 2.0]),
)
def test_exact_posteriors_give_the_atoms_of_their_table(
    seed: int, shape: tuple[int, int, int], sharpness: float
) -> None:
    """Lemma A: R, U1 and U2 depend on a source through its posterior alone."""
    counts = counts_of(seed, shape, sharpness)
    p1, p2, y, p12 = rows_of(counts)
    found = ff.posterior_pid(p1, p2, y, p12, recalibrate=False, tol=1e-6)
    table = ff.decompose(counts / counts.sum(), tol=1e-6)
    np.testing.assert_allclose(found.atoms, table.atoms, atol=5e-6)
    assert found.entropy == pytest.approx(table.entropy, abs=1e-9)
    # in the sample itself exact posteriors claim what its labels confirm
    np.testing.assert_allclose(found.calibration_gap[:3], 0, atol=2e-6)
    held = found.information.held_out.union_information
    assert held <= table.union_information + 1e-9
    assert held >= max(table.mi1, table.mi2) - 1e-9


def test_informations_add_up_and_bounds_hold_them() -> None:
    p1, p2, y, p12 = rows_of(counts_of(1, (6, 5, 3)))
    found = ff.posterior_pid(p1, p2, y, p12)
    for reading in found.readings.values():
        assert len(reading) == 4
    soft = found.information.soft
    assert sum(found.atoms) == pytest.approx(soft.mi_joint, abs=1e-12)
    assert found.redundancy + found.unique1 == pytest.approx(soft.mi1, abs=1e-12)
    for low, atom, high in zip(found.lower, found.atoms, found.upper, strict=True):
        assert low <= atom <= high
    bounds = found.outer_bounds
    assert bounds.redundancy <= found.redundancy
    assert found.unique1 <= bounds.unique1
    assert found.unique2 <= bounds.unique2
    assert found.synergy <= bounds.synergy


def test_without_a_joint_posterior_the_synergy_is_not_known_but_bounded() -> None:
    p1, p2, y, p12 = rows_of(counts_of(2, (4, 4, 3)))
    whole, found = ff.posterior_pid(p1, p2, y, p12), ff.posterior_pid(p1, p2, y)
    assert math.isnan(found.synergy)
    assert math.isnan(found.mi_joint)
    assert found.atoms[:3] == whole.atoms[:3]
    assert found.outer_bounds == whole.outer_bounds
    assert "not known" in repr(found)


def test_merging_is_in_the_bounds() -> None:
    rng = np.random.default_rng(0)
    truth = rng.dirichlet([0.7] * 3, 3000)
    y = (np.cumsum(truth, 1)[:, :-1] < rng.random((3000, 1))).sum(1)
    noisy = 0.6 * truth + 0.4 * rng.dirichlet([0.7] * 3, 3000)
    fine = ff.posterior_pid(truth, noisy, y, truth, n_prototypes=512, tol=1e-4)
    coarse = ff.posterior_pid(truth, noisy, y, truth, n_prototypes=6, tol=1e-4)
    assert sum(coarse.merging_loss) > 10 * sum(fine.merging_loss)
    for low, atom, high in zip(coarse.lower, fine.atoms, coarse.upper, strict=True):
        assert (
            low - sum(fine.merging_loss) - 1e-3 <= atom <= high + sum(fine.merging_loss) + 1e-3
        )
    assert coarse.upper.unique1 - coarse.lower.unique1 > 0.05
    np.testing.assert_allclose(coarse.atoms, fine.atoms, atol=0.03)


def test_union_information_is_extrapolated_to_no_loss() -> None:
    """Each source tells one of two trits, so that v* is all that both lose too small."""
    rng = np.random.default_rng(0)
    one, other = (rng.dirichlet([0.5] * 3, 2000) * 0.97 + 0.01 for _ in "12")
    a, b = ((np.cumsum(p, 1)[:, :-1] < rng.random((2000, 1))).sum(1) for p in (one, other))
    p1, p2 = (np.repeat(one, 3, axis=1) / 3, np.tile(other, (1, 3)) / 3)
    given_rows = p1, p2, 3 * a + b, 9 * p1 * p2
    fine, coarse = (ff.posterior_pid(*given_rows, n_prototypes=k, tol=1e-4) for k in (400, 8))
    assert coarse.union_bounds[0] < fine.union_information - 0.1
    np.testing.assert_allclose(coarse.atoms, fine.atoms, atol=0.01)
    assert "v* is extrapolated to no loss" in repr(coarse)
    assert "extrapolated" not in repr(fine)


def test_weights_are_repetitions() -> None:
    counts = counts_of(3, (4, 3, 3))
    p1, p2, y, p12 = rows_of(counts)
    rng = np.random.default_rng(0)
    few = rng.choice(len(y), 300, replace=False)
    p1, p2, y, p12 = p1[few], p2[few], y[few], p12[few]
    times = rng.integers(1, 4, 300)
    raw: Any = {"recalibrate": False}  # else each is recalibrated in folds of its own
    weighted = ff.posterior_pid(p1, p2, y, p12, sample_weight=times, **raw)
    again = np.repeat(np.arange(300), times)
    repeated = ff.posterior_pid(p1[again], p2[again], y[again], p12[again], **raw)
    np.testing.assert_allclose(weighted.atoms, repeated.atoms, atol=2e-4)
    np.testing.assert_allclose(
        weighted.information.held_out[:3], repeated.information.held_out[:3], atol=2e-4
    )


def test_rows_of_one_group_are_one_draw() -> None:
    p1, p2, y, p12 = rows_of(counts_of(4, (4, 3, 2)))
    few = np.random.default_rng(0).choice(len(y), 400, replace=False)
    p1, p2, y, p12 = p1[few], p2[few], y[few], p12[few]
    raw: Any = {"recalibrate": False}
    plain = ff.posterior_pid(p1, p2, y, p12, **raw)
    again = np.tile(np.arange(400), 4)
    copied: Any = (p1[again], p2[again], y[again], p12[again])
    grouped = ff.posterior_pid(*copied, groups=again, **raw)
    np.testing.assert_allclose(grouped.atoms, plain.atoms, atol=2e-4)
    np.testing.assert_allclose(
        grouped.information.standard_error[:3], plain.information.standard_error[:3], rtol=1e-3
    )
    copies = ff.posterior_pid(*copied, **raw)
    ratio = np.divide(copies.information.standard_error, plain.information.standard_error)
    np.testing.assert_allclose(ratio[:3], 0.5, rtol=1e-3)


def test_soft_targets_are_their_labels_on_average() -> None:
    rng = np.random.default_rng(0)
    soft = rng.dirichlet([1.0] * 3, 200)
    p1, p2 = (0.7 * soft + 0.3 * rng.dirichlet([1.0] * 3, 200) for _ in range(2))
    rows, labels = np.nonzero(np.ones((200, 3)))
    raw: Any = {"recalibrate": False}
    one = ff.posterior_pid(p1, p2, soft, p1, **raw)
    each: Any = {"sample_weight": soft[rows, labels], "groups": rows}
    other = ff.posterior_pid(p1[rows], p2[rows], labels, p1[rows], **each, **raw)
    np.testing.assert_allclose(one.atoms, other.atoms, atol=3e-4)
    np.testing.assert_allclose(
        one.information.standard_error[:3], other.information.standard_error[:3], rtol=1e-3
    )


def test_overconfident_posteriors_are_recalibrated() -> None:
    p1, p2, y, p12 = rows_of(counts_of(5, (6, 6, 4)))
    sharp = [p**4 / (p**4).sum(1, keepdims=True) for p in (p1, p2, p12)]
    exact = ff.posterior_pid(p1, p2, y, p12)
    raw = ff.posterior_pid(sharp[0], sharp[1], y, sharp[2], recalibrate=False)
    mended = ff.posterior_pid(sharp[0], sharp[1], y, sharp[2])
    assert raw.mi1 > 3 * exact.mi1
    assert raw.calibration_gap.mi1 > exact.mi1
    np.testing.assert_allclose(mended.atoms, exact.atoms, atol=0.02)
    assert mended.chosen["x1"]["temperature"] == pytest.approx(4, rel=0.2)


def test_what_comes_of_a_result() -> None:
    p1, p2, y, p12 = rows_of(counts_of(6, (4, 3, 2)))
    found = ff.posterior_pid(p1, p2, y, p12)
    record = found.to_dict()
    assert record["readings"]["soft"]["redundancy"] == found.redundancy
    assert record["information"]["held_out"]["mi1"] == found.information.held_out.mi1
    assert record["outer_bounds"]["confidence_level"] == 0.95
    assert isinstance(found, ff.PID)
    q = found.coupling()
    np.testing.assert_allclose(q.sum(), 1, atol=1e-9)
    terms = found.terms(found.states1, found.states2, y)
    assert terms.shape == y.shape
    assert found.row_terms.shape == (len(y), 4)
    assert "certified given the posteriors" in repr(found)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"p1": np.full((4, 2), 0.6)}, "p1: as a matrix, each row is a probability distribution"),
    ({"p1": np.full((3, 2), 0.5)}, "expected the same number of rows, but p1 has 3"),
    ({"p1": [[0.5, 0.5]] * 3 + [[np.nan, 1]]}, "p1: entries must be finite"),
    ({"p2": np.full((4, 3), 1 / 3)}, "p2: has 3 columns, but 2 classes occur in y"),
    ({"p_joint": np.full((4, 3), 1 / 3)}, "p_joint: has 3 columns"),
    ({"y": [0, 0, 0, 0]}, "y: all rows have the same class"),
    ({"y": [0, 1, 2, 0]}, "p1: has 2 columns, but 3 classes occur in y"),
    ({"groups": [0, 1]}, "groups has 2"),
    ({"sample_weight": [1, 1, 0, 1]}, "sample_weight: entries must be positive"),
    ({"sample_weight": [1, 1, -1, 1]}, "sample_weight: entries must be positive"),
    ({"n_prototypes": 1}, "n_prototypes: expected an integer of at least 2"),
    ({"confidence_level": 1.0}, "confidence_level: expected"),
    ({"random_state": "seed"}, "random_state: expected"),
    ({"recalibrate": "no"}, "recalibrate: expected True or False"),
    ({"p1": [0.1, 0.8, 0.4, 0.7]}, "of P(y = 1) make numpy.stack([1 - p1, p1], 1)"),
    ({"p2": [[90, 10], [20, 80], [60, 40], [30, 70]]}, "of percentages make p2 / 100"),
    ({"p1": [[3.0, -1], [-2, 2], [1, 0], [-1, 1]]}, "make scipy.special.softmax(p1, axis=1)"),
]


def test_few_rows_bound_nothing() -> None:
    p = np.where(np.arange(40)[:, None] % 2 == [0, 1], 0.9, 0.1)
    y = np.arange(40) % 2
    # no error in 40 rows still allows one in 14 (Clopper and Pearson at 95 %), with R = .25
    assert 0.1 < ff.posterior_pid(p, p, y).outer_bounds.redundancy <= 0.25
    assert math.isnan(ff.posterior_pid(p[:28], p[:28], y[:28]).outer_bounds.redundancy)
    groups = np.arange(40) % 20
    assert math.isnan(ff.posterior_pid(p, p, y, groups=groups).outer_bounds.redundancy)


@pytest.mark.parametrize(("classes", "rows"), [(2, 60), (10, 400), (30, 400)])
def test_bounds_hold_where_calibration_has_much_to_fit(classes: int, rows: int) -> None:
    """Of posteriors that are right up to a temperature U1 <= H(Y|X2) holds in 95 % of samples."""
    rng = np.random.default_rng(classes)
    held = []
    for _ in range(60):
        p = rng.dirichlet(np.full(classes, 0.5), rows) * 0.99 + 0.01 / classes
        y = (np.cumsum(p, 1)[:, :-1] < rng.random((rows, 1))).sum(1)
        kept = np.unique(y)
        p = p[:, kept] / p[:, kept].sum(1, keepdims=True)
        truth = -(p * np.log2(p)).sum(1).mean()
        found = ff.posterior_pid(p, p, np.unique(y, return_inverse=True)[1], n_prototypes=4)
        held.append(found.outer_bounds.unique1 >= truth)
    assert np.mean(held) >= 0.87  # 95 % but for three standard errors of 60 draws


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=lambda case: str(case)[:40])
def test_what_is_refused_is_named(wrong: dict[str, Any], message: str) -> None:
    right = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    given_rows: dict[str, Any] = {"p1": right, "p2": right, "y": [0, 1, 0, 1], "p_joint": right}
    ff.posterior_pid(**given_rows)
    with pytest.raises((ValueError, TypeError)) as raised:
        ff.posterior_pid(**(given_rows | wrong))
    assert message in str(raised.value)


def test_labels_of_any_kind_name_the_columns_in_their_order() -> None:
    p1, p2, y, p12 = rows_of(counts_of(7, (4, 3, 3)))
    words = np.array(["ant", "bee", "cat"])[y]
    assert ff.posterior_pid(p1, p2, words, p12).atoms == ff.posterior_pid(p1, p2, y, p12).atoms


@pytest.mark.parametrize("prototypes", [16, 64])
def test_what_one_source_loses_is_not_extrapolated_from_halving_the_other(
    prototypes: int,
) -> None:
    """X2 has ten states and tells all but .01 bits, so v* = I(X2;Y), whatever X1 loses."""
    y = np.arange(300) % 10
    rng = np.random.default_rng(0)
    p1 = np.exp(1.5 * np.eye(10)[y] + rng.standard_normal((300, 10)))
    p1 /= p1.sum(1, keepdims=True)
    p2 = np.eye(10)[y] * 0.999 + 1e-4
    result = ff.posterior_pid(p1, p2, y, recalibrate=False, n_prototypes=prototypes)
    assert sum(result.merging_loss) > 0.05
    assert result.information.soft.union_information <= result.entropy
    assert result.unique1 == pytest.approx(0, abs=1e-3)


def test_three_prototypes_are_too_few_to_extrapolate_from() -> None:
    y = np.arange(144) % 12
    rng = np.random.default_rng(0)
    p1, p2 = (np.exp(6 * np.eye(12)[y] + 3 * rng.standard_normal((144, 12))) for _ in range(2))
    p1, p2 = (p / p.sum(1, keepdims=True) for p in (p1, p2))
    fine, coarse = (
        ff.posterior_pid(p1, p2, y, recalibrate=False, n_prototypes=k).information.soft
        for k in (144, 3)
    )
    assert abs(coarse.union_information - fine.union_information) < 0.3


def test_of_two_classes_nothing_is_merged(rng: np.random.Generator) -> None:
    """Rows are states, and the bounds are those of `decompose_marginals`; in groups, weighted."""
    n = 3000
    y = np.arange(n) % 2
    noise = np.array([[1.0], [1.5]])
    log_odds = 2 * (2 * y - 1 + noise * rng.normal(size=(2, n))) / noise**2
    p1, p2 = (1 / (1 + np.exp(np.outer(z, [1, -1]))) for z in log_odds)
    weights = rng.uniform(0.5, 2, n)
    options = {"sample_weight": weights, "groups": np.arange(n) // 3, "recalibrate": False}
    found = ff.posterior_pid(p1, p2, y, **options)
    assert found.solver == "roc-hull"
    assert found.merging_loss == (0.0, 0.0)
    assert found.union_bounds[1] - found.union_bounds[0] <= 1e-12
    assert np.array_equal(found.states1, np.arange(n))
    assert "3000 x 3000 states, as nothing is merged" in repr(found)
    exact = ff.decompose_marginals(found.factored.p1y, found.factored.p2y)
    assert found.union_information == pytest.approx(exact.union_information, abs=1e-12)
    assert np.array(found.information.held_out) == pytest.approx(
        np.array(found.information.soft), abs=0.05, nan_ok=True
    )
    # prototypes that are asked for are as before, and lose what they say
    few = ff.posterior_pid(p1, p2, y, n_prototypes=8, **options)
    assert few.states1.max() < 8
    low, high = few.union_bounds
    assert low <= exact.union_information <= high
