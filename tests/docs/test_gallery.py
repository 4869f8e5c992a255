# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Scripts of the gallery are short, say what one sees, and make one figure each.

The site's build runs all of them; here two run, and of the others it is read off the source.
"""

from __future__ import annotations

import ast
import os
import re
import runpy

import pytest

import fourfold as ff
from tests.support.paths import ROOT

GALLERY = ROOT / "docs" / "gallery"
SCRIPTS = sorted(path for path in GALLERY.glob("*/*.py") if path.parent.name != "built")

if not SCRIPTS:
    pytest.skip("the gallery is not here", allow_module_level=True)

#: What `pip install 'fourfold[plot]'` brings; anything else a script must tell its reader to install.
INSTALLED = {"fourfold", "matplotlib", "numpy", "scipy", "sklearn", "warnings"}
EXTRAS = {"torch": "torch", "dask": "dask"}  # modules that an extra of Fourfold brings
SEEDED = {"ClassifierPID", "PIDEstimator", "recombined_pid", "make_embeddings", "MLPClassifier"}


def _script(name: str) -> object:
    return pytest.param(GALLERY / f"{name}.py", id=name)


@pytest.fixture(params=[_script(f"{p.parent.name}/{p.stem}") for p in SCRIPTS])
def script(request):
    """(text, syntax tree) of each script."""
    text = request.param.read_text(encoding="utf-8")
    return text, ast.parse(text)


def _calls(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    """Calls with the last part of the name that is called."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(getattr(call.func, "attr", getattr(call.func, "id", "")), call) for call in calls]


def _opens_figure(name: str, call: ast.Call) -> bool:
    """Whether it makes a figure: axes drawn into are called ax, axes or axes[k]."""
    if name in ("subplots", "figure", "new_axes"):
        return True
    if name == "plot" and isinstance(call.func, ast.Attribute):
        owner = ast.unparse(call.func.value).partition("[")[0]
        return owner not in ("ax", "axes") and "ax" not in {key.arg for key in call.keywords}
    return name == "plot_comparison" and "ax" not in {key.arg for key in call.keywords}


def test_there_are_enough_of_them():
    assert len(SCRIPTS) >= 22
    assert len({path.name for path in SCRIPTS}) == len(SCRIPTS)  # pages are told apart by name


def test_at_most_forty_lines(script):
    lines = script[0].splitlines()
    assert lines[0].startswith("# Copyright")
    assert lines[1] == "# SPDX-License-Identifier: Apache-2.0"
    assert len(lines) - 2 <= 40


def test_title_and_text(script):
    said = ast.get_docstring(script[1])
    title, underline, blank, *text = said.splitlines()
    assert title
    assert underline == "=" * len(title)
    assert blank == ""
    assert re.search(r"\w{2,}[^.]{20,}\.", " ".join(text)), "no sentence"
    # RST, not Markdown: code between two backticks, or a role before one
    assert not re.search(r"(?<![`:])`(?!`)[^`]+`(?!`)", said)
    assert "](" not in said


def test_one_figure(script):
    opened = [name for name, call in _calls(script[1]) if _opens_figure(name, call)]
    assert len(opened) == 1, opened
    last = ast.unparse(script[1].body[-1])
    assert last == "plt.show()" or "savefig" in last


def test_names_exist(script):
    for role, name in re.findall(r":(\w+):`([\w.]+)`", script[0]):
        assert role in ("func", "class", "meth")
        found = ff
        for part in name.removeprefix("fourfold.").split("."):
            found = getattr(found, part)
        assert callable(found)


def test_what_must_be_installed_is_said(script):
    text, tree = script
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module)
    needed = {"torch" if name == "fourfold.torch" else name.split(".")[0] for name in modules}
    said = " ".join(re.findall(r"``pip install ([^`]+)``", text))
    for module in needed - INSTALLED:
        extra = EXTRAS.get(module)
        assert (f"fourfold[{extra}]" if extra else module) in said, module


def test_what_is_drawn_at_random_has_a_seed(script):
    for name, call in _calls(script[1]):
        if name in SEEDED:
            assert "random_state" in {key.arg for key in call.keywords}, ast.unparse(call)
        if name in ("default_rng", "manual_seed"):
            assert call.args


def test_the_first_needs_nothing_else():
    text = (GALLERY / "start" / "first_figure.py").read_text(encoding="utf-8")
    assert re.findall(r"^(?:import|from) .*", text, re.MULTILINE) == ["import fourfold as ff"]
    assert "pip install 'fourfold[plot]'" in text


def test_sections_have_a_title_and_a_sentence():
    for folder in {path.parent for path in SCRIPTS} | {GALLERY}:
        title, underline, blank, *text = (
            (folder / "GALLERY_HEADER.rst").read_text(encoding="utf-8").splitlines()
        )
        assert underline in ("=" * len(title), "-" * len(title))
        assert blank == ""
        assert text[-1].endswith(".")


@pytest.mark.parametrize("name", ["start/gates", "tables/certificate"])
def test_run(name, monkeypatch):
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.setattr(plt, "show", lambda: None)
    monkeypatch.setitem(os.environ, "OMP_NUM_THREADS", "1")
    plt.close("all")
    runpy.run_path(str(GALLERY / f"{name}.py"), run_name="__main__")
    figures = plt.get_fignums()
    assert len(figures) == 1
    labels = [ax.get_xlabel() + ax.get_ylabel() for ax in plt.gcf().axes]
    plt.close("all")
    assert any("(bits)" in label for label in labels)
