# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Damaged and hostile files: one line that names them, and no memory for what they claim to hold."""

from __future__ import annotations

import io
import struct
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfold.inputs import room
from fourfold.loading import holds_layers, load_array, load_labels, load_layers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


def npy(head, data=b""):
    text = head.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def head(descr, shape):
    return f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}"


HEADS = {
    "huge": head("<f8", "(1000000, 1000000)"),
    "beyond all memory": head("<f8", f"({10**22}, 3)"),
    "empty and huge": head("<f8", f"(0, {10**22})"),
    "truth": head("<f8", "(True, 3)"),
    "negative": head("<f8", "(-1, 3)"),
    "fraction": head("<f8", "(1.5,)"),
    "no size": head("<U0", "(1000000000000,)"),
    "objects": head("|O", "(3,)"),
    "brackets": "(" * 9000,
    "code": "__import__('os').system('echo')",
    "cut short": head("<f8", "(30,)"),
}


@pytest.mark.parametrize("load", [load_array, load_labels])
@pytest.mark.parametrize("archive", [False, True])
@pytest.mark.parametrize("text", HEADS.values(), ids=HEADS)
def test_heads_that_claim_too_much(folder, text, archive, load):
    content = npy(text, b"\0" * 64)
    file = folder / ("x.npz" if archive else "x.npy")
    if archive:
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("x.npy", content)
    else:
        file.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"x\.np[yz]: (is|holds)") as error:
            load(file)
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
    assert "\n" not in str(error.value)
    assert not holds_layers(file)


def test_what_does_not_fit_memory_is_refused_before_it_is_read(folder, monkeypatch):
    with zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x.npy", npy(head("<f8", "(10000000,)"), bytes(80_000_000)))
    monkeypatch.setattr(room, "free_memory", lambda: 2**20)
    with pytest.raises(
        MemoryError,
        match=r"bomb\.npz: the array x of shape \(10000000,\), float64, would take 80 MB",
    ):
        load_array(folder / "bomb.npz")


def damaged(content, at, byte):
    changed = bytearray(content)
    changed[at] = byte
    return bytes(changed)


def test_archives_that_python_cannot_open(folder):
    np.savez(folder / "x.npz", a=np.eye(3))
    content = (folder / "x.npz").read_bytes()
    listed = content.find(b"PK\1\2")
    locked = damaged(damaged(content, 6, content[6] | 1), listed + 8, content[listed + 8] | 1)
    other = damaged(damaged(content, 8, 99), listed + 10, 99)
    for changed, why in ((locked, "it is encrypted"), (other, "compressed in a way")):
        (folder / "x.npz").write_bytes(changed)
        with pytest.raises(ValueError, match=f"is not a valid .npz file, .*{why}"):
            load_array(folder / "x.npz")


def contents():
    """A file of each binary format, where Arrow is installed."""
    for name, save in {
        "x.npy": np.save,
        "x.npz": lambda file, a: np.savez_compressed(file, a=a),
    }.items():
        file = io.BytesIO()
        save(file, np.arange(12.0).reshape(6, 2))
        yield name, file.getvalue()


@settings(max_examples=60)
@given(
    which=st.sampled_from(sorted(contents())),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=6)), max_size=5),
    cut=st.none() | st.integers(0, 400),
)
def test_any_damage_is_told_by_name_or_does_no_harm(folder, which, changes, cut):
    name, content = which
    content = bytearray(content)
    for at, data in changes:
        start = at % len(content)
        content[start : start + len(data)] = data
    file = folder / f"damaged{name}"
    file.write_bytes(bytes(content[:cut]))
    for load in (load_array, load_labels, load_layers):
        try:
            load(file)
        except (ValueError, MemoryError) as error:
            assert str(error).startswith(f"{file}: ")  # noqa: PT017  an error is one of two ends
            assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize("name", ["x.parquet", "x.feather"])
def test_damaged_files_of_arrow(folder, name):
    arrow = pytest.importorskip("pyarrow")
    file = folder / name
    held = arrow.table({"x": [1.0, 2.0, 3.0]})
    if name == "x.parquet":
        pytest.importorskip("pyarrow.parquet").write_table(held, file)
    else:
        pytest.importorskip("pyarrow.feather").write_feather(held, file)
    content = file.read_bytes()
    for changed in (content[:60], b"", content[:4] * 9, b"FEA1" + content[4:]):
        if changed.startswith(b"FEA1") and name == "x.parquet":
            continue  # which is read by its end
        file.write_bytes(changed)
        with pytest.raises(ValueError, match=rf"{name}: is not a valid (parquet|arrow) file"):
            load_array(file)


def test_names_that_a_terminal_would_obey_are_shown_escaped(folder):
    np.savez(folder / "x.npz", **{"\x1b[31mred": np.eye(2), "b": np.eye(2)})
    with pytest.raises(ValueError, match="holds 2 arrays") as error:
        load_array(folder / "x.npz")
    assert "\x1b" not in str(error.value)
    assert "'\\x1b[31mred', b" in str(error.value)
    with pytest.raises(FileNotFoundError) as missing:
        load_array(folder / "\x1b[31m\udc80.npz")
    assert str(missing.value).isprintable()


# -- standard input --------------------------------------------------------------------


def from_bytes(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize("name", ["x.npy", "x.npz"])
def test_standard_input_is_told_by_its_first_bytes_and_kept(monkeypatch, name):
    from_bytes(monkeypatch, dict(contents())[name])
    assert load_array("-").tolist() == np.arange(12.0).reshape(6, 2).tolist()
    assert load_array("-").shape == (6, 2)  # read once, and kept
    from_bytes(monkeypatch, b"a,b\n1,2\n3,4\n")
    assert load_array("-:b").tolist() == [[2], [4]]
    assert load_labels("-:a").tolist() == [1, 3]


def test_standard_input_of_nothing(monkeypatch):
    from_bytes(monkeypatch, b"")
    with pytest.raises(ValueError, match="standard input: is empty"):
        load_array("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ValueError, match="standard input: is closed; give a file"):
        load_labels("-:a")
    from_bytes(monkeypatch, b"a;b\n1;x\n")
    with pytest.raises(ValueError, match=r"standard input: row 2, column 2 holds 'x'.*-:a,b"):
        load_array("-")
