# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The studies of training run in the small, and their records add up."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest

from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"
RESULTS = EXAMPLES / "results"

if not RESULTS.exists():
    pytest.skip("the examples folder is not here", allow_module_level=True)


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module


def test_encoders_are_trained_with_each_term(module, monkeypatch, capsys):
    pytest.importorskip("torch")
    study = module("training_with_pid_loss")
    monkeypatch.setattr(study, "TEST_ROWS", 50)
    runs = study.study(2, (1, 3))
    assert len(runs) == 2 * 2 * len(study.TERMS) * 2
    study.printed(runs)
    assert capsys.readouterr().out.count("\n") == 2 + 2 + 4 * len(study.TERMS)


@pytest.mark.filterwarnings("ignore")  # of models that have not converged
def test_weights_of_rows_have_the_same_sizes(module):
    study = module("sample_weights_study")
    x1, x2, y = study.drawn(np.random.default_rng(0), 150, test=False, shortcut=(0.9, 0.5))
    found, _ = study.weights_of(x1, x2, y, 0)
    for share in study.SHARES:
        sizes = [
            np.unique(weights, return_counts=True)[1].tolist()
            for (name, of), weights in found.items()
            if of == share and name != "atoms"  # few rows may have a gap by their labels
        ]
        assert len(sizes) == 4
        assert all(size == sizes[0] for size in sizes)


def test_recorded_studies_are_whole():
    record = json.loads((RESULTS / "training_with_pid_loss.json").read_text())
    assert record["steps"] == [500, 1000]
    assert len(record["runs"]) == 2 * record["seeds"] * 4 * 2
    record = json.loads((RESULTS / "sample_weights.json").read_text())
    assert len(record["cases"]) == 4
    for case in record["cases"].values():
        for by_weights in case["accuracy"].values():
            assert len(by_weights) == 11
            assert {len(values) for values in by_weights.values()} == {record["seeds"]}
