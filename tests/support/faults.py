# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an argument, in each container that can hold it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

N = 90

_KINDS = {
    "labels": lambda rng: rng.integers(0, 2, N),
    "classes": lambda rng: rng.permutation(np.tile([0, 1], N // 2)),
    "numbers": lambda rng: rng.standard_normal(N),
    "embedding": lambda rng: rng.standard_normal((N, 3)),
    "probabilities": lambda rng: rng.dirichlet(np.ones(2), N),
    "joint": lambda rng: rng.dirichlet(np.full(2, 0.2), N),  # tells more than one source
    "table": lambda rng: rng.dirichlet(np.ones(12)).reshape(2, 3, 2),
    "marginal": lambda _: np.array([[0.25, 0.25], [0.125, 0.375]]),
    "covariance": lambda _: np.eye(3) + 0.25,
    "weights": lambda rng: rng.random(N) + 0.5,
}


def clean_value(kind, argument):
    """What is right for an argument of that kind, in NumPy; another one for each argument."""
    return _KINDS[kind](np.random.default_rng(list(argument.encode())))


#: Kinds with a row a sample.
ROWS = {"labels", "classes", "numbers", "embedding", "probabilities", "joint", "weights"}


# -- containers ------------------------------------------------------------------------


def _pandas(array):
    pandas = pytest.importorskip("pandas")
    return pandas.Series(array) if array.ndim == 1 else pandas.DataFrame(array).add_prefix("c")


def _polars(array):
    polars = pytest.importorskip("polars")
    if array.ndim == 1:
        return polars.Series(array)
    return polars.DataFrame({f"c{k}": column for k, column in enumerate(array.T)})


def _arrow(array):
    arrow = pytest.importorskip("pyarrow")
    if array.ndim == 1:
        return arrow.array(array)
    return arrow.table({f"c{k}": column for k, column in enumerate(array.T)})


def _torch(array):
    return pytest.importorskip("torch").tensor(array)


CONTAINERS: dict[str, Callable[[np.ndarray], Any]] = {
    "numpy": np.array,
    "list": np.ndarray.tolist,
    "pandas": _pandas,
    "polars": _polars,
    "arrow": _arrow,
    "torch": _torch,
}
_FRAMES = {"pandas", "polars", "arrow"}
_PACKAGES = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow", "torch": "torch"}
#: Those whose package is installed.
AVAILABLE = tuple(
    name for name in CONTAINERS if importlib.util.find_spec(_PACKAGES.get(name, "numpy"))
)


# -- faults ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A way to spoil a value: `spoil(value, container)`."""

    name: str
    kinds: frozenset[str]
    spoil: Callable[[np.ndarray, str], Any]
    words: str = ""  #: what the message has besides the argument, as a regular expression
    containers: tuple[str, ...] = ("numpy", "list", "pandas", "polars", "arrow", "torch")
    may_pass: bool = False  #: the number of the clean value is as good as an error


def _masked(array, _):
    masked = np.ma.masked_array(array, mask=False)
    masked[(3,) if array.ndim == 1 else (1, 1)] = np.ma.masked
    return masked


def _missing(array, container):
    """As each container says that a value is not there."""
    first = (3,) + (0,) * (array.ndim - 1) if len(array) > 3 else (1,) + (0,) * (array.ndim - 1)
    if container in {"numpy", "torch"}:
        floats = array.astype(float)
        floats[first] = np.nan
        return CONTAINERS[container](floats)
    if container == "list":
        objects = array.astype(object)
        objects[first] = None
        return objects.tolist()
    if container == "pandas":
        pandas = pytest.importorskip("pandas")
        dtype = "Int64" if array.dtype.kind == "i" else "Float64"
        if array.ndim == 1:
            frame = pandas.Series(array, dtype=dtype)
            frame.iloc[3] = None
        else:
            frame = pandas.DataFrame(array, dtype=dtype).add_prefix("c")
            frame.iloc[3, 0] = None
        return frame
    columns = [
        column.tolist() for column in (array[np.newaxis] if array.ndim == 1 else array.T)
    ]
    columns[0][3] = None
    if container == "polars":
        polars = pytest.importorskip("polars")
        if array.ndim == 1:
            return polars.Series(columns[0])
        return polars.DataFrame({f"c{k}": column for k, column in enumerate(columns)})
    arrow = pytest.importorskip("pyarrow")
    if array.ndim == 1:
        return arrow.array(columns[0])
    return arrow.table({f"c{k}": column for k, column in enumerate(columns)})


def _not_a_number(array, container):
    spoiled = array.copy()
    spoiled[(1,) * array.ndim] = np.nan
    return CONTAINERS[container](spoiled)


def _infinite(array, container):
    spoiled = array.astype(float)
    spoiled[(1,) * array.ndim] = np.inf
    return CONTAINERS[container](spoiled)


def _short(array, container):
    return CONTAINERS[container](array[:-1])


def _empty(array, container):
    return CONTAINERS[container](array[:0])


def _complex(array, container):
    return CONTAINERS[container](array + 0j)


def _one_row(array, container):
    return CONTAINERS[container](array[np.newaxis])


def _fractions(array, container):
    return CONTAINERS[container](array + 0.25)


def _text(array, container):
    return CONTAINERS[container](np.char.add("v", array.astype(str)))


def _scaled(scale):
    return lambda array, container: CONTAINERS[container](array * scale)


def _negative(array, container):
    spoiled = array.astype(float)
    spoiled[(1,) * array.ndim] = -0.5
    return CONTAINERS[container](spoiled)


def _of(*kinds):
    return frozenset(kinds)


def _beyond_doubles(array, container):
    return CONTAINERS[container](2**53 + np.arange(array.size).reshape(array.shape))


_NUMBERS = _of(
    "numbers",
    "embedding",
    "probabilities",
    "joint",
    "table",
    "marginal",
    "covariance",
    "weights",
)
_MASSES = _of("probabilities", "joint", "table", "marginal")

#: Of what no frame of columns holds.
_LOOSE = ("numpy", "list", "pandas", "torch")

FAULTS = [
    Fault("masked", frozenset(_KINDS), _masked, "masked", ("numpy",)),
    Fault("missing", frozenset(_KINDS), _missing, "(?i)missing|masked|nan|null|None|NA|finite"),
    Fault("not a number", _NUMBERS, _not_a_number, "(?i)nan|missing|finite"),
    Fault("infinite", _NUMBERS, _infinite, "(?i)inf"),
    Fault("complex", frozenset(_KINDS), _complex, "complex", _LOOSE),
    Fault("a row too few", frozenset(ROWS), _short, "89|rows"),
    Fault("empty", frozenset(_KINDS), _empty),
    Fault("one row of all", _of("labels", "classes"), _one_row, r"1, 90|one row", _LOOSE),
    Fault("fractions", _of("labels", "classes"), _fractions, r"\.25"),
    Fault("text", _NUMBERS, _text, containers=("numpy", "list", "pandas", "polars", "arrow")),
    Fault("negative", _MASSES | {"weights"}, _negative, "-0.5"),
    Fault("squares overflow", _of("embedding"), _scaled(1e200), "", ("numpy",), may_pass=True),
    Fault(
        "squares underflow", _of("embedding"), _scaled(1e-200), "", ("numpy",), may_pass=True
    ),
    Fault("identifiers", _of("embedding"), _beyond_doubles, r"2\*\*53", _LOOSE),
]


def faults_of(kind, containers):
    """(fault, container) for all that can befall an argument of that kind."""
    return [
        (fault, container)
        for fault in FAULTS
        if kind in fault.kinds
        for container in containers
        if container in fault.containers and (kind in ROWS or container not in _FRAMES)
    ]


def row_labelled(array, order):
    """Of pandas, in that order, with rows labelled by their number."""
    return _pandas(array).iloc[order]
