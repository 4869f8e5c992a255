# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The numbers of decompositions as lines of their frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from fourfold.inputs.device import to_numpy
from fourfold.results.frame import Line

__all__ = ["bound_lines", "gaussian_lines", "pid_lines", "posterior_lines", "tuple_lines"]


def pid_lines(result: Any) -> list[Line]:
    """Atoms with their bounds, intervals and errors; informations; H(Y)."""
    interval = result.confidence_interval
    states = {"converged": result.converged, "undersampled": result.undersampled}
    atoms = tuple_lines(
        "atom",
        value=result.atoms,
        lower=result.lower,
        upper=result.upper,
        bias=result.bias,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        standard_error=result.standard_error,
        plug_in=result.plug_in,
    )
    lines = [line._replace(numbers={**line.numbers, **states}) for line in atoms]
    for name in ("mi1", "mi2", "mi_joint", "union_information", "entropy"):
        value, numbers = getattr(result, name), dict(states)
        if name == "union_information":
            numbers |= {"lower": value - result.gap, "upper": value}
        if value is not None:
            lines.append(Line("information", name, {"value": value, **numbers}))
    lost = getattr(result, "merged", 0.0)
    if np.any(to_numpy(lost) > 0):
        lines.append(Line("information", "merged", {"value": lost, **states}))
    return lines


def posterior_lines(result: Any) -> list[Line]:
    """Of classifiers: the other readings too, what labels confirm, and bounds whatever they are worth."""
    lines = []
    for line in pid_lines(result):  # its errors are of the cross-fitted reading
        kept = {name: of for name, of in line.numbers.items() if name != "standard_error"}
        lines.append(line._replace(numbers=kept))
    for name, reading in result.readings.items():
        error = result.standard_error if name == "cross_fitted" else None
        if name != "soft":  # the atoms themselves
            lines += tuple_lines(name, value=reading, standard_error=error)
    found = result.information
    lines += tuple_lines("held_out", value=found.held_out, standard_error=found.standard_error)
    return lines + bound_lines(result.outer_bounds)


def gaussian_lines(result: Any) -> list[Line]:
    """Of a Gaussian: p-values too, directions that other rows chose, and what the model misses."""
    pvalues = {} if result.pvalues is None else result.pvalues._asdict()
    lines = []
    for line in pid_lines(result):
        tested = line.what == "atom" and line.atom in pvalues
        more = {"pvalue": pvalues[line.atom]} if tested else {}
        lines.append(line._replace(numbers={**line.numbers, **more}))
    if result.unique_cross_fitted is not None:
        pairs = zip(("unique1", "unique2"), result.unique_cross_fitted, strict=True)
        lines += [Line("cross_fitted", name, {"value": value}) for name, value in pairs]
    of = result.dependence
    if of is not None:
        numbers = {"value": of.information, "standard_error": of.standard_error}
        lines.append(Line("dependence", "mi_joint", numbers))
    return lines


def bound_lines(bounds: Any) -> list[Line]:
    """Of `OuterBounds`: the redundancy is at least, the others are at most."""
    return [
        Line("outer_bound", name, {"low" if name == "redundancy" else "high": value})
        for name, value in zip(bounds._fields[:4], bounds, strict=False)
    ]


def tuple_lines(what: str, **columns: Any) -> Iterator[Line]:
    """A line for each field of named tuples that are alike, `value` among them; None is left out."""
    for name in columns["value"]._fields:
        numbers = {
            column: getattr(values, name)
            for column, values in columns.items()
            if values is not None
        }
        yield Line(what, name, numbers)
