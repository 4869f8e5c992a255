# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Grids that are interrupted and resumed: nothing is lost, and nothing is made twice."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import fourfold as ff
from benchmarks.scale.grid_kills import kill_grid
from fourfold.workflows.grid import profile_grid as module
from fourfold.workflows.grid.made_of import digest
from tests.support.jobs import back_end
from tests.support.layers import depth
from tests.workflows.grid.test_profile_grid import BINS, LOGISTIC, assert_same


@pytest.fixture(scope="module", name="data")
def _data():
    x1, x2, y = depth(rows=100, layers=2)
    return (
        {"a": x1[0, :, :1], "b": x1[1, :, :1]},
        {"c": x2[0, :, :1], "d": x2[1, :, :1]},
        {"y": y},
    )


@pytest.fixture(name="made")
def _made(monkeypatch):
    """Names of the parts that are made."""
    names = []
    original = module.made_part

    def counted(plan, seeds, name, *given):
        names.append(name)
        if len(names) == counted.fails_at:
            msg = "out of memory"
            raise MemoryError(msg)
        return original(plan, seeds, name, *given)

    counted.fails_at = None
    monkeypatch.setattr(module, "made_part", counted)
    return names, counted


@pytest.mark.parametrize("estimator", [BINS, LOGISTIC])
def test_what_is_kept_is_what_was_made_to_the_bit(data, made, estimator, tmp_path):
    names, _ = made
    folder = tmp_path / "new" / "folder"
    given = {"estimator": estimator, "n_seeds": 1, "pairs": [("a", "d"), ("b", "c")]}
    expected = ff.profile_grid(*data, **given)
    for begun in (4, 4):  # those without a folder among them
        assert_same(ff.profile_grid(*data, **given, checkpoint=folder), expected)
        assert len(names) == begun
    assert len([*folder.iterdir()]) == 2


@pytest.mark.parametrize("name", [None, "threading"])
def test_an_interrupted_grid_goes_on_where_it_was(data, made, tmp_path, name):
    names, hook = made
    given = {"estimator": BINS, "n_seeds": 1, "checkpoint": str(tmp_path)}
    hook.fails_at = 3
    with back_end(name), pytest.raises(MemoryError):
        ff.profile_grid(*data, **given)
    kept = {json.loads(path.read_text())["part"]["layer1"] for path in tmp_path.glob("*.json")}
    finished = len([*tmp_path.iterdir()])
    assert finished == 2 or name is not None
    assert kept <= {"a", "b"}
    hook.fails_at = None
    names.clear()
    with back_end(name):
        grid = ff.profile_grid(*data, **given)
    assert len(names) == 4 - finished
    assert_same(grid, ff.profile_grid(*data, estimator=BINS, n_seeds=1))


def test_a_grid_may_grow_and_shards_share_a_folder(data, made, tmp_path):
    names, _ = made
    first, second, targets = data
    given = {"estimator": BINS, "n_seeds": 1, "checkpoint": tmp_path}
    ff.profile_grid({"a": first["a"]}, second, targets, **given)
    for k in range(3):
        ff.profile_grid(*data, **given, shard=(k, 3))
    assert len(ff.profile_grid(*data, **given)) == 4
    assert len(set(names)) == len(names) == 4


def test_what_a_kill_left_half_written_does_not_matter(data, tmp_path):
    given = {"estimator": BINS, "n_seeds": 1, "checkpoint": tmp_path}
    (tmp_path / ".y--a--c-0.json.9f").write_text('{"version": 1, "pa')
    (tmp_path / "notes.txt").write_text("mine")
    assert len(ff.profile_grid(*data, **given)) == 4
    assert len(ff.profile_grid(*data, **given)) == 4


def test_a_grid_that_is_killed_loses_nothing_and_makes_nothing_twice(tmp_path):
    killed = kill_grid(1, seed=0, folder=tmp_path)
    assert killed.same
    assert killed.lost == []
    assert killed.repeated == []
    assert 0 < max(killed.kept) < killed.parts


# -- what a part was made of ---------------------------------------------------------------


def _other(values):
    return values + 1e-9


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (lambda x1, x2, y: ({k: _other(v) for k, v in x1.items()}, x2, y),
         "the layer of sources1 was another"),
        (lambda x1, x2, y: (x1, {k: v.astype(np.float32) for k, v in x2.items()}, y),
         "the layer of sources2 was another"),
        (lambda x1, x2, y: (x1, x2, {"y": y["y"][::-1]}), "the target was another"),
        ({"estimator": ff.PIDEstimator(4, clusterer="quantile")},
         "estimator.n_clusters was 3 and is 4"),
        ({"estimator": LOGISTIC}, "estimator was PIDEstimator and is ClassifierPID"),
        ({"n_seeds": 2}, r"seeds was \d+ and is \d+ \d+"),
        ({"random_state": 1}, r"seeds was \d+ and is \d+"),
    ],
)  # fmt: skip
def test_parts_of_something_else_are_refused(data, tmp_path, changed, message):
    given = {"estimator": BINS, "n_seeds": 1, "checkpoint": tmp_path}
    ff.profile_grid(*data, **given)
    others = changed(*data) if callable(changed) else data
    given |= {} if callable(changed) else changed
    with pytest.raises(ValueError, match=f"made of something else: .*{message}") as refused:
        ff.profile_grid(*others, **given)
    assert "('y', 'a', 'c')" in str(refused.value)
    assert "Delete the file to make it anew, or take another folder" in str(refused.value)


def test_how_many_jobs_and_threads_does_not_matter(data, tmp_path):
    given = {"n_seeds": 1, "checkpoint": tmp_path, "pairs": [("a", "c")]}
    for n_jobs in (None, 1):
        estimator = ff.ClassifierPID(LogisticRegression(), cv=2, n_jobs=n_jobs)
        ff.profile_grid(*data, estimator=estimator, **given)
    estimator.set_params(classifier__C=2.0, n_jobs=None)
    with pytest.raises(ValueError, match=r"estimator.classifier__C was 1.0 and is 2.0"):
        ff.profile_grid(*data, estimator=estimator, **given)


def test_a_file_that_is_no_part_is_named(data, tmp_path):
    given = {"estimator": BINS, "n_seeds": 1, "checkpoint": tmp_path}
    ff.profile_grid(*data, **given)
    path = min(tmp_path.iterdir())
    text = path.read_text()
    record = json.loads(text)
    lacking = record["numbers"] | {"gap": None}
    broken = ["", text[:50], "[]", "{}"] + [
        json.dumps(record | changed)
        for changed in (
            {"made_of": None},
            {"made_of": [1]},
            {"numbers": None},
            {"numbers": lacking},
            {"by_seed": []},
            {"by_seed": [[0.1, 0.2, 0.3]]},
        )
    ]
    for words in broken:
        path.write_text(words)
        with pytest.raises(ValueError, match=f"checkpoint: {path} is no part of a grid"):
            ff.profile_grid(*data, **given)
    path.write_text(text.replace('"version": 1', '"version": 2'))
    with pytest.raises(ValueError, match="has format 2, expected 1"):
        ff.profile_grid(*data, **given)
    path.unlink()
    path.mkdir()
    with pytest.raises(ValueError, match=f"checkpoint: {path} is no part of a grid"):
        ff.profile_grid(*data, **given)


def test_names_of_any_kind_have_files_of_their_own(data, tmp_path):
    first, second, targets = data
    names = ["a/b", "a_b", "../a", "A/B", "a" * 300, "", "\u03b1", "a\nb"]
    layers = dict.fromkeys(names, first["a"])
    given = {"estimator": BINS, "n_seeds": 1, "checkpoint": tmp_path / "grid"}
    grid = ff.profile_grid(layers, {"c": second["c"]}, targets, **given)
    assert len(grid) == len(names)
    files = {path.name.lower() for path in (tmp_path / "grid").iterdir()}
    assert len(files) == len(names)
    assert len([*tmp_path.iterdir()]) == 1
    assert_same(ff.profile_grid(layers, {"c": second["c"]}, targets, **given), grid)


def test_where_nothing_can_be_kept(data, tmp_path):
    (tmp_path / "file").write_text("")
    for folder, error, message in (
        (
            tmp_path / "file",
            ValueError,
            "checkpoint: expected the path .* but .*file is a file",
        ),
        (tmp_path / "file" / "a", ValueError, "checkpoint: expected .* but .*file is a file"),
        (3, TypeError, "checkpoint: expected the path of a folder or None, got 3"),
        ("", TypeError, "checkpoint: expected the path of a folder or None, got ''"),
    ):
        with pytest.raises(error, match=message):
            ff.profile_grid(*data, estimator=BINS, checkpoint=folder)
    with pytest.raises(ValueError, match="random_state: None draws other seeds each time"):
        ff.profile_grid(*data, estimator=BINS, checkpoint=tmp_path, random_state=None)


def test_digests_tell_values_types_and_shapes_apart_but_not_order_in_memory():
    x = np.arange(12.0).reshape(3, 4)
    assert digest(x) == digest(np.asfortranarray(x)) == digest(x.tolist())
    assert digest(x[:, ::2]) == digest(x[:, ::2].copy())
    others = [
        x,
        x.T,
        x.reshape(4, 3),
        x.astype(np.float32),
        x + 1e-12,
        np.array(["a", "b"]),
        np.array(["a", "b"], object),
        np.array(["a", 1], object),
        np.array(["a", "1"], object),
        np.array(["a\x00", "b"], object),
    ]
    assert len({*map(digest, others)}) == len(others)
