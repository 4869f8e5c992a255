# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The iteration of gpid and Thin-PID for v* of two Gaussian sources, with its certified gap.

With X_i = H_i Y + noise, Y and each noise white, v* is the least I_W over the correlations W of the
noises, |W| <= 1. The iteration is RProp (steps by the signs of the gradient) with W projected onto
the ball by its singular values: Algorithm 1 of arXiv 2510.04417, constants of gpid's code.
"""

from __future__ import annotations

import dataclasses
import time

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular

__all__ = ["Descent", "certified_gap", "channels", "information", "projected_gradient"]

#: Of gpid: the first step, what a step is scaled by where the gradient changes its sign, and all
#: steps by each time.
FIRST_STEP, SHRINK, DECAY = 1e-3, 0.9, 0.999
#: No entry of W is further from another matrix of the ball than twice this; without it steps grow
#: without end where the projection holds an entry.
LARGEST_STEP = 1.0
#: Singular values of W are at most one less this: at one the noises are one and I_W is not defined.
MARGIN = 1e-12
#: Largest singular values of W to start from.
EDGES = (1 - MARGIN, 0.9, 0.5)
LN2 = np.log(2)


@dataclasses.dataclass(frozen=True)
class Descent:
    """Where it ended.

    Attributes
    ----------
    union : float
        The least I_W seen, in bits: an upper bound of v*.
    gap : float
        Its Frank-Wolfe gap: v* is at least ``union - gap``.
    steps : int
    seconds, cpu_seconds : float
        Wall clock and processor time, the certificates included.
    """

    union: float
    gap: float
    steps: int
    seconds: float
    cpu_seconds: float


def channels(cov: np.ndarray, sizes: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """(H1, H2), shapes (d1, dy) and (d2, dy): X_i = H_i Y + noise, all whitened."""
    d1, d2, _ = sizes
    both = d1 + d2
    of_y = cholesky(cov[both:, both:], lower=True)
    found = []
    for source in (slice(0, d1), slice(d1, both)):
        gain = solve_triangular(of_y, cov[both:, source], lower=True).T
        noise = cov[source, source] - gain @ gain.T
        found.append(solve_triangular(cholesky(noise, lower=True), gain, lower=True))
    return found[0], found[1]


def information(
    left: np.ndarray, values: np.ndarray, right: np.ndarray, h1: np.ndarray, h2: np.ndarray
) -> tuple[float, np.ndarray]:
    """I_W in nats and its gradient, of W by its singular value decomposition."""
    w = (left * values) @ right
    apart = h1 - w @ h2  # B; I_W = 1/2 log det M, M = 1 + H2'H2 + B'(1 - WW')^-1 B
    within = left.T @ apart
    scaled = (values**2 / ((1 - values) * (1 + values)))[:, None] * within
    noise = apart + left @ scaled  # (1 - WW')^-1 B
    factor = cholesky(np.eye(h2.shape[1]) + h2.T @ h2 + apart.T @ noise, lower=True)
    seen = cho_solve((factor, True), noise.T)  # M^-1 B'(1 - WW')^-1
    return float(np.log(np.diag(factor)).sum()), seen.T @ (noise.T @ w - h2.T)


def projected_gradient(
    cov: np.ndarray,
    sizes: tuple[int, int, int],
    *,
    gap: float = 1e-9,
    max_steps: int = 10_000,
    limit: float = np.inf,
    check_every: int = 20,
) -> Descent:
    """Minimise I_W until its gap is small, or the steps or the time have run out.

    Parameters
    ----------
    cov : numpy.ndarray
        Of x1, x2 and y, shape (D, D).
    sizes : tuple of int
        Their columns.
    gap : float
        Bits.
    max_steps : int
    limit : float
        Seconds after which no step is begun.
    check_every : int
        Steps between looks at the gap, which cost as much as a step.
    """
    start, cpu = time.perf_counter(), time.process_time()
    h1, h2 = channels(cov, sizes)
    w = _start(h1, h2)
    step = np.full((len(h1), len(h2)), FIRST_STEP)
    before: np.ndarray | float = 0.0
    least, best = np.inf, w
    for taken in range(1, max_steps + 1):
        nats, gradient = information(*w, h1, h2)
        if nats < least:
            least, best = nats, w
        late = time.perf_counter() - start > limit
        if late:
            break
        if taken % check_every == 0 and certified_gap(gradient, w) <= gap * LN2:
            best = w  # the least may be one of rounding
            break
        signs = np.sign(gradient)
        same = signs * before
        step *= np.where(same < 0, SHRINK, np.where(same > 0, 1 / SHRINK, 1))
        np.minimum(step, LARGEST_STEP, out=step)
        before = signs
        left, values, right = w
        w = _inside((left * values) @ right - DECAY**taken * step * signs)
    nats, gradient = information(*best, h1, h2)
    certified = certified_gap(gradient, best)
    return Descent(
        nats / LN2,
        certified / LN2,
        taken,
        time.perf_counter() - start,
        time.process_time() - cpu,
    )


def _start(h1: np.ndarray, h2: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """That of the papers, H1 H2^+ in the ball, or less of it, whichever has the least I_W.

    On the edge of the ball I_W may be all but infinite, and is left there slowly.
    """
    left, values, right = _inside(h1 @ np.linalg.pinv(h2))
    starts = [(left, np.minimum(values, most), right) for most in EDGES]
    return min(starts, key=lambda w: information(*w, h1, h2)[0])


def _inside(w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nearest matrix of norm at most one, by its singular value decomposition."""
    left, values, right = np.linalg.svd(w, full_matrices=False)
    return left, np.minimum(values, 1 - MARGIN), right


def certified_gap(gradient: np.ndarray, w: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
    """By how much I_W, convex in W, may be above its least: nats.

    <G, W' - W> is least over the ball at minus the sum of the singular values of G, less <G, W>.
    """
    left, values, right = w
    inner = ((left.T @ gradient) * (values[:, None] * right)).sum()
    return float(np.linalg.svd(gradient, compute_uv=False).sum() + inner)
