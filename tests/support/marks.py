# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Marks that many modules give to all of their tests."""

from __future__ import annotations

import pytest

#: For tests of a table, however few samples it was counted from.
ignore_undersampled = pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning")

#: Once on the CPU and once on a CUDA device, where there is one.
on_each_device = pytest.mark.usefixtures("device")
