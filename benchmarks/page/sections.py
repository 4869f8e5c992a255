# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The sections of files that the benchmarks write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BEGIN", "END", "rewrite"]

BEGIN = "<!-- benchmark:begin -->"
END = "<!-- benchmark:end -->"


def rewrite(path: Path, text: str) -> None:
    """Put a text between the two markers of a file, in place of what is there.

    Parameters
    ----------
    path : Path
        The file; it has each marker once, on a line of its own.
    text : str
        The new section, without the markers.

    Raises
    ------
    ValueError
        If the markers are missing, doubled or in the wrong order.
    """
    content = path.read_text(encoding="utf-8")
    if content.count(BEGIN) != 1 or content.count(END) != 1:
        msg = f"{path}: needs the markers {BEGIN} and {END}, each once"
        raise ValueError(msg)
    before, rest = content.split(BEGIN)
    if END not in rest:
        msg = f"{path}: the marker {END} comes before {BEGIN}"
        raise ValueError(msg)
    after = rest.split(END)[1]
    # blank lines: without them the table would be a part of the HTML comment's block
    path.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}", encoding="utf-8")
