# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Finished parts of a grid in a folder: a file each, whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfold.workflows.grid.parts import read_part
from fourfold.writing import write_text

if TYPE_CHECKING:
    from fourfold.workflows.grid.parts import Part
    from fourfold.workflows.grid.triples import Name

__all__ = ["Checkpoint"]

#: Of the format of the files.
VERSION = 1
_WORDS = {
    "x1": "the layer of sources1 was another",
    "x2": "the layer of sources2 was another",
    "y": "the target was another",
}


class Checkpoint:
    """A folder, made if it is not there. Several processes may fill it at once."""

    def __init__(self, folder: Any) -> None:
        try:
            self.folder = Path(folder)
            good = str(folder) != ""
        except TypeError:
            good = False
        if not good:
            msg = f"checkpoint: expected the path of a folder or None, got {folder!r}"
            raise TypeError(msg)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            here = [self.folder, *self.folder.parents]
            file = next(path for path in here if os.path.lexists(path))
            msg = f"checkpoint: expected the path of a folder, but {file} is a file"
            raise ValueError(msg) from None
        except OSError as error:
            error.add_note(f"checkpoint: the folder {self.folder} could not be made")
            raise

    def path(self, name: Name) -> Path:
        """Where a part is, or will be: by its names as far as they fit, and a digest of them."""
        text = json.dumps(name).encode()
        number = hashlib.blake2b(text, digest_size=8).hexdigest()
        shown = "--".join(re.sub(r"[^A-Za-z0-9._-]+", "_", word)[:40] for word in name)
        return self.folder / f"{shown}-{number}.json".lstrip(".-")

    def read(self, name: Name, made_of: dict[str, str]) -> Part | None:
        """A finished part, None if there is none; raises if it was made of something else."""
        path = self.path(name)
        try:
            record = json.loads(path.read_text("utf-8"))
            version, kept = record["version"], dict(record["made_of"])
            part = read_part(record["numbers"], record["by_seed"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, IsADirectoryError) as error:
            msg = f"checkpoint: {path} is no part of a grid; delete it, or take another folder"
            raise ValueError(msg) from error
        if version != VERSION:
            msg = (
                f"checkpoint: {path} has format {version}, expected {VERSION}; delete it, or take "
                "another folder"
            )
            raise ValueError(msg)
        changed = [
            key
            for key in sorted(made_of.keys() | kept.keys())
            if made_of.get(key) != kept.get(key)
        ]
        if changed:
            words = [
                _WORDS.get(key, f"{key} was {kept.get(key)} and is {made_of.get(key)}")
                for key in changed
            ]
            msg = (
                f"checkpoint: part {name} in {path} was made of something else: "
                f"{', '.join(words)}. Delete the file to make it anew, or take another folder"
            )
            raise ValueError(msg)
        return part

    def write(self, name: Name, made_of: dict[str, str], part: Part) -> None:
        """Keep a finished part, on the disk when this returns."""
        record = {
            "version": VERSION,
            "part": name._asdict(),
            "made_of": made_of,
            "numbers": part.numbers,
            "by_seed": part.by_seed,
        }
        write_text(self.path(name), json.dumps(record, indent=1))
