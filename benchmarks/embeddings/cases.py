# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `embeddings` command draws: embeddings whose atoms are known, and one that is real."""

from __future__ import annotations

import dataclasses
import math
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.embeddings.digit_gates import PICTURES, digit_gate, digit_truth
from fourfold import Atoms, gates
from fourfold.datasets import Embeddings, digits_halves, make_embeddings, make_latent_factors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CASES", "Case", "truth_of", "wrong_truth"]

#: What the truth may be off the figures that are written here, in bits.
ROUNDED = 1.5e-3
ZERO = (0.0, 0.0, 0.0, 0.0)


@dataclasses.dataclass(frozen=True)
class Case:
    """One kind of data.

    Attributes
    ----------
    title : str
        What it is, with dimensions.
    draw : callable
        Rows and a generator to (x1, x2, y).
    atoms : tuple of float or None
        R, U1, U2, S in bits to three decimals; None of real data.
    most : int or None
        Rows there are.
    known : callable, optional
        Makes the atoms; without it the data have their `truth`.
    """

    title: str
    draw: Callable[[int, np.random.Generator], Any]
    atoms: tuple[float, float, float, float] | None
    most: int | None = None
    known: Callable[[], Atoms] | None = None


def _gate(title: str, atoms: tuple[float, ...], gate: Any, **options: Any) -> Case:
    def draw(rows: int, rng: np.random.Generator) -> Embeddings:
        return make_embeddings(gate, rows, random_state=rng, **options)

    return Case(title, draw, atoms)  # type: ignore[arg-type]


def _latent(atoms: tuple[float, ...], *weights: float) -> Case:
    def draw(rows: int, rng: np.random.Generator) -> Embeddings:
        return make_latent_factors(rows, weights, random_state=rng)

    named = ", ".join(f"{weight:g}" for weight in weights)
    return Case(f"latent factors ({named}), 64 + 64", draw, atoms)  # type: ignore[arg-type]


def _turned(degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return 1.5 * math.cos(angle), 1.5 * math.sin(angle)


def _digits(title: str, atoms: tuple[float, ...], name: str) -> Case:
    return Case(
        title, partial(digit_gate, name), atoms, PICTURES, partial(digit_truth, name)  # type: ignore[arg-type]
    )  # fmt: skip


XOR = (0.0, 0.0, 0.0, 0.586)
AND = (0.239, 0.0, 0.0, 0.346)
FOUR = [gates.RDN, gates.COPY, gates.XOR]

CASES: dict[str, Case] = {
    "and": _gate("noisy AND, 16 + 16", AND, gates.AND),
    "xor": _gate("noisy XOR, 16 + 16", XOR, gates.XOR),
    "unq": _gate("noisy UNQ, 16 + 16", (0.0, 0.760, 0.0, 0.0), gates.UNQ),
    "rdn": _gate("noisy RDN, 16 + 16", (0.760, 0.0, 0.0, 0.174), gates.RDN),
    "mixture-45": _gate(
        "mixture, 45 degrees, 16 + 16", (0.525, 0.0, 0.0, 0.235), gates.RDN, signal=_turned(45)
    ),
    "mixture-22.5": _gate(
        "mixture, 22.5 degrees, 16 + 16", (0.205, 0.503, 0.0, 0.052), gates.RDN,
        signal=_turned(22.5),
    ),
    "latent-110": _latent((0.196, 0.0, 0.0, 0.284), 1, 1, 0),
    "latent-1hh": _latent((0.124, 0.245, 0.0, 0.111), 1, 0.5, 0.5),
    "latent-001": _latent((0.480, 0.0, 0.0, 0.0), 0, 0, 1),
    "latent-100": _latent((0.0, 0.480, 0.0, 0.0), 1, 0, 0),
    "digits-and": _digits(
        "AND of two digits of at least 5, pixels 64 + 64", (0.311, 0.0, 0.0, 0.499), "and"
    ),
    "digits-first": _digits(
        "first of two digits, pixels 64 + 64", (0.0, 3.322, 0.0, 0.0), "first"
    ),
    "and-384": _gate("noisy AND, 384 + 384", AND, gates.AND, dims=384),
    "xor-384": _gate("noisy XOR, 384 + 384", XOR, gates.XOR, dims=384),
    "xor-64-nuisance": _gate(
        "noisy XOR, 64 + 64, all else of sd 3", XOR, gates.XOR, dims=64, nuisance=3.0
    ),
    "noise-beside-perfect": dataclasses.replace(
        _gate("noise beside a perfect source of 10 classes, 16 + 16", (0.0, 3.322, 0.0, 0.0),
              gates.copy(10, 1), signal=6.0),
        most=PICTURES,
    ),
    "four-behind-nuisance": _gate(
        "four atoms behind a nuisance of sd 12, 64 + 64", (1.0, 1.0, 1.0, 1.0), FOUR,
        dims=64, signal=4.0, nuisance=[12.0],
    ),
    "digit-halves": Case(
        "halves of handwritten digits, 32 + 32", lambda *_: digits_halves(), None, PICTURES
    ),
}  # fmt: skip


@cache
def truth_of(name: str) -> tuple[float, ...] | None:
    """The exact atoms of a case in bits, or None of real data."""
    case = CASES[name]
    if case.atoms is None:
        return None
    if case.known is not None:
        return tuple(case.known())
    truth = case.draw(2, np.random.default_rng(0)).truth
    parts = fourfold.decompose_marginals(*truth, tol=1e-5)
    return tuple(float(np.sum(atom)) for atom in parts.atoms)


def wrong_truth(name: str) -> Iterator[str]:
    """Reasons why the truth of a case is not to be trusted."""
    true, written = truth_of(name), CASES[name].atoms
    if true is None or written is None:
        return
    off = max(abs(a - b) for a, b in zip(true, written, strict=True))
    if not off <= ROUNDED:
        yield f"truth {off:.1e} bits off the atoms that are written down"
