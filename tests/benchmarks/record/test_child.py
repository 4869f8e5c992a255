# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A measurement in a process of its own ends, and says what it took."""

from __future__ import annotations

import functools
import math
import multiprocessing
import os
import re
import time

import numpy as np
import pytest

from benchmarks.record import child


def returning(function, *arguments):
    """Build a `prepare` that a new process can import: a call that makes the timed call."""
    return functools.partial(functools.partial, function, *arguments)


def test_child_repeats_fast_calls_and_reports_its_own_memory():
    plan = child.Plan(limit=30.0, warmups=1, repeats=1, fast_repeats=3, fast=20.0)
    ballast = np.ones(25_000_000)  # 200 MB here: not a part of the child's memory
    outcome = child.measure(returning(sum, [1, 2, 3]), {}, plan)
    assert (outcome.status, outcome.reason, outcome.answer) == ("solved", None, 6)
    assert len(outcome.seconds) == len(outcome.cpu_seconds) == 3
    assert 0 < outcome.resident_before <= outcome.peak < ballast.nbytes


def test_child_does_not_repeat_slow_calls():
    plan = child.Plan(limit=30.0, repeats=1, fast_repeats=3, fast=1e-9)
    assert len(child.measure(returning(sum, [1]), {}, plan).seconds) == 1


@pytest.mark.parametrize(
    ("prepare", "limit", "status", "reason"),
    [
        (returning(time.sleep, 60), 0.2, "timeout", "one call took more than 0.2 s"),
        (returning(math.sqrt, -1), 30.0, "failed", "ValueError: .*"),
        (functools.partial(math.sqrt, -1), 30.0, "failed", "ValueError: .*"),
        (returning(os._exit, 3), 30.0, "failed", "the process ended with exit code 3"),
    ],
    ids=["too slow", "raises", "preparation raises", "dies"],
)
def test_child_that_gives_no_answer_is_ended_and_reported(prepare, limit, status, reason):
    before = multiprocessing.active_children()  # workers of joblib stay for other tests
    outcome = child.measure(prepare, {}, child.Plan(limit=limit))
    assert outcome.status == status
    assert re.fullmatch(reason, outcome.reason)
    assert outcome.answer is None
    assert set(multiprocessing.active_children()) <= set(before)
