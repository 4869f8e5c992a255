# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether sources and target depend on each other more than a Gaussian copula has it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.dependence.components import components_of
from fourfold.gaussian.dependence.excess import Excess, excess_information
from fourfold.gaussian.dependence.projections import projections
from fourfold.inputs.device import to_numpy
from fourfold.inputs.random_state import drawn_seeds
from fourfold.results.gaussian_pid import Dependence
from fourfold.runtime.caller import caller_depth

__all__ = ["check_dependence"]

#: Rows that are looked at, of more a part that is drawn; of fewer than the least nothing is said.
ROWS, LEAST = 3000, 40
#: Dimensions of sources and target in which neighbours are near enough as they are.
DIMENSIONS = 3
#: Rows on which one of the projections is chosen.
CHOOSING = 1000
#: Bits, and standard errors, that have to be missing before it is said.
MISSING, ERRORS = 0.1, 2.0


def check_dependence(
    x1: Any, x2: Any, y: Any, gaussian_information: Any, *, random_state: Any = 0
) -> Dependence:
    """Compare I(X1,X2;Y) of a Gaussian with what nearest neighbours find, and warn.

    Up to 6 dimensions in all by the estimator of Kraskov, Stoegbauer and Grassberger, k = 5; else
    by the same of up to three combinations of the sources and one of the target, which are found
    on one half of the rows and looked at on the other, and the other way round. What is found above
    the Gaussian is compared with Gaussian rows of the same correlations.

    Parameters
    ----------
    x1, x2, y : ndarray, shapes (N, d1), (N, d2), (N, d_y), or with layers in front
        Normal scores, or what is left of these given others; of NumPy or CuPy.
    gaussian_information : float, or ndarray of shape (L,)
        I(X1,X2;Y) of the Gaussian, of each layer, in bits.
    random_state : int, RandomState, Generator or None
        Draws rows, halves and Gaussians.

    Returns
    -------
    Dependence
        `information` is that of the Gaussian and what is found above it; NaN of fewer than 40
        rows. With a `GaussianFitWarning` where that is at least 0.1 bits and two standard errors.
    """
    layered = [part for part in (x1, x2, y) if part.ndim == 3]
    layers = len(layered[0]) if layered else 1
    known = np.broadcast_to(np.asarray(gaussian_information, dtype=np.float64), layers)
    rows = y.shape[-2]
    found, method = [], f"not checked: fewer than {LEAST} rows"
    for layer, seed in enumerate(drawn_seeds(random_state, layers)):
        if rows < LEAST:
            found.append(Excess(np.nan, np.nan, np.nan))
            continue
        generator = np.random.default_rng(seed)
        chosen = generator.permutation(rows)[:ROWS]
        parts = [
            to_numpy((part[layer] if part.ndim == 3 else part)[chosen]) for part in (x1, x2, y)
        ]
        excess, method = _looked_at(*parts, generator)
        found.append(excess)
        if rows > ROWS:
            method += f", {ROWS} of {rows} rows"
    bits = np.array([one.bits for one in found])
    errors = np.array([one.standard_error for one in found])
    exceeds = (bits >= MISSING) & (bits > ERRORS * errors)
    if exceeds.any():
        _warn(known, bits, errors, exceeds, layered=bool(layered))
    if layered:
        return Dependence(known + bits, errors, known.copy(), method, exceeds)
    first = float(known[0])
    return Dependence(first + float(bits[0]), float(errors[0]), first, method, bool(exceeds[0]))


def _looked_at(
    x1: np.ndarray, x2: np.ndarray, y: np.ndarray, generator: np.random.Generator
) -> tuple[Excess, str]:
    """What neighbours find above the Gaussian, and how."""
    neighbours = "nearest neighbours (KSG, k = 5)"
    if x1.shape[1] + x2.shape[1] + y.shape[1] <= DIMENSIONS:
        return excess_information(np.hstack([x1, x2]), y, generator), neighbours
    components = components_of(x1, x2)
    halves = np.array_split(np.arange(len(y)), 2)
    found = []
    for here, there in (halves, halves[::-1]):
        guesses = projections(components.of_rows(here), y[here])
        some = here[:CHOOSING]
        by_guess = [
            excess_information(
                components.columns[some] @ guess.of_x, y[some] @ guess.of_y, generator, draws=0
            ).bits
            for guess in guesses
        ]
        best = guesses[int(np.argmax(by_guess))]
        shown = components.columns[there] @ best.of_x, y[there] @ best.of_y
        found.append(excess_information(*shown, generator))
    mean = Excess(
        float(np.mean([one.bits for one in found])),
        float(np.hypot(*(one.standard_error for one in found)) / 2),
        float(np.mean([one.gaussian for one in found])),
    )
    return mean, f"{neighbours} of combinations found on other rows"


def _warn(
    known: np.ndarray,
    bits: np.ndarray,
    errors: np.ndarray,
    exceeds: np.ndarray,
    *,
    layered: bool,
) -> None:
    worst = int(np.argmax(np.where(exceeds, bits, -np.inf)))
    where = (
        f" in {exceeds.sum()} of {len(bits)} layers, most in layer {worst}" if layered else ""
    )
    msg = (
        f"the Gaussian model misses a part of the dependence{where}: nearest neighbours find "
        f"{bits[worst]:.2f} +- {errors[worst]:.2f} bits more of I(X1,X2;Y) than its "
        f"{known[worst]:.2f}. It does not see products of the sources (as XOR has them), squares "
        "and other curves that are not monotone: the atoms are those of the Gaussian part alone, "
        "and S of the others is missing. fourfold.ClassifierPID with target_bins=16 sees them"
    )
    warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
