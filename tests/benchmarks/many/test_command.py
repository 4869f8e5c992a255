# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command on several sources: its parts run, wrong answers have no time, missed targets are named."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold
from benchmarks.__main__ import main
from benchmarks.commands import BENCHMARKS
from benchmarks.many import call, coverage, robustness, tables
from benchmarks.many.command import MANY, RECORDS
from benchmarks.many.oracles import oracles
from benchmarks.many.problems import (
    CASES,
    Case,
    binary_posteriors,
    dense_marginals,
    digit_parts,
)
from benchmarks.many.recheck import bounds_again, wrong_bounds
from benchmarks.many.settings import PARTS, QUICK
from benchmarks.many.table import TABLES, cost_table, many_table
from benchmarks.many.targets import verdicts
from benchmarks.record.child import Outcome
from benchmarks.record.report import Report
from fourfold import _core

SMALL = Case(lambda seed: dense_marginals((3, 3, 3), 3, seed), seconds=9.0, peak_bytes=10**7)


@pytest.fixture
def measured(tmp_path, monkeypatch):
    def measured(*parts, fails=0, **changed):
        tiny = dataclasses.replace(QUICK, parts=parts, **changed)
        monkeypatch.setitem(BENCHMARKS, "many", dataclasses.replace(MANY, quick=tiny))
        path = tmp_path / "many.json"
        assert main(["many", "--quick", "--json", str(path)]) == fails
        return Report.read(path, "many")

    return measured


@pytest.fixture
def in_this_process(monkeypatch):
    """The call without a process of its own; `change` is done to its answer."""

    def in_this_process(change=lambda answer: answer):
        def measure(prepare, options, _plan):
            if prepare is call.prepare_peer:
                return Outcome("failed", "there is no peer")
            answer = change(prepare(**options)())
            return Outcome(answer=answer, seconds=[0.5], cpu_seconds=[0.4], peak=10**6)

        monkeypatch.setattr(tables, "measure", measure)
        monkeypatch.setitem(CASES, "16 x 16 x 16 x 4", SMALL)

    return in_this_process


# -- tables -----------------------------------------------------------------------------------
def test_one_case_from_the_command_line_to_the_table(measured, monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(CASES, "16 x 16 x 16 x 4", SMALL)
    (record,) = measured("tables").records
    assert record["tuples"] == 27
    assert record["upper"] - record["lower"] <= 1e-6
    assert record["peak_bytes"] > record["resident_before_bytes"] > 0
    assert record["calls"] >= 3
    # a process of Python is larger than the 10 MB that this one was given
    assert [target["met"] for target in record["targets"]] == [True, False]
    printed = capsys.readouterr().out
    assert "| 16 x 16 x 16 x 4: peak memory |" in printed
    costs = cost_table(Report.read(tmp_path / "many.json", "many"))
    assert costs.splitlines()[0] in printed
    assert "**Targets**" not in costs
    assert "**no**" in printed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"converged": False}, "not converged"),
        ({"upper": 9.0}, "not converged: gap"),
        ({"lower": 0.9, "upper": 0.9}, "misses the one found again"),
    ],
)
def test_a_wrong_answer_has_no_time_and_fails(measured, in_this_process, change, reason):
    in_this_process(lambda answer: answer | change)
    report = measured("tables", fails=1)
    (record,) = report.records
    assert any(reason in wrong for wrong in record["wrong"])
    assert record["cpu_seconds"] is None
    assert [target["met"] for target in record["targets"]] == [None, None]
    assert "400 ms" not in many_table(report)


def test_an_answer_is_held_to_what_is_known(measured, in_this_process, monkeypatch):
    in_this_process()
    off = dataclasses.replace(SMALL, known=0.123)
    monkeypatch.setitem(CASES, "16 x 16 x 16 x 4", off)
    (record,) = measured("tables", fails=1).records
    assert "misses the known v*, 0.123" in record["wrong"][0]


def test_two_classes_are_held_to_the_hull(measured, in_this_process, monkeypatch):
    in_this_process(lambda answer: answer | {"lower": 0.0, "upper": 1e-7})
    of_two = Case(lambda seed: binary_posteriors(3, 10, seed), seconds=9.0)
    monkeypatch.setitem(CASES, "16 x 16 x 16 x 4", of_two)
    (record,) = measured("tables", fails=1).records
    assert "misses the information of the hull" in record["wrong"][0]


def test_bounds_are_found_again_and_false_ones_are_seen():
    marginals = dense_marginals((4, 3, 3), 3, 1)
    options = {"method": "auto", "tol": 1e-7, "max_iter": 100, "num_threads": 1}
    solved = _core.solve_union(marginals, **options, coupling=True)
    lower, upper, off = bounds_again(marginals, solved)
    assert (lower, upper) == pytest.approx((solved["lower"], solved["upper"]), abs=1e-10)
    assert off < 1e-11
    assert list(wrong_bounds(solved, marginals, solved)) == []
    first, *others = solved["dual"]
    for change, reason in (
        ({"dual": [first + 0.1 * (np.arange(3) == 0), *others]}, "dual pair"),
        ({"upper": solved["upper"] + 1e-6}, "coupling tells"),
        ({"coupling": (solved["coupling"][0], 1.1 * solved["coupling"][1])}, "marginals"),
    ):
        (found, *_) = wrong_bounds(solved, marginals, solved | change)
        assert reason in found


# -- what is known, and the peer ------------------------------------------------------------
def test_known_unions_are_found(measured):
    report = measured("oracles")
    assert len(report.records) == len(oracles(0)) == 12
    (verdict,) = verdicts(report)
    assert verdict.met
    assert verdict.measured == "12"
    assert "| three-way AND | 0.137925381 |" in many_table(report, detail=True)
    assert "three-way AND" not in many_table(report)


def test_the_peer_finds_the_same(measured):
    pytest.importorskip("cvxpy")
    (record,) = measured("peer").records
    assert record["peer_union"] == pytest.approx(record["upper"], abs=1e-5)
    assert record["wrong"] == []


def test_a_peer_without_an_answer_is_no_failure(measured, in_this_process):
    in_this_process()
    report = measured("peer")
    (record,) = report.records
    assert record["peer_union"] is None
    assert "| - | there is no peer | - | - |" in many_table(report)


# -- hard tables, and samples ---------------------------------------------------------------
def test_hard_tables_are_solved_by_both_methods(measured):
    report = measured("hard", counts=2, hard=1)
    first, second = report.records[:2]
    assert (first["name"], first["method"], second["method"]) == (
        "counts", "dense", "working-set",
    )  # fmt: skip
    assert first["count"] == second["certified"] == 2
    assert all(verdict.met for verdict in verdicts(report))


def test_bounds_that_miss_those_of_the_other_method_fail(measured, monkeypatch):
    def solve(tables, method):
        bounds = (
            {"lower": 0.4, "upper": 0.5} if method == "dense" else {"lower": 0.6, "upper": 0.5}
        )
        return {**solved(tables, method), **bounds}

    solved = robustness._solve
    monkeypatch.setattr(robustness, "_solve", solve)
    found = measured("hard", fails=1, counts=1, hard=1).records
    wrong = " ".join(reason for record in found for reason in record["wrong"])
    assert "is inverted" in wrong
    assert "of the other method" in wrong
    assert "dual pair" in wrong


def test_samples_of_a_population_are_held_to_its_truth(measured, monkeypatch):
    gate = coverage.Population("or", fourfold.gates.conjunction(3).pmf, (200,))
    monkeypatch.setattr(coverage, "populations", lambda: [gate])
    report = measured("coverage", draws=3)
    (record,) = report.records
    assert record["truth"][1] == pytest.approx(0.137925, abs=1e-5)
    assert record["rmse"][1] < 0.2
    assert "| or | 3 | 200 | 0.544 0.138 0.406 |" in many_table(report)


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        ({"certified": 24}, ["hard tables, dense: certified to 1e-07 bits"]),
        ({"coverage": [0.95, 0.8, 0.9]}, ["1 samples: intervals of I, v* and S that hold the truth, least"]),
        ({"coverage": [0.5, 0.5, 0.5], "undersampled": 1.0}, []),
        ({"converged": False}, ["1 unions that are known: certified to 1e-09 bits around the truth"]),
    ],
)  # fmt: skip
def test_missed_targets_are_named(report_of, changed, missed):
    record = {
        "name": "some", "method": "dense", "count": 25, "certified": 25, "converged": True,
        "sources": 3, "rows": 500, "coverage": [0.95, 0.9, 0.9], "undersampled": 0.1, "wrong": [],
    }  # fmt: skip
    records = [{**record, **changed, "part": part} for part in ("oracles", "hard", "coverage")]
    found = verdicts(report_of(records, kind="many"))
    assert [verdict.figure for verdict in found if not verdict.met] == missed


# -- what is measured -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "make",
    [
        lambda: dense_marginals((3, 4, 5), 3, 0),
        lambda: binary_posteriors(3, 50, 0),
        lambda: digit_parts(4, 3, 0),
    ],
)
def test_tables_share_the_target(make):
    marginals = make()
    for table in marginals:
        assert table.sum() == pytest.approx(1, abs=1e-12)
        np.testing.assert_allclose(table.sum(0), marginals[0].sum(0), atol=1e-12)


def test_all_parts_have_a_table():
    assert tuple(TABLES) == tuple(RECORDS) == PARTS
