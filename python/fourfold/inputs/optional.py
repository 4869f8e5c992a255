# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Packages that may be missing, and what is said where one is."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

__all__ = [
    "ARROW",
    "ARROW_FILE",
    "CUPY",
    "PANDAS",
    "PICTURE",
    "PLOT",
    "REPORT",
    "SHTAB",
    "installed",
    "load",
    "require",
]

REPORT = "a report needs jinja2 and matplotlib: pip install 'fourfold[report]'"
PICTURE = "a picture needs matplotlib: pip install 'fourfold[plot]'"
PLOT = "plotting needs matplotlib: pip install 'fourfold[plot]'"
ARROW = "this frame is read by pyarrow: pip install pyarrow"
ARROW_FILE = "files of parquet, feather and arrow are read by pyarrow: pip install pyarrow"
PANDAS = "a frame of pandas needs pandas: pip install pandas"
SHTAB = "completion in a shell needs shtab: pip install 'fourfold[completion]'"
CUPY = (
    "arrays on a CUDA device need CuPy: pip install 'fourfold[cuda13]', or "
    "'fourfold[cuda12]' for a driver of CUDA 12"
)


def installed(*packages: str) -> bool:
    """Whether all of them are, without importing any."""
    return all(importlib.util.find_spec(name) is not None for name in packages)


def require(message: str, *packages: str) -> None:
    """Raise ImportError with the message where one of them is not installed."""
    if not installed(*packages):
        raise ImportError(message)


def load(package: str, message: str) -> Any:
    """The module, or ImportError with the message."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ImportError(message) from error
