# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a result says of itself, without its line breaks."""

from __future__ import annotations


def said(result):
    """Its words with one blank between them."""
    return " ".join(repr(result).split())
