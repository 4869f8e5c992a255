# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One command runs all others, and says how each ended; the page says of which core reports are."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pytest

from benchmarks.__main__ import main
from benchmarks.commands import BENCHMARKS
from benchmarks.page import everything, summary
from benchmarks.record import environment
from benchmarks.record.parts import joined


@pytest.fixture
def ran(monkeypatch):
    """The command lines that were started; `memory` fails."""
    lines = []

    def run(command, **_):
        lines.append(command[3:])
        return SimpleNamespace(returncode=int("memory" in command))

    monkeypatch.setattr(everything.subprocess, "run", run)
    monkeypatch.setattr(everything.fourfold.cuda, "is_built", lambda: False)
    return lines


def test_without_a_command_everything_runs_and_the_worst_status_is_returned(ran, capsys):
    assert main([]) == 1
    measured = [[name] for name in BENCHMARKS if name != "cuda"]
    assert ran == [*measured, ["table", "--write"], ["plot"]]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(BENCHMARKS) + 2
    assert "cuda: left out, no CUDA device or no CUDA back end" in said
    assert any(line.startswith("memory: exit status 1, ") for line in said)
    assert any(line.startswith("run: well, ") for line in said)


def test_some_are_left_out_and_quick_ones_write_no_page(ran):
    assert main(["all", "--quick", "--only", "exact", "run", "memory", "--skip", "memory"]) == 0
    assert ran == [["run", "--quick"], ["exact", "--quick"]]


def test_summary_says_which_reports_are_of_the_newest_core(small_report, memory_report):
    def of(report, core, date, *, dirty=False):
        git = {"commit": "c", "dirty": dirty, "core": core}
        return dataclasses.replace(report, git=git, date=date)

    new = of(memory_report, "newcore", "2002")
    text = summary.summary([of(small_report, "newcore", "2001"), new])
    assert "**All 2 reports are of core `newcore` of Fourfold" in text
    text = summary.summary([of(small_report, "oldcore", "2001"), new])
    assert "**1 of 2 reports are of core `newcore`" in text
    assert [row.split(" | ")[5] for row in text.splitlines() if "`run`" in row] == ["oldcore"]
    text = summary.summary([of(small_report, "newcore", "2001", dirty=True), new])
    assert "**1 of 2 reports" in text
    assert "| unknown |" in text
    assert "Not measured: `exact`" in text


def test_parts_that_were_measured_apart_have_rows_of_their_own(small_report):
    records = [{**record, "part": "soft"} for record in small_report.records]
    old = dataclasses.replace(small_report, date="2001-01-01T00:00:00+00:00")
    new = dataclasses.replace(small_report, records=records)
    both = joined(new, old, ["peers", "soft"])
    rows = [line for line in summary.summary([both]).splitlines() if "`run`" in line]
    assert [row.split(" | ")[1] for row in rows] == ["soft", "peers"]
    assert "2001-01-01" in rows[1]
    assert "2001-01-01" not in rows[0]


def test_a_commit_of_the_same_csrc_has_the_same_core():
    core = environment.core()
    if core is None:
        pytest.skip("no Git here")
    assert environment.core("no such commit") is None
    assert environment.git()["core"] == core
