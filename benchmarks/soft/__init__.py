# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Large soft tables, where every pair of states can carry mass: each method beside the others."""
