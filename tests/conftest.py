# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What every test shares: a reproducible Hypothesis profile, devices, threads, pictures."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys

gc.disable()  # a fourth of the time of collection was its, see pytest_collection_finish
if "PYTEST_XDIST_WORKER" in os.environ:  # a process for each core: one thread each
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when libraries are loaded

import hypothesis
import numpy as np
import pytest
import scipy.linalg  # noqa: F401  loads its BLAS
from threadpoolctl import threadpool_limits

from fourfold import _core, cuda
from fourfold.solve import options
from tests.support.oracle import CASES, dense_pmf
from tests.support.paths import TESTS

hypothesis.settings.register_profile(
    "fourfold", derandomize=True, deadline=None, max_examples=40, print_blob=True
)
# to look further after a change of what is tested: FOURFOLD_HYPOTHESIS=long
hypothesis.settings.register_profile(
    "long", parent=hypothesis.settings.get_profile("fourfold"), max_examples=1000
)
# for builds that run many times slower, see .ci/sanitize
hypothesis.settings.register_profile(
    "short", parent=hypothesis.settings.get_profile("fourfold"), max_examples=20
)
hypothesis.settings.load_profile(os.environ.get("FOURFOLD_HYPOTHESIS", "fourfold"))


@pytest.fixture(scope="session", autouse=True)
def one_thread_of_blas():
    """Matrices of tests are small: more threads of BLAS only get into each other's way."""
    with threadpool_limits(1, user_api="blas"):
        yield


@pytest.fixture(params=CASES, ids=[case["name"] for case in CASES])
def oracle(request):
    """(pmf, atoms R U1 U2 S, case) of one table with a known answer."""
    case = request.param
    atoms = np.array([case["expected"][name] for name in ("R", "U1", "U2", "S")])
    return dense_pmf(case["pmf"]), atoms, case


@pytest.fixture(scope="session")
def gpu():
    """Skips where there is no CUDA device."""
    if cuda.device_count() == 0:
        pytest.skip("needs a CUDA device and a build with the CUDA back end")


@pytest.fixture
def emulated(gpu):  # noqa: ARG001  it skips
    """Skips on real hardware: what can be made to fail at will is only emulated."""
    if not cuda.describe(0)["name"].startswith("emulated"):
        pytest.skip("needs a build with FOURFOLD_CUDA=EMULATED")


@pytest.fixture
def plain_sweeps():
    """The CPU scales r by sweeps alone."""
    _core.select_plain_sweeps(True)
    yield
    _core.select_plain_sweeps(False)


@pytest.fixture(scope="module")
def xp(gpu):  # noqa: ARG001  it skips
    """CuPy, or a strict stand-in where the device is emulated."""
    if not cuda.describe(0)["name"].startswith("emulated"):
        yield pytest.importorskip("cupy")
        return
    path = TESTS / "cuda_emulation" / "cupy_stand_in.py"
    spec = importlib.util.spec_from_file_location("cupy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "cupy", module)
        yield module


@pytest.fixture(scope="module", params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    """Each device in turn: where tables of the host are solved when a test does not say.

    A module of solver tests has ``pytestmark = on_each_device``.
    """
    if request.param == "cuda":
        request.getfixturevalue("gpu")
    before = options.HOST_DEVICE
    options.HOST_DEVICE = request.param
    yield request.param
    options.HOST_DEVICE = before


def pytest_collection_modifyitems(items):
    """Leave out what a CUDA device is not meant for: second-order steps, mostly."""
    items[:] = [item for item in items if not (_on_cuda(item) and _for_cpu_only(item))]


def pytest_collection_finish():
    """What was imported and collected stays: no collection of garbage has to look at it again."""
    gc.freeze()
    gc.enable()


def _on_cuda(item):
    return hasattr(item, "callspec") and item.callspec.params.get("device") == "cuda"


def _for_cpu_only(item):
    method = item.callspec.params.get("method", "auto")
    other_simd = item.callspec.params.get("simd", _core.simd_levels()[0])
    return (
        item.get_closest_marker("cpu_only")
        or method not in options.CUDA_METHODS
        or other_simd != _core.simd_levels()[0]  # once is enough
    )


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)


@pytest.fixture(params=_core.simd_levels())
def simd(request):
    """Each instruction set of this machine in turn."""
    before = _core.simd()
    _core.select_simd(request.param)
    yield request.param
    _core.select_simd(before)


@pytest.fixture(scope="module")
def one_thread():
    """Threads would wait for each other longer than so few rows take to cluster."""
    with threadpool_limits(1):
        yield


@pytest.fixture(name="plt")
def _plt():
    """pyplot without a window; what was drawn is closed, and the back end put back."""
    import matplotlib as mpl  # noqa: PLC0415  many tests need none

    before = mpl.get_backend()
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415  after the back end was chosen

    yield plt
    plt.close("all")
    mpl.use(before)
