# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold report``: what it computes is what the functions compute, and what it refuses."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import fourfold as ff
from fourfold.cli import report
from fourfold.loading import holds_layers, load_layers
from fourfold.runtime import caller
from tests.support.command_line import assert_usage_error, run_cli

pytestmark = [pytest.mark.cpu_only, pytest.mark.usefixtures("one_thread")]

FEW = "--resamples 25 --permutations 79 --seeds 1"


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Embeddings of one and of several layers, labels and a target, in the working folder."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 120)
    embeddings = [np.eye(3)[y] + 0.6 * rng.normal(size=(120, 3)) for _ in range(3)]
    for name, values in zip(("image", "text", "other"), embeddings, strict=True):
        np.save(f"{name}.npy", values)
        np.save(f"{name}_label.npy", values.argmax(1))
    np.save("layers.npy", np.stack(embeddings))
    np.savez("layers.npz", block0=embeddings[0], block1=embeddings[2])
    np.save("answer.npy", y)
    return tmp_path


class Everything(set):
    def __contains__(self, _):
        return True


@pytest.fixture(autouse=True)
def said(monkeypatch):
    """What is said once in a process was said, whatever test ran before."""
    monkeypatch.setattr(caller, "_said", Everything())


@pytest.fixture
def shown(monkeypatch):
    """What the page was made of; it is not drawn, which test_html_report does."""
    pages = []

    def note(results, **options):
        pages.append({"results": results, **options})
        return "<p>page</p>"

    monkeypatch.setattr(report, "html_report", note)
    return pages


def run(capsys, arguments, sources="image.npy text.npy"):
    return run_cli(
        capsys, *f"report {sources} answer.npy --output page.html {arguments}".split()
    )


def succeed(capsys, shown, arguments, **chosen):
    assert run(capsys, arguments, **chosen) == (0, "wrote page.html\n", "")
    (page,) = shown
    assert Path("page.html").read_text(encoding="utf-8") == "<p>page</p>"
    return page


def refused(capsys, arguments, words, **chosen):
    assert_usage_error(run(capsys, arguments, **chosen), words)
    assert not Path("page.html").exists()


def arrays(*names):
    return [np.load(f"{name}.npy") for name in names]


# -- one layer -------------------------------------------------------------------------


def test_page_is_written(capsys):
    assert run(capsys, f"--estimator kmeans --clusters 3 {FEW} --title <mine>") == (
        0,
        "wrote page.html\n",
        "",
    )
    text = Path("page.html").read_text(encoding="utf-8")
    assert "<h1>&lt;mine&gt;</h1>" in text
    assert text.count("<svg") == 2
    for words in ("unique to image (U1)", "image.npy, shape (120, 3)", "n_permutations"):
        assert words in text


def test_decomposition_tests_and_sweep(capsys, shown):
    page = succeed(
        capsys, shown, "--estimator kmeans --clusters 4 --permutations 79 --seeds 1 --seed 3"
    )
    results = page["results"]
    assert list(results) == ["Decomposition", "Permutation tests", "Number of clusters"]
    data = arrays("image", "text", "answer")
    estimator = ff.PIDEstimator((4, 4), n_resamples=None, random_state=3).fit(*data)
    expected = estimator.result_.to_dict()
    assert results["Decomposition"].to_dict() == expected
    labels = estimator.labels1_, estimator.labels2_, data[2]
    tests = ff.permutation_test(*labels, ff.Atoms._fields, n_permutations=79, random_state=3)
    assert {name: test.pvalue for name, test in results["Permutation tests"].items()} == {
        name: test.pvalue for name, test in tests.items()
    }
    sweep = ff.cluster_sweep(*data, (2, 4, 8), n_seeds=1, random_state=3)
    assert results["Number of clusters"].to_dict() == sweep.to_dict()
    assert page["source_names"] == ("image", "text")
    assert page["target_name"] == "answer"
    assert page["parameters"]["Decomposition"] == estimator.get_params()
    assert page["parameters"]["Number of clusters"]["n_clusters"] == (2, 4, 8)


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        ("--estimator kmeans --clusters 2", (2, 4)),
        ("--estimator kmeans --clusters 3 6", ((2, 3), (3, 6), (6, 12))),
        ("--estimator kmeans --clusters 4 --sweep 2 5", (2, 5)),
        ("--estimator kmeans --clusters auto", (3, 6, 12)),
        ("--estimator kmeans --clusters 40 --held-out 0.6", (20, 40)),
    ],
)
def test_settings_of_the_sweep(capsys, shown, arguments, settings):
    status, _, _ = run(capsys, f"{arguments} --resamples 0 --permutations 0 --seeds 1")
    assert status == 0
    results = shown[0]["results"]
    assert list(results) == ["Decomposition", "Number of clusters"]
    assert results["Number of clusters"].n_clusters == settings
    assert results["Decomposition"].confidence_interval.method == "influence"


def test_no_sweep_but_noise(capsys, shown):
    page = succeed(
        capsys,
        shown,
        f"--estimator kmeans --clusters 3 --sweep 0 --noise 0 1 --noise-source 2 {FEW}",
    )
    assert list(page["results"]) == ["Decomposition", "Permutation tests", "Noise on text"]
    sweep = page["results"]["Noise on text"]
    assert (sweep.source, sweep.levels.tolist()) == (2, [0, 1])


def test_labels_have_no_sweep(capsys, shown):
    page = succeed(
        capsys,
        shown,
        "--labels --bias-correction chao --resamples 25 --permutations 79",
        sources="image_label.npy text_label.npy",
    )
    assert list(page["results"]) == ["Decomposition", "Permutation tests"]
    columns = arrays("image_label", "text_label", "answer")
    expected = ff.pid(*columns, n_resamples=25, bias_correction="chao")
    assert page["results"]["Decomposition"].to_dict() == expected.to_dict()


def test_comparison(capsys, shown):
    page = succeed(
        capsys,
        shown,
        f"--estimator kmeans --clusters 3 --sweep 0 --compare other.npy text.npy {FEW[:-10]}",
    )
    assert list(page["results"]) == [
        "Decomposition of image, text",
        "Permutation tests of image, text",
        "Decomposition of other, text",
        "Permutation tests of other, text",
        "Difference of image, text minus that of other, text",
    ]
    one, _, other, _, comparison = page["results"].values()
    assert comparison.difference == ff.compare(one, other).difference
    assert page["source_names"] == ("X1", "X2")
    assert page["data"]["X1 of other, text"] == "other.npy, shape (120, 3)"


# -- several layers --------------------------------------------------------------------


def test_layers(capsys, shown):
    page = succeed(
        capsys,
        shown,
        "--estimator kmeans --clusters 3 --resamples 25 --seeds 2 --seed 1",
        sources="layers.npz text.npy",
    )
    first, text, y = np.load("layers.npz"), *arrays("text", "answer")
    with first:
        layers = {name: first[name] for name in first.files}
    expected = ff.layer_profile(
        layers,
        text,
        y,
        n_clusters=3,
        n_seeds=2,
        n_resamples=25,
        random_state=1,
        estimator="kmeans",
    )
    assert list(page["results"]) == ["Layers"]
    assert page["results"]["Layers"].to_dict() == expected.to_dict()
    assert page["data"]["X1"] == "layers.npz, 2 layers of shape (120, 3)"
    assert page["source_names"] == ("layers", "text")


def test_one_array_of_a_file_is_no_layer(capsys, shown):
    page = succeed(
        capsys,
        shown,
        f"--estimator kmeans --clusters 3 --sweep 0 {FEW[:-10]}",
        sources="layers.npz:block1 text.npy",
    )
    assert "Decomposition" in page["results"]


def test_which_files_hold_layers(tmp_path):
    Path("a.csv").write_text("1,2\n", encoding="utf-8")
    np.savez("one.npz", only=np.ones((3, 2)))
    Path("broken.npy").write_bytes(b"no array")
    np.save("empty.npy", np.ones((0, 2)))
    assert holds_layers("layers.npy")
    assert holds_layers(tmp_path / "layers.npz")
    for file in (
        "image.npy",
        "a.csv",
        "one.npz",
        "layers.npz:block0",
        "broken.npy",
        "empty.npy",
    ):
        assert not holds_layers(file)


def test_layers_are_read_in_their_order():
    layers = load_layers("layers.npy")
    assert list(layers) == ["0", "1", "2"]
    np.testing.assert_array_equal(layers["1"], np.load("text.npy"))
    np.savez("b.npz", z=np.ones((4, 2), np.float32), a=np.ones(4, np.int8))
    layers = load_layers("b.npz")
    assert {name: (v.shape, v.dtype) for name, v in layers.items()} == {
        "z": ((4, 2), np.float32),
        "a": ((4, 1), np.float32),
    }
    assert list(layers) == ["z", "a"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"a": np.ones((3, 2)), "b": np.full((3, 2), np.nan)}, "layer 'b': holds nan at row 0"),
        ({"a": np.ones((3, 2, 2)), "b": np.ones((3, 2))}, r"layer 'a': has shape \(3, 2, 2\)"),
        ({"a": np.ones((3, 2)), "b": np.array(["x"])}, "layer 'b': holds <U1 values"),
        ({"a": np.ones((3, 2)), "b": np.array([{}])}, "holds Python objects"),
        ({"a": np.ones((3, 2))}, "holds no layers"),
    ],
)
def test_what_is_no_layer(values, words):
    np.savez("bad.npz", **values)
    with pytest.raises(ValueError, match=f"bad.npz.*{words}"):
        load_layers("bad.npz")


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            "--estimator kmeans --clusters 3 --output no/page.html",
            "--output: no is not a folder",
        ),
        (
            "--estimator kmeans --clusters 3 --output page.pdf",
            "page.pdf must end in .html or .htm",
        ),
        ("--estimator kmeans --clusters 1 2 3", "--clusters: one or two numbers"),
        (
            "--estimator kmeans --clusters 3 --noise-source 2",
            "--noise-source goes with --noise",
        ),
        ("--estimator kmeans --clusters 3 --sweep 0 4", "--sweep: 0 stands alone"),
        ("--estimator kmeans --clusters 3 --sweep 0 --seeds 2", "--seeds goes with a sweep"),
        ("--labels --sweep 2 --noise 1", "--sweep and --noise go with --estimator kmeans"),
        ("--labels --preprocess l2", "--preprocess goes with --estimator kmeans"),
        ("--estimator kmeans", "--estimator kmeans needs a number of clusters, for example"),
    ],
)
def test_what_is_refused_before_files_are_read(capsys, arguments, words):
    refused(capsys, arguments, words, sources="not.npy there.npy")


@pytest.mark.parametrize(
    ("sources", "arguments", "words"),
    [
        ("image.npy none.npy", "--estimator kmeans --clusters 3", "none.npy: no such file"),
        ("image.npy layers.npy", "--labels", "labels must have shape"),
        (
            "image.npy layers.npy",
            "--estimator kmeans --clusters 3 --compare image.npy text.npy --permutations 79",
            "--permutations and --compare go with sources of one layer",
        ),
        (
            "layers.npy layers.npz",
            "--estimator kmeans --clusters 3",
            "expected the same layers",
        ),
    ],
)
def test_files_that_are_refused(capsys, sources, arguments, words):
    refused(capsys, arguments, words, sources=sources)


def test_output_is_required(capsys):
    ran = run_cli(capsys, *["report", "image.npy", "text.npy", "answer.npy", "--clusters", "3"])
    assert_usage_error(ran, "required: --output")


def test_what_is_not_installed_is_told_before_the_work(capsys, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "jinja2" else found(name)
    )
    refused(
        capsys,
        "--estimator kmeans --clusters 3",
        "fourfold[report]",
        sources="not.npy there.npy",
    )
