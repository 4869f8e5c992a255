# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where data are: a file, an array or columns in it, or standard input."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, NoReturn, cast

from fourfold.loading.standard_input import STDIN, is_pipe, read_pipe, read_standard_input

if TYPE_CHECKING:
    import os

__all__ = ["ACCEPTED", "FORMATS", "Place", "bad", "fail", "find", "name_of", "printable"]

#: Of files by the ends of their names.
FORMATS = {
    ".npy": "numpy",
    ".npz": "numpy",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".feather": "arrow",
    ".arrow": "arrow",
}
ACCEPTED = (
    "accepted are .npy, .npz (FILE.npz:NAME for one of several arrays), .csv, .tsv, .txt (also "
    ".gz), .parquet, .feather and .arrow (FILE:COLUMN for one column), and - for standard input"
)

#: What a stream begins with, by format.
_FIRST_BYTES = {
    b"\x93NUMPY": "numpy",
    b"PK\x03\x04": "numpy",
    b"PK\x05\x06": "numpy",
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"FEA1": "arrow",  # version 1, which is refused
    b"\xff\xff\xff\xff": "arrow",
}


class Place(NamedTuple):
    """A file or standard input, and what of it is asked for.

    Attributes
    ----------
    name : str
        For messages: what was typed, without `part`.
    form : str
        "numpy", "text", "parquet" or "arrow".
    part : str or None
        What stands after the colon: an array of a .npz file, or columns.
    path : Path or None
        None of standard input and of pipes.
    data : bytes
        All of these, else nothing.
    """

    name: str
    form: str
    part: str | None
    path: Path | None
    data: bytes

    def open(self) -> BinaryIO:
        """From the first byte."""
        if self.path is None:
            return io.BytesIO(self.data)
        if self.path.suffix.lower() == ".gz":
            return cast("BinaryIO", gzip.open(self.path))
        return self.path.open("rb")

    @property
    def size(self) -> int:
        """Bytes in all."""
        return len(self.data) if self.path is None else self.path.stat().st_size

    @property
    def suffix(self) -> str:
        """Of the file, in small letters; of standard input there is none."""
        return "" if self.path is None else _suffix(self.path)

    def typed(self, part: str) -> str:
        """What to type for a part of it."""
        name = self.name if self.path is None else self.path.name
        return f"{STDIN if name == 'standard input' else printable(name)}:{part}"


def _of_bytes(name: str, part: str | None, data: bytes) -> Place:
    """What was read of a stream, which is told by its first bytes."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            fail(name, f"cannot be decompressed: {error}", error)
    form = next((one for start, one in _FIRST_BYTES.items() if data.startswith(start)), "text")
    return Place(name, form, part, None, data)


def _suffix(path: Path) -> str:
    """The end of the name of a file; of text that is compressed what stands before .gz."""
    suffix = path.suffix.lower()
    inner = Path(path.stem).suffix.lower()
    return inner if suffix == ".gz" and FORMATS.get(inner) == "text" else suffix


def find(path: str | os.PathLike[str]) -> Place:
    """The place that a path names, or raise where there is none."""
    text = str(path)
    file, part = split(text)
    if file == STDIN:
        return _of_bytes("standard input", part, read_standard_input())
    place = Path(file)
    if is_pipe(place):
        return _of_bytes(file, part, read_pipe(place))
    form = FORMATS.get(_suffix(place), "")
    if not form:
        file = file.partition(":")[0] if Path(file.partition(":")[0]).is_file() else file
        place = Path(file)
        found = f"has the extension {place.suffix!r}" if place.suffix else "has no extension"
        fail(file, f"{found}; {ACCEPTED}")
    if not place.exists():
        msg = f"{printable(file)}: no such file"
        raise FileNotFoundError(msg)
    if not place.is_file():
        fail(file, "is not a file")
    if part == "":
        fail(file, f"nothing follows the colon; expected a column or array, {place.name}:NAME")
    return Place(file, form, part, place, b"")


def split(text: str) -> tuple[str, str | None]:
    """What names the file, and what follows the colon.

    A file of that very name comes first, then the longest beginning that is a file: both names of
    files and of columns may have colons in them.
    """
    if text == STDIN or text.startswith(f"{STDIN}:"):
        return STDIN, text[2:] or None if text != STDIN else None
    if ":" not in text or Path(text).exists():
        return text, None
    parts = text.split(":")
    if is_pipe(Path(parts[0])):  # <(command):COLUMN of a shell
        return parts[0], ":".join(parts[1:])
    known = []
    for k in range(len(parts) - 1, 0, -1):
        file = ":".join(parts[:k])
        if _suffix(Path(file)) in FORMATS:
            known.append((file, ":".join(parts[k:])))
    for file, part in known:
        if Path(file).is_file():
            return file, part
    return known[-1] if known else (text, None)


def name_of(path: str | os.PathLike[str]) -> str:
    """What to call what is read: the column or array if one is named, else the file, without its end.

    Parameters
    ----------
    path : str or path-like
        As for `fourfold.loading.load_array`. The file need not be there.

    Returns
    -------
    str
        A word for tables and pictures.

    See Also
    --------
    fourfold.loading.column_names : Names of all columns.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.loading.name_of("runs/a.csv"), ff.loading.name_of("runs/a.csv:width")
    ('a', 'width')
    """
    file, part = split(str(path))
    if part:
        return part
    if file == STDIN:
        return "standard input"
    if is_pipe(Path(file)):
        return "pipe"
    stem = Path(file).stem
    return Path(stem).stem if file.lower().endswith(".gz") else stem


def printable(text: object) -> str:
    """Text as it is, or as Python writes it where a terminal would obey it instead of showing it."""
    shown = str(text)
    return shown if shown.isprintable() else repr(shown)


def bad(place: object, problem: str) -> ValueError:
    """What to raise of a place."""
    return ValueError(f"{printable(place)}: {problem}")


def fail(place: object, problem: str, cause: BaseException | None = None) -> NoReturn:
    """Raise that of a place."""
    raise bad(place, problem) from cause
