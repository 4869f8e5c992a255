# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `cuda` command: what it measures is right first, and is written down."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import fourfold as ff
from benchmarks.__main__ import main
from benchmarks.cuda import rates, settings
from benchmarks.cuda.command import CUDA, cuda


@pytest.fixture
def made_up_rates():
    by_type = {"float64": 1e12, "float32": 2e12}
    return rates.Rates(1e12, by_type, by_type, by_type, cache=0)


@pytest.mark.skipif(ff.cuda.device_count() > 0, reason="there is a device")
def test_without_a_device_it_says_so(capsys, tmp_path):
    path = tmp_path / "cuda.json"
    assert main(["cuda", "--quick", "--json", str(path)]) == 2
    assert "benchmarks: device: " in capsys.readouterr().err
    assert not path.exists()


def test_the_floor_is_the_longer_of_arithmetic_and_transfers(made_up_rates):
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
def test_quick_from_the_command_line_to_the_page(capsys, tmp_path):
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
@pytest.mark.parametrize("part", ["batches", "solve"])
def test_a_wrong_answer_has_no_time_and_fails(made_up_rates, monkeypatch, part):
    right = ff.decompose_marginals

    def wrong(*args, **kwargs):
        result = right(*args, **kwargs)
        return dataclasses.replace(result, converged=result.converged & False)

    monkeypatch.setattr(ff, "decompose_marginals", wrong)
    quick = dataclasses.replace(settings.QUICK, parts=(part,))
    report = cuda(quick, [], rates=made_up_rates)
    assert any("did not converge" in failure for failure in CUDA.failures(report))
    assert report.records[1]["seconds"] is None
    assert report.records[1]["targets"][0]["met"] is None


@pytest.mark.gpu
@pytest.mark.usefixtures("xp")
def test_an_error_is_no_answer_and_the_rest_goes_on(made_up_rates, monkeypatch):
    def fail(*_, **__):
        message = "kernel: gone"
        raise ff.CudaError(message)

    monkeypatch.setattr("benchmarks.cuda.command.record_batch", fail)
    quick = dataclasses.replace(settings.QUICK, parts=("batches", "step"))
    report = cuda(quick, [], rates=made_up_rates)
    assert CUDA.failures(report)[0].endswith("no answer: CudaError: kernel: gone")
    assert np.isfinite(report.records[2]["seconds"]["median"])
