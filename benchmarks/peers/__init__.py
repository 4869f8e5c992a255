# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fourfold beside other solvers, and single solves beside targets of time and memory."""
