# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command that measures what the number of rows costs, on few rows."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.__main__ import main
from benchmarks.commands import BENCHMARKS
from benchmarks.record.report import Report
from benchmarks.scale import billion
from benchmarks.scale.command import SCALE
from benchmarks.scale.settings import QUICK
from benchmarks.scale.table import scale_table


@pytest.fixture
def measured(tmp_path, monkeypatch):
    def measured(*parts, **changed):
        tiny = dataclasses.replace(QUICK, parts=parts, **changed)
        monkeypatch.setitem(BENCHMARKS, "scale", dataclasses.replace(SCALE, quick=tiny))
        path = tmp_path / "scale.json"
        assert main(["scale", "--quick", "--json", str(path)]) == 0
        return Report.read(path, "scale")

    return measured


def test_kinds_of_columns_have_the_counts_of_numpy(measured, capsys):
    for package in ("pandas", "polars", "pyarrow", "duckdb"):
        pytest.importorskip(package)
    report = measured("counting")
    assert "| int64 |" in capsys.readouterr().out
    names = [record["name"] for record in report.records]
    assert {"int64", "Arrow dictionary", "strings of Python", "DuckDB GROUP BY"} <= set(names)
    assert all(record["rows_per_second"] > 0 for record in report.records)


def test_parts_on_the_disk_are_counted_and_removed(measured, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(billion.tempfile, "tempdir", str(tmp_path))
    report = measured("billion", billion=3001, files=2)
    (record,) = report.records
    assert record["answer"]["n"] == 3001
    assert record["wrong"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["scale.json"]
    assert "3,001" in scale_table(report)


def test_a_small_disk_has_a_tenth_of_the_rows_and_says_so(measured, monkeypatch):
    pytest.importorskip("pyarrow")
    usage = billion.shutil.disk_usage("/")._replace(free=100)
    monkeypatch.setattr(billion.shutil, "disk_usage", lambda _: usage)
    report = measured("billion", billion=1000, files=2)
    (record,) = report.records
    assert (record["rows"], record["rows_asked"]) == (100, 1000)
    assert "the disk had no room for more" in scale_table(report)


def test_few_samples_stand_for_many(measured):
    report = measured("samples")
    errors, timed = report.records
    assert errors["atoms"] == 4
    assert timed["seconds"] > 0
    assert "25 halves" in scale_table(report)
