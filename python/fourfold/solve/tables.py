# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables, and pairs of marginals, as the solver takes them; on the host or on a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold import _core
from fourfold.counts.information import entropy_of, joint_information
from fourfold.counts.sampling_bias import (
    Sampling,
    sampling_of_counts,
    sampling_of_marginals,
    stacked,
)
from fourfold.counts.tallies import Tallies
from fourfold.inputs.device import array_module, cupy, on_device, to_cupy
from fourfold.inputs.faults import check_same_order
from fourfold.inputs.masses import as_masses, check_masses, holds_counts, read_masses
from fourfold.inputs.room import require_room
from fourfold.inputs.totals import exact_totals, totals_array
from fourfold.results.atoms import python_scalar
from fourfold.solve.marginal_checks import check_classes, check_joint_information, check_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "MOST_ESTIMATED",
    "Table",
    "in_range",
    "read_marginals",
    "read_table",
    "read_tables",
    "together",
]

#: Estimates from counts are of sums of n log n, which should stay in the range of doubles.
MOST_ESTIMATED = 1e300


class Table(NamedTuple):
    """What a decomposition needs to know of a table, or of a batch of them."""

    p1y: Any  # (..., K1, K_Y), mass 1; object array of (K1, K_Y) for tables of any shapes
    p2y: Any  # (..., K2, K_Y)
    mi_joint: Any  # (...), bits; NaN where not known
    n_samples: Any = None  # (...), where the masses are counts
    sampling: Sampling | None = None  # of the host, likewise
    # makes p(x1,x2,y) (K1, K2, K_Y), of the host, of some of a batch, by their numbers
    joint: Callable[[Sequence[int]], list[np.ndarray]] | None = None

    def entropy(self) -> Any:
        """H(Y) in bits (...)."""
        if self.p1y.dtype != object:
            return python_scalar(entropy_of(self.p1y.sum(-2)))
        each = [entropy_of(one.sum(0)) for one in self.p1y]
        if each and on_device(self.p1y[0]):
            return cupy().stack(each)
        return np.array(each, dtype=np.float64)


def read_table(pmf: Any, name: str, num_threads: int) -> Table:
    """Of probabilities or counts (..., K1, K2, K_Y)."""
    if on_device(pmf):
        return _read_on_device(pmf, name)
    given = as_masses(pmf, name)
    mass = read_masses(given, name, "..., x1, x2, y", 3)
    shape = mass.shape[:-3]
    if not mass.flags.c_contiguous:
        require_room(mass.nbytes, name, f"{mass.size} numbers, copied in the order of rows,")
    out = _core.marginals(
        np.ascontiguousarray(mass).reshape(int(np.prod(shape)), *mass.shape[-3:]),
        num_threads=num_threads,
    )
    if not out["valid"].all():
        check_masses(mass.copy(), name, 3)  # raises, and says where
        msg = f"{name}: was changed, by another thread, while it was read; hand over a copy"
        raise ValueError(msg)
    total = out["total"]
    # whole numbers adding up to one may as well be probabilities, of a gate; above 2**53 a
    # double does not tell whole numbers from others
    counted = given.dtype.kind in "iubO" or (
        out["whole"].all() and (total <= 2**53).all() and 1 < total.sum() <= 2**53
    )
    n_samples = exact_totals(given, total.reshape(shape), 3) if counted else None
    p1y, p2y = (out[key].reshape(*shape, *out[key].shape[1:]) for key in ("p1y", "p2y"))
    sampling = None
    # zeros and ones only are more likely a pattern than samples
    if counted and 1 < mass.max(initial=0.0) < MOST_ESTIMATED:
        masses = total.reshape(*shape, 1, 1)
        cells, pairs = mass.reshape(*shape, -1), mass.sum(-1).reshape(*shape, -1)
        counts = Tallies(np.rint(p1y * masses), np.rint(p2y * masses), cells, pairs)
        sampling, _ = sampling_of_counts(counts, n_samples, mass.shape[-3:])
    tables = mass.reshape(-1, *mass.shape[-3:])

    def joint(numbers: Sequence[int]) -> list[np.ndarray]:
        scaled = [tables[k] / tables[k].max() for k in numbers]
        return [table / table.sum() for table in scaled]

    return Table(p1y, p2y, out["mi_joint"].reshape(shape), n_samples, sampling, joint)


def _read_on_device(pmf: Any, name: str) -> Table:
    given = to_cupy(pmf, name)
    mass = read_masses(given, name, "..., x1, x2, y", 3)
    check_masses(mass, name, 3)
    n_samples = (
        exact_totals(given, mass.sum((-3, -2, -1)), 3) if holds_counts(given, mass) else None
    )
    mass = in_range(mass, 3)
    total = mass.sum((-3, -2, -1))
    batch, (k1, k2, ky) = mass.shape[:-3], mass.shape[-3:]  # there may be none of them
    flat = mass.reshape(*batch, k1 * k2 * ky)
    pairs = mass.sum(-1).reshape(*batch, k1 * k2)
    counts = Tallies(mass.sum(-2), mass.sum(-3), flat, pairs)
    mi_joint = joint_information(flat, pairs, mass.sum((-3, -2)), total)
    sampling = None
    if n_samples is not None and bool((mass > 1).any()):  # as on the host
        sampling, _ = sampling_of_counts(counts, n_samples, mass.shape[-3:])
    masses = total[..., None, None]
    return Table(counts.p1y / masses, counts.p2y / masses, mi_joint, n_samples, sampling)


def read_tables(given: dict[str, Any], num_threads: int) -> Table:
    """Of tables (K1, K2, K_Y) by their names, all on the device where one of them is."""
    device = any(map(on_device, given.values()))
    tables = []
    for name, pmf in given.items():
        table = read_table(to_cupy(pmf, name) if device else pmf, name, num_threads)
        if table.p1y.ndim != 2:
            msg = f"{name}: expected 3 axes (x1, x2, y), got {table.p1y.ndim + 1}"
            raise ValueError(msg)
        tables.append(table)
    return together(tables)


def together(tables: Sequence[Table]) -> Table:
    """Several tables of any shapes, each of one problem and all of one place, as a batch."""
    p1y, p2y = np.empty((2, len(tables)), dtype=object)
    for k, table in enumerate(tables):
        p1y[k], p2y[k] = table.p1y, table.p2y
    counts = [table.n_samples for table in tables]
    known = all(count is not None for count in counts)
    samplings = [table.sampling for table in tables]
    counted = any(sampling is not None for sampling in samplings)
    sampling = stacked(samplings) if counted else None
    mi_joint = [table.mi_joint for table in tables]

    def joint(numbers: Sequence[int]) -> list[np.ndarray]:
        return [each for k in numbers for each in of_each[k]([0])]

    if tables and on_device(tables[0].p1y):
        xp = cupy()
        # of what was counted these are numbers of the host
        n_samples = xp.stack([*map(xp.asarray, counts)]) if known else None
        mi_joint = xp.stack([*map(xp.asarray, mi_joint)])
        return Table(p1y, p2y, mi_joint, n_samples, sampling)
    n_samples = totals_array(counts) if known else None
    of_each = [table.joint for table in tables if table.joint is not None]
    known_joint = joint if len(of_each) == len(tables) else None
    return Table(
        p1y, p2y, np.array(mi_joint, dtype=np.float64), n_samples, sampling, known_joint
    )


def read_marginals(p1y: Any, p2y: Any, joint: Any) -> Table:
    """Of pairwise marginals (..., K1, K_Y) and (..., K2, K_Y), and I(X1,X2;Y) in bits."""
    if on_device(p1y) or on_device(p2y):
        p1y, p2y = to_cupy(p1y, "p1y"), to_cupy(p2y, "p2y")
        joint = None if joint is None else to_cupy(joint, "joint_information")
    elif on_device(joint):
        msg = "joint_information: is in the memory of a CUDA device, where p1y and p2y are not"
        raise ValueError(msg)
    check_same_order(p1y=p1y, p2y=p2y)
    given = [as_masses(p1y, "p1y"), as_masses(p2y, "p2y")]
    m1 = read_masses(given[0], "p1y", "..., x1, y", 2)
    m2 = read_masses(given[1], "p2y", "..., x2, y", 2)
    check_masses(m1, "p1y", 2)
    check_masses(m2, "p2y", 2)
    check_shapes(m1, m2)
    xp = array_module(m1)
    n_samples = sampling = None
    if all(map(holds_counts, given, (m1, m2))):
        n_samples = exact_totals(given[0], m1.sum((-2, -1)), 2)
        if m1.size and 1 < float(m1.max()) < MOST_ESTIMATED:
            sampling = sampling_of_marginals(m1, m2, n_samples)
    m1, m2 = (
        mass / mass.sum((-2, -1), keepdims=True) for mass in (in_range(m1, 2), in_range(m2, 2))
    )
    single = any(masses.dtype in (np.float16, np.float32) for masses in given)
    py1, py2 = m1.sum(-2), m2.sum(-2)
    check_classes(py1, py2, 1e-5 if single else 1e-8)
    # the rounding by which the classes differ goes
    m2 = m2 * np.where(py2 > 0, py1 / np.where(py2 > 0, py2, 1.0), 0.0)[..., None, :]
    shape = m1.shape[:-2]
    mi_joint = xp.full(shape, np.nan)
    if joint is not None:
        checked = check_joint_information(joint, xp.asarray(entropy_of(py1)))
        mi_joint = xp.broadcast_to(checked.astype(np.float64), shape)
    return Table(m1, m2, mi_joint, n_samples, sampling)


def in_range(mass: Any, ndim: int) -> Any:
    """The masses, divided by the largest of each table where sums could leave the range."""
    largest = mass.max(tuple(range(-ndim, 0)), keepdims=True)
    if bool(((largest < 1e-100) | (largest > 1e100)).any()):
        return mass / largest
    return mass
