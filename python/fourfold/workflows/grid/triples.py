# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which layers of which data set belong together in a grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fourfold.inputs.arrays import check_same_length, known_shape

__all__ = ["Name", "Triple", "read_named", "read_triples"]

Layers = dict[str, Any]


class Name(NamedTuple):
    """Of a part of a grid."""

    dataset: str
    layer1: str
    layer2: str

    def __str__(self) -> str:
        return f"({self.dataset!r}, {self.layer1!r}, {self.layer2!r})"


class Triple(NamedTuple):
    """Two layers of a data set, and its target."""

    name: Name
    x1: Any
    x2: Any
    y: Any


def read_triples(sources1: Any, sources2: Any, targets: Any, pairs: Any) -> list[Triple]:
    """All of a grid, data set by data set; raises for names or rows that do not go together."""
    ys = read_named(
        targets, "targets", "from data set to labels (N,), or rows of probabilities"
    )
    first = _of_datasets(sources1, "sources1", ys)
    second = _of_datasets(sources2, "sources2", ys)
    wanted = None if pairs is None else _read_pairs(pairs)
    triples = []
    for dataset, y in ys.items():
        ones, others = first[dataset], second[dataset]
        _check_rows(dataset, ones, others, y)
        chosen = wanted or [(one, other) for one in ones for other in others]
        for one, other in chosen:
            for layer, layers, name in ((one, ones, "sources1"), (other, others, "sources2")):
                if layer not in layers:
                    msg = f"pairs: {name} has no layer {layer!r} for data set {dataset!r}"
                    raise ValueError(msg)
            part = Name(dataset, one, other)
            triples.append(Triple(part, ones[one], others[other], y))
    return triples


def read_named(given: Any, name: str, what: str) -> Layers:
    """A mapping with names as text, or raise."""
    if not isinstance(given, Mapping):
        msg = f"{name}: expected a mapping {what}, got {type(given).__name__}"
        raise TypeError(msg)
    named = {str(key): value for key, value in given.items()}
    if not named:
        msg = f"{name}: expected a mapping {what}, got an empty one"
        raise ValueError(msg)
    if len(named) < len(given):
        msg = f"{name}: two have the same name as text: {list(given)!r}"
        raise ValueError(msg)
    return named


def _of_datasets(sources: Any, name: str, ys: Layers) -> dict[str, Layers]:
    """Layers of each data set: of its own, or those that all have in common."""
    what = "from layer to arrays (N, d), or from data set to such mappings"
    named = read_named(sources, name, what)
    nested = [isinstance(value, Mapping) for value in named.values()]
    if not any(nested):
        return dict.fromkeys(ys, named)
    if not all(nested):
        mixed = next(key for key, one in zip(named, nested, strict=True) if not one)
        msg = f"{name}: {mixed!r} is no mapping, but others are; expected a mapping {what}"
        raise TypeError(msg)
    if named.keys() != ys.keys():
        only = sorted(named.keys() ^ ys.keys())
        msg = (
            f"{name}, targets: expected the same data sets, but "
            f"{', '.join(map(repr, only))} in one of them only"
        )
        raise ValueError(msg)
    return {
        key: read_named(value, f"{name}[{key!r}]", what[:29]) for key, value in named.items()
    }


def _read_pairs(pairs: Any) -> list[tuple[str, str]]:
    try:
        read = [(str(one), str(other)) for one, other in pairs]
    except (TypeError, ValueError):
        msg = (
            "pairs: expected a sequence of pairs, each a layer of sources1 and one of sources2, "
            f"got {pairs!r}"
        )
        raise TypeError(msg) from None
    if not read:
        msg = "pairs: expected at least one, or None for all, got none"
        raise ValueError(msg)
    if len(set(read)) < len(read):
        twice = next(pair for pair in read if read.count(pair) > 1)
        msg = f"pairs: expected each once, got {twice!r} twice"
        raise ValueError(msg)
    return read


def _check_rows(dataset: str, first: Layers, second: Layers, y: Any) -> None:
    """Raise before anything is fitted, which may take hours."""
    rows = {f"targets[{dataset!r}]": known_shape(y, f"targets[{dataset!r}]")}
    for name, layers in (("sources1", first), ("sources2", second)):
        for layer, values in layers.items():
            where = f"{name}: layer {layer!r} of data set {dataset!r}"
            rows[where] = known_shape(values, where)
            if len(rows[where]) != 2:
                msg = f"{where}: expected an array of shape (N, d), got shape {rows[where]}"
                raise ValueError(msg)
    target, *others = rows
    if not rows[target]:
        msg = f"{target}: expected labels (N,), or rows of probabilities, got {y!r}"
        raise ValueError(msg)
    for other in others:
        check_same_length(**{other: rows[other][0], target: rows[target][0]})
