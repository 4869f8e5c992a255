# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the frequencies as they are, for tests of a table and not of a population."""

from __future__ import annotations

import fourfold as ff

#: Options of `fourfold.pid` and `fourfold.PIDEstimator` that leave everything as it was counted.
PLUG_IN = {"bias_correction": "none", "confidence_level": None}


def plug_in(*rows, **options):
    """`fourfold.pid` without a correction and without errors."""
    return ff.pid(*rows, **PLUG_IN | options)
