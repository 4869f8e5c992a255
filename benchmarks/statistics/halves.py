# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The intervals of version 0.1.0, from random halves: what the present ones are beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri

from fourfold.results.confidence_interval import Scatter

if TYPE_CHECKING:
    from fourfold import PID

__all__ = ["Ends", "former_interval"]

#: Standard error of an estimated bias, as a share of it.
BIAS_ERROR = 1 / 3
#: An atom below this is zero, as the solver's gap has it, in bits.
NO_ATOM = 1e-4


class Ends(NamedTuple):
    """Of the intervals of the four atoms, in bits."""

    low: np.ndarray
    high: np.ndarray

    @property
    def half_width(self) -> np.ndarray:
        """Half of their widths."""
        return (self.high - self.low) / 2


def former_interval(result: PID) -> Ends:
    """Of a result with `n_resamples`: around the upper end of the union information, the scatter
    of halves and a third of the bias."""
    interval, plug_in = result.confidence_interval, np.array(result.plug_in)
    assert interval is not None
    assert isinstance(interval.scatter, Scatter)
    scatter = interval.scatter
    error = np.hypot(
        np.sqrt(scatter.covariance.diagonal()), BIAS_ERROR * np.abs(scatter.removed)
    )
    half_width = ndtri(0.5 + interval.confidence_level / 2) * error
    centre = scatter.ends[1]
    high = np.maximum(centre + half_width, 0.0)
    uncertain = plug_in <= NO_ATOM
    if result.undersampled:
        uncertain, high = np.full(4, True), np.maximum(high, plug_in)
    low = centre - half_width
    return Ends(np.where(uncertain, np.minimum(low, 0.0), low), high)
