# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts in files: the same after reading, whole or not at all, and nothing else is read."""

from __future__ import annotations

import os
import pickle
import zipfile
from fractions import Fraction

import numpy as np
import pytest

from fourfold import Counts
from fourfold.counts import saved_counts
from fourfold.counts.axis_states import axis_states
from fourfold.counts.saved_counts import Saved
from fourfold.counts.sparse_table import SparseTable

LABELS = {
    "integers": [3, -1, 3],
    "uint64": np.array([2**63 + 1, 0, 1], np.uint64),
    "integers beyond 64 bits": np.array([2**80, -5, 1], object),
    "truths": [True, False, True],
    "words": ["é", "b", "longer"],
    "words with a lone surrogate": ["\ud800", "a", "b"],
    "bytes": [b"\xff", b"a", b"b"],
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_all_labels_come_back(labels, tmp_path):
    counts = Counts.from_labels(labels, labels, labels)
    assert counts.shape == (len(set(np.asarray(labels, object).tolist())),) * 3
    counts.save(tmp_path / "part.npz")
    loaded = Counts.load(tmp_path / "part.npz")
    assert loaded == counts
    assert [a.dtype for a in loaded.states] == [a.dtype for a in counts.states]


@pytest.mark.parametrize("labels", [["a", "a\0", "b"], [b"", b"\0", b"\0\0"]], ids=repr)
def test_labels_that_end_in_nul_stay_apart(labels, tmp_path):
    states = axis_states(np.array(labels, object))
    table = SparseTable(np.arange(9), np.arange(1, 10), (3, 3, 1))
    saved_counts.save_counts(
        tmp_path / "part", Saved((states, states, states[:1]), table, Fraction(45))
    )
    loaded = Counts.load(tmp_path / "part")
    assert [each.tolist() for each in loaded.states] == [labels, labels, labels[:1]]
    assert loaded.n_samples == 45


@pytest.mark.parametrize(
    "counts",
    [
        Counts(),
        Counts(states=(["a", "b"], [3], [])),
        Counts.from_labels([0, 0, 1], [1, 1, 1], ["y", "y", "n"], weights=[0.1, 1e100, 3]),
        Counts.from_labels([0, 0, 1], [1, 1, 1], ["y", "y", "n"], weights=[2.0, 1.0, 3.0]),
        Counts.from_table([[[2**62, 5]]]),
    ],
    ids=["nothing", "states alone", "weights", "whole weights", "many"],
)
def test_all_counts_come_back(counts, tmp_path):
    counts.save(str(tmp_path / "part"))
    loaded = Counts.load(str(tmp_path / "part"))
    more = Counts(states=([], [], [])) + Counts.from_table(np.zeros((0, 0, 0)))
    assert loaded == counts + more
    assert loaded.effective_samples == counts.effective_samples
    assert loaded._squares == counts._squares
    assert loaded.cells.counts.tobytes() == counts.cells.counts.tobytes()


def test_a_file_is_replaced_as_a_whole(tmp_path, monkeypatch):
    path = tmp_path / "part.npz"
    old, new = (Counts.from_labels([k], [k], [k]) for k in range(2))
    old.save(path)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask()

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        new.save(path)
    assert Counts.load(path) == old
    assert os.listdir(tmp_path) == ["part.npz"]  # noqa: PTH208
    monkeypatch.undo()
    new.save(path)
    assert Counts.load(path) == new


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_the_same_counts_make_the_same_file(tmp_path):
    parts = [Counts.from_labels([k], ["a" * k], [0], weights=[0.1 * k]) for k in range(1, 6)]
    sum(parts).save(tmp_path / "a")
    sum(parts[::-1]).save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


# -- what is no such file --------------------------------------------------------------


def written(path, **changed):
    """A good file, of which one array is another."""
    good = Counts.from_labels([0, 1], ["a", "b"], [0, 0])
    good.save(path)
    arrays = dict(np.load(path)) | changed
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_the_helper_of_these_tests_writes_a_good_file(tmp_path):
    assert Counts.load(written(tmp_path / "a.npz")).n_samples == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"counts": np.array([1, 0])},
        {"counts": np.array([1.0, 2.0])},
        {"counts": np.array([1, 2, 3])},
        {"occupied": np.array([0, 4])},
        {"occupied": np.array([3, 0])},
        {"occupied": np.array([-1, 0])},
        {"occupied": None},
        {"counts": None},
        {"x1": np.array([1, 0])},
        {"x2": np.array(["a"])},
        {"y": np.array([0.5j])},
        {"y": np.array([np.nan])},
        {"y": np.array(["NaT"], "M8[D]")},
        {"squares": np.array("two")},
        {"counts": None, "limbs": np.array([[1, 0]]), "lowest": np.array(0)},
        {"counts": None, "limbs": np.array([[1, 2**40]]), "lowest": np.array(0)},
        {"x1": None},
        {"x1": None, "x1_int": np.frombuffer(b"ab", np.uint8), "x1_ends": np.array([1, 2])},
    ],
    ids=str,
)
def test_damage_is_told(changed, tmp_path):
    with pytest.raises(ValueError, match=r"a\.npz: is damaged"):
        Counts.load(written(tmp_path / "a.npz", **changed))


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "a.npz"
    with pytest.raises(FileNotFoundError, match=r"a\.npz"):
        Counts.load(path)
    np.savez(path, a=np.arange(3))
    other = tmp_path / "b"
    np.save(other.with_suffix(".npy"), np.arange(3))
    pickled = tmp_path / "c"
    pickled.write_bytes(pickle.dumps(Counts()))
    truncated = tmp_path / "d"
    truncated.write_bytes(written(tmp_path / "e.npz").read_bytes()[:300])
    empty = tmp_path / "f"
    empty.touch()
    for wrong in (path, other.with_suffix(".npy"), pickled, truncated, empty):
        with pytest.raises(
            ValueError, match=f"{wrong.name}: is not a file that Counts.save wrote"
        ):
            Counts.load(wrong)


@pytest.mark.parametrize(
    ("place", "byte"),
    [(6, 255), (8, 32), (10, 99)],
    ids=["version of ZIP", "flags", "compression"],
)
def test_bytes_that_changed_are_told(place, byte, tmp_path):
    path = written(tmp_path / "a.npz")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + place] = byte  # in ZIP's list of what is in it
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"a\.npz: is not a file that Counts.save wrote"):
        Counts.load(path)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("x1.npy", b"NUMPY", b"NUMPX"),  # of which NumPy makes bytes, not an array
        ("occupied.npy", b"(2,)", b"(2,("),
        ("occupied.npy", b"(2,)", b"(9**"),
    ],
    ids=["no array", "open bracket", "shape"],
)
def test_arrays_that_are_none_are_told(name, old, new, tmp_path):
    path = written(tmp_path / "a.npz")
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in members.items():
            archive.writestr(each, data)
    with pytest.raises(ValueError, match=r"a\.npz: is (damaged|not a file)"):
        Counts.load(path)


def test_a_later_format_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"in format 2 by another version.*update Fourfold"):
        Counts.load(written(tmp_path / "a.npz", fourfold_counts=np.array(2)))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere to save counts in"):
        Counts().save(tmp_path / "nowhere" / "part.npz")
