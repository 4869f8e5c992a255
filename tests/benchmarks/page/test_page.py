# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables reach the pages between their markers, pictures are drawn, and bad arguments are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.page.sections import BEGIN, END, rewrite
from benchmarks.page.tables import available, page, unmet
from benchmarks.record.environment import ROOT
from benchmarks.record.report import RESULTS


@pytest.fixture
def written(small_report, memory_report, tmp_path):
    """Two reports in a folder with two files to be written; the options that name them."""
    small_report.write(tmp_path / "run.json")
    memory_report.write(tmp_path / "memory.json")
    for name in ("page", "readme"):
        path = tmp_path / f"{name}.md"
        path.write_text(f"before\n\n{BEGIN}\nstale\n{END}\n\nafter\n")
    return [
        *("--results", str(tmp_path)),
        *("--page", str(tmp_path / "page.md"), "--readme", str(tmp_path / "readme.md")),
    ]


def texts(folder):
    return [(folder / f"{name}.md").read_text() for name in ("page", "readme")]


def test_table_command_prints_and_writes_nothing(written, tmp_path, capsys):
    before = texts(tmp_path)
    assert main(["table", *written]) == 0
    assert texts(tmp_path) == before
    printed = capsys.readouterr().out
    assert "Dense random tables" in printed
    assert "Fourfold in detail" in printed


def test_table_command_rewrites_only_what_is_between_the_markers(written, tmp_path):
    assert main(["table", "--write", *written]) == 0
    whole, readme = texts(tmp_path)
    for text in (whole, readme):
        assert text.startswith(f"before\n\n{BEGIN}\n\n**")
        assert text.endswith(f"\n\n{END}\n\nafter\n")
        assert "stale" not in text
        assert "| 16 | 1.23 ms, 90 MB |" in text
        assert "Fourfold in detail" not in text
    assert "within 500 MB" in whole
    assert "within 500 MB" not in readme
    assert main(["table", "--write", *written]) == 0
    assert texts(tmp_path) == [whole, readme]


def test_without_a_run_the_readme_stays_as_it_is(written, tmp_path):
    (tmp_path / "run.json").unlink()
    before = texts(tmp_path)
    assert main(["table", "--write", *written]) == 0
    whole, readme = texts(tmp_path)
    assert "within 500 MB" in whole
    assert readme == before[1]


def test_missed_targets_come_first_and_are_all_there(written, memory_report, tmp_path):
    memory_report.records[0] |= {"within_bound": False, "peak_bytes": 600_000_000}
    memory_report.write(tmp_path / "memory.json")
    assert main(["table", "--write", *written]) == 0
    text = texts(tmp_path)[0].split(BEGIN)[1].strip()
    assert text.startswith("**Targets that are not met**, 1 of 1\n")
    missed = (
        "| `decompose_marginals` at 2048 x 2048 x 200: peak memory | 600 MB | within 500 MB |"
    )
    assert text.index(missed) < text.index("**Dense random tables**")
    assert text.count("**no**") == 1


@pytest.mark.skipif(not any(RESULTS.glob("*.json")), reason="the results are not here")
def test_every_target_that_a_table_calls_missed_is_on_the_list(rows_of):
    reports = available(RESULTS)
    tables = page(reports)
    missed = rows_of(unmet(reports))
    assert len(missed) == tables.count("**no**") + tables.count("**above**")


@pytest.mark.skipif(not any(RESULTS.glob("*.json")), reason="the results are not here")
def test_the_six_files_are_what_the_reports_say(tmp_path):
    pages = [
        ROOT / "docs" / f"{name}.md"
        for name in ("benchmarks", "sampling", "scale", "gaussian", "many-sources")
    ]
    kept = [*pages, ROOT / "README.md"]
    copies = [Path(shutil.copy(path, tmp_path)) for path in kept]
    flags = ("--page", "--sampling", "--scale", "--gaussian", "--many", "--readme")
    options = [text for pair in zip(flags, map(str, copies), strict=True) for text in pair]
    assert main(["table", "--write", *options]) == 0
    for path, copy in zip(kept, copies, strict=True):
        assert copy.read_text() == path.read_text()


@pytest.mark.parametrize("content", ["none", "{end}{begin}", "{begin}{end}{begin}{end}"])
def test_readme_without_proper_markers_is_left_alone(tmp_path, content):
    text = content.format(begin=BEGIN, end=END)
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(ValueError, match="marker"):
        rewrite(path, "new")
    assert path.read_text() == text


def test_commands_without_a_report_say_so(tmp_path, capsys):
    assert main(["table", "--results", str(tmp_path)]) == 2
    assert "measure first" in capsys.readouterr().err
    pytest.importorskip("matplotlib")
    assert main(["plot", "--json", str(tmp_path / "run.json")]) == 2
    assert "run.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--states", "0"], "--states: invalid positive_integer value: '0'"),
        (["run", "--limit", "-1"], "--limit: invalid positive_seconds value: '-1'"),
        (["run", "--solvers", "abacus"], "invalid choice: 'abacus'"),
        (["memory", "--seed", "-1"], "--seed: invalid nonnegative_integer value: '-1'"),
    ],
)
def test_command_line_errors_name_the_argument(arguments, message, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert message in capsys.readouterr().err


def test_plot_draws_timeouts_and_single_families(small_report, tmp_path):
    pytest.importorskip("matplotlib")
    small_report.write(tmp_path / "run.json")
    output = tmp_path / "images" / "benchmark.png"
    arguments = ["plot", "--json", str(tmp_path / "run.json"), "--output", str(output)]
    assert main(arguments) == 0
    assert output.read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in output.with_suffix(".svg").read_bytes()


def test_plot_of_many_families_draws_some_of_them_in_rows(entry, report_of, tmp_path):
    pytest.importorskip("matplotlib")
    families = ("dense", "digits", "wine", "gauss-2000", "soft-near-3")
    records = [
        entry("fourfold", states, tol=tol, family=family, seconds=1e-4 * states)
        for family in families
        for states in (16, 64)
        for tol in (1e-4, 1e-6)
    ]
    report_of(records).write(tmp_path / "run.json")
    output = tmp_path / "benchmark.png"
    arguments = ["plot", "--json", str(tmp_path / "run.json"), "--output", str(output)]
    assert (
        main(
            [
                *arguments,
                "--statistics",
                str(tmp_path / "-"),
                "--embeddings",
                str(tmp_path / "-"),
            ]
        )
        == 0
    )
    assert output.read_bytes().startswith(b"\x89PNG")
