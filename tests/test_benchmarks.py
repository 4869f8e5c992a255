# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The benchmarks measure what they say: instances, comparison, reports and tables.

Nothing here asserts a time.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import json
import math
import multiprocessing
import os
import re
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent

if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("the benchmarks folder is not here", allow_module_level=True)


@pytest.fixture(autouse=True)
def _root_on_path(monkeypatch):
    # the children that the benchmarks spawn get this path as well
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture
def module():
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def entry(solver, states, *, tol=None, seconds=0.5, status="solved", **changes):
    """One record of a run, as the JSON has it."""
    solved = status == "solved"
    atoms = {"redundancy": 0.1, "unique1": 0.2, "unique2": 0.3, "synergy": 0.4}
    agreement = [{"tol": 1e-4, "largest_difference": 3e-5, "apart": 0.0, "agrees": True}]
    record = {
        "family": "dense",
        "states": states,
        "classes": 10,
        "nonzero": 10 * states**2,
        "unknowns": 10 * states**2,
        "solver": solver,
        "tol": tol,
        "status": status,
        "reason": None if solved else "because",
        "seconds": None,
        "peak_bytes": 90_000_000,
        "resident_before_bytes": 80_000_000,
        "converged": True if solved else None,
        "atoms": atoms if solved else None,
        "lower": atoms if solved else None,
        "upper": atoms if solved else None,
        "said": {"gap_bits": 5e-5, "iterations": 7} if solved else None,
        "agreement": agreement if solved and tol is None else [],
    }
    if solved:
        record["seconds"] = {
            "median": seconds, "min": seconds, "count": 1, "all": [seconds],
            "cpu_median": seconds,
        }  # fmt: skip
    return {**record, **changes}


def report_of(module, records, kind="run", **settings):
    return module("report").Report(
        kind=kind,
        command=f"python -m benchmarks {kind}",
        date="2026-01-02T03:04:05+00:00",
        seed=0,
        settings={"limit": 60.0, "threads": None, **settings},
        machine={"cpu": "Abacus", "cores": 2, "os": "Linux", "memory_bytes": 1},
        versions={"fourfold": "0.1.0", "dit": "2.3", "cvxpy": None},
        git={"commit": "0123456789abcdef", "dirty": False},
        fourfold_config={"compiler": "GCC", "simd": "v3", "num_threads": 2},
        records=records,
    )


@pytest.fixture
def small_report(module):
    return report_of(
        module,
        [
            entry("fourfold", 16, tol=1e-4, seconds=0.00123),
            entry("dit", 16, seconds=4.56),
            entry("clarabel", 16),
            entry("fourfold", 32, tol=1e-4, seconds=0.1),
            entry("dit", 32, status="timeout"),
            entry("clarabel", 32, converged=False),
            entry("fourfold", 64, tol=1e-4, seconds=12.3),
            entry("dit", 64, status="skipped", peak_bytes=None),
            entry("clarabel", 64, status="failed", peak_bytes=None),
        ],
    )


@pytest.fixture
def memory_report(module):
    record = {
        "solver": "fourfold",
        "status": "solved",
        "reason": None,
        "peak_bytes": 380_000_000,
        "resident_before_bytes": 90_000_000,
        "within_bound": True,
        "tensor_bytes": 6_710_886_400,
        "seconds": 20.0,
        "iterations": 25,
        "converged": False,
        "gap_bits": 0.1,
        "union_information_bits": 1.2,
        "warnings": ["ConvergenceWarning: wide"],
    }
    size = {"states1": 2048, "states2": 2048, "classes": 200, "bound_bytes": 500_000_000}
    return report_of(module, [record], kind="memory", **size)


# -- instances ---------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["dense", "digits"])
def test_family_gives_the_same_normalised_table_from_the_same_seed(module, family):
    make = module("instances").FAMILIES[family]
    table = make(8, 3)
    assert table.shape == (8, 8, 10)
    assert np.all(table >= 0)
    assert table.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_array_equal(table, make(8, 3))
    assert not np.array_equal(table, make(8, 4))


def test_dense_tables_have_no_zero_and_digits_tables_are_counts(module):
    instances = module("instances")
    assert np.all(instances.dense_random(8, 0) > 0)
    counts = instances.digits_counts(16, 0) * 1797
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    assert np.all(counts.sum(axis=(0, 2)) > 0.5)
    assert np.count_nonzero(counts) < counts.size / 2


def test_two_marginals_share_the_target_and_are_deterministic(module):
    two_marginals = module("instances").two_marginals
    p1y, p2y = two_marginals(6, 9, 5, 0)
    assert p1y.shape == (6, 5)
    assert p2y.shape == (9, 5)
    assert p1y.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(p1y.sum(axis=0), p2y.sum(axis=0), rtol=1e-12)
    for first, again in zip((p1y, p2y), two_marginals(6, 9, 5, 0), strict=True):
        np.testing.assert_array_equal(first, again)


def test_support_size_counts_the_cells_that_both_marginals_allow(module):
    table = module("instances").digits_counts(8, 0)
    allowed = (table.sum(axis=1)[:, None, :] > 0) & (table.sum(axis=0)[None] > 0)
    assert module("instances").support_size(table) == np.count_nonzero(allowed)


# -- comparison --------------------------------------------------------------------------


def answer_of(module, atoms, width, *, converged=True):
    return module("answer").Answer.around(atoms, width, converged=converged, said={})


def test_answers_agree_exactly_when_their_intervals_meet(module):
    compare = module("agreement").compare
    certified = answer_of(module, (0.1, 0.2, 0.3, 0.4), 1e-4)
    near = compare(answer_of(module, (0.1, 0.2, 0.30015, 0.4), 1e-4), certified)
    assert near.agrees
    assert near.apart == 0.0
    assert near.largest_difference == pytest.approx(1.5e-4)
    # above and below, in the first and in the last atom
    for atoms in ((0.1 - 3e-4, 0.2, 0.3, 0.4), (0.1, 0.2, 0.3, 0.4 + 3e-4)):
        far = compare(answer_of(module, atoms, 1e-4), certified)
        assert not far.agrees
        assert far.apart == pytest.approx(1e-4)


def test_a_disagreement_fails_the_run_unless_the_peer_did_not_converge(module):
    wrong = {
        "agreement": [
            {"tol": 1e-4, "largest_difference": 0.1, "apart": 0.09, "agrees": False},
        ]
    }
    fails = module("run").failures
    records = [entry("fourfold", 16, tol=1e-4), entry("dit", 16)]
    assert fails(report_of(module, records)) == []
    reasons = fails(report_of(module, [*records, entry("clarabel", 16, **wrong)]))
    assert len(reasons) == 1
    assert "clarabel" in reasons[0]
    assert "9.0e-02 bits outside" in reasons[0]
    admitted = entry("clarabel", 16, converged=False, **wrong)
    assert fails(report_of(module, [*records, admitted])) == []
    broken = entry("fourfold", 32, tol=1e-4, status="failed")
    assert fails(report_of(module, [broken])) == ["dense, 32 states, fourfold: because"]


@pytest.fixture
def run_with(module, monkeypatch):
    """A run without solving: what each solver answers is given."""

    def run_with(outcomes, states):
        def measure(prepare, options, _plan):
            name = {"solver_fourfold": "fourfold", "peer_dit": "dit"}[
                prepare.__module__.rpartition(".")[2]
            ]
            return outcomes[name](options["pmf"].shape[0])

        monkeypatch.setattr(module("run"), "measure", measure)
        settings = module("run").Settings(
            families=("dense",), solvers=("fourfold", "dit"), states=states
        )
        return module("run").run(settings, [])

    return run_with


def outcome_of(module, atoms):
    answer = answer_of(module, atoms, 1e-7)
    return module("child").Outcome(answer=answer, seconds=[1.0], cpu_seconds=[1.0], peak=1)


def test_a_peer_that_ran_out_of_time_is_skipped_at_larger_sizes(module, run_with):
    atoms = (0.1, 0.2, 0.3, 0.4)
    late = module("child").Outcome("timeout", "one call took more than 60 s")
    outcomes = {
        "fourfold": lambda _: outcome_of(module, atoms),
        "dit": lambda states: late if states >= 4 else outcome_of(module, atoms),
    }
    report = run_with(outcomes, (2, 4, 6, 8))
    of_dit = [
        (r["states"], r["status"], r["reason"]) for r in report.records if r["solver"] == "dit"
    ]
    assert of_dit == [
        (2, "solved", None),
        (4, "timeout", "one call took more than 60 s"),
        (6, "skipped", "out of time at 4 states"),
        (8, "skipped", "out of time at 4 states"),
    ]
    assert {r["status"] for r in report.records if r["solver"] == "fourfold"} == {"solved"}
    assert module("run").failures(report) == []


def test_a_run_compares_each_peer_with_each_tolerance(module, run_with):
    outcomes = {
        "fourfold": lambda _: outcome_of(module, (0.1, 0.2, 0.3, 0.4)),
        "dit": lambda _: outcome_of(module, (0.1, 0.2, 0.3, 0.41)),
    }
    report = run_with(outcomes, (2,))
    agreement = report.records[-1]["agreement"]
    assert [comparison["tol"] for comparison in agreement] == [1e-4, 1e-6]
    assert not any(comparison["agrees"] for comparison in agreement)
    assert len(module("run").failures(report)) == 2


def test_an_answer_that_is_not_finite_is_a_failure(module, run_with):
    outcomes = {
        "fourfold": lambda _: outcome_of(module, (0.1, 0.2, 0.3, 0.4)),
        "dit": lambda _: outcome_of(module, (0.1, math.nan, 0.3, 0.4)),
    }
    report = run_with(outcomes, (2,))
    assert report.records[-1]["status"] == "failed"
    assert "not finite" in report.records[-1]["reason"]


# -- reports -----------------------------------------------------------------------------


def test_report_round_trip(module, small_report, tmp_path):
    path = tmp_path / "folder" / "run.json"
    small_report.write(path)
    assert module("report").Report.read(path, "run") == small_report
    content = json.loads(path.read_text())
    assert content["schema"] == "fourfold-benchmark"
    assert content["schema_version"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content | {"schema_version": 0}, "schema"),
        (lambda content: content | {"schema": "other"}, "schema"),
        (lambda content: content | {"kind": "memory"}, "of kind 'memory', expected 'run'"),
        (lambda content: content | {"extra": 1}, "extra"),
        (lambda content: {k: v for k, v in content.items() if k != "git"}, "git"),
        (lambda _: [], "schema"),
    ],
)
def test_report_refuses_what_is_not_one(module, small_report, tmp_path, change, message):
    path = tmp_path / "run.json"
    small_report.write(path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ValueError, match=message):
        module("report").Report.read(path, "run")


def test_report_refuses_text_that_is_not_json(module, tmp_path):
    path = tmp_path / "run.json"
    path.write_text("{")
    with pytest.raises(ValueError, match="not JSON"):
        module("report").Report.read(path)


def test_report_names_no_folder_of_the_machine(module, tmp_path):
    outside = tmp_path / "elsewhere.json"
    inside = ROOT / "benchmarks" / "results" / "run.json"
    report = module("report").Report.start(
        "run", ["run", "--json", str(outside), str(inside)], seed=1, settings={}
    )
    words = "run --json elsewhere.json benchmarks/results/run.json"
    assert report.command == f"python -m benchmarks {words}"
    assert str(ROOT) not in json.dumps(dataclasses.asdict(report))
    assert report.versions["numpy"] == np.__version__
    assert report.fourfold_config["compiler"]


# -- tables and README -------------------------------------------------------------------


def test_table_shows_each_state_of_a_solve(module, small_report):
    lines = module("table").run_tables(small_report).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert rows[0] == [
        "K",
        "Fourfold, gap ≤ 1e-4",
        "dit (cone, ECOS)",
        "cvxpy + Clarabel",
        "largest difference of an atom",
    ]
    time, difference = "500 ms, 90 MB", "3e-05 bits"
    assert rows[2:] == [
        ["16", "1.23 ms, 90 MB", "4.56 s, 90 MB", time, difference],
        ["32", "100 ms, 90 MB", "no answer, 90 MB", f"{time}, not converged", "-"],
        ["64", "12.3 s, 90 MB", "-", "failed", "-"],
    ]
    assert "after 60 s" in lines[-1]
    assert "Abacus" in lines[-1]
    assert "commit 01234567)" in lines[-1]


def test_table_has_no_time_for_a_wrong_answer(module):
    wrong = [{"tol": 1e-4, "largest_difference": 0.1, "apart": 0.09, "agrees": False}]
    records = [entry("fourfold", 16, tol=1e-4), entry("dit", 16, seconds=7.77, agreement=wrong)]
    text = module("table").run_tables(report_of(module, records))
    assert "**disagrees**" in text
    assert "7.77" not in text


def test_detail_table_has_gap_and_iterations(module, small_report):
    text = module("table").run_tables(small_report, detail=True)
    assert "| 16 | 0.0001 | 5.0e-05 | yes | 7 | 1.23 ms | 1.23 ms | 1.23 ms | 1 |" in text


def test_memory_table(module, memory_report):
    text = module("table").memory_table(memory_report)
    assert (
        "| 2048 x 2048 x 200 | 380 MB | within 500 MB | 6711 MB | 25 in 20.0 s |"
    ) in text.splitlines()


def test_table_command_rewrites_only_what_is_between_the_markers(
    module, small_report, memory_report, tmp_path, capsys
):
    main = module("__main__").main
    small_report.write(tmp_path / "run.json")
    memory_report.write(tmp_path / "memory.json")
    readme = tmp_path / "README.md"
    begin, end = "<!-- benchmark:begin -->", "<!-- benchmark:end -->"
    readme.write_text(f"before\n\n{begin}\nstale\n{end}\n\nafter\n")
    where = ["--results", str(tmp_path), "--readme", str(readme)]

    assert main(["table", *where]) == 0
    assert "stale" in readme.read_text()
    assert "Dense random tables" in capsys.readouterr().out

    assert main(["table", "--write-readme", *where]) == 0
    text = readme.read_text()
    assert text.startswith(f"before\n\n{begin}\n\n**Dense random tables**")
    assert text.endswith(f"\n\n{end}\n\nafter\n")
    assert "stale" not in text
    assert "| 16 | 1.23 ms, 90 MB |" in text
    assert "within 500 MB" in text
    assert main(["table", "--write-readme", *where]) == 0
    assert readme.read_text() == text


@pytest.mark.parametrize("content", ["none", "{end}{begin}", "{begin}{end}{begin}{end}"])
def test_readme_without_proper_markers_is_left_alone(module, tmp_path, content):
    readme = module("readme")
    text = content.format(begin=readme.BEGIN, end=readme.END)
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(ValueError, match="marker"):
        readme.rewrite(path, "new")
    assert path.read_text() == text


def test_commands_without_a_report_say_so(module, tmp_path, capsys):
    main = module("__main__").main
    assert main(["table", "--results", str(tmp_path)]) == 2
    assert "measure first" in capsys.readouterr().err
    pytest.importorskip("matplotlib")
    assert main(["plot", "--json", str(tmp_path / "run.json")]) == 2
    assert "run.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--states", "0"], "--states: invalid positive_integer value: '0'"),
        (["run", "--limit", "-1"], "--limit: invalid positive_seconds value: '-1'"),
        (["run", "--solvers", "abacus"], "invalid choice: 'abacus'"),
        (["memory", "--seed", "-1"], "--seed: invalid nonnegative_integer value: '-1'"),
        ([], "command"),
    ],
)
def test_command_line_errors_name_the_argument(module, arguments, message, capsys):
    with pytest.raises(SystemExit):
        module("__main__").main(arguments)
    assert message in capsys.readouterr().err


# -- the picture -------------------------------------------------------------------------


def test_plot_draws_timeouts_and_single_families(module, small_report, tmp_path):
    pytest.importorskip("matplotlib")
    small_report.write(tmp_path / "run.json")
    output = tmp_path / "images" / "benchmark.png"
    arguments = ["plot", "--json", str(tmp_path / "run.json"), "--output", str(output)]
    assert module("__main__").main(arguments) == 0
    assert output.read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in output.with_suffix(".svg").read_bytes()


# -- child processes ---------------------------------------------------------------------


def returning(function, *arguments):
    """Build a `prepare` that a new process can import: a call that makes the timed call."""
    return functools.partial(functools.partial, function, *arguments)


def test_child_repeats_fast_calls_and_reports_its_own_memory(module):
    child = module("child")
    plan = child.Plan(limit=30.0, warmups=1, repeats=1, fast_repeats=3, fast=20.0)
    ballast = np.ones(25_000_000)  # 200 MB here: not a part of the child's memory
    outcome = child.measure(returning(sum, [1, 2, 3]), {}, plan)
    assert (outcome.status, outcome.reason, outcome.answer) == ("solved", None, 6)
    assert len(outcome.seconds) == len(outcome.cpu_seconds) == 3
    assert 0 < outcome.resident_before <= outcome.peak < ballast.nbytes


def test_child_does_not_repeat_slow_calls(module):
    child = module("child")
    plan = child.Plan(limit=30.0, repeats=1, fast_repeats=3, fast=1e-9)
    assert len(child.measure(returning(sum, [1]), {}, plan).seconds) == 1


@pytest.mark.parametrize(
    ("prepare", "limit", "status", "reason"),
    [
        (returning(time.sleep, 60), 0.2, "timeout", "one call took more than 0.2 s"),
        (returning(math.sqrt, -1), 30.0, "failed", "ValueError: .*"),
        (functools.partial(math.sqrt, -1), 30.0, "failed", "ValueError: .*"),
        (returning(os._exit, 3), 30.0, "failed", "the process ended with exit code 3"),
    ],
    ids=["too slow", "raises", "preparation raises", "dies"],
)
def test_child_that_gives_no_answer_is_ended_and_reported(
    module, prepare, limit, status, reason
):
    child = module("child")
    outcome = child.measure(prepare, {}, child.Plan(limit=limit))
    assert outcome.status == status
    assert re.fullmatch(reason, outcome.reason)
    assert outcome.answer is None
    assert multiprocessing.active_children() == []


# -- whole commands, small ---------------------------------------------------------------


def test_quick_run_of_fourfold(module, tmp_path, capsys):
    path = tmp_path / "run.json"
    arguments = ["run", "--quick", "--solvers", "fourfold", "--states", "8"]
    assert module("__main__").main([*arguments, "--json", str(path)]) == 0
    report = module("report").Report.read(path, "run")
    assert [(r["family"], r["tol"]) for r in report.records] == [
        (family, tol) for family in ("dense", "digits") for tol in (1e-4, 1e-6)
    ]
    for record in report.records:
        assert record["status"] == "solved"
        assert record["converged"]
        assert record["said"]["gap_bits"] <= record["tol"]
        assert record["seconds"]["min"] <= record["seconds"]["median"]
        for name, value in record["atoms"].items():
            assert record["lower"][name] <= value <= record["upper"][name]
    assert "Counts of 1797 handwritten digits" in capsys.readouterr().out


def test_quick_memory(module, tmp_path, capsys):
    path = tmp_path / "memory.json"
    arguments = ["memory", "--quick", "--max-iter", "3", "--json", str(path)]
    assert module("__main__").main(arguments) == 0
    (record,) = module("report").Report.read(path, "memory").records
    assert record["within_bound"]
    assert record["iterations"] == 3
    assert not record["converged"]
    assert [text.split(":")[0] for text in record["warnings"]] == ["ConvergenceWarning"]
    assert record["tensor_bytes"] == 8 * 256 * 256 * 50
    assert "within 500 MB" in capsys.readouterr().out


def test_memory_over_the_bound_fails(module, monkeypatch, capsys):
    monkeypatch.setattr(module("memory"), "BOUND_BYTES", 1_000_000)
    assert module("__main__").main(["memory", "--quick", "--max-iter", "1"]) == 1
    assert "FAILED: the process reached" in capsys.readouterr().err


def test_quick_robustness(module, tmp_path, capsys):
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--quick", "--small", "84", "--large", "0", "--json", str(path)]
    assert module("__main__").main(arguments) == 0
    records = module("report").Report.read(path, "robustness").records
    assert sum(record["count"] for record in records) == 84
    families = set(module("hard_tables").FAMILIES) - set(module("hard_tables").ONLY_LARGE)
    assert {record["family"] for record in records} == families
    assert all(record["largest_gap_bits"] <= 1e-8 for record in records)
    assert "84 hard tables" in capsys.readouterr().out


def test_robustness_finds_a_wrong_certificate_and_says_which_table(
    module, monkeypatch, tmp_path, capsys
):
    import fourfold as ff  # noqa: PLC0415  replaced for this test

    honest = ff.decompose_many

    def overconfident(tables, **options):
        found = honest(tables, **options)
        # the unique information of X1 moved up by far more than the gap
        return dataclasses.replace(found, unique1=found.unique1 + 1e-3)

    monkeypatch.setattr(ff, "decompose_many", overconfident)
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--small", "21", "--large", "0", "--json", str(path)]
    assert module("__main__").main(arguments) == 1
    assert "FAILED: Blackwell-degraded (small), table 0 of shape" in capsys.readouterr().err
    records = module("report").Report.read(path, "robustness").records
    (blackwell,) = (r for r in records if r["family"] == "Blackwell-degraded")
    assert blackwell["failed"]["known atoms"] == 1
    case = blackwell["failing"][0]
    again = module("hard_tables").draw("Blackwell-degraded", 0, case["index"], 12)
    assert list(again.table.shape) == case["shape"]


@pytest.mark.parametrize(("name", "needs"), [("dit", "ecos"), ("clarabel", "cvxpy")])
def test_peer_agrees_with_fourfold(module, name, needs, tmp_path):
    pytest.importorskip(needs)
    pytest.importorskip(name)
    arguments = ["run", "--quick", "--states", "4", "--families", "dense"]
    path = tmp_path / "run.json"
    arguments += ["--solvers", "fourfold", name, "--json", str(path)]
    assert module("__main__").main(arguments) == 0
    record = module("report").Report.read(path, "run").records[-1]
    assert record["solver"] == name
    assert record["converged"]
    assert [entry["tol"] for entry in record["agreement"]] == [1e-4, 1e-6]
    assert record["agreement"][1]["largest_difference"] < 2e-6
