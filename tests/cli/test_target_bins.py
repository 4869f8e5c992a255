# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A column of numbers as the target of commands."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from tests.support.command_line import assert_usage_error, run_cli, strict_json

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(name="data")
def _data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(2)
    y = rng.normal(size=200)
    x1, x2 = (np.stack([y, y], 1) + rng.normal(size=(200, 2)) for _ in range(2))
    np.save("x1.npy", x1)
    np.save("x2.npy", x2)
    np.save("y.npy", y)
    np.save("two.npy", x1)
    np.save("a.npy", (x1[:, 0] > 0).astype(int))
    np.save("b.npy", (x2[:, 0] > 0).astype(int))
    np.savetxt("y.csv", y)
    return x1, x2, y


@pytest.mark.parametrize("y", ["y.npy", "y.csv"])
def test_labels_and_bins(data, capsys, y):
    words = "--labels --target-bins 4 --permutations 19 --json out.json --no-progress"
    status, out, _ = run_cli(capsys, "pid", "a.npy", "b.npy", y, *words.split())
    assert status == 0
    assert "4 quantile bins of y, which keep about" in out
    result = ff.pid(np.load("a.npy"), np.load("b.npy"), data[2], target_bins=4)
    written = strict_json("out.json")
    assert written["result"]["synergy"] == pytest.approx(result.synergy)
    assert written["parameters"]["target_bins"] == 4
    assert written["result"]["target_bins"]["asked"] == 4


@pytest.mark.usefixtures("data")
def test_sixteen_where_no_number_is_given(capsys):
    given = ("a.npy", "b.npy", "y.npy", "--labels", "--target-bins")
    status, out, _ = run_cli(capsys, "pid", *given)
    assert status == 0
    assert "16 quantile bins of y" in out


@pytest.mark.parametrize(
    "words",
    [
        "--classifier logistic",
        "--estimator kmeans --clusters 3 --permutations 19 --held-out 0.2",
        "--estimator kmeans --sweep 2 3 --seeds 1",
        "--estimator kmeans --clusters 2 --noise 0 1 --seeds 1",
    ],
)
@pytest.mark.usefixtures("data")
@pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning")
def test_embeddings(capsys, words):
    given = ("x1.npy", "x2.npy", "y.npy", "--target-bins", "3", "--no-progress", *words.split())
    status, out, err = run_cli(capsys, "pid", *given)
    assert (status, err.count("error")) == (0, 0)
    assert "3 quantile bins" in out


@pytest.mark.usefixtures("data")
def test_pages(capsys):
    words = "a.npy b.npy y.npy --target-bins 3 --labels --permutations 0 --no-progress"
    status, *_ = run_cli(capsys, "report", *words.split(), "--output", "page.html")
    assert status == 0
    with open("page.html", encoding="utf-8") as page:  # noqa: PTH123
        assert "3 quantile bins of y, which keep about" in page.read()
    np.savez("layers.npz", a=np.load("x1.npy"), b=np.load("x2.npy"))
    words = "layers.npz x2.npy y.npy --target-bins 3 --estimator kmeans --clusters 2 --seeds 1"
    assert run_cli(capsys, "report", *words.split(), "--output", "layers.html")[0] == 0


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("x1.npy x2.npy y.npy", "takes --target-bins or the command gaussian"),
        ("x1.npy x2.npy two.npy --target-bins", "two.npy: --target-bins takes one column"),
        ("x1.npy x2.npy y.npy --target-bins 1", "must be at least 2, got 1"),
        ("x1.npy x2.npy --target-bins y.npy", "files come before it"),
        ("a.npy b.npy a.npy --labels --target-bins 4", "2 distinct values (n_samples=200)"),
    ],
)
def test_errors_of_usage(capsys, words, message):
    assert_usage_error(run_cli(capsys, "pid", *words.split()), message)
