# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays in .npy and .npz files: looked at before they are read, as a file may claim anything."""

from __future__ import annotations

import contextlib
import math
import zipfile
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib import format as npy

from fourfold.inputs.room import require_room, told_bytes
from fourfold.loading.places import ACCEPTED, Place, fail, printable
from fourfold.loading.selection import find_columns, told_names

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ArrayHead", "array_names", "heads_of", "read_array"]

_ENCRYPTED = 1  # of the flags of a member of a .zip file


class ArrayHead(NamedTuple):
    """What a file says of an array, and how many bytes of it there are."""

    shape: tuple[int, ...]
    dtype: np.dtype
    left: int

    @property
    def n_bytes(self) -> int:
        """Of the whole array."""
        return math.prod(self.shape) * self.dtype.itemsize


def array_names(place: Place) -> list[str] | None:
    """Names of the arrays of a .npz file; None of a .npy file."""
    with _told(place), place.open() as file:
        if not _is_archive(file):
            return None
        names = [member.filename for member in zipfile.ZipFile(file).infolist()]
    names = [name.removesuffix(".npy") for name in names]
    for name in names:
        if names.count(name) > 1:
            fail(place.name, f"holds {names.count(name)} arrays called {printable(name)}")
    return names


def heads_of(place: Place) -> list[ArrayHead]:
    """Of the one array, or of all those in a .npz file; no values are read."""
    names = array_names(place)
    return [_head(place, name) for name in ([None] if names is None else names)]


def read_array(place: Place) -> np.ndarray:
    """The array that a place names, or raise: of several none was named, or it is damaged."""
    names = array_names(place)
    if names is None:
        array = _read(place, None)
        return array if place.part is None else _columns(place, array)
    listing = told_names(names, printable)
    if place.part is None:
        if len(names) != 1:
            fail(
                place.name,
                f"holds {len(names)} arrays ({listing}); name one: {place.typed('NAME')}",
            )
        return _read(place, names[0])
    if place.part not in names:
        fail(place.name, f"holds no array {place.part!r}; it holds {listing}")
    return _read(place, place.part)


def _read(place: Place, name: str | None) -> np.ndarray:
    head = _head(place, name)
    what = "the array" if name is None else f"the array {printable(name)}"
    told = f"{what} of shape {head.shape}, {head.dtype},"
    if head.dtype.hasobject:
        fail(
            place.name, "holds Python objects, which are never loaded: save numbers or strings"
        )
    if head.n_bytes > head.left:
        fail(
            place.name,
            f"is cut short or damaged: {told} would be {told_bytes(head.n_bytes)}, the file has "
            f"{told_bytes(head.left)} of it",
        )
    require_room(head.n_bytes, printable(place.name), told)
    with _told(place), _opened(place, name) as (file, _):
        return np.asarray(npy.read_array(file, allow_pickle=False))


def _head(place: Place, name: str | None) -> ArrayHead:
    with _told(place), _opened(place, name) as (file, size):
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
        if not all(type(length) is int and length >= 0 for length in shape):
            msg = f"a shape of {shape}"
            raise ValueError(msg)
        if not dtype.itemsize and not dtype.hasobject:
            msg = f"values of no size: {dtype}"
            raise ValueError(msg)
        return ArrayHead(shape, dtype, size - file.tell())


@contextlib.contextmanager
def _opened(place: Place, name: str | None) -> Iterator[tuple[IO[bytes], int]]:
    """An array by name, of a .npz file, and how many bytes it has."""
    with place.open() as file:
        if name is None:
            yield file, place.size
            return
        with zipfile.ZipFile(file) as archive:
            members = {one.filename.removesuffix(".npy"): one for one in archive.infolist()}
            with archive.open(members[name]) as member:
                yield member, members[name].file_size


def _is_archive(file: IO[bytes]) -> bool:
    start = file.read(4)
    file.seek(0)
    return start[:2] == b"PK"


@contextlib.contextmanager
def _told(place: Place) -> Iterator[None]:
    """Tells of whatever NumPy and zipfile raise of a file as the other errors of a file."""
    try:
        yield
    except PermissionError as error:
        fail(place.name, "cannot be read: permission denied", error)
    # of damaged files zlib.error, OverflowError, TypeError, tokenize.TokenError, RecursionError, ...;
    # nothing of the user's runs in there
    except Exception as error:  # noqa: BLE001
        kind = f"a valid {place.suffix} file" if place.suffix else "valid data of NumPy"
        why = ""
        if isinstance(error, RuntimeError) and "encrypted" in str(error):
            why = ", it is encrypted"
        elif isinstance(error, NotImplementedError):
            why = ", it is compressed in a way that Python cannot read"
        fail(place.name, f"is not {kind}{why}; {ACCEPTED}", error)


def _columns(place: Place, array: np.ndarray) -> np.ndarray:
    """Columns that stand after the colon: by number, or fields by name."""
    part = place.part or ""
    fields = array.dtype.names
    if fields is not None:
        chosen = [array[fields[k]] for k in find_columns(part, fields, len(fields), place)]
        return chosen[0] if len(chosen) == 1 else np.stack(chosen, axis=1)
    if array.ndim != 2:
        fail(
            place.name, f"has shape {array.shape}; :{part} names columns of an array of (N, d)"
        )
    chosen_columns = find_columns(part, None, array.shape[1], place)
    return array[:, chosen_columns[0] if len(chosen_columns) == 1 else chosen_columns]
