# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `busy` command: what it keeps, and that its burners end with it."""

from __future__ import annotations

import os

from benchmarks.__main__ import main
from benchmarks.busy import command
from benchmarks.record.report import Report


def test_quick_busy(tmp_path, capsys, monkeypatch):
    started = []
    burn = command.burner
    monkeypatch.setattr(command, "burner", lambda: started.append(burn()) or started[-1])
    path = tmp_path / "busy.json"
    assert main(["busy", "--quick", "--states", "16", "--json", str(path)]) == 0
    idle, busy = Report.read(path, "busy").records
    cores = len(os.sched_getaffinity(0))
    assert (idle["burners"], busy["burners"]) == (0, cores)
    assert len(idle["one"]["all"]) == len(busy["two"]["all"]) == 2
    assert idle["targets"] == []
    assert busy["targets"][0]["measured"] == busy["ratio"]
    assert len(started) == cores
    assert all(burner.returncode is not None for burner in started)
    assert f"| {cores} burners | " in capsys.readouterr().out
