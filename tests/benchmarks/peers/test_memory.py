# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `memory` command holds a process to its bound."""

from __future__ import annotations

from benchmarks.__main__ import main
from benchmarks.peers import memory
from benchmarks.peers.memory import memory_table
from benchmarks.record.report import Report


def test_memory_table(memory_report):
    text = memory_table(memory_report)
    assert (
        "| 2048 x 2048 x 200 | 380 MB | within 500 MB | 6711 MB | 25 in 20.0 s |"
    ) in text.splitlines()


def test_quick_memory(tmp_path, capsys):
    path = tmp_path / "memory.json"
    arguments = ["memory", "--quick", "--max-iter", "3", "--json", str(path)]
    assert main(arguments) == 0
    (record,) = Report.read(path, "memory").records
    assert record["within_bound"]
    assert record["iterations"] == 3
    assert not record["converged"]
    assert [text.split(":")[0] for text in record["warnings"]] == ["ConvergenceWarning"]
    assert record["tensor_bytes"] == 8 * 256 * 256 * 50
    assert "within 500 MB" in capsys.readouterr().out


def test_memory_over_the_bound_fails(monkeypatch, capsys):
    monkeypatch.setattr(memory, "BOUND_BYTES", 1_000_000)
    assert main(["memory", "--quick", "--max-iter", "1"]) == 1
    assert "FAILED: the process reached" in capsys.readouterr().err
