# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `robustness` command checks every answer, and says which table was wrong."""

from __future__ import annotations

import dataclasses

import fourfold as ff
from benchmarks.__main__ import main
from benchmarks.hard.tables import FAMILIES, ONLY_LARGE, draw
from benchmarks.record.report import Report


def test_quick_robustness(tmp_path, capsys):
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--quick", "--small", "84", "--large", "0", "--json", str(path)]
    assert main(arguments) == 0
    records = Report.read(path, "robustness").records
    assert sum(record["count"] for record in records) == 84
    families = set(FAMILIES) - set(ONLY_LARGE)
    assert {record["family"] for record in records} == families
    assert all(record["largest_gap_bits"] <= 1e-8 for record in records)
    assert "84 hard tables" in capsys.readouterr().out


def test_robustness_finds_a_wrong_certificate_and_says_which_table(
    monkeypatch, tmp_path, capsys
):
    honest = ff.decompose_many

    def overconfident(tables, **options):
        found = honest(tables, **options)
        # the unique information of X1 moved up by far more than the gap
        return dataclasses.replace(found, unique1=found.unique1 + 1e-3)

    monkeypatch.setattr(ff, "decompose_many", overconfident)
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--small", "21", "--large", "0", "--json", str(path)]
    assert main(arguments) == 1
    assert "FAILED: Blackwell-degraded (small), table 0 of shape" in capsys.readouterr().err
    records = Report.read(path, "robustness").records
    (blackwell,) = (r for r in records if r["family"] == "Blackwell-degraded")
    assert blackwell["failed"]["known atoms"] == 1
    case = blackwell["failing"][0]
    again = draw("Blackwell-degraded", 0, case["index"], 12)
    assert list(again.table.shape) == case["shape"]
