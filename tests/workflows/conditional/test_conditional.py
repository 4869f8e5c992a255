# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y|T): means over strata, their corrections, intervals and warnings."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.conditional_halves import atoms_of_halves
from fourfold.confidence_interval import RandomHalves
from fourfold.counting import read_samples
from fourfold.solver_options import solver_options
from tests.support.marks import ignore_undersampled
from tests.support.tables import drawn

TOL = 1e-7


def entropy(*columns):
    """Of labels, in bits."""
    counts = np.unique(np.stack(columns), axis=1, return_counts=True)[1]
    p = counts / counts.sum()
    return float(-np.sum(p * np.log2(p)))


def information(x, y, t):
    """I(X;Y|T) of columns, X given as a list of these."""
    return entropy(*x, t) + entropy(y, t) - entropy(*x, y, t) - entropy(t)


@pytest.fixture
def rows(rng):
    """600 rows: y depends on x1, on x2 and x1 xor x2, by the value of t."""
    x1, x2, t = rng.integers(0, [[2], [3], [3]], size=(3, 600))
    y = np.choose(t, [x1, x2 > 0, x1 ^ (x2 % 2)]).astype(int)
    y = np.where(rng.random(600) < 0.1, 1 - y, y)
    return x1, x2, y, t


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
    found = ff.conditional_pid(x1, x2, y, given=t, tol=TOL)
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
    one = ff.conditional_pid(x1, x2, y, given=t, tol=TOL).result
    other = ff.conditional_pid(x2, x1, y, given=t, tol=TOL).result
    swapped = (other.redundancy, other.unique2, other.unique1, other.synergy)
    np.testing.assert_allclose(one.atoms, swapped, rtol=0, atol=one.gap + other.gap + 1e-12)


@ignore_undersampled
@settings(max_examples=40)
@given(samples(), st.permutations(["b", "a", "B"]))
def test_relabelling_t_changes_nothing(columns, names):
    x1, x2, y, t = columns
    one = ff.conditional_pid(x1, x2, y, given=t, tol=TOL)
    other = ff.conditional_pid(x1, x2, y, given=[names[k] for k in t], tol=TOL)
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
    found = ff.conditional_pid(x1, x2, y, given=t, tol=TOL)
    assert found.strata == ("0", "1", "2")
    total = np.zeros(4)
    for k, part in enumerate(found.by_stratum):
        chosen = t == k
        alone = ff.pid(x1[chosen], x2[chosen], y[chosen], tol=TOL)
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
    constant = ff.conditional_pid(x1, x2, y, given=["q"] * 600, tol=TOL).result
    plain = ff.pid(x1, x2, y, tol=TOL)
    np.testing.assert_allclose(
        constant.atoms, plain.atoms, rtol=0, atol=constant.gap + plain.gap + 1e-12
    )
    np.testing.assert_allclose(constant.bias, plain.bias, atol=1e-6)
    assert constant.samples_per_cell == plain.samples_per_cell
    assert constant.undersampled == plain.undersampled
    # the halves are the same, too, so that only what the correction draws is another
    one, other = (
        decompose(x1, x2, y, n_resamples=30, bias_correction=correction, rng=4)
        for decompose in (
            lambda *a, **b: ff.conditional_pid(*a, given=[0] * 600, **b).result,
            ff.pid,
        )
    )
    found = ff.compare(one, other)
    np.testing.assert_allclose(found.difference, 0, atol=5e-3)
    first, second = one.confidence_interval, other.confidence_interval
    np.testing.assert_allclose(first.drift, second.drift, atol=2e-4)
    np.testing.assert_allclose(first._deviations, second._deviations, atol=2e-3)


def test_given_a_source_only_the_other_is_unique(rows):
    x1, x2, y, _ = rows
    result = ff.conditional_pid(x1, x2, y, given=x1, tol=TOL).result
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
    assert found.result.bias_correction == "qe"
    for k, part in enumerate(found.by_stratum):
        alone = ff.pid(x1[t == k], x2[t == k], soft[t == k], bias_correction="qe")
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
    with pytest.warns(
        ff.ConvergenceWarning, match=rf"1 of 2 problems: the certified gap is {gaps[1]:.2e} "
    ) as caught:
        between = ff.conditional_pid(x1, x2, y, given=t, max_iter=0, tol=0.9 * gaps[1])
    assert [part.converged for part in between.by_stratum] == [True, False]
    assert between.result.converged
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_options_reach_the_solver(rows):
    x1, x2, y, t = rows
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


# -- corrections and intervals ---------------------------------------------------------


@pytest.mark.parametrize("correction", ["auto", "chao", "shuffle", "qe"])
def test_corrections_are_means_too(rows, correction):
    x1, x2, y, t = rows
    found = ff.conditional_pid(x1, x2, y, given=t, bias_correction=correction)
    plain = ff.conditional_pid(x1, x2, y, given=t, tol=1e-6)
    result = found.result
    parts = np.array([part.atoms for part in found.by_stratum])
    np.testing.assert_allclose(result.atoms, found.weights @ parts, atol=1e-12)
    assert result.bias_correction == ("chao" if correction == "auto" else correction)
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    np.testing.assert_allclose(
        np.add(result.atoms, result.bias), plain.result.atoms, atol=result.gap + 1e-5
    )
    assert result.synergy < plain.result.synergy - 0.003


@ignore_undersampled
def test_intervals_hold_the_truth():
    """60 data sets: fewer than 51 of 60 would happen once in 300 at a level of 95 %.

    Nor may they hold it by being wide: at most twice what the estimates scatter.
    """
    rng = np.random.default_rng(5)
    truth = rng.gamma(0.6, size=(3, 3, 2, 3)) * np.array([3, 2, 1])
    truth /= truth.sum()
    exact = sum(
        part.sum() * np.array(ff.decompose(part, tol=1e-8).atoms)
        for part in np.moveaxis(truth, 3, 0)
    )
    held, widths, estimates = np.zeros(4), [], []
    for seed in range(60):
        x1, x2, y, t = drawn(truth, 500, rng)
        interval = ff.conditional_pid(
            x1, x2, y, given=t, n_resamples=40, rng=seed
        ).result.confidence_interval
        held += (interval.low <= exact) & (exact <= interval.high)
        widths.append(np.subtract(interval.high, interval.low))
        estimates.append(interval.estimate)
    assert held.min() >= 51
    scatter = 2 * 1.96 * np.std(estimates, axis=0, ddof=1)
    assert (np.mean(widths, axis=0) <= 2 * scatter).all()
    assert (np.mean(widths, axis=0) >= 0.8 * scatter).all()


def test_intervals_take_account_of_the_shares(rng):
    """Where T is one, y is x1, else it is nothing: U1 is as uncertain as the share of that."""
    n = 1000
    x1, x2, t = rng.integers(2, size=(3, n))
    y = np.where(t == 1, x1, 0)
    interval = ff.conditional_pid(
        x1, x2, y, given=t, n_resamples=200
    ).result.confidence_interval
    error = (interval.high.unique1 - interval.low.unique1) / (2 * 1.96)
    assert error == pytest.approx(np.sqrt(0.25 / n), rel=0.25)


@ignore_undersampled
def test_halves_that_miss_a_stratum_count_it_for_nothing(rows):
    """The first stratum is a single row, and in about half of the halves."""
    x1, x2, y, _ = (column[:101] for column in rows)
    t = np.r_[0, np.repeat([1, 2], 50)]
    options = solver_options(TOL, 20_000, "auto", 1, "float64", "cpu")
    found, again = (RandomHalves(101, 25, np.random.default_rng(2)) for _ in range(2))
    atoms = atoms_of_halves(read_samples(x1, x2, y), t, found, 25, options, chao=False)
    assert atoms.shape == (25, 4)
    missing = 0
    for row, chosen in zip(atoms, again, strict=True):
        missing += 0 not in t[chosen]
        parts = [chosen[t[chosen] == k] for k in np.unique(t[chosen])]
        expected = sum(
            len(part) / 50 * np.array(ff.pid(x1[part], x2[part], y[part], tol=TOL).atoms)
            for part in parts
        )
        np.testing.assert_allclose(row, expected, rtol=0, atol=2e-3)  # solved loosely
    assert 5 < missing < 20
    assert found.drawn == again.drawn


def test_the_seed_decides(rows):
    x1, x2, y, t = rows
    one, other, third = (
        ff.conditional_pid(x1, x2, y, given=t, n_resamples=25, bias_correction="auto", rng=k)
        for k in (1, np.random.default_rng(1), 2)
    )
    assert one.to_dict() == other.to_dict()
    assert one.result.atoms != third.result.atoms
    # however many halves, the correction is the same
    more = ff.conditional_pid(x1, x2, y, given=t, n_resamples=30, bias_correction="auto", rng=1)
    assert more.result.atoms == one.result.atoms
    plain = ff.conditional_pid(x1, x2, y, given=t, n_resamples=25, rng=1).result
    assert plain.atoms == ff.conditional_pid(x1, x2, y, given=t).result.atoms
    assert plain.bias_correction == "none"
    np.testing.assert_allclose(plain.bias, one.result.bias, atol=2e-4)


def test_two_of_the_same_rows_can_be_compared(rows, rng):
    x1, x2, y, t = rows
    noisy = np.where(rng.random(600) < 0.4, 1 - x1, x1)
    a, b = (ff.conditional_pid(x, x2, y, given=t, n_resamples=50).result for x in (x1, noisy))
    found = ff.compare(a, b)
    assert found.low.unique1 > 0
    assert found.pvalue.unique1 < 1e-3
    assert ff.compare(a, a).pvalue == (1, 1, 1, 1)
    # and with what there is without the condition
    assert ff.compare(a, ff.pid(x1, x2, y, n_resamples=50)).low.unique1 > 0
    for changes in ({"rng": 1}, {"n_resamples": 51}):
        other = ff.conditional_pid(x1, x2, y, given=t, **({"n_resamples": 50} | changes))
        with pytest.raises(ValueError, match="a and b were resampled differently"):
            ff.compare(a, other.result)


def test_few_samples_cannot_be_corrected():
    columns = [[0, 1] * 3] * 3
    for options in ({"bias_correction": "auto"}, {"n_resamples": 25}):
        with pytest.raises(ValueError, match=r"n_resamples: .* at least 8 samples, got 6"):
            ff.conditional_pid(*columns, given=[0] * 6, **options)
    found = ff.conditional_pid(*columns, given=[0] * 6)
    assert found.result.redundancy == pytest.approx(1)


# -- pooling and warnings --------------------------------------------------------------


def test_small_strata_are_told_of_once(rows):
    x1, x2, y, t = rows
    names = np.array(["a", "b", "c", "d"])[t]
    names[:20] = ["d", "e"] * 10
    with pytest.warns(ff.UndersampledWarning) as caught:
        found = ff.conditional_pid(x1, x2, y, given=names)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert found.strata[-1] == "pooled"
    assert found.pooled == ("d", "e")
    share = found.weights[-1]
    assert str(caught[0].message) == (
        f"2 of {len(set(names))} strata of `given` have few rows for their cells and were pooled "
        f"({share:.0%} of the rows): {', '.join(found.pooled)}."
    )
    assert not found.result.undersampled
    inside = np.isin(names, found.pooled)
    with pytest.warns(ff.UndersampledWarning):
        alone = ff.pid(x1[inside], x2[inside], y[inside])
    np.testing.assert_allclose(found.by_stratum[-1].atoms, alone.atoms, atol=2e-4)


def test_nothing_to_condition_on_is_refused(rows):
    x1, x2, y, _ = rows
    with pytest.raises(ValueError, match="given: none of its 600 values has enough rows"):
        ff.conditional_pid(x1, x2, y, given=np.arange(600))


def test_what_joins_small_strata_is_told_apart(rows):
    x1, x2, y, _ = rows
    names = np.repeat(["few", "next", "most"], [5, 200, 395])
    with pytest.warns(
        ff.UndersampledWarning,
        match=r"^1 of 3 strata .* pooled \(34% of the rows\): few, with next, as these alone",
    ):
        found = ff.conditional_pid(x1, x2, y, given=names)
    assert found.pooled == ("few", "next")


def test_enough_samples_give_no_warning(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not ff.conditional_pid(*rows[:3], given=rows[3]).result.undersampled


def test_mostly_bias_is_said_with_a_remedy(rng):
    x1, x2 = rng.integers(6, size=(2, 400))
    y, t = rng.integers(2, size=(2, 400))
    with pytest.warns(
        ff.UndersampledWarning,
        match=r"^an atom of the mean is mostly the bias of counting \(strata 0, 1\): take fewer "
        r"states, fewer strata, or bias_correction='auto'\.$",
    ):
        assert ff.conditional_pid(x1, x2, y, given=t).result.undersampled
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        corrected = ff.conditional_pid(x1, x2, y, given=t, bias_correction="auto").result
    assert not corrected.undersampled
    assert abs(corrected.synergy) < 0.1


@pytest.mark.parametrize("correction", ["none", "auto"])
def test_where_samples_are_alone_no_correction_is_advised(rng, correction):
    x1, x2 = rng.integers(30, size=(2, 300))
    y, t = rng.integers(2, size=300), np.repeat([0, 1], [260, 40])
    x1[260:], x2[260:] = 0, 0  # a stratum that is kept
    with pytest.warns(
        ff.UndersampledWarning, match=r"^\d\d% of the samples are alone in their cell"
    ) as caught:
        found = ff.conditional_pid(x1, x2, y, given=t, bias_correction=correction)
    assert found.result.undersampled
    assert "bias_correction" not in str(caught[0].message)


def test_a_stratum_of_unknown_bias_does_not_hide_the_rest(rng):
    """400 rows whose synergy is bias, and 40 whose rows are alone in their cell."""
    x1, x2 = rng.integers(6, size=(2, 440))
    x1[400:], x2[400:] = 6 + np.arange(40), 0
    y = rng.integers(2, size=440)
    t = np.repeat([0, 1], [400, 40])
    with pytest.warns(ff.UndersampledWarning, match="mostly the bias of counting"):
        result = ff.conditional_pid(x1, x2, y, given=t).result
    assert np.isnan(result.bias).all()
    assert result.undersampled


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
    assert (found.result.shape, found.result.solver) == ((), "cpu")


@ignore_undersampled
def test_what_is_not_known_is_none_in_json(rng):
    x1, x2, y = rng.integers(30, size=(3, 80))
    x1[40:], x2[40:], y[40:] = 0, 0, 0
    given = np.repeat(["a", "b", "c", "d"], [14, 16, 10, 40])
    found = ff.conditional_pid(x1, x2, y, given=given)
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
        ({"rng": -1}, ValueError, "rng: expected"),
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
