# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources, labels and layers: what the command line reads, and what users call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.loading.arrow_files import names_of_columns
from fourfold.loading.arrow_values import read_arrow_labels, read_arrow_numbers
from fourfold.loading.missing import MISSING, missing_words
from fourfold.loading.numpy_files import array_names, heads_of, read_array
from fourfold.loading.places import Place, fail, find, printable
from fourfold.loading.text_labels import join_columns, read_text_labels, reject_missing
from fourfold.loading.text_numbers import read_names, read_numbers
from fourfold.loading.text_rows import open_rows, shown_line
from fourfold.loading.values import as_source, finite, whole_labels

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

__all__ = [
    "column_names",
    "first_row",
    "holds_layers",
    "load_array",
    "load_labels",
    "load_layers",
]


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
        A file by the end of its name: .npy; .npz of one array, or ``FILE.npz:NAME``; .csv, .tsv or
        .txt with commas, semicolons, tabs, bars or spaces between the cells; .parquet, .feather or .arrow.
        ``FILE:COLUMN`` is one column of a table, ``FILE:a,b`` several, by name or by number from 0.
        ``-`` and ``-:COLUMN`` are standard input, which is read once and kept.
    header : bool, optional
        Whether the first row of text names the columns. By default it does where none of its cells
        is a number, where a column is asked for by name, and where it counts the columns (0, 1, 2,
        as pandas writes those of a frame without names); where it is not clear that is an error.
    missing : iterable of str, optional
        Words that stand for a missing value in text, of which a row is refused; None for none.

    Returns
    -------
    ndarray
        Finite numbers of shape (N, d), float32 where that holds every value of the file's
        type, else float64. An array of shape (N,) becomes one column, as does a column of numbers; a
        column of lists of numbers gives d columns.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not readable as one of these formats, is empty, ragged or damaged, holds
        something other than finite numbers, values are missing, or an index was written with the
        data. The message names the file and the place.
    MemoryError
        If what the file says that it holds does not fit memory.
    ImportError
        If the file needs pyarrow and that is not installed.

    See Also
    --------
    fourfold.loading.load_labels : Labels or probabilities.
    fourfold.loading.parquet_blocks : Parquet files too large for memory.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import fourfold as ff
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "run.csv"
    ...     _ = path.write_text("width,height,label\\n1.5,2,cat\\n0.5,3,dog\\n")
    ...     ff.loading.load_array(f"{path}:width,height").tolist()
    [[1.5, 2.0], [0.5, 3.0]]
    """
    place, words = _find(path, header, missing)
    if place.form == "text":
        return finite(place.name, read_numbers(place, header, words))
    if place.form == "numpy":
        return as_source(place.name, read_array(place))
    return as_source(place.name, read_arrow_numbers(place))


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
        As for `load_array`. One column of text holds labels: integers, or any words; numbers with
        leading zeros, such as 007, are words. Several columns, or one of lists, hold probabilities.
    header : bool, optional
        As for `load_array`. By default the first row of one column names it if it is no number and
        all others are, or if it is text that occurs in no other row (as a label it would be a class
        of one sample).
    missing : iterable of str, optional
        Words that stand for a missing label, of which a row is refused; None for none. By default
        those of `fourfold.loading.MISSING`; "-" is a label where "+" is one.
    joint : bool
        Whether several columns are labels each, for ``pid(..., joint=True)``, not probabilities.

    Returns
    -------
    ndarray
        Integers or strings of shape (N,), or floats of shape (N, K_Y). Integers are exact: int64,
        uint64 beyond, strings where neither has room. With `joint` and several columns integers or
        strings of shape (N, m).

    Raises
    ------
    ValueError
        If the file holds neither labels nor numbers, a label is missing, or a float too large to be
        told from its neighbours; and as `load_array`, as are other errors.

    See Also
    --------
    fourfold.loading.load_array : Sources of numbers, and targets for ``target_bins=``.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import fourfold as ff
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "run.csv"
    ...     _ = path.write_text("width,height,label\\n1.5,2,cat\\n0.5,3,dog\\n")
    ...     ff.loading.load_labels(f"{path}:label").tolist()
    ['cat', 'dog']
    """
    place, words = _find(path, header, missing)
    if place.form == "text":
        values = read_text_labels(place, header, words, joint=joint)
        return finite(place.name, values) if values.dtype.kind == "f" else values
    if place.form != "numpy":
        values = read_arrow_labels(place, words, joint=joint)
    else:
        values = _words_of_dates(read_array(place))
    return _labels(place, values, words, joint=joint)


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

    See Also
    --------
    fourfold.loading.load_layers : Reads them.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import numpy as np, fourfold as ff
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "layers.npz"
    ...     np.savez(path, first=np.zeros((5, 2)), last=np.zeros((5, 3)))
    ...     ff.loading.holds_layers(path), ff.loading.holds_layers(f"{path}:first")
    (True, False)
    """
    place = find(path)
    if place.form != "numpy" or place.part is not None:
        return False
    try:
        heads = heads_of(place)
    except ValueError:  # whoever reads it will say why
        return False
    return len(heads) > 1 or (array_names(place) is None and len(heads[0].shape) == 3)


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

    See Also
    --------
    fourfold.layer_profile : Decomposes them, layer by layer.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import numpy as np, fourfold as ff
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "encoder.npz"
    ...     np.savez(path, first=np.zeros((5, 2)), last=np.zeros((5, 3)))
    ...     {name: layer.shape for name, layer in ff.loading.load_layers(path).items()}
    {'first': (5, 2), 'last': (5, 3)}
    """
    if not holds_layers(path):
        msg = (
            f"{printable(path)}: holds no layers; accepted are .npy of shape (L, N, d) and .npz with "
            "an array (N, d) for each layer"
        )
        raise ValueError(msg)
    place = find(path)
    names = array_names(place)
    if names is None:
        layers = {str(k): values for k, values in enumerate(read_array(place))}
    else:
        layers = {name: read_array(place._replace(part=name)) for name in names}
    return {
        name: as_source(f"{printable(place.name)}, layer {name!r}", values)
        for name, values in layers.items()
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
    header : bool, optional
        As for `fourfold.loading.load_array`.

    Returns
    -------
    tuple of str or None
        The header of a file of text, the names of a .parquet, .feather or .arrow file, or of those
        columns that were asked for; None where there is none, and of other files.

    Raises
    ------
    FileNotFoundError, ValueError
        As `fourfold.loading.load_array`, of the first rows.

    See Also
    --------
    fourfold.loading.name_of : What to call a source.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.loading.column_names("run.csv:width,height")  # doctest: +SKIP
    ('width', 'height')
    """
    place, words = _find(path, header, MISSING)
    if place.form == "numpy":
        return None
    names = (
        read_names(place, header, words) if place.form == "text" else names_of_columns(place)
    )
    return None if names is None else tuple(names)


def first_row(path: str | os.PathLike[str]) -> str | None:
    """The first row of text as messages show it, to tell why rows do not fit together; or None."""
    place = find(path)
    if place.form != "text":
        return None
    with open_rows(place) as table:
        return shown_line(table.sample[0][1], table.separator)


def _find(
    path: str | os.PathLike[str], header: object, missing: Iterable[str] | str | None
) -> tuple[Place, frozenset[str]]:
    if header not in (None, True, False):
        msg = f"header: expected True, False or None, which finds out, got {header!r:.60}"
        raise ValueError(msg)
    return find(path), missing_words(missing)


def _words_of_dates(values: np.ndarray) -> np.ndarray:
    """Dates as text, all else as it is."""
    return np.datetime_as_string(values) if values.dtype.kind == "M" else values


def _labels(
    place: Place, values: np.ndarray, missing: frozenset[str], *, joint: bool
) -> np.ndarray:
    """Labels or probabilities out of an array, or raise."""
    if values.ndim not in {1, 2}:
        fail(place.name, f"has shape {values.shape}, labels must have shape (N,) or (N, K_Y)")
    if values.size == 0:
        fail(place.name, f"is empty: its shape is {values.shape}")
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    elif values.ndim == 2 and values.shape[0] == 1:
        # of MATLAB, say: one sample of so many classes would be nobody's
        fail(place.name, f"has one row of {values.shape[1]}, shape {values.shape}; save it with "
                         "shape (N,), as values.ravel()")  # fmt: skip
    if values.dtype.kind not in ("biufU" if values.ndim == 1 or joint else "biuf"):
        fail(place.name, f"holds {values.dtype} values; labels are integers or strings of shape "
                         "(N,), probabilities are floats of shape (N, K_Y)")  # fmt: skip
    if values.ndim == 2 and joint:
        columns = [_labels(place, column, missing, joint=False) for column in values.T]
        return join_columns(columns)
    if values.dtype.kind == "U":
        reject_missing(place, values.tolist(), " (counted from 0)", 0, missing)
        return values
    if values.dtype.kind == "f":
        if values.ndim == 1:
            return whole_labels(place.name, values)
        return finite(place.name, values).astype(np.float64)
    if values.ndim == 2:
        return values.astype(np.float64)
    return values.astype(np.int64) if values.dtype.kind == "b" else values
