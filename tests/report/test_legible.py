# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Names that cannot be written as they are: NUL, other control characters, lone surrogates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold.results.words import legible

pytestmark = pytest.mark.cpu_only

BAD = "a\x00b\ud800\x1b[31mc"
SHOWN = r"a\x00b\ud800\x1b[31mc"


def test_pages_hold_escapes_in_all_places():
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    result = ff.decompose(ff.gates.AND.pmf)
    for place in (
        {"results": {BAD: result}}, {"source_names": (BAD, "b")}, {"target_name": BAD}, {"title": BAD},
        {"data": {BAD: 1}}, {"data": {"k": BAD}}, {"parameters": {BAD: {"k": 1}}}, {"parameters": {"g": {"k": BAD}}},
    ):  # fmt: skip
        page = ff.html_report(**{"results": {"x": result}} | place)
        assert SHOWN in page
        assert not {"\x00", "\x1b", "\ud800"} & set(page)


def test_pictures_are_drawn():
    pytest.importorskip("matplotlib")
    result = ff.decompose(ff.gates.AND.pmf)
    ax = result.plot(source_names=(BAD, "b"), target_name=BAD, label=BAD)
    ax.figure.draw_without_rendering()
    assert SHOWN in ax.get_xlabel()
    ff.plotting.plot_comparison({BAD: result}).figure.draw_without_rendering()


@given(st.text(st.characters(codec=None)))
def test_what_is_legible_can_be_written(text):
    shown = legible(text)
    shown.encode()
    assert "\x00" not in shown
    assert legible(shown) == shown


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_other_text_is_left_alone(text):
    assert legible(text) == text
