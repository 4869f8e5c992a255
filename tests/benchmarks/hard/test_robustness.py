# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `robustness` command checks every answer, and says which table was wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from benchmarks.__main__ import main
from benchmarks.hard.command import ROBUSTNESS
from benchmarks.hard.states import wrong_states
from benchmarks.hard.tables import FAMILIES, LARGE, ONLY_LARGE, SMALL, draw
from benchmarks.record.report import Report


def test_quick_robustness(tmp_path, capsys):
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--quick", "--small", "104", "--large", "0"]
    arguments += ["--marginals", "0", "--json", str(path)]
    assert main(arguments) == 0
    records = Report.read(path, "robustness").records
    assert sum(record["count"] for record in records) == 104
    families = set(FAMILIES) - set(ONLY_LARGE)
    assert {record["family"] for record in records} == families
    assert all(record["largest_gap_bits"] <= 1e-8 for record in records)
    assert "104 hard tables" in capsys.readouterr().out


def test_robustness_finds_a_wrong_certificate_and_says_which_table(
    monkeypatch, tmp_path, capsys
):
    honest = ff.decompose_many

    def overconfident(tables, **options):
        found = honest(tables, **options)
        # the unique information of X1 moved up by far more than the gap
        return dataclasses.replace(found, unique1=found.unique1 + 1e-3)

    monkeypatch.setattr(ff, "decompose_many", overconfident)
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--small", "26", "--large", "0", "--marginals", "0"]
    arguments += ["--json", str(path)]
    assert main(arguments) == 1
    assert "FAILED: Blackwell-degraded (small), table 0 of shape" in capsys.readouterr().err
    records = Report.read(path, "robustness").records
    (blackwell,) = (r for r in records if r["family"] == "Blackwell-degraded")
    assert blackwell["failed"]["known atoms"] == 1
    case = blackwell["failing"][0]
    again = draw("Blackwell-degraded", 0, case["index"], 12)
    assert list(again.table.shape) == case["shape"]


@pytest.mark.parametrize("family", ["soft, equal", "equal sources"])
@pytest.mark.parametrize("most", [SMALL, LARGE])
def test_equal_sources_are_the_same_channel_and_say_the_same(family, most):
    for index in range(5):
        case = draw(family, 3, index, most)
        redundancy, unique1, unique2, _ = case.known.exact
        assert (unique1, unique2) == (0.0, 0.0)
        result = ff.decompose(case.table, tol=1e-6)
        assert result.mi1 == pytest.approx(result.mi2, abs=1e-12)
        assert redundancy == pytest.approx(result.mi1, abs=1e-12)


@pytest.mark.parametrize(
    "family",
    ["soft, equal", "soft, nearly equal", "soft, unequal", "equal sources", "Zipf counts"],
)
@pytest.mark.parametrize("most", [SMALL, LARGE])
def test_new_tables_have_mass_and_come_again(family, most):
    for index in range(5):
        table = draw(family, 3, index, most).table
        assert table.ndim == 3
        assert max(table.shape) <= most
        assert np.all(np.isfinite(table))
        assert np.all(table >= 0)
        assert table.any()
        np.testing.assert_array_equal(table, draw(family, 3, index, most).table)


def moved(coupling):
    """All mass of the pair that has most of it in one class: it tells more, of another p(y)."""
    wrong = coupling.copy()
    pair = np.unravel_index(np.argmax(coupling.sum(2)), coupling.shape[:2])
    wrong[pair] = [coupling[pair].sum(), 0.0, 0.0]
    return wrong


@pytest.mark.parametrize(
    ("name", "change", "reasons"),
    [
        ("coupling", lambda q: q, []),
        ("coupling", moved, ["marginals off by", "bits more than"]),
        # the marginals are right, but it tells more than it may
        ("coupling", lambda _: TABLE / TABLE.sum(), ["bits more than the union information"]),
        ("dual", lambda d: (d[0] + 1e-6, d[1]), ["adds up to 1 +", "off the lower bound"]),
        ("dual", lambda d: (d[0] - 1e-6, d[1]), ["off the lower bound"]),
    ],
)
def test_wrong_states_are_seen(name, change, reasons):
    result = ff.decompose(TABLE, tol=1e-9)
    right = {"coupling": result.coupling(), "dual": result.dual}
    told = {**right, name: change(right[name])}

    class Told:
        union_information, gap = result.union_information, result.gap
        dual = told["dual"]

        def coupling(self):
            return told["coupling"]

    found = list(wrong_states(Told(), TABLE))
    assert [check for check, _ in found] == [name] * len(reasons)
    for (_, detail), reason in zip(found, reasons, strict=True):
        assert reason in detail


TABLE = np.random.default_rng(2).standard_exponential((3, 4, 3))


def test_failed_tables_are_a_target_of_the_page(report_of, rows_of):
    def record(**failed):
        return {
            "family": "dense", "size": "small", "count": 100, "failed": failed, "failing": [],
            "median_iterations": 1.0, "most_iterations": 2, "many_iterations": 0,
            "slowest": {"seconds": 0.0},
        }  # fmt: skip

    for failed, met in (({}, "yes"), ({"known atoms": 2}, "**no**")):
        report = report_of([record(**failed), record()], kind="robustness", tol=1e-8)
        (row,) = rows_of(ROBUSTNESS.table(report))
        assert "of marginals" not in ROBUSTNESS.table(report)
        assert row[0].startswith("200 hard tables")
        assert row[1:] == [str(sum(failed.values())), "0", met]
        (verdict,) = ROBUSTNESS.verdicts(report)
        assert verdict.met is (met == "yes")
