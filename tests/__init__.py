# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests, in the folders of the package they are about."""
