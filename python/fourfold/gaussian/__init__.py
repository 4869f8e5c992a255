# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Continuous targets: the decomposition of Gaussian sources in closed form, and of samples."""
