# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""capture.json: what a directory of captured rows holds, and whether it is whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

__all__ = ["MANIFEST", "Manifest", "read_manifest", "reserve_manifest", "write_manifest"]

MANIFEST = "capture.json"
_FORMAT = 1
#: More samples than any capture has.
_MOST = 10**18


class Manifest(NamedTuple):
    """What `capture.json` says.

    Attributes
    ----------
    layers : dict of list of str
        By mask.
    n_samples : int or None
        None while the capture runs, or where its process was killed.
    complete : bool
        Whether the capture ended without an exception.
    """

    layers: dict[str, list[str]]
    n_samples: int | None = None
    complete: bool = False


def reserve_manifest(directory: Path, layers: dict[str, list[str]]) -> int:
    """Write it before the rows, as long as it may become, and return that length.

    A disk that is full later has room for it then.
    """
    path = directory / MANIFEST
    length = len(_text(Manifest(layers, _MOST), 0))
    # of one capture: another, of another process, may have come to the same directory
    with path.open("xb") as file:
        try:
            file.write(_text(Manifest(layers), length))
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return length


def write_manifest(directory: Path, manifest: Manifest, length: int) -> None:
    """Write it over the one that was reserved, in the same room."""
    with (directory / MANIFEST).open("r+b") as file:
        file.write(_text(manifest, length))


def _text(manifest: Manifest, length: int) -> bytes:
    fields = {
        "format": _FORMAT,
        "complete": manifest.complete,
        "n_samples": manifest.n_samples,
        "layers": manifest.layers,
    }
    return json.dumps(fields, indent=1).ljust(length - 1).encode("ascii") + b"\n"


def read_manifest(directory: Path) -> Manifest:
    """Read it and check it.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is none of a capture, or of a format that cannot be read.
    """
    path = directory / MANIFEST
    if not path.exists():
        msg = f"directory: there is no {MANIFEST} in {str(directory)!r}: no capture ended there"
        raise FileNotFoundError(msg)
    try:
        fields = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(_broken(path, f"it is no JSON ({error})")) from error
    if isinstance(fields, dict) and fields.get("format", _FORMAT) != _FORMAT:
        msg = f"directory: {str(path)!r} is of a format that this version cannot read"
        raise ValueError(msg)
    wrong = _what_is_wrong(fields)
    if wrong:
        raise ValueError(_broken(path, wrong))
    return Manifest(*(fields[key] for key in Manifest._fields))


def _what_is_wrong(fields: object) -> str | None:
    if not isinstance(fields, dict):
        return f"it is a {type(fields).__name__}"
    missing = [key for key in ("format", *Manifest._fields) if key not in fields]
    if missing:
        return f"it has no {missing[0]}"
    layers, n_samples = fields["layers"], fields["n_samples"]
    named = isinstance(layers, dict) and all(
        isinstance(names, list) and all(isinstance(name, str) for name in names)
        for names in layers.values()
    )
    if not named:
        return "its layers are no lists of names by mask"
    whole = isinstance(n_samples, int) and not isinstance(n_samples, bool) and n_samples > 0
    if n_samples is not None and not whole:
        return f"its n_samples are {n_samples!r}"
    if not isinstance(fields["complete"], bool):
        return f"complete is {fields['complete']!r}"
    return None


def _broken(path: Path, why: str) -> str:
    return (
        f"directory: {str(path)!r} is no manifest of a capture: {why}; the .npy files beside it may "
        "be whole, and numpy.load opens each"
    )
