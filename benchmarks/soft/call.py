# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One decomposition from marginals, called as a user calls it, timed or checked: for processes of their own."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.peers.answer import Answer
    from fourfold import PID

__all__ = ["prepare", "prepare_check", "prepare_each"]

#: Entries of a coupling above which it is not formed.
MOST_ENTRIES = 1 << 24


def prepare(p1y: np.ndarray, p2y: np.ndarray, **options: Any) -> Callable[[], Answer]:
    """Return a call of `fourfold.decompose_marginals` on one thread; it takes the options."""
    from benchmarks.peers.solver_fourfold import answer_of  # noqa: PLC0415  not timed

    return lambda: answer_of(_solved(p1y, p2y, options))


def prepare_each(
    p1y: np.ndarray, p2y: np.ndarray, asked: Sequence[dict[str, Any]]
) -> Callable[[], list[Answer]]:
    """Return a call that solves the same with each of the options."""
    calls = [prepare(p1y, p2y, **options) for options in asked]
    return lambda: [call() for call in calls]


def prepare_check(p1y: np.ndarray, p2y: np.ndarray, **options: Any) -> Callable[[], list[str]]:
    """Return a call that solves the same and says what its dual pair and coupling speak against."""
    from benchmarks.hard.states import (  # noqa: PLC0415  not in a process that is timed
        bounds_again,
        wrong_marginal_states,
    )

    def check() -> list[str]:
        result = _solved(p1y, p2y, options)
        formed = len(p1y) * p2y.size <= MOST_ENTRIES
        again = bounds_again(result, p1y, p2y, coupling=formed)
        return [f"{what}: {detail}" for what, detail in wrong_marginal_states(result, again)]

    return check


def _solved(p1y: np.ndarray, p2y: np.ndarray, options: dict[str, Any]) -> PID:
    import fourfold  # noqa: PLC0415  in the child process only

    with warnings.catch_warnings():
        # it is in the answer
        warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
        # the sources together are said to tell the class: the synergy is of no interest here
        p_y = p1y.sum(axis=0)
        entropy = float(-(p_y * np.log2(p_y)).sum())
        return fourfold.decompose_marginals(p1y, p2y, entropy, num_threads=1, **options)
