# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Latent factors of which two sources share one, after Liang et al. (NeurIPS 2023)."""

from __future__ import annotations

import math
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, ndtr, ndtri

from fourfold.datasets.known_atoms import (
    Embeddings,
    Truth,
    column_names,
    information,
    line,
)
from fourfold.inputs.numbers import (
    check_option,
    non_negative,
    positive_float,
    positive_int,
)
from fourfold.inputs.random_state import random_generator

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["make_latent_factors"]

#: Coordinates of a factor, and the columns that show it.
FACTOR, COLUMNS = 5, 32
#: The chance that a coordinate is kept by dropout.
KEPT = 0.8
#: Draws behind the truth of dropout labels, as a power of two, and the states they make.
DRAWS, STATES = 14, 256
#: In how many parts, for memory.
PARTS = 64

#: Which of the factors z1, z2 and zc the first, the second and both sources show.
SEEN = ((True, False, True), (False, True, True), (True, True, True))


def make_latent_factors(
    n: int,
    weights: Sequence[float] = (1.0, 1.0, 0.0),
    *,
    labels: str = "logistic",
    gain: float = 3.0,
    random_state: int | np.random.Generator | None = None,
) -> Embeddings:
    """Embeddings that show a latent factor each and a third in common, all of which say Y.

    Factors z1, z2 and zc are standard normal with five coordinates. The sources are
    ``x1 = [z1 W1, zc Wc]`` and ``x2 = [z2 W2, zc Wc]`` with 64 columns and no noise; W are
    uniform in [0, 1]. The setting (0, 0, 1) is pure redundancy and (1, 0, 0) is unique to X1, but
    (1, 1, 0), published as pure synergy, has R = 0.21 and S = 0.33 bits of dropout labels:
    sources with equal posteriors have no unique information, and what each tells is redundant.

    Parameters
    ----------
    n : int
        Rows.
    weights : sequence of three float
        Of z1, z2 and zc, from 0; not all may be zero.
    labels : {"logistic", "dropout"}
        "logistic": y is 1 with the chance ``sigmoid(gain * w @ s)``, s the means of the factors'
        coordinates scaled to variance 1, and w the weights scaled to length 1. "dropout", as
        Liang et al.: a share `weights` of each factor's coordinates, drawn afresh for every row,
        of which each is kept with a chance of 0.8; y says which half of the rows has the larger
        sum. Weights are then at most 1, and count in fifths, rounded down.
    gain : float
        Of "logistic": how sure labels are.
    random_state : int, Generator or None
        Draws the matrices and the rows.

    Returns
    -------
    Embeddings
        Unpacks as ``x1, x2, y``, shapes (n, 64), (n, 64) and (n,); its `truth` has the atoms,
        those of "dropout" to about 0.002 bits.

    Raises
    ------
    ValueError
        If `weights` are not three numbers in their range, or all zero; if `labels` is unknown.
    TypeError
        If `n` is not a whole number.

    See Also
    --------
    fourfold.datasets.make_embeddings : Gates behind noise, with any atoms.
    fourfold.decompose_marginals : The exact atoms, from `truth`.

    References
    ----------
    Liang et al., "Quantifying & modeling multimodal interactions", NeurIPS 2023, arXiv 2302.12247.

    Examples
    --------
    >>> import fourfold as ff
    >>> data = ff.datasets.make_latent_factors(1000, (1, 0.5, 0.5), random_state=0)
    >>> [round(atom, 2) for atom in ff.decompose_marginals(*data.truth).atoms]
    [0.12, 0.24, 0.0, 0.11]
    """
    rows = positive_int(n, "n")
    check_option(labels, "labels", ("logistic", "dropout"))
    dropout = labels == "dropout"
    read = _read_weights(weights, most=1.0 if dropout else np.inf)
    slope = positive_float(gain, "gain")
    rng = random_generator(random_state)
    shown = rng.uniform(size=(3, FACTOR, COLUMNS))
    z = rng.standard_normal((3, rows, FACTOR))
    if dropout:
        chosen = [_chosen(weight) for weight in read]
        if not any(chosen):
            msg = f"weights: expected one of at least 0.2 with dropout labels, got {weights!r}"
            raise ValueError(msg)
        score = _dropout_score(z, chosen, rng)
        y = (np.argsort(np.argsort(score)) >= rows / 2).astype(np.int64)
        population = partial(_dropout_truth, chosen)
    else:
        scaled = read / math.hypot(*read)
        means = z.mean(2) * np.sqrt(FACTOR)
        y = (rng.random(rows) < expit(slope * (scaled @ means))).astype(np.int64)
        population = partial(_logistic_truth, scaled, slope)
    own1, own2, common = (z[k] @ shown[k] for k in range(3))
    x1, x2 = np.hstack([own1, common]), np.hstack([own2, common])
    return Embeddings(
        x1, x2, y,
        source_names=("X1", "X2"),
        target_name="Y",
        feature_names=column_names(x1, x2),
        description=f"Latent factors of weights {tuple(read.tolist())}, {labels} labels.",
        population=population,
    )  # fmt: skip


def _read_weights(values: Any, *, most: float) -> np.ndarray:
    if np.ndim(values) != 1 or len(values) != 3:
        msg = f"weights: expected three numbers, of z1, z2 and zc, got {values!r}"
        raise ValueError(msg)
    read = np.array([non_negative(value, "weights", most=most) for value in values])
    if not read.any():
        msg = f"weights: expected at least one above zero, got {values!r}"
        raise ValueError(msg)
    return read


# -- logistic labels: the mean of what is seen says all ----------------------------------


def _logistic_truth(weights: np.ndarray, gain: float) -> Truth:
    places, (masses,) = line([0.0])

    def table(seen: tuple[bool, ...]) -> np.ndarray:
        """p(x,y) of the part of the score that is seen, a normal number x."""
        known = math.hypot(*weights[list(seen)])
        hidden = math.sqrt(max(1.0 - known**2, 0.0))
        chance = expit(gain * (known * places[:, None] + hidden * places)) @ masses
        joint = np.stack([1.0 - chance, chance], 1) * masses[:, None]
        each: np.ndarray = joint * (0.5 / joint.sum(0))  # 1/2 by symmetry, but for rounding
        return each

    first, second, both = map(table, SEEN)
    return Truth(first, second, information(both))


# -- dropout labels: a few subsets of the coordinates, each with its chance --------------


def _chosen(weight: float) -> int:
    return int(weight * FACTOR + 1e-9)


def _dropout_score(
    z: np.ndarray, chosen: Sequence[int], rng: np.random.Generator
) -> np.ndarray:
    """Sum of the coordinates that were chosen and kept, shape (N,)."""
    order = np.argsort(rng.random(z.shape), axis=2)
    kept = (order < np.array(chosen)[:, None, None]) & (rng.random(z.shape) < KEPT)
    score: np.ndarray = (z * kept).sum((0, 2))
    return score


def _kept_subsets(chosen: int) -> tuple[np.ndarray, np.ndarray]:
    """Which coordinates may be kept, shape (M, 5), and the chance of each subset, (M,)."""
    subsets = np.array(list(product((0, 1), repeat=FACTOR)), dtype=np.float64)
    subsets = subsets[subsets.sum(1) <= chosen]
    chance = _kept_numbers(chosen)
    numbers = subsets.sum(1).astype(int)
    return subsets, np.array([chance[k] / math.comb(FACTOR, k) for k in numbers])


def _kept_numbers(chosen: int) -> np.ndarray:
    """Chance of each number of coordinates that are kept, from none to all chosen."""
    return np.array([
        math.comb(chosen, k) * KEPT**k * (1 - KEPT) ** (chosen - k) for k in range(chosen + 1)
    ])  # fmt: skip


def _dropout_truth(chosen: Sequence[int]) -> Truth:
    """Exact posteriors at quasi-random factors, sorted and merged."""
    from scipy.stats import qmc  # noqa: PLC0415  slow to import

    uniform = qmc.Sobol(3 * FACTOR, seed=0).random_base2(DRAWS)
    z = ndtri(uniform).reshape(-1, 3, FACTOR)
    first, second, both = (
        np.concatenate([
            _dropout_posterior(part, chosen, seen) for part in np.array_split(z, PARTS)
        ])
        for seen in SEEN
    )  # fmt: skip
    both = np.concatenate([both, 1.0 - both])  # of -z, where y is turned round
    joint = np.stack([1.0 - both, both], 1) / len(both)
    return Truth(_sorted_states(first), _sorted_states(second), information(joint))


def _dropout_posterior(
    z: np.ndarray, chosen: Sequence[int], seen: tuple[bool, ...]
) -> np.ndarray:
    """Chance of a score above zero given the factors that are seen, shape (N,)."""
    known, chances = np.zeros((len(z), 1)), np.ones(1)
    hidden = np.ones(1)  # chance of each number of coordinates kept of factors not seen
    for k, count in enumerate(chosen):
        if seen[k]:
            subsets, own = _kept_subsets(count)
            known = (known[:, :, None] + (z[:, k] @ subsets.T)[:, None]).reshape(len(z), -1)
            chances = np.outer(chances, own).ravel()
        else:
            hidden = np.convolve(hidden, _kept_numbers(count))
    posterior = np.zeros(len(z))
    for number, chance in enumerate(hidden):
        above = ndtr(known / np.sqrt(number)) if number else 0.5 * (np.sign(known) + 1.0)
        posterior += chance * (above @ chances)
    return posterior


def _sorted_states(posterior: np.ndarray) -> np.ndarray:
    """p(x,y) of states with the means of as many posteriors each, shape (STATES, 2)."""
    both_ways = np.sort(np.concatenate([posterior, 1.0 - posterior]))
    means = both_ways.reshape(STATES, -1).mean(1)
    means = 0.5 * (means + 1.0 - means[::-1])  # exactly symmetric
    return np.stack([1.0 - means, means], 1) / STATES
