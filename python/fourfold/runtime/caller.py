# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where the user's code called this package, for warnings to name."""

from __future__ import annotations

import inspect
import warnings

__all__ = ["caller_depth", "warn_once"]

_said: set[str] = set()  # Python's own memory is lost whenever any library catches warnings


def caller_depth() -> int:
    """Stack level, for `warnings.warn`, of the first frame outside this package."""
    frame, depth = inspect.currentframe(), 0
    inside = ("fourfold", "contextlib")  # which leaves context managers for us
    while frame is not None and frame.f_globals.get("__name__", "").startswith(inside):
        frame, depth = frame.f_back, depth + 1
    return depth


def warn_once(text: str, category: type[Warning]) -> None:
    """Warn, the first time in a process that this text is to be said."""
    if text not in _said:
        _said.add(text)
        warnings.warn(text, category, stacklevel=caller_depth())
