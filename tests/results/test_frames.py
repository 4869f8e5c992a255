# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results as frames of pandas, and batches as datasets of xarray."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tests.support.every_result import MAKERS, made

pandas = pytest.importorskip("pandas")

FIRST = ["what", "atom", "value", "lower", "upper", "bias", "low", "high"]
#: Whose frames have columns of their own.
WIDE = {
    "union", "union of tables", "union of labels", "union of a table", "grid", "rows", "cells", "weights",
    "target bins", "binned target", "density", "pairs", "shared exclusions", "shared exclusions of a table",
}  # fmt: skip
#: First columns of what has several parts, and how many parts there are.
PARTS = {
    "batch": (["batch0", "batch1"], 6),
    "empty batch": (["batch0", "batch1"], 0),
    "conditional": (["stratum", "weight"], 3),
    "conditional of embeddings": (["stratum", "weight"], 3),
    "layers of clusters": (["layer"], 2),
    "layers decoded": (["layer"], 2),
    "layers of Gaussians": (["layer"], 2),
    "data sets": (["dataset"], 2),
    "noise": (["level"], 2),
    "numbers of clusters": (["n_clusters"], 2),
    "models": (["model", "dataset", "column"], 4 * 2 + 3 * 2 + 1),
    "subsets": (["subset", "n_rows"], 3),
    "ablation": (["case", "source", "intervention"], 2 + 2 * 2 * 3 + 2 * 3),
}


def atoms_of(result):
    found = getattr(result, "atoms", None)
    if isinstance(found, np.ndarray):  # of a lattice
        return None
    return (
        found if found is not None else getattr(getattr(result, "result", None), "atoms", None)
    )


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - WIDE))
def test_frame_is_long_with_the_atoms_in_it(name):
    result, frame = made(name), made(name).to_frame()
    first, number = PARTS.get(name, ([], 1))
    assert list(frame.columns[: len(first) + 8]) == [*first, *FIRST]
    assert frame.index.equals(pandas.RangeIndex(len(frame)))
    if first:
        assert len(frame[first].dropna(how="all").drop_duplicates()) == number
    assert frame["value"].dtype == float
    atoms = atoms_of(result)
    if atoms is None:
        return
    whole = frame[frame["what"] == "atom"]
    if name.startswith("conditional"):
        whole = whole[whole["stratum"].isna()]
    for atom, value in atoms._asdict().items():
        found = whole.loc[whole["atom"] == atom, "value"].to_numpy(float)
        np.testing.assert_array_equal(found, np.ravel(value))


def test_bounds_intervals_and_errors_are_those_of_the_result():
    result = made("labels")
    frame = result.to_frame().set_index(["what", "atom"])
    interval = result.confidence_interval
    columns = {
        "lower": result.lower, "upper": result.upper, "bias": result.bias, "low": interval.low,
        "high": interval.high, "standard_error": result.standard_error, "plug_in": result.plug_in,
    }  # fmt: skip
    for column, values in columns.items():
        for atom, value in values._asdict().items():
            assert frame.loc[("atom", atom), column] == value
    union = frame.loc[("information", "union_information")]
    assert union["upper"] - union["lower"] == pytest.approx(result.gap, abs=1e-15)
    assert frame.loc[("information", "entropy"), "value"] == result.entropy
    assert frame["converged"].dtype == bool
    assert not frame["undersampled"].any()


def test_frame_of_a_batch_is_that_of_its_parts():
    batch = made("batch")
    frame = batch.to_frame()
    for k in np.ndindex(batch.shape):
        part = frame[(frame["batch0"] == k[0]) & (frame["batch1"] == k[1])]
        alone = batch[k].to_frame()
        pandas.testing.assert_frame_equal(part[alone.columns].reset_index(drop=True), alone)


def test_classifiers_have_their_readings_and_bounds():
    result = made("decoded")
    frame = result.to_frame().set_index(["what", "atom"])
    assert frame.loc[("shrunk", "unique1"), "value"] == result.readings["shrunk"].unique1
    row = frame.loc[("cross_fitted", "synergy")]
    assert row["standard_error"] == result.standard_error.synergy
    assert np.isnan(frame.loc[("atom", "synergy"), "standard_error"])
    assert frame.loc[("held_out", "mi1"), "value"] == result.information.held_out.mi1
    assert frame.loc[("outer_bound", "redundancy"), "low"] == result.outer_bounds.redundancy
    assert frame.loc[("outer_bound", "synergy"), "high"] == result.outer_bounds.synergy


def test_pvalues_stand_beside_what_was_tested():
    found = made("Gaussian samples")
    frame = found.to_frame().set_index(["what", "atom"])
    assert frame.loc[("atom", "unique1"), "pvalue"] == found.pvalues.unique1
    assert np.isnan(frame.loc[("atom", "redundancy"), "pvalue"])
    comparison = made("comparison")
    frame = comparison.to_frame().set_index("atom")
    assert frame.loc["unique1", "pvalue"].tolist()[0] == comparison.pvalue.unique1
    tests = made("tests").to_frame().set_index("atom")
    assert tests["pvalue"].to_dict() == {
        name: test.pvalue for name, test in made("tests").items()
    }


def test_drops_of_an_ablation_are_by_source_and_intervention():
    report = made("ablation")
    frame = report.to_frame()
    drops = frame[frame["what"] == "drop"].set_index(["case", "source", "intervention"])
    for c, case in enumerate(report.cases):
        for m, source in enumerate(("x1", "x2")):
            for i, way in enumerate(report.interventions):
                row = drops.loc[(case, source, way)]
                assert row["value"] == report.drops[c, m, i]
                assert row["high"] == report.drops_high[c, m, i]
    found = frame[frame["what"] == "rank_correlation"]
    assert found["case"].isna().all()
    assert len(found) == 5 * 2 * len(report.interventions)


@pytest.mark.parametrize("name", ["rows", "cells", "weights", "density"])
def test_what_has_an_entry_for_each_row_has_a_column_for_each_field(name):
    result = made(name)
    frame = result.to_frame()
    assert list(frame.columns[: len(result)]) == list(result._fields)
    for field in result._fields:
        np.testing.assert_array_equal(frame[field], getattr(result, field))
    assert name != "cells" or frame["counts"].sum() == 200


def test_bins_say_where_they_are():
    bins = made("target bins").to_frame()
    assert (
        bins["up_to"][:-1].tolist()
        == bins["above"][1:].tolist()
        == made("target bins").edges.tolist()
    )
    target = made("binned target").to_frame()
    values = np.arange(20.0)
    assert ((target["above"] < values) & (values <= target["up_to"])).all()


def test_without_pandas_the_error_says_what_to_install(monkeypatch):
    results = [made(name) for name in ("labels", "rows", "grid")]
    monkeypatch.setitem(sys.modules, "pandas", None)
    for result in results:
        with pytest.raises(ImportError, match="to_frame needs pandas: pip install pandas"):
            result.to_frame()


# -- xarray ----------------------------------------------------------------------------


def test_batch_is_a_dataset_of_its_dimensions():
    pytest.importorskip("xarray")
    batch = made("batch")
    data = batch.to_xarray(dims=("subject", "session"))
    assert dict(data.sizes) == {"subject": 2, "session": 3}
    np.testing.assert_array_equal(data.redundancy, batch.redundancy)
    np.testing.assert_array_equal(data.unique1_lower, batch.lower.unique1)
    np.testing.assert_array_equal(data.union_information, batch.union_information)
    assert data.synergy.attrs == {"units": "bits"}
    assert data.converged.attrs == {}
    assert batch.to_xarray().redundancy.dims == ("batch0", "batch1")
    one = made("labels").to_xarray()
    assert not one.sizes
    assert float(one.synergy_high) == made("labels").confidence_interval.high.synergy
    assert one.attrs == {"bias_correction": "chao", "confidence_level": 0.95}


def test_gaussians_have_directions():
    pytest.importorskip("xarray")
    data = made("covariance").to_xarray()
    assert data.directions.dims == ("direction", "column")
    np.testing.assert_array_equal(data.eigenvalues, made("covariance").eigenvalues)


@pytest.mark.parametrize("dims", ["ab", ["a"], ["a", "a"], []])
def test_dimensions_are_one_name_for_each_axis(dims):
    pytest.importorskip("xarray")
    with pytest.raises(ValueError, match=r"dims: expected 2 different names.*shape \(2, 3\)"):
        made("batch").to_xarray(dims)
