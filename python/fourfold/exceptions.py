# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Warnings that Fourfold raises."""

from __future__ import annotations

__all__ = ["ConvergenceWarning"]


class ConvergenceWarning(UserWarning):
    """The certified gap is wider than `tol`; the result still carries its certified bounds."""
