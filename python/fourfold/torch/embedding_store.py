# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where captured rows go: to memory, or to .npy files that can be read without loading them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fourfold.torch.manifest import (
    MANIFEST,
    Manifest,
    read_manifest,
    reserve_manifest,
    write_manifest,
)

__all__ = ["DirectoryStore", "EmbeddingStore", "MemoryStore", "Rows", "load_capture"]

#: Arrays by the name of the mask, then by that of the layer.
Rows: TypeAlias = dict[str, dict[str, NDArray[np.float32]]]

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

    The number of rows in the headers is 0 until `finish`. ``capture.json`` is written before the
    rows, and gets their number then, so that neither needs room on a disk that is full.
    """

    def __init__(self, directory: str | Path) -> None:
        self._directory = Path(directory)
        if (self._directory / MANIFEST).exists():
            raise self._taken()
        self._n_rows = 0
        self._reserved = 0
        # by mask and layer: where the numbers begin, and how many a row has
        self._files: dict[tuple[str, str], tuple[int, int]] = {}

    def append(self, rows: Rows) -> None:
        """Add one batch."""
        try:
            self._write(rows)
        except BaseException:
            if self._n_rows == 0:
                # the next batch, if there is one, begins anew, and may have other masks
                self._drop()
            raise

    def _write(self, rows: Rows) -> None:
        if not self._reserved:
            paths = [
                _path(self._directory, mask, layer) for mask in rows for layer in rows[mask]
            ]
            for path in paths:
                path.parent.mkdir(parents=True, exist_ok=True)
            names = {mask: [*layers] for mask, layers in rows.items()}
            try:
                self._reserved = reserve_manifest(self._directory, names)
            except FileExistsError:
                raise self._taken() from None
        size = 0
        for mask, layers in rows.items():
            for layer, array in layers.items():
                path = _path(self._directory, mask, layer)
                if (mask, layer) not in self._files:
                    with path.open("wb") as file:
                        start = _write_header(file, 0, array.shape[1])
                    self._files[mask, layer] = start, array.shape[1]
                with path.open("r+b") as file:
                    # over what a batch may have left that could not be written to the end
                    file.seek(self._end(mask, layer))
                    file.write(array.astype(_DTYPE, order="C", copy=False).tobytes())
                size = len(array)
        self._n_rows += size

    def _taken(self) -> FileExistsError:
        return FileExistsError(
            f"directory: {str(self._directory)!r} holds a capture, or one that runs or whose "
            "process was killed; expected a new directory for each, or delete that one first"
        )

    def _drop(self) -> None:
        if self._reserved:
            (self._directory / MANIFEST).unlink(missing_ok=True)
        self._reserved = 0
        self._files.clear()

    def finish(self, complete: bool) -> Rows:
        """Write the headers and the manifest, cut what is over, and map the files."""
        if self._n_rows == 0:
            self._drop()
            return {}
        names: dict[str, list[str]] = {}
        for (mask, layer), (_, width) in self._files.items():
            with _path(self._directory, mask, layer).open("r+b") as file:
                # of the same length as before: numpy leaves room for the number of rows to grow
                _write_header(file, self._n_rows, width)
                file.truncate(self._end(mask, layer))
            names.setdefault(mask, []).append(layer)
        manifest = Manifest(names, self._n_rows, complete)
        write_manifest(self._directory, manifest, self._reserved)
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
        If no capture ended there, as where its process was killed.
    ValueError
        If it ended by an exception and `partial` is False, or a file is not as it was written.

    See Also
    --------
    fourfold.torch.capture : Writes it, with `directory`.
    fourfold.profile_grid : Reads memory maps part by part.

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
    manifest = read_manifest(directory)
    if manifest.n_samples is None:
        msg = (
            f"directory: the capture in {str(directory)!r} runs, or its process was killed: no "
            "capture ended there, and nothing says how many rows are whole"
        )
        raise FileNotFoundError(msg)
    if not manifest.complete and not partial:
        msg = (
            f"directory: the capture in {str(directory)!r} was ended by an exception after "
            f"{manifest.n_samples} samples; give partial=True to open those"
        )
        raise ValueError(msg)
    return _map_files(directory, manifest.layers, manifest.n_samples)


def _map_files(directory: Path, names: dict[str, list[str]], n_samples: int) -> Rows:
    opened: Rows = {}
    for mask, layers in names.items():
        opened[mask] = {}
        for layer in layers:
            path = _path(directory, mask, layer)
            with _named(path):
                array = np.load(path, mmap_mode="r", allow_pickle=False)
            if array.ndim != 2 or len(array) != n_samples or array.dtype != _DTYPE:
                msg = (
                    f"directory: {str(path)!r} holds {array.dtype} of the shape {array.shape}; "
                    f"expected float32 with {n_samples} rows"
                )
                raise ValueError(msg)
            opened[mask][layer] = array
    return opened


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of what is no .npy file with the name of the file."""
    try:
        yield
    except (ValueError, EOFError) as error:
        msg = f"directory: {str(path)!r} is not as it was written: {error}"
        raise ValueError(msg) from error


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
