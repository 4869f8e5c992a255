# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The simulation study draws what it says, checks results before they count, and judges fairly.

Nothing here asserts a time.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

import fourfold as ff

ROOT = Path(__file__).resolve().parent.parent
ATOMS = ("redundancy", "unique1", "unique2", "synergy")

if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("the benchmarks folder is not here", allow_module_level=True)


@pytest.fixture(autouse=True)
def _root_on_path(monkeypatch):
    # the processes that share the work get this path as well
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture
def module():
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def study(module):
    return lambda name: module(f"statistics.{name}")


@pytest.fixture
def tiny(study):
    """One or two of everything."""
    return dataclasses.replace(
        study("settings").QUICK,
        families=("gamma",),
        fixed=("noisy AND and XOR",),
        estimators=("none", "chao", "qe", "classifier"),
        per_cell=(1.0, 2.0),
        repetitions=3,
        compared_repetitions=2,
        classifier_repetitions=1,
        interval_families=("gamma",),
        interval_fixed=("noisy AND and XOR",),
        interval_per_cell=(2.0,),
        interval_repetitions=2,
        n_resamples=25,
        nulls=("all independent", "noisy sum"),
        null_test_repetitions=2,
        alternative_repetitions=2,
        n_permutations=19,
        speed_shape=(6, 6, 3),
        speed_samples=500,
        speed_resamples=25,
        null_repetitions=2,
        processes=1,
    )


# -- tables ------------------------------------------------------------------------------


FAMILIES = (
    "gamma",
    "sparse",
    "smooth",
    "independent",
    "conditionally independent",
    "noisy parity",
    "copy",
    "log-linear",
)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("shape", [(5, 5, 3), (4, 6, 2)])
def test_a_family_draws_other_tables_of_its_shape(study, family, shape):
    make = study("truths").FAMILIES[family]
    first, second = (make(shape, np.random.default_rng(seed)) for seed in (0, 1))
    for pmf in (first, second):
        assert pmf.shape == shape
        assert pmf.min() >= 0.0
        assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(first, make(shape, np.random.default_rng(0)))


def test_the_families_are_all_of_them(study):
    assert tuple(study("truths").FAMILIES) == FAMILIES


@pytest.mark.parametrize(
    ("family", "zero"),
    [("independent", ATOMS), ("copy", ("unique2", "synergy")), ("gamma", ())],
)
def test_families_without_some_atoms(study, family, zero):
    pmf = study("truths").FAMILIES[family]((5, 5, 3), np.random.default_rng(3))
    atoms = dict(zip(ATOMS, study("population").exact_atoms(pmf), strict=True))
    assert {name for name, value in atoms.items() if value < 1e-6} >= set(zero)
    if family != "independent":
        assert max(atoms.values()) > 0.1


def test_parity_is_mostly_synergy(study):
    pmf = study("truths").FAMILIES["noisy parity"]((5, 5, 3), np.random.default_rng(0))
    atoms = study("population").exact_atoms(pmf)
    assert atoms[3] > 10 * atoms[:3].max()


def test_noise_keeps_the_sources(study):
    noisy = study("truths").with_noise(ff.gates.XOR.pmf, 0.25)
    np.testing.assert_allclose(noisy.sum(2), 0.25)
    np.testing.assert_allclose(noisy[0, 0], [0.25 * 0.875, 0.25 * 0.125])


CONDITIONAL = ("conditional1", "conditional2")
NULLS = {
    "all independent": ((5, 5, 3), (*ATOMS, *CONDITIONAL)),
    "target independent": ((5, 5, 3), (*ATOMS[1:], *CONDITIONAL)),
    "Markov chain Y-X2-X1": ((5, 5, 3), ("conditional1",)),
    "least informative coupling": ((5, 5, 3), ()),
    "X1 a degraded X2": ((5, 5, 3), ()),
    "own parts": ((4, 4, 4), ()),
    "X2 pure noise": ((5, 5, 3), ("redundancy", "conditional2")),
    "noisy sum": ((3, 3, 3), ()),
}


@pytest.mark.parametrize("family", NULLS)
def test_nulls_have_the_promised_zeros_and_no_others(study, family):
    nulls, population = study("nulls"), study("population")
    shape, exact = NULLS[family]
    for seed in range(3):
        pmf = nulls.NULLS[family](shape, np.random.default_rng(seed))
        assert pmf.shape == shape
        assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
        atoms = dict(zip(ATOMS, population.exact_atoms(pmf, 1e-7), strict=True))
        zero = {name for name, value in atoms.items() if value < 1e-6}
        assert zero >= set(nulls.ZERO[family])
        assert nulls.exact_statistics(pmf) == exact
        assert set(exact) - set(CONDITIONAL) <= zero
        for k, name in enumerate(CONDITIONAL, start=1):
            assert ({f"unique{k}", "synergy"} <= zero) is (name in exact)
    if "independent" not in family:
        assert max(atoms.values()) > 0.01


def test_every_null_is_here(study):
    assert set(NULLS) == set(study("nulls").NULLS) == set(study("nulls").ZERO)


def test_mixtures_are_about_what_they_are_called(study, monkeypatch):
    monkeypatch.setattr(study("empirical"), "ROWS", 4000)
    fixed, population = study("empirical").FIXED, study("population")
    table = fixed["mixture, redundancy"](0)
    assert table.shape == (8, 8, 4)
    np.testing.assert_allclose(table.sum((0, 1)), 0.25)
    np.testing.assert_array_equal(table, fixed["mixture, redundancy"](0))
    redundancy = population.exact_atoms(table)
    assert redundancy[0] > 2 * redundancy[1:].max()
    uniqueness = population.exact_atoms(fixed["mixture, uniqueness"](0))
    assert uniqueness[1] > 2 * uniqueness[[0, 2, 3]].max()


def test_digits_are_counts_of_1797_rows(study):
    table = study("empirical").FIXED["digits, 8 clusters"](0)
    assert table.shape == (8, 8, 10)
    np.testing.assert_allclose(table * 1797, np.round(table * 1797), atol=1e-9)


# -- samples -----------------------------------------------------------------------------


def test_samples_follow_their_table(study):
    pmf = np.array([[[0.5, 0.0], [0.0, 0.125]], [[0.25, 0.0], [0.125, 0.0]]])
    x1, x2, y = study("population").sample(pmf, 8000, np.random.default_rng(0))
    counts = np.zeros((2, 2, 2))
    np.add.at(counts, (x1, x2, y), 1)
    np.testing.assert_allclose(counts / 8000, pmf, atol=0.02)
    assert not counts[pmf == 0].any()


def test_a_cell_has_its_own_numbers_whatever_else_is_done(study):
    population = study("population")
    gamma = population.Population("gamma", (5, 5, 3))
    cell = population.Cell("tests", gamma, 2.0, 7)
    few, many = ([rng.random() for rng in cell.generators(k)] for k in (2, 5))
    assert few == many[:2]
    assert len(set(many)) == 5
    for other in (
        population.Cell("tests", gamma, 4.0, 7),
        population.Cell("tests", gamma, 2.0, 8),
        population.Cell("intervals", gamma, 2.0, 7),
        population.Cell("tests", population.Population("smooth", (5, 5, 3)), 2.0, 7),
    ):
        assert [rng.random() for rng in other.generators(2)] != few


@pytest.mark.parametrize(("per_cell", "number"), [(0.25, 19), (2.0, 150), (0.01, 8)])
def test_number_of_samples(study, per_cell, number):
    population = study("population")
    cell = population.Cell("tests", population.Population("gamma", (5, 5, 3)), per_cell, 0)
    assert cell.n_samples == number


@pytest.mark.parametrize(
    ("estimator", "cells", "per_cell", "number"),
    [
        ("chao", 75, 2.0, 11),
        ("none", 2048, 2.0, 6),
        ("qe", 75, 2.0, 5),
        ("shuffle", 2048, 2.0, 3),
        ("classifier", 75, 2.0, 4),
        ("classifier", 75, 4.0, 0),
        ("classifier", 640, 2.0, 0),
    ],
)
def test_how_many_repetitions(study, estimator, cells, per_cell, number):
    settings = dataclasses.replace(
        study("settings").Settings(),
        repetitions=11,
        large_repetitions=6,
        compared_repetitions=5,
        large_compared_repetitions=3,
        classifier_repetitions=4,
    )
    assert settings.repetitions_of(estimator, cells, per_cell) == number


def test_the_study_has_200_repetitions_of_what_is_judged(study):
    settings = study("settings").Settings()
    for cells in (75, 256, 2048):
        for estimator in ("none", "chao"):
            assert settings.repetitions_of(estimator, cells, 2.0) >= 200
    assert settings.interval_repetitions >= 200
    assert min(map(settings.test_repetitions_of, (*NULLS, "gamma"))) >= 200


# -- the classifier ----------------------------------------------------------------------


def test_classifier_finds_what_pairs_say_and_nothing_in_noise(study):
    information = study("classifier").classifier_information
    rng = np.random.default_rng(0)
    x1, x2, noise = rng.integers(2, size=(3, 2000))
    assert information(x1, x2, x1 ^ x2, rng) == pytest.approx(1.0, abs=0.05)
    # a lower bound on average
    assert -0.02 < information(x1, x2, noise, rng) < 0.005
    assert information(x1, x2, np.zeros(2000, dtype=int), rng) == 0.0


def test_classifier_survives_a_class_of_one_row(study):
    rng = np.random.default_rng(1)
    x1, x2 = rng.integers(3, size=(2, 20))
    y = np.zeros(20, dtype=int)
    y[3] = 1
    assert math.isfinite(study("classifier").classifier_information(x1, x2, y, rng))


# -- what must hold ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def estimate():
    x1, x2, y = np.random.default_rng(0).integers(2, size=(3, 400))
    return ff.pid(x1, x2, x1 & y, n_resamples=25)


def test_a_right_result_has_nothing_wrong(study, estimate):
    checks = study("checks")
    assert list(checks.wrong_result(estimate)) == []
    assert list(checks.wrong_interval(estimate)) == []
    assert list(checks.wrong_pvalue("synergy", 0.01, 99)) == []
    assert list(checks.wrong_pvalue("synergy", 1.0, 99)) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"synergy": 0.9}, "the atoms add up to something"),
        ({"synergy": math.nan}, "not finite"),
        ({"converged": False}, "not converged: gap"),
        ({"unique1": -0.1}, "negative plug-in atom: -1.00e-01"),
    ],
)
def test_a_wrong_result_is_found(study, estimate, changes, reason):
    found = list(study("checks").wrong_result(dataclasses.replace(estimate, **changes)))
    assert any(text.startswith(reason) for text in found)


def test_a_wrong_interval_is_found(study, estimate):
    checks = study("checks")
    interval = estimate.confidence_interval
    moved = dataclasses.replace(interval, low=interval.high, high=interval.low)
    found = list(
        checks.wrong_interval(dataclasses.replace(estimate, confidence_interval=moved))
    )
    assert len(found) == 4
    assert "without its estimate" in found[0]
    shares = dataclasses.replace(interval, contributions=((0.2, 1.2), (0.0, 1.0)))
    (reason,) = checks.wrong_interval(dataclasses.replace(estimate, confidence_interval=shares))
    assert reason == "interval 0.2, 1.2 of a contribution"
    (reason,) = checks.wrong_interval(dataclasses.replace(estimate, confidence_interval=None))
    assert reason == "no interval"


@pytest.mark.parametrize("pvalue", [0.0, 0.005, 1.01, 0.0123])
def test_a_wrong_pvalue_is_found(study, pvalue):
    (reason,) = study("checks").wrong_pvalue("synergy", pvalue, 99)
    assert reason == f"p-value {pvalue!r} of synergy from 99 permutations"


# -- the command -------------------------------------------------------------------------


def test_from_the_command_line_to_tables_and_pictures(
    module, tiny, tmp_path, monkeypatch, capsys
):
    main = module("__main__")
    monkeypatch.setattr(main, "STATISTICS_QUICK", tiny)
    path = tmp_path / "statistics.json"
    arguments = ["statistics", "--quick", "--processes", "1", "--json", str(path)]
    assert main.main(arguments) == 0
    printed = capsys.readouterr().out

    report = module("report").Report.read(path, "statistics")
    parts = [record["part"] for record in report.records]
    # two tables, two levels and four estimators, of which one at one sample per cell only
    assert {part: parts.count(part) for part in parts} == {
        "speed": 1,
        "estimators": 14,
        "intervals": 2,
        "tests": 18,
        "null": 1,
    }
    assert all(record["wrong"] == [] for record in report.records)
    estimators = [record for record in report.records if record["part"] == "estimators"]
    assert {(r["estimator"], r["repetitions"]) for r in estimators} == {
        ("none", 3),
        ("chao", 3),
        ("qe", 2),
        ("classifier", 1),
    }
    for record in estimators:
        size = np.abs(record["mean_error"])
        assert np.all(size <= np.array(record["rmse"]) + 1e-6)
    gamma, gates = (record for record in report.records if record["part"] == "intervals")
    assert gamma["spread"] is None
    assert len(gates["spread"]) == 4
    for record in report.records:
        if record["part"] == "tests" and record["family"] == "all independent":
            assert record["counts"].keys() == {"exact null"}

    for title in ("Error of estimates", "Coverage", "Permutation tests", "Targets"):
        assert f"**{title}" in printed
    table = module("table")
    assert table.page([report]) == printed.strip()
    detail = table.page([report], detail=True)
    assert "| noisy AND and XOR | 4 x 4 x 4 | 2 | quadratic extrapolation | 2 |" in detail
    assert len(detail) > 2 * len(printed)
    # no cell of a table may have a bar in it
    for text in (printed, detail):
        widths = {}
        block = 0
        for line in text.splitlines():
            block += line[:1] != "|"
            if line[:1] == "|":
                widths.setdefault(block, set()).add(line.count("|"))
        assert [found for found in widths.values() if len(found) > 1] == [], text

    pytest.importorskip("matplotlib")
    written = module("statistics.plot").draw_statistics(report, tmp_path / "images")
    assert [file.name for file in written] == ["statistics-bias.png", "statistics-coverage.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in written)


def test_numbers_depend_on_the_seed_only(study, tiny):
    settings = dataclasses.replace(tiny, parts=("estimators", "null"), per_cell=(1.0,))
    run = study("command").statistics

    def records(**changes):
        changed = dataclasses.replace(settings, **changes)
        return run(changed, [], progress=False).records

    first = records()
    assert records(processes=2) == first
    assert records(parts=("null",)) == first[-1:]
    assert records(seed=1) != first


def test_a_result_that_breaks_a_rule_fails_the_command(module, tiny, monkeypatch, capsys):
    honest = ff.pid

    def wrong(*samples, **options):
        found = honest(*samples, **options)
        return dataclasses.replace(found, synergy=found.synergy + 0.5)

    monkeypatch.setattr(ff, "pid", wrong)
    monkeypatch.setattr(module("__main__"), "STATISTICS_QUICK", tiny)
    arguments = ["statistics", "--quick", "--processes", "1", "--parts", "estimators"]
    assert module("__main__").main(arguments) == 1
    captured = capsys.readouterr()
    assert (
        "FAILED: estimators, gamma, 5 x 5 x 3, 1 per cell, none: the atoms add up to something "
        "5.00e-01 bits off I(X1,X2;Y)"
    ) in captured.err
    assert "Coverage" not in captured.out


def test_a_null_that_is_none_fails(study, tiny, monkeypatch):
    nulls, population = study("nulls"), study("population")
    monkeypatch.setitem(nulls.ZERO, "gamma", ("synergy",))
    cell = population.Cell("tests", population.Population("gamma", (5, 5, 3)), 2.0, 0)
    records = study("significance").record_tests(cell, tiny)
    (synergy,) = (record for record in records if record["statistic"] == "synergy")
    assert all(reason.endswith("bits, expected none") for reason in synergy["wrong"])
    assert len(synergy["wrong"]) == 2


def test_a_part_that_there_is_not(module, capsys):
    with pytest.raises(SystemExit):
        module("__main__").main(["statistics", "--parts", "guesses"])
    assert "invalid choice: 'guesses'" in capsys.readouterr().err


def test_plot_takes_the_study_where_there_is_one(module, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    plot = module("plot")
    monkeypatch.setattr(plot, "draw", lambda _report, output: [output])
    stamp = {"schema": "fourfold-benchmark", "schema_version": 1}
    names = ("kind", "command", "date", "git", "machine", "versions", "fourfold_config")
    content = {**stamp, **dict.fromkeys(names, ""), "seed": 0, "settings": {}, "records": []}
    for kind, records in (("run", []), ("statistics", worked_out())):
        text = json.dumps({**content, "kind": kind, "records": records})
        (tmp_path / f"{kind}.json").write_text(text)
    images = tmp_path / "images"
    arguments = ["plot", "--json", str(tmp_path / "run.json")]
    arguments += ["--output", str(images / "benchmark.png"), "--statistics"]
    main = module("__main__").main
    assert main([*arguments, str(tmp_path / "none.json")]) == 0
    assert not images.exists()
    assert main([*arguments, str(tmp_path / "statistics.json")]) == 0
    assert sorted(path.name for path in images.iterdir()) == [
        "statistics-bias.png",
        "statistics-coverage.png",
    ]
    assert "statistics-coverage.png" in capsys.readouterr().err


# -- targets -----------------------------------------------------------------------------


def worked_out(**changes):
    """Records that meet every target; a change by the name of a figure."""
    figures = {
        "error": 0.01,
        "synergy_at_one": 0.05,
        "coverage": 0.95,
        "rejected": 10,
        "seconds": 4.0,
        "undersampled": 1.0,
        "significant": 0.02,
        "excluded": 0.0,
        **changes,
    }
    cell = {"family": "gamma", "shape": [5, 5, 3], "repetitions": 200, "wrong": []}

    def estimator(name, per_cell, *errors):
        return {
            **cell,
            "part": "estimators",
            "estimator": name,
            "samples_per_cell": per_cell,
            "mean_error": list(errors),
            "standard_error": [0.01] * 4,
            "rmse": [abs(error) for error in errors],
        }

    return [
        estimator("none", 1.0, 0.1, 0.0, 0.0, 0.4),
        estimator("chao", 1.0, 0.1, 0.0, 0.0, figures["synergy_at_one"]),
        estimator("chao", 2.0, 0.0, figures["error"], 0.0, 0.0),
        *(
            {
                **cell,
                "part": "intervals",
                "samples_per_cell": per_cell,
                "coverage": [0.95, 0.95, coverage, 0.95],
                "confidence_level": 0.95,
            }
            # below two samples per cell intervals are not judged
            for per_cell, coverage in ((1.0, 0.1), (2.0, figures["coverage"]))
        ),
        {
            **cell,
            "part": "tests",
            "statistic": "synergy",
            "samples_per_cell": 2.0,
            "counts": {
                "exact null": {"repetitions": 200, "rejected": figures["rejected"]},
                "other null": {"repetitions": 200, "rejected": 150},
            },
        },
        {
            "part": "speed",
            "shape": [32, 32, 10],
            "n_samples": 10_000,
            "n_resamples": 1000,
            "threads": 2,
            "seconds": {"median": figures["seconds"]},
        },
        {
            **cell,
            "part": "null",
            "family": "24 rows",
            "undersampled": figures["undersampled"],
            "any_significant": figures["significant"],
            "any_interval_excludes_zero": figures["excluded"],
        },
    ]


def test_every_target_is_met_by_figures_that_meet_it(study):
    found = list(study("targets").judged(worked_out()))
    assert [target.what for target in found if not target.met] == []
    # two of errors, two of the ratio, four atoms, one test, the speed, three of the null example
    assert len(found) == 13


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"error": -0.021}, ["mean error of every atom after auto", "the same on average"]),
        ({"synergy_at_one": -0.101}, ["mean error of the synergy after auto"] * 2),
        ({"coverage": 0.89}, ["coverage of nominal 95 % intervals of U2"]),
        ({"coverage": 0.99}, ["coverage of nominal 95 % intervals of U2"]),
        ({"rejected": 5}, ["rejections at 0.05 of the exact null of S"]),
        ({"rejected": 15}, ["rejections at 0.05 of the exact null of S"]),
        ({"seconds": 5.1}, ["1000 replicates of a 32 x 32 x 10 table from 10000 samples"]),
        ({"undersampled": 0.99}, ["24 rows: reported as undersampled"]),
        ({"significant": 0.06}, ["24 rows: an atom significant at 0.05"]),
        ({"excluded": 0.06}, ["24 rows: an interval of an atom excludes 0"]),
    ],
)
def test_a_target_is_missed_by_figures_that_miss_it(study, changes, missed):
    found = [t.what for t in study("targets").judged(worked_out(**changes)) if not t.met]
    assert len(found) == len(missed)
    assert all(what.startswith(text) for what, text in zip(found, missed, strict=True))


def test_a_worst_table_counts_where_the_mean_does_not(study):
    records = worked_out()
    good = next(r for r in records if r.get("estimator") == "chao" and r["mean_error"][1])
    others = [{**good, "mean_error": [0.0] * 4, "family": f"other {k}"} for k in range(5)]
    bad = {**good, "mean_error": [0.0, 0.05, 0.0, 0.0], "family": "bad"}
    found = list(study("targets").judged([*records, *others, bad]))
    (missed,) = (target for target in found if not target.met)
    assert missed.measured == (0.05,)
    assert missed.note == (
        "U1, bad, 5 x 5 x 3, 2 per cell; 27 of 28 atoms within, "
        "1 beyond by over two standard errors"
    )


def test_nothing_measured_nothing_judged(study):
    assert list(study("targets").judged([])) == []


def test_rejections_are_pooled_by_what_is_true(study):
    records = [
        {
            "part": "tests",
            "family": family,
            "statistic": "synergy",
            "counts": {"exact null": {"repetitions": total, "rejected": rejected}},
        }
        for family, total, rejected in (("one", 100, 2), ("two", 300, 18))
    ]
    found = study("summary").rejections(records, "synergy", "exact null")
    assert found["share"] == 20 / 400
    assert (found["low"], found["high"], found["worst"]) == (0.02, 0.06, "two")
    assert study("summary").rejections(records, "synergy", "other null")["share"] is None
    assert study("summary").rejections(records, "unique1", "exact null")["repetitions"] == 0
