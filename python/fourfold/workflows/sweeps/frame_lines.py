# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The numbers of sweeps as lines of their frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.frame import Line
from fourfold.results.gaussian_pid import ZeroPValues
from fourfold.results.pid_lines import bound_lines, tuple_lines

__all__ = ["sweep_lines"]


def sweep_lines(sweep: Any) -> list[Line]:
    """Means over the seeds with what is known of them; certified bounds are means, too."""
    states = {
        "converged": np.array([all(one.converged for one in each) for each in sweep.results]),
        "undersampled": sweep.undersampled,
    }
    of_kind = sweep.gaussian if sweep.gaussian is not None else sweep.decoded
    # of classifiers the error is of another reading than the atoms
    error = None if sweep.decoded is not None or of_kind is None else of_kind.standard_error
    atoms = tuple_lines(
        "atom",
        value=sweep.atoms,
        lower=_mean_over_seeds(sweep, "lower"),
        upper=_mean_over_seeds(sweep, "upper"),
        bias=sweep.bias,
        low=sweep.low,
        high=sweep.high,
        standard_error=error,
        plug_in=sweep.plug_in,
    )
    tests = (
        {}
        if sweep.gaussian is None
        else dict(zip(ZeroPValues._fields, sweep.gaussian.pvalues.T, strict=True))
    )
    lines = []
    for line in atoms:
        tested = {"pvalue": tests[line.atom]} if line.atom in tests else {}
        lines.append(line._replace(numbers={**line.numbers, **states, **tested}))
    lines.append(Line("information", "mi_joint", {"value": sweep.mi_joint, **states}))
    for k, name in enumerate(("unique1", "unique2")):
        spans = sweep.contribution_intervals
        ends = {} if spans is None else {"low": spans[:, k, 0], "high": spans[:, k, 1]}
        lines.append(Line("contribution", name, {"value": sweep.contributions[:, k], **ends}))
    if sweep.decoded is not None:
        lines += tuple_lines("held_out", value=sweep.decoded.held_out)
        lines += bound_lines(sweep.decoded.outer_bounds)
    if sweep.gaussian is not None:
        lines += [
            Line("information", name, {"value": getattr(of_kind, name)})
            for name in ("mi1", "mi2")
        ]
        pairs = zip(("unique1", "unique2"), of_kind.unique_cross_fitted, strict=True)
        lines += [Line("cross_fitted", name, {"value": value}) for name, value in pairs]
    return lines


def _mean_over_seeds(sweep: Any, end: str) -> Atoms:
    ends = np.array([[getattr(one, end) for one in each] for each in sweep.results])
    return Atoms(*ends.mean(1).T)
