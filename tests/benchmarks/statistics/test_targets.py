# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Figures of the study are judged fairly."""

from __future__ import annotations

import pytest

from benchmarks.statistics.summary import rejections
from benchmarks.statistics.targets import judged


def test_every_target_is_met_by_figures_that_meet_it(worked_out):
    found = list(judged(worked_out()))
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
def test_a_target_is_missed_by_figures_that_miss_it(changes, missed, worked_out):
    found = [t.what for t in judged(worked_out(**changes)) if not t.met]
    assert len(found) == len(missed)
    assert all(what.startswith(text) for what, text in zip(found, missed, strict=True))


def test_a_worst_table_counts_where_the_mean_does_not(worked_out):
    records = worked_out()
    good = next(r for r in records if r.get("estimator") == "chao" and r["mean_error"][1])
    others = [{**good, "mean_error": [0.0] * 4, "family": f"other {k}"} for k in range(5)]
    bad = {**good, "mean_error": [0.0, 0.05, 0.0, 0.0], "family": "bad"}
    found = list(judged([*records, *others, bad]))
    (missed,) = (target for target in found if not target.met)
    assert missed.measured == (0.05,)
    assert missed.note == (
        "U1, bad, 5 x 5 x 3, 2 per cell; 27 of 28 atoms within, "
        "1 beyond by over two standard errors"
    )


def test_nothing_measured_nothing_judged():
    assert list(judged([])) == []


def test_rejections_are_pooled_by_what_is_true():
    records = [
        {
            "part": "tests",
            "family": family,
            "statistic": "synergy",
            "counts": {"exact null": {"repetitions": total, "rejected": rejected}},
        }
        for family, total, rejected in (("one", 100, 2), ("two", 300, 18))
    ]
    found = rejections(records, "synergy", "exact null")
    assert found["share"] == 20 / 400
    assert (found["low"], found["high"], found["worst"]) == (0.02, 0.06, "two")
    assert rejections(records, "synergy", "other null")["share"] is None
    assert rejections(records, "unique1", "exact null")["repetitions"] == 0
