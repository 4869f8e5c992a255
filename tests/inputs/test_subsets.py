# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Names of sources, and subsets of them."""

from __future__ import annotations

import pytest

from fourfold.inputs.subsets import default_names, read_names, read_subset, read_subsets, shown

NAMES = ("a", "b", "c")


def test_all_subsets_small_ones_first():
    assert read_subsets(None, NAMES) == [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]


def test_by_names_and_numbers_each_once_and_in_order():
    asked = [("c", 0), {"b"}, "a", 2, ("a", "c"), range(3)]
    assert read_subsets(asked, NAMES) == [(0,), (1,), (2,), (0, 2), (0, 1, 2)]


@pytest.mark.parametrize(
    ("subsets", "message"),
    [
        ("ab", r"subsets: expected subsets of the sources, as \[\('a', 'b'\)\], got 'ab'"),
        ([], "subsets: expected at least one"),
        ([("a",), ()], r"subsets\[1\]: expected at least one source"),
        ([3], r"subsets\[0\]: there is no source 3; sources are 'a', 'b', 'c'"),
        ([True], r"subsets\[0\]: there is no source True"),
        ([1.0], r"subsets\[0\]: expected sources, as \('a', 'b'\), got 1.0"),
        ([("a", 0)], r"subsets\[0\]: expected each source at most once"),
    ],
)
def test_refused(subsets, message):
    with pytest.raises((TypeError, ValueError), match=message):
        read_subsets(subsets, NAMES)


def test_too_many_to_take_all():
    with pytest.raises(ValueError, match=r"9 sources have 511 subsets.*\('x1', 'x2', 'x3'\)\]"):
        read_subsets(None, default_names(9))


def test_one_subset_by_the_words_for_it():
    assert read_subset(("c", "a"), NAMES, "information") == (0, 2)
    with pytest.raises(ValueError, match=r"information\[5\]: there is no source 'd'"):
        read_subset("d", NAMES, "information[5]")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("abc", "source_names: expected 3 names"),
        (["a", "b"], "source_names: expected 3 different names"),
        (["a", "b", "b"], "source_names: expected 3 different names"),
        (["a", "b", ""], "source_names: expected strings that are not empty"),
        (["a", "b", 3], "source_names: expected strings"),
    ],
)
def test_names_refused(names, message):
    with pytest.raises((TypeError, ValueError), match=message):
        read_names(names, 3)


def test_names():
    assert read_names(None, 2) == ("x1", "x2")
    assert read_names(iter(NAMES), 3) == NAMES
    assert shown(("a",)) == "('a',)"
