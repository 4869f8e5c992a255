# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays of a device, where there is none: Gaussian PIDs take no kernel of ours, only CuPy."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from tests.support.paths import TESTS


@pytest.fixture(scope="module")
def stand_in():
    """The strict stand-in for CuPy, on every machine."""
    path = TESTS / "cuda_emulation" / "cupy_stand_in.py"
    spec = importlib.util.spec_from_file_location("cupy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "cupy", module)
        yield module
