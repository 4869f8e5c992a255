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
    # two of errors, two of the ratio, one of few samples, five of intervals, three of tests, one
    # of power, two of speed, three of the null example
    assert len(found) == 19


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"error": -0.021}, ["mean error of every atom after auto", "the same on average"]),
        ({"synergy_at_one": -0.101}, ["mean error of the synergy after auto"] * 2),
        ({"few_flagged": 0.94}, ["mean error of the synergy of clusters, 0.25 per cell"]),
        ({"coverage": 0.89}, ["nominal 95 % intervals, 1 to 16 per cell: atoms covered"]),
        ({"coverage": 0.84}, ["nominal 95 % intervals, 1 to 16 per cell"] * 2),
        ({"views": 0.89}, ["two equally good views: coverage of every atom"]),
        ({"ratio": 1.5}, ["half width of S beside that of halves where those cover"]),
        ({"ratio_of_clusters": 0.61}, ["half width of S beside that of halves where those"]),
        ({"rejected": 5}, ["rejections at 0.05 of the exact null of interaction"]),
        ({"rejected": 15}, ["rejections at 0.05 of the exact null of interaction"]),
        (
            {"rejected": 19},
            ["rejections at 0.05 of the exact null", "rejections at 0.05 where"],
        ),
        ({"rejected_beside": 19}, ["rejections at 0.05 where there is none, test of S"]),
        ({"found": 179}, ["power of the test of S at 0.05, labels without noise, S = 0.098"]),
        ({"solves": 8.1}, ["default result of a 8 x 8 x 10 table from 1797 samples"]),
        ({"seconds": 5.1}, ["1000 replicates of a 32 x 32 x 10 table from 10000 samples"]),
        ({"undersampled": 0.99}, ["24 rows: reported as undersampled"]),
        ({"significant": 0.06}, ["24 rows: a test significant at 0.05"]),
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


def test_what_stays_below_is_named(worked_out):
    (missed,) = (
        target
        for target in judged(worked_out(coverage=0.8))
        if target.what.endswith("coverage of every atom") and not target.met
    )
    assert missed.note == "U2, gamma, 5 x 5 x 3, 2 per cell: 80 %"


def test_silent_tables_are_held_to_their_error(worked_out):
    assert all(target.met for target in judged(worked_out(few=0.05, few_flagged=0.0)))


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
    assert (found["low"], found["high"], found["worst"]["family"]) == (0.02, 0.06, "two")
    assert found["cases"] == 2
    assert rejections(records, "synergy", "other null")["share"] is None
    assert rejections(records, "unique1", "exact null")["repetitions"] == 0
