# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays and labels from .npy, .npz and .csv files; nothing in a file is ever executed."""

from __future__ import annotations

import array
import contextlib
import csv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from fourfold.loading.missing import MISSING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

__all__ = [
    "LABELS_HINT",
    "UNREADABLE",
    "column_names",
    "holds_layers",
    "load_array",
    "load_labels",
    "load_layers",
]

#: What NumPy raises of a file that it cannot read.
UNREADABLE = (OSError, EOFError, ValueError, zipfile.BadZipFile)

_ACCEPTED = "accepted are .npy, .npz (FILE.npz:NAME for one of several arrays) and .csv"
#: What is said of a source that holds no numbers.
LABELS_HINT = " (read labels with load_labels, or --labels on the command line)"


def load_array(
    path: str | os.PathLike[str],
    *,
    header: bool | None = None,
    missing: Iterable[str] | str | None = MISSING,
) -> np.ndarray:
    """Read a source: one sample per row, one feature per column.

    Parameters
    ----------
    path : str or path-like
        A .npy file; a .npz file of one array, or ``FILE.npz:NAME``; or a .csv file of numbers
        separated by commas. The first row of a .csv file is a header if none of its cells is
        a number.

    Returns
    -------
    ndarray
        Finite numbers of shape (N, d), float32 where that holds every value of the file's
        type, else float64. An array of shape (N,) becomes one column.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not readable as one of these formats, is empty, ragged, or holds
        something other than finite numbers. The message names the file and the place.
    """
    file, member = find_file(path)
    if file.suffix.lower() == ".csv":
        return _finite(file, _csv_numbers(file, _csv_rows(file)))
    return as_source(file, _read_numpy(file, member))


def load_labels(
    path: str | os.PathLike[str],
    *,
    header: bool | None = None,
    missing: Iterable[str] | str | None = MISSING,
    joint: bool = False,
) -> np.ndarray:
    """Read labels, one per sample, or probabilities, one row per sample.

    Parameters
    ----------
    path : str or path-like
        As for `load_array`. A .csv file of one column holds labels: integers, or any text.
        Its first row is a header if it is not a number and all others are, or if it is text
        that occurs in no other row (as a label it would be a class of one sample). A .csv
        file of several columns holds probabilities.

    Returns
    -------
    ndarray
        Integers or strings of shape (N,), or floats of shape (N, K_Y).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not readable as one of these formats, is empty, ragged, or holds
        neither labels nor numbers. The message names the file and the place.
    """
    file, member = find_file(path)
    if file.suffix.lower() == ".csv":
        rows = list(_csv_rows(file))
        if len(rows[0][1]) > 1:
            return _finite(file, _csv_numbers(file, rows))
        return _csv_labels(file, [row[0] for _, row in rows])
    values = _read_numpy(file, member)
    if values.ndim not in {1, 2}:
        _fail(file, f"has shape {values.shape}, labels must have shape (N,) or (N, K_Y)")
    if values.size == 0:
        _fail(file, f"is empty: its shape is {values.shape}")
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.dtype.kind not in ("biufU" if values.ndim == 1 else "biuf"):
        _fail(file, f"holds {values.dtype} values; labels are integers or strings of shape "
                    "(N,), probabilities are floats of shape (N, K_Y)")  # fmt: skip
    if values.dtype.kind == "f":
        values = _finite(file, values)
        return _integers(file, values) if values.ndim == 1 else values.astype(np.float64)
    if values.ndim == 2:
        return values.astype(np.float64)
    return values.astype(np.int64) if values.dtype.kind == "b" else values


def holds_layers(path: str | os.PathLike[str]) -> bool:
    """Whether a file is one of several layers; no values are read.

    Parameters
    ----------
    path : str or path-like
        As for `fourfold.loading.load_array`.

    Returns
    -------
    bool
        True of a .npy file whose array has three axes, and of a .npz file of several arrays of
        which none was named by ``FILE.npz:NAME``. False of a file that cannot be read.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If its extension is none of those accepted.
    """
    file, member = find_file(path)
    if file.suffix.lower() == ".csv" or member is not None:
        return False
    try:
        loaded = np.load(file, mmap_mode="r", allow_pickle=False)
    except UNREADABLE:  # whoever reads it will say why
        return False
    if isinstance(loaded, np.ndarray):
        return loaded.ndim == 3
    with loaded:
        return len(loaded.files) > 1


def load_layers(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Read the embeddings of each layer: one sample per row, one feature per column.

    Parameters
    ----------
    path : str or path-like
        A .npy file of shape (L, N, d), whose layers are called 0 to L - 1; or a .npz file with
        an array (N, d) for each layer, called what the array is called.

    Returns
    -------
    dict of str to ndarray
        Arrays as `fourfold.loading.load_array` returns them, in the order of the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file does not hold layers, or one of them is not finite numbers of shape (N, d).
        The message names the file, the layer and the place.
    """
    if not holds_layers(path):
        msg = (
            f"{path}: holds no layers; accepted are .npy of shape (L, N, d) and .npz with an "
            "array (N, d) for each layer"
        )
        raise ValueError(msg)
    file, _ = find_file(path)
    with numpy_errors(file):
        loaded = np.load(file, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        layers = {str(k): values for k, values in enumerate(loaded)}
    else:
        with loaded, numpy_errors(file):
            layers = {name: np.asarray(loaded[name]) for name in loaded.files}
    return {
        name: as_source(f"{file}, layer {name!r}", values) for name, values in layers.items()
    }


def column_names(
    path: str | os.PathLike[str],
    *,
    header: bool | None = None,
) -> tuple[str, ...] | None:
    """Read the names of the columns of a source.

    Parameters
    ----------
    path : str or path-like
        As for `fourfold.loading.load_array`.

    Returns
    -------
    tuple of str or None
        The header of a .csv file; None where there is none, and of other files.

    Raises
    ------
    FileNotFoundError, ValueError
        As `fourfold.loading.load_array`, of the first row.
    """
    file, _ = find_file(path)
    if file.suffix.lower() != ".csv":
        return None
    _, first = next(_csv_rows(file))
    return None if any(map(_is_number, first)) else tuple(first)


def as_source(place: Path | str, values: np.ndarray) -> np.ndarray:
    """An array that was read as a source; raises as `load_array`, which describes it."""
    if values.dtype.kind not in "biuf":
        _fail(place, f"holds {values.dtype} values, a source must hold numbers{LABELS_HINT}")
    if values.ndim == 1:
        values = values[:, np.newaxis]
    if values.ndim != 2:
        _fail(place, f"has shape {values.shape}, a source must have shape (N, d) or (N,)")
    if values.size == 0:
        _fail(place, f"is empty: its shape is {values.shape}")
    narrow = np.can_cast(values.dtype, np.float32)
    return _finite(place, values.astype(np.float32 if narrow else np.float64, copy=False))


# -- files -----------------------------------------------------------------------------


def find_file(path: str | os.PathLike[str]) -> tuple[Path, str | None]:
    """The file, and the name of the array in it if one was given."""
    file, member = Path(path), None
    head, separator, tail = str(path).rpartition(":")
    if separator and head.endswith(".npz"):
        file, member = Path(head), tail
    if file.suffix.lower() not in {".npy", ".npz", ".csv"}:
        found = f"has the extension {file.suffix!r}" if file.suffix else "has no extension"
        _fail(file, f"{found}; {_ACCEPTED}")
    if not file.exists():
        msg = f"{file}: no such file"
        raise FileNotFoundError(msg)
    if not file.is_file():
        _fail(file, "is not a file")
    return file, member


def _read_numpy(file: Path, member: str | None) -> np.ndarray:
    with numpy_errors(file):
        loaded = np.load(file, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return loaded
    with loaded:
        name = _member(file, loaded.files, member)
        with numpy_errors(file):
            return np.asarray(loaded[name])


@contextlib.contextmanager
def numpy_errors(file: Path) -> Iterator[None]:
    """Tells of what NumPy cannot read as the other errors of a file."""
    try:
        yield
    except UNREADABLE as error:
        _fail_numpy(file, error)


def _fail_numpy(file: Path, error: Exception) -> NoReturn:
    if "Object arrays" in str(error):
        problem = "holds Python objects, which are never loaded: save numbers or strings"
    elif isinstance(error, PermissionError):
        problem = "cannot be read: permission denied"
    else:
        problem = f"is not a valid {file.suffix} file; {_ACCEPTED}"
    _fail(file, problem, error)


def _member(file: Path, names: list[str], wanted: str | None) -> str:
    listing = ", ".join(names) or "none"
    if wanted is None:
        if len(names) != 1:
            _fail(file, f"holds {len(names)} arrays ({listing}); name one: {file.name}:NAME")
        return names[0]
    if wanted not in names:
        _fail(file, f"holds no array {wanted!r}; it holds {listing}")
    return wanted


def _csv_rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Row numbers, from 1, and stripped cells; all rows have the same number of cells."""
    width, blank = 0, 0
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            for number, cells in enumerate(csv.reader(lines), start=1):
                row = [cell.strip() for cell in cells]
                if not any(row):
                    blank = blank or number  # an error, unless only blank rows follow
                    continue
                if blank:
                    _fail(file, f"row {blank} is empty")
                width = width or len(row)
                if len(row) != width:
                    _fail(file, f"row {number} has {len(row)} cells, the first has {width}")
                yield number, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        _fail(file, f"cannot be read as comma-separated text in UTF-8: {error}", error)
    if not width:
        _fail(file, "is empty")


def _csv_numbers(file: Path, rows: Iterable[tuple[int, list[str]]]) -> np.ndarray:
    values = array.array("d")  # row by row: the text of a large file takes ten times as much
    width = 0
    for number, row in rows:
        width = len(row)
        if number == 1 and not any(map(_is_number, row)):
            if not row[0] and any(row):
                _fail(file, "column 1 has no name, as the row numbers that pandas writes; give it "
                            "one if it belongs here, or write to_csv(..., index=False)")  # fmt: skip
            continue  # a header
        try:
            values.extend(map(_to_number, row))
        except ValueError as error:
            column = next(k for k, cell in enumerate(row) if not _is_number(cell))
            _fail(
                file,
                f"row {number}, column {column + 1} holds {row[column]!r}, which is not a "
                f"number{LABELS_HINT}",
                error,
            )
    if not values:
        _fail(file, f"holds no numbers, only a header{LABELS_HINT}")
    return np.array(values, dtype=np.float64).reshape(-1, width)


def _csv_labels(file: Path, cells: list[str]) -> np.ndarray:
    first, others = cells[0], cells[1:]
    if all(map(_is_number, others)) and (others or _is_number(first)):
        numbers = cells if _is_number(first) else others
        try:  # exact beyond 2**53, unlike floats
            return np.array([int(cell) for cell in numbers], dtype=np.int64)
        except (ValueError, OverflowError):
            values = np.array([_to_number(cell) for cell in numbers])
            return _integers(file, _finite(file, values))
    has_header = others and not _is_number(first) and first not in others
    return np.array(others if has_header else cells, dtype=np.str_)


# -- values ----------------------------------------------------------------------------


def _to_number(cell: str) -> float:
    if "_" in cell:  # float() reads "1_2" as 12
        msg = f"not a number: {cell!r}"
        raise ValueError(msg)
    return float(cell)


def _is_number(cell: str) -> bool:
    try:
        _to_number(cell)
    except ValueError:
        return False
    return True


def _finite(file: Path | str, values: np.ndarray) -> np.ndarray:
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        place = ", ".join(
            f"{axis} {k}" for axis, k in zip(("row", "column"), bad[0], strict=False)
        )
        _fail(file, f"holds {values[tuple(bad[0])]} at {place} (counted from 0, without a "
                    f"header); {len(bad)} values are not finite")  # fmt: skip
    return values


def _integers(file: Path, values: np.ndarray) -> np.ndarray:
    fractional = np.flatnonzero(values != np.rint(values))
    if len(fractional):
        row = fractional[0]
        _fail(file, f"holds the label {values[row]:g} at row {row} (counted from 0); labels "
                    "must be integers or strings; a continuous target takes --target-bins or "
                    "the command gaussian, in Python load_array and target_bins=16, or "
                    "fourfold.gaussian_pid")  # fmt: skip
    return values.astype(np.int64)


def _fail(file: Path | str, problem: str, cause: Exception | None = None) -> NoReturn:
    msg = f"{file}: {problem}"
    raise ValueError(msg) from cause
