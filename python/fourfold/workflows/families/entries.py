# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each model gave for each data set: answers, embeddings, or answers with a source masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import check_same_length, known_shape
from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.masses import probability_rows
from fourfold.workflows.grid.triples import Name, Triple, read_named

__all__ = ["KINDS", "Entry", "read_columns", "read_entries", "read_families"]

#: By how many arrays a model gives for a data set.
KINDS = {1: "answers", 2: "embeddings", 3: "masked answers"}
_MODEL = (
    "from data set to answers, (embedding 1, embedding 2) or (p_joint, p_given_1, p_given_2)"
)
_DATASET = "from data set to (x1, x2), (x1, x2, y), or (None, None, y)"


class Entry(NamedTuple):
    """One model on one data set.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    triple : Triple
        Named by data set, model and kind: what is decomposed. Of masked answers `x1` and `x2` are those
        with a source masked, `y` those with both.
    accuracy : float
        Share of right answers, NaN where there are none, or no labels.
    n : int
        Rows.
    """

    kind: str
    triple: Triple
    accuracy: float
    n: int


def read_entries(models: Any, datasets: Any, *, numeric: bool) -> list[Entry]:
    """All that were given, or raise; `numeric` answers have no accuracy."""
    sets = {
        name: _read_dataset(name, given)
        for name, given in read_named(datasets, "datasets", _DATASET).items()
    }
    entries, used = [], set()
    for model, of_model in read_named(models, "models", "from model to mappings").items():
        for dataset, given in read_named(of_model, f"models[{model!r}]", _MODEL).items():
            if dataset not in sets:
                msg = (
                    f"models[{model!r}]: datasets has no {dataset!r}; it has {', '.join(sets)}"
                )
                raise ValueError(msg)
            used.add(dataset)
            entries.append(_read_entry(model, dataset, given, sets[dataset], numeric))
    unused = [name for name in sets if name not in used]
    if unused:
        msg = f"datasets: no model has answers or embeddings for {', '.join(map(repr, unused))}"
        raise ValueError(msg)
    return entries


def _read_dataset(name: str, given: Any) -> tuple[Any, Any, Any]:
    if not isinstance(given, tuple) or len(given) not in (2, 3):
        got = f"{len(given)} entries" if isinstance(given, tuple) else type(given).__name__
        msg = f"datasets[{name!r}]: expected a tuple (x1, x2) or (x1, x2, y), got {got}"
        raise TypeError(msg)
    x1, x2, y = (*given, None)[:3]
    if (x1 is None) != (x2 is None):
        msg = f"datasets[{name!r}]: expected both sources, or None for both"
        raise ValueError(msg)
    return x1, x2, y


def _read_entry(
    model: str, dataset: str, given: Any, of: tuple[Any, Any, Any], numeric: bool
) -> Entry:
    where, there = f"models[{model!r}][{dataset!r}]", f"datasets[{dataset!r}]"
    x1, x2, y = of
    parts = given if isinstance(given, tuple) else (given,)
    if len(parts) not in KINDS:
        msg = f"{where}: expected answers, or a tuple of two or three arrays, got {len(parts)}"
        raise TypeError(msg)
    kind = KINDS[len(parts)]
    if kind == "embeddings":
        if y is None:
            msg = f"{there}: expected (x1, x2, y) or (None, None, y), as {where} is embeddings"
            raise ValueError(msg)
        triple = Triple(Name(dataset, model, kind), parts[0], parts[1], y)
        rows = {f"{where}[{k}]": part for k, part in enumerate(parts)} | {f"{there}: y": y}
    elif kind == "answers":
        if x1 is None:
            msg = f"{there}: expected (x1, x2) or (x1, x2, y), as {where} is answers to them"
            raise ValueError(msg)
        triple = Triple(Name(dataset, model, kind), x1, x2, given)
        rows = {where: given, f"{there}: x1": x1, f"{there}: x2": x2, f"{there}: y": y}
    else:
        joint, first, second = parts
        triple = Triple(Name(dataset, model, kind), first, second, joint)
        rows = {f"{where}[{k}]": part for k, part in enumerate(parts)} | {f"{there}: y": y}
    shapes = {name: known_shape(part, name) for name, part in rows.items() if part is not None}
    for name, shape in shapes.items():  # before anything is fitted, which may take hours
        matrix = len(shape) == 2 if name[-1] != "y" and name != where else bool(shape)
        if not matrix:
            what = (
                "labels (N,), or rows (N, K)" if name[-1] == "y" or name == where else "(N, d)"
            )
            msg = f"{name}: expected an array of {what}, got shape {shape}"
            raise ValueError(msg)
    lengths = {name: shape[0] for name, shape in shapes.items()}
    (first_name, n), *others = lengths.items()
    for name, length in others:
        check_same_length(**{name: length, first_name: n})
    known = y is not None and kind != "embeddings" and not numeric
    return Entry(kind, triple, _accuracy(triple.y, y, where, there) if known else np.nan, n)


def _accuracy(answers: Any, y: Any, where: str, there: str) -> float:
    """Share of right answers: labels, or the most probable of the classes of y."""
    labels, given = _host(y, f"{there}: y"), _host(answers, where)
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = probability_rows(labels, f"{there}: y").argmax(1)
    labels = labels.reshape(len(labels))
    if given.ndim == 2 and given.shape[1] > 1:
        best, classes, k = given.argmax(1), np.unique(labels), given.shape[1]
        if len(classes) == k:
            given = classes[best]
        elif labels.dtype.kind in "iub" and labels.min() >= 0 and labels.max() < k:
            given = best
        else:
            msg = (
                f"{where}: {k} columns of probabilities, but {there}: y has {len(classes)} "
                f"classes; expected a column for each, in sorted order, or y of 0 to {k - 1}"
            )
            raise ValueError(msg)
    given = given.reshape(len(given))
    kinds = ["number" if array.dtype.kind in "biuf" else "text" for array in (given, labels)]
    if kinds[0] != kinds[1]:  # NumPy finds them different, or compares them as text
        msg = f"{where}: answers are {kinds[0]}s, but {there}: y are {kinds[1]}s; expected the same"
        raise ValueError(msg)
    return float(np.mean(given == labels))


def _host(values: Any, name: str) -> np.ndarray:
    array = np.asarray(to_numpy(values) if on_device(values) else values)
    if array.ndim not in (1, 2):
        msg = f"{name}: expected shape (N,) or (N, K), got {array.shape}"
        raise ValueError(msg)
    return np.array(array.tolist()) if array.dtype.kind in "OT" else array


def read_columns(
    columns: Any, models: tuple[str, ...], datasets: tuple[str, ...]
) -> dict[str, np.ndarray]:
    """Each as an array (models, data sets), NaN where it has no value; or raise."""
    if columns is None:
        return {}
    named = (
        {name: columns[name] for name in columns.columns}
        if hasattr(columns, "columns")
        else read_named(columns, "columns", "from name to values by model")
    )
    found = {}
    for name, given in named.items():
        values = given.to_dict() if hasattr(given, "to_dict") else given
        if not isinstance(values, Mapping):
            msg = f"columns[{name!r}]: expected a mapping by model or (model, data set)"
            raise TypeError(msg)
        table = np.full((len(models), len(datasets)), np.nan)
        for key, value in values.items():
            pair = key if isinstance(key, tuple) else (key, None)
            model, dataset = str(pair[0]), pair[-1]
            good = len(pair) == 2 and model in models
            if not good or (dataset is not None and str(dataset) not in datasets):
                msg = (
                    f"columns[{name!r}]: {key!r} is no model, nor (model, data set); models are "
                    f"{', '.join(models[:5])}{', ...' if len(models) > 5 else ''}"
                )
                raise ValueError(msg)
            at = slice(None) if dataset is None else datasets.index(str(dataset))
            try:
                table[models.index(model), at] = float(value)
            except (TypeError, ValueError):
                msg = f"columns[{name!r}]: expected a number for {key!r}, got {value!r}"
                raise TypeError(msg) from None
        found[str(name)] = table
    return found


def read_families(families: Any, models: tuple[str, ...]) -> tuple[str, ...] | None:
    """The family of each model, or raise."""
    if families is None:
        return None
    given = read_named(families, "families", "from model to the name of its family")
    missing = [model for model in models if model not in given]
    more = [name for name in given if name not in models]
    if missing or more:
        words = f"has none for {missing[0]!r}" if missing else f"{more[0]!r} is no model"
        msg = f"families: expected one for each model; {words}"
        raise ValueError(msg)
    found = tuple(str(given[model]) for model in models)
    if len(set(found)) < 2:
        msg = "families: expected two or more; leave it out where all models are of one"
        raise ValueError(msg)
    return found
