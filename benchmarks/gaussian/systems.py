# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gaussian systems whose atoms are known: the cases of gpid and Thin-PID, and those that are sampled.

X_i = H_i Y + noise with Y and the noises white, unless said; the noises of X1 and X2 may be
correlated, which moves S alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "HELD_OUT", "SAMPLED", "Case", "Sizes", "canonical", "covariance", "doubled", "factor_covariance",
    "random_covariance",
]  # fmt: skip

Sizes = tuple[int, int, int]


class Case(NamedTuple):
    """A covariance, its atoms, and those that it was noted with before."""

    group: str
    name: str
    cov: np.ndarray
    sizes: Sizes
    atoms: np.ndarray
    noted: tuple[float | None, ...] = (None,) * 4


def covariance(
    h1: np.ndarray, h2: np.ndarray, correlation: np.ndarray | float = 0.0
) -> np.ndarray:
    """Of x1, x2 and y: X_i = H_i Y + noise, with this correlation of the noises of X1 and X2."""
    h1, h2 = np.atleast_2d(h1), np.atleast_2d(h2)
    gains = np.vstack([h1, h2])
    noise = np.eye(len(gains))
    noise[: len(h1), len(h1) :] = correlation
    noise[len(h1) :, : len(h1)] = np.transpose(correlation)
    return np.block([[gains @ gains.T + noise, gains], [gains.T, np.eye(gains.shape[1])]])


def random_covariance(sizes: Sizes, rng: np.random.Generator) -> np.ndarray:
    """A Wishart matrix of two degrees of freedom more than columns, of variances one."""
    columns = sum(sizes)
    root = rng.standard_normal((columns, columns + 2))
    return _standardised(root @ root.T)


def factor_covariance(
    sizes: Sizes, rng: np.random.Generator, noise: float = 0.05
) -> np.ndarray:
    """Half as many factors as columns, and noise of this variance beside their one, standardised."""
    columns = sum(sizes)
    factors = columns // 2 + 2
    loads = rng.standard_normal((columns, factors))
    return _standardised(loads @ loads.T / factors + noise * np.eye(columns))


def _standardised(cov: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.diag(cov))
    found: np.ndarray = cov / np.outer(scale, scale)
    return found


# -- one column each: gpid's canonical cases ---------------------------------------------
RHOS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
#: Steps of a quarter of a decade, but for the first: as X2 is X1 there, it is refused.
NOISES = (1.0, *(10 ** (k / 4) for k in range(1, 9)))
NOISY_COPY_R = (0.29248, 0.22177, 0.15532, 0.10143, 0.06277, 0.03742, 0.02178, 0.01249, 0.00711)
NOISE_S = (0, 0.00363, 0.01487, 0.03482, 0.06562, 0.1112, 0.17878, 0.28299, 0.45877, 0.82345,
           2.33976)  # fmt: skip
SHARED_S = (0.29248, 0.24738, 0.20752, 0.17198, 0.14005, 0.1112, 0.08496, 0.061, 0.039, 0.01874,
            0.00181)  # fmt: skip


def _log2(value: np.longdouble | float) -> np.longdouble:
    return np.log2(np.longdouble(value))


def _scalars() -> Iterator[Case]:
    half = np.longdouble(0.5)
    for noise, r in zip(NOISES, NOISY_COPY_R, strict=True):
        cov = np.array([[2.0, 2, 1], [2, 2 + noise, 1], [1, 1, 1]])
        shared = half * _log2(1 + 1 / (1 + np.longdouble(noise)))
        atoms = np.array([shared, half - shared, 0, 0])
        name = f"noise of variance {noise:.4g}"
        yield Case("X2 = X1 + noise", name, cov, (1, 1, 1), atoms, (r, round(0.5 - r, 5), 0, 0))
    for rho, synergy in zip(RHOS, NOISE_S, strict=True):
        cov = np.array([[2.0, rho, 1], [rho, 1, 0], [1, 0, 1]])
        joint = half * _log2(1 + 1 / (1 - np.longdouble(rho) ** 2))
        atoms = np.array([0, half, 0, joint - half])
        name = f"correlation {rho:g}"
        yield Case(
            "X2 is a part of X1's noise", name, cov, (1, 1, 1), atoms, (0, 0.5, 0, synergy)
        )
    for rho, synergy in zip(RHOS, SHARED_S, strict=True):
        cov = covariance(np.ones((1, 1)), np.ones((1, 1)), rho)
        joint = half * _log2(1 + 2 / (1 + np.longdouble(rho)))
        atoms = np.array([half, 0, 0, joint - half])
        name = f"correlation {rho:g}"
        yield Case(
            "equal gains, noises correlated", name, cov, (1, 1, 1), atoms, (0.5, 0, 0, synergy)
        )


# -- two columns each ----------------------------------------------------------------------
GAINS = tuple(k / 3 for k in range(10))
GAINS_R = (0.5, 0.576, 0.76526, *(1.0,) * 7)
GAINS_U1 = (0, 0, 0, 0, 0.23697, 0.45877, 0.66096, None, None, 1.16096)
GPID_U2 = (0.79248, 0.71648, 0.52722, *(0.29248,) * 7)
GPID_S = (0.20752, 0.24652, 0.35227, 0.5, 0.42932, 0.37692, 0.33904, None, None, 0.27627)
FLOW_U2 = (1.66096, None, None, *(1.16096,) * 7)
FLOW_S = (
    0.06875,
    0.10775,
    0.21351,
    0.36123,
    0.29056,
    0.23815,
    0.20027,
    0.17281,
    0.15262,
    0.1375,
)
ANGLES = {
    2**0.5: {
        0.0: (1, 0.29248, 0.29248, 0.41504),
        0.1: (1.00144, 0.29104, 0.29104, 0.41603),
        0.3963: (1.0224, 0.27008, 0.27008, 0.43069),
        0.789: (1.08571, 0.20677, 0.20677, 0.47768),
        1.1133: (1.16258, 0.12991, 0.12991, 0.54038),
        np.pi / 2: (1.29248, 0, 0, 0.66096),
    },
    3.0: {
        0.0: (1, 1.16096, 1.16096, 0.1375),
        0.789: (1.30326, 0.8577, 0.8577, 0.21732),
        np.pi / 2: (2.16096, 0, 0, 0.75548),
    },
}


def _two_columns(h1: np.ndarray, h2: np.ndarray) -> np.ndarray:
    """Atoms of H_i of 2 x 2 and independent noises in long double, by the quadratic formula.

    Cov(Y|X_i)^-1 = 1 + H_i'H_i =: J_i, so the eigenvalues are those of J_2^-1 J_1, and
    I(X_i;Y) = 1/2 log2 det J_i.
    """
    one, two = (np.asarray(h, dtype=np.longdouble) for h in (h1, h2))
    eye = np.eye(2, dtype=np.longdouble)
    j1, j2 = eye + one.T @ one, eye + two.T @ two
    d1, d2, d12 = map(_det, (j1, j2, j1 + j2 - eye))
    adjugate = np.array([[j2[1, 1], -j2[0, 1]], [-j2[1, 0], j2[0, 0]]])
    trace = (adjugate * j1.T).sum() / d2
    middle = trace / 2
    spread = np.sqrt(max(middle * middle - d1 / d2, np.longdouble(0)))
    eigenvalues = np.array([middle + spread, d1 / d2 / (middle + spread)])
    logs = np.log2(eigenvalues) / 2
    unique1, unique2 = np.maximum(logs, 0).sum(), np.maximum(-logs, 0).sum()
    mi1, mi12 = _log2(d1) / 2, _log2(d12) / 2
    return np.array([mi1 - unique1, unique1, unique2, mi12 - mi1 - unique2])


def _det(matrix: np.ndarray) -> np.longdouble:
    return matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]


def _pairs() -> Iterator[Case]:
    for title, second, uniques, synergies in (
        ("gains of gpid, Fig. 2", 2**0.5, GPID_U2, GPID_S),
        ("gains of Thin-PID, (i)", 3.0, FLOW_U2, FLOW_S),
    ):
        for g, r, u1, u2, s in zip(GAINS, GAINS_R, GAINS_U1, uniques, synergies, strict=True):
            h1, h2 = np.diag([g, 1.0]), np.diag([1.0, second])
            atoms = _two_columns(h1, h2)
            yield Case(
                title, f"gain {g:.3g}", covariance(h1, h2), (2, 2, 2), atoms, (r, u1, u2, s)
            )
    for g, noted in ANGLES.items():
        for angle in sorted({*np.linspace(0, np.pi / 2, 10), *noted}):
            turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            h1, h2 = np.diag([g, 1.0]) @ turned, np.diag([1.0, g])
            yield Case(
                f"angles, gain {g:.3g}", f"angle {angle:.4g}", covariance(h1, h2), (2, 2, 2),
                _two_columns(h1, h2), noted.get(angle, (None,) * 4),
            )  # fmt: skip


def canonical() -> list[Case]:
    """Every case of the papers, in the order of the tables."""
    return [*_scalars(), *_pairs()]


def doubled(columns: int, rng: np.random.Generator) -> Case:
    """``columns`` / 2 times the case of gains (2, 1) and (1, root 2), everything turned at random."""
    pairs = columns // 2
    h1, h2 = np.diag([2.0, 1.0]), np.diag([1.0, 2**0.5])
    turns = [np.linalg.qr(rng.standard_normal((columns, columns)))[0] for _ in range(3)]
    gains = (np.tile(np.diag(h1), pairs), np.tile(np.diag(h2), pairs))
    turned = [(turns[k] * gains[k]) @ turns[2] for k in range(2)]
    return Case(
        "doubling",
        str(columns),
        covariance(*turned),
        (columns,) * 3,
        pairs * _two_columns(h1, h2),
    )


# -- systems to be sampled -----------------------------------------------------------------
def _diagonal(first: object, second: object) -> Callable[[], tuple[np.ndarray, Sizes]]:
    h1, h2 = (np.diag(np.asarray(gains, dtype=float)) for gains in (first, second))
    return lambda: (covariance(h1, h2), (len(h1), len(h2), len(h1)))


def _drawn(sizes: Sizes, seed: int, scale: float) -> Callable[[], tuple[np.ndarray, Sizes]]:
    def made() -> tuple[np.ndarray, Sizes]:
        rng = np.random.default_rng(seed)
        d1, d2, dy = sizes
        h1 = scale * rng.standard_normal((d1, dy)) / dy**0.5
        h2 = scale * rng.standard_normal((d2, dy)) / dy**0.5
        mixed = 0.4 * rng.standard_normal((d1, d2)) / (d1 + d2) ** 0.5
        return covariance(h1, h2, mixed), sizes

    return made


def _noisy_copy() -> tuple[np.ndarray, Sizes]:
    """X2 = X1 + noise, in six columns, of three combinations of Y."""
    rng = np.random.default_rng(77)
    h = rng.standard_normal((6, 3)) / 3**0.5
    of_x1 = h @ h.T + np.eye(6)
    return np.block(
        [[of_x1, of_x1, h], [of_x1, of_x1 + 0.5 * np.eye(6), h], [h.T, h.T, np.eye(3)]]
    ), (6, 6, 3)


_FIFTH = 5**-0.5
#: Name: what makes its covariance and sizes. The first three are those of the notes; the others
#: have other sizes, and no choice was made by looking at them.
SAMPLED: dict[str, Callable[[], tuple[np.ndarray, Sizes]]] = {
    "equal 10": _diagonal(np.full(10, _FIFTH), np.full(10, _FIFTH)),
    "mixed 10": _diagonal(
        np.tile([2 * _FIFTH, _FIFTH], 5), np.tile([_FIFTH, (2 / 5) ** 0.5], 5)
    ),
    "nothing 10": _diagonal(np.zeros(10), np.zeros(10)),
    "half alike 6": _diagonal([1, 1, 1, 1.5, 0.2, 0], [1, 1, 1, 0.5, 1.2, 0.8]),
    "drawn 4+7+3": _drawn((4, 7, 3), 41, 1.2),
    "drawn 12+5+6": _drawn((12, 5, 6), 42, 0.9),
    "noisy copy 6+6+3": _noisy_copy,
    "one column 3+2+1": _drawn((3, 2, 1), 43, 1.0),
    # of the tests alone
    "nothing 3": _diagonal(np.zeros(3), np.zeros(3)),
    "X1 only 3": _diagonal([1, 0.7, 0], np.zeros(3)),
    "own parts 2": _diagonal([1, 0], [0, 1.5]),
    "equal 3": _diagonal(np.full(3, 0.8), np.full(3, 0.8)),
}
#: Of these, those of the part "samples" that are not of the notes.
HELD_OUT = (
    "half alike 6", "drawn 4+7+3", "drawn 12+5+6", "noisy copy 6+6+3", "one column 3+2+1",
)  # fmt: skip
