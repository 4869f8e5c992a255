# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources, a continuous target and what is given, as columns of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.label_targets import reject_few_values, reject_labels
from fourfold.inputs.arrays import as_array, check_same_length, reject_where
from fourfold.inputs.device import array_module, place_of, to_cupy, to_numpy
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import check_aligned, reject_masked
from fourfold.inputs.sparse_rows import dense_rows
from fourfold.inputs.tensors import plain

__all__ = ["Columns", "plain_numbers", "read_columns", "read_named"]

#: Columns that a message names before it counts the others.
NAMED = 5


class Columns(NamedTuple):
    """One argument.

    Attributes
    ----------
    name : str
        Of the argument.
    values : ndarray, shape (N, d) or (L, N, d)
        Finite, in double precision, none of them constant; of NumPy or of CuPy.
    labels : tuple of str or None
        Names of the columns where the frame that they came in has some.
    """

    name: str
    values: Any
    labels: tuple[str, ...] | None

    def told(self, columns: Any) -> str:
        """Some columns by their places, and names where they have some: at most a few."""
        places = [int(k) for k in columns]
        some = [
            str(k) if self.labels is None else f"{k} ({self.labels[k]!r})"
            for k in places[:NAMED]
        ]
        more = len(places) - len(some)
        if more:
            return f"columns {', '.join(some)} and {more} more"
        return f"column{'s' * (len(some) > 1)} {', '.join(some)}"


def read_columns(x1: Any, x2: Any, y: Any, given: Any = None) -> tuple[Columns, ...]:
    """The arguments of as many rows, `given` last where it is not None.

    Each is (N, d), or (N,) of one column, or (L, N, d) of L layers, which others of (N, d) share.
    In the memory of a device where one of them is there. Raises where a column is constant, and
    where the target holds labels.
    """
    named = {"x1": x1, "x2": x2, "y": y}
    if given is not None:
        named["given"] = given
    return read_named(named)


def read_named(named: Mapping[str, Any]) -> tuple[Columns, ...]:
    """Any sources and perhaps "y", as `read_columns`."""
    for name, values in named.items():
        if values is None:
            msg = f"{name}: expected rows of numbers, shape (N, d), got None"
            raise TypeError(msg)
        if isinstance(values, Mapping):
            msg = (
                f"{name}: expected rows of numbers, shape (N, d), got a {type(values).__name__}; "
                "layers by their names go to layer_profile(x1, x2, y, estimator='gaussian'), "
                "columns by their names into pandas.DataFrame(...)"
            )
            raise TypeError(msg)
    named = {name: plain_numbers(values, name) for name, values in named.items()}
    check_aligned(**named)
    if "y" in named:
        reject_labels(named["y"])
    place = place_of(**named)
    with place.device:
        read = tuple(_read(values, name, bool(place.names)) for name, values in named.items())
        check_same_length(**{one.name: one.values.shape[-2] for one in read})
        _check_layers(read)
        for one in read:
            _reject_constant(one)
        for target in (one for one in read if one.name == "y"):
            reject_few_values(target.values, target.told)
        return tuple(
            one._replace(values=one.values.astype(np.float64, copy=False)) for one in read
        )


def plain_numbers(values: Any, name: str) -> Any:
    """Tensors without a gradient, in a precision that NumPy has; no mask is dropped in silence."""
    reject_masked(values, name)
    return plain(values)


def _read(values: Any, name: str, device: bool) -> Columns:
    labels = _labels(values)
    values = dense_rows(values, name)
    array = to_cupy(values, name) if device else as_array(values, name)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    shape = array.shape
    if 0 in shape:
        msg = f"{name}: expected rows of numbers, shape (N, d), got none, shape {shape}"
        raise ValueError(msg)
    if array.ndim == 3:
        if array.dtype.kind == "f":  # first, so that a message has the place in all three axes
            xp = array_module(array)
            if not bool(xp.isfinite(array).all()):
                host = to_numpy(array)
                reject_where(host, ~np.isfinite(host), name, "finite")
        array = array.reshape(-1, shape[2])
    elif array.ndim != 2:
        msg = f"{name}: expected an array of shape (N, d), (N,) or (layers, N, d), got shape {shape}"
        raise ValueError(msg)
    rows = read_embedding(array, name, any_scale=True)  # columns are divided by their largest
    if shape[-2] == 1:
        msg = f"{name}: expected many rows, got one, shape {shape}; one row has no covariance"
        raise ValueError(msg)
    return Columns(name, rows.reshape(shape), labels)


def _labels(values: Any) -> tuple[str, ...] | None:
    """Names of the columns of a frame of pandas, polars or Arrow, or of one column."""
    for attribute in ("column_names", "columns"):
        names = getattr(values, attribute, None)
        if names is not None and not callable(names):
            # numbers that pandas makes up are places already
            plain = all(isinstance(name, (int, np.integer)) for name in names)
            return None if plain else tuple(map(str, names))
    name = getattr(values, "name", None)
    return (name,) if isinstance(name, str) and name else None


def _check_layers(read: tuple[Columns, ...]) -> None:
    layers = {one.name: len(one.values) for one in read if one.values.ndim == 3}
    if len(set(layers.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in layers.items())
        msg = (
            f"{', '.join(layers)}: expected the same number of layers, shape (layers, N, d), but "
            f"{told}; what all layers share has shape (N, d)"
        )
        raise ValueError(msg)


def _reject_constant(one: Columns) -> None:
    """Raise where a column has no spread but that of rounding in the precision that it came in."""
    low, high = to_numpy(one.values.min(-2)), to_numpy(one.values.max(-2))
    size = np.maximum(np.abs(low), np.abs(high))
    # halves first: the difference of doubles of opposite signs may be beyond all doubles
    flat = high / 2 - low / 2 <= np.finfo(one.values.dtype.name).eps * size
    if not flat.any():
        return
    where = ""
    if flat.ndim == 2:
        layer = int(np.argmax(flat.any(1)))
        where, flat, low = f" of layer {layer}", flat[layer], low[layer]
    columns = np.flatnonzero(flat)
    value = float(low[columns[0]])
    verb = "has" if len(columns) == 1 else "have"
    same = f"the same value ({value:g}) in all rows" if len(columns) == 1 else "one value each"
    whole = len(columns) == len(flat)
    if whole and one.name == "given":
        remedy = "given a constant nothing changes; leave given out"
    elif whole:
        remedy = "a constant tells nothing, so there is nothing to decompose"
    elif len(columns) <= NAMED:
        remedy = f"leave out: numpy.delete({one.name}, {columns.tolist()}, axis=-1)"
    else:
        remedy = f"leave such columns out, as {one.name}[:, {one.name}.std(0) > 0] does"
    msg = f"{one.name}: {one.told(columns)}{where} {verb} {same}; {remedy}"
    raise ValueError(msg)
