# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings of several layers of a model from one .npy or .npz file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.loading import UNREADABLE, as_source, find_file, numpy_errors

if TYPE_CHECKING:
    import os

__all__ = ["holds_layers", "load_layers"]


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
