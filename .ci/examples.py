# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Run the examples of pages; each page has a namespace and a folder of its own.

In order: blocks marked ``python``, whose output must be that of a block marked ``text`` right
below, if there is one; and of blocks marked ``bash`` the lines in which ``fourfold`` is a command,
as a shell takes them: with pipes, ``-`` and lines that go on after a backslash. In passing, such as
``fourfold pid X1 X2 Y --labels`` in a sentence, a command must exist and have these options. Of a
.py file only its docstring and comments are read, as of a page. As many pages as there are cores run at
a time; what is said of them keeps their order.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from fourfold.cli.main import parser_of_all

BLOCK = re.compile(
    r"^```(python|bash)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL
)

#: Where a shell looks for a command.
COMMAND = re.compile(r"(?:^|[|;&(]|&&)\s*(?:fourfold|python -m fourfold)\s")
#: In a sentence, or in a synopsis, whose lines after the first are indented.
MENTION = re.compile(
    r"`(?:python -m )?fourfold ([^`]+)`|^fourfold ((?:.*(?:\n[ \t]+\S.*)*))", re.MULTILINE
)
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")


def run_python(source: str, expected: str, namespace: dict[str, object], place: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, place, "exec"), namespace)  # noqa: S102  it is our text
    if expected and printed.getvalue() != expected:
        sys.exit(f"{place}: printed\n{printed.getvalue()}expected\n{expected}")


def run_commands(source: str, place: str) -> int:
    lines = source.replace("\\\n", " ").splitlines()
    commands = [line for line in lines if COMMAND.search(line)]
    for command in commands:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(f"{place}: {command}\nexit status {done.returncode}\n{done.stderr}")
    return len(commands)


def options_by_command() -> dict[str, set[str]]:
    """What each command takes; under "" what all do without one."""
    parser = parser_of_all()
    found = {"": set(parser._option_string_actions)}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {
                name: set(of_command._option_string_actions)
                for name, of_command in action.choices.items()
            }
    return found


def check_mentions(text: str, place: str) -> int:
    known = options_by_command()
    mentions = ["".join(groups) for groups in MENTION.findall(text)]
    for words in mentions:
        first = words.split()[0]
        command = "" if first.startswith("-") else first
        if command not in known:
            sys.exit(f"{place}: there is no command `fourfold {command}`, in {words!r}")
        unknown = set(OPTION.findall(words)) - known[command] - known[""]
        if unknown:
            sys.exit(f"{place}: fourfold {command} has no {', '.join(unknown)}, in {words!r}")
    return len(mentions)


def page_of(path: Path) -> str:
    """The text of a page; of a program what it says in its docstring and comments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    comments = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    said = "\n".join([ast.get_docstring(ast.parse(text)) or "", *comments])
    return re.sub("(?<!`)``(?!`)", "`", said)  # as Python's docstrings mark code


def run_file(path: Path) -> tuple[int, int]:
    """How many examples ran, and how many commands are spoken of."""
    text = page_of(path)
    namespace: dict[str, object] = {"__name__": "example"}
    count = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for block in BLOCK.finditer(text):
            language, source, expected = block.groups(default="")
            place = f"{path}, line {text.count(chr(10), 0, block.start()) + 1}"
            if language == "python":
                run_python(source, expected, namespace, place)
                count += 1
            else:
                count += run_commands(source, place)
    rest = BLOCK.sub("", text)
    return count, check_mentions(rest, str(path))


def be_strict() -> None:
    """Warnings are errors, in each process."""
    warnings.simplefilter("error")
    # what pages on clusters speak of
    warnings.filterwarnings("ignore", "clusters keep less than 70 %")


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "agg")
    pages = [Path(name).resolve() for name in sys.argv[1:]]
    # new processes rather than forks: a page may use threads; what ends one by sys.exit ends this
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), be_strict) as pool:
        for name, (count, mentions) in zip(
            sys.argv[1:], pool.map(run_file, pages), strict=True
        ):
            said = f"{count} examples ran, {mentions} commands are spoken of"
            print(f"{name}: {said}", flush=True)
