# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `pairs` command: what it keeps, and that it looks at what was found."""

from __future__ import annotations

import numpy as np

from benchmarks.__main__ import main
from benchmarks.pairs import command
from benchmarks.record.report import Report


def test_quick_pairs(tmp_path, capsys):
    path = tmp_path / "pairs.json"
    assert main(["pairs", "--quick", "--json", str(path)]) == 0
    counting, screening, whole = Report.read(path, "pairs").records
    assert counting["name"] == "counting"
    assert counting["pairs"] == screening["pairs"] == whole["pairs"] == 190
    assert whole["targets"][0]["measured"] == whole["median"]
    assert counting["targets"] == screening["targets"] == []
    assert "| counting and screening | 190 |" in capsys.readouterr().out


def test_a_planted_pair_that_is_not_found_is_a_failure(tmp_path, monkeypatch):
    def noise(settings):
        rng = np.random.default_rng(0)
        X = rng.normal(size=(settings.rows, settings.features))
        return X, (X[:, 4] * X[:, 5] > 0).astype(int)

    monkeypatch.setattr(command, "rows", noise)
    path = tmp_path / "pairs.json"
    assert main(["pairs", "--quick", "--json", str(path)]) == 1
    *_, whole = Report.read(path, "pairs").records
    assert whole["wrong"] == ["a pair is missing, or the planted one is not the best"]
    assert whole["targets"][0]["met"] is None
