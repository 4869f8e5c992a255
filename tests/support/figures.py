# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is written in a picture."""

from __future__ import annotations


def ticks(ax):
    return [text.get_text() for text in ax.get_xticklabels()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]
