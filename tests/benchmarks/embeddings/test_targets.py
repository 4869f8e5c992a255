# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Figures of the study are judged as they are asked for, and summed up rightly."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.embeddings import summary
from benchmarks.embeddings.table import embeddings_table
from benchmarks.embeddings.targets import mean_sum, verdicts
from benchmarks.embeddings.times import record_times
from benchmarks.record.child import Outcome


def missed(report):
    return [verdict.figure for verdict in verdicts(report) if verdict.met is False]


def test_every_target_is_met_by_figures_that_meet_it(worked_out):
    found = list(verdicts(worked_out()))
    assert [verdict.figure for verdict in found if verdict.met is not True] == []
    # three sums and one of digits, three synergies, noise, four atoms, two of digits, five bounds
    assert len(found) == 19


@pytest.mark.parametrize(
    ("changes", "count", "words"),
    [
        ({"soft": 0.046}, 1, "2000 rows, soft"),
        ({"shrunk": 0.027}, 1, "2000 rows, shrunk"),
        ({"large": 0.017}, 1, "8000 rows, soft"),
        ({"digits": 0.21}, 1, "AND of two digits"),
        ({"xor": 0.52}, 1, "S of xor (truth"),
        ({"xor": 0.44}, 3, "S of xor"),
        ({"noise": 0.02}, 1, "R + S of noise"),
        ({"four": (0.89, 1.11, 0.95, 0.84)}, 3, "of four atoms"),
        ({"off": 0.04}, 1, "digits: sum"),
        ({"digits_held": 2}, 1, "digits: draws"),
        ({"held": 181}, 5, "outer bounds"),
    ],
)
def test_a_target_is_missed_by_figures_that_miss_it(changes, count, words, worked_out):
    found = missed(worked_out(**changes))
    assert len(found) == count
    assert all(words in figure for figure in found)


def test_nothing_measured_is_neither_met_nor_missed(report_of):
    found = list(verdicts(report_of([], kind="embeddings")))
    assert {verdict.met for verdict in found} == {None}
    assert "Targets" in embeddings_table(report_of([], kind="embeddings"))


def test_a_mean_over_cases_needs_all_of_them(worked_out):
    report = worked_out()
    assert mean_sum(report, "auto", 2000) == pytest.approx(0.04)
    report.records.pop(0)
    assert mean_sum(report, "auto", 2000) is None


def test_tables_name_every_case_and_put_no_bar_in_a_cell(worked_out):
    short, detail = (embeddings_table(worked_out(), detail=detail) for detail in (False, True))
    for text in (short, detail):
        assert "noisy AND, 16 + 16 | 0.239 0 0 0.346 |" in text
        assert "four atoms behind a nuisance" in text
        assert "| 2000 | 0.040 | 0.020 | 0.040 |" in text
    assert "within two standard errors" in detail
    assert len(detail) > len(short)


def test_draws_are_summed_up_by_case_rows_and_method(monkeypatch):
    monkeypatch.setattr(summary, "truth_of", lambda _: (0.5, 0.0, 0.0, 0.5))
    monkeypatch.setattr(summary, "wrong_truth", lambda _: [])

    def record(off, bound, **more):
        atoms = [0.5 + off, 0.0, 0.0, 0.5 - off]
        return {
            "part": "errors", "case": "and", "rows": 500, "seed": 1, "method": "fast",
            "commit": "0123456789", "wrong": [], "seconds": 2.0, "cpu_seconds": 1.0,
            "estimates": {"fast": atoms, "fast cross-fitted": atoms},
            "bounds": [bound, 1.0, 1.0, 1.0], "standard_error": [0.06] * 4,
            "held_out_joint": 0.9,
        } | more  # fmt: skip

    failed = record(0.0, 0.0, wrong=["why"])
    first, second = summary.summarised([record(0.1, 0.4), record(-0.2, 0.55), failed])
    assert (first["estimate"], second["estimate"]) == ("fast", "fast cross-fitted")
    assert first["draws"] == 2
    assert first["wrong"] == ["why"]
    assert first["commits"] == ["01234567"]
    np.testing.assert_allclose(first["mean_error"], [-0.05, 0, 0, 0.05])
    np.testing.assert_allclose(first["rmse"], [np.sqrt(0.025), 0, 0, np.sqrt(0.025)], rtol=1e-5)
    assert first["sum_of_errors"] == pytest.approx(0.3)
    assert first["sum_minus_held_out_joint"] == pytest.approx(0.1)
    assert first["bounds_hold"] == [1, 2, 2, 2]
    assert first["all_bounds_hold"] == 1
    assert first["two_errors_reach"] == [0.5, 1.0, 1.0, 0.5]
    assert "bounds_hold" not in second


def test_times_are_held_to_their_targets(monkeypatch):
    monkeypatch.setattr(
        "benchmarks.embeddings.times.measure",
        lambda *_: Outcome(seconds=[2.0], cpu_seconds=[3.0], peak=5 * 10**9),
    )
    records = list(record_times(0))
    assert [t["met"] for record in records for t in record["targets"]] == [True] * 4 + [False]
