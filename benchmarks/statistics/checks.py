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
    from collections.abc import Iterator, Sequence


__all__ = ["quiet", "wrong_interval", "wrong_pvalue", "wrong_result", "wrong_sum"]

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


def wrong_sum(atoms: Sequence[float], mi_joint: float) -> Iterator[str]:
    """Atoms are finite and add up to I(X1,X2;Y)."""
    if not all(map(math.isfinite, atoms)):
        yield f"not finite: {tuple(atoms)}"
        return
    off = abs(math.fsum(atoms) - mi_joint)
    if not off <= ROUNDING:
        yield f"the atoms add up to something {off:.2e} bits off I(X1,X2;Y)"


def wrong_result(result: PID) -> Iterator[str]:
    """Of one estimate."""
    yield from wrong_sum(result.atoms, result.mi_joint)
    if not result.converged:
        yield f"not converged: gap {result.gap:.2e}"
    if result.bias_correction == "none" and not min(result.atoms) >= -ROUNDING:
        yield f"negative plug-in atom: {min(result.atoms):.2e}"


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
    """A p-value is a whole number of steps of 1 / (1 + permutations), at least one."""
    steps = pvalue * (1 + permutations)
    if not (1 - ROUNDING <= steps <= 1 + permutations + ROUNDING) or not math.isclose(
        steps, round(steps), abs_tol=1e-6
    ):
        yield f"p-value {pvalue!r} of {name} from {permutations} permutations"
