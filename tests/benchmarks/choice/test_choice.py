# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `choice` command compares answers before it compares times, and tells when auto is far off."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.choice import measure
from benchmarks.choice.cases import CASES, QUICK
from benchmarks.choice.command import CHOICE
from benchmarks.choice.measure import AUTO, known_methods, measure_case
from benchmarks.choice.table import choice_table, mean_ratio, summary, verdicts, worst
from benchmarks.choice.worker import TOOK_TOO_LONG, Solved, Worker
from benchmarks.peers.instances import two_marginals
from benchmarks.record.report import Report

MARGINALS = (np.full((2, 2), 0.25), np.full((2, 2), 0.25))
ANSWER = Solved(
    cpu_seconds=0.01,
    atoms=(0.5, 0.1, 0.2),
    lower=(0.5, 0.1, 0.2),
    upper=(0.5, 0.1, 0.2),
    gap=1e-7,
    converged=True,
    steps=3,
    solver="abacus",
)


class Scripted:
    """A worker whose methods answer as told, one after another, and the last for ever."""

    limit = 8.0

    def __init__(self, **answers):
        self.answers = {
            method: list(of) if isinstance(of, list) else [of] for method, of in answers.items()
        }
        self.asked = []

    def solve(self, _p1y, _p2y, *, method, **_options):
        self.asked.append(method)
        left = self.answers[method]
        return left.pop(0) if len(left) > 1 else left[0]


def taking(seconds, **changes):
    return dataclasses.replace(ANSWER, cpu_seconds=seconds, **changes)


def measured(tol=1e-6, **answers):
    worker = Scripted(**answers)
    methods = [method for method in answers if method != AUTO]
    return measure_case("one", MARGINALS, tol, worker, methods=methods), worker


def test_auto_beside_the_best_fixed_method_by_medians_without_the_first_call():
    record, worker = measured(
        auto=[taking(9.0), taking(0.05), taking(0.03), taking(0.04)],
        ipfp=taking(0.02),
        newton=taking(0.05),
    )
    assert record["wrong"] == []
    assert record["best"] == "ipfp"
    assert record["methods"]["ipfp"]["cpu_seconds"] == 0.02
    assert record["ratio"] == pytest.approx(0.04 / 0.02)
    # a first call of each, then rounds that begin with another one each time
    assert worker.asked[:6] == ["auto", "ipfp", "newton"] * 2
    assert worker.asked[6:9] == ["ipfp", "newton", "auto"]
    assert record["shape"] == [2, 2, 2]
    assert (record["differing"], record["carrying"]) == ([1, 1], 2)


def test_a_method_that_is_far_off_is_not_timed_again():
    record, worker = measured(auto=taking(0.1), ipfp=taking(0.1), newton=taking(1.0))
    assert worker.asked.count("newton") == 1
    assert worker.asked.count("auto") == 1 + measure.FEWEST
    assert record["methods"]["newton"]["cpu_seconds"] == 1.0
    _, slow = measured(auto=taking(3.0), ipfp=taking(4.0))
    assert slow.asked == ["auto", "ipfp"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"auto": taking(1.0, upper=(0.4, 0.1, 0.2)), "ipfp": ANSWER}, "auto: certified inter"),
        (
            {"auto": ANSWER, "ipfp": taking(1.0, lower=(0.5, 0.1, 0.3))},
            "intervals 1.0e-01 bits",
        ),
        ({"auto": taking(1.0, converged=False), "ipfp": ANSWER}, "auto: not converged"),
        (
            {"auto": ANSWER, "ipfp": taking(1.0, gap=1e-3)},
            "ipfp: converged at a gap of 1.0e-03",
        ),
        ({"auto": ANSWER, "ipfp": "ValueError: no"}, "ipfp: ValueError: no"),
    ],
)
def test_what_is_wrong_has_no_ratio_and_fails(answers, reason, report_of):
    record, _ = measured(**answers)
    assert record["ratio"] is None
    report = report_of([record], kind="choice")
    assert any(reason in found for found in CHOICE.failures(report))
    assert mean_ratio(report) is None
    assert worst(report) is None
    assert reason.split(":")[-1] in choice_table(report)


def test_no_answer_in_time_is_a_ratio_and_not_wrong():
    late = f"{TOOK_TOO_LONG} 8 s"
    record, _ = measured(auto=late, ipfp=taking(2.0), newton=late)
    assert record["wrong"] == []
    assert record["ratio"] == 4.0
    assert record["methods"]["newton"] == {"status": late, "cpu_seconds": None}
    assert measured(auto=ANSWER, ipfp=late)[0]["ratio"] is None


def test_targets_are_the_mean_and_the_worst(report_of, rows_of):
    records = []
    for name, ratio in (("a", 1.0), ("b", 2.25)):
        record, _ = measured(auto=taking(ratio), ipfp=taking(1.0))
        records.append({**record, "name": name})
    report = report_of(records, kind="choice")
    assert mean_ratio(report) == pytest.approx(1.5)
    assert [verdict.met for verdict in verdicts(report)] == [False, False]
    assert "b at 1e-06; 1 above" in summary(report)
    assert [row[0] for row in rows_of(choice_table(report).split("SIMD")[1])] == ["b", "a"]


def test_a_worker_ends_what_takes_too_long_and_goes_on():
    p = np.random.default_rng(0).dirichlet(np.ones(40)).reshape(8, 5)
    with Worker(30.0) as worker:
        answer = worker.solve(p, p[::-1], tol=1e-6)
        assert answer.converged
        assert answer.lower <= answer.upper
        assert "method" in worker.solve(p, p, method="abacus")
        worker.limit = 1e-3
        long = two_marginals(300, 300, 10, 0)  # a second or so
        assert worker.solve(*long, tol=1e-10).startswith(TOOK_TOO_LONG)
        worker.limit = 30.0
        again = worker.solve(p, p[::-1], tol=1e-6)
        assert again.lower == answer.lower


def test_problems_are_marginals_that_share_the_target():
    assert set(QUICK) < set(CASES)
    for name in (*QUICK, "soft-equal-2-16", "soft-unequal-10-16", "breast-cancer-16"):
        p1y, p2y = CASES[name](1)
        np.testing.assert_allclose(p1y.sum(0), p2y.sum(0), rtol=1e-11, atol=1e-17)
        np.testing.assert_array_equal(p1y, CASES[name](1)[0])
    assert {"ipfp", "newton"} <= set(known_methods())


def test_choice_from_the_command_line_to_the_page(tmp_path, capsys):
    path = tmp_path / "choice.json"
    arguments = ["choice", "--quick", "--cases", "soft-near-3-16", "--json", str(path)]
    assert main([*arguments, "--methods", "newton"]) == 0
    (record,) = Report.read(path, "choice").records
    assert record["tol"] == 1e-4
    assert set(record["methods"]) == {"auto", "newton"}
    assert record["ratio"] > 0
    assert "| soft-near-3-16 | 0.0001 | 16 x 16 | 768 |" in capsys.readouterr().out
    assert main(["table", "--results", str(tmp_path)]) == 0
    assert "geometric mean" in capsys.readouterr().out
    assert main(["choice", "--quick", "--cases", "abacus"]) == 2
    assert "no problem begins with abacus" in capsys.readouterr().err
