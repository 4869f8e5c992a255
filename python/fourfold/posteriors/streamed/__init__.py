# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows that do not fit memory: some teach classifiers, all others are measured as they come."""
