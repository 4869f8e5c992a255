# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables and calls of people's reports: what they came for, or an error that says what to do."""

from __future__ import annotations

import itertools
import json
import warnings

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

import fourfold as ff
from tests.support.command_line import run_cli
from tests.support.marks import ignore_undersampled
from tests.support.paths import TESTS

pytestmark = ignore_undersampled

CASES = json.loads((TESTS / "data" / "cases.json").read_text())["cases"]
BY_NAME = {reported["name"]: reported for reported in CASES}
TABLES = [reported for reported in CASES if reported["kind"] == "table"]

AND = ff.gates.AND.pmf
RNG = np.random.default_rng(0)
Y = np.repeat([0, 1], 100)
E1, E2 = RNG.standard_normal((2, 200, 3)) + Y[:, np.newaxis]


def check_atoms(result, name):
    reported = BY_NAME[name]
    tolerance = reported["tolerance"] + 1e-9  # expected numbers have nine digits
    np.testing.assert_allclose(result.atoms, reported["expected"], atol=tolerance)


def softmax_of_draw(last):
    rng = np.random.default_rng(0)
    for k in range(last + 1):
        z = rng.random((5, 5, 3)) * [10, 100, 700, 1000][k % 4]
    table = np.exp(z - z.max())
    return table / table.sum()


@pytest.mark.parametrize("name", [reported["name"] for reported in TABLES])
def test_tables(name):
    reported = BY_NAME[name]
    table = np.zeros(reported["shape"], dtype=np.int64 if reported["counts"] else float)
    for i, j, k, mass in reported["entries"]:
        table[i, j, k] = mass
    check_atoms(ff.decompose(table, tol=1e-7), name)
    outcomes = {(i, j, k): mass for i, j, k, mass in reported["entries"]}
    check_atoms(ff.decompose(outcomes, tol=1e-7), name)
    if reported["counts"]:
        assert ff.decompose(table).n_samples == table.sum()
        x1, x2, y = np.repeat(np.argwhere(table), table[table > 0], axis=0).T
        check_atoms(ff.pid(x1, x2, y, tol=1e-7, bias_correction="none"), name)


@pytest.mark.parametrize("last", [1, 2, 6])
def test_softmax_over_hundreds_of_decades(last):
    result = ff.decompose(softmax_of_draw(last), tol=1e-8)
    check_atoms(result, f"pot126_softmax_seed0_draw{last}")
    assert result.converged


def test_woodwork1405_unique_strings():
    result = ff.pid(range(26), [str(i) for i in range(26)], range(26), bias_correction="none")
    check_atoms(result, "woodwork1405_unique_strings")


def test_masked_table():
    masked = np.ma.masked_array(np.where(AND > 0, 0.25, 9.0), mask=AND == 0)
    with pytest.raises(ValueError, match="pmf: 4 of 8 entries are masked"):
        ff.decompose(masked)
    check_atoms(ff.decompose(masked.filled(0)), "masked_table")


def test_masked_embedding():
    hidden = np.ma.masked_values(np.where(E1 > 2, -999.0, E1), -999.0)
    for estimator in (ff.PIDEstimator(4), ff.ClassifierPID("fast")):
        with pytest.raises(
            ValueError, match=rf"X1: {hidden.mask.sum()} of 600 entries are masked"
        ):
            estimator.fit(hidden, E2, Y)


def test_csv_pandas_index_column(tmp_path, capsys):
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    files = [tmp_path / name for name in ("L1.csv", "L2.csv", "Ly.csv")]
    named = []
    for file in files[:2]:
        frame = pandas.DataFrame(rng.standard_normal((200, 2)), columns=["f0", "f1"])
        frame.to_csv(file)
        named.append(frame)
    pandas.Series(Y, name="y").to_csv(files[2], index=False)
    arguments = ["--estimator", "kmeans", "--clusters", "4"]
    status, out, err = run_cli(capsys, "pid", *files, *arguments)
    assert (status, out) == (2, "")
    assert "L1.csv" in err
    assert "index=False" in err
    for file, frame in zip(files, named, strict=False):
        frame.to_csv(file, index=False)
    status, out, err = run_cli(
        capsys, "pid", *files, *arguments, "--bias-correction", "none", "--json", tmp_path / "r"
    )
    assert status == 0
    found = json.loads((tmp_path / "r").read_text())["result"]
    atoms = [found[atom] for atom in ("redundancy", "unique1", "unique2", "synergy")]
    reported = BY_NAME["csv_pandas_index_column"]
    np.testing.assert_allclose(atoms, reported["expected"], atol=reported["tolerance"])


def test_float_categories():
    pandas = pytest.importorskip("pandas")
    contrast = pandas.Series([0.25, 1.0, 0.25, 1.0] * 50).astype("category")
    result = ff.pid(contrast, np.zeros(200, int), np.tile([0, 1, 0, 1], 50))
    np.testing.assert_allclose(
        result.plug_in, BY_NAME["float_categories"]["expected"], atol=1e-6
    )


def test_tuple_labels():
    labels = [(0, 0), (0, 1), (1, 1), (1, 0)] * 5
    result = ff.pid([0, 0, 1, 1] * 5, [0, 1, 0, 1] * 5, labels, bias_correction="none")
    check_atoms(result, "tuple_labels")


@pytest.mark.parametrize("estimator", [ff.PIDEstimator(4), ff.ClassifierPID("fast")])
def test_continuous_target(estimator):
    continuous = E1[:, 0]
    with pytest.raises(ValueError, match=r"y: .*target_bins") as caught:
        estimator.fit(E1, E2, continuous)
    assert type(estimator).__name__ not in str(caught.value)


def test_trailing_nul():
    result = ff.pid(["a", "a\x00"] * 6, [0] * 12, [0, 1] * 6, bias_correction="none")
    assert result.mi1 == pytest.approx(BY_NAME["trailing_nul"]["expected_mi1"], abs=1e-9)


def test_count_sum_above_2_63():
    assert ff.decompose(np.full((2, 2, 2), 2**61, np.int64)).n_samples in (2**64, None)


def test_list_column_embeddings():
    pandas = pytest.importorskip("pandas")
    expected = ff.PIDEstimator(4, random_state=0).fit(E1, E2, Y).result_
    columns = pandas.Series(list(E1)), pandas.Series(list(E2))
    found = ff.PIDEstimator(4, random_state=0).fit(*columns, Y).result_
    assert found.atoms == expected.atoms


def test_sparse_text():
    texts = ["red wine", "white wine", "red beer", "white bread"] * 50
    rows = TfidfVectorizer().fit_transform(texts)
    found = ff.PIDEstimator(2, random_state=0).fit(rows, E2, Y).result_
    dense = ff.PIDEstimator(2, random_state=0).fit(rows.toarray(), E2, Y).result_
    assert found.atoms == dense.atoms


@pytest.mark.parametrize("argument", ["x1", "x2", "y"])
def test_row_vectors_matlab(argument):
    labels = {name: RNG.integers(0, 3, 400) for name in ("x1", "x2", "y")}
    labels[argument] = labels[argument][np.newaxis]
    with pytest.raises(ValueError, match=rf"{argument}: .*\(1, 400\).*{argument}\.ravel\(\)"):
        ff.pid(**labels)


def test_sample_weight():
    cells = [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]
    check_atoms(ff.pid(*cells, sample_weight=[0.25] * 4), "sample_weight")


@pytest.mark.filterwarnings("default::fourfold.UndersampledWarning")
def test_pairs_warning_flood():
    counts = np.random.default_rng(0).poisson(1, (100, 12))
    classes = np.random.default_rng(1).integers(0, 8, 100)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        pairs = itertools.combinations(range(12), 2)
        results = [ff.pid(counts[:, i], counts[:, j], classes) for i, j in pairs]
    assert len(results) == 66
    assert sum(result.undersampled for result in results) > 33
    assert 1 <= len(caught) <= 3


def test_every_case_has_its_test():
    here = set(globals())
    of_tables = {reported["name"] for reported in TABLES}
    softmax = {f"pot126_softmax_seed0_draw{last}" for last in (1, 2, 6)}
    assert {f"test_{name}" for name in set(BY_NAME) - of_tables - softmax} <= here
