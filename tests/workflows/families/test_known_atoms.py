# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Ranks of 20 models whose atoms are known, and what the recorded study says of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

import fourfold as ff
from benchmarks.families.simulated import FIRST, SECOND, truth
from benchmarks.families.study import embedding

RECORD = Path(__file__).parents[3] / "examples" / "results" / "model_families.json"


def test_models_are_ranked_by_their_true_synergy():
    models, datasets, true = embedding(400, seed=21)
    estimator = ff.ClassifierPID("logistic", cv=3)
    found = ff.model_profiles(models, datasets, estimator=estimator, n_seeds=1)
    assert spearmanr(found.atoms.synergy[:, 0], true["synergy"])[0] >= 0.9


@pytest.mark.parametrize("setting", [FIRST, SECOND])
def test_tables_are_fine_enough_for_the_truth(setting):
    weights = np.array([0.5, 0.8, 1.2])
    coarse, fine = (truth(setting, weights, points) for points in (25, 49))
    for name, value in fine.items():
        assert coarse[name] == pytest.approx(value, abs=0.01)


def test_the_study_found_synergy_in_every_kind_of_model():
    record = json.loads(RECORD.read_text("utf-8"))
    probabilities = {
        name: atoms for name, atoms in record["ranks of 400 rows"].items() if "prob" in name
    }
    assert len(probabilities) == 2
    for name, atoms in (probabilities | record["ranks of 1600 rows"]).items():
        assert atoms["synergy"]["spearman"] >= 0.9, name
    for row in record["intervals"]:
        assert row["families"][0] >= 0.92
