# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is recorded of networks whose use is known."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.support.paths import ROOT

if not (ROOT / "examples/known_use.py").exists():
    pytest.skip("the examples folder is not here", allow_module_level=True)


@pytest.fixture(scope="module")
def record():
    text = (ROOT / "examples/results/known_use.json").read_text(encoding="utf-8")
    return json.loads(text)["networks"]


def test_recorded_shares_are_within_five_hundredths(record):
    assert [*record] == ["first", "second", "sum", "product", "gate"]
    for name, found in record.items():
        for design in ("permutation", "grid"):
            low, high = found[design]["interval"]
            assert abs(found[design]["use"] - found["truth"]) < 0.05, name
            assert low - 0.001 <= found["truth"] <= high + 0.001, name
    assert abs(record["first"]["as they come"]["contribution"] - 1) > 0.3


def test_page_has_the_recorded_table(record):
    spec = importlib.util.spec_from_file_location("known_use", ROOT / "examples/known_use.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (ROOT / "docs/model-decisions.md").read_text(encoding="utf-8")
    assert "\n".join(module.table(record)) in page
