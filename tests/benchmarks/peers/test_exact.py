# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `exact` command checks its answers before it notes a time."""

from __future__ import annotations

import dataclasses
import math

import pytest

from benchmarks.__main__ import main
from benchmarks.page.tables import page
from benchmarks.peers import binary_hull, exact
from benchmarks.peers.exact import EXACT
from benchmarks.peers.exact_table import exact_table
from benchmarks.peers.soft import soft_marginals
from benchmarks.record.child import Outcome
from benchmarks.record.report import Report


@pytest.fixture
def exact_with(monkeypatch):
    """The command on one small table, solved here; what comes back can be changed."""

    def exact_with(change=lambda outcome: outcome, *, of="auto", took=0.2, **targets):
        case = exact.Case("dense", 4, 1e-8, **targets)
        monkeypatch.setitem(exact.CASES, "dense-64", case)

        def measure(prepare, options, _plan):
            outcome = Outcome(
                answer=prepare(**options)(),
                seconds=[took, 2 * took, 0.5 * took],
                cpu_seconds=[took] * 3,
                resident_before=1_000_000,
                peak=2_000_000,
            )
            return change(outcome) if options["method"] == of else outcome

        monkeypatch.setattr(exact, "measure", measure)
        return exact.exact(exact.Settings(cases=("dense-64",)), [])

    return exact_with


def answering(**changes):
    """Change the answer: each field to what a function makes of it."""

    def change(outcome):
        changed = {name: make(getattr(outcome.answer, name)) for name, make in changes.items()}
        return dataclasses.replace(
            outcome, answer=dataclasses.replace(outcome.answer, **changed)
        )

    return change


def test_every_case_has_a_target_and_the_quick_ones_are_among_them():
    assert set(exact.QUICK) < set(exact.CASES)
    for name, case in exact.CASES.items():
        assert name == case.name
        assert case.family in exact.PROBLEMS
        assert case.seconds or case.peak_bytes
        assert case.seconds is None or case.seconds < case.limit
        assert case.plan.limit == case.limit


def test_a_case_that_takes_long_is_solved_once():
    plan = exact.CASES["dense-512"].plan
    assert (plan.warmups, plan.repeats, plan.fast_repeats) == (0, 1, 1)


def test_a_right_answer_is_recorded_with_its_times(exact_with):
    report = exact_with(peak_bytes=4_000_000)
    (record,) = report.records
    assert EXACT.failures(report) == []
    assert record["wrong"] == []
    assert record["shape"] == [4, 4, 10]
    assert record["said"]["gap_bits"] <= record["tol"] == 1e-8
    assert record["seconds"]["all"] == [0.2, 0.4, 0.1]
    assert record["seconds"]["median"] == 0.2
    assert record["peak_bytes"] == 2_000_000
    assert (record["within_seconds"], record["within_bytes"]) == (None, True)
    assert record["other"]["status"] == "solved"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (answering(converged=lambda _: False), "not converged: gap"),
        (
            answering(said=lambda said: {**said, "gap_bits": 2e-8}),
            "not converged: gap 2.00e-08",
        ),
        (
            answering(atoms=lambda a: (a[0], a[1] - 1.0, a[2], a[3] + 1.0)),
            "negative atom: -",
        ),
        (answering(atoms=lambda a: (*a[:3], a[3] + 1e-9)), "add up to something 1.00e-09 bits"),
        (answering(lower=lambda low: (low[0] - 1e-3, *low[1:])), "bounds"),
        (answering(upper=lambda high: (high[0] - 1.0, *high[1:])), "bounds"),
        (answering(atoms=lambda a: (math.nan, *a[1:])), "the answer is not finite"),
    ],
    ids=["not converged", "gap", "negative", "sum", "wide", "outside", "not finite"],
)
def test_a_wrong_answer_has_no_time_and_fails(exact_with, change, reason):
    report = exact_with(change, took=7.77, seconds=9.0, peak_bytes=4_000_000)
    (record,) = report.records
    assert (record["within_seconds"], record["within_bytes"]) == (None, None)
    reasons = EXACT.failures(report)
    assert any(found.startswith("dense-4: ") and reason in found for found in reasons)
    text = exact_table(report)
    assert reason in text
    assert "7.77" not in text


def test_an_answer_whose_interval_misses_the_other_one_fails(exact_with):
    def moved(values):
        # the union information moved up: atoms, sum and bounds look right
        return (values[0] - 1e-3, values[1] + 1e-3, values[2] + 1e-3, values[3] - 1e-3)

    change = answering(atoms=moved, lower=moved, upper=moved)
    (reason,) = EXACT.failures(exact_with(change))
    assert reason.startswith("dense-4: certified intervals ")
    assert reason.endswith("1.00e-03 bits apart from ipfp")


@pytest.mark.parametrize(
    ("of", "reason"),
    [("auto", "no answer: because"), ("ipfp", "no answer of ipfp to compare with: because")],
)
def test_a_missing_answer_fails(exact_with, of, reason, rows_of):
    report = exact_with(lambda _: Outcome("timeout", "because"), of=of)
    assert EXACT.failures(report) == [f"dense-4: {reason}"]
    assert rows_of(exact_table(report))[0][2] == f"**{reason}**"


def test_a_missed_target_is_in_the_table_and_is_no_failure(exact_with, rows_of):
    report = exact_with(took=0.3, seconds=0.1, peak_bytes=1_500_000)
    (record,) = report.records
    assert (record["within_seconds"], record["within_bytes"]) == (False, False)
    assert EXACT.failures(report) == []
    (row,) = rows_of(exact_table(report))
    assert row[0] == "dense, 4 x 4 x 10"
    assert row[1] == "1e-08"
    assert row[4:] == ["300 ms", "**above** 100 ms", "2 MB", "**above** 2 MB"]


def test_memory_that_only_reaches_its_target_misses_it(exact_with):
    assert exact_with(peak_bytes=2_000_001).records[0]["within_bytes"] is True
    assert exact_with(peak_bytes=2_000_000).records[0]["within_bytes"] is False


def test_table_without_targets_has_none(exact_with, rows_of):
    (row,) = rows_of(exact_table(exact_with()))
    assert row[4:] == ["200 ms", "-", "2 MB", "-"]


def test_quick_cases_in_the_order_of_the_table(monkeypatch, capsys):
    seen = []

    def measure(_prepare, options, plan):
        seen.append((options["pmf"].shape, options["method"], options["num_threads"], plan))
        return Outcome("failed", "because")

    monkeypatch.setattr(exact, "measure", measure)
    assert main(["exact", "--quick", "--threads", "2"]) == 1
    assert [entry[:3] for entry in seen] == [
        (shape, method, 2)
        for shape in ((64, 64, 10), (40, 40, 10), (16, 16, 2))
        for method in ("ipfp", "auto")
    ]
    captured = capsys.readouterr()
    assert "FAILED: digits-40: no answer: because" in captured.err
    assert "16 x 16 x 2" in captured.out


def test_one_case_from_the_command_line_to_the_page(tmp_path, capsys):
    path = tmp_path / "exact.json"
    arguments = ["exact", "--quick", "--cases", "breast-cancer-16", "--json", str(path)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    report = Report.read(path, "exact")
    (record,) = report.records
    assert record["case"] == "breast-cancer-16"
    assert record["status"] == record["other"]["status"] == "solved"
    assert record["said"]["gap_bits"] <= record["tol"] == 1e-10
    assert record["peak_bytes"] >= record["resident_before_bytes"] > 0
    assert isinstance(record["within_seconds"], bool)
    assert record["within_bytes"] is None
    assert "| breast cancer, 16 x 16 x 2 | 1e-10 |" in printed

    assert page([report]) == page([report], detail=True) == printed.strip()
    assert main(["table", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out == printed


def test_a_binary_target_is_compared_with_a_hull(monkeypatch):
    case = exact.Case("binary target", 20, 1e-8, seconds=9.0, threads=1)
    monkeypatch.setitem(exact.CASES, "dense-64", case)
    asked = []

    def measure(prepare, options, _plan):
        asked.append((prepare.__module__.rpartition(".")[2], set(options)))
        answer = prepare(**options)()
        return Outcome(answer=answer, seconds=[0.1], cpu_seconds=[0.1], peak=1)

    monkeypatch.setattr(exact, "measure", measure)
    report = exact.exact(exact.Settings(cases=("dense-64",)), [])
    (record,) = report.records
    assert record["wrong"] == []
    assert record["shape"] == [20, 20, 2]
    assert record["within_seconds"] is True
    assert record["threads"] == 1
    assert "one thread" in exact_table(report)
    given = {"p1y", "p2y", "joint_information"}
    assert asked == [
        ("binary_hull", given),
        ("solver_fourfold", {*given, "num_threads", "method", "tol"}),
    ]
    found = binary_hull.prepare(*soft_marginals("near", 20, 2, 0), 0.1)().atoms
    assert record["other"]["atoms"]["unique1"] == pytest.approx(found[1], abs=1e-15)


def test_the_hull_finds_the_join_of_the_sources():
    p1y, p2y = soft_marginals("unequal", 30, 2, 1)
    first, second = (binary_hull.prepare(*pair, 1.0)() for pair in ((p1y, p2y), (p2y, p1y)))
    assert first.atoms[1:3] == pytest.approx(second.atoms[2:0:-1], abs=1e-13)
    # a source that is read by half of its states tells nothing of its own
    halves = p1y.reshape(15, 2, 2).sum(1)
    atoms = binary_hull.prepare(p1y, halves, 1.0)().atoms
    assert atoms[2] == pytest.approx(0.0, abs=1e-13)
    assert atoms[1] > 0.01


def test_a_case_that_there_is_not(capsys):
    with pytest.raises(SystemExit):
        main(["exact", "--cases", "dense-65"])
    assert "invalid choice: 'dense-65'" in capsys.readouterr().err
