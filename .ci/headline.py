# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Writes what README.md and docs/demo.md say of the digits anew: picture, numbers, printed output.

Run from the root with the package installed: ``python .ci/headline.py``. It takes a minute, with
OMP_NUM_THREADS=1 on a busy machine.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import fourfold as ff
from fourfold.cli.main import main

PICTURE = "docs/images/digits.png"
ADDRESS = "https://raw.githubusercontent.com/fourfold-pid/fourfold/main/"


def alternative(result: dict[str, Any]) -> str:
    """The picture in words."""
    bound = result["outer_bounds"]
    return (
        f"Stacked bar of what classifiers decode: redundancy {result['redundancy']:.2f}, unique to "
        f"left half {result['unique1']:.2f}, unique to right half {result['unique2']:.2f}, synergy "
        f"{result['synergy']:.2f} of {result['entropy']:.2f} bits; below it each atom beside its "
        f"bound, R at least {bound['redundancy']:.2f}"
    )


def headline(result: dict[str, Any], coarse: dict[str, Any]) -> str:
    """What is to be known of the digits, and what clusters would have said."""
    return (
        f"Both halves tell {result['redundancy']:.2f} of the {result['entropy']:.2f} bits of a digit "
        f"redundantly, as classifiers decode it, and at least {result['outer_bounds']['redundancy']:.2f} "
        f"with 95 % confidence, whatever the classifiers are worth. 8 clusters of each half by K-means "
        f"would have said {coarse['redundancy']:.2f}: they keep "
        f"{100 * coarse['mi1'] / result['information']['held_out']['mi1']:.0f} % of what the left half tells."
    )


def replaced(text: str, pattern: str, by: str) -> str:
    """The text with the one match replaced."""
    found, number = re.subn(pattern, lambda _: by, text, flags=re.DOTALL)
    assert number == 1, pattern
    return found


def write() -> None:
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
            assert main(["demo", "--no-progress"]) == 0
        record = json.loads((folder / "fourfold-demo.json").read_text(encoding="utf-8"))
        shutil.copy(folder / "fourfold-demo.png", PICTURE)
    result = ff.ClassifierPID(random_state=0).fit(*ff.datasets.digits_halves()).result_
    words = textwrap.fill(headline(record["result"], record["kmeans"]), 99)
    image = alternative(record["result"])

    page = Path("docs/demo.md")
    text = page.read_text(encoding="utf-8")
    text = replaced(
        text, r"```text\nWhat do the two.*?```", f"```text\n{printed.getvalue()}```"
    )
    text = replaced(
        text, r"!\[Stacked bar.*?\)", f"![{image}]({PICTURE.removeprefix('docs/')})"
    )
    text = replaced(text, r"(?<=<!-- digits:begin -->\n).*?(?=\n<!-- digits:end -->)", words)
    page.write_text(text, encoding="utf-8")

    page = Path("README.md")
    text = page.read_text(encoding="utf-8")
    text = replaced(text, r"```\nPID of two embeddings.*?```", f"```\n{result!r}\n```")
    text = replaced(
        text,
        r"(?<=<!-- digits:begin -->\n).*?(?=\n<!-- digits:end -->)",
        f"![{image}]({ADDRESS}{PICTURE})\n\n{words}",
    )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
