# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gaussian sources: the closed form beside iterations, estimates from samples, tests, unions."""
