# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings on the command line: classifiers by default, and what does not go with them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import fourfold as ff
from fourfold.cli import demo, report
from fourfold.datasets import TwoSourceDataset
from tests.support.command_line import assert_usage_error, run_cli, strict_json

pytestmark = [pytest.mark.cpu_only, pytest.mark.usefixtures("one_thread")]

FIRST = "Decodable by these classifiers; certified given the posteriors; S is low if the joint one is weak."


def views(rows=160):
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=rows)
    return *(y[:, None] + rng.normal(size=(rows, 2)) for _ in "12"), y


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Two noisy views of a bit, the bit, and pairs of rows, in the working folder."""
    monkeypatch.chdir(tmp_path)
    for name, values in zip(("eye", "ear", "word"), views(), strict=True):
        np.save(f"{name}.npy", values)
    np.save("pair.npy", np.arange(160) // 2)
    return tmp_path


def words_run(capsys, words):
    return run_cli(capsys, *words.split())


def run(capsys, arguments, command="pid"):
    return words_run(capsys, f"{command} eye.npy ear.npy word.npy {arguments}")


# -- pid -------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ["", "--estimator classifier "])
def test_prints_and_writes_what_the_estimator_finds(capsys, estimator):
    status, out, err = run(
        capsys,
        f"{estimator}--classifier logistic --n-jobs 1 --groups pair.npy --confidence 0.9 --tol 1e-3 "
        "--seed 3 --json out.json --plot out.png",
    )
    assert (status, err) == (0, "")
    classifier = ff.ClassifierPID(
        "logistic", n_jobs=1, confidence_level=0.9, tol=1e-3, random_state=3
    )
    expected = classifier.fit(*views(), groups=np.arange(160) // 2).result_
    assert out.splitlines()[0] == FIRST
    assert "unique to eye" in out
    assert "holds (90 %)" in out
    record = strict_json("out.json")
    assert record["result"].pop("contributions")
    assert record["result"] == json.loads(json.dumps(expected.to_dict()))
    assert record["parameters"] == json.loads(json.dumps(classifier.get_params()))
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("command", ["pid", "report --output page.html"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--clusters 4", "--clusters goes with --estimator kmeans; classifiers, the default"),
        ("--sweep 4 8", "--sweep goes with --estimator kmeans"),
        ("--components 2 --preprocess l2",
         "--preprocess and --components go with --estimator kmeans"),
        ("--seeds 2", "--seeds goes with"),
        ("--noise-source 2", "--noise-source goes with --noise"),
        ("--noise 1 --groups pair.npy", "--groups goes with a single decomposition"),
        ("--estimator classifier --held-out 0.5", "--held-out goes with --estimator kmeans"),
        ("--resamples 50", "--resamples goes with --labels or --estimator kmeans"),
        ("--permutations 99 --bias-correction auto",
         "--bias-correction and --permutations go with --labels or --estimator kmeans"),
        ("--dtype float32", "--dtype and --device go with --labels or --estimator kmeans"),
        ("--estimator kmeans", "--estimator kmeans needs a number of clusters"),
        ("--estimator kmeans --clusters 4 --classifier fast",
         "--classifier goes with --estimator classifier"),
        ("--labels --groups pair.npy", "--groups goes with embeddings"),
        ("--labels --estimator classifier", "--estimator goes with embeddings"),
        ("--classifier forest", "--classifier: invalid choice: 'forest'"),
        ("--estimator kmean", "--estimator: invalid choice: 'kmean'"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(capsys, command, arguments, words):
    assert_usage_error(run(capsys, arguments, command), words)


def test_groups_of_other_rows_are_an_error(capsys):
    np.save("pair.npy", np.arange(20))
    assert_usage_error(run(capsys, "--classifier fast --groups pair.npy"), "groups")


def test_two_pairs_are_compared_row_by_row(capsys):
    np.save("mouth.npy", views()[0] + np.random.default_rng(1).normal(size=(160, 2)))
    status, out, err = run(
        capsys,
        "--classifier logistic --compare mouth.npy ear.npy --json out.json --plot out.png",
    )
    assert (status, err) == (0, "")
    first, second, y = views()
    classifier = ff.ClassifierPID("logistic", random_state=0)
    a, b = (classifier.fit(x1, second, y).result_ for x1 in (first, np.load("mouth.npy")))
    record = strict_json("out.json")
    assert record["comparison"] == json.loads(json.dumps(ff.compare(a, b).to_dict()))
    assert record["comparison"]["decoded"]
    assert out.count(FIRST) == 2
    assert "eye, ear minus mouth, ear\n" in out
    assert "of what such classifiers, trained on so many rows, decode" in out
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ("", {}),
        ("--noise-source 2 --seeds 1 --seed 3 --confidence 0.9",
         {"source": 2, "n_seeds": 1, "random_state": 3, "confidence_level": 0.9}),
    ],
)  # fmt: skip
def test_noise_sweep_of_classifiers(capsys, arguments, chosen):
    status, out, err = run(capsys, f"--noise 0 2 {arguments} --json out.json --plot out.png")
    assert (status, err) == (0, "")
    expected = ff.noise_sweep(*views(), (0, 2), **chosen)  # fast, and two seeds, are its own
    record = strict_json("out.json")
    assert record["noise_sweep"] == json.loads(json.dumps(expected.to_dict()))
    assert record["parameters"]["estimator"]["classifier"] == "fast"
    assert out.startswith(f"{expected!r}\n")
    assert "decoded by classifiers (fast)" in out
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")


# -- report ----------------------------------------------------------------------------


def test_page_says_what_is_certain_and_what_only_decodable(capsys):
    ran = run(capsys, "--classifier fast --output page.html", "report")
    assert ran == (0, "wrote page.html\n", "")
    page = Path("page.html").read_text(encoding="utf-8")
    assert f"<p>{FIRST}" in page
    assert "unique to eye (U1)" in page
    assert page.count("<svg") == 1


def test_page_compares_and_adds_noise(capsys):
    np.save("mouth.npy", views()[0] + 1)
    ran = run(
        capsys,
        "--classifier fast --compare mouth.npy ear.npy --noise 0 2 --seeds 1 --output page.html",
        "report",
    )
    assert ran == (0, "wrote page.html\n", "")
    page = Path("page.html").read_text(encoding="utf-8")
    assert page.count(FIRST) == 2
    assert "Difference of eye, ear minus that of mouth, ear" in page
    assert "as classifiers decode them" in page
    assert "Noise on eye" in page
    assert "decoded by classifiers (fast)" in page


@pytest.mark.parametrize(
    ("arguments", "classifier", "chosen"),
    [
        ("", "fast", {}),
        ("--classifier logistic --seeds 1 --seed 4", "logistic", {"n_seeds": 1, "random_state": 4}),
    ],
)  # fmt: skip
def test_layers_are_decoded(capsys, monkeypatch, arguments, classifier, chosen):
    pages = []
    monkeypatch.setattr(report, "html_report", lambda results, **_: pages.append(results) or "")
    first, second, word = views()
    layers = {"one": first, "two": first[:, :1]}
    np.savez("eye.npz", **layers)
    ran = words_run(capsys, f"report eye.npz ear.npy word.npy --output page.html {arguments}")
    assert ran == (0, "wrote page.html\n", "")
    expected = ff.layer_profile(
        layers, second, word, estimator=ff.ClassifierPID(classifier), **chosen
    )
    (results,) = pages
    assert results["Layers"].to_dict() == expected.to_dict()


def test_layers_take_no_groups(capsys):
    np.savez("eye.npz", first=views()[0], second=views()[0])
    ran = words_run(
        capsys, "report eye.npz ear.npy word.npy --groups pair.npy --output page.html"
    )
    assert_usage_error(ran, "--groups goes with sources of one layer")


# -- demo ------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """The demo with little data."""
    data = TwoSourceDataset(*views(), ("left half", "right half"), "digit", ((), ()), "")
    monkeypatch.setattr(demo, "digits_halves", lambda: data)


@pytest.mark.usefixtures("small")
def test_demo_leads_with_classifiers_and_says_what_clusters_would(capsys, files):
    status, out, err = words_run(
        capsys, "demo --classifier fast --clusters 3 --output-dir new --no-progress"
    )
    assert (status, err) == (0, "")
    record = strict_json(files / "new" / "fourfold-demo.json")
    held_out = record["result"]["information"]["held_out"]
    coarse = record["kmeans"]
    text = " ".join(out.split())
    assert FIRST in text
    assert (
        f"3 clusters of each half by K-means would have said: R {coarse['redundancy']:.3f}"
        in text
    )
    assert (
        f"{coarse['mi1']:.2f} of at least {held_out['mi1']:.2f} bits of the left half" in text
    )
    assert (files / "new" / "fourfold-demo.png").read_bytes().startswith(b"\x89PNG")
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.usefixtures("small")
def test_demo_of_clusters_takes_no_classifier(capsys):
    ran = words_run(capsys, "demo --estimator kmeans --classifier fast")
    assert_usage_error(ran, "--classifier goes with --estimator classifier")
