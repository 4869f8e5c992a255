# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The first minutes on a GPU, with few and small cases: that its parts run, and tell right from wrong."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys

import pytest

import fourfold as ff
from benchmarks.cuda.first_run import cases, sanitized, smoke, speed
from tests.support.paths import ROOT, TESTS

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("gpu")]


@pytest.mark.usefixtures("emulated")
def test_it_runs_through(tmp_path):
    shutil.copy(TESTS / "cuda_emulation" / "cupy_stand_in.py", tmp_path / "cupy.py")
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        ["bash", ROOT / ".ci" / "gpu", "--small", sys.executable],
        env=os.environ | {"OUT": str(tmp_path / "out"), "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    out = tmp_path / "out"
    parts = [line.split()[:2] for line in (out / "parts.txt").read_text().splitlines()]
    names = ["smoke", "kernels", "speed", "pytest", "quick"]
    assert parts == [[name, "0"] for name in names]
    assert "smoke: all fine" in (out / "smoke.txt").read_text()
    assert "cuda-grid" in (out / "kernels.txt").read_text()
    lines = (out / "speed.txt").read_text().splitlines()[1:]
    assert {line[1] for line in lines} == set(speed.LETTERS)
    assert "1 passed" in (out / "pytest.txt").read_text()
    assert (out / "quick.json").exists()


def test_a_case_that_is_solved_otherwise_is_bad(rng):
    case = cases.SMALL[0]
    fine, words = smoke.said(case, "float64", rng)
    assert fine, words
    fine, words = smoke.said(dataclasses.replace(case, solver="cuda-grid"), "float64", rng)
    assert not fine
    assert "expected cuda-grid" in words


def test_a_wrong_answer_is_bad(rng, monkeypatch):
    right = ff.decompose

    def wrong(*args, **options):
        found = right(*args, **options)
        if options["device"] == "cpu":
            return found
        return dataclasses.replace(found, redundancy=found.redundancy + 1e-3)

    monkeypatch.setattr(ff, "decompose", wrong)
    fine, words = smoke.said(cases.SMALL[0], "float64", rng)
    assert not fine
    assert "v* is off" in words


def test_the_cases_for_tools_meet_every_kernel(capsys, monkeypatch):
    monkeypatch.setenv("FOURFOLD_CUDA_SHARED_BYTES", "32768")
    assert sanitized.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 * len(sanitized.SHAPES)
    assert {line.split()[-1] for line in lines} == {"cuda-shared", "cuda-block", "cuda-grid"}
