# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Hard marginals come again from their seeds, and what is wrong with an answer is seen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from benchmarks.__main__ import main
from benchmarks.hard.command import ROBUSTNESS
from benchmarks.hard.marginals import FAMILIES, LARGE, SMALL, draw
from benchmarks.hard.marginals_robustness import check_case, record_family
from benchmarks.record.report import Report

#: Of counts, as many as two draws of k-means take.
COUNT = {"clustered counts": 1}


@pytest.mark.parametrize("family", FAMILIES)
def test_marginals_are_of_one_target_and_come_again(family):
    for index in range(COUNT.get(family, 8)):
        case = draw(family, 3, index, SMALL)
        for p in (case.p1y, case.p2y):
            assert np.all(np.isfinite(p))
            assert np.all(p >= 0)
            assert p.sum() == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(
            case.p1y.sum(axis=0), case.p2y.sum(axis=0), rtol=1e-12, atol=1e-300
        )
        np.testing.assert_array_equal(case.p2y, draw(family, 3, index, SMALL).p2y)


def test_large_ones_have_the_sides_that_are_named():
    sides = {
        tuple(sorted((len(case.p1y), len(case.p2y))))
        for case in (draw("few states beside many", 0, index, LARGE) for index in range(2))
    }
    assert sides == {(3, 1000), (40, 700)}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_solved_rightly(family):
    record = record_family(family, COUNT.get(family, 4), 5, SMALL)
    assert record["failing"] == []
    assert record["failed"] == {}
    assert record["most_iterations"] >= 0


def test_methods_and_merges_that_there_are_have_their_turn():
    solved, found = check_case(draw("nearly equal", 0, 0, SMALL))
    assert found == []
    names = [one.name for one in solved]
    assert names[:5] == ["auto", "ipfp", "active", "sparse", "newton"]
    assert sum(name.startswith("merge=") for name in names) == 2


def test_equal_and_garbled_sources_are_known():
    assert draw("nearly equal", 0, 6, SMALL).known == {"unique1": 0.0, "unique2": 0.0}
    assert draw("nearly equal", 0, 5, SMALL).known == {}
    assert [list(draw("one source garbled", 0, k, SMALL).known) for k in (0, 1)] == [
        ["unique2"],
        ["unique1"],
    ]


def shifted(result):
    """All of it too high, by far more than the gap."""
    return dataclasses.replace(
        result, redundancy=result.redundancy - 0.01, unique1=result.unique1 + 0.01,
        unique2=result.unique2 + 0.01,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "checks"),
    [
        (lambda r: dataclasses.replace(r, gap=r.gap / 4), {"dual"}),
        (lambda r: dataclasses.replace(r, converged=not r.converged), {"converged"}),
        (shifted, {"known atoms", "dual", "excluded"}),
    ],
)
def test_wrong_answers_of_all_methods_are_seen(monkeypatch, change, checks):
    honest = ff.decompose_marginals
    monkeypatch.setattr(
        ff, "decompose_marginals", lambda *given, **options: change(honest(*given, **options))
    )
    case = draw("one source garbled", 0, 0, SMALL)
    _, found = check_case(case)
    assert checks <= {check for check, _ in found}


def test_one_method_that_is_wrong_is_apart_from_the_others(monkeypatch):
    honest = ff.decompose_marginals

    def one_wrong(*given, method="auto", **options):
        found = honest(*given, method=method, **options)
        return shifted(found) if method == "ipfp" else found

    monkeypatch.setattr(ff, "decompose_marginals", one_wrong)
    _, found = check_case(draw("independent", 0, 1, SMALL))
    apart = [detail for check, detail in found if check == "apart"]
    assert apart
    assert all("ipfp" in detail for detail in apart)


def test_a_fault_names_family_number_and_seed(monkeypatch, tmp_path, capsys):
    def broken(*_given, **_options):
        msg = "no memory"
        raise MemoryError(msg)

    monkeypatch.setattr(ff, "decompose_marginals", broken)
    path = tmp_path / "robustness.json"
    arguments = ["robustness", "--small", "0", "--large", "0", "--marginals", "1"]
    assert main([*arguments, "--seed", "4", "--json", str(path)]) == 1
    printed = capsys.readouterr()
    shape = tuple(Report.read(path, "robustness").records[0]["failing"][0]["shape"])
    assert (
        f"nearly equal (marginals), table 0 of shape {shape}, seed 4: raised: auto: "
        "MemoryError: no memory"
    ) in printed.err
    case = draw("nearly equal", 4, 0, LARGE)
    assert (len(case.p1y), *case.p2y.shape) == shape
    assert "**Robustness**: 1 hard pairs of marginals, by every method" in printed.out
    (verdict,) = ROBUSTNESS.verdicts(Report.read(path))
    assert verdict.met is False
