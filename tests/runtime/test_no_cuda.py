# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A build without the CUDA back end says how to build one."""

from __future__ import annotations

import pytest

import fourfold as ff
from fourfold import cuda
from fourfold.cli import main

COMMAND = "pip install . -C cmake.define.FOURFOLD_CUDA=ON"


@pytest.fixture(autouse=True)
def without_cuda(monkeypatch):
    monkeypatch.setattr(cuda, "_cuda", None)


def test_in_the_error_of_a_call_that_asks_for_a_device():
    with pytest.raises(ff.CudaError, match="device: this build") as caught:
        ff.decompose(ff.gates.XOR.pmf, device="cuda")
    assert COMMAND in str(caught.value)
    assert "device='cpu'" in str(caught.value)


def test_in_what_is_said_of_the_installation(capsys):
    assert ff.show_config()["cuda"].startswith("not built")
    assert COMMAND in ff.show_config()["cuda"]
    main(["info"])
    assert COMMAND in capsys.readouterr().out
