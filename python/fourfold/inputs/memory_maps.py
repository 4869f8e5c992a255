# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Memory that a walk through a file leaves behind."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

__all__ = ["forget"]


def forget(values: Any) -> None:
    """Let go of pages of a mapped file that were read; they are read again where they are needed.

    The system would do so itself once memory is short, but until then a process looks as large
    as the files that it has walked through.
    """
    file = getattr(values, "_mmap", None)
    shared = getattr(values, "mode", "c") != "c"  # else what was changed is only in these pages
    if not isinstance(file, mmap.mmap) or not shared or not hasattr(file, "madvise"):
        return
    if not values.flags.c_contiguous:  # these rows are all over the file
        return
    begin, _ = np.lib.array_utils.byte_bounds(np.frombuffer(file, np.uint8))
    low, high = (place - begin for place in np.lib.array_utils.byte_bounds(values))
    start = low // mmap.PAGESIZE * mmap.PAGESIZE
    if 0 <= start < high <= len(file):
        file.madvise(mmap.MADV_DONTNEED, start, high - start)
