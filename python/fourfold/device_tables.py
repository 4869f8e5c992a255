# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables, marginals and labels in the memory of a CUDA device, reduced there through CuPy.

What comes out is what the CPU's code makes of arrays of the host, as arrays of CuPy; messages
about wrong values are the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold import _arrays
from fourfold.counting import Counts, Samples
from fourfold.device_arrays import cupy, on_device, to_cupy, to_numpy
from fourfold.information import joint_information, x_log_x
from fourfold.marginal_checks import check_classes, check_joint_information, check_shapes
from fourfold.sampling_bias import (
    Sampling,
    sampling_of_counts,
    sampling_of_marginals,
    sampling_of_samples,
)

__all__ = ["Reduced", "count", "marginals", "read_samples", "reduce", "to_host"]


class Reduced(NamedTuple):
    """What a decomposition needs to know of a table, or of a batch of them."""

    p1y: Any  # (..., K1, K_Y), mass 1
    p2y: Any  # (..., K2, K_Y)
    mi_joint: Any  # (...), bits; NaN where not known
    n_samples: Any  # (...), or None
    sampling: Sampling | None  # of the host; where the masses are counts


def reduce(pmf: Any, name: str) -> Reduced:
    """Marginals and I(X1,X2;Y) of tables (..., K1, K2, K_Y)."""
    given = to_cupy(pmf, name)
    mass = _masses(given, name, "..., x1, x2, y", 3)
    n_samples = _count(given, mass, 3)
    mass = _in_range(mass, 3)
    total = mass.sum((-3, -2, -1))
    batch, (k1, k2, ky) = mass.shape[:-3], mass.shape[-3:]
    flat = mass.reshape(*batch, k1 * k2 * ky)
    pairs = mass.sum(-1).reshape(*batch, k1 * k2)
    p1y = mass.sum(-2) / total[..., None, None]
    p2y = mass.sum(-3) / total[..., None, None]
    mi_joint = joint_information(flat, pairs, mass.sum((-3, -2)), total)
    sampling = None
    if n_samples is not None and bool((mass > 1).any()):  # as on the host
        counts = Counts(mass.sum(-2), mass.sum(-3), flat, pairs)
        sampling = sampling_of_counts(counts, n_samples, mass.shape[-3:])
    return Reduced(p1y, p2y, mi_joint, n_samples, sampling)


def marginals(p1y: Any, p2y: Any, joint: Any) -> Reduced:
    """Pairwise marginals (..., K1, K_Y) and (..., K2, K_Y), of which one is on the device."""
    xp = cupy()
    given = {"p1y": to_cupy(p1y, "p1y"), "p2y": to_cupy(p2y, "p2y")}
    m1 = _masses(given["p1y"], "p1y", "..., x1, y", 2)
    m2 = _masses(given["p2y"], "p2y", "..., x2, y", 2)
    check_shapes(m1, m2)
    counts = [_count(given[name], mass, 2) for name, mass in (("p1y", m1), ("p2y", m2))]
    known = all(count is not None for count in counts)
    counted = known and bool((m1 > 1).any())
    sampling = sampling_of_marginals(m1, m2, counts[0]) if counted else None
    m1, m2 = (
        mass / mass.sum((-2, -1), keepdims=True)
        for mass in (_in_range(m1, 2), _in_range(m2, 2))
    )
    single = any(values.dtype in (np.float16, np.float32) for values in given.values())
    py1, py2 = m1.sum(-2), m2.sum(-2)
    check_classes(py1, py2, 1e-5 if single else 1e-8)
    m2 = m2 * np.where(py2 > 0, py1 / np.where(py2 > 0, py2, 1.0), 0.0)[..., None, :]
    shape = m1.shape[:-2]
    mi_joint = xp.full(shape, np.nan)
    if joint is not None:
        joint = to_cupy(joint, "joint_information")
        checked = check_joint_information(joint, -x_log_x(py1).sum(-1) / np.log(2.0))
        mi_joint = xp.broadcast_to(checked.astype(np.float64), shape)
    return Reduced(m1, m2, mi_joint, counts[0] if known else None, sampling)


def read_samples(x1: Any, x2: Any, y: Any) -> tuple[Any, Any, Target, tuple[int, int, int]]:
    """Codes of the sources, the target, and the numbers (K1, K2, K_Y) of states."""
    codes1, k1 = labels(x1, "x1")
    codes2, k2 = labels(x2, "x2")
    target = target_on_device(y)
    _arrays.same_length(x1=len(codes1), x2=len(codes2), y=target.rows)
    return codes1, codes2, target, (k1, k2, target.classes)


def to_host(codes1: Any, codes2: Any, target: Target, shape: tuple[int, int, int]) -> Samples:
    """The same samples in the memory of the host."""
    y = target.labels if target.probabilities is None else target.probabilities
    return Samples(to_numpy(codes1), to_numpy(codes2), to_numpy(y), shape)


def count(codes1: Any, codes2: Any, target: Target, shape: tuple[int, int, int]) -> Reduced:
    """What `read_samples` gives, counted."""
    xp = cupy()
    k1, k2, _ = shape
    n = target.rows
    pairs, pair_codes = xp.unique(codes1 * k2 + codes2, return_inverse=True)
    p1y = target.sums(codes1, k1)
    p2y = target.sums(codes2, k2)
    cells = target.sums(pair_codes, len(pairs))
    of_pairs = xp.bincount(pair_codes).astype(np.float64)
    mi_joint = joint_information(cells.ravel(), of_pairs, p1y.sum(0), float(n))
    if target.probabilities is None:
        sampling = sampling_of_counts(Counts(p1y, p2y, cells.ravel(), of_pairs), n, shape)
    else:
        counts = Counts(*map(to_numpy, (p1y, p2y, cells.ravel(), of_pairs)))
        sampling = sampling_of_samples(to_host(codes1, codes2, target, shape), counts)
    return Reduced(p1y / n, p2y / n, mi_joint, n, sampling)


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
            _arrays.probability_rows(to_numpy(values), "y")  # raises, and says why
        rows = values.astype(np.float64, copy=False)
        sums = rows.sum(1)
        good = ((rows >= 0) & np.isfinite(rows)).all() & (abs(sums - 1.0) <= 1e-2).all()
        if 0 in rows.shape or not bool(good):
            _arrays.probability_rows(to_numpy(values), "y")  # raises, and says where
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
        _arrays.labels(to_numpy(array), name, hint)  # raises, and says why
    states, codes = xp.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)


def _codes(values: Any, name: str, *hint: str) -> Any:
    """Labels of the host that are no numbers as their codes, anything else as it is."""
    if on_device(values) or np.asarray(values).dtype.kind in "iubfc":
        return values
    return _arrays.labels(values, name, *hint)[0]


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


def _masses(array: Any, name: str, axes: str, ndim: int) -> Any:
    """Probabilities or counts as float64, or raise with the message of the CPU's code."""
    # of the type that needs no conversion, as that would make an array of the whole size
    dtype = np.float64 if array.dtype.kind in "iubf" else array.dtype
    shape_only = np.broadcast_to(np.zeros((), dtype), array.shape)
    _arrays.masses(shape_only, name, axes, ndim)
    mass = array.astype(np.float64, copy=False)
    valid = bool(((mass >= 0) & np.isfinite(mass)).all())
    if not valid or bool((mass.max(tuple(range(-ndim, 0))) <= 0).any()):
        _arrays.check_masses(to_numpy(mass), name, ndim)  # raises, and says where
    return mass


def _count(given: Any, mass: Any, ndim: int) -> Any:
    """Number of samples where the masses are counts, else None; see `_arrays.holds_counts`."""
    total = mass.sum(tuple(range(-ndim, 0)))
    if given.dtype.kind in "iub" or bool(
        (mass == np.floor(mass)).all() & (total.sum() > 1) & (total.sum() <= 2**53)
    ):
        return np.rint(total).astype(np.int64)
    return None


def _in_range(mass: Any, ndim: int) -> Any:
    """The masses, divided by the largest of each table where sums could leave the range."""
    largest = mass.max(tuple(range(-ndim, 0)), keepdims=True)
    if bool(((largest < 1e-100) | (largest > 1e100)).any()):
        return mass / largest
    return mass
