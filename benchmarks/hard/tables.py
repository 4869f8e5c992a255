# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables that solvers of this problem fail on, each made again from its seed and index.

Where the atoms are known, exactly or from those of smaller tables, the case says so.
"""

from __future__ import annotations

import dataclasses
import functools
import zlib
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.soft import draw_marginals, independent_given_target
from fourfold import gates

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FAMILIES", "LARGE", "ONLY_LARGE", "ONLY_SMALL", "SMALL", "Case", "Known", "draw"]

#: Most states of an axis of a small and of a large table.
SMALL, LARGE = 12, 64


@dataclasses.dataclass(frozen=True)
class Known:
    """Atoms known in advance: `exact` plus the weighted atoms of `parts`.

    Attributes
    ----------
    exact : tuple of float
        R, U1, U2, S in bits.
    parts : tuple of (float, ndarray)
        Weights and tables.
    """

    exact: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    parts: tuple[tuple[float, np.ndarray], ...] = ()


@dataclasses.dataclass(frozen=True)
class Case:
    """One table of probabilities or counts, and what is known of its atoms."""

    table: np.ndarray
    known: Known | None = None


def draw(family: str, seed: int, index: int, most: int) -> Case:
    """Draw one table.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    seed, index : int
        Seed of the run and number of the table within its family.
    most : int
        `SMALL` or `LARGE`: the most states of an axis.
    """
    # a checksum of the name: other families may come and go without changing this one
    rng = np.random.default_rng([seed, zlib.crc32(family.encode()), most, index])
    return FAMILIES[family](rng, most)


def _shape(rng: np.random.Generator, most: int) -> tuple[int, int, int]:
    if most <= SMALL:
        if rng.random() < 0.1:
            return (2, 2, 2)
        # small ones more often: they are quick, and hold every difficulty but size
        sides = 1 + np.floor(most * rng.random(3) ** 1.5)
        return tuple(int(side) for side in sides)
    k1, k2 = rng.integers(most // 4, most + 1, 2)
    return (int(k1), int(k2), int(rng.integers(2, 13)))


def _with_mass(table: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The table; with a one in some cell if it has no mass."""
    if not table.any():
        table[tuple(rng.integers(side) for side in table.shape)] = 1
    return table


# -- arrays of masses of a given shape, also the material of other families --------------


def _dense(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    table = rng.standard_exponential(shape)
    return table / table.sum()


def _heavy_tailed(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.standard_exponential(shape) ** 4


def _poisson(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return _with_mass(rng.poisson(0.5, shape), rng)


def _digits(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return _with_mass(rng.integers(0, 10, shape), rng)


def _nearly_uniform(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    table = np.full(shape, 2)
    for _ in range(rng.integers(1, 4)):
        table[tuple(rng.integers(side) for side in shape)] = rng.integers(0, 4)
    return _with_mass(table, rng)


def _decades(rng: np.random.Generator, shape: tuple[int, ...], decades: float) -> np.ndarray:
    table = 10.0 ** rng.uniform(-decades, 0, shape) * (rng.random(shape) < 0.7)
    return _with_mass(table, rng)


def _tiny_or_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A third of the cells ordinary, a third 1e-18, a third zero."""
    kinds = rng.integers(0, 3, shape)
    return _with_mass(np.choose(kinds, (_dense(rng, shape), 1e-18, 0.0)), rng)


def _one_among_billions(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    counts = rng.integers(1, 10**9, shape) * (rng.random(shape) < 0.5)
    counts[rng.random(shape) < 0.2] = 1
    return _with_mass(counts, rng)


def _sampled(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Half as many samples as cells."""
    cells = int(np.prod(shape))
    truth = rng.dirichlet(np.ones(cells))
    return rng.multinomial(max(1, cells // 2), truth).reshape(shape)


def _function(
    rng: np.random.Generator, shape: tuple[int, ...], noise: float = 0.0
) -> np.ndarray:
    """y = f(x1, x2) for a random f, on a random support."""
    k1, k2, ky = shape
    weights = rng.standard_exponential((k1, k2)) * (rng.random((k1, k2)) < 0.7)
    weights = _with_mass(weights, rng)
    table = np.zeros(shape)
    i, j = np.indices((k1, k2))
    table[i, j, rng.integers(0, ky, (k1, k2))] = weights / weights.sum()
    return table + noise * rng.random(shape) if noise else table


_MATERIAL = (_dense, _poisson, _digits, functools.partial(_decades, decades=12), _function)


def _some(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return _MATERIAL[rng.integers(len(_MATERIAL))](rng, shape)


def _zipf(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Samples of states that come as often as words do, each with classes of its own."""
    frequency = [(1.0 + np.arange(side)) ** -rng.uniform(0.7, 2.0) for side in shape[:2]]
    truth = np.multiply.outer(*frequency)[..., None]
    truth = truth * rng.dirichlet(np.full(shape[2], rng.choice([0.1, 1.0])), size=shape[:2])
    samples = int(rng.choice([0.5, 2, 50]) * truth.size)
    return rng.multinomial(max(1, samples), (truth / truth.sum()).ravel()).reshape(shape)


# -- cases whose atoms are known ---------------------------------------------------------


def _blackwell(rng: np.random.Generator, most: int) -> Case:
    gate = gates.blackwell(*_shape(rng, most), random_state=rng)
    return Case(gate.pmf, Known(tuple(gate.atoms)))


def _product(rng: np.random.Generator, most: int) -> Case:
    # sides of at most the square root, and a few classes
    root = int(most**0.5)
    first, second = (
        _some(rng, (*(int(k) for k in rng.integers(1, root + 1, 2)), int(rng.integers(1, 4))))
        for _ in range(2)
    )
    return Case(np.kron(first, second), Known(parts=((1.0, first), (1.0, second))))


def _channel(rng: np.random.Generator, most: int) -> Case:
    """x1 = f(y), or x2: one coupling only, hence no synergy."""
    k1, k2, ky = _shape(rng, most)
    of_x2 = _some(rng, (1, k2, ky))[0]
    table = np.zeros((k1, k2, ky))
    table[rng.integers(0, k1, ky), :, np.arange(ky)] = of_x2.T
    if rng.random() < 0.5:
        table = table.swapaxes(0, 1)
    mi1, mi2, mi = _informations(table)
    return Case(table, Known((mi1 + mi2 - mi, mi - mi2, mi - mi1, 0.0)))


def _trivial_axis(rng: np.random.Generator, most: int) -> Case:
    """One class or one state: at most one source says anything."""
    shape = list(_shape(rng, most))
    shape[rng.integers(3)] = 1
    table = _some(rng, tuple(shape))
    mi1, mi2, _ = _informations(table)
    return Case(table, Known((0.0, mi1, mi2, 0.0)))


def _empty_states(rng: np.random.Generator, most: int) -> Case:
    """Rows, columns and classes without mass."""
    inner = _some(rng, _shape(rng, most // 2 if most <= SMALL else most))
    table = inner
    for axis in range(3):
        where = rng.integers(0, table.shape[axis] + 1, rng.integers(1, 4))
        table = np.insert(table, where, 0, axis=axis)
    return Case(table, Known(parts=((1.0, inner),)))


def _duplicated(rng: np.random.Generator, most: int) -> Case:
    """States of either source split into two of proportional rows."""
    inner = _some(rng, _shape(rng, most // 2)).astype(np.float64)
    table = inner
    for axis in range(2):
        for _ in range(rng.integers(1, 4)):
            state, part = rng.integers(table.shape[axis]), rng.choice([0.5, 0.1, 1e-6])
            split = np.take(table, [state], axis)
            rest = np.delete(table, state, axis)
            table = np.concatenate([rest, part * split, (1 - part) * split], axis)
    return Case(table, Known(parts=((1.0, inner),)))


def _disconnected(rng: np.random.Generator, most: int) -> Case:
    """Blocks of states that never meet.

    Where the classes differ as well, everything tells which block it is: a redundancy of the
    entropy of the block, and the blocks' own atoms on average. Where they share the classes,
    nothing is known.
    """
    count = int(rng.integers(2, 5))
    side = max(1, most // count)
    shapes = [tuple(int(k) for k in rng.integers(1, side + 1, 3)) for _ in range(count)]
    shared = rng.random() < 0.5
    if shared:
        shapes = [(*shape[:2], shapes[0][2]) for shape in shapes]
    blocks = [_some(rng, shape) for shape in shapes]
    weights = rng.dirichlet(np.ones(count))
    ends = np.cumsum(shapes, axis=0)
    table = np.zeros((*ends[-1][:2], shapes[0][2] if shared else ends[-1][2]))
    for block, weight, end in zip(blocks, weights, ends, strict=True):
        at = [slice(e - k, e) for e, k in zip(end, block.shape, strict=True)]
        if shared:
            at[2] = slice(None)
        table[tuple(at)] = weight * block / block.sum()
    if shared:
        return Case(table)
    entropy = float(-(weights * np.log2(weights)).sum())
    parts = tuple((float(w), block) for w, block in zip(weights, blocks, strict=True))
    return Case(table, Known((entropy, 0.0, 0.0, 0.0), parts))


def _soft(rng: np.random.Generator, most: int, kind: str) -> Case:
    """States of equal mass with a posterior each; the sources are independent given Y."""
    states, _, classes = _shape(rng, most)
    p1y, p2y = draw_marginals(
        rng, kind, states, classes,
        concentration=10.0 ** rng.uniform(-1.0, 0.5), near=10.0 ** rng.uniform(-9.0, 0.0),
    )  # fmt: skip
    table = independent_given_target(p1y, p2y)
    return Case(table, _of_equal_sources(table) if kind == "equal" else None)


def _equal_sources(rng: np.random.Generator, most: int) -> Case:
    """X2 is X1 with states split and in another order: the same channel from Y.

    Either X2 is a finer reading of the same X1, or the two are independent given Y.
    """
    half = most // 2
    states, _, classes = _shape(rng, half)
    p1y = _some(rng, (states, 1, classes))[:, 0].astype(np.float64)
    parent = rng.permutation(np.r_[np.arange(states), rng.integers(states, size=half)])
    share = rng.choice([1.0, 0.5, 1e-6], size=len(parent))
    share /= np.bincount(parent, share)[parent]
    p2y = share[:, None] * p1y[parent]
    if rng.random() < 0.5:
        table = np.zeros((states, len(parent), classes))
        table[parent, np.arange(len(parent))] = p2y
    else:
        table = independent_given_target(p1y, p2y)
    return Case(table, _of_equal_sources(table))


def _of_equal_sources(table: np.ndarray) -> Known:
    mi1, _, mi = _informations(table)
    return Known((mi1, 0.0, 0.0, mi - mi1))


def _tall(rng: np.random.Generator, _: int) -> Case:
    shapes = ((1000, 3, 500), (3, 1000, 500), (2000, 2, 2), (1, 300, 40), (300, 2, 100))
    shape = shapes[rng.integers(len(shapes))]
    return Case((_dense, _poisson, _sampled)[rng.integers(3)](rng, shape))


def _informations(table: np.ndarray) -> tuple[float, float, float]:
    """I(X1;Y), I(X2;Y) and I(X1,X2;Y) in bits."""
    p = table / table.sum()
    return tuple(
        _information(joint) for joint in (p.sum(1), p.sum(0), p.reshape(-1, p.shape[2]))
    )


def _information(joint: np.ndarray) -> float:
    # quotients rather than a product of marginals, which may be below the range of a double
    of_y = joint.sum(0)
    of_x = joint.sum(1)
    i, y = np.nonzero(joint)
    seen = joint[i, y]
    return float(np.sum(seen * (np.log2(seen / of_x[i]) - np.log2(of_y[y]))))


def _plain(masses: Callable[..., np.ndarray], **options: float) -> Callable[..., Case]:
    return lambda rng, most: Case(masses(rng, _shape(rng, most), **options))


FAMILIES: dict[str, Callable[[np.random.Generator, int], Case]] = {
    "dense": _plain(_dense),
    "heavy-tailed": _plain(_heavy_tailed),
    "Poisson counts of mean 0.5": _plain(_poisson),
    "counts 0 to 9": _plain(_digits),
    "nearly uniform": _plain(_nearly_uniform),
    "12 decades and zeros": _plain(_decades, decades=12),
    "300 decades and zeros": _plain(_decades, decades=300),
    "independent systems": _product,
    "Blackwell-degraded": _blackwell,
    "y = f(x1, x2)": _plain(_function),
    "y = f(x1, x2), noise 1e-18": _plain(_function, noise=1e-18),
    "y = f(x1, x2), noise 1e-12": _plain(_function, noise=1e-12),
    "y = f(x1, x2), noise 1e-6": _plain(_function, noise=1e-6),
    "x1 = f(y)": _channel,
    "one class or state": _trivial_axis,
    "empty states and classes": _empty_states,
    "duplicated states": _duplicated,
    "disconnected": _disconnected,
    "zeros beside 1e-18": _plain(_tiny_or_zero),
    "a count of 1 among 1e9": _plain(_one_among_billions),
    "half a sample a cell": _plain(_sampled),
    "Zipf counts": _plain(_zipf),
    "soft, equal": functools.partial(_soft, kind="equal"),
    "soft, nearly equal": functools.partial(_soft, kind="near"),
    "soft, unequal": functools.partial(_soft, kind="unequal"),
    "equal sources": _equal_sources,
    "tall": _tall,
}
ONLY_SMALL = ("one class or state",)
ONLY_LARGE = ("tall",)
