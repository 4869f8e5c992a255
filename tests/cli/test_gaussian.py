# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold gaussian``, as a user calls it."""

from __future__ import annotations

import functools
import json
import re

import numpy as np
import pytest

import fourfold as ff
from fourfold.report.text import table
from tests.support.command_line import assert_usage_error, run_cli, strict_json
from tests.support.fitted import rows

pytestmark = pytest.mark.usefixtures("one_thread")

FILES = ("eye.npy", "ear.csv", "speed.npz:y")


@pytest.fixture
def folder(tmp_path, monkeypatch, rng):
    """Sources and a target in files of all kinds, layers of a source, and what is no number."""
    monkeypatch.chdir(tmp_path)
    x1, x2, y = rows(rng, 300)
    np.save("eye.npy", x1)
    np.savetxt("ear.csv", x2, delimiter=",", header="a,b", comments="")
    np.savez("speed.npz", y=y, t=y[:, :1] + rng.normal(size=(300, 1)))
    np.savez("layers.npz", early=x1 + rng.normal(size=x1.shape), late=x1)
    np.save("short.npy", x1[:20])
    (tmp_path / "words.csv").write_text("class\n" + "c1\nc2\n" * 150)
    return tmp_path


def arrays():
    y = np.load("speed.npz")["y"]
    return np.load("eye.npy"), np.loadtxt("ear.csv", delimiter=",", skiprows=1), y


@pytest.mark.usefixtures("folder")
def test_it_prints_what_the_function_finds(capsys):
    status, out, err = run_cli(capsys, "gaussian", *FILES)
    assert (status, err) == (0, "")
    found = ff.gaussian_pid(*arrays())
    assert out == table(found, source_names=("eye", "ear"), target_name="y") + "\n"


def test_options_reach_the_function(folder, capsys):
    status, out, _ = run_cli(
        capsys, "gaussian", *FILES, "--given", "speed.npz:t", "--no-copula", "--no-check",
        "--confidence", 0.9, "--bias-correction", "digamma", "--seed", 3, "--json", "o.json",
    )  # fmt: skip
    assert status == 0
    record = strict_json(folder / "o.json")
    options = {
        "copula": False, "check_dependence": False, "confidence_level": 0.9,
        "bias_correction": "digamma", "random_state": 3,
    }  # fmt: skip
    assert record["parameters"] == options
    found = ff.gaussian_pid(*arrays(), given=np.load("speed.npz")["t"], **options)
    assert record["result"] == json.loads(json.dumps(found.to_dict())) | {
        "contributions": list(found.contributions())
    }
    assert record["command"] == "gaussian"
    assert record["data"]["shapes"] == {
        "x1": [300, 2], "x2": [300, 2], "y": [300, 2], "given": [300, 1]
    }  # fmt: skip
    assert record["data"]["files"]["given"] == "speed.npz:t"
    assert "wrote o.json" in out


@pytest.mark.usefixtures("folder")
def test_columns_of_a_table_have_their_names(capsys):
    _, out, _ = run_cli(capsys, "gaussian", "eye.npy", "speed.npz:y", "ear.csv")
    assert re.search(r"^\d\.\d\d b\b", out, re.MULTILINE)
    assert "ear[0]" not in out


@pytest.mark.parametrize(("given", "taken"), [("oas", "oas"), ("0.25", 0.25)])
def test_shrinkage_is_a_name_or_a_share(folder, capsys, given, taken):
    status, _, _ = run_cli(capsys, "gaussian", *FILES, "--shrinkage", given, "--json", "o.json")
    assert status == 0
    assert strict_json(folder / "o.json")["parameters"]["shrinkage"] == taken


def test_pictures_and_page_are_written(folder, capsys):
    status, out, _ = run_cli(
        capsys, "gaussian", *FILES, "--plot", "atoms.png", "--plot-directions", "sides.svg",
        "--page", "page.html", "--title", "Eyes and ears",
    )  # fmt: skip
    assert status == 0
    for file in ("atoms.png", "sides.svg", "page.html"):
        assert f"wrote {file}" in out
        assert (folder / file).stat().st_size > 1000
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "<h1>Eyes and ears</h1>" in page
    assert "ear.csv, shape [300, 2]" in page
    assert "unique to eye" in page


def test_layers_are_profiled(folder, capsys):
    status, out, _ = run_cli(
        capsys, "gaussian", "layers.npz", "ear.csv", "speed.npz:y", "--no-copula", "--json",
        "o.json", "--plot", "l.png", "--page", "l.html",
    )  # fmt: skip
    assert status == 0
    _, x2, y = arrays()
    layers = dict(np.load("layers.npz"))
    fit = functools.partial(ff.gaussian_pid, copula=False)
    profile = ff.layer_profile(layers, x2, y, estimator=fit)
    assert out.startswith(repr(profile))
    record = strict_json(folder / "o.json")["layer_profile"]
    assert record == json.loads(json.dumps(profile.to_dict()))
    assert "early" in (folder / "l.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_the_target_may_be_layers(capsys):
    status, out, _ = run_cli(capsys, "gaussian", "speed.npz:y", "ear.csv", "layers.npz")
    assert status == 0
    assert "early" in out


REFUSED = [
    (("eye.npy", "ear.csv", "words.csv"), "holds 'c1', which is not a number (labels are for fourfold pid)"),
    (("eye.npy", "short.npy", "speed.npz:y"), "x2 has 20"),
    (("no.npy", "ear.csv", "speed.npz:y"), "no.npy: no such file"),
    ((*FILES, "--title", "T"), "--title goes with --page"),
    ((*FILES, "--page", "p.txt"), "--page: p.txt must end in .html or .htm"),
    ((*FILES, "--page", "no/p.html"), "--page: no is not a folder"),
    ((*FILES, "--plot", "p.foo"), "--plot: p.foo must end in one of"),
    ((*FILES, "--plot-directions", "p.foo"), "--plot-directions: p.foo must end in one of"),
    (("layers.npz", "ear.csv", "speed.npz:y", "--plot-directions", "p.png"),
     "--plot-directions goes with one layer, not with files of several"),
    ((*FILES, "--given", "layers.npz"), "layers.npz: holds 2 arrays (early, late); name one"),
    ((*FILES, "--shrinkage", "much"), "must be ledoit-wolf, oas or a number from 0 to 1"),
    ((*FILES, "--shrinkage", "nan"), "must be ledoit-wolf, oas or a number from 0 to 1"),
    ((*FILES, "--resamples", "3"), "must be 0 or at least"),
]  # fmt: skip


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_does_not_go_is_refused_in_one_line(capsys, arguments, message):
    assert_usage_error(run_cli(capsys, "gaussian", *arguments), message)
