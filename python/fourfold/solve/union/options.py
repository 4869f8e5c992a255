# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The options of a solve of several sources, and their checks."""

from __future__ import annotations

import dataclasses
from typing import Any

from fourfold.inputs.numbers import check_option, positive_float, positive_int
from fourfold.solve.options import HOST_DEVICE, SolverOptions

__all__ = ["DEFAULT_MAX_ITER", "METHODS", "UnionOptions"]

#: Newton steps after which a solve of three or more sources gives up and returns its bounds.
DEFAULT_MAX_ITER = 1000
#: First-order steps, which large pairs may be solved by, for a Newton step.
_LIGHTER = 20
#: Of three and more sources; the last solves pairs only, for an interval.
METHODS = ("auto", "dense", "working-set", "pairs")


@dataclasses.dataclass(frozen=True, slots=True)
class UnionOptions:
    """See `fourfold.union_information_from_marginals` for what they mean."""

    tol: float
    max_iter: int
    num_threads: int  # 0 for the default
    method: str

    @classmethod
    def checked(
        cls, tol: Any, max_iter: Any, num_threads: Any, method: Any = "auto"
    ) -> UnionOptions:
        """The options, or raise with the name of the one that is wrong."""
        threads = 0 if num_threads is None else positive_int(num_threads, "num_threads")
        return cls(
            positive_float(tol, "tol"),
            positive_int(max_iter, "max_iter", least=0),
            threads,
            check_option(method, "method", METHODS),
        )

    def within(self, times: float) -> UnionOptions:
        """The same to a gap so many times smaller."""
        return self if times == 1 else dataclasses.replace(self, tol=self.tol / times)

    def of_pairs(self) -> SolverOptions:
        """Of two sources, whose solver takes what suits them."""
        return SolverOptions(
            self.tol, _LIGHTER * self.max_iter, "auto", self.num_threads, "float64", HOST_DEVICE
        )
