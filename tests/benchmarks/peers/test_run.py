# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `run` command compares answers before it notes a time, and its tables say how each solve went."""

from __future__ import annotations

import math

import pytest

from benchmarks.__main__ import main
from benchmarks.peers import run
from benchmarks.peers.agreement import compare
from benchmarks.peers.answer import Answer
from benchmarks.peers.run_table import run_tables
from benchmarks.peers.run_targets import run_verdicts
from benchmarks.record.child import Outcome
from benchmarks.record.report import Report


def answer_of(atoms, width, *, converged=True):
    return Answer.around(atoms, width, converged=converged, said={})


def test_answers_agree_exactly_when_their_intervals_meet():
    certified = answer_of((0.1, 0.2, 0.3, 0.4), 1e-4)
    near = compare(answer_of((0.1, 0.2, 0.30015, 0.4), 1e-4), certified)
    assert near.agrees
    assert near.apart == 0.0
    assert near.largest_difference == pytest.approx(1.5e-4)
    # above and below, in the first and in the last atom
    for atoms in ((0.1 - 3e-4, 0.2, 0.3, 0.4), (0.1, 0.2, 0.3, 0.4 + 3e-4)):
        far = compare(answer_of(atoms, 1e-4), certified)
        assert not far.agrees
        assert far.apart == pytest.approx(1e-4)


def test_a_disagreement_fails_the_run_unless_the_peer_did_not_converge(entry, report_of):
    wrong = {
        "agreement": [
            {"tol": 1e-4, "largest_difference": 0.1, "apart": 0.09, "agrees": False},
        ]
    }
    fails = run.failures
    records = [entry("fourfold", 16, tol=1e-4), entry("dit", 16)]
    assert fails(report_of(records)) == []
    reasons = fails(report_of([*records, entry("clarabel", 16, **wrong)]))
    assert len(reasons) == 1
    assert "clarabel" in reasons[0]
    assert "9.0e-02 bits outside" in reasons[0]
    admitted = entry("clarabel", 16, converged=False, **wrong)
    assert fails(report_of([*records, admitted])) == []
    broken = entry("fourfold", 32, tol=1e-4, status="failed")
    assert fails(report_of([broken])) == ["dense, 32 states, fourfold: because"]


@pytest.fixture
def run_with(monkeypatch):
    """A run without solving: what each solver answers is given."""

    def run_with(outcomes, states, families=("dense",)):
        def measure(prepare, options, _plan):
            name = {"solver_fourfold": "fourfold", "peer_dit": "dit"}[
                prepare.__module__.rpartition(".")[2]
            ]
            return outcomes[name](options["pmf"].shape[0])

        monkeypatch.setattr(run, "measure", measure)
        settings = run.Settings(families, ("fourfold", "dit"), states, parts=("peers",))
        return run.run(settings, [])

    return run_with


def outcome_of(atoms):
    answer = answer_of(atoms, 1e-7)
    return Outcome(answer=answer, seconds=[1.0], cpu_seconds=[1.0], peak=1)


def test_a_peer_that_ran_out_of_time_is_skipped_at_larger_sizes(run_with):
    atoms = (0.1, 0.2, 0.3, 0.4)
    late = Outcome("timeout", "one call took more than 60 s")
    outcomes = {
        "fourfold": lambda _: outcome_of(atoms),
        "dit": lambda states: late if states >= 4 else outcome_of(atoms),
    }
    report = run_with(outcomes, (2, 4, 6, 8))
    of_dit = [
        (r["states"], r["status"], r["reason"]) for r in report.records if r["solver"] == "dit"
    ]
    assert of_dit == [
        (2, "solved", None),
        (4, "timeout", "one call took more than 60 s"),
        (6, "skipped", "out of time at 4 states"),
        (8, "skipped", "out of time at 4 states"),
    ]
    assert {r["status"] for r in report.records if r["solver"] == "fourfold"} == {"solved"}
    assert run.failures(report) == []


def test_a_peer_is_not_tried_on_larger_tables_of_the_same_kind(run_with):
    late = Outcome("timeout", "one call took more than 60 s")
    atoms = (0.1, 0.2, 0.3, 0.4)
    outcomes = {
        "fourfold": lambda states: late if states >= 8 else outcome_of(atoms),
        "dit": lambda states: late if states >= 8 else outcome_of(atoms),
    }
    families = ("dense", "soft-near-3", "soft-near-10")
    report = run_with(outcomes, (4, 8), families)
    statuses = {
        (r["family"], r["states"], r["solver"]): (r["status"], r["reason"])
        for r in report.records
        if r["tol"] in (None, 1e-6)
    }
    # Fourfold is tried on every family, and every peer on those with fewer unknowns
    assert [key for key, (status, _) in statuses.items() if status == "skipped"] == [
        ("soft-near-10", 8, "dit")
    ]
    assert statuses["soft-near-10", 8, "dit"][1] == "out of time at 8 states of soft-near-3"
    assert statuses["soft-near-10", 4, "dit"][0] == "solved"
    assert statuses["soft-near-3", 8, "dit"][0] == "timeout"


def test_a_run_compares_each_peer_with_each_tolerance(run_with):
    outcomes = {
        "fourfold": lambda _: outcome_of((0.1, 0.2, 0.3, 0.4)),
        "dit": lambda _: outcome_of((0.1, 0.2, 0.3, 0.41)),
    }
    report = run_with(outcomes, (2,))
    agreement = report.records[-1]["agreement"]
    assert [comparison["tol"] for comparison in agreement] == [1e-4, 1e-6]
    assert not any(comparison["agrees"] for comparison in agreement)
    assert len(run.failures(report)) == 2


def test_an_answer_that_is_not_finite_is_a_failure(run_with):
    outcomes = {
        "fourfold": lambda _: outcome_of((0.1, 0.2, 0.3, 0.4)),
        "dit": lambda _: outcome_of((0.1, math.nan, 0.3, 0.4)),
    }
    report = run_with(outcomes, (2,))
    assert report.records[-1]["status"] == "failed"
    assert "not finite" in report.records[-1]["reason"]


def test_table_shows_each_state_of_a_solve(small_report):
    lines = run_tables(small_report).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert rows[0] == [
        "K",
        "Fourfold, gap ≤ 1e-4",
        "dit (cone, ECOS)",
        "cvxpy + Clarabel",
        "largest difference of an atom",
    ]
    time, difference = "500 ms, 90 MB", "3e-05 bits"
    assert rows[2:] == [
        ["16", "1.23 ms, 90 MB", "4.56 s, 90 MB", time, difference],
        ["32", "100 ms, 90 MB", "no answer, 90 MB", f"{time}, not converged", "-"],
        ["64", "12.3 s, 90 MB", "-", "failed", "-"],
    ]
    assert "after 60 s" in lines[-1]
    assert "Abacus" in lines[-1]
    assert "commit 01234567)" in lines[-1]


def test_table_has_no_time_for_a_wrong_answer(entry, report_of):
    wrong = [{"tol": 1e-4, "largest_difference": 0.1, "apart": 0.09, "agrees": False}]
    records = [entry("fourfold", 16, tol=1e-4), entry("dit", 16, seconds=7.77, agreement=wrong)]
    text = run_tables(report_of(records))
    assert "**disagrees**" in text
    assert "7.77" not in text


def test_detail_table_has_gap_and_iterations(small_report):
    text = run_tables(small_report, detail=True)
    assert "| 16 | 0.0001 | 5.0e-05 | yes | 7 | 1.23 ms | 1.23 ms | 1.23 ms | 1 |" in text


def test_tables_of_a_group_are_one_table_with_what_they_can_carry(entry, report_of, rows_of):
    kept = {"differing": [9, 8], "carrying": 123}
    records = [
        entry("fourfold", 16, tol=1e-4, family="wine", classes=3, **kept),
        entry("fourfold", 16, tol=1e-4, family="breast-cancer", classes=2, **kept),
        entry("dit", 16, family="breast-cancer", classes=2, **kept),
    ]
    time, there = "500 ms, 90 MB", ["16", "9 x 8", "123"]
    assert rows_of(run_tables(report_of(records))) == [
        ["178 wines", "3", *there, time, "-", "-"],
        ["569 biopsies", "2", *there, time, time, "3e-05 bits"],
    ]


def test_targets_are_ratios_to_the_peers_in_one_run(entry, report_of):
    wrong = [{"tol": 1e-4, "largest_difference": 0.1, "apart": 0.09, "agrees": False}]
    records = [
        entry("fourfold", 64, tol=1e-6, seconds=0.002, family="digits"),
        entry("clarabel", 64, seconds=0.3, family="digits"),
        entry("dit", 64, seconds=9.0, family="digits"),
        entry("fourfold", 128, tol=1e-6, seconds=0.004, family="digits"),
        entry("clarabel", 128, family="digits", agreement=wrong),
        entry("dit", 128, family="digits", status="timeout"),
        entry("fourfold", 256, tol=1e-6, seconds=0.004, family="digits"),
        entry("dit", 256, family="digits", status="skipped"),
    ]
    report = report_of(records)
    found = [
        (v.figure.split(",")[1], v.measured, v.target, v.met) for v in run_verdicts(report)
    ]
    assert found == [
        (" 64 x 64 x 10", "150 times", "at least 100 times", True),
        (" 128 x 128 x 10", "-", "at least 100 times", None),
        (" 64 x 64 x 10", "4500 times", "at least 5000 times", False),
        (" 128 x 128 x 10", "over 15000 times", "at least 5000 times", True),
    ]
    assert run_tables(report).count("**no**") == 1
    assert "over 15000 times" in run_tables(report)


def test_quick_run_of_fourfold(tmp_path, capsys):
    path = tmp_path / "run.json"
    arguments = ["run", "--quick", "--parts", "peers", "--solvers", "fourfold"]
    arguments += ["--states", "8"]
    assert main([*arguments, "--json", str(path)]) == 0
    report = Report.read(path, "run")
    assert [(r["family"], r["tol"]) for r in report.records] == [
        (family, tol)
        for family in ("dense", "digits", "wine", "soft-near-3")
        for tol in (1e-4, 1e-6)
    ]
    for record in report.records:
        assert record["status"] == "solved"
        assert record["converged"]
        assert record["said"]["gap_bits"] <= record["tol"]
        assert record["seconds"]["min"] <= record["seconds"]["median"]
        for name, value in record["atoms"].items():
            assert record["lower"][name] <= value <= record["upper"][name]
        assert max(record["differing"]) <= 8
        assert record["carrying"] <= record["unknowns"] <= 64 * record["classes"]
    printed = capsys.readouterr().out
    assert "**Counts of rows, either source clustered to K states**: " in printed
    assert "| 178 wines | 3 | 8 | " in printed
    assert "**Soft marginals, nearly equal sources**, K x K x 3: " in printed


@pytest.mark.parametrize(("name", "needs"), [("dit", "ecos"), ("clarabel", "cvxpy")])
def test_peer_agrees_with_fourfold(name, needs, tmp_path):
    pytest.importorskip(needs)
    pytest.importorskip(name)
    arguments = ["run", "--quick", "--parts", "peers", "--states", "4", "--families", "dense"]
    path = tmp_path / "run.json"
    arguments += ["--solvers", "fourfold", name, "--json", str(path)]
    assert main(arguments) == 0
    record = Report.read(path, "run").records[-1]
    assert record["solver"] == name
    assert record["converged"]
    assert [entry["tol"] for entry in record["agreement"]] == [1e-4, 1e-6]
    assert record["agreement"][1]["largest_difference"] < 2e-6
