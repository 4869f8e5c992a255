# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What clusters tell about rows that were not fitted: a score to choose among estimators by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.axis_states import kind_of
from fourfold.counts.held_out_information import log_ratios
from fourfold.embeddings.rows import rows_of
from fourfold.embeddings.weights import read_row_weights
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_host, to_numpy
from fourfold.inputs.label_counts import code_column
from fourfold.inputs.label_objects import sort_objects
from fourfold.inputs.masses import probability_rows
from fourfold.inputs.target import holds_rows, target_column

if TYPE_CHECKING:
    from fourfold.embeddings.clustering import Clustering

__all__ = ["Seen", "held_out_bits", "seen_in"]


class Seen(NamedTuple):
    """Masses of the classes with each pair of clusters, of the rows that were counted.

    Attributes
    ----------
    pairs : ndarray of int64, shape (P,)
        Numbers of the pairs that occur, sorted.
    masses : ndarray, shape (P, K_Y)
    classes : ndarray of shape (K_Y,) or None
        Labels of the columns, sorted; None where y was rows of probabilities.
    """

    pairs: np.ndarray
    masses: np.ndarray
    classes: np.ndarray | None


def seen_in(found: Clustering) -> Seen:
    """What pairs of clusters and the target say in the rows that were counted."""
    rows = found.rows
    labels1, labels2, y = (rows_of(each, rows) for each in (*found[:2], found.y))
    pairs, place = np.unique(_pairs(labels1, labels2), return_inverse=True)
    codes, classes, width = _target(y)
    masses = np.zeros((len(pairs), width))
    if codes.ndim == 2:
        np.add.at(masses, place, codes)
    else:
        weights = None if found.weights is None else found.weights[rows]
        masses += np.bincount(place * width + codes, weights, masses.size).reshape(masses.shape)
    return Seen(pairs, masses, classes)


def held_out_bits(seen: Seen, labels1: Any, labels2: Any, y: Any, weights: Any) -> float:
    """Mean log2 p(y|x1,x2) / p(y) of other rows, p of what was seen; see `log_ratios`.

    A pair that was not seen tells nothing, 0 bits. Of a class that was not seen it is what is
    said of classes that a pair was not seen with.
    """
    codes, classes, width = _target(y)
    if (classes is None) is not (seen.classes is None):
        words = "labels, shape (N,)", "rows of probabilities, shape (N, K_Y)"
        got, fitted = words if seen.classes is None else words[::-1]
        msg = f"y: got {got}, but fitted were {fitted}"
        raise ValueError(msg)
    masses = seen.masses
    if classes is None or seen.classes is None:
        if width != masses.shape[1]:
            msg = f"y: has {width} classes, but fitted were {masses.shape[1]}"
            raise ValueError(msg)
    else:
        masses, codes = _united(seen.classes, masses, classes, codes)
    ratios = np.vstack([log_ratios(masses), np.zeros(masses.shape[1])])
    pairs = _pairs(labels1, labels2)
    check_same_length(X1=len(pairs), y=len(codes))
    place = np.searchsorted(seen.pairs, pairs)
    known = seen.pairs[np.minimum(place, len(seen.pairs) - 1)] == pairs
    place[~known] = len(seen.pairs)
    bits = ratios[place, codes] if codes.ndim == 1 else (ratios[place] * codes).sum(1)
    if weights is not None:
        weights = read_row_weights(weights, bits)
    return float(np.average(bits, weights=weights))


def _pairs(labels1: Any, labels2: Any) -> np.ndarray:
    first, second = (to_numpy(labels).astype(np.int64) for labels in (labels1, labels2))
    check_same_length(X1=len(first), X2=len(second))
    return first << 31 | second


def _target(y: Any) -> tuple[np.ndarray, np.ndarray | None, int]:
    """Codes (N,) and their labels, or rows of probabilities; and how many classes there are."""
    y = on_host(y, "y")
    if holds_rows(y):
        rows = probability_rows(y, "y")
        return rows, None, rows.shape[1]
    codes, classes = code_column(target_column(y))
    return codes, classes, len(classes)


def _united(
    fitted: np.ndarray, masses: np.ndarray, classes: np.ndarray, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Masses and codes of all classes, whether they were fitted or are new."""
    kinds = [kind_of(labels) for labels in (fitted, classes)]
    if kinds[0] != kinds[1] and set(kinds) != {"integers", "numbers"}:
        msg = f"y: got labels such as {classes.tolist()[0]!r}, but fitted were such as {fitted.tolist()[0]!r}"
        raise ValueError(msg)
    _, every = sort_objects(list(dict.fromkeys([*fitted.tolist(), *classes.tolist()])))
    number = {label: k for k, label in enumerate(every.tolist())}
    if len(every) > len(fitted):
        wider = np.zeros((len(masses), len(every)))
        wider[:, [number[label] for label in fitted.tolist()]] = masses
        masses = wider
    return masses, np.array([number[label] for label in classes.tolist()])[codes]
