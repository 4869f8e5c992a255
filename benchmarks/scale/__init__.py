# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows to counts, and what is made of many: the `scale` command."""
