# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One thread for each classifier: several are fitted at a time instead."""

from __future__ import annotations

import functools
from typing import Any

from threadpoolctl import ThreadpoolController

__all__ = ["one_openmp_thread", "one_thread"]

_controller = functools.cache(ThreadpoolController)


def one_thread() -> Any:
    """Of BLAS in the whole process and of OpenMP in this thread, as a context manager.

    Products here are small: their threads gain little, and wait for each other where a
    machine is busy.
    """
    return _controller().limit(limits=1)


def one_openmp_thread() -> Any:
    """Of OpenMP in this thread alone; the limit of BLAS is the process's."""
    return _controller().limit(limits=1, user_api="openmp")
