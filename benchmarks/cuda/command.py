# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `cuda` command: what a GPU does beside its floor, the CPU and CuPy."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

import fourfold
from benchmarks.cuda.batches import record_batch
from benchmarks.cuda.marginals import record_large, record_solve, record_step
from benchmarks.cuda.rates import measure_rates
from benchmarks.cuda.settings import PARTS, QUICK, Settings
from benchmarks.cuda.table import cuda_table
from benchmarks.record.arguments import add_choices
from benchmarks.record.benchmark import Benchmark, RefusedError
from benchmarks.record.report import Report
from benchmarks.record.words import size

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from benchmarks.cuda.rates import Rates

__all__ = ["CUDA", "cuda"]


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
    described = dataclasses.asdict(settings) | {"device": fourfold.cuda.describe(0)}
    import cupy as xp  # noqa: PLC0415  optional, and of no use without a device

    report = Report.start("cuda", arguments, seed=settings.seed, settings=described)
    rates = rates or measure_rates(xp, settings)
    report.records.append(
        {"part": "rates", "name": "rates", "wrong": [], "targets": []}
        | dataclasses.asdict(rates)
    )
    jobs = [
        (name, partial(_record, part, name, job))
        for part, name, job in _jobs(xp, settings, rates)
    ]
    return report.collect(jobs, _line, total=len(jobs), unit="part")


def _record(part: str, name: str, job: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        found = job()
    except Exception as error:  # noqa: BLE001  the other parts go on
        found = {"wrong": [f"no answer: {type(error).__name__}: {error}"], "targets": []}
    return {"part": part, "name": name} | found


def _line(record: dict[str, Any]) -> str:
    said = "; ".join(record["wrong"]) or f"{record['seconds']['median']:.3g} s"
    return f"{record['name']}: {said}"


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


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choices(parser, "--parts", PARTS, "from {}; the rates are always measured")


def _on_device(settings: Settings, arguments: list[str]) -> Report:
    try:
        return cuda(settings, arguments)
    except (RuntimeError, ImportError) as error:  # no device, no back end or no CuPy
        raise RefusedError(error) from error


CUDA = Benchmark(
    "cuda",
    "Hold the CUDA back end to its device, to the CPU and to CuPy.",
    Settings(),
    QUICK,
    _add_arguments,
    _on_device,
    cuda_table,
)
