# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Long frames of results: a row for each number, with what it is of, its bounds and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import to_numpy
from fourfold.inputs.optional import load

__all__ = ["COLUMNS", "Block", "Line", "batch_index", "batch_names", "framed", "within"]

#: Of every frame; others follow where there is something in them.
COLUMNS = ("what", "atom", "value", "lower", "upper", "bias", "low", "high")


class Line(NamedTuple):
    """One number of each part of a batch.

    Attributes
    ----------
    what, atom : str
        What it is of, and its name.
    numbers : dict
        By the name of their column; numbers, or arrays of the batch's shape. None is left out.
    """

    what: str
    atom: str
    numbers: Mapping[str, Any]


class Block(NamedTuple):
    """Lines of the same parts of a batch.

    Attributes
    ----------
    parts : dict of str to array
        Columns that say which part it is, each of the batch's shape; none of a single result.
    lines : list of Line
    """

    parts: Mapping[str, Any]
    lines: list[Line]


def batch_index(shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Which part of a batch: `batch`, or `batch0` and so on where it has several axes."""
    return dict(zip(batch_names(len(shape)), np.indices(shape), strict=True))


def batch_names(axes: int) -> list[str]:
    """Of the axes of a batch."""
    return ["batch"] if axes == 1 else [f"batch{k}" for k in range(axes)]


def within(blocks: list[Block], index: Mapping[str, Any]) -> list[Block]:
    """The same with columns in front that are the same in all of them."""
    return [Block({**index, **block.parts}, block.lines) for block in blocks]


def framed(content: list[Block] | Mapping[str, Any]) -> Any:
    """A frame of pandas of blocks of lines, or of columns as they are."""
    pandas = load("pandas", "to_frame needs pandas: pip install pandas; to_dict does not")
    if isinstance(content, Mapping):
        return pandas.DataFrame({name: to_numpy(values) for name, values in content.items()})
    columns = [_columns(block) for block in content]
    first = dict.fromkeys(name for block in content for name in block.parts)
    names = dict.fromkeys([*first, *COLUMNS, *(name for one in columns for name in one)])
    sizes = [len(one["what"]) for one in columns]
    return pandas.DataFrame(
        {
            name: _joined(
                [
                    one.get(name, np.full(size, np.nan))
                    for one, size in zip(columns, sizes, strict=True)
                ]
            )
            for name in names
        }
    )


def _columns(block: Block) -> dict[str, np.ndarray]:
    """All lines of the first part, then all of the second."""
    index = {name: np.asarray(values) for name, values in block.parts.items()}
    shape = np.broadcast_shapes(*(values.shape for values in index.values()))
    found = {
        name: np.repeat(np.broadcast_to(values, shape).ravel(), len(block.lines))
        for name, values in index.items()
    }
    lines = [
        {
            "what": line.what,
            "atom": line.atom,
            **{name: to_numpy(part) for name, part in line.numbers.items() if part is not None},
        }
        for line in block.lines
    ]
    for name in dict.fromkeys([*COLUMNS, *(name for line in lines for name in line)]):
        parts = [
            np.broadcast_to(np.asarray(line.get(name, np.nan)), shape).ravel() for line in lines
        ]
        found[name] = np.stack(_alike(parts), axis=1).ravel()
    return found


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(_alike(parts))


def _alike(parts: list[np.ndarray]) -> list[np.ndarray]:
    """As objects, None for NaN, where they are of several kinds; NumPy would make words of all."""
    kinds = {part.dtype.kind for part in parts}
    if len(kinds) == 1 or kinds <= set("iuf"):
        return parts if kinds <= set("iufb") else [part.astype(object) for part in parts]
    return [_objects(part) for part in parts]


def _objects(part: np.ndarray) -> np.ndarray:
    found = part.astype(object)
    if part.dtype.kind == "f":
        found[np.isnan(part)] = None
    return found
