# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pictures of results: what users import by this path."""

from __future__ import annotations

from fourfold.report.plots.bars import plot, plot_comparison
from fourfold.report.plots.style import COLORS

__all__ = ["COLORS", "plot", "plot_comparison"]
