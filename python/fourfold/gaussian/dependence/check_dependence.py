# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether sources and target depend on each other more than a Gaussian copula has it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.dependence.components import components_of
from fourfold.gaussian.dependence.excess import Excess, excess_information, excess_of_ranks
from fourfold.gaussian.dependence.projections import projections
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.inputs.device import array_module, to_numpy
from fourfold.inputs.random_state import drawn_seeds
from fourfold.results.gaussian_pid import Dependence
from fourfold.results.words import decimals
from fourfold.runtime.caller import caller_depth

__all__ = ["check_dependence"]

#: Rows that are looked at, of one layer and of each of many: of more a part that is drawn. Errors
#: are then .02 and .03 bits. Of fewer than the least nothing is said.
ROWS, ROWS_OF_LAYERS, LEAST = 3000, 1500, 40
#: Columns in all that are looked at as they are: of four, combinations show what there is in fewer
#: rows already.
COLUMNS = 3
#: Rows on which one of the projections is chosen.
CHOOSING = 1000
#: Bits, and standard errors, that have to be missing before it is said.
MISSING, ERRORS = 0.1, 2.0


def check_dependence(
    x1: Any,
    x2: Any,
    y: Any,
    gaussian_information: Any,
    *,
    copula: bool = True,
    random_state: Any = 0,
) -> Dependence:
    """Compare I(X1,X2;Y) of a Gaussian with what nearest neighbours find, and warn.

    Three columns as they are, by the estimator of Kraskov, Stoegbauer and Grassberger, k = 5; more
    by the same of up to three combinations of the sources and one of the target, which are found
    on one half of the rows and looked at on the other, and the other way round. What neighbours
    find above the Gaussian is compared with what they find of Gaussian rows of the same
    correlations. Rows are taken for independent draws: those of a time series are not, and what
    they repeat is found as dependence.

    Parameters
    ----------
    x1, x2, y : ndarray, shapes (N, d1), (N, d2), (N, d_y), or with layers in front
        Normal scores, or what is left of these given others; of NumPy or CuPy. Without `copula`
        the columns themselves.
    gaussian_information : float, or ndarray of shape (L,)
        I(X1,X2;Y) of the Gaussian, of each layer, in bits.
    copula : bool
        Whether that is of normal scores; what ranks tell beside it counts as found otherwise.
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
    most = ROWS if layers == 1 else ROWS_OF_LAYERS
    found: list[Excess] = []
    method = f"not checked: fewer than {LEAST} rows"
    for layer, seed in enumerate(drawn_seeds(random_state, layers)):
        if rows < LEAST:
            found.append(Excess(np.nan, np.nan))
            continue
        generator = np.random.default_rng(seed)
        chosen = generator.permutation(rows)[:most]
        parts = [
            to_numpy(
                (part[layer] if part.ndim == 3 else part)[array_module(part).asarray(chosen)]
            )
            for part in (x1, x2, y)
        ]
        of_ranks = Excess(0.0, 0.0)
        if not copula:
            parts, raw = [normal_scores(part).values for part in parts], parts
            of_ranks = excess_of_ranks(np.hstack(raw), np.hstack(parts), raw[2].shape[1])
        excess, method = _looked_at(parts[0], parts[1], parts[2], generator)
        error = float(np.hypot(excess.standard_error, of_ranks.standard_error))
        found.append(Excess(excess.bits + of_ranks.bits, error))
    if LEAST <= most < rows:
        method += f", of {most:,} of {rows:,} rows"
    bits = np.array([one.bits for one in found])
    errors = np.array([one.standard_error for one in found])
    exceeds = (bits >= MISSING) & (bits > ERRORS * errors)
    if exceeds.any():
        _warn(known, bits, errors, exceeds, layered=bool(layered), copula=copula)
    if layered:
        return Dependence(known + bits, errors, known.copy(), method, exceeds)
    first = float(known[0])
    return Dependence(first + float(bits[0]), float(errors[0]), first, method, bool(exceeds[0]))


def _looked_at(
    x1: np.ndarray, x2: np.ndarray, y: np.ndarray, generator: np.random.Generator
) -> tuple[Excess, str]:
    """What neighbours find above the Gaussian, and how."""
    neighbours = "KSG (k = 5 nearest neighbours)"
    if x1.shape[1] + x2.shape[1] + y.shape[1] <= COLUMNS:
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
    first, second = found
    error = float(np.hypot(first.standard_error, second.standard_error) / 2)
    mean = Excess((first.bits + second.bits) / 2, error)
    return mean, f"{neighbours} in combinations found on other rows"


def _warn(
    known: np.ndarray,
    bits: np.ndarray,
    errors: np.ndarray,
    exceeds: np.ndarray,
    *,
    layered: bool,
    copula: bool,
) -> None:
    worst = int(np.argmax(np.where(exceeds, bits, -np.inf)))
    found = "more bits of I(X1,X2;Y) than it has: see result.dependence"
    where = ""
    if layered:  # else no numbers, so that Python shows a loop over pairs once
        where = f" in {exceeds.sum()} of {len(bits)} layers, most in layer {worst}"
        found = (
            f"{bits[worst]:.2f} +- {errors[worst]:.2f} bits more of I(X1,X2;Y) than its "
            f"{decimals(known[worst], 2)}"
        )
    msg = (
        f"the Gaussian model misses a part of the dependence{where}: nearest neighbours find {found}. "
        "It does not see products of the sources (as XOR has them), squares and other curves that are "
        "not monotone: the atoms are those of the Gaussian part alone, S first. fourfold.ClassifierPID with target_bins=16 sees the others"
    )
    if not copula:
        msg += "; copula=True sees curves of single columns"
    warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
