# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests of the floor share."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.floor import batches, marginals, rate_records, rates, replicates, steps
from benchmarks.floor.command import floor
from benchmarks.floor.settings import QUICK
from benchmarks.floor.table import floor_table
from benchmarks.record.child import Outcome


@pytest.fixture
def rates_of():
    """Rates that are easy to reckon with: caches of 1000 bytes, the rest as given."""

    def rates_of(threads=1, **changes):
        given = {
            "threads": threads,
            "multiply_adds": 1e9 * threads,
            "exponentials": 1e8 * threads,
            "logarithms": 2e8 * threads,
            "bandwidths": {24 * 256: 1e9},
            "second_level": 1000,
            "blas": "abacus 1.0",
        }
        return rates.Rates(**{**given, **changes})

    return rates_of


def patiently(job):
    """The answer of a job that refuses to measure while the machine is busy; tests often make it so."""
    for _ in range(50):
        try:
            return job()
        except RuntimeError as error:
            if "busy" not in str(error):
                raise
    return job()


@pytest.fixture
def here(monkeypatch):
    """Measure in this process; returns what is measured, module by module.

    `change` makes another answer of one that a module `of` gives; those that are there to compare
    with, which have a method, stay as they are.
    """

    def here(of="none", change=None):
        seen = []

        def measure(prepare, options, plan):
            module = prepare.__module__.rpartition(".")[2]
            seen.append((module, options, plan))
            outcome = Outcome(seconds=[0.2], cpu_seconds=[0.2], peak=2_000_000)
            try:
                job = prepare(**options)
                answer = patiently(job) if module == "rates" else job()
                changes = module == of and "method" not in options
                outcome.answer = change(answer) if changes else answer
            except Exception as error:  # noqa: BLE001  as the child does
                outcome.status, outcome.reason = "failed", f"{type(error).__name__}: {error}"
                outcome.answer = None
            return outcome

        for module in (rate_records, steps, batches, marginals, replicates):
            monkeypatch.setattr(module, "measure", measure)
        return seen

    return here


@pytest.fixture
def quick():
    """The quick settings, with fewer things to measure."""

    def quick(*parts, **changes):
        small = {"threads": 1, "shapes": ((16, 16, 10),), "rate_budget": 0.01}
        return dataclasses.replace(QUICK, parts=parts, **small, **changes)

    return quick


@pytest.fixture
def only():
    """The one record of a part, and what the table says."""

    def only(settings, part):
        report = floor(settings, [])
        (record,) = (record for record in report.records if record["part"] == part)
        return report, record, floor_table(report)

    return only
