# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line, as a user calls it."""

from __future__ import annotations

import importlib.util
import json
import re

import numpy as np
import pytest

import fourfold as ff
from fourfold.cli.main import main
from tests.support.command_line import assert_usage_error, run_cli, strict_json
from tests.support.processes import run_python

pytestmark = pytest.mark.usefixtures("one_thread")

KMEANS = ("--estimator", "kmeans")
ATOM_ROWS = (r"redundancy +R", r"unique to (.+?) +U1", r"unique to (.+?) +U2", r"synergy +S")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """In an empty folder: two noisy embeddings of a label, the label, and XOR as labels."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 400)
    np.save("image.npy", np.eye(3)[y] + 0.4 * rng.normal(size=(400, 3)))
    np.savez("both.npz", text=np.eye(3)[y][:, :2] + 0.5 * rng.normal(size=(400, 2)), y=y)
    np.save("y.npy", y)
    np.save("proba.npy", 0.9 * np.eye(3)[y] + 0.1 / 3)
    (tmp_path / "y.csv").write_text("class\n" + "".join(f"c{label}\n" for label in y))
    a, b = np.array([0, 0, 1, 1] * 10), np.array([0, 1, 0, 1] * 10)
    np.save("a.npy", a)
    (tmp_path / "b.csv").write_text("".join("yn"[bit] + "\n" for bit in b))
    np.save("xor.npy", a ^ b)
    return tmp_path


def numbers(out):
    """{row: (value, lower, upper)} of the four atoms in the printed table."""
    found = {}
    for pattern in ATOM_ROWS:
        match = re.search(
            rf"^{pattern} +(-?[\d.]+) +(-?[\d.]+) +(-?[\d.]+)\b", out, re.MULTILINE
        )
        assert match, f"{pattern} in {out}"
        found[pattern.split("+")[-1]] = tuple(map(float, match.groups()[-3:]))
    return found


# -- pid -------------------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_pid_prints_what_the_estimator_finds(capsys):
    status, out, err = run_cli(
        capsys, "pid", "image.npy", "both.npz:text", "y.npy", *KMEANS, "--clusters", 4
    )
    assert (status, err) == (0, "")
    x2 = np.load("both.npz")["text"]
    estimator = ff.PIDEstimator(4, random_state=0)
    result = estimator.fit(np.load("image.npy"), x2, np.load("y.npy")).result_
    rows = numbers(out)
    for symbol, atom, low, high in zip(
        ("R", "U1", "U2", "S"), result.atoms, result.lower, result.upper, strict=True
    ):
        assert rows[symbol] == pytest.approx((atom, low, high), abs=1e-6)
        assert rows[symbol][1] <= rows[symbol][0] <= rows[symbol][2]
    assert f"certified gap {result.gap:.1e} bits, converged" in out
    assert "400 samples" in out
    assert "unique to image" in out
    assert "unique to text" in out
    assert re.search(r"^I\(image, text; y\) +" + f"{result.mi_joint:.6f}", out, re.MULTILINE)


def test_pid_options_reach_the_estimator(files, capsys):
    status, _, _ = run_cli(
        capsys, "pid", "image.npy", "both.npz:text", "y.csv", *KMEANS, "--clusters", 4, 3,
        "--preprocess", "l2", "--components", 2, "--seed", 5, "--tol", 1e-3, "--max-iter", 900,
        "--threads", 1, "--dtype", "float32", "--json", "out.json",
    )  # fmt: skip
    assert status == 0
    record = strict_json(files / "out.json")
    expected = ff.PIDEstimator(
        (4, 3), preprocess="l2", n_components=2, random_state=5, tol=1e-3, max_iter=900,
        num_threads=1, dtype="float32", n_resamples=None,
    )  # fmt: skip
    assert record["parameters"] == json.loads(json.dumps(expected.get_params()))
    expected.fit(np.load("image.npy"), np.load("both.npz")["text"], np.load("y.npy"))
    assert record["result"]["synergy"] == expected.result_.synergy


def test_pid_json_tells_everything(files, capsys):
    _, out, _ = run_cli(
        capsys, "pid", "image.npy", "both.npz:text", "proba.npy", *KMEANS, "--clusters", 4,
        "--json", "out.json",
    )  # fmt: skip
    assert "wrote out.json" in out
    record = strict_json(files / "out.json")
    assert record["fourfold"] == ff.__version__
    assert record["command"] == "pid"
    assert record["data"] == {
        "sources": ["image", "text"],
        "target": "proba",
        "shapes": [[400, 3], [400, 2], [400, 3]],
        "files": ["image.npy", "both.npz:text", "proba.npy"],
    }
    result = record["result"]
    assert result["unit"] == "bits"
    assert result["n_samples"] == 400
    assert sum(result["contributions"]) == pytest.approx(1)
    atoms = ("redundancy", "unique1", "unique2", "synergy")
    assert sum(result[name] for name in atoms) == pytest.approx(result["mi_joint"])


def test_pid_of_labels(files, capsys):
    status, out, err = run_cli(
        capsys, "pid", "a.npy", "b.csv", "xor.npy", "--labels", "--json", "out.json",
        "--bias-correction", "none",
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert numbers(out)["S"][0] == pytest.approx(1, abs=1e-4)
    assert "contributions not known" in out
    assert strict_json(files / "out.json")["result"]["contributions"] == [None, None]


def test_pid_writes_a_picture(files, capsys):
    for name in ("atoms.png", "atoms.pdf"):
        status, out, _ = run_cli(
            capsys, "pid", "a.npy", "b.csv", "xor.npy", "--labels", "--plot", name
        )
        assert status == 0
        assert f"wrote {name}" in out
        assert (files / name).stat().st_size > 1000


def test_files_of_the_same_name_are_x1_and_x2(files, capsys):
    (files / "other").mkdir()
    np.save("other/image.npy", np.load("image.npy"))
    _, out, _ = run_cli(
        capsys, "pid", "image.npy", "other/image.npy", "y.npy", *KMEANS, "--clusters", 3
    )
    assert "unique to X1" in out
    assert "I(X1, X2; y)" in out


@pytest.mark.usefixtures("files")
def test_not_converged_is_a_warning_and_a_result(capsys):
    status, out, err = run_cli(
        capsys, "pid", "image.npy", "both.npz:text", "y.npy", *KMEANS, "--clusters", 8,
        "--tol", 1e-9, "--max-iter", 1,
    )  # fmt: skip
    assert status == 0
    assert err.startswith("fourfold: warning: the certified gap is, after")
    assert err.count("\n") == 1
    assert "NOT converged" in out
    atom, low, high = numbers(out)["S"]
    assert low <= atom < high


# -- errors ----------------------------------------------------------------------------


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("pid image.npy both.npz y.npy --estimator kmeans --clusters 4", "both.npz: holds 2 arrays (text, y)"),
        ("pid nothing.npy image.npy y.npy --estimator kmeans --clusters 4", "nothing.npy: no such file"),
        ("pid image.npy image.npy a.npy --estimator kmeans --clusters 4",
         "one row per sample: image.npy has 400, image.npy has 400, a.npy has 40"),
        ("pid image.npy image.npy y.npy --estimator kmeans", "kmeans needs a number of clusters, for example"),
        ("pid image.npy image.npy y.npy --clusters 4",
         "--clusters goes with --estimator kmeans; classifiers, the default, cluster nothing"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 4 --labels", "not allowed with"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 4 5 6", "--clusters: one or two numbers"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters auto 4", "--clusters: auto stands alone"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters auto --noise 1",
         "--noise goes with a number: --clusters auto would choose one for each"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 0", "--clusters: must be at least 1, got 0"),
        ("pid --clusters 4 image.npy image.npy y.npy",
         "--clusters: must be a whole number, got 'image.npy'; files come before it"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 1000", "1000 clusters"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 4 --tol 0", "tol: expected a positive"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 4 --tol x", "--tol: invalid float value: 'x'"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 4 --components 9", "n_components: 9"),
        ("pid image.npy image.npy y.npy --estimator kmeans --clusters 4 --preprocess pca", "invalid choice: 'pca'"),
        ("pid y.csv image.npy y.npy --estimator kmeans --clusters 4", "y.csv: row 2, column 1 holds 'c"),
        ("pid image.npy image.npy image.npy --estimator kmeans --clusters 4", "y: "),
        ("pid image.npy y.npy y.npy --labels",
         "image.npy: with --labels a source must have one column, got (400, 3)"),
        ("pid y.npy y.npy y.npy --labels --components 2", "--components goes with --estimator kmeans"),
        ("pid y.npy y.npy y.npy --labels --json no/out.json", "--json: no is not a folder"),
        ("pid y.npy y.npy y.npy --labels --plot out.bmpx", "--plot: out.bmpx must end in one of"),
        ("demo --clusters many", "--clusters: must be a whole number, got 'many'"),
        ("demo --output-dir y.npy", "y.npy"),
        ("decompose", "invalid choice: 'decompose'"),
        ("info --all", "unrecognized arguments: --all"),
    ],
)  # fmt: skip
def test_user_errors_are_one_line_and_status_2(capsys, arguments, message):
    assert_usage_error(run_cli(capsys, *arguments.split()), message)


@pytest.mark.usefixtures("files")
def test_plot_without_matplotlib_fails_before_the_work(capsys, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    status, _, err = run_cli(
        capsys, "pid", "gone", "gone", "gone", "--labels", "--plot", "a.png"
    )
    assert status == 2
    assert "--plot: a picture needs matplotlib: pip install 'fourfold[plot]'" in err


@pytest.mark.usefixtures("files")
def test_a_bug_is_not_called_an_error_of_usage(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(ff, "pid", broken)
    with pytest.raises(ZeroDivisionError):
        main(["pid", "y.npy", "y.npy", "y.npy", "--labels"])


@pytest.mark.usefixtures("files")
def test_interrupt_leaves_without_traceback(capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(ff, "pid", interrupted)
    status, _, err = run_cli(capsys, "pid", "y.npy", "y.npy", "y.npy", "--labels")
    assert (status, err) == (130, "fourfold: interrupted\n")


# -- demo ------------------------------------------------------------------------------


def test_demo_of_clusters(tmp_path, capsys):
    status, out, err = run_cli(
        capsys, "demo", *KMEANS, "--output-dir", tmp_path / "new", "--no-progress"
    )
    assert status == 0
    assert not err or "clusters keep less than 70 %" in err  # Python says it once
    numbers(out)
    assert "unique to left half" in out
    assert "contributions left half" in out
    record = strict_json(tmp_path / "new" / "fourfold-demo.json")
    assert record["parameters"]["n_clusters"] == 8
    assert record["result"]["converged"]
    picture = tmp_path / "new" / "fourfold-demo.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {picture}" in out

    # it shows what to do: correct, give intervals, test, and look at other numbers of clusters
    assert record["result"]["bias_correction"] == "chao"
    interval = record["result"]["confidence_interval"]
    assert interval["method"] == "influence"
    assert f"{interval['low']['synergy']:.6f}  {interval['high']['synergy']:.6f}" in out
    (test,) = record["permutation_tests"].values()
    assert (test["n_permutations"], test["pvalue"]) == (199, 0.005)
    assert "p = 0.005 from 399 walks" in out
    sweep = record["cluster_sweep"]
    assert sweep["n_clusters"] == [8, 16, 32]
    found = re.findall(
        r"^ +(\d+) +([\d.]+) +([\d.]+) +([+-][\d.]+) +([\d.-]+) +([\d.-]+) +([\d.-]+)( .*)?$",
        out,
        re.MULTILINE,
    )
    for k, (row, clusters) in enumerate(zip(found, (8, 16, 32), strict=True)):
        assert float(row[0]) == clusters
        assert float(row[1]) == pytest.approx(1797 / (clusters**2 * 10), abs=0.006)
        shown = ("plug_in", "bias", "atoms", "low", "high")
        expected = [sweep[name]["synergy"][k] for name in shown]
        assert [float(cell) for cell in row[2:7]] == pytest.approx(expected, abs=6e-4)
        assert ("UNDERSAMPLED" in row[7]) is sweep["undersampled"][k]
    assert f"recommended: {sweep['recommended']}." in out
    assert max(map(len, out.splitlines()[:-2])) <= 100


def test_demo_without_matplotlib_skips_the_picture(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    status, out, _ = run_cli(capsys, "demo", *KMEANS, "--clusters", 4)
    assert status == 0
    assert "skipped fourfold-demo.png: a picture needs matplotlib" in out
    assert [file.name for file in tmp_path.iterdir()] == ["fourfold-demo.json"]


@pytest.mark.usefixtures("files")
def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch):
    arguments = ("pid", "a.npy", "b.csv", "xor.npy", "--labels")
    assert run_cli(capsys, *arguments)[2] == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "decompose" in run_cli(capsys, *arguments)[2]
    assert run_cli(capsys, *arguments, "--no-progress")[2] == ""
    assert run_cli(capsys, *arguments, "--quiet")[1:] == ("", "")


# -- info and help ---------------------------------------------------------------------


def test_info_prints_the_configuration(capsys):
    status, out, err = run_cli(capsys, "info")
    assert (status, err) == (0, "")
    for name, value in ff.show_config().items():
        line = next(line for line in out.splitlines() if line.split()[0] == name)
        if not isinstance(value, (list, tuple)):
            assert line.endswith(str(value))


def test_no_command_prints_help(capsys):
    status, out, _ = run_cli(capsys)
    assert status == 0
    assert all(command in out for command in ("demo", "pid", "info"))


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_version_and_help_exit_with_0(capsys, flag):
    with pytest.raises(SystemExit) as stop:
        main([flag])
    assert stop.value.code == 0
    assert (ff.__version__ if flag == "--version" else "COMMAND") in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "status"), [(["info"], 0), (["pid"], 2)])
def test_python_m_fourfold(arguments, status):
    done = run_python("-W", "error", "-m", "fourfold", *arguments)
    assert done.returncode == status
    if status:
        assert re.fullmatch(r"fourfold: error: .*\n", done.stderr)
    else:
        assert ff.__version__ in done.stdout


# -- devices ----------------------------------------------------------------------------


@pytest.mark.skipif(ff.cuda.device_count() > 0, reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_an_error_of_usage(files, capsys):  # noqa: ARG001
    status, _, err = run_cli(
        capsys,
        "pid",
        "image.npy",
        "both.npz:text",
        "y.csv",
        *KMEANS,
        "--clusters",
        4,
        "--device",
        "cuda",
    )
    assert status == 2
    assert err.startswith("fourfold: error: device: ")


@pytest.mark.gpu
@pytest.mark.usefixtures("gpu")
def test_the_device_is_passed_on(files, capsys):
    status, _, _ = run_cli(
        capsys, "pid", "image.npy", "both.npz:text", "y.csv", *KMEANS, "--clusters", 4,
        "--device", "cuda", "--json", "out.json",
    )  # fmt: skip
    assert status == 0
    assert strict_json(files / "out.json")["result"]["solver"] == "cuda-shared"
