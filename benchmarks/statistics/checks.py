# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What must hold of every result before it counts; the reasons if it does not."""

from __future__ import annotations

import contextlib
import math
import warnings
from typing import TYPE_CHECKING

import fourfold
from fourfold import PID
from fourfold.runtime.progress import silent_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["quiet", "wrong_interval", "wrong_plug_in", "wrong_pvalue", "wrong_result"]

#: What rounding may do to a sum of four atoms, in bits.
ROUNDING = 1e-9


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings that samples of this study are expected to give, and without bars.

    Results that did not converge are found by `wrong_result`.
    """
    with warnings.catch_warnings(), silent_progress():
        warnings.simplefilter("ignore", fourfold.UndersampledWarning)
        warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
        yield


def wrong_result(result: PID) -> Iterator[str]:
    """Of one estimate: atoms are finite and add up to I(X1,X2;Y), and plug-in ones are none less."""
    if not all(map(math.isfinite, result.atoms)):
        yield f"not finite: {tuple(result.atoms)}"
        return
    off = abs(math.fsum(result.atoms) - result.mi_joint)
    if not off <= ROUNDING:
        yield f"the atoms add up to something {off:.2e} bits off I(X1,X2;Y)"
    if not result.converged:
        yield f"not converged: gap {result.gap:.2e}"
    if result.bias_correction == "none" and not min(result.atoms) >= -ROUNDING:
        yield f"negative plug-in atom: {min(result.atoms):.2e}"


def wrong_plug_in(result: PID, plain: PID) -> Iterator[str]:
    """A corrected result keeps the atoms of the result that is not."""
    assert result.plug_in is not None
    off = max(abs(kept - atom) for kept, atom in zip(result.plug_in, plain.atoms, strict=True))
    if not off <= result.gap + plain.gap + ROUNDING:
        yield f"plug-in atoms {off:.2e} bits off those of the frequencies"


def wrong_interval(result: PID) -> Iterator[str]:
    """The interval contains its estimate, and shares of unique information their bounds."""
    interval = result.confidence_interval
    if interval is None:
        yield "no interval"
        return
    for low, value, high in zip(interval.low, interval.estimate, interval.high, strict=True):
        if not low <= value <= high:
            yield f"interval {low!r}, {high!r} without its estimate {value!r}"
    for low, high in interval.contributions:
        if not 0.0 <= low <= high <= 1.0:
            yield f"interval {low!r}, {high!r} of a contribution"


def wrong_pvalue(name: str, pvalue: float, permutations: int) -> Iterator[str]:
    """A p-value is a whole number of steps of 1 / (1 + permutations), at least one.

    That of the synergy may be of its standard error, and any number above zero.
    """
    steps = pvalue * (1 + permutations)
    stepped = name == "synergy" or math.isclose(steps, round(steps), abs_tol=1e-6)
    least = 0.0 if name == "synergy" else 1 - ROUNDING
    if not (least <= steps <= 1 + permutations + ROUNDING) or not stepped:
        yield f"p-value {pvalue!r} of {name} from {permutations} permutations"
