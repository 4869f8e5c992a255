# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The floor of a step counts what a step does, at rates that are measured."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.floor import model, rates
from benchmarks.floor.settings import Settings
from benchmarks.floor.stopwatch import rounds
from benchmarks.record.target import Target


def test_work_of_a_step_is_counted_as_the_core_does_it():
    work = model.StepWork(6, 5, 3, sweeps=2.5)
    # M and r^T a; two and a half times r b and r^T a
    assert work.multiply_adds == (2 + 2.5 * 2) * 6 * 5 * 3
    assert work.pairs == 30
    # r, x, x before, each read and written; r once a sweep
    assert work.bytes == (3 * 2 + 2.5) * 30 * 8
    assert work.working_set == 3 * 30 * 8


def test_floor_adds_up_its_parts(rates_of):
    work = model.StepWork(16, 16, 10, sweeps=2.0)
    least = model.floor_of(work, rates_of())
    assert least.products == pytest.approx(6 * 2560 / 1e9)
    assert least.elements == pytest.approx(256 / 1e8 + 256 / 2e8)
    assert least.bytes == pytest.approx(8 * 8 * 256 / 1e9)
    assert least.seconds == pytest.approx(least.products + least.elements + least.bytes)


def test_bytes_count_only_beyond_the_caches_of_all_threads(rates_of):
    work = model.StepWork(16, 16, 10, sweeps=2.0)
    assert work.working_set == 6144
    assert model.floor_of(work, rates_of(threads=6)).bytes > 0.0
    assert model.floor_of(work, rates_of(threads=7)).bytes == 0.0
    assert model.floor_of(work, rates_of(second_level=6144)).bytes == 0.0
    shapes = [(16, 16, 10), (8, 8, 10), (16, 16, 3), (2, 2, 2)]
    assert model.working_sets(shapes, 1, 1000) == [1536, 6144]
    assert model.working_sets(shapes, 2, 1000) == [6144]


def test_every_default_shape_has_the_bandwidth_that_its_floor_needs(rates_of):
    settings = Settings()
    shapes = [*settings.shapes, settings.large.shape]
    assert set(settings.beside_numpy) <= set(settings.shapes)
    for threads in (1, 2):
        sizes = model.working_sets(shapes, threads, 1 << 20)
        bandwidths = dict.fromkeys(sizes, 1e10)
        lane = rates_of(threads, bandwidths=bandwidths, second_level=1 << 20)
        for shape in shapes:
            assert model.floor_of(model.StepWork(*shape, sweeps=2.0), lane).seconds > 0.0


@pytest.mark.parametrize(
    ("sense", "met"),
    [
        ("at most", (True, True, False)),
        ("at least", (False, True, True)),
        ("below", (True, False, False)),
    ],
)
def test_targets_are_met_on_the_right_side(sense, met):
    target = Target("figure", sense, 2.0, "s")
    assert tuple(target.judge(value)["met"] for value in (1.0, 2.0, 3.0)) == met
    assert target.judge(None)["met"] is None


def test_rounds_keep_to_their_least_and_most():
    assert len(list(rounds(3, 0.0, 10))) == 3
    assert len(list(rounds(3, 60.0, 5))) == 5


def test_rates_are_measured_for_each_working_set():
    found = rates.prepare(2, [65_536, 131_072], 64, 0.01)()
    assert found.threads == 2
    assert sorted(found.bandwidths) == [65_536, 131_072]
    numbers = (found.multiply_adds, found.exponentials, found.logarithms)
    assert all(number > 1e6 for number in (*numbers, *found.bandwidths.values()))
    assert found.second_level >= 1 << 15
    assert found.blas


def test_rates_of_the_kernels_grow_with_the_threads(monkeypatch):
    monkeypatch.setattr(rates, "_elements", lambda *_: 1e9)
    assert rates.prepare(3, [], 16, 0.0)().exponentials == 3e9


def test_rates_are_work_over_the_fastest_time(monkeypatch):
    seconds = iter([3e-6, 1e-6, 0.5, 1e-6, 1e-6])
    monkeypatch.setattr(rates, "fastest", lambda *_: next(seconds))
    # the cost of the call is in both
    elements = rates._elements(np.exp, 0.0, 1.0, 0.0)
    assert elements == pytest.approx((rates.LONG - rates.SHORT) / 2e-6)
    # 8 kB are gone through until 64 MB are moved
    assert rates._bandwidth(8000, 1, 0.0) == pytest.approx(64e6 / 0.5)
    with pytest.raises(RuntimeError, match="too busy"):
        rates._elements(np.exp, 0.0, 1.0, 0.0)
