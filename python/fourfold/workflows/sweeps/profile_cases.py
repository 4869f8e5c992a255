# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pairs of embeddings with names, as layers and data sets are, and the warning about them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.device import on_device, place_of
from fourfold.runtime.caller import caller_depth
from fourfold.workflows.decoding.fits import Fitting, decode_each
from fourfold.workflows.sweeps.batch import (
    Sampled,
    clustered,
    counted_each,
    decompose_each,
    sampled,
)
from fourfold.workflows.sweeps.decoded import decoded_summary
from fourfold.workflows.sweeps.gaussian import fit_each, gaussian_summary
from fourfold.workflows.sweeps.summary import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.workflows.decoding.plans import Plan

__all__ = ["Case", "counted_case", "decompose_cases", "fitting_of"]


class Case(NamedTuple):
    """One pair of embeddings and a target, as the `fit` of an estimator takes them.

    The name is for messages; a `block` of neighbouring rows belongs to one sample.
    """

    name: str
    x1: Any
    x2: Any
    y: Any
    block: int = 1


def decompose_cases(
    cases: Sequence[Case], plan: Plan, seeds: tuple[int, ...], what: str
) -> dict[str, Any]:
    """The fields of a `Sweep` of the cases, with at most one warning of a kind."""
    level = plan.confidence_level
    if plan.gaussian:
        fitted = fit_each(cases, plan, seeds[0], what)
        return gaussian_summary(fitted, seeds[0], level, plan.words)
    if not plan.decodes:
        return summary(_clustered(cases, plan.estimator, seeds, what), seeds, level, plan.words)

    decoded = decode_each(cases, seeds, lambda case, _: case, plan.estimator, what, fitting_of)
    return decoded_summary(decoded, seeds, level, plan.words)


def fitting_of(name: str, x1: Any, x2: Any, y: Any, block: int) -> Fitting:
    """What classifiers are fitted to of a case; the rows of a block stay together."""
    groups = None
    if block > 1:
        groups = np.repeat(np.arange(len(x1) // block), block)
    return Fitting(name, x1, x2, y, groups)


def counted_case(
    estimator: PIDEstimator, seed: int, inference: Inference, *case: Any
) -> Sampled:
    """Clusters of a case, counted, on the host; raises with its name."""
    name, x1, x2, y, block = case
    try:
        found = clustered(estimator, x1, x2, y, random_state=seed)
        one = sampled(found, inference, block=block)
    except (TypeError, ValueError) as error:
        msg = f"{name}: {error}"
        raise type(error)(msg) from error
    return one._replace(samples=one.samples.on_host())  # others may be there


def _clustered(
    cases: Sequence[Case], estimator: PIDEstimator, seeds: Sequence[int], what: str
) -> tuple[tuple[PID, ...], ...]:
    x1, x2, y = cases[0][1:4]
    options, inference = checked_options(estimator, place_of(X1=x1, X2=x2, y=y).names)

    jobs = [(estimator, seed, inference, *case) for case in cases for seed in seeds]
    there = any(on_device(values) for case in cases for values in case[1:4])
    counted = counted_each(counted_case, jobs, what, at_home=there)
    results = decompose_each(counted, len(seeds), options, inference)
    poor = [
        case.name
        for case, of_case in zip(cases, results, strict=True)
        if 2 * sum(bool(result.undersampled) for result in of_case) >= len(of_case)
    ]
    if poor:
        named = ", ".join(poor[:5]) + (", ..." if len(poor) > 5 else "")
        corrected = inference.bias_correction != "none"
        msg = (
            f"{len(poor)} of {len(cases)} {what} are undersampled ({named}): their tables have "
            "too many cells for their samples. Take fewer clusters or more samples"
            + ("" if corrected else ", or bias_correction='auto'")
            + "; fourfold.cluster_sweep recommends a number of clusters."
        )
        warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
    return results
