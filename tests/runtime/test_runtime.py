# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Interrupts and instruction sets: what a process around the solver relies on."""

from __future__ import annotations

import concurrent.futures
import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core
from tests.support.processes import output_of, script

#: Bound for anything that should take a moment; only a hang reaches it.
PATIENCE = 60

#: A solve that does not end by itself: the tolerance is out of reach.
ENDLESS = {
    "one large problem": """
        one, two = (rng.random((700, 50)) ** 8 for _ in range(2))
        p1y, p2y = one / one.sum(0), two / two.sum(0)
        solve = lambda: ff.decompose_marginals(p1y, p2y, tol=1e-300, max_iter=2**31 - 1)
    """,
    "a batch of small problems": """
        tables = rng.random((20_000, 8, 8, 4)) ** 4
        solve = lambda: ff.decompose(tables, tol=1e-300, max_iter=20_000)
    """,
    "a list of both": """
        tables = [rng.random((9, 9, 4)) ** 4] * 9 + [rng.random((300, 300, 9)) ** 4]
        solve = lambda: ff.decompose_many(tables, tol=1e-300, max_iter=2**31 - 1)
    """,
    "Newton's method": """
        one, two = (rng.random((700, 50)) ** 8 for _ in range(2))
        p1y, p2y = one / one.sum(0), two / two.sum(0)
        options = {"tol": 1e-300, "max_iter": 2**31 - 1, "method": "newton"}
        solve = lambda: ff.decompose_marginals(p1y, p2y, **options)
    """,
    "the reference": """
        table = rng.random((40, 40, 9)) ** 4
        solve = lambda: ff.decompose(table, tol=1e-300, max_iter=2**31 - 1, method="reference")
    """,
}


# -- interrupts ------------------------------------------------------------------------


@pytest.mark.parametrize("problem", ENDLESS.values(), ids=ENDLESS)
def test_ctrl_c_ends_a_long_solve(problem):
    code = script(
        problem,
        """
        print("started", flush=True)
        try:
            solve()
        except KeyboardInterrupt:
            print("interrupted", flush=True)
            raise
        print("finished", flush=True)
        """,
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "started\n"
            time.sleep(0.5)
            assert process.poll() is None  # inside solve()
            process.send_signal(signal.SIGINT)
            said, errors = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert said == "interrupted\n"
    assert "KeyboardInterrupt" in errors
    assert process.returncode == -signal.SIGINT


@pytest.mark.parametrize("problem", ["one large problem", "a batch of small problems"])
def test_other_threads_run_during_a_solve(problem):
    """Only the second thread ends the solve: without the GIL it would never get to it."""
    code = script(
        ENDLESS[problem],
        """
        steps = []
        def work():
            entered.wait()
            for _ in range(100):
                time.sleep(0.004)
                steps.append(sum(range(1000)))
            signal.raise_signal(signal.SIGINT)
        entered = threading.Event()
        thread = threading.Thread(target=work)
        thread.start()
        try:
            entered.set()
            solve()
        except KeyboardInterrupt:
            print(len(steps))
        thread.join()
        """,
    )
    assert output_of(code) == "100\n"


def test_what_a_signal_handler_raises_ends_the_solve_and_nothing_else():
    """Any signal, any exception; a handler that returns changes nothing."""
    code = script(
        ENDLESS["a list of both"],
        """
        calls = []
        def handler(*_):
            calls.append(time.monotonic())
            if len(calls) == 3:
                raise RuntimeError("third call")
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3)
        try:
            solve()
        except RuntimeError as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(error, len(calls))
        """,
    )
    assert output_of(code) == "third call 3\n"


def test_interrupted_process_can_solve_again():
    code = script(
        ENDLESS["one large problem"],
        """
        table = rng.random((40, 40, 9))
        before = ff.decompose(table)
        threading.Timer(0.5, signal.raise_signal, [signal.SIGINT]).start()
        try:
            solve()
        except KeyboardInterrupt:
            print(ff.decompose(table).to_dict() == before.to_dict())
        """,
    )
    assert output_of(code) == "True\n"


# -- floating point and instruction sets -------------------------------------------------


def test_subnormal_numbers_survive():
    """-ffast-math would have set flush-to-zero for the whole process."""
    smallest = np.array([1e-310, 5e-324])
    ff.decompose(np.ones((2, 2, 2)))
    assert np.all(smallest * np.array([0.5, 1.0]) > 0)
    assert float(np.float64(1e-310) * np.float64(0.5)) > 0
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        halved = pool.submit(lambda: (ff.decompose(np.ones((2, 2, 2))), smallest[0] * 0.5))
        assert halved.result()[1] > 0


@pytest.mark.parametrize("level", _core.simd_levels())
def test_environment_chooses_the_instruction_set(level):
    code = script("""
        print(ff.show_config()["simd"])
        print(json.dumps(ff.decompose(rng.random((30, 20, 9)), tol=1e-6).to_dict()))
    """)
    chosen, record = output_of(code, FOURFOLD_SIMD=level).splitlines()
    assert chosen == level
    expected = ff.decompose(np.random.default_rng(0).random((30, 20, 9)), tol=1e-6)
    numbers = json.loads(record)
    assert numbers["mi_joint"] == pytest.approx(expected.mi_joint, abs=1e-12)
    assert numbers["synergy"] == pytest.approx(expected.synergy, abs=2e-6)


def test_an_empty_variable_leaves_the_best_instruction_set():
    code = "import fourfold; print(fourfold.show_config()['simd'])"
    assert output_of(code, FOURFOLD_SIMD="") == f"{_core.simd_levels()[-1]}\n"


def test_unknown_instruction_set():
    code = script("""
        for first_use in (ff.show_config, lambda: ff.decompose([[[1.0]]])):
            try:
                first_use()
            except ValueError as error:
                print(error)
    """)
    messages = output_of(code, FOURFOLD_SIMD="mmx").splitlines()
    assert len(messages) == 2
    for message in messages:
        assert message.startswith("FOURFOLD_SIMD: 'mmx' is not an instruction set")
        assert message.endswith(", ".join(_core.simd_levels()))
