# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests of the study of embeddings share."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_limits

from benchmarks.embeddings.cases import CASES
from benchmarks.embeddings.targets import MEAN_CASES


@pytest.fixture(autouse=True)
def one_thread():
    """As in the study: small fits on several threads wait for one another on a busy machine."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def worked_out(report_of):
    """A report that meets every target; a change by the name of a figure."""

    def worked_out(**changes):
        return report_of(_records(**changes), kind="embeddings")

    return worked_out


def _records(**changes):
    figures = {
        "soft": 0.04, "shrunk": 0.02, "large": 0.01, "digits": 0.19, "xor": 0.56, "noise": 0.001,
        "four": (1.05, 0.95, 0.95, 1.1), "off": 0.02, "digits_held": 3, "held": 182,
    } | changes  # fmt: skip

    def record(case, rows, estimate, total=0.04, mean=(0.0, 0.0, 0.0, 0.0), **more):
        truth = CASES[case].atoms
        errors = [a - b for a, b in zip(mean, truth or mean, strict=True)]
        known = {} if truth is None else {"sum_of_errors": total, "truth": list(truth)}
        return {
            "part": "errors", "case": case, "rows": rows, "method": estimate.split()[0],
            "estimate": estimate, "draws": 20, "wrong": [], "seconds": 1.0, "cpu_seconds": 1.0,
            "mean": list(mean), "mean_error": errors, "rmse": [abs(e) for e in errors],
        } | known | more  # fmt: skip

    synergy = (0.0, 0.0, 0.0, figures["xor"])
    records = [
        record(case, rows, estimate, figures[key], synergy if case == "xor" else (0,) * 4)
        for estimate, rows, key in (
            ("auto", 2000, "soft"), ("auto shrunk", 2000, "shrunk"), ("auto", 8000, "large"),
            ("kmeans", 2000, "soft"),
        )
        for case in MEAN_CASES
    ]  # fmt: skip
    records += [
        record(name, 2000, "auto", mean=synergy) for name in ("xor-384", "xor-64-nuisance")
    ]
    records.append(record("digits-and", 1797, "auto", figures["digits"]))
    noise = (figures["noise"], 3.3, 0.0, 0.0)
    records.append(record("noise-beside-perfect", 1797, "auto", mean=noise))
    records.append(record("four-behind-nuisance", 2000, "auto", mean=figures["four"]))
    records.append(
        record("digit-halves", 1797, "auto", draws=3, bounds_hold=[3] * 4, bounds=[0.0] * 4,
               all_bounds_hold=figures["digits_held"], sum_minus_held_out_joint=figures["off"])
    )  # fmt: skip
    records += [
        record(case, 1000, "fast", part="bounds", draws=200, bounds_hold=[190] * 4,
               bounds=[0.0] * 4, two_errors_reach=[0.9] * 4, all_bounds_hold=figures["held"])
        for case in ("and", "xor", "rdn", "mixture-22.5", "latent-1hh")
    ]  # fmt: skip
    return records
