# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A loop over many tables warns once, as Python does of the same text at the same line."""

from __future__ import annotations

import pytest

from tests.support.processes import run_python, script

LOOPS = {
    "pairs of cells": """
        cells = rng.integers(0, 4, (12, 60))
        y = np.arange(60) % 5
        for i in range(12):
            for j in range(i):
                ff.pid(cells[i], cells[j], y)
    """,
    "without correction": """
        for _ in range(10):
            ff.pid(*rng.integers(6, size=(3, 90)), bias_correction="none", confidence_level=None)
    """,
    "tables of counts": """
        for n in range(20, 30):
            ff.decompose(rng.multinomial(n, np.full(64, 1 / 64)).reshape(4, 4, 4))
    """,
    "batches of counts": """
        for n in range(20, 30):
            ff.decompose(rng.multinomial(n, np.full(64, 1 / 64), 3).reshape(3, 4, 4, 4))
    """,
}


@pytest.mark.cpu_only
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_loop_warns_once(loop):
    done = run_python("-c", script(loop))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("UndersampledWarning:") == 1
    assert done.stderr.count("Warning:") == 1


@pytest.mark.cpu_only
def test_what_did_not_converge_is_told_once_too():
    loop = "for _ in range(9): ff.decompose(rng.random((9, 9, 5)) ** 4, max_iter=1)\n"
    done = run_python("-c", script(loop))
    assert done.stderr.count("ConvergenceWarning:") == 1


@pytest.mark.cpu_only
@pytest.mark.parametrize(
    ("y", "n"),
    [("x1[:, :3] + rng.standard_normal((n, 3))", 60), ("x1[:, :1] * x2[:, :1]", 600)],
)
def test_of_gaussians_each_kind_is_told_once(y, n):
    loop = f"""
        for n in range({n}, {n} + 6):
            x1, x2 = rng.standard_normal((2, n, 5))
            ff.gaussian_pid(x1, x2, {y})
    """
    done = run_python("-c", script(loop))
    assert done.stderr.count("GaussianFitWarning:") == 1, done.stderr
