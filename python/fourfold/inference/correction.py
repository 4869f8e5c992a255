# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A result without the bias of counting, and what the error of that is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from fourfold.results.pid import PID

__all__ = ["Correction", "error_of_bias"]


class Correction(NamedTuple):
    """A result without its bias, and what its error is made of.

    Attributes
    ----------
    result : PID
    ends : ndarray, shape (2, 4) or (4, 4)
        Atoms with the union information at the lower and at the upper end of what it may be; both
        with I(X1,X2;Y) at either end, where that has two.
    removed : ndarray, shape (4,)
        What was subtracted at the upper end, in bits.
    step : ndarray, shape (4,) or None
        Atoms there minus those before they were extrapolated; of the synergy minus that by
        another correction, where that is further off.
    unknown : bool
        Whether nothing is known of the bias: most samples are alone in their cell, or the atoms
        are of no distribution.
    spread : ndarray, shape (4,) or None
        Standard deviation of those of the halves, of which each scatters around the whole as the
        whole does around the population.
    """

    result: PID
    ends: np.ndarray
    removed: np.ndarray
    step: np.ndarray | None
    unknown: bool
    spread: np.ndarray | None = None

    @property
    def error(self) -> np.ndarray:
        """Standard error of what was subtracted, (4,), in bits."""
        return error_of_bias(self.removed, self.step)


def error_of_bias(removed: np.ndarray, step: np.ndarray | None) -> np.ndarray:
    """Standard error in bits of what was subtracted from atoms, (4,).

    An eighth of it, or the last step that it took or that another correction would take, whichever
    is larger: as large as what is left of the bias in docs/decisions/bias-correction.md. Where no
    step is known, a third.
    """
    error: np.ndarray = (
        np.abs(removed) / 3 if step is None else np.maximum(np.abs(removed) / 8, np.abs(step))
    )
    return error
