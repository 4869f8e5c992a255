# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is written in a picture."""

from __future__ import annotations


def ticks(ax):
    return [text.get_text() for text in ax.get_xticklabels()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def span(shade):
    """Where a shaded band of x begins and ends: a rectangle, or a polygon before Matplotlib 3.9."""
    box = shade.get_path().transformed(shade.get_patch_transform()).get_extents()
    return box.x0, box.x1
