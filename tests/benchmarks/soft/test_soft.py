# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Large soft tables: answers are compared before times, and targets are met by right answers only."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from benchmarks.__main__ import main
from benchmarks.peers.answer import Answer
from benchmarks.peers.run import RUN
from benchmarks.record.child import Outcome
from benchmarks.record.report import Report
from benchmarks.soft import measure as soft
from benchmarks.soft.call import prepare, prepare_check
from benchmarks.soft.cases import CASES, QUICK, SMALL, SoftCase
from benchmarks.soft.table import soft_table, soft_verdicts


@pytest.fixture
def here(monkeypatch):
    """Calls are made in this process, once each."""

    def measure(prepare, options, _plan):
        return Outcome(
            answer=prepare(**options)(), seconds=[2.0], cpu_seconds=[1.0], peak=10**9
        )

    monkeypatch.setattr(soft, "measure", measure)


# where classes are sure of themselves Clarabel says so of most seeds; such answers are not compared
@pytest.mark.filterwarnings("ignore:Solution may be inaccurate:UserWarning")
@pytest.mark.usefixtures("here")
def test_quick_run_of_large_soft_tables(tmp_path, capsys):
    path = tmp_path / "run.json"
    arguments = ["run", "--quick", "--parts", "soft", "--json", str(path)]
    assert main(arguments) == 0
    records = Report.read(path, "run").records
    methods = [r["method"] for r in records if r["name"] == "near-24"]
    assert methods == list(QUICK["near-24"].methods)
    assert {record["kind"] for record in records if record["method"] == "clarabel"} == {
        case.kind for case in QUICK.values()
    }
    for record in records:
        assert record["wrong"] == []
        assert record["part"] == "soft"
        if record["method"] != "clarabel":
            assert record["converged"]
            assert record["said"]["gap_bits"] <= record["tol"]
        elif record["status"] == "solved" and (
            record["kind"] == "near" or record["largest_difference"] is not None
        ):
            assert record["largest_difference"] < 2e-6
    printed = capsys.readouterr().out
    assert "**Large soft tables**: median CPU time" in printed
    assert "| nearly equal sources | 24 x 24 x 10 | 1e-06 | - | 1.00 s, " in printed


@pytest.mark.parametrize("name", sorted(SMALL))
def test_marginals_share_the_target_and_come_again(name):
    case = SMALL[name]
    p1y, p2y = case.make(case.states, 0)
    assert len(p1y) == len(p2y) == case.states
    assert p1y.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(p1y.sum(axis=0), p2y.sum(axis=0), atol=1e-14)
    np.testing.assert_array_equal(p2y, case.make(case.states, 0)[1])


def test_every_case_has_a_small_one():
    assert {case.kind for case in (CASES | QUICK).values()} <= set(SMALL)
    assert all(case.merge < case.tol for case in CASES.values())


CASE = SoftCase(
    "near", "nearly equal sources", lambda *_: MARGINALS, 2, 0.1, seconds=0.3, width=0.1,
    peak_bytes=1000,
)  # fmt: skip
MARGINALS = (np.full((2, 2), 0.25), np.full((2, 2), 0.25))


def outcome_of(gap=0.05, at=0.5, cpu=0.25, *, converged=True, peak=999, wide=None):
    half = (gap if wide is None else wide) / 2
    answer = Answer.around(
        (at, at, at, at), half, converged=converged, said={"gap_bits": gap, "iterations": 3}
    )
    return Outcome(answer=answer, seconds=[9.0], cpu_seconds=[cpu], peak=peak)


@pytest.fixture
def recorded(monkeypatch):
    """Records of one case, whose methods answer as told."""

    def recorded(checked=(), **outcomes):
        answers = {}
        records = []
        for method, outcome in outcomes.items():

            def measure(prepare, _options, _plan, outcome=outcome):
                if prepare is prepare_check:
                    return Outcome(answer=list(checked), seconds=[1.0])
                return outcome

            monkeypatch.setattr(soft, "measure", measure)
            records.append(soft._record("near-2", CASE, method, 0, answers))
        return records

    return recorded


@pytest.mark.parametrize(
    ("outcome", "met"),
    [
        (outcome_of(), [True, True, True]),
        (outcome_of(cpu=0.31), [False, True, True]),
        (outcome_of(peak=1000), [True, True, False]),
        # what did not converge meets nothing, however quick it was
        (outcome_of(gap=0.2, converged=False), [False, False, False]),
        (Outcome("timeout", "late"), [False, False, False]),
        # what failed is wrong, and held to nothing
        (Outcome("failed", "why"), [None, None, None]),
        (outcome_of(gap=0.2, wide=0.1), [None, None, None]),
    ],
)
def test_targets_are_met_by_answers_that_count(recorded, report_of, outcome, met):
    (record,) = recorded(auto=outcome)
    verdicts = list(soft_verdicts(report_of([record])))
    assert [verdict.met for verdict in verdicts] == met
    assert [verdict.figure.split(": ")[1] for verdict in verdicts] == [
        "CPU time",
        "width of the interval",
        "peak memory",
    ]
    text = soft_table(report_of([record]))
    assert text.count("**no**") == met.count(False)
    if outcome.status == "timeout":
        assert text.count("no answer in 60 s") == 3


def test_intervals_that_exclude_each_other_and_a_failed_check_are_wrong(recorded, report_of):
    first, second, third = recorded(
        auto=outcome_of(), ipfp=outcome_of(at=0.56), newton=outcome_of(at=0.54)
    )
    assert first["wrong"] == third["wrong"] == []
    assert second["wrong"] == ["certified intervals 1.0e-02 bits apart from auto"]
    assert (first["targets"] != [], second["targets"]) == (True, [])
    report = report_of([first, second, third])
    assert RUN.failures(report) == ["near-2: certified intervals 1.0e-02 bits apart from auto"]
    assert "| **certified intervals 1.0e-02 bits apart from auto** |" in soft_table(report)
    (unchecked,) = recorded(checked=["dual: off"], auto=outcome_of())
    assert unchecked["wrong"] == ["dual: off"]
    assert {target["met"] for target in unchecked["targets"]} == {None}


def test_the_check_sees_a_dual_and_a_coupling_that_are_wrong(monkeypatch):
    case = SMALL["near"]
    p1y, p2y = case.make(8, 0)
    assert prepare_check(p1y, p2y, method="auto", tol=1e-6)() == []
    honest = ff.decompose_marginals

    def overconfident(*given, **options):
        found = honest(*given, **options)
        return dataclasses.replace(found, gap=found.gap / 2)

    monkeypatch.setattr(ff, "decompose_marginals", overconfident)
    (reason,) = prepare_check(p1y, p2y, method="auto", tol=1e-6)()
    assert reason.startswith("dual: its value is")
    assert prepare(p1y, p2y, method="auto", tol=1e-6)().converged
