# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the CUDA back end asks of its device, and what it says where that fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

import fourfold as ff
from fourfold import cuda
from tests.support.paths import ROOT
from tests.support.processes import run_python

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("gpu")]

CAP = "32768"


def run_code(code, **environment):
    """A fresh interpreter that runs it, ended."""
    code = "import numpy as np, fourfold as ff\n" + code
    return run_python("-c", code, timeout=300, **environment)


def test_too_little_memory_says_how_much_is_needed():
    sources = np.random.default_rng(0).random((2, 1, 600_000, 3))  # r alone would take 2.9 TB
    sources /= sources.sum(2, keepdims=True)
    with pytest.raises(ff.CudaMemoryError, match=r"needs \d+ MB of device memory") as caught:
        ff.decompose_marginals(*sources, device="cuda", max_iter=1)
    assert isinstance(caught.value, MemoryError)
    assert isinstance(caught.value, ff.CudaError)
    assert " are free" in str(caught.value)
    # and the next call works
    assert ff.decompose(ff.gates.XOR.pmf, device="cuda").converged


@pytest.mark.usefixtures("emulated")
def test_a_kernel_that_fails_is_named():
    code = """
try:
    ff.decompose(np.random.default_rng(0).random((SHAPE)), device="cuda")
except ff.CudaError as error:
    print(error)
"""
    for shape, name in (("3, 3, 3", "solve_shared"), ("90, 90, 20", "solve_tiled")):
        done = run_code(code.replace("SHAPE", shape), FOURFOLD_EMULATION_FAIL="1")
        assert f"kernel {name}<double>: unspecified launch failure" in done.stdout, done.stderr


@pytest.mark.usefixtures("emulated")
def test_a_kernel_that_finds_no_memory_to_be_loaded_says_so():
    """Kernels are loaded when they are first launched."""
    code = """
try:
    ff.decompose(np.random.default_rng(0).random((3, 3, 3)), device="cuda")
except ff.CudaMemoryError as error:
    print(error)
"""
    done = run_code(code, FOURFOLD_EMULATION_FAIL="memory")
    assert "kernel solve_shared<double>: out of memory" in done.stdout, done.stderr


@pytest.mark.usefixtures("emulated")
def test_without_a_driver_it_imports_and_says_why():
    code = """
print(ff.cuda.device_count(), ff.show_config()["cuda"])
print(ff.decompose(np.arange(27.0).reshape(3, 3, 3)).solver)
try:
    ff.decompose(ff.gates.XOR.pmf, device="cuda")
except ff.CudaError as error:
    print(error)
"""
    done = run_code(code, FOURFOLD_EMULATION_NO_DRIVER="1")
    assert done.stdout.splitlines()[:2] == ["0 built, no device found", "cpu"], done.stderr
    assert "no CUDA device was found, or its driver is older" in done.stdout


@pytest.mark.usefixtures("emulated")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_later_calls_allocate_nothing_that_the_device_would_wait_for(rng, monkeypatch, dtype):
    """The emulated cudaMalloc, cudaFree and their like for host memory fail from then on."""
    tables = [rng.random(shape) for shape in ((70, 67, 12), (6, 5, 4), (3, 60, 50, 7))]
    options = {"tol": 1e-1, "device": "cuda", "dtype": dtype}
    for _ in range(2):
        before = [ff.decompose(table, **options).atoms for table in tables]
    monkeypatch.setenv("FOURFOLD_EMULATION_NO_MALLOC", "1")
    for table, atoms in zip(tables, before, strict=True):
        np.testing.assert_array_equal(ff.decompose(table, **options).atoms, atoms)


@pytest.mark.usefixtures("emulated")
def test_a_grid_that_is_too_large_for_its_share_is_made_smaller(rng, monkeypatch):
    table = rng.random((90, 80, 12))
    options = {"tol": 1e-3, "device": "cuda"}
    whole = ff.decompose(table, **options)
    assert whole.solver == "cuda-grid"
    monkeypatch.setenv("FOURFOLD_EMULATION_MOST_BLOCKS", "1")
    np.testing.assert_allclose(
        ff.decompose(table, **options).atoms, whole.atoms, rtol=0, atol=1e-9
    )
    monkeypatch.setenv("FOURFOLD_EMULATION_MOST_BLOCKS", "0")
    with pytest.raises(ff.CudaError, match="too many blocks in cooperative launch"):
        ff.decompose(table, **options)


@pytest.mark.usefixtures("emulated")
def test_a_stream_that_is_captured_is_left_alone(xp, rng, monkeypatch):
    table = xp.asarray(rng.random((4, 3, 3)))
    monkeypatch.setenv("FOURFOLD_EMULATION_CAPTURE", "1")
    with pytest.raises(ff.CudaError, match="captured into a CUDA graph"):
        ff.decompose(table)


def test_memory_of_earlier_calls_is_not_read(rng, monkeypatch):
    tables = rng.random((5, 40, 41, 6)), rng.random((70, 67, 12))
    before = [ff.decompose(table, tol=1e-1, device="cuda").atoms for table in tables]
    monkeypatch.setenv("FOURFOLD_CUDA_FILL", "1")
    for table, atoms in zip(tables, before, strict=True):
        found = ff.decompose(table, tol=1e-1, device="cuda").atoms
        np.testing.assert_array_equal(found, atoms)


@pytest.mark.parametrize("tool", ["memcheck", "racecheck"])
def test_compute_sanitizer_finds_nothing(tool):
    """With 32 KB to a block the kernels of large tables are met in small ones."""
    sanitizer = shutil.which("compute-sanitizer")
    if sanitizer is None or cuda.describe(0)["name"].startswith("emulated"):
        pytest.skip("needs compute-sanitizer and a device")
    done = subprocess.run(
        [
            *(sanitizer, "--tool", tool, "--error-exitcode", "9"),
            *(sys.executable, "-m", "benchmarks.cuda.first_run.sanitized"),
        ],
        cwd=ROOT,
        env=os.environ | {"FOURFOLD_CUDA_SHARED_BYTES": CAP},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "cuda-grid" in done.stdout
