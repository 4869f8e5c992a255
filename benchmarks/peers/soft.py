# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Soft marginals: states of equal mass with a posterior each, as classifiers give them."""

from __future__ import annotations

import numpy as np

__all__ = [
    "KINDS",
    "draw_marginals",
    "independent_given_target",
    "soft_marginals",
    "soft_table",
]

#: How the posteriors of the two sources go together.
KINDS = ("equal", "near", "unequal")
#: Of the Dirichlet distribution of a posterior: most of them favour a few classes.
CONCENTRATION = 0.3
#: Standard deviation of the logarithms by which nearly equal posteriors differ.
NEAR = 0.1
#: Most rounds in which the second source gets the classes' masses of the first, and how near is
#: enough: what is left is a last factor for each class.
ROUNDS, ENOUGH = 2000, 1e-12


def soft_marginals(
    kind: str, states: int, classes: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw p(x1,y) and p(x2,y) that share p(y).

    Parameters
    ----------
    kind : str
        "equal": the states of X2 are those of X1 in another order; "near": their posteriors
        differ by 10 % noise; "unequal": they are drawn anew.
    states, classes : int
        Number of states of X1 and of X2, and of classes.
    seed : int
        Seed of the draw; X1 is the same for each kind.

    Returns
    -------
    p1y, p2y : ndarray
        Probabilities, both of shape (states, classes).
    """
    return draw_marginals(np.random.default_rng([seed, states, classes]), kind, states, classes)


def draw_marginals(
    rng: np.random.Generator,
    kind: str,
    states: int,
    classes: int,
    *,
    concentration: float = CONCENTRATION,
    near: float = NEAR,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw as `soft_marginals` does, from a generator and of any concentration and nearness."""
    alpha = np.full(classes, concentration)
    posteriors = rng.dirichlet(alpha, size=states)
    p1y = posteriors / states
    if kind == "equal":
        return p1y, p1y[rng.permutation(states)]
    if kind == "near":
        others = posteriors * np.exp(near * rng.standard_normal(posteriors.shape))
    else:
        others = rng.dirichlet(alpha, size=states)
    p_y = p1y.sum(axis=0)
    # posteriors times a weight for each class, so that the classes have the same masses
    weights = np.ones(classes)
    for _ in range(ROUNDS):
        scaled = others * weights
        scaled /= scaled.sum(axis=1, keepdims=True)
        factors = p_y / scaled.mean(axis=0)
        weights *= factors
        if np.abs(factors - 1.0).max() < ENOUGH:
            break
    p2y = scaled / states
    return p1y, p2y * (p_y / p2y.sum(axis=0))


def independent_given_target(p1y: np.ndarray, p2y: np.ndarray) -> np.ndarray:
    """The table with these marginals in which the sources are independent given Y."""
    p_y = p2y.sum(axis=0)
    table = p1y[:, None, :] * np.divide(p2y, p_y, out=np.zeros_like(p2y), where=p_y > 0)
    return table / table.sum()


def soft_table(kind: str, classes: int, states: int, seed: int) -> np.ndarray:
    """`soft_marginals` as a table, for solvers that take nothing else."""
    return independent_given_target(*soft_marginals(kind, states, classes, seed))
