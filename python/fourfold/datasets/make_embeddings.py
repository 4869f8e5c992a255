# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gates behind high-dimensional noise."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.datasets.known_atoms import (
    Embeddings,
    Truth,
    column_names,
    information,
    line,
    merged,
)
from fourfold.inputs.masses import check_masses, read_masses
from fourfold.inputs.numbers import non_negative, positive_int
from fourfold.inputs.random_state import random_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["make_embeddings"]


def make_embeddings(
    gate: Any,
    n: int,
    dims: int | tuple[int, int] = 16,
    *,
    signal: float | tuple[float, float] = 1.5,
    nuisance: float | Sequence[float] = 1.0,
    random_state: int | np.random.Generator | None = None,
) -> Embeddings:
    """Embeddings of two sources whose states are those of a gate, behind noise, in any dimension.

    A row draws (x1, x2, y) from the gate. State k of the K of a source is the point
    ``(2 k - K + 1) * signal`` on one direction, so that neighbours lie ``2 * signal`` apart, plus
    normal noise of standard deviation 1. All other directions say nothing: they are normal,
    independent of all else, with the standard deviations `nuisance`. A random rotation hides
    which directions are which.

    The atoms of the embeddings are known (`Embeddings.truth`), whatever the dimension. They are
    the gate's where `signal` is so large that noise confuses no states, 5 or more; else less.

    Parameters
    ----------
    gate : Gate, array_like of shape (K1, K2, K_Y), or sequence of these
        A system of `fourfold.gates`, or probabilities or counts of (x1, x2, y). Several are
        independent systems side by side: each has a direction of its own in both sources, y
        numbers the combinations of their targets, and their atoms add up.
    n : int
        Rows.
    dims : int or (int, int)
        Dimensions of both sources, or of each; at least as many as there are gates.
    signal : float or (float, float)
        Half the distance of neighbouring states, in standard deviations of the noise around
        them; of both sources, or of each.
    nuisance : float or sequence of float
        Standard deviations of the directions that say nothing: of all, or of the first few, the
        others having 1. One of 12 makes the largest variance an irrelevant one, as real
        embeddings have it.
    random_state : int, Generator or None
        Draws the rows and the rotations.

    Returns
    -------
    Embeddings
        Unpacks as ``x1, x2, y``: float64 of shapes (n, d1) and (n, d2), and labels of shape (n,).

    Raises
    ------
    ValueError
        If a gate is no table of probabilities, if there are fewer dimensions than directions
        asked for, or if a number is out of its range.
    TypeError
        If `n` or `dims` are not whole numbers.

    See Also
    --------
    fourfold.datasets.make_latent_factors : The factors of Liang et al., whose atoms are known too.
    fourfold.gates : The systems.
    fourfold.decompose_marginals : The exact atoms, from `truth`.

    Examples
    --------
    A shared bit, one bit of each source alone, and the exclusive or of two more, all behind a
    nuisance:

    >>> import numpy as np, fourfold as ff
    >>> from fourfold import gates
    >>> four = [gates.RDN, gates.COPY, gates.XOR]
    >>> data = ff.datasets.make_embeddings(four, n=2000, signal=6, nuisance=[12], random_state=0)
    >>> x1, x2, y = data
    >>> x1.shape, int(y.max()) + 1
    ((2000, 16), 16)
    >>> parts = ff.decompose_marginals(*data.truth)  # one for each gate
    >>> [round(float(np.sum(atom)), 3) for atom in parts.atoms]
    [1.0, 1.0, 1.0, 1.0]

    Two classes at ``1.5 * (cos, sin)`` of an angle and at its opposite, in the plane of which the
    sources are the coordinates (Liang et al. 2023), are a shared bit seen with unequal signals:

    >>> angle = np.pi / 8
    >>> signal = (1.5 * np.cos(angle), 1.5 * np.sin(angle))
    >>> data = ff.datasets.make_embeddings(gates.RDN, n=2000, signal=signal, random_state=0)
    >>> parts = ff.decompose_marginals(*data.truth)
    >>> [round(atom, 2) for atom in parts.atoms]
    [0.2, 0.5, 0.0, 0.05]
    """
    tables = _read_gates(gate)
    rows = positive_int(n, "n")
    sizes = _pair(dims, "dims", positive_int)
    signals = _pair(signal, "signal", non_negative)
    spread = _read_nuisance(nuisance, sizes, len(tables))
    rng = random_generator(random_state)

    y = np.zeros(rows, dtype=np.int64)
    lines = np.empty((2, rows, len(tables)))
    for k, table in enumerate(tables):
        cells = rng.choice(table.size, size=rows, p=table.ravel())
        *states, target = np.unravel_index(cells, table.shape)
        y = y * table.shape[2] + target
        for source in (0, 1):
            points = _points(table.shape[source], signals[source])
            lines[source, :, k] = points[states[source]]
    x1, x2 = (_hidden(lines[source], sizes[source], spread, rng) for source in (0, 1))
    several = _is_several(gate)
    named = f"{len(tables)} gates" if several else "a gate"
    return Embeddings(
        x1, x2, y,
        source_names=("X1", "X2"),
        target_name="Y",
        feature_names=column_names(x1, x2),
        description=f"States of {named} behind noise, in {sizes[0]} and {sizes[1]} dimensions.",
        population=partial(_truth, tables, signals, several=several),
    )  # fmt: skip


def _read_gates(gate: Any) -> list[np.ndarray]:
    """The tables p(x1,x2,y), each adding up to 1."""
    if not _is_several(gate):
        return [_read_gate(gate, "gate")]
    if not len(gate):
        msg = "gate: expected a table of (x1, x2, y) or several, got none"
        raise ValueError(msg)
    return [_read_gate(each, f"gate[{k}]") for k, each in enumerate(gate)]


def _is_several(gate: Any) -> bool:
    if not isinstance(gate, (list, tuple)):
        return False
    return all(hasattr(each, "pmf") or np.ndim(each) == 3 for each in gate)


def _read_gate(gate: Any, name: str) -> np.ndarray:
    table: ArrayLike = getattr(gate, "pmf", gate)
    masses: np.ndarray = read_masses(table, name, "x1, x2, y", 3)
    if masses.ndim != 3:
        msg = f"{name}: expected three axes (x1, x2, y), got shape {masses.shape}"
        raise ValueError(msg)
    check_masses(masses, name, 3)
    table_of_one: np.ndarray = masses / masses.sum()
    return table_of_one


def _pair(value: Any, name: str, read: Any) -> tuple[Any, Any]:
    """One value for both sources, or one for each."""
    if not isinstance(value, (list, tuple)):
        value = (value, value)
    if len(value) != 2:
        msg = f"{name}: expected one value or a pair, got {value!r}"
        raise ValueError(msg)
    return read(value[0], name), read(value[1], name)


def _read_nuisance(value: Any, sizes: tuple[int, int], gates: int) -> np.ndarray:
    """Standard deviations of the directions of the larger source that say nothing."""
    free = [size - gates for size in sizes]
    if min(free) < 0:
        msg = f"dims: expected at least {gates}, a direction for each gate, got {min(sizes)}"
        raise ValueError(msg)
    if np.ndim(value) == 0:
        return np.full(max(free), non_negative(value, "nuisance"))
    own = [non_negative(each, "nuisance") for each in value]
    if len(own) > min(free):
        msg = (
            f"nuisance: expected at most {min(free)} standard deviations, one for each of the "
            f"dims = {min(sizes)} directions beside those of the gates, got {len(own)}"
        )
        raise ValueError(msg)
    return np.array(own + [1.0] * (max(free) - len(own)))


def _points(states: int, signal: float) -> np.ndarray:
    """Where the states of a source lie on their direction."""
    return signal * (2.0 * np.arange(states) - states + 1.0)


def _hidden(
    lines: np.ndarray, size: int, spread: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Noise around states, directions beside them, all rotated; shape (N, size)."""
    rows, known = lines.shape
    x = rng.standard_normal((rows, size))
    x[:, known:] *= spread[: size - known]
    x[:, :known] += lines
    rotation, _ = np.linalg.qr(rng.standard_normal((size, size)))
    hidden: np.ndarray = x @ rotation
    return hidden


def _truth(tables: list[np.ndarray], signals: tuple[float, float], *, several: bool) -> Truth:
    """A table of each gate: one batch if there are several."""
    each = [_truth_of(table, signals) for table in tables]
    if not several:
        return each[0]
    shapes = [[getattr(truth, name).shape for truth in each] for name in ("p1y", "p2y")]
    first, second = (np.zeros((len(each), *np.max(own, axis=0))) for own in shapes)
    for k, truth in enumerate(each):  # states and classes without mass make no difference
        first[k, : len(truth.p1y), : truth.p1y.shape[1]] = truth.p1y
        second[k, : len(truth.p2y), : truth.p2y.shape[1]] = truth.p2y
    return Truth(first, second, np.array([truth.joint_information for truth in each]))


def _truth_of(table: np.ndarray, signals: tuple[float, float]) -> Truth:
    """Of one gate: what its states say, seen through the noise."""
    seen = []
    for source, signal in enumerate(signals):
        chances = table.sum((1 - source, 2))  # p(k), some of which may be zero
        _, masses = line(_points(len(chances), signal))
        together = merged(chances[:, None] * masses)
        seen.append(together / np.where(chances > 0, chances, 1.0)[:, None])  # p(x|k)
    first, second = seen
    joint = np.einsum("ki,lj,kly->ijy", first, second, table, optimize=True)
    return Truth(
        first.T @ table.sum(1),
        second.T @ table.sum(0),
        information(joint.reshape(-1, table.shape[2])),
    )
