# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The four atoms, and numbers beside them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["Atoms", "Information", "SamplesPerCell", "Value", "atoms_of", "python_scalar"]

Value = Any  # a float for one problem, an array with the batch shape for a batch


class Atoms(NamedTuple):
    """One number for each of the four parts of I(X1,X2;Y).

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : float or ndarray
        In the order R, U1, U2, S; arrays for a batch.
    """

    redundancy: Value
    unique1: Value
    unique2: Value
    synergy: Value


class SamplesPerCell(NamedTuple):
    """How many samples there are for each cell of the K1 x K2 x K_Y table.

    Attributes
    ----------
    occupied : float or ndarray
        Per cell that has samples; NaN where only pairwise marginals are known.
    total : float or ndarray
        Per cell, N / (K1 K2 K_Y).
    """

    occupied: Value
    total: Value


def python_scalar(value: Any) -> Any:
    """A number of Python for an array without axes, of the host or of a device."""
    return value.item() if np.ndim(value) == 0 and hasattr(value, "item") else value


class Information(NamedTuple):
    """I(X1;Y), I(X2;Y) and I(X1,X2;Y) in bits; floats, or arrays of a batch's shape."""

    mi1: Any
    mi2: Any
    mi_joint: Any


def atoms_of(information: Information, union: Any) -> Atoms:
    """The atoms of I(X1;Y), I(X2;Y), I(X1,X2;Y) and the union information; also of biases."""
    mi1, mi2, mi_joint = information
    return Atoms(mi1 + mi2 - union, union - mi2, union - mi1, mi_joint - union)
