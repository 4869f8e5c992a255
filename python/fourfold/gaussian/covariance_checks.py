# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Covariances that no closed form can take: which block is singular, along which direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.covariance_faults import Fault, first_fault
from fourfold.gaussian.factors import Factors, factor, least_eigenvalue
from fourfold.inputs.device import to_numpy

__all__ = ["OF_COVARIANCE", "OF_SAMPLES", "Remedy", "check", "singular_below"]


class Remedy(NamedTuple):
    """What to do: sentences without their full stop.

    Attributes
    ----------
    singular : str
        About columns of which some combination does not vary.
    told : str
        About a combination of columns that others determine.
    """

    singular: str
    told: str


OF_COVARIANCE = Remedy(
    "Drop one of these columns, or give the covariance of principal components (PCA)",
    "Leave that combination out, or add the variance of the noise that it was measured with",
)
OF_SAMPLES = Remedy(
    "Drop one of these columns, give principal components (sklearn.decomposition.PCA), or ask "
    'for shrinkage="ledoit-wolf"',
    'Leave that combination out, or ask for shrinkage="ledoit-wolf"',
)


def singular_below(dtype: Any) -> float:
    """Share of the variance of a column below which a combination of columns has none.

    1e-10 leaves an error of a few millionths of a bit in numbers of double precision. The numbers
    of single precision that a covariance came in are themselves off by 6e-8.
    """
    return max(1e-10, 16 * float(np.finfo(dtype).eps) if np.dtype(dtype).kind == "f" else 0.0)


def check(
    cov: Any,
    sizes: Sequence[int],
    *,
    given: int = 0,
    names: Sequence[str] | None = None,
    remedy: Remedy = OF_COVARIANCE,
    place: str = "cov",
    least: float = 1e-10,
) -> Factors:
    """The Cholesky factors of covariances that are fit for the closed form.

    Columns are compared in units of their standard deviations, so that their scales are no fault.

    Parameters
    ----------
    cov : ndarray, shape (..., D, D)
        Symmetric and finite; of the columns of the sources, of y, and of `given` columns of t.
    sizes : sequence of int
        Columns of each source, and of y.
    given : int
        Columns of t, which come last.
    names : sequence of str, optional
        Of the D columns; "x1[0]" and so on where there are none.
    remedy : Remedy
        `OF_COVARIANCE` or `OF_SAMPLES`: what the message ends with.
    place : str
        What the message starts with, followed by the index in a batch.
    least : float
        Least eigenvalue of the correlations that is told from zero; see `singular_below`.

    Raises
    ------
    ValueError
        If a column has no variance, a covariance is not positive definite, or is singular or
        nearly so: with the block, its rank, the direction and the remedy.
    """
    try:
        factors = factor(cov)
    except np.linalg.LinAlgError:
        factors = None
    if factors is None:
        suspects = np.ones(cov.shape[:-2], dtype=bool)
    else:
        # a number that is not finite, from entries far beyond any data, is suspect, too
        suspects = ~(to_numpy(least_eigenvalue(factors)) >= least)
        if not suspects.any():
            return factors
    for index in map(tuple, np.argwhere(suspects)):
        fault = first_fault(to_numpy(cov[index]), tuple(sizes), given, names, least)
        if fault is not None:
            shown = f"[{', '.join(map(str, index))}]" if index else ""
            raise ValueError(_message(fault, place + shown, remedy))
    if factors is None:  # rounding on a device may stop where that of the host does not
        fault = Fault(
            "singular", "expected a positive definite matrix; it is singular by rounding"
        )
        raise ValueError(_message(fault, place, remedy))
    return factors


def _message(fault: Fault, where: str, remedy: Remedy) -> str:
    rest = {"singular": f". {remedy.singular}.", "told": f". {remedy.told}."}
    return f"{where}: {fault.words}{rest.get(fault.kind, '')}"
