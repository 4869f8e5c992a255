# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""docs/papers.md names tests: they are there."""

from __future__ import annotations

import re

from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")


def test_named_tests_are_there():
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 60
    for file, test in named:
        there = ROOT / "tests" / file
        assert there.is_file(), file
        assert f"def {test or 'test_'}" in there.read_text(encoding="utf-8"), (file, test)
