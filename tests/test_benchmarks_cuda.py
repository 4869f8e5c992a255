# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `cuda` command: what it measures is right first, and is written down."""

from __future__ import annotations

import dataclasses
import importlib
import json
from pathlib import Path

import numpy as np
import pytest

import fourfold as ff

ROOT = Path(__file__).resolve().parent.parent

if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("the benchmarks folder is not here", allow_module_level=True)

HAS_DEVICE = ff.cuda.device_count() > 0


@pytest.fixture(autouse=True)
def _root_on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture
def module():
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def made_up_rates(module):
    by_type = {"float64": 1e12, "float32": 2e12}
    return module("cuda.rates").Rates(1e12, by_type, by_type, by_type, cache=0)


@pytest.mark.skipif(HAS_DEVICE, reason="there is a device")
def test_without_a_device_it_says_so(module, capsys, tmp_path):
    main = module("__main__").main
    path = tmp_path / "cuda.json"
    assert main(["cuda", "--quick", "--json", str(path)]) == 2
    assert "benchmarks: device: " in capsys.readouterr().err
    assert not path.exists()


def test_the_floor_is_the_longer_of_arithmetic_and_transfers(module, made_up_rates):
    settings, rates = module("cuda.settings"), module("cuda.rates")
    step = settings.Step((100, 50, 10), 2.0)
    least = rates.floor_of(step, 1.0, made_up_rates)
    assert least["products"] == pytest.approx(4 * 50_000 / 1e12)
    assert least["elements"] == pytest.approx(2 * 5000 / 1e12)
    assert least["bytes"] == pytest.approx(7 * 8 * 5000 / 1e12)
    assert least["seconds"] == max(least["products"] + least["elements"], least["bytes"])
    half = rates.floor_of(dataclasses.replace(step, dtype="float32"), 1.0, made_up_rates)
    for part in ("products", "elements", "bytes"):
        assert half[part] == pytest.approx(least[part] / 2)
    cached = dataclasses.replace(made_up_rates, cache=10**9)
    assert rates.floor_of(step, 1.0, cached)["bytes"] == 0


@pytest.mark.gpu
@pytest.mark.usefixtures("xp")
def test_quick_from_the_command_line_to_the_page(module, capsys, tmp_path):
    main = module("__main__").main
    path = tmp_path / "cuda.json"
    assert main(["cuda", "--quick", "--json", str(path)]) == 0
    printed = capsys.readouterr().out
    report = json.loads(path.read_text())
    assert report["kind"] == "cuda"
    assert report["settings"]["device"]["name"] in printed
    assert [record["part"] for record in report["records"]] == [
        "rates", "batch", "solve", "step", "large",
    ]  # fmt: skip
    assert all(record["wrong"] == [] for record in report["records"])
    targets = [target for record in report["records"] for target in record["targets"]]
    assert len(targets) == 4
    assert all(target["met"] in (True, False) for target in targets)
    for title in ("Batches", "One large table", "One outer step", "Targets"):
        assert f"**{title}**" in printed
    assert main(["table", "--results", str(tmp_path)]) == 0
    assert "Batches" in capsys.readouterr().out


@pytest.mark.gpu
@pytest.mark.usefixtures("xp")
@pytest.mark.parametrize(
    ("name", "part", "reason"),
    [
        ("decompose_marginals", "batches", "did not converge"),
        ("decompose_marginals", "solve", "did not converge"),
    ],
)
def test_a_wrong_answer_has_no_time_and_fails(
    module, made_up_rates, monkeypatch, name, part, reason
):
    command = module("cuda.command")
    right = getattr(ff, name)

    def wrong(*args, **kwargs):
        result = right(*args, **kwargs)
        return dataclasses.replace(result, converged=result.converged & False)

    monkeypatch.setattr(ff, name, wrong)
    quick = dataclasses.replace(module("cuda.settings").QUICK, parts=(part,))
    report = command.cuda(quick, [], rates=made_up_rates)
    assert any(reason in failure for failure in command.failures(report))
    assert report.records[1]["seconds"] is None
    assert report.records[1]["targets"][0]["met"] is None


@pytest.mark.gpu
@pytest.mark.usefixtures("xp")
def test_an_error_is_no_answer_and_the_rest_goes_on(module, made_up_rates, monkeypatch):
    command = module("cuda.command")

    def fail(*_, **__):
        message = "kernel: gone"
        raise ff.CudaError(message)

    monkeypatch.setattr("benchmarks.cuda.command.record_batch", fail)
    quick = dataclasses.replace(module("cuda.settings").QUICK, parts=("batches", "step"))
    report = command.cuda(quick, [], rates=made_up_rates)
    assert command.failures(report)[0].endswith("no answer: CudaError: kernel: gone")
    assert np.isfinite(report.records[2]["seconds"]["median"])
