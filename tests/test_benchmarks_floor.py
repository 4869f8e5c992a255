# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The benchmark of the floor counts what it says, and checks answers before it notes a time.

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

ROOT = Path(__file__).resolve().parent.parent

if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("the benchmarks folder is not here", allow_module_level=True)

SMALL = (16, 16, 10)


@pytest.fixture(autouse=True)
def _root_on_path(monkeypatch):
    # the children that the benchmarks spawn get this path as well
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture
def module():
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def rates_of(module):
    """Rates that are easy to reckon with: caches of 1000 bytes, the rest as given."""

    def rates_of(threads=1, **changes):
        given = {
            "threads": threads,
            "multiply_adds": 1e9 * threads,
            "exponentials": 1e8 * threads,
            "logarithms": 2e8 * threads,
            "bandwidths": {24 * 256: 1e9},
            "second_level": 1000,
            "blas": "abacus 1.0",
        }
        return module("floor.rates").Rates(**{**given, **changes})

    return rates_of


@pytest.fixture
def here(module, monkeypatch):
    """Measure in this process; `change` may change what a preparation's call returns."""

    def here(change=lambda _prepare, _options, answer: answer):
        seen = []

        def measure(prepare, options, plan):
            seen.append((prepare.__module__.rpartition(".")[2], options, plan))
            outcome = module("child").Outcome(seconds=[0.2], cpu_seconds=[0.2], peak=2_000_000)
            try:
                outcome.answer = change(prepare, options, prepare(**options)())
            except Exception as error:  # noqa: BLE001  as the child does
                outcome.status, outcome.reason = "failed", f"{type(error).__name__}: {error}"
                outcome.answer = None
            return outcome

        for name in ("rate_records", "steps", "batches", "marginals", "replicates"):
            monkeypatch.setattr(module(f"floor.{name}"), "measure", measure)
        return seen

    return here


@pytest.fixture
def quick(module):
    """The quick settings, with fewer things to measure."""

    def quick(*parts, **changes):
        settings = module("floor.settings").QUICK
        return dataclasses.replace(
            settings, parts=parts, threads=1, shapes=(SMALL,), rate_budget=0.01, **changes
        )

    return quick


@pytest.fixture
def only(module):
    """The one record of a part, and what the table says."""

    def only(settings, part):
        report = module("floor.command").floor(settings, [])
        (record,) = (record for record in report.records if record["part"] == part)
        return report, record, module("floor.table").floor_table(report)

    return only


def rows_of(text, title):
    """The rows of the table that follows a title."""
    table = text.split(f"**{title}**")[1].split("\n\n")[1]
    return [line.strip("| ").split(" | ") for line in table.splitlines()][2:]


# -- the model ---------------------------------------------------------------------------


def test_work_of_a_step_is_counted_as_the_core_does_it(module):
    work = module("floor.model").StepWork(6, 5, 3, sweeps=2.5)
    # M and r^T a; two and a half times r b and r^T a
    assert work.multiply_adds == (2 + 2.5 * 2) * 6 * 5 * 3
    assert work.pairs == 30
    # r, x, x before, each read and written; r once a sweep
    assert work.bytes == (3 * 2 + 2.5) * 30 * 8
    assert work.working_set == 3 * 30 * 8


def test_floor_adds_up_its_parts(module, rates_of):
    model = module("floor.model")
    work = model.StepWork(16, 16, 10, sweeps=2.0)
    least = model.floor_of(work, rates_of())
    assert least.products == pytest.approx(6 * 2560 / 1e9)
    assert least.elements == pytest.approx(256 / 1e8 + 256 / 2e8)
    assert least.bytes == pytest.approx(8 * 8 * 256 / 1e9)
    assert least.seconds == pytest.approx(least.products + least.elements + least.bytes)


def test_bytes_count_only_beyond_the_caches_of_all_threads(module, rates_of):
    model = module("floor.model")
    work = model.StepWork(16, 16, 10, sweeps=2.0)
    assert work.working_set == 6144
    assert model.floor_of(work, rates_of(threads=6)).bytes > 0.0
    assert model.floor_of(work, rates_of(threads=7)).bytes == 0.0
    assert model.floor_of(work, rates_of(second_level=6144)).bytes == 0.0
    shapes = [(16, 16, 10), (8, 8, 10), (16, 16, 3), (2, 2, 2)]
    assert model.working_sets(shapes, 1, 1000) == [1536, 6144]
    assert model.working_sets(shapes, 2, 1000) == [6144]


def test_every_default_shape_has_the_bandwidth_that_its_floor_needs(module, rates_of):
    model = module("floor.model")
    settings = module("floor.settings").Settings()
    shapes = [*settings.shapes, settings.large.shape]
    assert set(settings.beside_numpy) <= set(settings.shapes)
    for threads in (1, 2):
        sizes = model.working_sets(shapes, threads, 1 << 20)
        bandwidths = dict.fromkeys(sizes, 1e10)
        lane = rates_of(threads, bandwidths=bandwidths, second_level=1 << 20)
        for shape in shapes:
            assert model.floor_of(model.StepWork(*shape, sweeps=2.0), lane).seconds > 0.0


@pytest.mark.parametrize(
    ("sense", "met"),
    [
        ("at most", (True, True, False)),
        ("at least", (False, True, True)),
        ("below", (True, False, False)),
    ],
)
def test_targets_are_met_on_the_right_side(module, sense, met):
    target = module("floor.targets").Target("figure", sense, 2.0, "s")
    assert tuple(target.judge(value)["met"] for value in (1.0, 2.0, 3.0)) == met
    assert target.judge(None)["met"] is None


def test_rounds_keep_to_their_least_and_most(module):
    rounds = module("floor.stopwatch").rounds
    assert len(list(rounds(3, 0.0, 10))) == 3
    assert len(list(rounds(3, 60.0, 5))) == 5


# -- rates -------------------------------------------------------------------------------


def test_rates_are_measured_for_each_working_set(module):
    rates = module("floor.rates").prepare(2, [65_536, 131_072], 64, 0.01)()
    assert rates.threads == 2
    assert sorted(rates.bandwidths) == [65_536, 131_072]
    numbers = (rates.multiply_adds, rates.exponentials, rates.logarithms)
    assert all(number > 1e6 for number in (*numbers, *rates.bandwidths.values()))
    assert rates.second_level >= 1 << 15
    assert rates.blas


def test_rates_of_the_kernels_grow_with_the_threads(module, monkeypatch):
    rates = module("floor.rates")
    monkeypatch.setattr(rates, "_elements", lambda *_: 1e9)
    assert rates.prepare(3, [], 16, 0.0)().exponentials == 3e9


def test_rates_are_work_over_the_fastest_time(module, monkeypatch):
    rates = module("floor.rates")
    seconds = iter([3e-6, 1e-6, 0.5, 1e-6, 1e-6])
    monkeypatch.setattr(rates, "fastest", lambda *_: next(seconds))
    # the cost of the call is in both
    elements = rates._elements(np.exp, 0.0, 1.0, 0.0)
    assert elements == pytest.approx((rates.LONG - rates.SHORT) / 2e-6)
    # 8 kB are gone through until 64 MB are moved
    assert rates._bandwidth(8000, 1, 0.0) == pytest.approx(64e6 / 0.5)
    with pytest.raises(RuntimeError, match="too busy"):
        rates._elements(np.exp, 0.0, 1.0, 0.0)


def test_without_rates_there_is_no_floor_and_the_command_fails(module, here, quick, only):
    def broken(prepare, _options, answer):
        if prepare.__module__.endswith("rates"):
            msg = "too busy"
            raise RuntimeError(msg)
        return answer

    here(broken)
    report, record, text = only(quick("steps"), "step")
    assert module("floor.command").failures(report) == [
        "rates, 1 thread: no answer: RuntimeError: too busy"
    ]
    assert record["wrong"] == []
    assert record["seconds"]["median"] is not None
    assert record["floor"] is None
    (row,) = rows_of(text, "One outer step")
    assert row[4:7] == ["-", "-", "-"]


# -- steps -------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(16, 16, 10), (24, 16, 3), (33, 20, 7)])
@pytest.mark.parametrize(
    "steps", [1, 20, 200]
)  # at last with wider spacing, restarts, dead pairs
def test_numpy_takes_the_steps_of_the_core(module, shape, steps):
    from fourfold import _core  # noqa: PLC0415  what is compared

    marginals = module("instances").two_marginals(*shape, 1)
    solved = _core.solve_one(
        *marginals, method="ipfp", tol=1e-15, max_iter=steps, num_threads=1
    )
    iteration = module("floor.numpy_step").NumpyIteration(*marginals)
    iteration.run(steps)
    iteration.fit()
    iteration.shrink()
    assert (iteration.steps, iteration.sweeps) == (steps, solved["sweeps"][0])
    np.testing.assert_allclose(iteration.x, solved["log_r"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(iteration.a, solved["a"], rtol=1e-9)
    np.testing.assert_allclose(iteration.b, solved["b"], rtol=1e-9)


@pytest.mark.parametrize("name", ["log_r", "a", "b"])
def test_every_part_of_the_iterate_is_compared(module, name):
    from fourfold import _core  # noqa: PLC0415  what is compared

    marginals = module("instances").two_marginals(*SMALL, 1)
    solved = _core.solve_one(*marginals, method="ipfp", tol=1e-15, max_iter=5, num_threads=1)
    assert module("floor.step_times")._difference(marginals, solved) < 1e-9
    solved[name][3, 2] *= 1.0 + 1e-6
    assert module("floor.step_times")._difference(marginals, solved) > 1e-7


def test_numpy_steps_need_no_new_buffers(module):
    iteration = module("floor.numpy_step").NumpyIteration(
        *module("instances").two_marginals(12, 12, 3, 0)
    )

    def buffers():
        return {
            id(value) for value in vars(iteration).values() if isinstance(value, np.ndarray)
        }

    before = buffers()
    iteration.run(9)
    assert buffers() == before


def test_a_step_is_recorded_beside_its_floor_and_numpy(module, here, quick, only):
    def timed(prepare, _options, answer):
        if prepare.__module__.endswith("step_times"):
            assert answer.difference < 1e-9
            assert answer.steps == [8, 16]
            # the first round was slow for both
            answer.seconds, answer.numpy_seconds = [9e-3, 1e-3, 2e-3], [9e-2, 2e-3, 2e-3]
        return answer

    seen = here(timed)
    settings = quick("steps", beside_numpy=(SMALL,))
    report, record, text = only(settings, "step")
    assert module("floor.command").failures(report) == []
    assert record["seconds"]["median"] == 2e-3
    assert record["numpy"]["median"] == 2e-3
    assert record["numpy"]["ratio"] == 0.5  # of 0.1, 0.5 and 1
    assert record["numpy"]["sweeps"] == record["sweeps"] >= 1.0
    least = record["floor"]
    assert least["ratio"] == pytest.approx(2e-3 / least["seconds"])
    (target,) = record["targets"]
    assert (target["value"], target["measured"], target["met"]) == (0.6, 0.5, True)
    (row,) = rows_of(text, "One outer step")
    assert row[:2] == ["16 x 16 x 10", "1"]
    assert (row[3], row[7], row[8]) == ("2000 us", "2000 us", "0.50")
    assert [name for name, _, _ in seen] == ["rates", "step_times"]


def test_a_step_that_is_not_numpys_has_no_time_and_fails(
    module, monkeypatch, here, quick, only
):
    def not_timed(prepare, _options, answer):
        if prepare.__module__.endswith("step_times"):
            assert answer.seconds == answer.numpy_seconds == []
        return answer

    # more sweeps than the core does
    monkeypatch.setattr(module("floor.numpy_step"), "VIOLATION_PER_CHANGE", 1e-6)
    here(not_timed)
    report, record, text = only(quick("steps", beside_numpy=(SMALL,)), "step")
    (reason,) = module("floor.command").failures(report)
    assert reason.startswith(
        "step of 16 x 16 x 10, 1 thread: the iterate differs from NumPy's by "
    )
    assert record["seconds"] is record["floor"] is record["numpy"] is None
    assert record["targets"][0]["met"] is None
    assert "the iterate differs" in rows_of(text, "One outer step")[0][2]
    assert rows_of(text, "Targets")[0][3] == "-"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"steps": [8, 15]}, "stopped after [8, 15] steps instead of [8, 16]"),
        ({"bounds": [(0.2, 0.1), (0.1, 0.2)]}, "bounds 0.2, 0.1"),
        ({"bounds": [(0.1, 0.2), (0.3, 0.4)]}, "the bounds after 8 steps and after 16 exclude"),
    ],
    ids=["steps", "crossed", "apart"],
)
def test_wrong_steps_have_no_time(here, quick, only, changes, reason):
    here(
        lambda prepare, _options, answer: (
            dataclasses.replace(answer, **changes)
            if prepare.__module__.endswith("step_times")
            else answer
        )
    )
    _, record, text = only(quick("steps"), "step")
    assert any(reason in found for found in record["wrong"])
    assert record["seconds"] is None
    assert reason in text


def test_an_iterate_that_is_not_finite_is_no_answer(module):
    with pytest.raises(ValueError, match="not finite"):
        module("floor.step_times")._finite(math.nan)


def test_long_products_are_timed_on_all_threads_too(module, here, quick):
    seen = here()
    settings = dataclasses.replace(
        quick("steps"), threads=2, shapes=(SMALL, (8, 8, 3)), shared=2560.0
    )
    module("floor.command").floor(settings, [])
    assert [
        (options["shape"], options["threads"])
        for name, options, _ in seen
        if name == "step_times"
    ] == [(SMALL, 1), (SMALL, 2), ((8, 8, 3), 1)]
    assert [options["threads"] for name, options, _ in seen if name == "rates"] == [1, 2]


# -- batches -----------------------------------------------------------------------------


def test_batch_of_tables_is_deterministic_and_each_is_normalised(module):
    make = module("instances").dense_batch
    tables = make(3, 4, 1)
    assert tables.shape == (3, 4, 4, 10)
    np.testing.assert_allclose(tables.sum(axis=(1, 2, 3)), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(tables, make(3, 4, 1))
    assert not np.array_equal(tables, make(3, 4, 2))
    assert not np.array_equal(tables[0], tables[1])


def test_a_batch_is_recorded_in_tables_a_second(module, here, quick, only):
    def timed(_prepare, options, answer):
        if options.get("tol") == 1e-4:
            answer.seconds = [0.5, 0.1, 0.2]
        return answer

    seen = here(timed)
    report, record, text = only(quick("batches"), "batch")
    assert module("floor.command").failures(report) == []
    assert record["rate"] == pytest.approx(20 / 0.2)
    assert 0.0 < record["largest_gap_bits"] <= 1e-4
    (target,) = record["targets"]
    assert (target["measured"], target["met"]) == (pytest.approx(100.0), False)
    (row,) = rows_of(text, "Targets")
    assert row[1:] == ["100 a second", "at least 2500 a second", "**no**"]
    compared = next(o for _, o, _ in seen if o.get("method") == "newton")
    assert (compared["chosen"], compared["tol"]) == ([0, 6, 13], 1e-8)


def test_the_rate_of_a_batch_is_shared_among_its_threads(module, here, quick):
    def timed(_prepare, options, answer):
        if options.get("tol") == 1e-4:
            answer.seconds = [0.2]
        return answer

    here(timed)
    report = module("floor.command").floor(dataclasses.replace(quick("batches"), threads=2), [])
    shares = [r["targets"][0]["measured"] for r in report.records if r["part"] == "batch"]
    assert shares == pytest.approx([100.0, 50.0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: {"unconverged": 2}, "2 tables did not converge"),
        (lambda _: {"largest_gap": 2e-4}, "largest gap 2.00e-04"),
        (lambda _: {"outside": 1}, "1 tables with an atom outside its bounds"),
        (
            lambda answer: {
                "answers": [
                    dataclasses.replace(one, lower=one.upper, upper=(9.0,) * 4)
                    for one in answer.answers
                ]
            },
            "bits apart from newton's",
        ),
    ],
    ids=["converged", "gap", "outside", "apart"],
)
def test_a_wrong_batch_has_no_time_and_fails(module, here, quick, only, change, reason):
    here(
        lambda _prepare, options, answer: (
            dataclasses.replace(answer, **change(answer))
            if options.get("tol") == 1e-4
            else answer
        )
    )
    report, record, text = only(quick("batches"), "batch")
    assert any(reason in found for found in module("floor.command").failures(report))
    assert record["seconds"] is record["rate"] is None
    assert reason in rows_of(text, "Targets")[0][1]


# -- replicates --------------------------------------------------------------------------


def test_steps_of_replicates_are_held_to_a_third(module, here, quick, only):
    here()
    report, record, text = only(quick("replicates"), "replicates")
    assert module("floor.command").failures(report) == []
    assert record["steps"]["warm"] < record["steps"]["cold"] / 3
    (row,) = rows_of(text, "Targets")
    assert row[0].endswith("1e+08 samples at 0.001: steps with / without a warm start")
    assert row[2:] == ["at most 0.33 times", "yes"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unconverged": 1}, "1 tables did not converge"),
        ({"apart": 1e-9}, "1.00e-09 bits apart"),
    ],
)
def test_wrong_replicates_have_no_steps_and_fail(module, here, quick, only, change, reason):
    here(
        lambda prepare, _options, answer: (
            {**answer, **change} if prepare.__module__.endswith("replicates") else answer
        )
    )
    report, record, text = only(quick("replicates"), "replicates")
    assert any(reason in found for found in module("floor.command").failures(report))
    assert "steps" not in record
    assert reason in rows_of(text, "Targets")[0][1]


# -- solves from marginals ---------------------------------------------------------------


def test_a_solve_is_held_to_its_seconds(module, here, quick, only):
    here()
    report, record, text = only(quick("solve"), "solve")
    assert module("floor.command").failures(report) == []
    assert record["answer"]["converged"]
    assert record["answer"]["gap"] <= 1e-4
    assert record["answer"]["lower"] <= record["answer"]["upper"]
    (row,) = rows_of(text, "Targets")
    assert row[0] == "32 x 32 x 10 from marginals at 0.0001, 1 thread: time"
    assert row[1:] == ["200 ms", "at most 2.00 s", "yes"]
    json.dumps(report.records, allow_nan=False)


def test_large_steps_are_held_to_memory_and_floor(module, here, quick, only):
    seen = here()
    large = module("floor.settings").Large((24, 20, 6), steps=5, peak_bytes=2_000_000)
    report, record, text = only(quick("large", large=large), "large")
    assert module("floor.command").failures(report) == []
    answer = record["answer"]
    assert (answer["steps"], answer["converged"]) == (5, False)
    assert [warning.split(":")[0] for warning in answer["warnings"]] == ["ConvergenceWarning"]
    assert record["seconds"]["median"] == pytest.approx(0.2 / 5)
    assert record["tensor_bytes"] == 8 * 24 * 20 * 6
    # the sweeps of the whole call count for the steps
    step_floor, memory = record["targets"]
    least = module("floor.model").StepWork(24, 20, 6, sweeps=answer["sweeps"] / 5)
    assert record["floor"]["products"] == pytest.approx(
        least.multiply_adds / report.records[0]["multiply_adds"]
    )
    assert step_floor["met"] is False  # 40 ms for what takes microseconds
    assert (memory["measured"], memory["met"]) == (2_000_000, False)  # reached is not below
    assert rows_of(text, "Targets")[1][1:] == ["2 MB", "below 2 MB", "**no**"]
    assert rows_of(text, "One outer step")[0][0] == "24 x 20 x 6"
    assert [name for name, _, _ in seen] == ["rates", "marginals_solve"]


def test_bounds_that_cross_are_seen_though_a_pid_would_hide_it(
    module, monkeypatch, here, quick, only
):
    from fourfold import _core  # noqa: PLC0415  replaced for this test

    honest = _core.solve_one

    def crossed(*arguments, **options):
        out = honest(*arguments, **options)
        return {**out, "lower": out["upper"] + 1e-6}

    monkeypatch.setattr(_core, "solve_one", crossed)
    here()
    large = module("floor.settings").Large((24, 20, 6), steps=5)
    report, record, text = only(quick("large", large=large), "large")
    assert any("bounds" in reason for reason in module("floor.command").failures(report))
    assert record["seconds"] is record["floor"] is None
    assert [target["met"] for target in record["targets"]] == [None, None]
    assert "**bounds" in rows_of(text, "One outer step")[0][2]
    assert _core.solve_one is crossed  # what listens is taken away again


@pytest.mark.parametrize(
    ("part", "changes", "reason"),
    [
        ("large", {"steps": 4}, "stopped after 4 steps of 6"),
        ("large", {"warnings": ["RuntimeWarning: odd"]}, "warned: RuntimeWarning: odd"),
        ("large", {"upper": 1e-3, "lower": 0.0}, "are possible"),
        ("large", {"upper": 9.0, "lower": 8.0}, "are possible"),
        ("solve", {"converged": False}, "not converged: gap"),
        ("solve", {"gap": 2e-4}, "not converged: gap 2.00e-04"),
    ],
)
def test_wrong_answers_from_marginals_fail(module, here, quick, only, part, changes, reason):
    here(
        lambda prepare, _options, answer: (
            dataclasses.replace(answer, **changes)
            if prepare.__module__.endswith("marginals_solve")
            else answer
        )
    )
    report, record, _ = only(quick(part), part)
    assert record["seconds"] is None
    assert any(reason in found for found in module("floor.command").failures(report))


def test_a_solve_whose_interval_misses_that_of_first_order_steps_fails(
    module, here, quick, only
):
    def moved(_prepare, options, answer):
        if options.get("method") != "ipfp":
            return answer
        return dataclasses.replace(answer, lower=answer.upper + 0.01, upper=answer.upper + 0.02)

    here(moved)
    report, _, _ = only(quick("solve"), "solve")
    (reason,) = module("floor.command").failures(report)
    assert reason.endswith("certified intervals apart from ipfp's")


# -- the command -------------------------------------------------------------------------


def test_parts_and_threads_come_from_the_command_line(module, monkeypatch):
    taken = []

    def floor(settings, arguments):
        taken.append(settings)
        return module("report").Report.start(
            "floor", arguments, seed=0, settings=dataclasses.asdict(settings)
        )

    main = module("__main__")
    monkeypatch.setattr(main, "floor", floor)
    monkeypatch.setattr(main, "_keep", lambda *_: None)
    assert main.main(["floor", "--parts", "large", "steps", "--threads", "3"]) == 0
    assert main.main(["floor", "--quick", "--seed", "5"]) == 0
    full, small = taken
    settings = module("floor.settings")
    assert full == settings.Settings(parts=("steps", "large"), threads=3)
    assert small == dataclasses.replace(settings.QUICK, seed=5)
    with pytest.raises(SystemExit):
        main.main(["floor", "--parts", "small"])


def test_quick_steps_from_the_command_line_to_the_page(module, tmp_path, capsys):
    path = tmp_path / "floor.json"
    arguments = ["floor", "--quick", "--threads", "1", "--parts", "steps", "large"]
    main = module("__main__").main
    assert main([*arguments, "--json", str(path)]) == 0
    printed = capsys.readouterr().out
    report = module("report").Report.read(path, "floor")
    parts = [record["part"] for record in report.records]
    assert parts == ["rates", "step", "step", "large"]
    assert all(record["wrong"] == [] for record in report.records)
    large = report.records[-1]
    assert large["peak_bytes"] >= large["resident_before_bytes"] > 0
    assert len(rows_of(printed, "One outer step")) == 3
    assert "commit" in printed

    page = module("table").page
    assert page([report]) == page([report], detail=True) == printed.strip()
    assert main(["table", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out == printed
