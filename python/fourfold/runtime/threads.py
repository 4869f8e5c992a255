# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One thread for each job: several run at a time instead."""

from __future__ import annotations

import contextlib
import functools
import threading
from typing import TYPE_CHECKING, Any

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["kept_to_one_thread", "one_blas_thread", "one_thread", "threads_for_columns"]

#: Columns from which on threads of BLAS gain more in matrices of so many than they cost.
_MANY = 1000

_controller = functools.cache(ThreadpoolController)
_limited = threading.local()


def one_thread() -> Any:
    """Of BLAS in the whole process and of OpenMP in this thread, as a context manager.

    Products here are small: their threads gain little, and wait for each other where a
    machine is busy.
    """
    if getattr(_limited, "here", False):  # limits of a process are its first thread's to lift
        return contextlib.nullcontext()
    return _controller().limit(limits=1)


def threads_for_columns(number: int) -> Any:
    """`one_thread` for matrices of few columns, as a context manager; nothing for those of many."""
    return one_thread() if number < _MANY else contextlib.nullcontext()


def one_blas_thread() -> Any:
    """Of BLAS in the whole process, whose threads may come and go."""
    return _controller().limit(limits=1, user_api="blas")


@contextlib.contextmanager
def kept_to_one_thread() -> Iterator[None]:
    """For a thread of a process that another has limited: `one_thread` has nothing to do here."""
    before = getattr(_limited, "here", False)
    _limited.here = True
    try:
        with _controller().limit(limits=1, user_api="openmp"):  # of this thread alone
            yield
    finally:
        _limited.here = before
