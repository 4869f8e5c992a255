# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard input, output and error of the command line, and its exit status."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest

import fourfold as ff
from fourfold.cli import console
from fourfold.cli.main import main
from tests.support.command_line import assert_usage_error, run_cli, strict_json

pytestmark = pytest.mark.usefixtures("one_thread")

LABELS = ("pid", "d.csv:a", "d.csv:b", "d.csv:y", "--labels")
NUMBERS = ("gaussian", "x1.npy", "x2.npy", "y.npy", "--no-check")
NOT_CONVERGED = ("--tol", "1e-12", "--max-iter", "1", "--bias-correction", "none")


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch, rng):
    """Columns of labels in d.csv, weights, and numbers, in the working folder."""
    monkeypatch.chdir(tmp_path)
    a, b, c = rng.integers(4, size=(3, 400))
    y = np.where(rng.random(400) < 0.3, rng.integers(4, size=400), (a + b) % 4)
    rows = "".join(f"{i},{j},{k},{v}\n" for i, j, k, v in zip(a, b, c, y, strict=True))
    (tmp_path / "d.csv").write_text("a,b,c,y\n" + rows)
    np.save("w.npy", rng.integers(1, 4, 400))
    x = rng.normal(size=(2, 400, 2))
    np.save("x1.npy", x[0])
    np.save("x2.npy", x[1])
    np.save("y.npy", x.sum((0, 2)) + rng.normal(size=400))
    return {"a": a, "b": b, "c": c, "y": y}


# -- standard output -------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        LABELS,
        (*LABELS, "--permutations", "79", "--plot", "p.svg"),
        (*LABELS, "--compare", "d.csv:b", "d.csv:c", "--quiet"),
        NUMBERS,
    ],
    ids=" ".join,
)
def test_json_is_alone_on_standard_output_and_that_of_the_file(capsys, words):
    status, out, err = run_cli(capsys, *words, "--json", "-")
    assert (status, err) == (0, "")
    assert run_cli(capsys, *words, "--json", "out.json")[0] == 0
    assert json.loads(out) == strict_json("out.json")
    assert not os.path.lexists("-")


@pytest.mark.parametrize(
    ("words", "option"),
    [(NUMBERS, "--page"), (("report", *LABELS[1:], "--permutations", "0"), "--output")],
    ids=["gaussian", "report"],
)
def test_a_page_is_alone_on_standard_output(capsys, words, option):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    status, out, err = run_cli(capsys, *words, option, "-")
    assert (status, err) == (0, "")
    assert out.startswith("<!DOCTYPE html>")
    assert out.rstrip().endswith("</html>")


def test_one_result_at_a_time_has_standard_output(capsys):
    ran = run_cli(capsys, *NUMBERS, "--json", "-", "--page", "-")
    assert_usage_error(ran, "--json and --page: only one of them can be -")


@pytest.mark.parametrize("option", ["--plot", "--plot-directions"])
def test_pictures_go_to_files(capsys, option):
    ran = run_cli(capsys, *NUMBERS, option, "-")
    assert_usage_error(
        ran, f"{option}: - is standard output, which takes JSON or a page; name a"
    )


def test_a_file_may_be_called_so(capsys):
    status, out, _ = run_cli(capsys, *LABELS, "--json", "./-")
    assert status == 0
    assert "synergy" in out
    assert strict_json("-")["result"]["unit"] == "bits"


def test_quiet_says_nothing_but_errors(capsys):
    words = (*LABELS, *NOT_CONVERGED, "--quiet", "--json", "out.json")
    assert run_cli(capsys, *words) == (0, "", "")
    assert not strict_json("out.json")["result"]["converged"]
    assert_usage_error(run_cli(capsys, "pid", "no.csv", *LABELS[2:], "--quiet"), "no such file")


# -- standard input --------------------------------------------------------------------


class Piped:
    def __init__(self, data):
        self.buffer, self.closed = io.BytesIO(data), False


@pytest.mark.parametrize("start", [(), ("--no-progress",)])
def test_columns_of_standard_input_are_those_of_the_file(capsys, monkeypatch, start):
    with open("d.csv", "rb") as file:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", Piped(file.read()))
    words = ("pid", *start, "-:a", "-:b", "-:y", "--labels", "--compare", "-:b", "-:c")
    status, out, err = run_cli(capsys, *words)
    assert (status, err) == (0, "")
    words = (*LABELS, "--compare", "d.csv:b", "d.csv:c")
    assert out == run_cli(capsys, *words)[1]


# -- columns ---------------------------------------------------------------------------


def test_columns_give_the_names(capsys):
    _, out, _ = run_cli(capsys, *LABELS)
    assert "I(a, b; y)" in out
    assert "unique to a" in out


def test_joint_columns_are_one_state(capsys, table):
    words = ("pid", "d.csv:a,c", "d.csv:b", "d.csv:y", "--labels")
    ran = run_cli(capsys, *words)
    assert_usage_error(
        ran, "d.csv:a,c: with --labels a source must have one column, got (400, 2)"
    )
    assert "--joint for one state of all columns" in ran[2]
    status, _, _ = run_cli(capsys, *words, "--joint", "--json", "out.json", "--quiet")
    assert status == 0
    expected = ff.pid(np.c_[table["a"], table["c"]], table["b"], table["y"], n_resamples=None)
    assert strict_json("out.json")["result"]["synergy"] == expected.synergy


@pytest.mark.parametrize("road", ["labels", "kmeans", "classifier"])
def test_weights_reach_what_is_called(capsys, table, road):
    w = np.load("w.npy")
    x = [np.load(name) for name in ("x1.npy", "x2.npy")]
    words, expected = {
        "labels": (
            LABELS[1:],
            lambda: ff.pid(table["a"], table["b"], table["y"], sample_weight=w),
        ),
        "kmeans": (
            ("x1.npy", "x2.npy", "d.csv:y", "--estimator", "kmeans", "--clusters", "3"),
            lambda: (
                ff.PIDEstimator(3, random_state=0).fit(*x, table["y"], sample_weight=w).result_
            ),
        ),
        "classifier": (
            ("x1.npy", "x2.npy", "d.csv:y", "--classifier", "logistic"),
            lambda: (
                ff.ClassifierPID("logistic", random_state=0)
                .fit(*x, table["y"], sample_weight=w)
                .result_
            ),
        ),
    }[road]
    more = ("--weights", "w.npy", "--json", "out.json", "--quiet")
    assert run_cli(capsys, "pid", *words, *more)[:2] == (0, "")
    record = strict_json("out.json")
    result = expected()
    for name in ("mi1", "mi2", "mi_joint", "redundancy"):
        assert record["result"][name] == pytest.approx(getattr(result, name), abs=1e-12)
    assert record["data"]["weights"] == "w.npy"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((*LABELS, "--weights", "w.npy", "--permutations", "19"), "count alike, not --weights"),
        ((*LABELS, "--weights", "x1.npy"), "x1.npy: --weights takes one column of numbers"),
        ((*LABELS, "--weights", "no.npy"), "no.npy: no such file"),
        (("pid", "x1.npy", "x2.npy", "d.csv:y", "--joint"), "--joint goes with --labels"),
        ((*LABELS, "--header", "perhaps"), "--header: invalid choice: 'perhaps'"),
    ],
)
def test_what_does_not_go_together(capsys, words, message):
    assert_usage_error(run_cli(capsys, *words), message)


def test_how_files_are_read_is_passed_on(capsys):
    with open("n.csv", "w") as file:  # noqa: PTH123
        file.write("NA\nyes\nno\nyes\n" * 5)
    words = ("pid", "n.csv", "n.csv", "n.csv", "--labels", "--header", "no")
    status, out, err = run_cli(capsys, *words)
    assert (status, out) == (2, "")
    assert "n.csv" in err
    assert "NA" in err
    status, out, _ = run_cli(capsys, *words, "--missing", "?", "--bias-correction", "none")
    assert status == 0
    assert "20 samples" in out


def test_labels_are_not_asked_for_where_they_were_given(capsys):
    with open("w.csv", "w") as file:  # noqa: PTH123
        file.write("u,v\nr,s\nr,t\n" * 5)
    for words in (LABELS[1:4], ("w.csv", "w.csv", "w.csv")):
        _, _, err = run_cli(capsys, "pid", *words[:2], "w.csv", "--labels")
        assert "error: w.csv" in err
        assert "--labels on the command line" not in err


# -- strict ----------------------------------------------------------------------------


def test_strict_is_3_after_all_was_written(capsys):
    status, out, err = run_cli(capsys, *LABELS, *NOT_CONVERGED, "--strict", "--json", "o.json")
    assert status == 3
    assert "synergy" in out
    assert err.splitlines()[-1].startswith(
        "fourfold: error: --strict: a, b: not converged, gap"
    )
    assert not strict_json("o.json")["result"]["converged"]
    assert run_cli(capsys, *LABELS, *NOT_CONVERGED)[0] == 0


def test_strict_of_few_samples(capsys, rng):
    many = rng.integers(60, size=(3, 100))
    for name, column in zip("pqr", many, strict=True):
        np.save(f"{name}.npy", column)
    words = ("pid", "p.npy", "q.npy", "r.npy", "--labels", "--strict", "--quiet")
    status, out, err = run_cli(capsys, *words)
    assert (status, out) == (3, "")
    assert err == "fourfold: error: --strict: p, q: undersampled\n"


def test_strict_of_a_sweep_names_the_setting(capsys):
    words = (
        "pid x1.npy x2.npy d.csv:y --estimator kmeans --sweep 2 40 --seeds 1 --quiet --strict"
    )
    status, _, err = run_cli(capsys, *words.split())
    assert status == 3
    assert "cluster sweep, clusters 40: undersampled" in err
    assert "clusters 2:" not in err


def test_strict_is_0_of_what_is_good(capsys):
    assert run_cli(capsys, *LABELS, "--strict", "--quiet") == (0, "", "")


# -- what cannot be shown, and who has stopped reading ------------------------------------


@pytest.mark.parametrize(
    "name", ["\x1b[31mred", "bad\udcff", "bell\x07", "\u202egnp"], ids=ascii
)
def test_names_do_not_reach_the_terminal_as_they_are(capsys, name, table):
    pytest.importorskip("matplotlib")
    np.save(f"{name}.npy", table["a"])
    escaped = console.printable(name)
    assert escaped.isprintable()
    words = (
        "pid",
        f"{name}.npy",
        *LABELS[2:],
        "--json",
        f"{name}.json",
        "--plot",
        f"{name}.svg",
    )
    status, out, err = run_cli(capsys, *words)
    assert (status, err) == (0, "")
    assert f"unique to {escaped}" in out
    assert f"wrote {escaped}.json" in out
    assert name not in out
    assert strict_json(f"{name}.json")["data"]["files"][0] == f"{name}.npy"
    _, _, err = run_cli(capsys, "pid", f"no{name}.npy", *LABELS[2:])
    assert name not in err
    assert err.count("\n") == 1


def test_pages_of_such_names_are_written(capsys, table):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    np.save("bad\udcff.npy", table["a"])
    words = (
        "report",
        "bad\udcff.npy",
        *LABELS[2:],
        "--permutations",
        "0",
        "--output",
        "p.html",
    )
    assert run_cli(capsys, *words)[0] == 0
    with open("p.html", encoding="utf-8") as page:  # noqa: PTH123
        assert "unique to bad\\udcff" in page.read()


def test_a_terminal_without_the_characters_shows_escapes(monkeypatch):
    shown = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", shown)
    console.say("é\nline")
    shown.flush()
    assert shown.buffer.getvalue() == b"\\xe9\nline\n"


RUNS = {  # what a shell runs, the status of its parts, and the lines of standard error
    "reader has gone": ("fourfold info | true", "0 0", ()),
    "reader of JSON": ("fourfold {labels} --json - --plot p.svg | true", "0 0", ()),
    "full": ("fourfold info > /dev/full", "2", ("[Errno 28]", "'standard output'")),
    "full, JSON": (
        "fourfold info --json > /dev/full",
        "2",
        ("[Errno 28]", "'standard output'"),
    ),
    "closed": ("fourfold {labels} --json out.json >&-", "0", ()),
    "closed, JSON": ("fourfold info --json >&-", "2", ("standard output is closed",)),
    "no one is told": ("fourfold info --unknown 2>&-", "2", ()),
}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_streams_of_a_shell():
    script = [f'fourfold() {{ {sys.executable} -W error -m fourfold "$@"; }}']
    for k, (line, _, _) in enumerate(RUNS.values()):
        line = line.replace("{labels}", " ".join(LABELS))  # noqa: PLW2901
        script.append(f"( {line}; echo ${{PIPESTATUS[@]}} > status{k} ) 2> said{k}")
    subprocess.run(["bash", "-c", "\n".join(script)], check=False, timeout=600)
    for k, (name, (_, statuses, said)) in enumerate(RUNS.items()):
        with open(f"status{k}") as status, open(f"said{k}") as error:  # noqa: PTH123
            assert (name, status.read().strip()) == (name, statuses)
            found = error.read()
        assert found.count("\n") == bool(said), (name, found)
        assert all(words in found for words in said), (name, found)
    assert strict_json("out.json")["result"]["unit"] == "bits"
    assert os.path.exists("p.svg")  # noqa: PTH110


# -- information -----------------------------------------------------------------------


def test_info_as_json(capsys):
    status, out, err = run_cli(capsys, "info", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps(ff.show_config()))
    assert run_cli(capsys, "info", "--json", "i.json") == (0, "wrote i.json\n", "")
    assert strict_json("i.json") == json.loads(out)


def test_version_has_a_letter(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["-V"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"{ff.__version__}\n"


@pytest.mark.parametrize("command", ["", "pid", "report", "gaussian", "demo"])
def test_help_has_the_exit_status(capsys, command):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "Exit status: 0; 2 after" in shown
    assert "3 with --strict" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_commands_and_options(capsys, shell):
    pytest.importorskip("shtab")
    status, out, err = run_cli(capsys, "completion", shell)
    assert (status, err) == (0, "")
    for words in ("gaussian", "completion", "joint", "plot-directions", "kmeans"):
        assert words in out


def test_completion_in_bash_completes():
    pytest.importorskip("shtab")
    code = (
        'eval "$(python -m fourfold completion bash)"; COMP_WORDS=(fourfold pid --perm); '
        'COMP_CWORD=2; _shtab_fourfold; echo "${COMPREPLY[@]}"'
    ).replace("python", sys.executable)
    done = subprocess.run(
        ["bash", "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["--permutations"], done.stderr


def test_completion_without_shtab(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    ran = run_cli(capsys, "completion", "bash")
    assert_usage_error(ran, "pip install 'fourfold[completion]'")


# -- columnar files --------------------------------------------------------------------


@pytest.mark.parametrize("end", ["parquet", "feather"])
def test_columnar_files_are_read_by_every_command(capsys, table, end):
    pytest.importorskip("pyarrow")
    import pyarrow as pa  # noqa: PLC0415  optional
    from pyarrow import feather, parquet  # noqa: PLC0415

    x1, x2, y = (np.load(f"{name}.npy") for name in ("x1", "x2", "y"))
    columns = {**table, "image": list(x1), "text": list(x2), "speed": y}
    write = parquet.write_table if end == "parquet" else feather.write_feather
    write(pa.table(columns), f"t.{end}")
    for words, record in {
        f"pid t.{end}:a t.{end}:b t.{end}:y --labels": LABELS,
        f"gaussian t.{end}:image t.{end}:text t.{end}:speed --no-check": NUMBERS,
    }.items():
        found = [run_cli(capsys, *some, "--json", "-") for some in (words.split(), record)]
        assert [one[0] for one in found] == [0, 0]
        one, other = (json.loads(run[1])["result"] for run in found)
        # columns of .npy files have no names
        assert one | {"target_columns": None} == other | {"target_columns": None}
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    words = f"report t.{end}:a t.{end}:b t.{end}:y --labels --permutations 0 --output -"
    status, out, _ = run_cli(capsys, *words.split())
    assert status == 0
    assert "unique to a" in out
