# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Run the examples of Markdown files; each file has a namespace and a folder of its own.

In order: blocks marked ``python``, whose output must be that of a block marked ``text`` right
below, if there is one; and lines ``fourfold ...`` of blocks marked ``bash``.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

BLOCK = re.compile(
    r"^```(python|bash)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


def run_python(source: str, expected: str, namespace: dict[str, object], place: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, place, "exec"), namespace)  # noqa: S102  it is our text
    if expected and printed.getvalue() != expected:
        sys.exit(f"{place}: printed\n{printed.getvalue()}expected\n{expected}")


def run_commands(source: str) -> int:
    commands = [line for line in source.splitlines() if line.startswith("fourfold ")]
    for command in commands:
        program = Path(sys.executable).with_name("fourfold")
        subprocess.run([program, *shlex.split(command)[1:]], check=True, capture_output=True)
    return len(commands)


def run_file(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
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
                count += run_commands(source)
    return count


if __name__ == "__main__":
    warnings.simplefilter("error")
    # what pages on clusters speak of
    warnings.filterwarnings("ignore", "clusters keep less than 70 %")
    os.environ.setdefault("MPLBACKEND", "agg")
    for name in sys.argv[1:]:
        count = run_file(Path(name).resolve())
        sys.stdout.write(f"{name}: {count} examples ran\n")
