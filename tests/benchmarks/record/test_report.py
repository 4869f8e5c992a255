# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Reports are read as they were written, and refused where they are none."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.record.report import Report

ROOT = Path(__file__).resolve().parents[3]


def test_report_round_trip(small_report, tmp_path):
    path = tmp_path / "folder" / "run.json"
    small_report.write(path)
    assert Report.read(path, "run") == small_report
    content = json.loads(path.read_text())
    assert content["schema"] == "fourfold-benchmark"
    assert content["schema_version"] == 1


def test_a_record_takes_one_line(report_of, entry, tmp_path):
    path = tmp_path / "run.json"
    lines = []
    for number in (0, 1, 3):
        report = report_of([entry("dit", 16 + k) for k in range(number)])
        report.write(path)
        assert Report.read(path) == report
        lines.append(len(path.read_text().splitlines()))
    assert lines == [lines[0], lines[0] + 2, lines[0] + 4]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content | {"schema_version": 0}, "schema"),
        (lambda content: content | {"schema": "other"}, "schema"),
        (lambda content: content | {"kind": "memory"}, "of kind 'memory', expected 'run'"),
        (lambda content: content | {"extra": 1}, "extra"),
        (lambda content: {k: v for k, v in content.items() if k != "git"}, "git"),
        (lambda _: [], "schema"),
    ],
)
def test_report_refuses_what_is_not_one(small_report, tmp_path, change, message):
    path = tmp_path / "run.json"
    small_report.write(path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ValueError, match=message):
        Report.read(path, "run")


def test_report_refuses_text_that_is_not_json(tmp_path):
    path = tmp_path / "run.json"
    path.write_text("{")
    with pytest.raises(ValueError, match="not JSON"):
        Report.read(path)


def test_report_names_no_folder_of_the_machine(tmp_path):
    outside = tmp_path / "elsewhere.json"
    inside = ROOT / "benchmarks" / "results" / "run.json"
    report = Report.start(
        "run", ["run", "--json", str(outside), str(inside)], seed=1, settings={}
    )
    words = "run --json elsewhere.json benchmarks/results/run.json"
    assert report.command == f"python -m benchmarks {words}"
    assert str(ROOT) not in json.dumps(dataclasses.asdict(report))
    assert report.versions["numpy"] == np.__version__
    assert report.fourfold_config["compiler"]
