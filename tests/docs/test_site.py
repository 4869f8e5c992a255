# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the site must have, told from its sources: every public name and every page, once."""

from __future__ import annotations

import ast
import fnmatch
import importlib
import importlib.util
import re
from collections import Counter

import pytest

import fourfold
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
MODULES = ("datasets", "gates", "convert", "loading", "plotting", "cuda")


def public_names():
    names = {f"fourfold.{name}" for name in fourfold.__all__}
    for module in MODULES:
        public = importlib.import_module(f"fourfold.{module}").__all__
        names |= {f"fourfold.{module}.{name}" for name in public}
    return names


def names_of(page):
    """Those that a page of the reference documents, in full."""
    module, listed = "", False
    for line in page.read_text(encoding="utf-8").splitlines():
        directive = re.match(r"\.\. ([\w:]+):: ?(.*)", line)
        if directive:
            kind, argument = directive.groups()
            listed = kind == "autosummary"
            if kind in ("currentmodule", "module", "automodule"):
                module = argument
            if kind in ("module", "automodule"):
                yield argument
            if kind == "py:data":
                yield f"{module}.{argument}"
        elif listed and (name := re.fullmatch(r"   (\w+)", line)):
            yield f"{module}.{name[1]}"
        elif line and not line.startswith(" "):
            listed = False


def all_documented():
    return Counter(
        name for page in sorted((DOCS / "reference").glob("*.rst")) for name in names_of(page)
    )


def test_every_public_name_is_on_exactly_one_page():
    documented = all_documented()
    public = public_names()
    assert {name: documented[name] for name in public if documented[name] != 1} == {}
    unknown = [name for name in documented if name not in public]
    assert [name for name in unknown if not name.startswith("fourfold.torch")] == []


def test_every_name_of_torch_is_on_exactly_one_page():
    torch = pytest.importorskip("fourfold.torch", exc_type=ImportError)
    documented = all_documented()
    names = [f"fourfold.torch.{name}" for name in torch.__all__]
    assert {name: documented[name] for name in names if documented[name] != 1} == {}
    assert {name for name in documented if name.startswith("fourfold.torch.")} == set(names)


def test_no_two_pages_of_the_reference_differ_in_case_only():
    tree = ast.parse((DOCS / "conf.py").read_text(encoding="utf-8"))
    (renamed,) = (
        ast.literal_eval(line.value)
        for line in tree.body
        if isinstance(line, ast.Assign) and line.targets[0].id == "autosummary_filename_map"
    )
    documented = all_documented()
    assert set(renamed) <= set(documented)
    files = Counter(renamed.get(name, name).lower() for name in documented)
    assert [file for file, count in files.items() if count > 1] == []


# -- pages ------------------------------------------------------------------------------


def toctree_entries(page):
    """Paths and patterns of documents from docs/, as the toctrees of a page list them."""
    text = page.read_text(encoding="utf-8")
    folder = page.parent.relative_to(DOCS).as_posix()
    for block in re.findall(r"^```\{toctree\}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.strip() and not line.startswith(":"):
                entry = re.sub(r".*<(.*)>", r"\1", line.strip())
                yield entry if folder == "." else f"{folder}/{entry}"


def markdown_pages():
    pages = [*DOCS.glob("*.md"), *DOCS.glob("decisions/*.md"), *DOCS.glob("guides/*.md")]
    return {page.relative_to(DOCS).with_suffix("").as_posix(): page for page in pages}


def test_every_page_is_in_exactly_one_toctree():
    pages = markdown_pages()
    entries = [(name, entry) for name, page in pages.items() for entry in toctree_entries(page)]
    places = {
        name: [at for at, entry in entries if at != name and fnmatch.fnmatch(name, entry)]
        for name in pages
        if name != "index"
    }
    assert {name: at for name, at in places.items() if len(at) != 1} == {}


def test_the_order_of_the_galleries_names_scripts_that_are_there():
    order = extension("gallery_order").ORDER
    galleries = {path.name: path for path in (DOCS / "gallery").glob("*/")}
    galleries["tutorials"] = DOCS / "tutorials"
    missing = [
        f"{section}/{script}"
        for section, scripts in order.items()
        for script in scripts
        if section in galleries and not (galleries[section] / f"{script}.py").is_file()
    ]
    assert missing == []
    written = {path.stem for path in galleries["tutorials"].glob("*.py")}
    assert set(order["tutorials"]) == written


def extension(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- what is made of the parser -----------------------------------------------------------


def test_the_page_of_the_command_line_has_every_option():
    pytest.importorskip("sphinx")
    from fourfold.cli.main import parser_of_all  # noqa: PLC0415  after the skip

    text = "\n".join(extension("command_line").lines_of_all())
    (commands,) = (
        action.choices
        for action in parser_of_all()._actions
        if isinstance(action.choices, dict)
    )
    for name, of_command in commands.items():
        section = text.split(f".. program:: fourfold {name}\n")[1].split(".. program::")[0]
        for option in of_command._option_string_actions:
            assert re.search(rf"^\.\. option:: .*{option}\b", section, re.MULTILINE), option


# -- the finished pages -------------------------------------------------------------------


@pytest.fixture
def faults_of():
    program = ROOT / ".ci" / "site_links.py"
    if not program.exists():
        pytest.skip("the folder of CI is not here")
    spec = importlib.util.spec_from_file_location("site_links", program)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.faults_of


def test_pages_that_are_whole_have_no_faults(faults_of, tmp_path):
    (tmp_path / "a.html").write_text(
        '<h1 id="x">A</h1><a href="b/c.html#y">c</a><a href="#x">x</a><img src="p.png">'
        '<a href="https://example.org/none">out</a>',
        encoding="utf-8",
    )
    (tmp_path / "p.png").touch()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.html").write_text(
        '<h1 id="y">C</h1><a href="../a.html#x">back</a>', encoding="utf-8"
    )
    assert faults_of(tmp_path) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="b.html">b</a>', "a.html: no file b.html"),
        ('<a href="#b">b</a>', "a.html: no anchor #b"),
        ('<a href="a.html#b">b</a>', "a.html: no anchor a.html#b"),
        ('<img src="b.png">', "a.html: no file b.png"),
        ('<a href="../b.html">b</a>', "a.html: no file ../b.html"),
        (
            '<script src="https://example.org/m.js"></script>',
            "a.html: needs the network for https://example.org/m.js",
        ),
    ],
)
def test_what_leads_nowhere_is_a_fault(faults_of, tmp_path, html, fault):
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    assert faults_of(tmp_path) == [fault]


def test_paths_that_differ_in_case_only_are_a_fault(faults_of, tmp_path):
    for name in ("a.html", "A.html"):
        (tmp_path / name).write_text("", encoding="utf-8")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system does not tell them apart")
    assert faults_of(tmp_path) == ["one file where case does not count: A.html, a.html"]


def test_a_folder_without_pages_is_a_fault(faults_of, tmp_path):
    assert faults_of(tmp_path) == [f"{tmp_path}: no pages"]
