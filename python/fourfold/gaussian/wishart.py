# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Scatters as other samples of a fitted Gaussian would have them; no samples are made."""

from __future__ import annotations

import numpy as np

from fourfold.gaussian.scatters import Scatters

__all__ = ["wishart_draws"]


def wishart_draws(
    covariance: np.ndarray,
    degrees: np.ndarray,
    sizes: tuple[int, int, int],
    n_draws: int,
    generator: np.random.Generator,
) -> Scatters:
    """Draws (n_draws, ..., F, D, D) of folds with these degrees of freedom, by Bartlett (1933).

    With L the Cholesky factor of `covariance` (..., D, D) a draw is L A A' L', where A is lower
    triangular with normal entries and the roots of chi-squares with `degrees` - 0, 1, ... degrees
    of freedom on its diagonal. A fold with fewer degrees than D is made of as many normal rows.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where `covariance` is not positive definite.
    """
    factor = np.linalg.cholesky(covariance)
    batch, size = factor.shape[:-2], factor.shape[-1]
    scatter = np.empty((n_draws, *batch, len(degrees), size, size))
    for fold, number in enumerate(degrees.tolist()):
        if number < size:
            drawn = generator.standard_normal((n_draws, *batch, size, number))
        else:
            drawn = np.tril(generator.standard_normal((n_draws, *batch, size, size)), -1)
            chi_square = generator.chisquare(
                number - np.arange(size), size=(n_draws, *batch, size)
            )
            drawn[..., range(size), range(size)] = np.sqrt(chi_square)
        turned = factor @ drawn
        scatter[..., fold, :, :] = turned @ turned.swapaxes(-1, -2)
    return Scatters(scatter, degrees, sizes)
