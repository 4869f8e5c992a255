# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Covariances of Gaussian sources and target, and the union information by descent."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular, svd
from scipy.optimize import minimize


def of_channels(gains1, gains2, across=None):
    """Of X_i = H_i Y + noise of variance 1, Y white; `across` correlates the noises of both."""
    gains = np.vstack([gains1, gains2])
    noise = np.eye(len(gains))
    if across is not None:
        first = len(gains1)
        noise[:first, first:], noise[first:, :first] = across, np.transpose(across)
    return np.block([[gains @ gains.T + noise, gains], [gains.T, np.eye(gains.shape[1])]])


def random_covariance(rng, sizes, batch=()):
    """Of more random columns than there are, which keeps it away from singular ones."""
    size = sum(sizes)
    drawn = rng.standard_normal((*batch, size, 2 * size))
    return drawn @ drawn.swapaxes(-1, -2) / size


def rotation(rng, size):
    return np.linalg.qr(rng.standard_normal((size, size)))[0]


def doubling(pairs, rng):
    """gpid's case of known atoms in any number of dimensions: pairs of columns, all turned."""
    size = 2 * pairs
    turn1, turn2, turn = (rotation(rng, size) for _ in range(3))
    gains1, gains2 = np.tile([2.0, 1.0], pairs), np.tile([1.0, np.sqrt(2)], pairs)
    return of_channels(turn1 * gains1 @ turn, turn2 * gains2 @ turn)


def mixed(rng, size=10):
    """Sources that each tell some combinations of Y better than the other does."""
    gains1, gains2 = np.linspace(1.2, 0.1, size), np.linspace(0.1, 0.8, size)
    turns = [rotation(rng, size) for _ in range(4)]
    return of_channels(turns[0] * gains1 @ turns[1], turns[2] * gains2 @ turns[3])


def channels_of(cov, sizes):
    """H_i of X_i = H_i Y + noise, all three white: of no more rows than Y has columns."""
    first, second, target = sizes
    root = cholesky(cov[-target:, -target:], lower=True)
    found = []
    for part in (slice(0, first), slice(first, first + second)):
        across = solve_triangular(root, cov[-target:, part], lower=True).T
        noise = cholesky(cov[part, part] - across @ across.T, lower=True)
        gains = solve_triangular(noise, across, lower=True)
        _, values, turn = svd(gains, full_matrices=False)
        found.append(values[:, None] * turn)
    return found


def union_by_descent(cov, sizes):
    """Least I_W(X1,X2;Y) over correlations W of the sources' noises, and its gap, in bits.

    The problem of gpid (Venkatesh et al., NeurIPS 2023), by L-BFGS. It is convex in W, and its
    Frank-Wolfe gap over the ball |W| <= 1 bounds what is left.
    """
    gains1, gains2 = channels_of(cov, sizes)
    gains, shape = np.vstack([gains1, gains2]), (len(gains1), len(gains2))

    def information(across):
        noise = np.block([[np.eye(shape[0]), across], [across.T, np.eye(shape[1])]])
        before, after = (cholesky(m, lower=True) for m in (noise, noise + gains @ gains.T))
        bits = np.log2(np.diag(after)).sum() - np.log2(np.diag(before)).sum()
        eye = np.eye(len(noise))
        slope = cho_solve((after, True), eye) - cho_solve((before, True), eye)
        return bits, slope[: shape[0], shape[0] :] / np.log(2)

    def unpack(flat):
        turn, values, other = svd(flat.reshape(shape), full_matrices=False)
        return turn * (values / np.sqrt(1 + values**2)) @ other  # of norm below 1

    start = 0.1 * np.random.default_rng(0).standard_normal(shape[0] * shape[1])
    end = minimize(
        lambda flat: information(unpack(flat))[0],
        start,
        method="L-BFGS-B",
        options={"maxiter": 500, "maxfun": 10**5, "gtol": 1e-9, "ftol": 1e-15},
    )
    across = unpack(end.x)
    bits, slope = information(across)
    return bits, svd(slope, compute_uv=False).sum() + (slope * across).sum()
