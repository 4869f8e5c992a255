# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Targets with classes that are too rare to be cross-fitted, or with one class only."""

from __future__ import annotations

import numpy as np

from fourfold.posteriors.folds import FOLDS
from fourfold.results.atoms import Atoms
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.posterior_pid import InformationReadings, Informations, PosteriorPID

__all__ = ["nothing_told", "rare_merged"]


def rare_merged(
    codes: np.ndarray, cv: int | None, groups: np.ndarray | None = None
) -> np.ndarray:
    """Classes 0 to K-1 of the rows, those of fewer rows than there are folds as one class.

    So are classes whose rows are all of one group. Where what is merged has too few rows or groups
    still, the smallest other class joins it. `cv` is that of the estimator.
    """
    least = cv or FOLDS
    codes = np.unique(codes, return_inverse=True)[1]
    counts = np.bincount(codes)
    rare = counts < least
    if groups is not None:
        pairs = np.unique(np.stack([codes, groups]), axis=1)
        rare |= np.bincount(pairs[0]) < 2
    order = np.lexsort((counts, ~rare))
    number = int(rare.sum())
    if number == 0:
        return codes
    while number < len(counts) and not _enough(np.isin(codes, order[:number]), least, groups):
        number += 1
    merged = np.isin(codes, order[:number])
    found: np.ndarray = np.unique(
        np.where(merged, order[:number].min(), codes), return_inverse=True
    )[1]
    return found


def _enough(rows: np.ndarray, least: int, groups: np.ndarray | None) -> bool:
    """Whether these rows can be shared out among the folds."""
    several = groups is None or len(np.unique(groups[rows])) > 1
    return bool(rows.sum() >= least) and several


def nothing_told(n: int, confidence_level: float) -> PosteriorPID:
    """The result for a target of one class, of which no source tells anything."""
    nothing = Informations(0.0, 0.0, 0.0, 0.0)
    atoms = Atoms(0.0, 0.0, 0.0, 0.0)
    return PosteriorPID(
        *atoms,
        mi_joint=0.0,
        mi1=0.0,
        mi2=0.0,
        gap=0.0,
        converged=True,
        iterations=0,
        n_samples=n,
        entropy=0.0,
        information=InformationReadings(nothing, nothing, nothing),
        calibration_gap=nothing,
        merging_loss=(0.0, 0.0),
        union_bounds=(0.0, 0.0),
        readings=dict.fromkeys(("soft", "cross_fitted", "shrunk"), atoms),
        standard_error=atoms,
        outer_bounds=OuterBounds(0.0, 0.0, 0.0, 0.0, confidence_level),
        chosen={"x1": {}, "x2": {}, "joint": {}},
        states1=np.zeros(n, dtype=np.int64),
        states2=np.zeros(n, dtype=np.int64),
        row_terms=np.zeros((n, 4)),
        row_weights=np.full(n, 1 / n),
    )
