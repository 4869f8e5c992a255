# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where things are in a clone or a source distribution."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
