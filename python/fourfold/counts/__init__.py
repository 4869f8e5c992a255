# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows to counts; their entropies, and how much of these is bias."""
