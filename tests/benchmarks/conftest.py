# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests of the benchmarks share. Nothing in this folder asserts a time."""

from __future__ import annotations

import pytest

from tests.support.paths import ROOT

if not (ROOT / "benchmarks" / "__main__.py").exists():
    collect_ignore_glob = ["*"]


@pytest.fixture
def report_of():
    """A report of some records, measured on nothing."""
    from benchmarks.record.report import Report  # noqa: PLC0415  the folder may not be here

    def report_of(records, kind="run", **settings):
        return Report(
            kind=kind,
            command=f"python -m benchmarks {kind}",
            date="2026-01-02T03:04:05+00:00",
            seed=0,
            settings={"limit": 60.0, "threads": None, **settings},
            machine={"cpu": "Abacus", "cores": 2, "os": "Linux", "memory_bytes": 1},
            versions={"fourfold": "0.1.0", "dit": "2.3", "cvxpy": None},
            git={"commit": "0123456789abcdef", "dirty": False},
            fourfold_config={"compiler": "GCC", "simd": "v3", "num_threads": 2},
            records=records,
        )

    return report_of


@pytest.fixture
def entry():
    """One record of a run, as the JSON has it."""

    def entry(solver, states, *, tol=None, seconds=0.5, status="solved", **changes):
        solved = status == "solved"
        atoms = {"redundancy": 0.1, "unique1": 0.2, "unique2": 0.3, "synergy": 0.4}
        agreement = [{"tol": 1e-4, "largest_difference": 3e-5, "apart": 0.0, "agrees": True}]
        times = {"median": seconds, "min": seconds, "count": 1, "all": [seconds]}
        return {
            "family": "dense",
            "states": states,
            "classes": 10,
            "nonzero": 10 * states**2,
            "unknowns": 10 * states**2,
            "solver": solver,
            "tol": tol,
            "status": status,
            "reason": None if solved else "because",
            "seconds": {**times, "cpu_median": seconds} if solved else None,
            "peak_bytes": 90_000_000,
            "resident_before_bytes": 80_000_000,
            "converged": True if solved else None,
            "atoms": atoms if solved else None,
            "lower": atoms if solved else None,
            "upper": atoms if solved else None,
            "said": {"gap_bits": 5e-5, "iterations": 7} if solved else None,
            "agreement": agreement if solved and tol is None else [],
            **changes,
        }

    return entry


@pytest.fixture
def small_report(report_of, entry):
    """A run in which everything happened to a solver that can happen."""
    return report_of([
        entry("fourfold", 16, tol=1e-4, seconds=0.00123),
        entry("dit", 16, seconds=4.56),
        entry("clarabel", 16),
        entry("fourfold", 32, tol=1e-4, seconds=0.1),
        entry("dit", 32, status="timeout"),
        entry("clarabel", 32, converged=False),
        entry("fourfold", 64, tol=1e-4, seconds=12.3),
        entry("dit", 64, status="skipped", peak_bytes=None),
        entry("clarabel", 64, status="failed", peak_bytes=None),
    ])  # fmt: skip


@pytest.fixture
def memory_report(report_of):
    """A large problem that kept to its bound."""
    record = {
        "solver": "fourfold",
        "status": "solved",
        "reason": None,
        "peak_bytes": 380_000_000,
        "within_bound": True,
        "tensor_bytes": 6_710_886_400,
        "seconds": 20.0,
        "iterations": 25,
    }
    size = {"states1": 2048, "states2": 2048, "classes": 200, "bound_bytes": 500_000_000}
    return report_of([record], kind="memory", **size)


@pytest.fixture
def rows_of():
    """The cells of the rows of a table: of the first one, or of that below a title."""

    def rows_of(text, title=None):
        if title is not None:
            text = text.split(f"**{title}**")[1].split("\n\n")[1]
        lines = [line for line in text.splitlines() if line.startswith("|")]
        return [line.strip("| ").split(" | ") for line in lines][2:]

    return rows_of
