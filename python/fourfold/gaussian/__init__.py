# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Continuous targets: Gaussian dependence, whose atoms have a closed form."""
