# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Parts of a report that are not measured again stay in it, with where they were measured."""

from __future__ import annotations

import dataclasses
import json

from benchmarks.__main__ import main
from benchmarks.peers import run
from benchmarks.peers.run import RUN
from benchmarks.record.parts import joined, part_of
from benchmarks.record.report import Report

PARTS = ("peers", "soft")


def of_part(report_of, date, *parts, **changes):
    report = report_of([{"part": part, "at": date} for part in parts], **changes)
    return dataclasses.replace(report, date=date)


def test_parts_that_were_not_measured_again_stay_with_their_surroundings(report_of):
    first = of_part(report_of, "1", "peers", "soft", limit=60.0)
    second = joined(of_part(report_of, "2", "soft", limit=5.0), first, PARTS)
    third = joined(of_part(report_of, "3", "soft", limit=7.0), second, PARTS)
    for report, of_soft in ((second, "2"), (third, "3")):
        assert [(r["part"], r["at"]) for r in report.records] == [
            ("peers", "1"),
            ("soft", of_soft),
        ]
        peers, soft = (part_of(report, part, "peers") for part in PARTS)
        assert (peers.date, soft.date) == ("1", of_soft)
        assert peers.settings == first.settings
        assert soft.settings["limit"] == report.settings["limit"]
    # and the other way about
    fourth = joined(of_part(report_of, "4", "peers"), third, PARTS)
    assert [part_of(fourth, part, "peers").date for part in PARTS] == ["4", "3"]
    assert part_of(fourth, "soft", "peers").settings["limit"] == 7.0


def test_a_whole_report_takes_the_place_of_the_older_one(report_of):
    old, new = (of_part(report_of, date, *PARTS) for date in "12")
    assert joined(new, old, PARTS) is new


def test_records_without_a_part_are_of_the_first(report_of, entry):
    old = report_of([entry("fourfold", 16, tol=1e-4)])
    assert part_of(old, "peers", "peers").records == old.records
    assert part_of(old, "soft", "peers").records == []
    kept = joined(of_part(report_of, "2", "soft"), old, PARTS)
    (record,) = part_of(kept, "peers", "peers").records
    assert record == {**old.records[0], "part": "peers"}


def test_the_command_keeps_what_it_does_not_measure(monkeypatch, report_of, entry, tmp_path):
    path = tmp_path / "run.json"
    report_of([entry("fourfold", 16, tol=1e-4, seconds=0.00123)]).write(path)
    monkeypatch.setattr(run, "jobs_of", lambda _cases, _seed: [])
    before = Report.read(path)
    # nothing was measured: all of the older one is still there
    assert main(["run", "--parts", "soft", "--json", str(path)]) == 0
    kept = Report.read(path, "run")
    assert [record["part"] for record in kept.records] == ["peers"]
    beside = part_of(kept, "peers", "peers")
    assert (beside.date, beside.machine) == (before.date, before.machine)
    text = RUN.tables(kept, detail=False)
    assert "1.23 ms" in text
    assert "Abacus" in text
    assert json.loads(path.read_text())["settings"]["parts"] == ["soft"]
