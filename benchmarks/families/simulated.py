# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Models whose answers are a known function of two embeddings, with their atoms from the density.

Each source is a vector of which one direction matters, t1 or t2, normal with a known correlation. A model
answers with a softmax whose logits are a weighted sum of terms in t1, in t2 and in both: p(y|x1,x2) =
p(y|t1,t2), so that the atoms are those of a table of t1, t2 and the answer, as fine as wanted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, softmax

import fourfold as ff

__all__ = [
    "FIRST",
    "SECOND",
    "Setting",
    "answers",
    "drawn_weights",
    "embeddings_of",
    "label",
    "rows",
    "truth",
    "truth_of_noise",
]

_REACH = 3.5  # standard deviations that a table holds


class Setting(NamedTuple):
    """A kind of model.

    Attributes
    ----------
    classes : int
    correlation : float
        Of t1 and t2.
    width : (int, int)
        Entries of each embedding.
    form : {"plain", "waves"}
        Of the logits.
    """

    classes: int
    correlation: float
    width: tuple[int, int]
    form: str


#: What the workflow was built with.
FIRST = Setting(2, 0.0, (8, 8), "plain")
#: Looked at once, when it was done.
SECOND = Setting(4, -0.3, (5, 20), "waves")


def drawn_weights(
    rng: np.random.Generator, models: int, families: int = 0, kinship: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (models, 3) of X1, X2 and both, and the family of each; `kinship` is in [0, 1]."""
    family = np.arange(models) % families if families else np.arange(models)
    own = rng.standard_normal((models, 3))
    shared = rng.standard_normal((family.max() + 1, 3))[family]
    normal = np.sqrt(kinship) * shared + np.sqrt(1 - kinship) * own
    return ndtr(normal) * np.array([1.0, 1.0, 1.5]), family


def rows(
    rng: np.random.Generator, setting: Setting, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings (n, d1) and (n, d2), turned so that no column is t1 or t2, and these, shape (2, n)."""
    t1 = rng.standard_normal(n)
    r = setting.correlation
    t2 = r * t1 + np.sqrt(1 - r * r) * rng.standard_normal(n)
    sources = []
    for t, width in zip((t1, t2), setting.width, strict=True):
        plain = np.column_stack([t, rng.standard_normal((n, width - 1))])
        sources.append(plain @ np.linalg.qr(rng.standard_normal((width, width)))[0])
    return sources[0], sources[1], np.array([t1, t2])


def answers(
    setting: Setting, weights: np.ndarray, t1: np.ndarray, t2: np.ndarray
) -> np.ndarray:
    """Probabilities of the classes, shape (..., classes)."""
    one, other, both = weights
    logits = [
        np.zeros(np.broadcast(t1, t2).shape),
        2 * (one * t1 + other * t2 + both * t1 * t2),
    ]
    if setting.form == "waves":
        logits[1] = 2.5 * (one * np.sin(2 * t1) + both * t1 * t2)
        logits += [2.5 * other * t2, 2 * (one * np.cos(t1) - both * np.sin(t1) * t2)]
    found: np.ndarray = softmax(np.stack(np.broadcast_arrays(*logits), axis=-1), axis=-1)
    return found


def truth(setting: Setting, weights: np.ndarray, points: int = 41) -> dict[str, float]:
    """R, U1, U2, S, I(X1,X2;Y) and accuracy, against the most probable answer of the reference weights."""
    t = np.linspace(-_REACH, _REACH, points)
    t1, t2, r = t[:, None], t[None, :], setting.correlation
    mass = np.exp(-(t1**2 + t2**2 - 2 * r * t1 * t2) / (2 * (1 - r * r)))
    mass /= mass.sum()
    p = answers(setting, weights, t1, t2)
    found: Any = ff.decompose(mass[..., None] * p)
    right = np.take_along_axis(p, label(setting, t1, t2)[..., None], -1)[..., 0]
    atoms: dict[str, float] = found.atoms._asdict()
    return atoms | {"mi_joint": found.mi_joint, "accuracy": float((mass * right).sum())}


def label(setting: Setting, t1: np.ndarray, t2: np.ndarray) -> np.ndarray:
    """Of the data set: what a model of large weights for both and some for one would answer."""
    found: np.ndarray = answers(setting, np.array([0.5, 0.2, 1.0]), t1, t2).argmax(-1)
    return found


def embeddings_of(
    rng: np.random.Generator, states: tuple[np.ndarray, np.ndarray], noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings (n, 8) of two bits, each drawn anew with a share of `noise`; states are far apart."""
    sources = []
    for state, share in zip(states, noise, strict=True):
        n = len(state)
        seen = np.where(rng.random(n) < share, rng.integers(2, size=n), state)
        places = np.linalg.qr(rng.standard_normal((8, 8)))[0][:2] * 4
        sources.append(places[seen] + 0.7 * rng.standard_normal((n, 8)))
    return sources[0], sources[1]


def truth_of_noise(p: np.ndarray, noise: np.ndarray) -> dict[str, float]:
    """R, U1, U2, S of a table p (2, 2, K_Y) of bits seen so."""
    one, other = (np.eye(2) * (1 - share) + share / 2 for share in noise)
    found: Any = ff.decompose(np.einsum("ijk,ia,jb->abk", p, one, other))
    atoms: dict[str, float] = found.atoms._asdict()
    return atoms
