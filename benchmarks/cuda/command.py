# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `cuda` command: what a GPU does beside its floor, the CPU and CuPy."""

from __future__ import annotations

import dataclasses
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks.cuda.batches import record_batch
from benchmarks.cuda.marginals import record_large, record_solve, record_step
from benchmarks.cuda.rates import measure_rates
from benchmarks.floor.records import size
from benchmarks.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.cuda.rates import Rates
    from benchmarks.cuda.settings import Settings

__all__ = ["cuda", "device", "failures"]


def device() -> dict[str, Any]:
    """Describe the device that is measured.

    Raises
    ------
    fourfold.CudaError
        If there is none, or this build of Fourfold has no CUDA back end.
    """
    import fourfold  # noqa: PLC0415  the other commands do without it

    return fourfold.cuda.describe(0)


def cuda(settings: Settings, arguments: list[str], *, rates: Rates | None = None) -> Report:
    """Measure the rates, then what is held to them.

    Parameters
    ----------
    settings : Settings
        What is measured.
    arguments : list of str
        The command line, for the report.
    rates : Rates, optional
        Instead of measuring them.
    """
    import cupy as xp  # noqa: PLC0415  optional

    described = dataclasses.asdict(settings) | {"device": device()}
    report = Report.start("cuda", arguments, seed=settings.seed, settings=described)
    rates = rates or measure_rates(xp, settings)
    report.records.append(
        {"part": "rates", "name": "rates", "wrong": [], "targets": []}
        | dataclasses.asdict(rates)
    )
    jobs = list(_jobs(xp, settings, rates))
    with tqdm(total=len(jobs), unit="part", file=sys.stderr) as progress:
        for part, name, job in jobs:
            record = {"part": part, "name": name} | _outcome(job)
            report.records.append(record)
            seconds = record.get("seconds")
            said = "; ".join(record["wrong"]) or f"{seconds['median']:.3g} s"
            progress.write(f"{name}: {said}", file=sys.stderr)
            progress.update()
    return report


def failures(report: Report) -> list[str]:
    """Say which answers are missing or wrong; a missed target is not a failure."""
    return [
        f"{record['name']}: {reason}" for record in report.records for reason in record["wrong"]
    ]


def _outcome(job: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return job()
    except Exception as error:  # noqa: BLE001  the other parts go on
        return {"wrong": [f"no answer: {type(error).__name__}: {error}"], "targets": []}


def _jobs(
    xp: Any, settings: Settings, rates: Rates
) -> Iterator[tuple[str, str, Callable[[], dict[str, Any]]]]:
    if "batches" in settings.parts:
        for batch in settings.batches:
            name = f"{batch.count} tables of {batch.states} states, {batch.dtype}"
            yield "batch", name, partial(record_batch, xp, settings, batch)
    if "solve" in settings.parts:
        for case in settings.solves:
            yield (
                "solve",
                f"solve of {size(case.shape)}",
                partial(record_solve, xp, settings, case),
            )
    if "step" in settings.parts:
        for step in settings.steps:
            name = f"step of {size(step.shape)}, {step.dtype}"
            yield "step", name, partial(record_step, xp, settings, step, rates)
    if "large" in settings.parts:
        for large in settings.large:
            name = f"{large.steps} steps of {size(large.shape)}"
            yield "large", name, partial(record_large, xp, settings, large)
