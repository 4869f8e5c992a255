# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A header in one file and not in another: the message shows the first row of each."""

from __future__ import annotations

from tests.support.command_line import assert_usage_error, run_cli


def test_first_rows_are_shown_where_files_differ_by_one_row(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x1.csv").write_text("0,1\n" + "0.5,0.25\n1.5,2.5\n" * 4)
    (tmp_path / "y.csv").write_text("0\n" + "1\n0\n" * 4)
    ran = run_cli(capsys, "pid", "x1.csv", "x1.csv", "y.csv")
    told = "is a first row a header (that of x1.csv is '0,1', that of y.csv is '0')? --header yes or no"
    assert_usage_error(ran, told)
    (tmp_path / "y.csv").write_text("0\n" + "1\n0\n" * 9)
    _, _, err = run_cli(capsys, "pid", "x1.csv", "x1.csv", "y.csv")
    assert "one row per sample" in err
    assert "a header" not in err
