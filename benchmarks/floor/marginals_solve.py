# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One solve from pairwise marginals, with what the core says of it and a `PID` does not."""

from __future__ import annotations

import dataclasses
import math
import warnings
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

import fourfold
from benchmarks.peers.instances import two_marginals
from fourfold import _core

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MarginalsAnswer", "prepare"]


@dataclasses.dataclass(frozen=True)
class MarginalsAnswer:
    """The union information and the work that it took.

    Attributes
    ----------
    lower, upper : float
        Certified bounds in bits, as the core computed them: a `PID` cuts them to what is
        possible, which would hide that they had crossed.
    information : tuple of float
        I(X1;Y) and I(X2;Y) in bits by their definition.
    gap : float
        Bits.
    converged : bool
    steps, sweeps : int
    warnings : list of str
        Their classes and texts.
    """

    lower: float
    upper: float
    information: tuple[float, float]
    gap: float
    converged: bool
    steps: int
    sweeps: int
    warnings: list[str]


def prepare(
    shape: tuple[int, int, int], seed: int, **options: Any
) -> Callable[[], MarginalsAnswer]:
    """Return a call of `fourfold.decompose_marginals`; for `benchmarks.record.child.measure`.

    Parameters
    ----------
    shape : tuple of int
        K1, K2 and K_Y; marginals by `two_marginals`.
    seed : int
        Seed of the marginals.
    **options
        Of `fourfold.decompose_marginals`.
    """
    p1y, p2y = two_marginals(*shape, seed)
    information = (_information(p1y), _information(p2y))
    solve_one = _core.solve_one

    def solve() -> MarginalsAnswer:
        said: dict[str, Any] = {}

        def listening(*arguments: Any, **more: Any) -> dict[str, Any]:
            out = solve_one(*arguments, **more)
            said.update({
                name: out[name][0] for name in ("lower", "upper", "sweeps")
            })  # fmt: skip
            return out

        with (
            warnings.catch_warnings(record=True) as caught,
            mock.patch.object(_core, "solve_one", listening),
        ):
            warnings.simplefilter("always")
            result = fourfold.decompose_marginals(p1y, p2y, **options)
        numbers = (said["lower"], said["upper"], result.gap)
        if not all(map(math.isfinite, numbers)):
            msg = f"the answer is not finite: {numbers}"
            raise ValueError(msg)
        return MarginalsAnswer(
            lower=float(said["lower"]),
            upper=float(said["upper"]),
            information=information,
            gap=float(result.gap),
            converged=bool(result.converged),
            steps=int(result.iterations),
            sweeps=int(said["sweeps"]),
            warnings=[f"{entry.category.__name__}: {entry.message}" for entry in caught],
        )

    return solve


def _information(joint: np.ndarray) -> float:
    # row by row: a copy of the whole would count in the peak memory
    p_y = joint.sum(axis=0)
    return float(sum(row @ np.log2(row / (row.sum() * p_y)) for row in joint))
