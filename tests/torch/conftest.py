# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests with PyTorch share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _one_thread():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)
