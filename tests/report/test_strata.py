# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pictures of strata, and of unions on pages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from tests.support.every_result import made
from tests.support.figures import legend

pytest.importorskip("matplotlib")

LONG = "a question that somebody asked of the video and of the sound, at some length"


@pytest.fixture(scope="module")
def pooled():
    """Of three strata, the last of them pooled."""
    found = made("conditional")
    return dataclasses.replace(
        found,
        strata=("often", LONG, "pooled"),
        weights=np.array([0.5, 0.4, 0.1]),
        by_stratum=(*found.by_stratum, found.result),
        pooled=("seldom",),
    )


def test_a_bar_is_a_stratum_and_the_first_their_mean(pooled):
    ax = pooled.plot(source_names=("video", "sound"), target_name="answer")
    results = [pooled.result, *pooled.by_stratum]
    for k, bars in enumerate(ax.containers[:4]):
        widths = [bar.get_width() for bar in bars][::-1]
        np.testing.assert_allclose(widths, [result.atoms[k] for result in results])
        hatches = [bar.get_hatch() for bar in bars][::-1]
        assert hatches == [None, None, None, "//"]
    labels = [text.get_text() for text in ax.get_yticklabels()][::-1]
    assert [labels[0], labels[1], labels[3]] == ["mean over T", "often (50 %)", "pooled (10 %)"]
    lines = labels[2].split("\n")
    assert len(lines) == 2
    assert lines[1].endswith("\N{HORIZONTAL ELLIPSIS} (40 %)")
    assert ax.get_xlabel() == "Information about answer given T (bits)"
    words = legend(ax)
    assert "unique to video" in words
    assert "pooled: T not known" in words
    assert "95 % interval of each" in words
    (key,) = (
        patch
        for patch, text in zip(
            ax.get_legend().get_patches(), ax.get_legend().get_texts(), strict=False
        )
        if text.get_text() == "redundancy"
    )
    assert key.get_hatch() is None


def test_errors_stand_in_for_intervals_of_classifiers():
    found = made("conditional of embeddings")
    ax = found.plot()
    assert "\N{PLUS-MINUS SIGN} sampling error alone" in legend(ax)
    assert "pooled: T not known" not in legend(ax)
    drawn = sorted(
        segment[1, 0] - segment[0, 0]
        for lines in ax.collections
        for segment in lines.get_segments()
    )
    widest = max(max(part.standard_error) for part in (found.result, *found.by_stratum))
    assert drawn[-1] == pytest.approx(2 * widest)


def test_unions_are_on_a_page_and_too_many_subsets_are_no_picture():
    union = made("union")
    page = ff.html_report({"three": union, "two": made("table")}, target_name="answer")
    assert page.count("<svg") == 4
    assert "Subsets of sources, in bits" in page
    assert f"{union.union_information[-1]:.4f}" in page
    rows = np.random.default_rng(0).standard_normal((6, 60, 1))
    rows[5] += rows[:5].sum(0)
    five = ff.gaussian_union([*rows[:5]], rows[5], check_dependence=False)
    many = ff.html_report({"five": five})
    assert many.count("<svg") == 3
