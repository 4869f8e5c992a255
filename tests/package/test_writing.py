# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Files are there as a whole or not at all, whatever fails, and whoever writes them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from fourfold.writing import replaced, write_bytes, write_figure, write_text
from tests.support.processes import run_python, script

OLD = "what was there"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text(OLD, encoding="utf-8")
    return path


def alone(file):
    """Nothing is left beside it."""
    return [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_file_is_made_with_the_permissions_of_others(tmp_path):
    write_text(tmp_path / "new", "é")
    (tmp_path / "other").touch()
    assert (tmp_path / "new").read_bytes() == "é".encode()
    modes = [(tmp_path / name).stat().st_mode for name in ("new", "other")]
    assert modes[0] == modes[1]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o750, 0o444])
def test_permissions_of_what_was_there_stay(file, mode):
    file.chmod(mode)
    write_bytes(str(file), b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", mode)


def test_a_link_is_followed(file):
    link = file.with_name("link")
    link.symlink_to(file.name)
    write_text(link, "new")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"


def test_a_long_name_is_no_trouble(tmp_path):
    path = tmp_path / ("n" * 255)
    write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_to_as_it_stands(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "through")
        assert os.read(reading, 100) == b"through"
    finally:
        os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("kind", [OSError, ValueError, KeyboardInterrupt, SystemExit])
def test_what_was_there_survives_a_block_that_fails(file, kind):
    def half():
        with replaced(file) as opened:
            opened.write(b"half of it")
            raise kind

    with pytest.raises(kind):
        half()
    assert file.read_text(encoding="utf-8") == OLD
    assert alone(file)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_was_there_survives_a_disk_that_fails(file, step, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*(os, "fsync") if step == "fsync" else (Path, "replace"), fails)
    with pytest.raises(OSError, match=r"No space left on device: '.*out\.txt'"):
        write_text(file, "new")
    assert file.read_text(encoding="utf-8") == OLD
    assert alone(file)


@given(before=st.text(max_size=5), half=st.integers(0xD800, 0xDFFF), after=st.text(max_size=5))
def test_text_that_has_no_utf_8_is_refused_before_anything_is_written(
    tmp_path_factory, before, half, after
):
    file = tmp_path_factory.mktemp("refused") / "page.html"
    file.write_text(OLD, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"page\.html: .*at character {len(before)}, half of"):
        write_text(file, before + chr(half) + after)
    assert file.read_text(encoding="utf-8") == OLD


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("none/out.txt", FileNotFoundError, "there is no folder .*none"),
        ("", IsADirectoryError, "Is a directory"),
        ("out.txt/x", NotADirectoryError, "Not a directory"),
    ],
)
def test_errors_name_what_was_asked_for(file, name, kind, words):
    with pytest.raises(kind, match=words) as raised:
        write_text(f"{file.parent}/{name}", "new")
    assert ".part" not in str(raised.value)
    assert file.read_text(encoding="utf-8") == OLD


def test_a_figure_is_in_the_format_of_its_name(tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure  # noqa: PLC0415  optional

    for name, start in {"a.PNG": b"\x89PNG", "a.pdf": b"%PDF", "a.svg": b"<?xml"}.items():
        write_figure(tmp_path / name, Figure((1, 1)), dpi=20)
        assert (tmp_path / name).read_bytes().startswith(start)


# -- everything that writes, on a disk that is full ------------------------------------

#: What is written, and by what; commands by their words.
WRITERS = {
    "page.html": "ff.html_report({'AND': result}, path)",
    "result.html": "result.to_html(path)",
    "counts.npz": "ff.Counts.from_labels(labels, labels, labels).save(path)",
    "pid.json": "pid x.npy x.npy x.npy --labels --json",
    "pid.png": "pid x.npy x.npy x.npy --labels --plot",
    "pid.pdf": "pid x.npy x.npy x.npy --labels --plot",
    "pid.svg": "pid x.npy x.npy x.npy --labels --plot",
    "report.html": "report x.npy x.npy x.npy --labels --permutations 0 --output",
    "gaussian.html": "gaussian a.npy b.npy c.npy --no-check --page",
    "info.json": "info --json",
}
FULL = """
    import contextlib, io, resource, sys
    from fourfold.cli.main import main

    np.save("x.npy", labels := rng.integers(2, size=200))
    for name in "abc":
        np.save(f"{name}.npy", rng.normal(size=(200, 1)))
    result = ff.decompose(ff.gates.AND.pmf)
    writers = json.loads(sys.argv[1])
    for path in writers:
        with open(path, "w") as file:
            file.write("what was there")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    found = {}
    for path, call in writers.items():
        said = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            if "(" in call:
                try:
                    status = eval(call)
                except OSError as error:
                    status = str(error)
            else:
                status = main([*call.split(), path])
        found[path] = [status, said.getvalue()]
    print(json.dumps(found))
"""


def test_what_was_there_survives_a_full_disk(tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    code = f"import os; os.chdir({str(tmp_path)!r})\n{script(FULL)}"
    # -B: cut at 100 bytes, what is compiled on the way would stay broken for all that come after
    writers = dict(WRITERS)
    if np.lib.NumpyVersion(np.__version__) < "2.2.0":  # leaves its archive open
        del writers["counts.npz"]
    done = run_python("-B", "-W", "ignore", "-c", code, json.dumps(writers), timeout=300)
    assert (done.returncode, done.stderr) == (0, "")  # no traceback of what is collected later
    found = json.loads(done.stdout)
    for path, (status, said) in found.items():
        words = f"[Errno 27] File too large: '{path}'"
        expected = [words, ""] if "(" in WRITERS[path] else [2, f"fourfold: error: {words}\n"]
        assert [status, said] == expected
        assert (tmp_path / path).read_text(encoding="utf-8") == OLD
    data = {"x.npy", "a.npy", "b.npy", "c.npy"}
    assert {one.name for one in tmp_path.iterdir()} == {*writers, *data}
