# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The page about the papers names tests and functions that exist."""

from __future__ import annotations

import re

import pytest

import fourfold as ff
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "papers.md"

if not PAGE.exists():
    pytest.skip("the docs folder is not here", allow_module_level=True)
ROWS = [
    [cell.strip() for cell in line.replace(r"\|", "").strip("| ").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if "::test_" in line and line.startswith("|")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_tests_exist_and_functions_are_public(row):
    tests = re.findall(r"`([\w/]+\.py)::(\w+)`", " ".join(row[2:]))
    assert tests, row
    for path, name in tests:
        text = (ROOT / "tests" / path).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{path}::{name}"
    for function in re.findall(r"`([a-z_]\w+|[A-Z]\w+)[`(]", row[1]):
        known = (*ff.__all__, "correction2", "consistency", "truth", "contributions", "uniform")
        assert function in known, function
