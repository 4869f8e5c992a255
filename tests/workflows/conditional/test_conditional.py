# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T): means over strata, their certificates, and how they can be read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled

TOL = 1e-7
PLAIN: dict[str, Any] = {"bias_correction": "none", "confidence_level": None, "tol": TOL}


def entropy(*columns):
    """Of labels, in bits."""
    counts = np.unique(np.stack(columns), axis=1, return_counts=True)[1]
    p = counts / counts.sum()
    return float(-np.sum(p * np.log2(p)))


def information(x, y, t):
    """I(X;Y|T) of columns, X given as a list of these."""
    return entropy(*x, t) + entropy(y, t) - entropy(*x, y, t) - entropy(t)


@st.composite
def samples(draw):
    """Columns of 100 to 300 rows of two or three states, of one to three values of T."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(100, 300))
    k1, k2, ky, kt = (draw(st.integers(1, 3)) for _ in range(4))
    x1, x2, t = (rng.integers(k, size=n) for k in (k1, k2, kt))
    weights = rng.integers(0, 3, size=3)
    noise = rng.integers(ky, size=n) * (rng.random(n) < draw(st.sampled_from([0, 0.3, 1])))
    y = (weights[0] * x1 + weights[1] * x2 + weights[2] * t * x1 * x2 + noise) % ky
    return x1, x2, y, t


# -- what holds for all samples --------------------------------------------------------


@ignore_undersampled
@settings(max_examples=60)
@given(samples())
def test_atoms_are_non_negative_and_add_up(columns):
    x1, x2, y, t = columns
    found = ff.conditional_pid(x1, x2, y, given=t, **PLAIN)
    assume(not found.pooled)
    result = found.result
    assert result.converged
    assert 0 <= result.gap <= TOL
    assert min(result.atoms) >= -1e-12
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    assert result.mi_joint == pytest.approx(information([x1, x2], y, t), abs=1e-11)
    assert result.mi1 == pytest.approx(information([x1], y, t), abs=1e-11)
    assert result.mi2 == pytest.approx(information([x2], y, t), abs=1e-11)
    assert result.redundancy + result.unique1 == pytest.approx(result.mi1, abs=1e-11)
    assert result.redundancy + result.unique2 == pytest.approx(result.mi2, abs=1e-11)
    assert result.n_samples == len(y)
    assert found.weights.sum() == pytest.approx(1)


@ignore_undersampled
@settings(max_examples=40)
@given(samples())
def test_swapping_the_sources_swaps_the_unique_atoms(columns):
    x1, x2, y, t = columns
    one = ff.conditional_pid(x1, x2, y, given=t, **PLAIN).result
    other = ff.conditional_pid(x2, x1, y, given=t, **PLAIN).result
    swapped = (other.redundancy, other.unique2, other.unique1, other.synergy)
    np.testing.assert_allclose(one.atoms, swapped, rtol=0, atol=one.gap + other.gap + 1e-12)


@ignore_undersampled
@settings(max_examples=40)
@given(samples(), st.permutations(["b", "a", "B"]))
def test_relabelling_t_changes_nothing(columns, names):
    x1, x2, y, t = columns
    one = ff.conditional_pid(x1, x2, y, given=t, **PLAIN)
    other = ff.conditional_pid(x1, x2, y, given=[names[k] for k in t], **PLAIN)
    np.testing.assert_allclose(
        one.result.atoms, other.result.atoms, rtol=0, atol=one.result.gap + 1e-12
    )
    assert one.result.undersampled == other.result.undersampled
    assert dict(zip(other.strata, other.weights, strict=True)) == {
        name if name == "pooled" else names[int(name)]: weight
        for name, weight in zip(one.strata, one.weights, strict=True)
    }


# -- means of strata -------------------------------------------------------------------


def test_the_atoms_are_means_of_those_of_the_strata(rows):
    x1, x2, y, t = rows
    found = ff.conditional_pid(x1, x2, y, given=t, **PLAIN)
    assert found.strata == ("0", "1", "2")
    total = np.zeros(4)
    for k, part in enumerate(found.by_stratum):
        chosen = t == k
        alone = ff.pid(x1[chosen], x2[chosen], y[chosen], **PLAIN)
        slack = part.gap + alone.gap + 1e-12
        np.testing.assert_allclose(part.atoms, alone.atoms, rtol=0, atol=slack)
        np.testing.assert_allclose(part.bias, alone.bias, rtol=0, atol=1e-6)
        assert part.mi_joint == pytest.approx(alone.mi_joint, abs=1e-12)
        assert part.n_samples == chosen.sum()
        assert part.undersampled == alone.undersampled
        assert found.weights[k] == pytest.approx(chosen.mean(), abs=1e-15)
        total += chosen.mean() * np.array(alone.atoms)
    result = found.result
    np.testing.assert_allclose(result.atoms, total, rtol=0, atol=3 * TOL)
    assert result.gap == pytest.approx(
        np.dot(found.weights, [part.gap for part in found.by_stratum]), abs=1e-15
    )
    assert result.samples_per_cell.total == pytest.approx(600 / (3 * 2 * 3 * 2))
    occupied = len(np.unique(np.stack(rows), axis=1).T)
    assert result.samples_per_cell.occupied == pytest.approx(600 / occupied)
    np.testing.assert_allclose(
        result.bias, found.weights @ np.array([part.bias for part in found.by_stratum])
    )


def test_each_stratum_has_its_own_atom(rows):
    found = ff.conditional_pid(*rows[:3], given=rows[3])
    for k, atom in enumerate(("unique1", "unique2", "synergy")):
        atoms = found.by_stratum[k].atoms
        assert max(atoms) == getattr(atoms, atom) > 0.25


@pytest.mark.parametrize("correction", ["none", "shuffle"])
def test_one_stratum_is_no_condition(rows, correction):
    x1, x2, y, _ = rows
    constant = ff.conditional_pid(x1, x2, y, given=["q"] * 600, **PLAIN).result
    plain = ff.pid(x1, x2, y, **PLAIN)
    np.testing.assert_allclose(
        constant.atoms, plain.atoms, rtol=0, atol=constant.gap + plain.gap + 1e-12
    )
    np.testing.assert_allclose(constant.bias, plain.bias, atol=1e-6)
    assert constant.samples_per_cell == plain.samples_per_cell
    assert constant.undersampled == plain.undersampled
    # what the correction draws and the halves are the same, too
    for n_resamples in (0, 30):
        one, other = (
            decompose(
                x1, x2, y, n_resamples=n_resamples, bias_correction=correction, random_state=4
            )
            for decompose in (
                lambda *a, **b: ff.conditional_pid(*a, given=[0] * 600, **b).result,
                ff.pid,
            )
        )
        np.testing.assert_allclose(one.atoms, other.atoms, rtol=0, atol=2e-4)
        first, second = one.confidence_interval, other.confidence_interval
        if first is None:  # what was shuffled tells no error, but halves do
            assert (second, correction, n_resamples) == (None, "shuffle", 0)
            continue
        np.testing.assert_allclose(first.low, second.low, rtol=0, atol=2e-3)
        np.testing.assert_allclose(first.high, second.high, rtol=0, atol=2e-3)
        np.testing.assert_allclose(ff.compare(one, other).difference, 0, atol=5e-3)
    np.testing.assert_allclose(first.drift, second.drift, atol=2e-4)
    np.testing.assert_allclose(first.replicates, second.replicates, atol=2e-3)


def test_given_a_source_only_the_other_is_unique(rows):
    x1, x2, y, _ = rows
    result = ff.conditional_pid(x1, x2, y, given=x1, **PLAIN).result
    assert result.mi1 == pytest.approx(0, abs=1e-12)
    assert result.unique2 == pytest.approx(information([x2], y, x1), abs=TOL)
    np.testing.assert_allclose([result.redundancy, result.unique1, result.synergy], 0, atol=TOL)


def test_a_condition_that_is_what_both_have_in_common_leaves_no_redundancy(rng):
    t, a, b = rng.integers(2, size=(3, 2000))
    x1, x2, y = 2 * t + a, 2 * t + b, 4 * t + 2 * a + b
    assert ff.pid(x1, x2, y).redundancy > 0.9
    np.testing.assert_allclose(
        ff.conditional_pid(x1, x2, y, given=t).result.atoms, [0, 1, 1, 0], atol=0.01
    )


def test_a_condition_that_is_independent_of_all_changes_little(rng):
    x1, x2, t = rng.integers(2, size=(3, 40_000))
    y = x1 & x2
    plain = ff.pid(x1, x2, y)
    result = ff.conditional_pid(x1, x2, y, given=t).result
    np.testing.assert_allclose(result.atoms, plain.atoms, atol=3e-3)


def test_targets_may_be_probabilities(rows, rng):
    x1, x2, y, t = rows
    hard = ff.conditional_pid(x1, x2, np.eye(2)[y], given=t)
    assert hard.to_dict() == ff.conditional_pid(x1, x2, y, given=t).to_dict()
    soft = np.eye(2)[y] * 0.8 + rng.dirichlet([1, 1], 600) * 0.2
    found = ff.conditional_pid(
        x1, x2, soft.astype(np.float32), given=t, n_resamples=25, bias_correction="auto"
    )
    assert found.result.bias_correction == "linear"
    for k, part in enumerate(found.by_stratum):
        alone = ff.pid(x1[t == k], x2[t == k], soft[t == k], bias_correction="linear")
        assert part.mi_joint == pytest.approx(alone.mi_joint, abs=0.03)
        np.testing.assert_allclose(part.bias, alone.bias, atol=0.03)  # of other partitions
    low, high = found.result.confidence_interval.low, found.result.confidence_interval.high
    assert (np.array(low) < found.result.atoms).all()
    assert (np.array(high) > found.result.atoms).all()


# -- certificates ----------------------------------------------------------------------


@pytest.fixture
def hard(rng):
    """Two strata: of a copy, which needs no step, and of a table that needs many."""
    t = np.repeat([0, 1], [900, 600])
    x1, x2 = rng.integers(4, size=(2, 1500))
    y = np.where(t == 0, x1, (x1 * x2 + (rng.random(1500) < 0.3)) % 4)
    return x1, x2, y, t


def test_the_mean_converged_if_its_gap_is_small_enough(hard):
    """And still a stratum that did not is told of, with its own gap."""
    x1, x2, y, t = hard
    with pytest.warns(ff.ConvergenceWarning):
        rough = ff.conditional_pid(x1, x2, y, given=t, max_iter=0)
    gaps = [part.gap for part in rough.by_stratum]
    assert gaps[0] < 1e-9 < gaps[1]
    assert not rough.result.converged
    assert rough.result.gap == pytest.approx(np.dot(rough.weights, gaps))
    fine = ff.conditional_pid(x1, x2, y, given=t, tol=1e-8).result
    assert (np.array(rough.result.lower) <= np.array(fine.atoms) + 1e-8).all()
    assert (np.array(rough.result.upper) >= np.array(fine.atoms) - 1e-8).all()
    with pytest.warns(ff.ConvergenceWarning, match="the certified gap is, after") as caught:
        between = ff.conditional_pid(x1, x2, y, given=t, max_iter=0, tol=0.9 * gaps[1])
    assert [part.converged for part in between.by_stratum] == [True, False]
    assert between.result.converged
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_options_reach_the_solver(rows):
    x1, x2, y, t = rows
    y = (y + x2) % 3  # two classes need no step
    for tol in (1e-2, 1e-9):
        found = ff.conditional_pid(x1, x2, y, given=t, tol=tol, num_threads=1, dtype="float32")
        assert max(part.gap for part in found.by_stratum) <= tol
    with pytest.raises(ValueError, match="dtype: expected"):
        ff.conditional_pid(x1, x2, y, given=t, dtype="float16")


def test_it_has_no_coupling_but_its_strata_have(rows):
    found = ff.conditional_pid(*rows[:3], given=rows[3])
    with pytest.raises(ValueError, match="has no coupling"):
        found.result.coupling()
    assert found.by_stratum[0].coupling().shape == (2, 3, 2)


# -- reading it ------------------------------------------------------------------------


def test_it_can_be_read(rows):
    found = ff.conditional_pid(*rows[:3], given=rows[3], n_resamples=25)
    text = repr(found)
    assert text.startswith("ConditionalPID, given T, mean over the strata:\nPID in bits, with")
    assert text.count("UNDERSAMPLED") == 0
    assert [line.split()[0] for line in text.splitlines()[-3:]] == ["0", "1", "2"]
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["unit"] == "bits"
    assert record["strata"] == ["0", "1", "2"]
    assert record["weights"] == found.weights.tolist()
    assert record["result"]["confidence_interval"]["n_resamples"] == 25
    assert record["by_stratum"][2]["synergy"] == found.by_stratum[2].synergy
    assert record["pooled"] == []
    first, second = found.result.contributions()
    assert first + second == pytest.approx(1)
    assert (found.result.shape, found.result.solver) == ((), "roc-hull")


@ignore_undersampled
def test_what_is_not_known_is_none_in_json(rng):
    x1, x2, y = rng.integers(30, size=(3, 80))
    x1[40:], x2[40:], y[40:] = 0, 0, 0
    given = np.repeat(["a", "b", "c", "d"], [14, 16, 10, 40])
    found = ff.conditional_pid(x1, x2, y, given=given, bias_correction="none")
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["result"]["bias"]["synergy"] is None
    assert record["pooled"] == ["a", "b", "c"]
    assert repr(found).splitlines()[-1] == "pooled: a, b, c"
    assert "UNDERSAMPLED" in repr(found)
    assert "I(X1,X2;Y|T)" in repr(found)


def test_the_mean_can_be_drawn(rows):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    found = ff.conditional_pid(*rows[:3], given=rows[3])
    ax = found.result.plot()
    assert len(ax.patches) > 0
    matplotlib.pyplot.close(ax.figure)


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"given": [0] * 599}, ValueError, "x1, given: .* but x1 has 600, given has 599"),
        ({"given": np.zeros((600, 2))}, ValueError, "given: .* embedding take its clusters"),
        ({"given": None}, ValueError, "given: expected one label a row"),
        ({"min_samples": 15}, ValueError, "min_samples: .* at least 16, got 15"),
        ({"min_samples": 32.0}, TypeError, "min_samples: expected an integer"),
        ({"bias_correction": "best"}, ValueError, "bias_correction: expected one of 'none'"),
        ({"n_resamples": 5}, ValueError, "n_resamples: expected 0 or at least 25"),
        ({"confidence_level": 95}, ValueError, "confidence_level: .* got 95"),
        ({"random_state": -1}, ValueError, "random_state: expected"),
        ({"tol": 0}, ValueError, "tol: expected a positive"),
    ],
)
def test_wrong_arguments_are_named(rows, changes, error, match):
    with pytest.raises(error, match=match):
        ff.conditional_pid(*rows[:3], **({"given": rows[3]} | changes))


def test_chao_needs_labels(rows, rng):
    soft = rng.dirichlet([1, 1], 600)
    with pytest.raises(ValueError, match="'chao' needs labels as y"):
        ff.conditional_pid(*rows[:2], soft, given=rows[3], bias_correction="chao")
