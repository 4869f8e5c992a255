# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the four informations: soft, held-out, shrunk and extrapolated."""

from __future__ import annotations

import numpy as np

from fourfold.results.atoms import Atoms, Information, atoms_of
from fourfold.results.posterior_pid import Informations

__all__ = ["atom_terms", "extrapolated", "read", "shrunk"]


def read(found: Informations) -> Atoms:
    """The formula of the atoms, nothing clipped."""
    return atoms_of(Information(*found[:3]), found.union_information)


def atom_terms(terms: np.ndarray) -> np.ndarray:
    """Bits of each row (N, 4) whose means are the atoms of the means of its informations (N, 4)."""
    *informations, union = terms.T
    return np.stack(atoms_of(Information(*informations), union), axis=1)


def shrunk(found: Informations, error: float) -> Atoms:
    """The atoms with I1 - I2 shrunk towards 0 (positive-part Stein), v* - max(I1, I2) kept.

    Where both sources are equally good the noise of I1 - I2 alone makes a unique information;
    `error` is its standard error.
    """
    difference, mean = found.mi1 - found.mi2, (found.mi1 + found.mi2) / 2
    above = found.union_information - max(found.mi1, found.mi2)
    if difference != 0:
        difference *= max(0.0, 1 - (error / difference) ** 2)
    mi1, mi2 = mean + difference / 2, mean - difference / 2
    return read(Informations(mi1, mi2, found.mi_joint, max(mi1, mi2) + above))


def extrapolated(full: Informations, half: Informations) -> Atoms:
    """The atoms at infinitely many rows if what classifiers lose falls like 1/N; no bound."""
    grown = [
        float(np.maximum(one, 2 * one - other)) for one, other in zip(full, half, strict=True)
    ]
    mi1, mi2, mi_joint, union = grown
    return read(Informations(mi1, mi2, mi_joint, max(union, mi1, mi2)))
