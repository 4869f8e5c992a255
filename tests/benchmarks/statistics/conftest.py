# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests of the study share."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.commands import BENCHMARKS
from benchmarks.statistics.command import STATISTICS
from benchmarks.statistics.settings import QUICK


@pytest.fixture
def tiny():
    """One or two of everything."""
    return dataclasses.replace(
        QUICK,
        families=("gamma",),
        fixed=("noisy AND and XOR",),
        estimators=("none", "chao", "qe", "classifier"),
        per_cell=(1.0, 2.0),
        repetitions=3,
        compared_repetitions=2,
        classifier_repetitions=1,
        interval_families=("gamma",),
        interval_fixed=("noisy AND and XOR",),
        interval_per_cell=(2.0,),
        interval_repetitions=2,
        n_resamples=25,
        nulls=("all independent", "noisy sum"),
        null_test_repetitions=2,
        alternative_repetitions=2,
        n_permutations=19,
        speed_shape=(6, 6, 3),
        speed_samples=500,
        speed_resamples=25,
        null_repetitions=2,
        processes=1,
    )


@pytest.fixture
def quick_is_tiny(tiny, monkeypatch):
    """Makes --quick tiny."""
    quick = dataclasses.replace(STATISTICS, quick=tiny)
    monkeypatch.setitem(BENCHMARKS, "statistics", quick)


@pytest.fixture
def worked_out():
    """Records that meet every target; a change by the name of a figure."""
    return _worked_out


def _worked_out(**changes):
    figures = {
        "error": 0.01,
        "synergy_at_one": 0.05,
        "coverage": 0.95,
        "rejected": 10,
        "seconds": 4.0,
        "undersampled": 1.0,
        "significant": 0.02,
        "excluded": 0.0,
        **changes,
    }
    cell = {"family": "gamma", "shape": [5, 5, 3], "repetitions": 200, "wrong": []}

    def estimator(name, per_cell, *errors):
        return {
            **cell,
            "part": "estimators",
            "estimator": name,
            "samples_per_cell": per_cell,
            "mean_error": list(errors),
            "standard_error": [0.01] * 4,
            "rmse": [abs(error) for error in errors],
        }

    return [
        estimator("none", 1.0, 0.1, 0.0, 0.0, 0.4),
        estimator("chao", 1.0, 0.1, 0.0, 0.0, figures["synergy_at_one"]),
        estimator("chao", 2.0, 0.0, figures["error"], 0.0, 0.0),
        *(
            {
                **cell,
                "part": "intervals",
                "samples_per_cell": per_cell,
                "coverage": [0.95, 0.95, coverage, 0.95],
                "confidence_level": 0.95,
            }
            # below two samples per cell intervals are not judged
            for per_cell, coverage in ((1.0, 0.1), (2.0, figures["coverage"]))
        ),
        {
            **cell,
            "part": "tests",
            "statistic": "synergy",
            "samples_per_cell": 2.0,
            "counts": {
                "exact null": {"repetitions": 200, "rejected": figures["rejected"]},
                "other null": {"repetitions": 200, "rejected": 150},
            },
        },
        {
            "part": "speed",
            "shape": [32, 32, 10],
            "n_samples": 10_000,
            "n_resamples": 1000,
            "threads": 2,
            "seconds": {"median": figures["seconds"]},
        },
        {
            **cell,
            "part": "null",
            "family": "24 rows",
            "undersampled": figures["undersampled"],
            "any_significant": figures["significant"],
            "any_interval_excludes_zero": figures["excluded"],
        },
    ]
