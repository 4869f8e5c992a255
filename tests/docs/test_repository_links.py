# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Links between pages and files of the repository, in a small site made of a small repository."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

pytest.importorskip("myst_parser")

PAGES = {
    "docs/conf.py": f"""
import sys
sys.path.insert(0, {str(ROOT / "docs" / "_ext")!r})
extensions = ["myst_parser", "repository_links"]
myst_heading_anchors = 4
nitpicky = True
repository_url = "https://forge.example/f"
repository_pages = {{"bench/README.md": "bench"}}
""",
    "docs/index.md": """# Front

<a id="named"></a>**An anchor** of HTML.

[bench](../bench/README.md#how) [script](../bench/run.py) [folder](../bench/)
[decisions](decisions/) [named](#named) [part](#a-part-x_y)

## A part (`x_y`)

```{toctree}
bench
decisions/README
```
""",
    "docs/bench.md": "```{include} ../bench/README.md\n```\n",
    "docs/decisions/README.md": "# Decisions\n\n[up](../index.md#named) [part](../index.md#a-part-x_y)\n",
    "bench/README.md": "# Bench\n\n## How\n\n[front](../docs/index.md) [script](run.py)\n",
    "bench/run.py": "",
}


def write(folder):
    for name, text in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def build(folder):
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "docs", "out"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def links_of(page):
    found = re.findall(
        r'<a class="reference \w+" href="([^"]*)"[^>]*>(?:<[^>]*>)?(\w+)<', page.read_text()
    )
    return {words: address for address, words in found}


def test_links_lead_to_pages_or_to_the_forge(tmp_path):
    write(tmp_path)
    done = build(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    out = tmp_path / "out"
    front = links_of(out / "index.html")
    assert {
        "bench": "bench.html#how",
        "script": "https://forge.example/f/blob/main/bench/run.py",
        "folder": "https://forge.example/f/tree/main/bench",
        "decisions": "decisions/README.html",
        "named": "#named",
        "part": "#a-part-x-y",
    }.items() <= front.items()
    assert 'id="named"' in (out / "index.html").read_text()
    # of what is included, from the folder that it is in
    included = links_of(out / "bench.html")
    assert included["script"] == "https://forge.example/f/blob/main/bench/run.py"
    assert included["front"] in ("#", "index.html")
    below = links_of(out / "decisions" / "README.html")
    assert below["up"] == "../index.html#named"


def test_links_that_lead_nowhere_fail_the_build(tmp_path):
    write(tmp_path)
    broken = [
        "../nothing.md",
        "../../bench/nothing.py",
        "#nothing-here",
        "../index.md#nothing",
        "../bench.md#nothing",
    ]
    page = tmp_path / "docs" / "decisions" / "README.md"
    page.write_text(
        "# Decisions\n\n" + "\n".join(f"[broken]({target})\n" for target in broken),
        encoding="utf-8",
    )
    done = build(tmp_path)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len({re.search(r"README.md:(\d+)", line)[1] for line in said}) == len(broken)
