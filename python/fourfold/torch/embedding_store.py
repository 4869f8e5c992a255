# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where captured rows go: to memory, or to .npy files that can be read without loading them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["DirectoryStore", "EmbeddingStore", "MemoryStore", "Rows", "load_capture"]

#: Arrays by the name of the mask, then by that of the layer.
Rows: TypeAlias = dict[str, dict[str, NDArray[np.float32]]]

_MANIFEST = "capture.json"
_DTYPE = np.dtype("<f4")


class EmbeddingStore(Protocol):
    """What takes rows batch by batch and gives the whole arrays back at the end."""

    def append(self, rows: Rows) -> None:
        """Add one batch, all of it or, after an exception, nothing.

        The masks, layers and widths are those of the first batch.
        """

    def finish(self, complete: bool) -> Rows:
        """All rows of each mask and layer, of shape (N, d); `complete` unless it was ended."""


class MemoryStore:
    """Keeps the batches in memory."""

    def __init__(self) -> None:
        self._batches: list[Rows] = []

    def append(self, rows: Rows) -> None:
        """Add one batch."""
        self._batches.append(rows)

    def finish(self, complete: bool) -> Rows:  # noqa: ARG002  only files outlive an exception
        """All batches in one array for each mask and layer."""
        if not self._batches:
            return {}
        # popped, so that no more than one array is in memory twice
        return {
            mask: {
                layer: np.concatenate([batch[mask].pop(layer) for batch in self._batches])
                for layer in [*layers]
            }
            for mask, layers in self._batches[0].items()
        }


class DirectoryStore:
    """Adds the batches to ``directory/<mask>/<layer>.npy``.

    The number of rows in the headers is 0 until `finish`, which also writes ``capture.json``.
    """

    def __init__(self, directory: str | Path) -> None:
        self._directory = Path(directory)
        if (self._directory / _MANIFEST).exists():
            msg = (
                f"directory: {str(self._directory)!r} holds a capture; expected a new directory, "
                "or delete that one first"
            )
            raise FileExistsError(msg)
        self._n_rows = 0
        # by mask and layer: where the numbers begin, and how many a row has
        self._files: dict[tuple[str, str], tuple[int, int]] = {}

    def append(self, rows: Rows) -> None:
        """Add one batch."""
        size = 0
        for mask, layers in rows.items():
            for layer, array in layers.items():
                path = _path(self._directory, mask, layer)
                if (mask, layer) not in self._files:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("wb") as file:
                        start = _write_header(file, 0, array.shape[1])
                    self._files[mask, layer] = start, array.shape[1]
                with path.open("r+b") as file:
                    # over what a batch may have left that could not be written to the end
                    file.seek(self._end(mask, layer))
                    file.write(array.astype(_DTYPE, order="C", copy=False).tobytes())
                size = len(array)
        self._n_rows += size

    def finish(self, complete: bool) -> Rows:
        """Write the headers and the manifest, cut what is over, and map the files."""
        if self._n_rows == 0:
            return {}
        names: dict[str, list[str]] = {}
        for (mask, layer), (_, width) in self._files.items():
            with _path(self._directory, mask, layer).open("r+b") as file:
                # of the same length as before: numpy leaves room for the number of rows to grow
                _write_header(file, self._n_rows, width)
                file.truncate(self._end(mask, layer))
            names.setdefault(mask, []).append(layer)
        manifest = {
            "format": 1,
            "complete": complete,
            "n_samples": self._n_rows,
            "layers": names,
        }
        (self._directory / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
        return _map_files(self._directory, names, self._n_rows)

    def _end(self, mask: str, layer: str) -> int:
        start, width = self._files[mask, layer]
        return start + self._n_rows * width * _DTYPE.itemsize


def load_capture(directory: str | Path, *, partial: bool = False) -> Rows:
    """Open the arrays that `capture` wrote to a directory, without reading them to memory.

    Parameters
    ----------
    directory : path
        The `directory` of `capture`.
    partial : bool
        Open also what was written before an exception ended the capture.

    Returns
    -------
    dict of dict of ndarray, shape (N, d)
        Read-only memory maps in float32 by mask, then by layer, both in the order of the
        capture.

    Raises
    ------
    FileNotFoundError
        If no capture ended there.
    ValueError
        If it ended by an exception and `partial` is False, or a file is not as it was written.

    Examples
    --------
    >>> import tempfile
    >>> import torch
    >>> from fourfold.torch import capture, load_capture
    >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     with capture(model, layers="0", directory=directory):
    ...         _ = model(torch.zeros(5, 3))
    ...     load_capture(directory)["all"]["0"].shape
    (5, 4)
    """
    directory = Path(directory)
    path = directory / _MANIFEST
    if not path.exists():
        msg = (
            f"directory: there is no {_MANIFEST} in {str(directory)!r}: no capture ended there"
        )
        raise FileNotFoundError(msg)
    manifest = json.loads(path.read_text())
    if manifest.get("format") != 1:
        msg = f"directory: {str(path)!r} is of a format that this version cannot read"
        raise ValueError(msg)
    if not manifest["complete"] and not partial:
        msg = (
            f"directory: the capture in {str(directory)!r} was ended by an exception after "
            f"{manifest['n_samples']} samples; give partial=True to open those"
        )
        raise ValueError(msg)
    return _map_files(directory, manifest["layers"], manifest["n_samples"])


def _map_files(directory: Path, names: dict[str, list[str]], n_samples: int) -> Rows:
    opened: Rows = {}
    for mask, layers in names.items():
        opened[mask] = {}
        for layer in layers:
            path = _path(directory, mask, layer)
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            if array.ndim != 2 or len(array) != n_samples or array.dtype != _DTYPE:
                msg = (
                    f"directory: {str(path)!r} holds {array.dtype} of the shape {array.shape}; "
                    f"expected float32 with {n_samples} rows"
                )
                raise ValueError(msg)
            opened[mask][layer] = array
    return opened


def _path(directory: Path, mask: str, layer: str) -> Path:
    for name in (mask, layer):
        if not name or name in (".", "..") or any(sign in name for sign in "/\\\0"):
            msg = f"directory: {name!r} cannot be the name of a file"
            raise ValueError(msg)
    return directory / mask / f"{layer}.npy"


def _write_header(file: BinaryIO, n_rows: int, width: int) -> int:
    """Write it at the start, and return where the numbers begin."""
    np.lib.format.write_array_header_1_0(
        file,
        {"descr": _DTYPE.str, "fortran_order": False, "shape": (n_rows, width)},
    )
    return file.tell()
