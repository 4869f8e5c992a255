# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All pairs of many features: time beside a target, and of what it is made."""
