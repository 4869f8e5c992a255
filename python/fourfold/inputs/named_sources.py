# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources that come as a list, or as a dictionary with names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourfold.inputs.subsets import default_names

__all__ = ["named_sources"]


def named_sources(sources: Any, *, least: int = 2, most: int | None = None) -> dict[str, Any]:
    """Arrays by the names of the sources, x1, x2, ... in a list; raises of others and too few."""
    if isinstance(sources, Mapping):
        named = dict(sources)
        for name in named:
            if not isinstance(name, str) or name in {"", "y", "given"}:
                msg = f"sources: expected names that are strings, not 'y' or 'given', got {name!r}"
                raise ValueError(msg)
    elif isinstance(sources, (list, tuple)):
        named = dict(zip(default_names(len(sources)), sources, strict=True))
    else:
        msg = (
            "sources: expected a list of arrays, one a source, or a dict of names and arrays, got "
            f"{type(sources).__name__}"
        )
        raise TypeError(msg)
    if len(named) < least:
        msg = f"sources: expected at least {_WORDS.get(least, least)}, got {len(named)}"
        raise ValueError(msg)
    if most is not None and len(named) > most:
        msg = f"sources: expected at most {_WORDS.get(most, most)}, got {len(named)}"
        raise ValueError(msg)
    return named


_WORDS = {2: "two", 3: "three", 4: "four"}
