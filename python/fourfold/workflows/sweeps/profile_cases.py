# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pairs of embeddings with names, as layers and data sets are, and the warning about them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.device import place_of
from fourfold.runtime.caller import caller_depth
from fourfold.workflows.decoding.fits import Fitting, decode_each
from fourfold.workflows.sweeps.batch import clustered, decompose_each, sampled
from fourfold.workflows.sweeps.decoded import decoded_summary
from fourfold.workflows.sweeps.summary import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.cells import Cells
    from fourfold.counts.samples import Samples
    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.results.pid import PID
    from fourfold.workflows.decoding.plans import Plan

__all__ = ["Case", "decompose_cases"]


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
    if not plan.decodes:
        return summary(_clustered(cases, plan.estimator, seeds, what), seeds, level, plan.words)

    def given_to(case: Case, _: int) -> Fitting:
        groups = None
        if case.block > 1:
            groups = np.repeat(np.arange(len(case.x1) // case.block), case.block)
        return Fitting(*case[:4], groups)

    decoded = decode_each(cases, seeds, given_to, plan.estimator, what)
    return decoded_summary(decoded, seeds, level, plan.words)


def _clustered(
    cases: Sequence[Case], estimator: PIDEstimator, seeds: Sequence[int], what: str
) -> tuple[tuple[PID, ...], ...]:
    x1, x2, y = cases[0][1:4]
    options, inference = checked_options(estimator, place_of(X1=x1, X2=x2, y=y).names)

    def sample(case: Case, seed: int) -> tuple[Cells | Samples, int]:
        try:
            found = clustered(estimator, case.x1, case.x2, case.y, random_state=seeds[seed])
            samples, for_draws = sampled(found, inference, block=case.block)
        except (TypeError, ValueError) as error:
            msg = f"{case.name}: {error}"
            raise type(error)(msg) from error
        return samples.on_host(), for_draws  # others may be there

    results = decompose_each(cases, len(seeds), sample, options, inference, what)
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
