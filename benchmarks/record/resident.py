# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Resident memory of a process, as the operating system reports it."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["now_bytes", "peak_bytes"]


def now_bytes(pid: int | None = None) -> int:
    """Resident memory of a process (default: this one) now."""
    return _status(pid, "VmRSS")


def peak_bytes(pid: int | None = None) -> int:
    """Largest resident memory of a process (default: this one) since its program started.

    Not `resource.getrusage().ru_maxrss`: Linux carries that over exec(), so that the child
    of a process of 800 MB reports at least 800 MB. VmHWM starts anew with the program.
    """
    return _status(pid, "VmHWM")


def _status(pid: int | None, field: str) -> int:
    path = Path(f"/proc/{'self' if pid is None else pid}/status")
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        msg = f"resident memory: {path} cannot be read ({error}); the benchmarks need Linux"
        raise OSError(msg) from error
    found = re.search(rf"^{field}:\s+(\d+) kB$", text, flags=re.MULTILINE)
    if found is None:  # a process that has ended but is not yet collected has no memory
        msg = f"resident memory: no {field} in {path}"
        raise OSError(msg)
    return int(found[1]) * 1024
