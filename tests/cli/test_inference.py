# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bias, intervals, tests, comparisons and sweeps from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import fourfold as ff
from fourfold.inference.permutation_result import PARTS
from fourfold.runtime.progress import progress
from tests.support.command_line import assert_usage_error, run_cli, strict_json

pytestmark = pytest.mark.usefixtures("one_thread")

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
INTERVALS = {"bias_correction": "auto", "n_resamples": 50, "confidence_level": 0.9}
BY_DEFAULT = {"bias_correction": "auto", "n_resamples": None, "confidence_level": 0.95}
WITH_INTERVALS = "--bias-correction auto --resamples 50 --confidence 0.9"


class _AllSaid(set):
    def __contains__(self, text):
        return True


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Two pairs of noisy embeddings of a label, and pairs of labels, in the working folder."""
    monkeypatch.chdir(tmp_path)
    # of clusters that lose much a process is warned once: here never, whichever test comes first
    monkeypatch.setattr("fourfold.runtime.caller._said", _AllSaid())
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    for layer, noise in (("layer7", 0.8), ("layer8", 0.3)):
        (tmp_path / layer).mkdir()
        for name in ("image", "text"):
            embedding = np.eye(3)[y] + noise * rng.normal(size=(300, 3))
            np.save(f"{layer}/{name}.npy", embedding)
            np.save(f"{layer}/{name}_column.npy", embedding[:, :1])
            np.save(f"{layer}/{name}_label.npy", (embedding[:, 0] > 0.5).astype(int))
    np.save("y.npy", y)
    np.save("proba.npy", 0.9 * np.eye(3)[y] + 0.1 / 3)
    return tmp_path


def arrays(kind="", layer="layer7", target="y"):
    return (
        np.load(f"{layer}/image{kind}.npy"),
        np.load(f"{layer}/text{kind}.npy"),
        np.load(f"{target}.npy"),
    )


def run(capsys, arguments, kind="", target="y"):
    sources = f"layer7/image{kind}.npy layer7/text{kind}.npy {target}.npy"
    return run_cli(capsys, *f"pid {sources} {arguments}".split())


def succeed(capsys, arguments, **chosen):
    status, out, err = run(capsys, f"{arguments} --json out.json", **chosen)
    assert (status, err) == (0, "")
    return out, strict_json("out.json")


def as_json(values):
    return json.loads(json.dumps(values))


# -- bias and intervals ----------------------------------------------------------------


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("method", ["none", "auto", "chao", "shuffle", "qe"])
def test_correction_of_labels(capsys, method):
    out, record = succeed(
        capsys, f"--labels --bias-correction {method} --seed 4", kind="_label"
    )
    expected = ff.pid(*arrays("_label"), bias_correction=method, random_state=4)
    assert record["result"]["bias_correction"] == expected.bias_correction
    assert record["result"]["synergy"] == expected.synergy
    assert record["result"]["bias"] == expected.bias._asdict()
    assert record["parameters"]["bias_correction"] == method
    assert record["parameters"]["random_state"] == 4
    removed = f"was removed ({expected.bias_correction!r})"
    assert ("is still in the values" if method == "none" else removed) in out


@pytest.mark.usefixtures("files")
def test_where_one_solve_does_not_tell_there_are_halves(capsys):
    arguments = "--labels --confidence 0.9 --bias-correction qe"
    out, record = succeed(capsys, arguments, kind="_label", target="proba")
    expected = ff.pid(
        *arrays("_label", target="proba"),
        n_resamples=200,
        confidence_level=0.9,
        bias_correction="qe",
    )
    found = record["result"]["confidence_interval"]
    assert found == as_json(expected.confidence_interval.to_dict())
    assert (
        "90 % intervals are of the population's atoms, without the bias; from 200 halves" in out
    )


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "options", "level"), [("", BY_DEFAULT, 95), (WITH_INTERVALS, INTERVALS, 90)]
)
def test_intervals_of_clusters(capsys, arguments, options, level):
    out, record = succeed(capsys, f"--estimator kmeans --clusters 4 {arguments} --seed 3")
    estimator = ff.PIDEstimator((4, 4), random_state=3, **options)
    expected = estimator.fit(*arrays()).result_.confidence_interval
    assert expected.method == ("halves" if arguments else "influence")
    assert record["parameters"] == as_json(estimator.get_params())
    assert record["result"]["confidence_interval"] == as_json(expected.to_dict())
    assert f"{level} % intervals are" in out
    assert f"{expected.low.synergy:.6f}  {expected.high.synergy:.6f}" in out


@pytest.mark.usefixtures("files")
def test_a_number_of_clusters_that_is_chosen(capsys):
    out, record = succeed(capsys, "--estimator kmeans --clusters auto --seed 3")
    estimator = ff.PIDEstimator("auto", random_state=3, n_resamples=None)
    expected = estimator.fit(*arrays()).result_
    assert record["parameters"] == as_json(estimator.get_params())
    assert record["result"]["kept"] == as_json(expected.to_dict()["kept"])
    assert expected.kept.chosen in out


@pytest.mark.usefixtures("files")
def test_the_same_seed_gives_the_same_output(capsys):
    arguments = f"--estimator kmeans --clusters 3 --held-out 0.5 {WITH_INTERVALS} --permutations 79 --seed "
    first, again, other = (succeed(capsys, arguments + seed) for seed in "778")
    assert first == again
    assert first[1]["result"] != other[1]["result"]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "kind", "chosen"),
    [
        (
            "--held-out 0.8 --bias-correction chao",
            "",
            {"held_out": 0.8, "bias_correction": "chao"},
        ),
        ("--clusterer minibatch", "", {"clusterer": "minibatch"}),
        ("--clusterer quantile", "_column", {"clusterer": "quantile"}),
    ],
)
def test_other_clusters(capsys, arguments, kind, chosen):
    _, record = succeed(capsys, f"--estimator kmeans --clusters 4 {arguments}", kind=kind)
    estimator = ff.PIDEstimator((4, 4), random_state=0, **BY_DEFAULT | chosen)
    expected = estimator.fit(*arrays(kind)).result_
    assert record["parameters"] == as_json(estimator.get_params())
    assert record["result"]["n_samples"] == (240 if "held_out" in chosen else 300)
    assert record["result"]["synergy"] == expected.synergy


@pytest.mark.usefixtures("files")
def test_undersampled_is_a_warning_and_a_line(capsys):
    rng = np.random.default_rng(0)
    for name in "abc":
        np.save(f"{name}.npy", rng.integers(10, size=24))
    files = ["a.npy", "b.npy", "c.npy"]
    status, out, err = run_cli(
        capsys, "pid", *files, "--labels", "--permutations", 99, "--resamples", 50
    )
    assert status == 0
    assert err.startswith("fourfold: warning: too few samples for a table of this size")
    assert err.count("\n") == 1
    assert "\nUNDERSAMPLED: " in out
    after = out[out.index("99 permutations") :]
    row = r"^(?:red|uni|syn).*?  +[\d.]+  +[\d.]+  +([\d.]+)  "
    adjusted = re.findall(row, after, re.MULTILINE)
    assert len(adjusted) == 4
    assert min(map(float, adjusted)) > 0.05


# -- permutation tests -----------------------------------------------------------------


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("target", ["y", "proba"])
def test_permutations_of_labels(capsys, target):
    out, record = succeed(
        capsys, "--labels --permutations 79 --seed 5", kind="_label", target=target
    )
    names = ATOMS if target == "y" else (*ATOMS[:3], "information")
    expected = ff.permutation_test(
        *arrays("_label", target=target), names, n_permutations=79, random_state=5
    )
    adjusted = ff.adjust_pvalues(expected)
    assert list(record["permutation_tests"]) == list(names)
    for name, test in record["permutation_tests"].items():
        assert test == {
            "statistic": expected[name].statistic,
            "pvalue": expected[name].pvalue,
            "pvalue_adjusted": adjusted[name],
            "n_permutations": 79,
            "null": expected[name].null,
        } | {part: getattr(expected[name], part) for part in PARTS if name == "synergy"}
        assert f"{adjusted[name]:.4f}  {expected[name].null}" in out
    assert "79 permutations" in out
    assert ("synergy: twice the smaller of interaction p" in out) == (target == "y")


@pytest.mark.usefixtures("files")
def test_permutations_are_of_the_rows_that_were_counted(capsys):
    _, record = succeed(
        capsys, "--estimator kmeans --clusters 3 --held-out 0.5 --permutations 79 --seed 2"
    )
    x1, x2, y = arrays()
    estimator = ff.PIDEstimator(3, held_out=0.5, random_state=2).fit(x1, x2, y)
    rows = estimator.counted_
    expected = ff.permutation_test(
        estimator.labels1_[rows], estimator.labels2_[rows], y[rows], ATOMS,
        n_permutations=79, random_state=2,
    )  # fmt: skip
    for name, test in record["permutation_tests"].items():
        assert test["statistic"] == expected[name].statistic
        assert test["pvalue"] == expected[name].pvalue
        assert test["statistic"] == pytest.approx(record["result"]["plug_in"][name], abs=1e-4)


# -- comparing two pairs ---------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_comparison_of_layers(capsys):
    out, record = succeed(
        capsys,
        f"--estimator kmeans --clusters 4 --compare layer8/image.npy layer8/text.npy {WITH_INTERVALS}",
    )
    a, b = (
        ff.PIDEstimator((4, 4), random_state=0, **INTERVALS).fit(*arrays(layer=layer)).result_
        for layer in ("layer7", "layer8")
    )
    expected = ff.compare(a, b)
    assert record["comparison"] == as_json(expected.to_dict())
    assert record["result"]["redundancy"] == a.redundancy
    assert record["compared_with"]["result"]["redundancy"] == b.redundancy
    files = ["layer8/image.npy", "layer8/text.npy", "y.npy"]
    assert record["compared_with"]["data"]["files"] == files
    # names of files alone would not tell the layers apart
    one, other = ("layer7/image.npy, layer7/text.npy", "layer8/image.npy, layer8/text.npy")
    lines = out.splitlines()
    assert [line for line in lines if line in (one, other)] == [one, other]
    shown = lines[lines.index(f"{one} minus {other}") + 1 :]
    assert shown[2].startswith("redundancy")
    assert f"{expected.difference.redundancy:.6f}" in shown[2]
    assert shown[5].split()[3:5] == [
        f"{end.synergy:.6f}" for end in (expected.low, expected.high)
    ]


@pytest.mark.usefixtures("files")
def test_without_intervals_there_is_nothing_to_compare(capsys):
    arguments = (
        "--labels --compare layer8/image_label.npy layer7/text_label.npy --resamples 0 "
        "--bias-correction qe"
    )
    message = (
        "--compare: there is no confidence interval to compare; expected at least 8 rows, and"
    )
    assert_usage_error(run(capsys, arguments, kind="_label", target="proba"), message)


@pytest.mark.usefixtures("files")
def test_comparison_of_labels_adjusts_all_tests_together(capsys):
    out, record = succeed(
        capsys,
        "--labels --compare layer8/image_label.npy layer7/text_label.npy "
        "--permutations 159 --plot out.png",
        kind="_label",
    )
    parts = (record, record["compared_with"])
    pvalues = [t["pvalue"] for part in parts for t in part["permutation_tests"].values()]
    adjusted = [
        t["pvalue_adjusted"] for part in parts for t in part["permutation_tests"].values()
    ]
    assert adjusted == ff.adjust_pvalues(pvalues)
    assert out.count("adjusted for the tests of both pairs of sources") == 2
    assert "wrote out.png" in out
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")


# -- sweeps ----------------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_sweep_of_clusters(capsys):
    out, record = succeed(
        capsys,
        "--estimator kmeans --sweep 2 4 --seeds 2 --resamples 25 --confidence 0.8 --seed 6 --components 2 "
        "--held-out 0.2 --plot out.svg",
    )
    chosen = {
        "n_clusters": (2, 4), "n_seeds": 2, "n_resamples": 25, "confidence_level": 0.8,
        "random_state": 6, "n_components": 2, "held_out": 0.2,
    }  # fmt: skip
    expected = ff.cluster_sweep(*arrays(), **chosen)
    assert record["cluster_sweep"] == as_json(expected.to_dict())
    assert as_json(chosen).items() <= record["parameters"].items()
    assert out.startswith(f"{expected!r}\n")
    assert expected.reason in out
    assert "<svg" in Path("out.svg").read_text(encoding="utf-8")


@pytest.mark.usefixtures("files")
def test_a_sweep_keeps_the_defaults_of_sweeps(capsys):
    _, record = succeed(capsys, "--estimator kmeans --sweep 2 --seeds 1")
    expected = ff.cluster_sweep(*arrays(), (2,), n_seeds=1)
    assert record["cluster_sweep"] == as_json(expected.to_dict())
    (result,) = expected.results[0]
    assert result.bias_correction == "chao"
    assert result.confidence_interval.method == "influence"


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("source", "option"), [(1, ""), (2, "--noise-source 2")])
def test_sweep_of_noise(capsys, source, option):
    out, record = succeed(
        capsys,
        f"--estimator kmeans --clusters 2 3 --noise 0 0.5 {option} --seeds 2 --resamples 0 --plot out.png",
    )
    expected = ff.noise_sweep(
        *arrays(),
        (0, 0.5),
        source=source,
        n_clusters=(2, 3),
        n_seeds=2,
        n_resamples=0,
        estimator="kmeans",
    )
    assert record["noise_sweep"] == as_json(expected.to_dict())
    assert record["noise_sweep"]["source"] == source
    assert record["data"]["files"] == ["layer7/image.npy", "layer7/text.npy", "y.npy"]
    assert out.startswith(f"{expected!r}\n")
    assert "wrote out.png" in out


# -- what makes no sense ---------------------------------------------------------------


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--estimator kmeans --clusters 4 --sweep 4 8", "--sweep: not allowed with argument --clusters"),
        ("--labels --sweep 4", "not allowed with argument --labels"),
        ("--labels --held-out 0.5", "--held-out goes with --estimator kmeans; with --labels nothing"),
        ("--labels --clusterer kmeans --components 2",
         "--components and --clusterer go with --estimator kmeans; with --labels nothing is clustered"),
        ("--labels --noise 1", "--noise goes with --estimator kmeans; with --labels nothing"),
        ("--estimator kmeans --sweep 4 --noise 1", "--noise goes with --clusters"),
        ("--estimator kmeans --sweep 4 --permutations 99",
         "--permutations goes with a single decomposition, not with --sweep or --noise"),
        ("--estimator kmeans --clusters 4 --noise 1 --compare a.npy b.npy --permutations 99",
         "--permutations and --compare go with a single decomposition"),
        ("--estimator kmeans --clusters 4 --seeds 3", "--seeds goes with --sweep or --noise"),
        ("--estimator kmeans --clusters 4 --noise-source 2", "--noise-source goes with --noise"),
        ("--estimator kmeans --sweep 4 --noise-source 2", "--noise-source goes with --noise"),
        ("--estimator kmeans --clusters 4 --noise 1 --noise-source 3", "--noise-source: invalid choice: "),
        ("--estimator kmeans --clusters 4 --noise 0 -1", "--noise: must be at least 0 and finite, got -1"),
        ("--estimator kmeans --clusters 4 --noise x", "--noise: must be a number, got 'x'"),
        ("--estimator kmeans --clusters 4 --compare a.npy --resamples 50", "--compare: expected 2 arguments"),
        ("--estimator kmeans --clusters 4 --compare a.npy layer8/text.npy --resamples 50", "a.npy: no such file"),
        ("--estimator kmeans --clusters 4 --resamples 50 --confidence 95",
         "--confidence: must be between 0 and 1, got 95"),
        ("--estimator kmeans --clusters 4 --resamples 5", "--resamples: must be 0 or at least 25, got 5"),
        ("--estimator kmeans --clusters 4 --permutations 9", "--permutations: must be 0 or at least 19, got 9"),
        ("--estimator kmeans --clusters 4 --permutations many", "--permutations: must be a whole number, got 'many'"),
        ("--estimator kmeans --clusters 4 --held-out 1", "--held-out: must be at least 0 and below 1, got 1"),
        ("--estimator kmeans --clusters 4 --bias-correction jackknife", "invalid choice: 'jackknife'"),
        ("--estimator kmeans --clusters 4 --clusterer quantile", "clusterer: 'quantile' bins one column, but X1"),
        ("--estimator kmeans --sweep 4 400", "n_clusters: 400 asks for 400 clusters of X1, which has only 300"),
    ],
)  # fmt: skip
def test_errors_name_the_options(capsys, arguments, message):
    assert_usage_error(run(capsys, arguments), message)


@pytest.mark.usefixtures("files")
def test_rows_of_all_files_are_compared(capsys):
    np.save("few.npy", np.ones((9, 2)))
    _, _, err = run(
        capsys,
        "--estimator kmeans --clusters 2 --resamples 50 --compare few.npy layer8/text.npy",
    )
    assert "layer7/text.npy has 300, few.npy has 9, layer8/text.npy has 300" in err


@pytest.mark.usefixtures("files")
def test_probabilities_have_no_chao_correction(capsys):
    status, _, err = run(
        capsys, "--estimator kmeans --clusters 2 --bias-correction chao", target="proba"
    )
    assert status == 2
    assert "'chao' needs labels as y" in err


@pytest.mark.usefixtures("files")
def test_quiet_is_passed_on(capsys, monkeypatch):
    shown = []

    def spy(*_, **__):
        with progress(1, "a bar") as bar:
            shown.append(not bar.disable)
        stop = "stop"
        raise ValueError(stop)

    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(ff, "pid", spy)
    for quiet in ("", "--quiet", "--no-progress"):
        assert run(capsys, f"--labels {quiet}", kind="_label")[0] == 2
    assert shown == [True, False, False]
