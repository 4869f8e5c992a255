# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The solvers that are measured side by side."""

from __future__ import annotations

import dataclasses
import importlib.util
from typing import TYPE_CHECKING

from benchmarks.peers import peer_clarabel, peer_dit, solver_fourfold
from benchmarks.record.child import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.answer import Answer

__all__ = ["SOLVERS", "TOLERANCES", "Solver"]

#: Certified tolerances in bits at which Fourfold is measured.
TOLERANCES = (1e-4, 1e-6)


@dataclasses.dataclass(frozen=True)
class Solver:
    """A solver and how it is measured.

    Attributes
    ----------
    label : str
        Its name in tables.
    prepare : callable
        See `benchmarks.record.child.measure`; takes the table as ``pmf``.
    modules : tuple of str
        What has to be installed.
    plan : Plan
        How often a solve is timed.
    """

    label: str
    prepare: Callable[..., Callable[[], Answer]]
    modules: tuple[str, ...]
    plan: Plan

    def missing(self) -> list[str]:
        """Names of the modules that are not installed."""
        return [name for name in self.modules if importlib.util.find_spec(name) is None]


SOLVERS = {
    "fourfold": Solver(
        label="Fourfold",
        prepare=solver_fourfold.prepare,
        modules=("fourfold",),
        plan=Plan(warmups=1, repeats=3, fast_repeats=15, fast=0.5),
    ),
    "dit": Solver(
        label="dit (cone, ECOS)",
        prepare=peer_dit.prepare,
        modules=("dit", "ecos"),
        plan=Plan(warmups=0, repeats=1, fast_repeats=3, fast=2.0),
    ),
    "clarabel": Solver(
        label="cvxpy + Clarabel",
        prepare=peer_clarabel.prepare,
        modules=("cvxpy", "clarabel"),
        plan=Plan(warmups=0, repeats=1, fast_repeats=3, fast=2.0),
    ),
}
