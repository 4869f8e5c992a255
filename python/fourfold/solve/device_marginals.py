# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables, marginals and labels in the memory of a CUDA device, reduced there through CuPy.

What comes out is what the CPU's code makes of arrays of the host, as arrays of CuPy; messages
about wrong values are the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.counts.counting import Counts
from fourfold.counts.information import joint_information, x_log_x
from fourfold.counts.reduced import Reduced
from fourfold.counts.sampling_bias import (
    sampling_of_counts,
    sampling_of_marginals,
)
from fourfold.inputs.device import cupy, to_cupy, to_numpy
from fourfold.inputs.masses import check_masses, read_masses
from fourfold.solve.marginal_checks import check_classes, check_joint_information, check_shapes

__all__ = ["marginals", "reduce"]


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


def _masses(array: Any, name: str, axes: str, ndim: int) -> Any:
    """Probabilities or counts as float64, or raise with the message of the CPU's code."""
    # of the type that needs no conversion, as that would make an array of the whole size
    dtype = np.float64 if array.dtype.kind in "iubf" else array.dtype
    shape_only = np.broadcast_to(np.zeros((), dtype), array.shape)
    read_masses(shape_only, name, axes, ndim)
    mass = array.astype(np.float64, copy=False)
    valid = bool(((mass >= 0) & np.isfinite(mass)).all())
    if not valid or bool((mass.max(tuple(range(-ndim, 0))) <= 0).any()):
        check_masses(to_numpy(mass), name, ndim)  # raises, and says where
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
