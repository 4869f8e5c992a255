# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts in a file: arrays of NumPy in a .npz archive, of which nothing is ever executed."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.axis_states import States, axis_states, shape_of_states
from fourfold.counts.binned_target import read_edges
from fourfold.counts.exact_sums import ExactSums
from fourfold.counts.sparse_table import SparseTable
from fourfold.results.target_bins import TargetBins
from fourfold.writing import replaced

if TYPE_CHECKING:
    import os

__all__ = ["Saved", "load_counts", "save_counts"]

_VERSION = 1
_AXES = ("x1", "x2", "y")
# what zipfile, NumPy and tokenize, which reads NumPy's headers, raise of bytes that are others
_UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError,
    SyntaxError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error, tokenize.TokenError,
)  # fmt: skip


class Saved(NamedTuple):
    """What counts are made of."""

    states: States
    table: SparseTable
    squares: Fraction
    bins: TargetBins | None = None


def save_counts(path: str | os.PathLike[str], saved: Saved) -> None:
    """Write a file that is there as a whole or not at all, whenever the process is killed."""
    file = Path(path)
    if not file.parent.is_dir():
        msg = f"{path}: there is no folder {file.parent} to save counts in"
        raise FileNotFoundError(msg)
    arrays = {"fourfold_counts": np.array(_VERSION), "occupied": saved.table.occupied}
    for name, labels in zip(_AXES, saved.states, strict=True):
        arrays |= _of_labels(name, labels)
    amounts = saved.table.amounts
    if isinstance(amounts, ExactSums):
        arrays |= {"limbs": amounts.limbs, "lowest": np.array(amounts.lowest)}
    else:
        arrays |= {"counts": amounts}
    arrays["squares"] = np.array(str(saved.squares))
    if saved.bins is not None:  # shares are those of the table
        arrays |= {
            "target_edges": saved.bins.edges,
            "target_asked": np.array(saved.bins.asked or 0),
        }
    with replaced(file) as opened:
        np.savez(opened, allow_pickle=False, **arrays)


def _of_labels(name: str, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Labels as arrays without Python's objects."""
    if labels.dtype.kind != "O":
        return {name: labels}
    words = labels.tolist()
    if isinstance(words[0], bytes):
        text, kind = words, "bytes"
    elif not all(isinstance(word, (str, int)) for word in words):
        msg = (
            f"{name}: files hold labels that are integers, numbers, strings, bytes or dates, not such "
            f"as {words[0]!r:.40} ({type(words[0]).__name__}); count strings for them to save"
        )
        raise TypeError(msg)
    else:
        kind = "str" if isinstance(words[0], str) else "int"
        text = [str(word).encode("utf-8", "surrogatepass") for word in words]
    ends = np.cumsum([len(word) for word in text])
    return {
        f"{name}_{kind}": np.frombuffer(b"".join(text), np.uint8),
        f"{name}_ends": ends,
    }


def load_counts(path: str | os.PathLike[str]) -> Saved:
    """Read and check what `save_counts` wrote; raise where it is something else."""
    with Path(path).open("rb") as opened:
        try:
            archive = np.load(opened, allow_pickle=False)
            arrays = {name: archive[name] for name in archive.files}
            version = int(arrays["fourfold_counts"])
        except _UNREADABLE as error:
            msg = f"{path}: is not a file that Counts.save wrote"
            raise ValueError(msg) from error
    if version != _VERSION:
        msg = (
            f"{path}: was written in format {version} by another version of Fourfold, this one "
            f"reads format {_VERSION}; load it there, or update Fourfold"
        )
        raise ValueError(msg)
    try:
        return _read(arrays)
    except _UNREADABLE as error:
        msg = f"{path}: is damaged: {error}"
        raise ValueError(msg) from error


def _read(arrays: dict[str, Any]) -> Saved:
    states = _labels(arrays, "x1"), _labels(arrays, "x2"), _labels(arrays, "y")
    shape, occupied = shape_of_states(states), arrays["occupied"]
    size = shape[0] * shape[1] * shape[2]
    if "counts" in arrays:
        amounts: np.ndarray | ExactSums = arrays["counts"]
        each = arrays["counts"]
        good = each.dtype == np.int64 and bool((each > 0).all())
    else:
        limbs = arrays["limbs"]
        amounts = ExactSums(limbs, int(arrays["lowest"]))
        each = amounts.positive()
        good = limbs.dtype == np.int64 and bool(each.all() and (limbs >> 32 == 0).all())
    good &= occupied.dtype == np.int64 and occupied.shape == each.shape and each.ndim == 1
    if good and len(occupied):
        good = occupied[0] >= 0 and occupied[-1] < size and bool((np.diff(occupied) > 0).all())
    if not good:
        msg = "its cells do not fit its states"
        raise ValueError(msg)
    return Saved(
        states,
        SparseTable(occupied, amounts, shape),
        Fraction(str(arrays["squares"])),
        _bins(arrays, states[2]),
    )


def _bins(arrays: dict[str, Any], states: np.ndarray) -> TargetBins | None:
    if "target_edges" not in arrays:
        return None
    edges = read_edges(arrays["target_edges"])
    if states.dtype.kind not in "iu" or (
        len(states) and not 0 <= states[0] <= states[-1] <= len(edges)
    ):
        msg = "its states of y are no bins"
        raise ValueError(msg)
    return TargetBins(edges, np.zeros(0), int(arrays["target_asked"]) or None)


def _labels(arrays: dict[str, Any], name: str) -> np.ndarray:
    labels = arrays.get(name)
    if labels is None:
        (kind,) = (key for key in ("str", "bytes", "int") if f"{name}_{key}" in arrays)
        text, ends = arrays[f"{name}_{kind}"].tobytes(), arrays[f"{name}_ends"].tolist()
        words: list[Any] = [text[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]
        if kind != "bytes":
            words = [word.decode("utf-8", "surrogatepass") for word in words]
        labels = np.array(
            [int(word) for word in words] if kind == "int" else words, dtype=object
        )
    if (
        labels.dtype.kind not in "biufMmUSO"
        or labels.ndim != 1
        or bool((labels != labels).any())  # noqa: PLR0124  NaN or NaT, which are no labels
        or bool((labels[1:] <= labels[:-1]).any())
    ):
        msg = f"the labels of {name} are not labels in sorted order"
        raise ValueError(msg)
    return axis_states(labels)
