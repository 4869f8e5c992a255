# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command on Gaussian sources: every part runs, and its figures are held to what is asked for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold
from benchmarks.__main__ import main
from benchmarks.commands import BENCHMARKS
from benchmarks.gaussian import dependence, levels, samples
from benchmarks.gaussian.command import GAUSSIAN, RECORDS
from benchmarks.gaussian.corrections import corrected_as_gpid, corrected_by_bootstrap
from benchmarks.gaussian.settings import PARTS, QUICK
from benchmarks.gaussian.systems import SAMPLED
from benchmarks.gaussian.table import TABLES, gaussian_table, sampled_tables
from benchmarks.gaussian.targets import verdicts
from benchmarks.page.gaussian_plot import draw_gaussian
from benchmarks.record.report import Report


@pytest.fixture
def measured(tmp_path, monkeypatch):
    def measured(*parts, **changed):
        tiny = dataclasses.replace(QUICK, parts=parts, **changed)
        monkeypatch.setitem(BENCHMARKS, "gaussian", dataclasses.replace(GAUSSIAN, quick=tiny))
        path = tmp_path / "gaussian.json"
        assert main(["gaussian", "--quick", "--json", str(path)]) == 0
        return Report.read(path, "gaussian")

    return measured


def test_columns_and_random_covariances_are_beside_the_iteration(measured, capsys):
    report = measured("doubling", "random", steps=300)
    assert "**Columns doubled**" in capsys.readouterr().out
    doubling = [record for record in report.records if record["part"] == "doubling"]
    assert [record["columns"] for record in doubling] == [2, 8]
    assert all(record["error"] < 1e-12 for record in doubling)
    assert all(verdict.met for verdict in verdicts(report))


def test_odd_columns_cannot_be_doubled(capsys):
    with pytest.raises(SystemExit):
        main(["gaussian", "--quick", "--columns", "3"])
    assert "3 is odd" in capsys.readouterr().err


def test_unions_are_certified(measured):
    (record,) = measured("unions").records
    assert record["subsets"] == 7
    assert record["gap"] <= 1e-7


def test_ranks_are_beside_columns_as_they_are(measured):
    factors, singular = measured("copula").records
    assert [record["kind"] for record in (factors, singular)] == ["factors", "nearly singular"]
    assert "targets" not in singular
    for record in (factors, singular):
        truth, raw = np.array(record["truth"]), np.array(record["raw"])
        assert record["off"] < np.abs(raw - truth).max()


def test_samples_are_drawn_alike_by_any_number_of_processes(measured):
    rows = {"one column 3+2+1": (60,)}
    one, two = (measured("samples", rows=rows, draws=2, jobs=jobs).records for jobs in (1, 2))
    assert one == two
    estimates = [record["estimate"] for record in one if "estimate" in record]
    assert estimates == list(samples.ESTIMATES)
    kinds = {record["kind"]: record["draws"] for record in one if "kind" in record}
    assert kinds == {"interval": 2, "resampled": 1}


def test_tests_are_counted_where_the_atom_is_zero(measured, monkeypatch):
    monkeypatch.setattr(levels, "TESTED", ("X1 only 3",))
    report = measured("tests", test_draws=1)
    (record,) = report.records
    assert record["null"] == [False, True, True]
    row = next(
        line for line in gaussian_table(report).splitlines() if line.startswith("| X1 only 3")
    )
    assert row.count("**") == 6  # U2, S and S by draws


def test_the_check_of_the_dependence_is_counted(measured, monkeypatch):
    monkeypatch.setattr(dependence, "CASES", {"y = x1 x2": dependence.CASES["y = x1 x2"]})
    (record,) = measured("dependence").records
    assert record["warned"] == 1
    assert record["information"] > 0.3 > record["gaussian_information"]


def test_gpid_corrects_as_its_code_does():
    """Figures of gauss_pid_est's formula, worked out by hand for one column each."""
    cov = np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])
    n = 50
    bias = (2 * np.log2(1 - 1 / n) - np.log2(1 - 1 / n) - np.log2(1 - 2 / n)) / 2
    mi1, mi2 = (-np.log2(1 - r * r) / 2 for r in (0.6, 0.4))
    given = 1 - np.array([0.6, 0.4]) @ np.linalg.solve(cov[:2, :2], [0.6, 0.4])
    joint = -np.log2(given) / 2
    of_three = (np.log2(1 - 1 / n) - np.log2(1 - 3 / n)) / 2
    i1, i2, i12 = mi1 - bias, mi2 - bias, joint - of_three
    union = max(mi1 * i12 / joint, i1)  # one column of y: v* is the larger information
    expected = [i1 + i2 - union, union - i2, union - i1, i12 - union]
    np.testing.assert_allclose(corrected_as_gpid(cov, (1, 1, 1), n), expected, atol=1e-12)


def test_bootstrap_takes_off_about_the_bias_of_informations():
    rng = np.random.default_rng(0)
    cov, sizes = np.eye(9), (3, 3, 3)
    drawn = [np.cov(rng.standard_normal((60, 9)), rowvar=False) for _ in range(40)]
    plug_in = [np.sum(fourfold.gaussian_pid_from_covariance(one, sizes).atoms) for one in drawn]
    corrected = [corrected_by_bootstrap(one, sizes, 60, rng).sum() for one in drawn]
    assert cov.shape == drawn[0].shape
    assert abs(np.mean(corrected)) < 0.15 * np.mean(plug_in)


@pytest.mark.parametrize("name", SAMPLED)
def test_rows_have_the_covariance_of_their_system(name):
    cov, sizes = SAMPLED[name]()
    parts = samples.rows_of(name, 4000, np.random.default_rng(0))
    assert tuple(part.shape[1] for part in parts) == sizes
    found = np.cov(np.hstack(parts), rowvar=False)
    scale = np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    assert np.abs((found - cov) / scale).max() < 6 / 4000**0.5


# -- what is made of the records -----------------------------------------------------------
def _records(unique=0.04, off=0.1, held=0.93, rejected=0.07):
    described = {"part": "samples", "rows": 480, "draws": 200, "sizes": [10] * 3, "wrong": [],
                 "truth": [1.3, 0, 0, 1.1]}  # fmt: skip
    records = []
    for name, errors in (
        ("equal 10", [-off, unique, -unique, 0]),
        ("mixed 10", [-off, off, 0, 0]),
    ):
        records += [
            {**described, "name": name, "estimate": estimate, "mean_error": errors,
             "rmse": [0.1] * 4}
            for estimate in samples.ESTIMATES
        ]  # fmt: skip
        records += [
            {**described, "name": name, "kind": kind, "coverage": [0.95, held, 0.97, 0.99],
             "half_width": [0.2] * 4}
            for kind in ("interval", "resampled")
        ]  # fmt: skip
        records.append(
            {**described, "name": name, "cross_fitted": None, "kink": 0.1, "warned": 0.5,
             "rejected": [0.02, 0.04]}
        )  # fmt: skip
    records.append(
        {"part": "tests", "name": "equal 10", "rows": 480, "draws": 400, "truth": [0, 0, 1.1],
         "null": [True, True, False], "rejected": [0.04, rejected, 1.0], "asked": [1.0] * 3,
         "replicated": None, "replicated_draws": 0,
         "wrong": []}
    )  # fmt: skip
    descent = {"gap": 1e-9, "difference": 1e-12, "steps": 90, "seconds": 0.5, "union": 2.0}
    records += [
        {"part": "doubling", "group": "doubling", "name": f"{columns} columns each",
         "columns": columns, "error": 1e-14, "seconds": 1e-3, "cpu_seconds": 1e-3,
         "descent": descent, "wrong": []}
        for columns in (2, 4)
    ]  # fmt: skip
    return records


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        ({"unique": 0.06}, ["equal 10, 480 rows: larger mean of U1 and U2 (truth 0)"]),
        ({"rejected": 0.09}, ["true nulls rejected at 0.05, most of 2"]),
        ({"off": 0.16}, ["mixed 10, 480 rows: largest mean error of an atom"]),
        (
            {"held": 0.89},
            [
                f"{name}, 480 rows: intervals that hold the truth, least of an atom"
                for name in ("equal 10", "mixed 10")
            ],
        ),
    ],
)
def test_missed_targets_are_named(report_of, changed, missed):
    report = report_of(_records(**changed), kind="gaussian")
    assert [verdict.figure for verdict in verdicts(report) if not verdict.met] == missed


def test_tables_have_every_system_and_what_is_not_known(report_of):
    report = report_of(_records(), kind="gaussian")
    for table in (gaussian_table(report, detail=True), sampled_tables(report)):
        assert table.count("| equal 10 | 480 |") >= 2
        assert "| 95 93 97 99 |" in table
    assert "**Targets**" in gaussian_table(report)
    assert "**Targets**" not in sampled_tables(report)


def test_picture_needs_both_parts(report_of, tmp_path):
    pytest.importorskip("matplotlib")
    (path,) = draw_gaussian(report_of(_records(), kind="gaussian"), tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    doubling = [record for record in _records() if record["part"] == "doubling"]
    assert draw_gaussian(report_of(doubling, kind="gaussian"), tmp_path) == []


def test_all_parts_have_a_table():
    assert tuple(TABLES) == tuple(RECORDS) == PARTS
