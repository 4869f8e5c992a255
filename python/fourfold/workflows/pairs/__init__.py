# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All pairs of features: which are redundant, and which only tell together."""
