# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""dit: the cone program of Makkeh et al. (2018) behind `dit.pid.PID_BROJA`, solved by ECOS."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers.answer import Answer, stated_accuracy
from benchmarks.peers.carried import support_size

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["prepare"]

_ATOMS = (((0,), (1,)), ((0,),), ((1,),), ((0, 1),))  # dit's names for R, U1, U2, S


def prepare(pmf: np.ndarray) -> Callable[[], Answer]:
    """Build dit's distribution (not timed) and return the call that decomposes it."""
    import dit  # noqa: PLC0415  in the child process only
    import ecos  # noqa: PLC0415
    from dit.pid import PID_BROJA  # noqa: PLC0415

    warnings.filterwarnings("ignore", message="Sample space has more than 10k elements")
    states = np.argwhere(pmf)
    outcomes = [tuple(state) for state in states.tolist()]
    distribution = dit.Distribution(outcomes, pmf[tuple(states.T)])
    accuracy = stated_accuracy(support_size(pmf))
    reports: list[dict[str, Any]] = []

    # dit does not pass on what its solver said: listen in, or a failed solve looks converged
    ecos_solve = ecos.solve

    def listening(*args: Any, **options: Any) -> Any:
        solution = ecos_solve(*args, **options)
        reports.append(solution["info"])
        return solution

    ecos.solve = listening

    def solve() -> Answer:
        reports.clear()
        pid = PID_BROJA(distribution, [[0], [1]], [2], method="cone")
        info = reports[-1]
        return Answer.around(
            tuple(float(pid.get_pi(atom)) for atom in _ATOMS),
            accuracy,
            converged=int(info["exitFlag"]) == 0,  # ECOS_OPTIMAL
            said={"status": str(info["infostring"]), "iterations": int(info["iter"])},
        )

    return solve
