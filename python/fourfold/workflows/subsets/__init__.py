# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Subsets of samples in which an atom is high."""
