# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests with PyTorch share."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _one_thread():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def model():
    from tests.support.towers import Tower  # noqa: PLC0415  needs torch

    return Tower().eval()


@pytest.fixture
def batches():
    """Three batches of different sizes and lengths, image tokens first, some padding."""
    import torch  # noqa: PLC0415

    from tests.support.towers import IMAGE  # noqa: PLC0415

    rng = np.random.default_rng(0)
    made = []
    for size, length in ((4, 5), (3, 8), (1, 6)):
        ids = rng.integers(1, 7, size=(size, length))
        ids[:, :2] = IMAGE
        ids[0, -1] = 0
        made.append(torch.from_numpy(ids))
    return made
