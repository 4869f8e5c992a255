# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals of the embeddings' atoms, from what twice the rows taught classifiers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from fourfold.posteriors.comparison import training
from fourfold.posteriors.held_out import Rows
from fourfold.posteriors.readings import atom_terms
from fourfold.results.atoms import Atoms
from fourfold.results.confidence_interval import ConfidenceInterval

if TYPE_CHECKING:
    from fourfold.posteriors.held_out import Means
    from fourfold.results.posterior_pid import PosteriorPID

__all__ = ["decoded_interval", "interval_of_terms"]

#: What classifiers miss, in learning gaps: nothing, and all of it if it falls like N^-1/2.
MISSED = (0.0, 1 / (math.sqrt(2) - 1))


def decoded_interval(
    full: PosteriorPID, half: PosteriorPID, estimate: Atoms
) -> ConfidenceInterval | None:
    """Of the embeddings' atoms, if what classifiers miss falls like N^-1/2 or faster.

    Each atom is taken with the held-out informations as they are and with 2.41 learning gaps
    added, and with v* as labels confirm it and as the posteriors have it: where both sources are
    alike the first is too small and the second too large. The interval goes from the lowest of
    these four to the highest, z standard errors further, which training widens as in `compare`,
    within zero and the outer bounds. No synergy found is not none there: S then goes up to its
    bound.

    Parameters
    ----------
    full, half : PosteriorPID
        Of all rows, by classifiers fitted to all of them and to half of them.
    estimate : Atoms
        With what classifiers miss added, if it falls like 1/N.

    Returns
    -------
    ConfidenceInterval or None
        None where nothing is bounded, as of rows that repeat between folds, or too few of them.
    """
    rows = Rows(full.row_weights, full.row_groups)
    return interval_of_terms(full, estimate, rows, full.row_terms, half.row_terms)


def interval_of_terms(
    full: PosteriorPID, estimate: Atoms, rows: Means, held: np.ndarray, of_half: np.ndarray
) -> ConfidenceInterval | None:
    """The same, of terms (N, 4) of both as `rows` take them."""
    bounds = full.outer_bounds
    if math.isnan(bounds.redundancy):
        return None
    soft, confirmed, _ = full.information
    kink = soft.union_information - confirmed.union_information
    learned = held - of_half
    learned = np.where(rows.mean(learned) > 0, learned, 0.0)
    # on its bound an atom has no slope, as U2 where v* = I1, and scatters as I1 - I2 all the same
    least = np.array([0, 1, 1, 0]) * rows.error(held[:, 0] - held[:, 1])
    found, errors = [], []
    for gaps in MISSED:
        terms = atom_terms(held + gaps * learned)
        found += [rows.mean(terms), rows.mean(terms) + kink * np.array([-1, 1, 1, -1])]
        errors += [training(full) * np.maximum(rows.error(terms), least)] * 2
    ends, level = np.array(found), bounds.confidence_level
    further = stdtrit(rows.independent - 1, 0.5 + level / 2) * np.array(errors)
    low, high = np.maximum((ends - further).min(0), 0), np.maximum((ends + further).max(0), 0)
    if low[3] <= 0:
        high[3] = bounds.synergy
    low[0] = max(low[0], bounds.redundancy)
    high[1:] = np.minimum(high[1:], bounds[1:4])
    low, high = np.minimum(low, high), np.maximum(low, high)
    return ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*high.tolist()),
        contributions=(_share(low, high, 1, 2), _share(low, high, 2, 1)),
        confidence_level=level,
        estimate=estimate,
        method="decoded",
        bias_error=Atoms(*(np.ptp(ends, axis=0) / 2).tolist()),
        kink=max(float(kink), 0.0),
        drift=None,
        replicates=np.empty((0, 4)),
        scatter=None,
    )


def _share(low: np.ndarray, high: np.ndarray, one: int, other: int) -> tuple[float, float]:
    """What atom `one` may be of both together."""
    least, most = low[one] + high[other], high[one] + low[other]
    return (
        float(low[one] / least) if least > 0 else 0.0,
        float(high[one] / most) if most > 0 else 1.0,
    )
