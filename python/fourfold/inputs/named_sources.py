# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources that come by name, in a row, or as the columns of a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourfold.inputs.column_names import column_names
from fourfold.inputs.subsets import default_names

__all__ = ["named_sources"]

_WORDS = {1: "one", 2: "two", 3: "three", 4: "four"}


def named_sources(sources: Any, *, least: int = 2, most: int | None = None) -> dict[str, Any]:
    """The sources by their names, or raise.

    Parameters
    ----------
    sources : mapping of str, sequence, or frame
        A frame of pandas, polars or Arrow has a source in each of its columns.
    least, most : int
        How many there may be.
    """
    names = None if isinstance(sources, (Mapping, list, tuple)) else column_names(sources)
    if isinstance(sources, Mapping):
        named = dict(sources)
    elif isinstance(sources, (list, tuple)):
        named = dict(zip(default_names(len(sources)), sources, strict=True))
    elif names is not None:
        named = {name: sources[name] for name in names}
        if len(named) < len(names):
            msg = f"sources: expected a frame whose columns have different names, got {[*names]!r}"
            raise ValueError(msg)
    else:
        msg = (
            f"sources: expected a list of arrays, one a source, a dict of names and arrays, or a "
            f"frame with named columns, got {type(sources).__name__}; of a matrix give [*X.T]"
        )
        raise TypeError(msg)
    for name in named:
        if not isinstance(name, str) or name in {"", "y", "given"}:
            msg = f"sources: expected names that are strings, not 'y' or 'given', got {name!r}"
            raise ValueError(msg)
    if len(named) < least:
        msg = f"sources: expected at least {_WORDS.get(least, least)}, got {len(named)}"
        raise ValueError(msg)
    if most is not None and len(named) > most:
        msg = f"sources: expected at most {_WORDS.get(most, most)}, got {len(named)}"
        raise ValueError(msg)
    return named
