# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decisions of a model on rows of one source with other rows of the other."""
