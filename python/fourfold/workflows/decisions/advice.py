# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How much masked answers contradict the joint ones, and what to do then."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fourfold.exceptions import ProjectionWarning
from fourfold.runtime.caller import caller_depth
from fourfold.workflows.decisions.decisions import ROUNDING

if TYPE_CHECKING:
    from fourfold.workflows.decisions.decisions import Consistency

__all__ = ["INSTEAD", "SMALL", "advice", "inconsistency", "warn_of_contradiction"]

#: Shares of I(X1,X2;Y) up to which an inconsistency is small, and middling.
SMALL, MIDDLING = 0.1, 0.2
#: The share of it, or bits, below which there is no reason to warn.
NEGLIGIBLE = 0.01

INSTEAD = (
    "fourfold.pid(x1, x2, p_joint) of labels or clusters of the inputs, ClassifierPID of embeddings and "
    "recombined_pid of the model itself need no masked answers"
)


def inconsistency(consistency: Consistency) -> float:
    """The largest of what is wrong with the masked answers, in bits.

    The corrections; how far they are from the true marginals of the joint answers, where states are
    known; and their overconfidence, which true ones have not, of either sign. A divergence is of second
    order in what is wrong and information of the first: of answers that are .83 sure where .9 is right
    the divergence is .03 bits, and what they tell .19 too little.
    """
    of = consistency
    return max(
        of.correction1,
        of.correction2,
        of.state_divergence1 or 0.0,
        of.state_divergence2 or 0.0,
        abs(of.overconfidence1),
        abs(of.overconfidence2),
    )


def advice(size: float, information: float) -> str:
    """What to do about an inconsistency, given I(X1,X2;Y); both in bits."""
    most = SMALL * information
    what = f"The masked answers contradict the joint ones by {size:.2g} bits"
    of = f"I(X1,X2;Y) = {information:.2g}"
    if size <= ROUNDING:
        return "The masked answers do not contradict the joint ones"
    if size <= most:
        return f"{what}, little beside {of}: on_inconsistent='project' will do"
    if size <= MIDDLING * information:
        return (
            f"{what}, a good part of {of}, and projected atoms may be off by as much; read "
            "outer_bounds, and posterior_pid(p_given_1, p_given_2, p_joint, p_joint), which recalibrates them"
        )
    return f"{what}, much beside {of}: do not read the projected atoms. {INSTEAD}"


def warn_of_contradiction(
    consistency: Consistency, information: float, atoms: Sequence[float]
) -> None:
    """Warn where what the projection changed is no small part of what it found, or should have been."""
    most, size = (
        max(consistency.correction1, consistency.correction2),
        inconsistency(consistency),
    )
    small = min(atoms)
    changed = (
        f"p_given_1, p_given_2: the projection changed them by {consistency.correction1:.3g} and "
        f"{consistency.correction2:.3g} bits, more than"
    )
    if most > SMALL * information and most > ROUNDING:
        msg = (
            f"{changed} a tenth of I(X1,X2;Y) = {information:.3g}: the atoms are about the projection. "
            f"{advice(size, information)}"
        )
    elif size > max(MIDDLING * information, NEGLIGIBLE):
        msg = (
            "p_given_1, p_given_2: their means are near that of p_joint, but state by state they "
            "contradict it. "
            f"{advice(size, information)}"
        )
    elif most > max(NEGLIGIBLE * information, small):
        msg = f"{changed} the smallest atom, {small:.3g}: atoms below that are not known"
    else:
        return
    warnings.warn(msg, ProjectionWarning, stacklevel=caller_depth())
