# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The four atoms of I(X1,X2;Y): the formula, its bounds, and numbers beside them.

With v* the union information, the least I_q(X1,X2;Y) over all q that keep p(x1,y) and p(x2,y)
(Bertschinger, Rauh, Olbrich, Jost, Ay 2014)::

    R = I(X1;Y) + I(X2;Y) - v*    U1 = v* - I(X2;Y)    U2 = v* - I(X1;Y)    S = I(X1,X2;Y) - v*
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.results.equal import by_value

__all__ = [
    "ROUNDING",
    "Atoms",
    "Information",
    "SamplesPerCell",
    "Value",
    "atoms_of",
    "bounded",
    "choose",
    "information_of",
    "python_scalar",
]

#: Information and differences of it below this are rounding (bits).
ROUNDING = 1e-9

Value = Any  # a float for one problem, an array with the batch shape for a batch


@by_value
class Atoms(NamedTuple):
    """One number for each of the four parts of I(X1,X2;Y).

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : float or ndarray
        In the order R, U1, U2, S, in bits unless it is said otherwise; arrays for a batch.

    See Also
    --------
    PID.atoms : Those of a decomposition.
    PID.fractions : The same without unit.
    Informations : What these are differences of.

    Examples
    --------
    >>> import fourfold as ff
    >>> redundancy, unique1, unique2, synergy = ff.decompose(ff.gates.AND.pmf).atoms
    >>> round(redundancy, 4), round(synergy, 4)
    (0.3113, 0.5)
    """

    redundancy: Value
    unique1: Value
    unique2: Value
    synergy: Value


class Information(NamedTuple):
    """I(X1;Y), I(X2;Y) and I(X1,X2;Y) in bits; floats, or arrays of a batch's shape."""

    mi1: Any
    mi2: Any
    mi_joint: Any


def information_of(result: Any) -> Information:
    """The three informations of a `PID`."""
    return Information(result.mi1, result.mi2, result.mi_joint)


def atoms_of(information: Information, union: Any) -> Atoms:
    """The atoms of I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*; also of their biases."""
    mi1, mi2, mi_joint = information
    return Atoms(mi1 + mi2 - union, union - mi2, union - mi1, mi_joint - union)


def bounded(information: Information, lower: Any, upper: Any) -> tuple[Information, Any, Any]:
    """What is known of v* by the solver's bounds and by what no atom can be: negative.

    With the informations come the upper end of the interval around v*, and its width.
    max(I1, I2) <= v* <= min(I1 + I2, I12); where I12 is below max(I1, I2) by rounding, it is
    that. An I12 that is not known, NaN, stays so and bounds nothing.
    """
    mi1, mi2, mi_joint = information
    # one table is numbers of Python, for which NumPy is slow; both keep what is not known
    larger, smaller = (max, min) if isinstance(mi1, float) else (np.maximum, np.fmin)
    at_least = larger(mi1, mi2)
    mi_joint = larger(mi_joint, at_least)
    upper = larger(smaller(smaller(upper, mi1 + mi2), mi_joint), at_least)
    lower = smaller(larger(lower, at_least), upper)
    return Information(mi1, mi2, mi_joint), upper, upper - lower


@by_value
class SamplesPerCell(NamedTuple):
    """How many samples there are for each cell of the K1 x K2 x K_Y table.

    Attributes
    ----------
    occupied : float or ndarray
        Per cell that has samples; NaN where only pairwise marginals are known.
    total : float or ndarray
        Per cell, N / (K1 K2 K_Y).

    See Also
    --------
    PID : Has it as `samples_per_cell`.
    UndersampledWarning : Given where there are too few.

    Examples
    --------
    >>> import fourfold as ff
    >>> result = ff.pid([0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 0, 0, 1] * 10)
    >>> result.samples_per_cell
    SamplesPerCell(occupied=10.0, total=5.0)
    """

    occupied: Value
    total: Value


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """`numpy.where`, which for single numbers takes twenty times as long as this."""
    if isinstance(condition, (bool, np.bool_)):
        return yes if condition else no
    return np.where(condition, yes, no)


def python_scalar(value: Any) -> Any:
    """A number of Python for an array without axes, of the host or of a device."""
    if isinstance(value, np.generic):
        return value.item()
    return value.item() if hasattr(value, "item") and np.ndim(value) == 0 else value
