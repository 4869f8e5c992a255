# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The study of subsets runs, and its record is what docs/subsets.md says."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest

import fourfold as ff
from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"
if not (EXAMPLES / "results" / "subsets.json").exists():
    pytest.skip("the record is not here", allow_module_level=True)
RECORD = json.loads((EXAMPLES / "results" / "subsets.json").read_text("utf-8"))


@pytest.fixture
def study(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module("subset_study")


def test_made_data_have_the_atoms_that_are_held_to(study):
    for kind in (*study.ALIKE, "unlike halves"):
        *columns, by, truth = study.null_sample(kind, 20_000, np.random.default_rng(0))
        name, values = next(iter(by.items()))
        rows = values == values[0]
        found = ff.pid(*(column[rows] for column in columns)).synergy
        assert found == pytest.approx(truth(f"{name}={values[0]}"), abs=0.03), kind


def test_a_setting_is_measured(study):
    record = study.nulls("parity", 500, 1, 1)
    assert record["covered"] in (0, 1)
    assert record["subsets"] >= 4


def test_where_nothing_is_little_is_found():
    false = sum(one["holm"] * one["draws"] for one in RECORD["nulls"])
    number = sum(one["draws"] for one in RECORD["nulls"])
    assert number >= 400
    assert false / number <= 0.05
    for one in RECORD["nulls"]:
        assert one["covered"] >= 0.9, one
        assert abs(one["shrunk too high"]) < one["too high"], one


def test_what_is_there_is_found_with_enough_rows():
    found = {(one["n"], one["share"]): one["found"] for one in RECORD["power"]}
    assert found[2000, 0.2] > 0.9
    assert found[500, 0.1] < found[2000, 0.1]


def test_only_classifiers_fitted_within_find_the_synergy_of_a_subset():
    for setting in RECORD["decoders"]:
        fog = setting["subsets"][-1]
        within, once = (fog[how][3] for how in ("fitted within", "fitted once"))
        assert within < 0.15
        assert once > 0.6 * fog["truth"][3]
