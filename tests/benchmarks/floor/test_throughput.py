# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Batches, replicates and solves count if their answers are right."""

from __future__ import annotations

import dataclasses
import json

import pytest

from benchmarks.__main__ import main
from benchmarks.commands import BENCHMARKS
from benchmarks.floor import model
from benchmarks.floor.command import FLOOR, floor
from benchmarks.floor.settings import QUICK, Large, Settings
from benchmarks.page.tables import page
from benchmarks.record.report import Report
from fourfold import _core


def test_a_batch_is_recorded_in_tables_a_second(here, quick, only, rows_of):
    seen = here("batch_times", lambda one: dataclasses.replace(one, seconds=[0.5, 0.1, 0.2]))
    report, record, text = only(quick("batches"), "batch")
    assert FLOOR.failures(report) == []
    assert record["rate"] == pytest.approx(20 / 0.2)
    assert 0.0 < record["largest_gap_bits"] <= 1e-4
    (target,) = record["targets"]
    assert (target["measured"], target["met"]) == (pytest.approx(100.0), False)
    (row,) = rows_of(text, "Targets")
    assert row[1:] == ["100 a second", "at least 2500 a second", "**no**"]
    compared = next(o for _, o, _ in seen if o.get("method") == "newton")
    assert (compared["chosen"], compared["tol"]) == ([0, 6, 13], 1e-8)


def test_the_rate_of_a_batch_is_shared_among_its_threads(here, quick):
    here("batch_times", lambda answer: dataclasses.replace(answer, seconds=[0.2]))
    report = floor(dataclasses.replace(quick("batches"), threads=2), [])
    shares = [r["targets"][0]["measured"] for r in report.records if r["part"] == "batch"]
    assert shares == pytest.approx([100.0, 50.0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: {"unconverged": 2}, "2 tables did not converge"),
        (lambda _: {"largest_gap": 2e-4}, "largest gap 2.00e-04"),
        (lambda _: {"outside": 1}, "1 tables with an atom outside its bounds"),
        (
            lambda answer: {
                "answers": [
                    dataclasses.replace(one, lower=one.upper, upper=(9.0,) * 4)
                    for one in answer.answers
                ]
            },
            "bits apart from newton's",
        ),
    ],
    ids=["converged", "gap", "outside", "apart"],
)
def test_a_wrong_batch_has_no_time_and_fails(here, quick, only, change, reason, rows_of):
    here("batch_times", lambda answer: dataclasses.replace(answer, **change(answer)))
    report, record, text = only(quick("batches"), "batch")
    assert any(reason in found for found in FLOOR.failures(report))
    assert record["seconds"] is record["rate"] is None
    assert reason in rows_of(text, "Targets")[0][1]


def test_steps_of_replicates_are_held_to_a_third(here, quick, only, rows_of):
    here()
    report, record, text = only(quick("replicates"), "replicates")
    assert FLOOR.failures(report) == []
    assert record["steps"]["warm"] < record["steps"]["cold"] / 3
    (row,) = rows_of(text, "Targets")
    assert row[0].endswith("1e+08 samples at 0.001: steps with / without a warm start")
    assert row[2:] == ["at most 0.33 times", "yes"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unconverged": 1}, "1 tables did not converge"),
        ({"apart": 1e-9}, "1.00e-09 bits apart"),
    ],
)
def test_wrong_replicates_have_no_steps_and_fail(here, quick, only, change, reason, rows_of):
    here("replicates", lambda answer: {**answer, **change})
    report, record, text = only(quick("replicates"), "replicates")
    assert any(reason in found for found in FLOOR.failures(report))
    assert "steps" not in record
    assert reason in rows_of(text, "Targets")[0][1]


def test_a_solve_is_held_to_its_seconds(here, quick, only, rows_of):
    here()
    report, record, text = only(quick("solve"), "solve")
    assert FLOOR.failures(report) == []
    assert record["answer"]["converged"]
    assert record["answer"]["gap"] <= 1e-4
    assert record["answer"]["lower"] <= record["answer"]["upper"]
    (row,) = rows_of(text, "Targets")
    assert row[0] == "32 x 32 x 10 from marginals at 0.0001, 1 thread: time"
    assert row[1:] == ["200 ms", "at most 2.00 s", "yes"]
    json.dumps(report.records, allow_nan=False)


def test_large_steps_are_held_to_memory_and_floor(here, quick, only, rows_of):
    seen = here()
    large = Large((24, 20, 6), steps=5, peak_bytes=2_000_000)
    report, record, text = only(quick("large", large=large), "large")
    assert FLOOR.failures(report) == []
    answer = record["answer"]
    assert (answer["steps"], answer["converged"]) == (5, False)
    assert [warning.split(":")[0] for warning in answer["warnings"]] == ["ConvergenceWarning"]
    assert record["seconds"]["median"] == pytest.approx(0.2 / 5)
    assert record["tensor_bytes"] == 8 * 24 * 20 * 6
    # the sweeps of the whole call count for the steps
    step_floor, memory = record["targets"]
    least = model.StepWork(24, 20, 6, sweeps=answer["sweeps"] / 5)
    assert record["floor"]["products"] == pytest.approx(
        least.multiply_adds / report.records[0]["multiply_adds"]
    )
    assert step_floor["met"] is False  # 40 ms for what takes microseconds
    assert (memory["measured"], memory["met"]) == (2_000_000, False)  # reached is not below
    assert rows_of(text, "Targets")[1][1:] == ["2 MB", "below 2 MB", "**no**"]
    assert rows_of(text, "One outer step")[0][0] == "24 x 20 x 6"
    assert [name for name, _, _ in seen] == ["rates", "marginals_solve"]


def test_bounds_that_cross_are_seen_though_a_pid_would_hide_it(
    monkeypatch, here, quick, only, rows_of
):
    honest = _core.solve_one

    def crossed(*arguments, **options):
        out = honest(*arguments, **options)
        return {**out, "lower": out["upper"] + 1e-6}

    monkeypatch.setattr(_core, "solve_one", crossed)
    here()
    large = Large((24, 20, 6), steps=5)
    report, record, text = only(quick("large", large=large), "large")
    assert any("bounds" in reason for reason in FLOOR.failures(report))
    assert record["seconds"] is record["floor"] is None
    assert [target["met"] for target in record["targets"]] == [None, None]
    assert "**bounds" in rows_of(text, "One outer step")[0][2]
    assert _core.solve_one is crossed  # what listens is taken away again


@pytest.mark.parametrize(
    ("part", "changes", "reason"),
    [
        ("large", {"steps": 4}, "stopped after 4 steps of 6"),
        ("large", {"warnings": ["RuntimeWarning: odd"]}, "warned: RuntimeWarning: odd"),
        ("large", {"upper": 1e-3, "lower": 0.0}, "are possible"),
        ("large", {"upper": 9.0, "lower": 8.0}, "are possible"),
        ("solve", {"converged": False}, "not converged: gap"),
        ("solve", {"gap": 2e-4}, "not converged: gap 2.00e-04"),
    ],
)
def test_wrong_answers_from_marginals_fail(here, quick, only, part, changes, reason):
    here("marginals_solve", lambda answer: dataclasses.replace(answer, **changes))
    report, record, _ = only(quick(part), part)
    assert record["seconds"] is None
    assert any(reason in found for found in FLOOR.failures(report))


def test_a_solve_whose_interval_misses_that_of_first_order_steps_fails(here, quick, only):
    def moved(answer):
        # into the wrong place, but one that is possible
        return dataclasses.replace(answer, lower=answer.upper + 0.01, upper=answer.upper + 0.02)

    here("marginals_solve", moved)
    report, _, _ = only(quick("solve"), "solve")
    (reason,) = FLOOR.failures(report)
    assert reason.endswith("certified intervals apart from ipfp's")


def test_parts_and_threads_come_from_the_command_line(monkeypatch, tmp_path):
    taken = []

    def measure(settings, arguments):
        taken.append(settings)
        return Report.start("floor", arguments, seed=0, settings=dataclasses.asdict(settings))

    monkeypatch.setitem(BENCHMARKS, "floor", dataclasses.replace(FLOOR, measure=measure))
    kept = ["--json", str(tmp_path / "floor.json")]
    assert main(["floor", "--parts", "large", "steps", "--threads", "3", *kept]) == 0
    assert main(["floor", "--quick", "--seed", "5"]) == 0
    full, small = taken
    assert full == Settings(parts=("steps", "large"), threads=3)
    assert small == dataclasses.replace(QUICK, seed=5)
    with pytest.raises(SystemExit):
        main(["floor", "--parts", "small"])


def test_quick_steps_from_the_command_line_to_the_page(tmp_path, capsys, rows_of):
    path = tmp_path / "floor.json"
    arguments = ["floor", "--quick", "--threads", "1", "--parts", "steps", "large"]
    assert main([*arguments, "--json", str(path)]) == 0
    printed = capsys.readouterr().out
    report = Report.read(path, "floor")
    parts = [record["part"] for record in report.records]
    assert parts == ["rates", "step", "step", "large"]
    assert all(record["wrong"] == [] for record in report.records)
    large = report.records[-1]
    assert large["peak_bytes"] >= large["resident_before_bytes"] > 0
    assert len(rows_of(printed, "One outer step")) == 3
    assert "commit" in printed

    assert page([report]) == page([report], detail=True) == printed.strip()
    assert main(["table", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out == printed
