# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Frames of other packages, read in blocks."""
