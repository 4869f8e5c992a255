# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The study checks results before they count, and its numbers depend on the seed alone."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import fourfold as ff
from benchmarks.__main__ import main
from benchmarks.page import run_plot
from benchmarks.page.statistics_plot import draw_statistics
from benchmarks.page.tables import page
from benchmarks.record.report import Report
from benchmarks.statistics import checks, population, significance
from benchmarks.statistics.command import statistics
from benchmarks.statistics.significance import record_tests


@pytest.fixture(scope="module")
def estimate():
    x1, x2, y = np.random.default_rng(0).integers(2, size=(3, 400))
    return ff.pid(x1, x2, x1 & y, bias_correction="none")


def test_a_right_result_has_nothing_wrong(estimate):
    assert list(checks.wrong_result(estimate)) == []
    assert list(checks.wrong_interval(estimate)) == []
    assert list(checks.wrong_pvalue("interaction", 0.01, 99)) == []
    assert list(checks.wrong_pvalue("interaction", 1.0, 99)) == []
    assert list(checks.wrong_pvalue("synergy", 0.0123, 99)) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"synergy": 0.9}, "the atoms add up to something"),
        ({"synergy": math.nan}, "not finite"),
        ({"converged": False}, "not converged: gap"),
        ({"unique1": -0.1}, "negative plug-in atom: -1.00e-01"),
    ],
)
def test_a_wrong_result_is_found(estimate, changes, reason):
    found = list(checks.wrong_result(dataclasses.replace(estimate, **changes)))
    assert any(text.startswith(reason) for text in found)


def test_a_wrong_interval_is_found(estimate):
    interval = estimate.confidence_interval
    moved = dataclasses.replace(interval, low=interval.high, high=interval.low)
    found = list(
        checks.wrong_interval(dataclasses.replace(estimate, confidence_interval=moved))
    )
    assert len(found) == 4
    assert "without its estimate" in found[0]
    shares = dataclasses.replace(interval, contributions=((0.2, 1.2), (0.0, 1.0)))
    (reason,) = checks.wrong_interval(dataclasses.replace(estimate, confidence_interval=shares))
    assert reason == "interval 0.2, 1.2 of a contribution"
    (reason,) = checks.wrong_interval(dataclasses.replace(estimate, confidence_interval=None))
    assert reason == "no interval"


@pytest.mark.parametrize("pvalue", [0.0, 0.005, 1.01, 0.0123])
def test_a_wrong_pvalue_is_found(pvalue):
    (reason,) = checks.wrong_pvalue("interaction", pvalue, 99)
    assert reason == f"p-value {pvalue!r} of interaction from 99 permutations"


@pytest.mark.usefixtures("quick_is_tiny")
def test_from_the_command_line_to_tables_and_pictures(tmp_path, capsys):
    path = tmp_path / "statistics.json"
    arguments = ["statistics", "--quick", "--processes", "1", "--json", str(path)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out

    report = Report.read(path, "statistics")
    parts = [record["part"] for record in report.records]
    # three tables at two levels with four estimators, one at three with two
    assert {part: parts.count(part) for part in parts} == {
        "speed": 2,
        "estimators": 30,
        "intervals": 9,
        "tests": 3 * 8 + 3,
        "null": 1,
    }
    assert all(record["wrong"] == [] for record in report.records)
    estimators = [record for record in report.records if record["part"] == "estimators"]
    assert {(r["estimator"], r["repetitions"]) for r in estimators} == {
        ("none", 3),
        ("chao", 3),
        ("qe", 2),
        ("bayes", 1),
    }
    for record in estimators:
        size = np.abs(record["mean_error"])
        assert np.all(size <= np.array(record["rmse"]) + 1e-6)
    for record in report.records:
        if record["part"] == "intervals":
            assert record["halves"]["repetitions"] == 2
            assert min(record["half_width"]) >= 0.0
    for record in report.records:
        if record["part"] == "tests" and record["family"] == "all independent":
            # that of the synergy is of two, one of which is not exact
            kind = "other null" if record["statistic"] == "synergy" else "exact null"
            assert record["counts"].keys() == {kind}

    for title in ("Error of estimates", "Coverage", "Two views", "Tests", "Targets"):
        assert f"**{title}" in printed
    assert page([report]) == printed.strip()
    detail = page([report], detail=True)
    assert "| noisy AND and XOR | 4 x 4 x 4 | 2 | quadratic extrapolation | 2 |" in detail
    assert len(detail) > 2 * len(printed)
    # no cell of a table may have a bar in it
    for text in (printed, detail):
        widths = {}
        block = 0
        for line in text.splitlines():
            block += line[:1] != "|"
            if line[:1] == "|":
                widths.setdefault(block, set()).add(line.count("|"))
        assert [found for found in widths.values() if len(found) > 1] == [], text

    pytest.importorskip("matplotlib")
    written = draw_statistics(report, tmp_path / "images")
    assert [file.name for file in written] == ["statistics-bias.png", "statistics-coverage.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in written)


def test_numbers_depend_on_the_seed_only(tiny):
    settings = dataclasses.replace(
        tiny, parts=("estimates", "null"), per_cell=(1.0,), k_means=(), null_repetitions=1
    )

    def records(**changes):
        changed = dataclasses.replace(settings, **changes)
        return statistics(changed, [], progress=False).records

    first = records()
    assert records(processes=2) == first
    assert records(parts=("null",)) == first[-1:]
    assert records(seed=1) != first


@pytest.mark.usefixtures("quick_is_tiny")
def test_a_result_that_breaks_a_rule_fails_the_command(monkeypatch, capsys):
    honest = ff.pid

    def wrong(*samples, **options):
        found = honest(*samples, **options)
        return dataclasses.replace(found, synergy=found.synergy + 0.5)

    monkeypatch.setattr(ff, "pid", wrong)
    arguments = ["statistics", "--quick", "--processes", "1", "--parts", "estimates"]
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert (
        "FAILED: estimators, gamma, 5 x 5 x 3, 1 per cell, none: the atoms add up to something "
        "5.00e-01 bits off I(X1,X2;Y)"
    ) in captured.err
    assert "**Coverage**" in captured.out
    assert "**Tests**" not in captured.out


def test_a_null_that_is_none_fails(tiny, monkeypatch):
    monkeypatch.setitem(significance.EXPECTED, "gamma", ("synergy",))
    cell = population.Cell("tests", population.Population("gamma", (5, 5, 3)), 2.0, 0)
    records = record_tests(cell, tiny)
    (synergy,) = (record for record in records if record["statistic"] == "synergy")
    assert all(reason.endswith("bits, expected none") for reason in synergy["wrong"])
    assert len(synergy["wrong"]) == 2


def test_a_part_that_there_is_not(capsys):
    with pytest.raises(SystemExit):
        main(["statistics", "--parts", "guesses"])
    assert "invalid choice: 'guesses'" in capsys.readouterr().err


def test_plot_takes_the_study_where_there_is_one(
    tmp_path, monkeypatch, capsys, worked_out, report_of
):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(run_plot, "draw", lambda _report, output: [output])
    for kind, records in (("run", []), ("statistics", worked_out())):
        report_of(records, kind).write(tmp_path / f"{kind}.json")
    images = tmp_path / "images"
    arguments = ["plot", "--json", str(tmp_path / "run.json")]
    for other in ("embeddings", "gaussian"):
        arguments += [f"--{other}", str(tmp_path / "none.json")]
    arguments += ["--output", str(images / "benchmark.png"), "--statistics"]
    assert main([*arguments, str(tmp_path / "none.json")]) == 0
    assert not images.exists()
    assert main([*arguments, str(tmp_path / "statistics.json")]) == 0
    assert sorted(path.name for path in images.iterdir()) == [
        "statistics-bias.png",
        "statistics-coverage.png",
    ]
    assert "statistics-coverage.png" in capsys.readouterr().err
