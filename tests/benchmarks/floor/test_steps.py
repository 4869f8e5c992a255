# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A step is checked against NumPy's, then timed and held to its floor."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from benchmarks.floor import numpy_step, step_times
from benchmarks.floor.command import FLOOR, floor
from benchmarks.peers.instances import two_marginals
from fourfold import _core

SMALL = (16, 16, 10)


@pytest.mark.parametrize("shape", [(16, 16, 10), (24, 16, 3), (33, 20, 7)])
# at last with wider spacing, restarts, dead pairs
@pytest.mark.parametrize("steps", [1, 20, 200])
def test_numpy_takes_the_steps_of_the_core(shape, steps):
    marginals = two_marginals(*shape, 3)
    solved = _core.solve_one(
        *marginals, method="ipfp", tol=1e-15, max_iter=steps, num_threads=1
    )
    iteration = numpy_step.NumpyIteration(*marginals)
    iteration.run(steps)
    iteration.fit()
    iteration.shrink()
    assert iteration.slow == 0
    assert (iteration.steps, iteration.sweeps) == (steps, solved["sweeps"][0])
    np.testing.assert_allclose(iteration.x, solved["log_r"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(iteration.a, solved["a"], rtol=1e-9)
    np.testing.assert_allclose(iteration.b, solved["b"], rtol=1e-9)


def test_numpy_says_where_the_core_steps_on_the_scaling_problem():
    marginals = two_marginals(24, 16, 3, 5)
    solved = _core.solve_one(*marginals, method="ipfp", tol=1e-15, max_iter=200, num_threads=1)
    iteration = numpy_step.NumpyIteration(*marginals)
    iteration.run(200)
    iteration.fit()
    assert iteration.slow > 0
    assert iteration.sweeps != solved["sweeps"][0]


@pytest.mark.parametrize("name", ["log_r", "a", "b"])
def test_every_part_of_the_iterate_is_compared(name):
    marginals = two_marginals(*SMALL, 1)
    solved = _core.solve_one(*marginals, method="ipfp", tol=1e-15, max_iter=5, num_threads=1)
    assert step_times._difference(marginals, solved) < 1e-9
    solved[name][3, 2] *= 1.0 + 1e-6
    assert step_times._difference(marginals, solved) > 1e-7


def test_numpy_steps_need_no_new_buffers():
    iteration = numpy_step.NumpyIteration(*two_marginals(12, 12, 3, 0))

    def buffers():
        return {
            id(value) for value in vars(iteration).values() if isinstance(value, np.ndarray)
        }

    before = buffers()
    iteration.run(9)
    assert buffers() == before


def test_a_step_is_recorded_beside_its_floor_and_numpy(here, quick, only, rows_of):
    def timed(answer):
        assert answer.difference < 1e-9
        assert answer.steps == [8, 16]
        # the first round was slow for both
        answer.seconds, answer.numpy_seconds = [9e-3, 1e-3, 2e-3], [9e-2, 2e-3, 2e-3]
        return answer

    seen = here("step_times", timed)
    report, record, text = only(quick("steps", beside_numpy=(SMALL,)), "step")
    assert FLOOR.failures(report) == []
    assert record["seconds"]["median"] == 2e-3
    assert record["numpy"]["median"] == 2e-3
    assert record["numpy"]["ratio"] == 0.5  # of 0.1, 0.5 and 1
    assert record["numpy"]["sweeps"] == record["sweeps"] >= 1.0
    least = record["floor"]
    assert least["ratio"] == pytest.approx(2e-3 / least["seconds"])
    (target,) = record["targets"]
    assert (target["value"], target["measured"], target["met"]) == (0.6, 0.5, True)
    (row,) = rows_of(text, "One outer step")
    assert row[:2] == ["16 x 16 x 10", "1"]
    assert (row[3], row[7], row[8]) == ("2000 us", "2000 us", "0.50")
    assert [name for name, _, _ in seen] == ["rates", "step_times"]


def test_a_step_that_is_not_numpys_has_no_time_and_fails(
    monkeypatch, here, quick, only, rows_of
):
    def not_timed(answer):
        assert answer.seconds == answer.numpy_seconds == []
        return answer

    # more sweeps than the core does
    monkeypatch.setattr(numpy_step, "VIOLATION_PER_CHANGE", 1e-6)
    here("step_times", not_timed)
    report, record, text = only(quick("steps", beside_numpy=(SMALL,)), "step")
    (reason,) = FLOOR.failures(report)
    assert reason.startswith(
        "step of 16 x 16 x 10, 1 thread: the iterate differs from NumPy's by "
    )
    assert record["seconds"] is record["floor"] is record["numpy"] is None
    assert record["targets"][0]["met"] is None
    assert "the iterate differs" in rows_of(text, "One outer step")[0][2]
    assert rows_of(text, "Targets")[0][3] == "-"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"steps": [8, 15]}, "stopped after [8, 15] steps instead of [8, 16]"),
        ({"bounds": [(0.2, 0.1), (0.1, 0.2)]}, "bounds 0.2, 0.1"),
        ({"bounds": [(0.1, 0.2), (0.3, 0.4)]}, "the bounds after 8 steps and after 16 exclude"),
    ],
    ids=["steps", "crossed", "apart"],
)
def test_wrong_steps_have_no_time(here, quick, only, changes, reason):
    here("step_times", lambda answer: dataclasses.replace(answer, **changes))
    _, record, text = only(quick("steps"), "step")
    assert any(reason in found for found in record["wrong"])
    assert record["seconds"] is None
    assert reason in text


def test_an_iterate_that_is_not_finite_is_no_answer():
    with pytest.raises(ValueError, match="not finite"):
        step_times._finite(math.nan)


def test_long_products_are_timed_on_all_threads_too(here, quick):
    seen = here()
    settings = dataclasses.replace(
        quick("steps"), threads=2, shapes=(SMALL, (8, 8, 3)), shared=2560.0
    )
    floor(settings, [])
    assert [
        (options["shape"], options["threads"])
        for name, options, _ in seen
        if name == "step_times"
    ] == [(SMALL, 1), (SMALL, 2), ((8, 8, 3), 1)]
    assert [options["threads"] for name, options, _ in seen if name == "rates"] == [1, 2]


def test_without_rates_there_is_no_floor_and_the_command_fails(here, quick, only, rows_of):
    def broken(_):
        msg = "too busy"
        raise RuntimeError(msg)

    here("rates", broken)
    report, record, text = only(quick("steps"), "step")
    assert FLOOR.failures(report) == ["rates, 1 thread: no answer: RuntimeError: too busy"]
    assert record["wrong"] == []
    assert record["seconds"]["median"] is not None
    assert record["floor"] is None
    (row,) = rows_of(text, "One outer step")
    assert row[4:7] == ["-", "-", "-"]
