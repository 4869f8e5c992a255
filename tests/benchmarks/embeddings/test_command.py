# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The study of embeddings checks its truths, does every draw once, and goes on where it stopped."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.commands import BENCHMARKS
from benchmarks.embeddings import command, draws
from benchmarks.embeddings.cases import CASES, truth_of, wrong_truth
from benchmarks.embeddings.command import EMBEDDINGS, embeddings, failures
from benchmarks.embeddings.draws import Draw, Kept, measured
from benchmarks.embeddings.settings import QUICK, Settings
from benchmarks.embeddings.times import fitting, solving
from benchmarks.page.embeddings_plot import draw_embeddings
from benchmarks.record.report import Report


@pytest.fixture
def tiny(tmp_path):
    return dataclasses.replace(
        QUICK, cases=("and", "digit-halves"), methods=("fast",), rows=((150, 2),),
        bound_cases=("xor",), bound_rows=150, bound_draws=1, jobs=1, kept=tmp_path / "kept.jsonl",
    )  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_truths_are_those_written_down_and_rows_are_drawn(name):
    assert list(wrong_truth(name)) == []
    case = CASES[name]
    x1, x2, y = case.draw(60, np.random.default_rng([3, 60]))
    assert len(x1) == len(x2) == len(y) == (60 if case.atoms else case.most)
    again = case.draw(60, np.random.default_rng([3, 60]))
    np.testing.assert_array_equal(next(iter(again)), x1)
    assert (truth_of(name) is None) == (case.atoms is None)


def test_a_wrong_truth_is_found(monkeypatch):
    monkeypatch.setitem(CASES, "odd", dataclasses.replace(CASES["xor"], atoms=(0, 0, 0, 0.5)))
    (reason,) = wrong_truth("odd")
    assert reason.startswith("truth 8.6e-02 bits off")


def test_all_draws_are_asked_for_once_and_large_ones_last():
    todo = draws.draws(Settings())
    assert len(set(todo)) == len(todo)
    sizes = [draw.rows for draw in todo]
    assert sizes[-1] == 32_000
    assert sizes.index(8000) == sum(size < 8000 for size in sizes)
    assert {draw.seed for draw in todo if draw.part == "errors"} == set(range(100, 120))
    ends = {draw.case for draw in todo[: len(todo) // 20]}
    assert ends == set(CASES)  # a little of everything first
    assert {draw.rows for draw in todo if draw.case == "digit-halves"} == {1797}
    assert {draw.rows for draw in todo if draw.case == "digits-and"} == {500, 1797}
    number = sum(draw == Draw("errors", "and", 2000, draw.seed, "auto") for draw in todo)
    assert number == 20
    few = draws.draws(Settings(only_rows=(2000,), parts=("errors",), methods=("fast",)))
    assert {draw.rows for draw in few} == {1797, 2000}
    assert len(few) == 20 * len(CASES)


def test_what_is_done_is_not_done_again(tiny, monkeypatch):
    report = embeddings(tiny, ["embeddings"], progress=False)
    assert failures(report) == []
    (errors, *_) = report.records
    assert (errors["case"], errors["rows"], errors["draws"]) == ("and", 150, 2)
    assert [r["estimate"] for r in report.records if r["part"] == "bounds"] == [
        "fast", "fast cross-fitted", "fast shrunk",
    ]  # fmt: skip
    lines = tiny.kept.read_text().splitlines()
    assert len(lines) == 3

    monkeypatch.setattr(command, "measured", lambda _: pytest.fail("done again"))
    again = embeddings(tiny, ["embeddings"], progress=False)
    assert again.records == report.records

    # of another commit: not taken up, unless that is asked for
    other = [{**json.loads(line), "commit": "another"} for line in lines]
    tiny.kept.write_text("".join(json.dumps(record) + "\n" for record in other))
    todo = draws.draws(tiny)
    assert len(Kept(tiny.kept, any_commit=False).left(todo)) == 3
    assert Kept(tiny.kept, any_commit=True).left(todo) == []
    other[1]["wrong"] = ["why"]
    tiny.kept.write_text("".join(json.dumps(record) + "\n" for record in other))
    assert len(Kept(tiny.kept, any_commit=True).left(todo)) == 1


def test_no_draw_is_begun_when_time_is_over(tiny, monkeypatch):
    clock = iter([0.0, 0.0, 61.0])
    monkeypatch.setattr(command.time, "monotonic", lambda: next(clock))
    assert len(list(command._in_time(draws.draws(tiny), 1))) == 1


def test_every_method_makes_its_estimates():
    names = {}
    for method in ("auto", "fast", "kmeans", "raw"):
        record = measured(Draw("errors", "and", 150, 100, method))
        assert record["wrong"] == []
        names[method] = list(record["estimates"])
        assert all(np.isfinite(atoms).all() for atoms in record["estimates"].values())
    assert names == {
        "auto": ["auto", "auto cross-fitted", "auto shrunk", "clusters"],
        "fast": ["fast", "fast cross-fitted", "fast shrunk"],
        "kmeans": ["kmeans"],
        "raw": ["raw"],
    }


def test_what_a_method_raises_is_its_result():
    record = measured(Draw("errors", "and", 5, 100, "fast"))
    (reason,) = record["wrong"]
    assert reason.startswith("ValueError: y: class")


def test_what_is_timed_can_be_called():
    assert np.isfinite(fitting(seed=0, rows=200, dims=4, classifier="logistic")()).all()
    redundancy, unique1, unique2, _ = solving(seed=0, equal=True)()
    assert redundancy > 0.5
    assert max(unique1, unique2) <= 1e-3


def test_from_the_command_line_to_table_and_picture(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(BENCHMARKS, "embeddings", dataclasses.replace(EMBEDDINGS, quick=tiny))
    path = tmp_path / "embeddings.json"
    assert main(["embeddings", "--quick", "--jobs", "1", "--json", str(path)]) == 0
    assert "**Targets** of estimates from embeddings" in capsys.readouterr().out
    assert Report.read(path, "embeddings").settings["rows"] == [[150, 2]]


def test_a_picture_is_drawn_of_what_there_is(worked_out, report_of, tmp_path):
    pytest.importorskip("matplotlib")
    (path,) = draw_embeddings(worked_out(), tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert draw_embeddings(report_of([], kind="embeddings"), tmp_path) == []
