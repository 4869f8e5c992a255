# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All fits of a workflow, of whatever settings and seeds, are decomposed in one batch."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.inference import bias_correction, intervals
from fourfold.inference.replicates import decompose_replicates
from fourfold.solve import backends
from fourfold.workflows.sweeps import batch

RNG = np.random.default_rng(0)
Y = RNG.integers(3, size=150)
X1, X2 = (4.0 * (Y % k)[:, None] + RNG.standard_normal((150, 1)) for k in (2, 3))
OPTIONS = {"n_seeds": 2, "clusterer": "quantile"}


def first(x1, _):
    return (x1[:, 0] > 2).astype(int)


def second(_, x2):
    return (x2[:, 0] > 2).astype(int)


WORKFLOWS = {
    "clusters": lambda **options: ff.cluster_sweep(X1, X2, Y, (2, (3, 4), 4), **options),
    "noise": lambda **options: ff.noise_sweep(
        X1, X2, Y, (0, 1, 2), **options, estimator="kmeans"
    ),
    "layers": lambda **options: ff.layer_profile(
        [X1, X1 / 2, X1**2], X2, Y, **options, estimator="kmeans"
    ),
    "data sets": lambda **options: ff.dataset_profile(
        {"all": (X1, X2, Y), "half": (X1[:75], X2[:75], Y[:75]), "two": (X1, X2, Y % 2)},
        **options,
        estimator="kmeans",
    ),
    "ablation": lambda **options: ff.ablation_report(
        {
            "first": (first, X1, X2, Y % 2),
            "second": (second, X1, X2, Y % 2),
            "half": (first, X1[:75], X2[:75], Y[:75] % 2),
        },
        interventions=["shuffle"],
        **options,
        estimator="kmeans",
    ),
}


@pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning")
@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_fits_are_decomposed_together(workflow, monkeypatch):
    sets, solved, alone = [], [], []
    decompose, solve_many = batch.decompose_samples, backends.solve_many
    solve_one = backends.solve_one

    def count_sets(given, *others):
        sets.append(len(given))
        return decompose(given, *others)

    def count_tables(p1y, *others):
        solved.append(len(p1y))
        return solve_many(p1y, *others)

    monkeypatch.setattr(batch, "decompose_samples", count_sets)
    monkeypatch.setattr(backends, "solve_many", count_tables)
    # once each, for the dual pair that its errors are read off
    monkeypatch.setattr(
        backends, "solve_one", lambda *given, **how: alone.append(0) or solve_one(*given, **how)
    )
    found = workflow(bias_correction="none", n_resamples=0, **OPTIONS)
    assert [len(of_setting) for of_setting in found.results] == [2, 2, 2]
    assert sets == solved[:1] == [6]
    assert len(alone) <= 6


@pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning")
@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_replicates_of_all_fits_are_decomposed_together(workflow, monkeypatch):
    """Those of the corrections in one call, and the halves of the intervals in another."""
    calls = []

    def count_groups(drawn, options, description):
        calls.append((description, len(drawn), sum(group.number for group in drawn)))
        return decompose_replicates(drawn, options, description)

    for module in (bias_correction, intervals):
        monkeypatch.setattr(module, "decompose_replicates", count_groups)
    workflow(bias_correction="auto", n_resamples=25, **OPTIONS)
    assert calls == [("correct for bias", 6, 6 * 8), ("resample", 6, 6 * 25)]
