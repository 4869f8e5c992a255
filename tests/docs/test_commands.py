# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What CI makes of the commands on pages: all of them run, and a wrong one stops it."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from tests.support.paths import ROOT

PROGRAM = ROOT / ".ci" / "examples.py"
if not PROGRAM.exists():
    pytest.skip("the folder of CI is not here", allow_module_level=True)


@pytest.fixture
def examples(monkeypatch, tmp_path):
    """The program, and a `fourfold` that writes down how it was called."""
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("examples", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    program = tmp_path / "fourfold"
    program.write_text(
        f'#!/bin/sh\necho "$@" >> "{tmp_path}/calls"\ntest "$1" != broken\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    return module


def calls(tmp_path):
    return (tmp_path / "calls").read_text(encoding="utf-8").splitlines()


def test_all_commands_run_as_a_shell_takes_them(examples, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```bash\nfourfold info\npip install fourfold\ncat x.csv | fourfold pid -:a \\\n  - \\\n"
        "  --json - | cat > y.json\necho one && fourfold demo\n```\n",
        encoding="utf-8",
    )
    with pytest.raises(SystemExit, match=r"page\.md, line 1: cat x\.csv .*\nexit status 1"):
        examples.run_file(page)  # there is no x.csv, as only the whole pipe tells
    page.write_text(page.read_text(encoding="utf-8").replace("cat x.csv", "true"), "utf-8")
    assert examples.run_file(page) == (3, 0)
    assert calls(tmp_path)[-3:] == ["info", "pid -:a - --json -", "demo"]


@pytest.mark.parametrize(
    "line", ["fourfold broken", "fourfold broken | cat", "true; fourfold broken"]
)
def test_a_command_that_fails_stops_it(examples, tmp_path, line):
    page = tmp_path / "page.md"
    page.write_text(f"```bash\n{line}\n```\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="exit status 1"):
        examples.run_file(page)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("as `fourfold pid X1 X2 Y --lables` says", "fourfold pid has no --lables"),
        ("as `fourfold decompose` says", "there is no command `fourfold decompose`"),
        (
            "```\nfourfold report X1 X2 Y\n                --json FILE\n```",
            "report has no --json",
        ),
        ("as `python -m fourfold --versoin` says", "has no --versoin"),
    ],
)
def test_what_is_spoken_of_must_exist(examples, tmp_path, text, message):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=message):
        examples.run_file(page)


def test_what_programs_say_is_read(examples, tmp_path):
    page = tmp_path / "tutorial.py"
    page.write_text(
        '"""Ask ``fourfold info --json``.\n\n```bash\nfourfold demo\n```\n"""\n'
        "raise SystemExit  # of code nothing runs\n# `fourfold pid --labels`\n",
        encoding="utf-8",
    )
    assert examples.run_file(page) == (1, 2)
    assert calls(tmp_path) == ["demo"]
