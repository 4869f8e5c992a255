# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One part of a grid: two layers and a data set, fitted with every seed, as plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.inputs.device import place_of
from fourfold.workflows.decoding.fits import Fitting, fitted
from fourfold.workflows.sweeps.batch import decompose_each
from fourfold.workflows.sweeps.decoded import decoded_summary
from fourfold.workflows.sweeps.gaussian import fitted_case, gaussian_summary, say_once
from fourfold.workflows.sweeps.profile_cases import counted_case
from fourfold.workflows.sweeps.summary import summary

if TYPE_CHECKING:
    from fourfold.workflows.decoding.plans import Plan

__all__ = ["ATOMS", "Part", "made_part", "read_part"]

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
_SIDES = ("at_least", "at_most", "at_most", "at_most")
_HELD_OUT = ("mi_joint", "mi1", "mi2")
#: Some of the numbers that parts of every estimator have: the first ones and the last ones.
_OF_ALL = (*ATOMS, *_HELD_OUT, "gap", "converged", "n_samples")

Number = float | int | bool


class Part(NamedTuple):
    """What is kept of a part.

    Attributes
    ----------
    numbers : dict
        The row of `ProfileGrid.to_frame`.
    by_seed : list of list of float
        R, U1, U2, S of each fit, in bits.
    """

    numbers: dict[str, Number]
    by_seed: list[list[float]]


def made_part(plan: Plan, seeds: tuple[int, ...], name: str, x1: Any, x2: Any, y: Any) -> Part:
    """As a `LayerProfile` of one layer; raises as the `fit` of the estimator, with the name."""
    if plan.gaussian:
        result, heard = fitted_case(plan.estimator, seeds[0], name, x1, x2, y)
        say_once([name], [heard])
        results: Any = ((result,),)
        fields = gaussian_summary(results, seeds[0], plan.confidence_level, plan.words)
        own = _fitted(fields)
    elif plan.decodes:
        results = (
            tuple(fitted(plan.estimator, seed, Fitting, name, x1, x2, y) for seed in seeds),
        )
        fields = decoded_summary(results, seeds, plan.confidence_level, plan.words)
        own = _decoded(fields["decoded"])
    else:
        options, inference = checked_options(plan.estimator, place_of(X1=x1, X2=x2, y=y).names)
        case = name, x1, x2, y, 1
        counted = [counted_case(plan.estimator, seed, inference, *case) for seed in seeds]
        results = decompose_each(counted, len(seeds), options, inference)
        fields = summary(results, seeds, plan.confidence_level)
        own = _clustered(fields)
    of_seeds = results[0]
    numbers = {
        **dict(zip(ATOMS, _first(fields["atoms"]), strict=True)),
        "mi_joint": float(fields["mi_joint"][0]),
        "mi1": float(np.mean([one.mi1 for one in of_seeds])),
        "mi2": float(np.mean([one.mi2 for one in of_seeds])),
        **own,
        "gap": max(float(one.gap) for one in of_seeds),
        "converged": all(bool(one.converged) for one in of_seeds),
        "n_samples": int(of_seeds[0].n_samples),
    }
    return Part(numbers, fields["by_seed"][0].tolist())


def read_part(numbers: Any, by_seed: Any) -> Part:
    """A part of what was kept of it; a KeyError, TypeError or ValueError of what is none."""
    for name in _OF_ALL:
        float(numbers[name])
    atoms = np.array(by_seed, dtype=float)
    if atoms.ndim != 2 or atoms.shape[1] != len(ATOMS):
        msg = f"expected R, U1, U2, S of each fit, got an array of shape {atoms.shape}"
        raise ValueError(msg)
    return Part(dict(numbers), atoms.tolist())


def _first(values: Any) -> list[float]:
    return [float(value[0]) for value in values]


def _decoded(decoded: Any) -> dict[str, Number]:
    bounds = _first(decoded.outer_bounds[:4])
    errors = _first(decoded.standard_error)
    held = decoded.held_out
    return {
        **{f"{atom}_error": error for atom, error in zip(ATOMS, errors, strict=True)},
        **{f"{name}_held_out": float(getattr(held, name)[0]) for name in _HELD_OUT},
        **{
            f"{atom}_{side}": bound
            for atom, side, bound in zip(ATOMS, _SIDES, bounds, strict=True)
        },
    }


def _fitted(fields: dict[str, Any]) -> dict[str, Number]:
    of = fields["gaussian"]
    numbers = _spans(fields)
    if fields["plug_in"] is not None:
        for atom in ATOMS[1:3]:
            numbers[f"{atom}_plug_in"] = float(getattr(fields["plug_in"], atom)[0])
    for atom, values in zip(ATOMS[1:3], of.unique_cross_fitted, strict=True):
        numbers[f"{atom}_cross_fitted"] = float(values[0])
    return numbers | {"not_gaussian": bool(of.not_gaussian[0])}


def _spans(fields: dict[str, Any]) -> dict[str, Number]:
    spans: dict[str, Number] = {}
    for end in ("low", "high"):
        if fields[end] is not None:
            pairs = zip(ATOMS, _first(fields[end]), strict=True)
            spans |= {f"{atom}_{end}": value for atom, value in pairs}
    return spans


def _clustered(fields: dict[str, Any]) -> dict[str, Number]:
    return {
        **_spans(fields),
        "samples_per_cell": float(fields["samples_per_cell"][0]),
        "undersampled": bool(fields["undersampled"][0]),
    }
