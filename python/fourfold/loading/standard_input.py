# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard input and pipes, read once and kept: several columns may be asked of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["STDIN", "is_pipe", "read_pipe", "read_standard_input"]

#: What is typed for it in place of a file.
STDIN = "-"

#: The stream that was read, so that another one is not taken for it, and what was in it.
_kept: list[tuple[object, bytes]] = []


def read_standard_input() -> bytes:
    """All of it; raise where there is none."""
    stream = sys.stdin
    if stream is None or stream.closed:
        msg = "standard input: is closed; give a file in place of -"
        raise ValueError(msg)
    if not _kept or _kept[0][0] is not stream:
        binary = getattr(stream, "buffer", None)
        data = stream.read().encode() if binary is None else binary.read()
        _kept[:] = [(stream, data)]
    data = _kept[0][1]
    if not data:
        msg = "standard input: is empty"
        raise ValueError(msg)
    return data


#: Pipes of a shell that were read, by device and number, and what came out.
_pipes: dict[tuple[int, int], bytes] = {}


def is_pipe(path: Path) -> bool:
    """Whether a shell made it, of ``<(command)``: one of a name may be written to again, and is not kept."""
    return str(path).startswith(("/dev/fd/", "/proc/")) and path.is_fifo()


def read_pipe(path: Path) -> bytes:
    """All that comes out of a pipe, as often as it is asked for; raise of nothing."""
    status = path.stat()
    key = (status.st_dev, status.st_ino)
    if key not in _pipes:
        _pipes[key] = path.read_bytes()
    if not _pipes[key]:
        msg = f"{path}: nothing came out of the pipe"
        raise ValueError(msg)
    return _pipes[key]
