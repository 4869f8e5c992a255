# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources as uncorrelated components, made without the target, so of all rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import block_diag
from scipy.special import ndtri

__all__ = ["Components", "components_of", "whitening"]

#: At most so many of a source, and of both, and one for so many rows.
COMPONENTS, ROWS_EACH = 192, 12
#: Bins, as many rows in each, of columns that are looked at one by one.
BINS = 8
SINGLE = 2 * COMPONENTS


class Components(NamedTuple):
    """Of normal scores of both sources.

    Attributes
    ----------
    columns : ndarray, shape (N, d)
        The scores, x2 behind x1.
    a, b : ndarray, shapes (N, k1) and (N, k2)
        Principal components of x1 and of x2, of variance 1.
    of_each : ndarray, shape (d, k1 + k2)
        What makes these of the columns.
    z : ndarray, shape (N, k)
        Principal components of a and b together, of variance 1.
    of_both : ndarray, shape (d, k)
        What makes these of the columns.
    single, of_single : ndarray, shapes (N, m) and (d, m)
        The bin of each row in the columns, or of many in the components of both, and what makes
        the columns of columns.
    """

    columns: np.ndarray
    a: np.ndarray
    b: np.ndarray
    of_each: np.ndarray
    z: np.ndarray
    of_both: np.ndarray
    single: np.ndarray
    of_single: np.ndarray

    def of_rows(self, rows: np.ndarray) -> Components:
        """The same of some rows."""
        columns, a, b, z, single = (
            part[rows] for part in (self.columns, self.a, self.b, self.z, self.single)
        )
        return Components(columns, a, b, self.of_each, z, self.of_both, single, self.of_single)


def components_of(x1: np.ndarray, x2: np.ndarray) -> Components:
    """Of normal scores (N, d1) and (N, d2)."""
    columns = np.hstack([x1, x2])
    maps = [whitening(x) for x in (x1, x2)]
    of_each = block_diag(*maps)
    each = columns @ of_each
    last = whitening(each)
    of_both, z = of_each @ last, each @ last
    width = columns.shape[1]
    values, of_single = (columns, np.eye(width)) if width <= SINGLE else (z, of_both)
    bins = np.searchsorted(ndtri(np.arange(1, BINS) / BINS), values)
    split = maps[0].shape[1]
    return Components(
        columns, each[:, :split], each[:, split:], of_each, z, of_both, bins, of_single
    )


def whitening(x: np.ndarray) -> np.ndarray:
    """What makes principal components of variance 1 of columns, largest first: (d, k)."""
    centred = x - x.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(x))
    number = min(COMPONENTS, len(x) // ROWS_EACH, int((values > 1e-6 * values[-1]).sum()))
    found: np.ndarray = (vectors[:, ::-1] / np.sqrt(np.abs(values[::-1])))[:, : max(1, number)]
    return found
