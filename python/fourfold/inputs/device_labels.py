# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels and targets in the memory of a CUDA device."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import cupy, on_device, to_cupy, to_numpy
from fourfold.inputs.labels import read_labels
from fourfold.inputs.masses import probability_rows

__all__ = ["Target", "labels", "target_on_device"]


class Target(NamedTuple):
    """The target of N samples: class labels, or rows of probabilities."""

    rows: int
    classes: int
    labels: Any  # (N,), or None
    probabilities: Any  # (N, K_Y), or None

    def sums(self, codes: Any, states: int) -> Any:
        """(states, K_Y) sums over the samples in each state."""
        xp = cupy()
        shape = (states, self.classes)
        if self.probabilities is None:
            cells = xp.bincount(codes * self.classes + self.labels, minlength=states * shape[1])
            return cells.reshape(shape).astype(np.float64)
        columns = [
            _exact_sums(codes, self.probabilities[:, y], states) for y in range(self.classes)
        ]
        return xp.stack(columns, axis=1)


def target_on_device(y: Any) -> Target:
    """Check a target and take it over."""
    if y is None:
        msg = "y: a decomposition requires y to be passed, but the target y is None"
        raise ValueError(msg)
    values = to_cupy(_codes(y, "y"), "y")
    if values.ndim == 2 and values.shape[1] != 1:
        if values.dtype.kind not in "iubf":
            probability_rows(to_numpy(values), "y")  # raises, and says why
        rows = values.astype(np.float64, copy=False)
        sums = rows.sum(1)
        good = ((rows >= 0) & np.isfinite(rows)).all() & (abs(sums - 1.0) <= 1e-2).all()
        if 0 in rows.shape or not bool(good):
            probability_rows(to_numpy(values), "y")  # raises, and says where
        rows = rows / sums[:, None]
        if bool((rows.max(1) == 1.0).all()):  # one class a row
            return Target(len(rows), rows.shape[1], rows.argmax(1).astype(np.int64), None)
        return Target(len(rows), rows.shape[1], None, rows)
    codes, classes = labels(values, "y", "rows of class probabilities have shape (N, K_Y)")
    return Target(len(codes), classes, codes, None)


def labels(
    values: Any, name: str, hint: str = "embeddings are clustered by fourfold.PIDEstimator"
) -> tuple[Any, int]:
    """Codes 0..K-1 of integer labels in sorted order, and K; raise on others."""
    xp = cupy()
    array = to_cupy(_codes(values, name, hint), name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    whole = array.dtype.kind in "iub" or (
        array.dtype.kind == "f"
        and bool(np.isfinite(array).all())
        and bool((array == xp.floor(array)).all())
    )
    if array.ndim != 1 or array.size == 0 or not whole:
        read_labels(to_numpy(array), name, hint)  # raises, and says why
    states, codes = xp.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)


def _codes(values: Any, name: str, *hint: str) -> Any:
    """Labels of the host that are no numbers as their codes, anything else as it is."""
    if on_device(values) or np.asarray(values).dtype.kind in "iubfc":
        return values
    return read_labels(values, name, *hint)[0]


def _exact_sums(codes: Any, weights: Any, states: int) -> Any:
    """Sums of weights in [0, 1] by code, the same in whatever order they are added.

    Whole numbers below 2**53 add up without rounding: first the leading bits, then the rest.
    """
    xp = cupy()
    unit = 2.0 ** (52 - int(np.ceil(np.log2(max(len(codes), 1)))))
    leading = xp.rint(weights * unit)
    rest = xp.rint((weights * unit - leading) * unit)
    parts = (xp.bincount(codes, weights=part, minlength=states) for part in (leading, rest))
    first, second = parts
    return first / unit + second / unit / unit
