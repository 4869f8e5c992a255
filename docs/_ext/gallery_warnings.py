# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Warnings are errors in the scripts of the galleries, and what one ignores another hears again."""

from __future__ import annotations

import warnings
from typing import Any

_before: list[Any] = []


def as_errors(_configuration: dict[str, Any], _script: str, when: str) -> None:
    """Called by sphinx-gallery before and after each script."""
    if when == "before":
        caught = warnings.catch_warnings()
        caught.__enter__()
        _before.append(caught)
        warnings.simplefilter("error")
    else:
        _before.pop().__exit__(None, None, None)
