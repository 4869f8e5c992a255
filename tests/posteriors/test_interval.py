# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Intervals of what classifiers decode: the truth is in them, and they end at the bounds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from fourfold import gates
from fourfold.posteriors.folds import half_of, half_of_groups
from fourfold.posteriors.interval import MISSED, decoded_interval
from fourfold.results.posterior_pid import InformationReadings, Informations, PosteriorPID

Data = ff.datasets.Embeddings


def fitted(data: Data, seed: int = 0, **options: object) -> PosteriorPID:
    estimator = ff.ClassifierPID("fast", learning_gap=True, random_state=seed)
    found: PosteriorPID = estimator.set_params(**options).fit(*data).result_
    return found


@pytest.fixture(scope="module")
def redundant() -> PosteriorPID:
    return fitted(ff.datasets.make_embeddings(gates.RDN, 600, 8, random_state=0))


@pytest.mark.parametrize("gate", [gates.AND, gates.XOR, gates.UNQ, gates.RDN])
def test_holds_what_is_true(gate: gates.Gate) -> None:
    within = []
    for seed in range(3):
        data = ff.datasets.make_embeddings(gate, 300, 8, random_state=seed)
        truth = ff.decompose_marginals(*data.truth, tol=1e-5).atoms
        interval = fitted(data, seed).confidence_interval
        ends = zip(interval.low, interval.high, truth, strict=True)
        within += [low - 1e-3 <= atom <= high + 1e-3 for low, high, atom in ends]
    assert sum(within) >= 11


def test_is_within_zero_and_the_outer_bounds(redundant: PosteriorPID) -> None:
    interval, bounds = redundant.confidence_interval, redundant.outer_bounds
    assert interval.low.redundancy >= bounds.redundancy
    assert all(low >= 0 for low in interval.low)
    highest = zip(interval.high[1:], bounds[1:4], strict=True)
    assert all(high <= most for high, most in highest)
    assert interval.low.redundancy < redundant.redundancy < interval.high.redundancy
    assert interval.method == "decoded"
    assert interval.estimate == redundant.readings["extrapolated"]


def test_synergy_that_is_not_found_may_be_all_that_its_bound_allows() -> None:
    rng = np.random.default_rng(0)
    y = np.arange(300) % 2
    found = fitted(
        (rng.normal(size=(300, 3)) + y[:, None], rng.normal(size=(300, 3)), y)  # type: ignore[arg-type]
    )
    assert found.confidence_interval.low.synergy == 0
    assert found.confidence_interval.high.synergy == found.outer_bounds.synergy > 0.3


def test_without_a_learning_gap_or_bounds_there_is_none(redundant: PosteriorPID) -> None:
    data = ff.datasets.make_embeddings(gates.RDN, 100, 4, random_state=0)
    assert fitted(data, learning_gap=False).confidence_interval is None
    few = ff.datasets.make_embeddings(gates.RDN, 24, 2, random_state=0)
    assert fitted(few, cv=2).confidence_interval is None
    none = redundant.outer_bounds._replace(redundancy=np.nan)
    leaky = dataclasses.replace(redundant, outer_bounds=none)
    assert decoded_interval(leaky, leaky, leaky.atoms) is None


def made(result: PosteriorPID, centre: list[float], kink: float) -> PosteriorPID:
    """Rows whose terms are all one number off these, and v* of posteriors; nothing is bounded."""
    rows = np.random.default_rng(0).normal(scale=0.1, size=(result.n_samples, 1))
    held = Informations(*(centre + rows).mean(0).tolist())
    soft = held._replace(union_information=held.union_information + kink)
    bounds = result.outer_bounds._replace(redundancy=0.0, unique1=9.0, unique2=9.0, synergy=9.0)
    return dataclasses.replace(
        result,
        information=InformationReadings(soft, held, held),
        row_terms=centre + rows,
        outer_bounds=bounds,
    )


def test_reaches_from_what_is_confirmed_to_what_slow_classifiers_miss(
    redundant: PosteriorPID,
) -> None:
    full = made(redundant, [1.0, 1.0, 3.0, 1.5], kink=0.1)
    half = dataclasses.replace(full, row_terms=full.row_terms - [0.1, 0.0, 0.2, 0.1])
    interval = decoded_interval(full, half, full.atoms)
    assert interval is not None
    gaps = MISSED[1]
    assert gaps == pytest.approx(2.414, abs=1e-3)
    # R = I1 + I2 - v*, in which the gaps of I1 and v* cancel; it has the number of a row once
    rows = full.row_terms[:, 0]
    error = 1.58 * 1.964 * rows.std(ddof=1) / np.sqrt(len(rows))
    off = rows.mean() - 1
    assert interval.low.redundancy == pytest.approx(0.4 + off - error, abs=1e-4)
    assert interval.high.redundancy == pytest.approx(0.5 + off + error, abs=1e-4)
    # of U1, U2 and S it cancels
    assert interval.low[1:] == pytest.approx([0.5, 0.5, 1.4])
    most = [0.6 + 0.1 * gaps, 0.6, 1.5 + 0.1 * gaps]
    assert interval.high[1:] == pytest.approx(most)
    assert interval.kink == pytest.approx(0.1)
    assert interval.bias_error == pytest.approx(
        [0.05, 0.05 + 0.05 * gaps, 0.05, 0.05 + 0.05 * gaps]
    )
    first, second = interval.contributions
    assert first == pytest.approx((0.5 / 1.1, most[0] / (most[0] + 0.5)))
    assert second == pytest.approx((1 - first[1], 1 - first[0]))


def test_what_half_of_the_rows_told_better_is_not_taken_off(redundant: PosteriorPID) -> None:
    full = made(redundant, [1.0, 1.0, 3.0, 1.5], kink=0.0)
    better = dataclasses.replace(full, row_terms=full.row_terms + 0.3)
    found = [decoded_interval(full, half, full.atoms) for half in (better, full)]
    assert found[0].to_dict() == found[1].to_dict()


def test_is_told_in_words_and_numbers(redundant: PosteriorPID) -> None:
    interval, text = redundant.confidence_interval, repr(redundant)
    assert f"{redundant.redundancy:.3f} [{interval.low.redundancy:.2f}," in text
    assert "decoded (95 %)" in text
    assert "if what these classifiers miss falls like N^-1/2 or faster" in text
    record = redundant.to_dict()["confidence_interval"]
    assert record["low"] == interval.low._asdict()
    assert record["method"] == "decoded"


def test_compares_as_without_intervals(redundant: PosteriorPID) -> None:
    other = fitted(ff.datasets.make_embeddings(gates.RDN, 600, 8, random_state=1))
    bare = [dataclasses.replace(one, confidence_interval=None) for one in (redundant, other)]
    assert repr(ff.compare(redundant, other)) == repr(ff.compare(*bare))


def test_halves_are_of_each_class_and_of_whole_groups() -> None:
    rng = np.random.default_rng(0)
    strata, rows = np.repeat([0, 1, 2], [40, 20, 4]), np.arange(64)
    assert np.bincount(strata[half_of(rows, strata, rng)]).tolist() == [20, 10, 2]
    groups = rows // 4
    half = half_of_groups(rows[:60], strata, groups, rng)
    assert len(half) == 32 or len(half) == 28
    assert (np.bincount(groups[half])[np.unique(groups[half])] == 4).all()
    lone = half_of_groups(rows, strata, np.where(strata == 2, 9, groups % 9), rng)
    assert set(strata[lone]) == {0, 1, 2}
