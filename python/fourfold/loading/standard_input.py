# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard input, read once and kept: several columns may be asked of it."""

from __future__ import annotations

import sys

__all__ = ["STDIN", "read_standard_input"]

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
