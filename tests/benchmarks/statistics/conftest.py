# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests of the study share."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.commands import BENCHMARKS
from benchmarks.statistics.command import STATISTICS
from benchmarks.statistics.settings import QUICK
from benchmarks.statistics.synergy_cases import TARGETED


@pytest.fixture
def tiny():
    """One or two of everything."""
    return dataclasses.replace(
        QUICK,
        families=("gamma",),
        structured=("noisy AND and XOR",),
        clusters=(),
        estimators=("none", "qe", "bayes"),
        per_cell=(1.0, 2.0),
        k_means=(4,),
        population_rows=2400,
        views=("noisy AND",),
        repetitions=3,
        bayes_repetitions=1,
        compared_repetitions=2,
        halves_repetitions=2,
        nulls=("all independent", "noisy sum"),
        cases=("XOR beside unique bits, S = 0.047",),
        test_repetitions=2,
        n_permutations=19,
        speed_rounds=3,
        resampled_shape=(6, 6, 3),
        resampled_samples=500,
        resamples=25,
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
        "few": 0.2,
        "few_flagged": 0.95,
        "coverage": 0.95,
        "views": 0.91,
        "ratio": 1.1,
        "ratio_of_clusters": 0.55,
        "rejected": 10,
        "rejected_beside": 18,
        "found": 181,
        "solves": 7.5,
        "seconds": 4.0,
        "undersampled": 1.0,
        "significant": 0.02,
        "excluded": 0.0,
        **changes,
    }
    cell = {
        "group": "random", "family": "gamma", "shape": [5, 5, 3], "repetitions": 200,
        "n_samples": 150, "undersampled": 0.0, "wrong": [],
    }  # fmt: skip

    def estimator(name, per_cell, *errors, **other):
        return {
            **cell,
            "part": "estimators",
            "estimator": name,
            "samples_per_cell": per_cell,
            "mean_error": list(errors),
            "standard_error": [0.01] * 4,
            "rmse": [abs(error) for error in errors],
            **other,
        }

    def interval(per_cell, coverage, ratio, **other):
        return {
            **cell,
            "part": "intervals",
            "samples_per_cell": per_cell,
            "coverage": [0.95, 0.95, coverage, 0.95],
            "half_width": [0.01] * 4,
            "confidence_level": 0.95,
            "halves": {
                "repetitions": 40,
                "n_resamples": 50,
                "coverage": [0.5, 0.5, 0.5, 0.95],
                "ratio": [None, None, None, ratio],
            },
            **other,
        }

    clusters = {"group": "clusters", "family": "K-means, 16 clusters"}
    views = {"group": "views", "family": "equal views, 4 x 4"}

    def test(statistic, **counts):
        return {
            **cell,
            "part": "tests",
            "statistic": statistic,
            "samples_per_cell": 2.0,
            "counts": {
                kind.replace("_", " "): {"repetitions": 200, "rejected": rejected}
                for kind, rejected in counts.items()
            },
        }

    return [
        estimator("none", 1.0, 0.1, 0.0, 0.0, 0.4),
        estimator("chao", 0.25, 0.0, 0.0, 0.0, figures["few"],
                  **clusters, undersampled=figures["few_flagged"]),
        estimator("chao", 1.0, 0.1, 0.0, 0.0, figures["synergy_at_one"]),
        estimator("chao", 2.0, 0.0, figures["error"], 0.0, 0.0),
        # below one sample per cell intervals are not judged
        interval(0.5, 0.1, 9.0),
        interval(2.0, figures["coverage"], figures["ratio"]),
        interval(4.0, 0.95, None),
        interval(8.0, 0.95, None),
        interval(1.0, 0.95, figures["ratio_of_clusters"], **clusters),
        interval(7.8, figures["views"], 1.2, **views),
        test("interaction", exact_null=figures["rejected"]),
        test("synergy", other_null=figures["rejected_beside"]),
        {**test("synergy", alternative=figures["found"]), "family": TARGETED[0]},
        {
            "part": "speed",
            "name": "default result",
            "shape": [8, 8, 10],
            "n_samples": 1797,
            "n_resamples": 50,
            "cpu_seconds": {"solve": 5e-4},
            "solves": {"plug-in": 2.0, "default": figures["solves"], "halves": 50.0},
        },
        {
            "part": "speed",
            "name": "halves",
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
    ]  # fmt: skip
