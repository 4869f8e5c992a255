# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of three and more sources: what they tell together, and pairs as if alone."""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

import fourfold as ff
from fourfold.posteriors.calibration import matched
from fourfold.posteriors.held_out import Rows, halves_of
from fourfold.posteriors.several.held_out_unions import factors_of, terms_by_halves
from fourfold.posteriors.several.solved_subsets import solved_subsets
from fourfold.posteriors.target import as_target
from fourfold.results.union_information import UnionInformation
from fourfold.solve.options import SolverOptions

Data = tuple[list[np.ndarray], np.ndarray]
ALL = ("x1", "x2", "x3")


def behind_noise(states: np.ndarray, signal: float, rng: np.random.Generator) -> np.ndarray:
    """Whole numbers (N,) on a line, 2 * signal apart, behind noise of size 1 in six columns."""
    x = rng.standard_normal((len(states), 6))
    x[:, 0] += signal * (2.0 * states - states.max())
    return x @ np.linalg.qr(rng.standard_normal((6, 6)))[0]


def three_bits(kind: str, rows: int = 600, signal: float = 3.0, seed: int = 0) -> Data:
    """Three fair bits, each behind noise, and what they say together."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(2, size=(rows, 3))
    y = {"parity": bits.sum(1) % 2, "and": bits.all(1) * 1}[kind]
    return [behind_noise(bit, signal, rng) for bit in bits.T], y


def fit(data: Data, classifier: Any = "logistic", **options: Any) -> ff.ClassifierPID:
    """With few folds, to be quick."""
    return ff.ClassifierPID(classifier, cv=2, random_state=0, **options).fit(*data)


@pytest.fixture(scope="module")
def of_and() -> tuple[ff.ClassifierPID, Data]:
    data = three_bits("and")
    return fit(data), data


# -- what is known ---------------------------------------------------------------------


def test_parity_of_three_is_all_synergy_that_no_pair_has() -> None:
    result = fit(three_bits("parity")).result_
    np.testing.assert_allclose(result.union_information, 0, atol=0.01)
    np.testing.assert_allclose(result.information[:-1], 0, atol=0.02)
    assert result[ALL].synergy > 0.8
    assert result.held_out.synergy[-1] > 0.8


def test_and_of_three(of_and: tuple[ff.ClassifierPID, Data]) -> None:
    """Equal sources: v* of all is I(X1;Y) = h(1/8) - h(1/4) / 2 = .1379 bits."""
    result = of_and[0].result_
    p = np.mean(of_and[1][1])
    entropy = -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    assert result.entropy == pytest.approx(entropy)
    error = result.standard_error.union_information[-1]
    assert result[ALL].union_information == pytest.approx(0.1379, abs=3 * error)
    assert result[ALL].information == pytest.approx(entropy, rel=0.25)
    assert sum(result.shares.value) == pytest.approx(result[ALL].union_information)
    assert max(result.unique.value) < 0.05


def test_a_copy_shares_equally_and_nothing_is_lost_without_it() -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(3, size=300)
    first = behind_noise(y % 2, 2.0, rng)
    other = behind_noise(y // 2, 2.0, rng)
    result = fit(([first, other, first.copy()], y), n_prototypes=10).result_
    assert result.shares["x1"] == pytest.approx(result.shares["x3"], abs=0.01)
    assert result.unique["x1"] == pytest.approx(0, abs=0.01)
    assert result.unique["x3"] == pytest.approx(0, abs=0.01)
    assert result.unique["x2"] > 0.2
    two = result["x1", "x2"]
    assert result[ALL].union_information == pytest.approx(two.union_information, abs=0.02)
    alone = result["x1"].information
    assert result["x1", "x3"].union_information == pytest.approx(alone, abs=0.02)


def test_noisy_views_of_one_label_against_their_table() -> None:
    """The label's four values, seen by three sources: v* of binned sources is in the interval."""
    rng = np.random.default_rng(2)
    y = rng.integers(4, size=400)
    result = fit(([behind_noise(y, 1.5, rng) for _ in range(3)], y), n_prototypes=8).result_
    # alike, so that v* of the population is I(X1;Y): of a normal of size 1 around 0, 3, 6 and 9
    grid = np.linspace(-6, 15, 4001)
    density = np.exp(-((grid[:, None] - 3.0 * np.arange(4)) ** 2) / 2)
    p = density / density.sum()
    truth = (p * np.log2(p / p.sum(1, keepdims=True) / 0.25)).sum()
    assert result.lower[-1] < truth + 0.05
    assert result[ALL].union_information == pytest.approx(truth, abs=0.08)
    assert result.held_out.union_information[-1] < truth + 3 * result.held_out_error[1][-1]


# -- pairs and bounds ------------------------------------------------------------------


def test_pairs_are_those_of_two_sources_to_the_last_bit(
    of_and: tuple[ff.ClassifierPID, Data],
) -> None:
    fitted, (sources, y) = of_and
    for i, j in itertools.combinations(range(3), 2):
        alone = clone(fitted).fit(sources[i], sources[j], y)
        assert fitted.result_.pairs[ALL[i], ALL[j]].to_dict() == alone.result_.to_dict()
        for k, one in zip((i, j), alone.posteriors_[:2], strict=True):
            np.testing.assert_array_equal(fitted.posteriors_[k], one)


def test_intervals_and_held_out_are_in_order(of_and: tuple[ff.ClassifierPID, Data]) -> None:
    result = of_and[0].result_
    assert isinstance(result, UnionInformation)
    assert result.model == "posteriors"
    assert (result.lower <= result.union_information + 1e-12).all()
    assert (result.union_information <= result.upper + 1e-12).all()
    assert result.converged.all()
    for k, subset in enumerate(result.subsets):
        inside = [m for m, other in enumerate(result.subsets) if set(other) <= set(subset)]
        assert result.union_information[k] >= result.union_information[inside].max() - 1e-9
    held, error = result.held_out, result.held_out_error
    assert (held.union_information < result.upper + 3 * error.union_information).all()
    np.testing.assert_allclose(held.synergy, held.information - held.union_information)
    bounds = result.outer_bounds
    assert (bounds.union_information < held.union_information).all()
    assert bounds.union_information[-1] < 0.1379 < result.entropy
    np.testing.assert_array_less(result.entropy - held.union_information, bounds.synergy)
    assert bounds.unique[1] == pytest.approx(bounds.synergy[4])  # of the first and the third
    assert bounds.synergy[4] == pytest.approx(result.pairs["x1", "x3"].outer_bounds.synergy)
    pair = result.pairs["x1", "x3"].information.held_out
    assert held.union_information[4] == pytest.approx(pair.union_information, abs=1e-14)
    assert held.information[4] == pytest.approx(pair.mi_joint, abs=1e-14)


def drawn(y: np.ndarray, size: float, rng: np.random.Generator) -> np.ndarray:
    """Posteriors (N, K_Y) of normal columns, one a class, that of the row's class at `size`."""
    shares = np.eye(y.max() + 1)[y]
    x = size * shares + rng.standard_normal(shares.shape)
    p = np.exp(size * x) * shares.mean(0)
    return matched(p / p.sum(1, keepdims=True), as_target(y, y.max() + 1, None, 0))


def solved(p: list[np.ndarray], y: np.ndarray, number: int | None) -> Any:
    target = as_target(y, p[0].shape[1], None, 0)
    options = SolverOptions.checked(1e-6, 1000, 1, "float64", "cpu")
    every = tuple(range(len(p)))
    return solved_subsets(p, [every], target, options, number)[every]


def test_merging_is_in_the_interval() -> None:
    """Lemma B of three sources, and v* drawn to no loss is nearer than v* of the prototypes."""
    rng = np.random.default_rng(3)
    y = rng.integers(3, size=400)
    sure = [drawn(y, 1.5, rng) for _ in range(3)]
    few, more, many = (solved(sure, y, number) for number in (8, 16, 50))
    for coarse, fine in itertools.pairwise((few, more, many)):
        assert coarse.lower <= fine.upper
        assert fine.lower <= coarse.upper + coarse.lost
        assert coarse.lost > fine.lost
    assert few.upper + 0.01 < many.lower
    assert abs(few.estimate - many.estimate) < many.lower - few.upper


def test_two_classes_are_solved_row_by_row() -> None:
    rng = np.random.default_rng(4)
    y = rng.integers(2, size=500)
    p = [drawn(y, size, rng) for size in (0.5, 0.8, 1.0, 1.0)]
    found = solved(p, y, None)
    assert found.lost == 0
    assert found.upper - found.lower < 1e-9
    assert [len(one.mass) for one in found.prototypes] == [500] * 4
    tuples = rng.integers(500, size=(4, 100_000))
    factors = sum(a[rows] for a, rows in zip(found.dual, tuples, strict=True))
    assert np.exp2(factors).sum(1).max() < 1 + 1e-9


def test_combined_factors_are_feasible_and_chosen_by_the_other_half() -> None:
    """Lemma C: no tuple of states has more than 1; labels that nobody learned bound v* below."""
    rng = np.random.default_rng(5)
    y = rng.integers(3, size=3000)
    target = as_target(y, 3, None, 0)
    p = [drawn(y, 1.5, rng) for _ in range(3)]
    found = solved(p, y, 12)
    log_classes = np.log2(target.classes)
    for a, b, c in factors_of(found):
        most = np.exp(a[:, None, None] + b[:, None] + c).sum(-1).max()
        assert most == pytest.approx(1, abs=1e-6)
    rows, halves = Rows(target.weights), halves_of(target, None)
    singles = [np.stack([target.terms(np.log2(one) - log_classes)] * 2) for one in p]
    by_halves = terms_by_halves(found, singles, target, rows, halves)
    means = by_halves @ target.weights
    assert (means >= max(one[0].mean() for one in singles) - 0.01).all()
    held = np.where(halves, *by_halves)
    assert held.mean() < found.upper + 3 * rows.error(held)


def test_four_sources_have_all_subsets() -> None:
    rng = np.random.default_rng(4)
    y = rng.integers(2, size=120)
    sources = {name: behind_noise(y, 0.5, rng) for name in ("a", "b", "c", "d")}
    result = fit((sources, y), n_prototypes=8).result_  # type: ignore[arg-type]
    assert result.source_names == ("a", "b", "c", "d")
    assert len(result.subsets) == 15
    assert np.isfinite(result.information).all()
    assert len(result.pairs) == 6
    assert len(result.held_out.information) == 15


# -- scikit-learn ----------------------------------------------------------------------


def test_columns_of_one_table(of_and: tuple[ff.ClassifierPID, Data]) -> None:
    fitted, (sources, y) = of_and
    columns = slice(0, 6), slice(6, 12), slice(12, 18)
    one = clone(fitted).set_params(sources=columns).fit(np.hstack(sources), y)
    assert one.result_.to_dict() == fitted.result_.to_dict()
    assert (one.n_features_in_, fitted.n_features_in_) == (18, (6, 6, 6))
    assert [p.shape for p in fitted.posteriors_] == [(600, 2)] * 4
    assert fitted.classes_.tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"sources: expected a pair .* or of more sources"):
        clone(fitted).set_params(sources=columns[:1]).fit(np.hstack(sources), y)


def test_names_of_columns_of_frames() -> None:
    pandas = pytest.importorskip("pandas")
    sources, y = three_bits("and", 100)
    frames = [pandas.DataFrame(x, columns=[*"abcdef"]) for x in sources]
    fitted = fit((frames, y), n_prototypes=4)
    assert [names.tolist() for names in fitted.feature_names_in_] == [[*"abcdef"]] * 3


def test_groups_and_weights() -> None:
    sources, y = three_bits("and", 200)
    weights = np.where(y == 1, 3.0, 1.0)
    given = {"groups": np.arange(200) // 2, "sample_weight": weights}
    fitted = ff.ClassifierPID("logistic", cv=2, random_state=0, n_prototypes=8).fit(
        sources, y, **given
    )
    share = weights[y == 1].sum() / weights.sum()
    h = -share * np.log2(share) - (1 - share) * np.log2(1 - share)
    assert fitted.result_.entropy == pytest.approx(h)
    alone = clone(fitted).fit(*sources[:2], y, **given)
    assert fitted.result_.pairs["x1", "x2"].to_dict() == alone.result_.to_dict()


def test_repeated_rows_hold_nothing_out() -> None:
    sources, y = three_bits("and", 100)
    repeated = [np.tile(x, (4, 1)) for x in sources], np.tile(y, 4)
    with pytest.warns(ff.DuplicateRowsWarning, match="of 400 rows of X3 equal"):
        result = fit(repeated, n_prototypes=8).result_
    assert result.held_out is None
    assert result.outer_bounds is None
    assert math.isnan(result.pairs["x1", "x2"].outer_bounds.redundancy)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grouped = ff.ClassifierPID("logistic", cv=2, random_state=0, n_prototypes=8)
        result = grouped.fit(*repeated, groups=np.tile(np.arange(100), 4)).result_
    assert result.held_out is not None


def test_what_is_not_for_several_is_refused() -> None:
    sources, y = three_bits("and", 60)
    with pytest.raises(ValueError, match="learning_gap: True is for two sources"):
        fit((sources, y), learning_gap=True)
    with pytest.raises(ValueError, match="fit_blocks: takes two sources, got 3"):
        ff.ClassifierPID("logistic").fit_blocks(sources, y)
    of_table = ff.ClassifierPID("logistic", sources=([0], [1], [2]))
    with pytest.raises(ValueError, match="fit_blocks: takes two sources, got 3"):
        of_table.fit_blocks(np.hstack(sources), y)
    with pytest.raises(ValueError, match="X1 has 60, X2 has 60, X3 has 59"):
        fit(([*sources[:2], sources[2][1:]], y))
    with pytest.raises(TypeError, match=r"or a list \[X1, X2, X3\]"):
        ff.ClassifierPID("logistic").fit(*sources, y)
    with pytest.raises(ValueError, match="X: expected at most 8 sources of 2 classes, got 9"):
        fit((sources * 3, y))
    with pytest.raises(ValueError, match=r"X2: .* finite"):
        fit(([sources[0], sources[1] * np.nan, sources[2]], y))
    named = dict(zip("ab", sources[:2], strict=True))
    for wrong in ([*sources[:2], y * 1.0], sources[:1], named):
        with pytest.raises(
            TypeError, match=r"a list \[X1, X2, X3\] or a dict of three or more"
        ):
            ff.ClassifierPID("logistic").fit(wrong, y)
    found = fit((sources, y)).result_
    with pytest.raises(TypeError, match="UnionInformation"):
        ff.compare(found, found)  # type: ignore[arg-type]
