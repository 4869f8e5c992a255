# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One table, as text and as HTML: what stands in which, and how."""

from __future__ import annotations

import math
import re

import pytest

from fourfold.report.html.markup import table_markup
from fourfold.results.table import Cell, Table, number, only_page, percent
from fourfold.results.words import columns, decimals


def both():
    return Table.of_columns(
        "A <caption>",
        [
            (Cell("who", "name", words=True), ["a", Cell("bee", "<b>")]),
            (Cell("two\nlines", None), ["1", "22"]),
            (only_page("more"), [Cell("", "x", "below & under"), "y"]),
            (Cell("R", "redundancy", atom=0), [number(0.25), number(-0.5, span=(-1.0, 0.5))]),
        ],
        doubtful=[False, True],
        below=[[Cell(None, "on a page"), "", "z", ""], [Cell("in text", None), "3", "", ""]],
    )


def test_text_has_what_it_has_room_for():
    assert both().lines() == [
        "           two",
        "who      lines                     R",
        "a            1                 0.250",
        "bee         22  -0.500 [-1.00, 0.50]",
        "in text      3",
    ]
    marked = both().lines(marked=[True, False, False])
    assert [line[:2] for line in marked] == ["  ", "  ", "* ", "  ", "  "]
    assert [line[2:] for line in marked] == both().lines()


def test_a_page_has_the_rest_and_escapes_all_of_it():
    text = table_markup(both())
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text)
    assert heads == ["name", "more", '<span class="chip chip0"></span>redundancy']
    assert re.findall(r'<th scope="row">(.*?)</th>', text) == ["a", "&lt;b&gt;", "on a page"]
    assert "<td>x<small>below &amp; under</small></td>" in text
    assert "<td>\N{MINUS SIGN}0.5000<small>\N{MINUS SIGN}1.000 to 0.500</small></td>" in text
    assert text.count('<tr class="doubtful">') == 1
    assert "<caption>A &lt;caption&gt;</caption>" in text


def test_numbers_without_minus_zero_or_nan():
    assert decimals(-1e-9) == "0.000000"
    assert decimals(-1e-9, 4, signed=True) == "+0.0000"
    assert decimals(math.nan) == number(math.nan).page == percent(math.nan, "0 to 1").page
    assert percent(math.nan, "0 to 1").below == "0 to 1"  # which is what is known of it
    assert percent(0.123, "0 to 1") == Cell("12.3 %", "12.3\N{NO-BREAK SPACE}%", "0 to 1")


@pytest.mark.parametrize("align", ["<>", "><"])
def test_columns_are_aligned(align):
    first, second = columns([("a", "bb"), ("ccc", "d")], align)
    assert {"<>": ("a    bb", "ccc   d"), "><": ("  a  bb", "ccc  d")}[align] == (first, second)
