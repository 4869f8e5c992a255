# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said of subsets, in text, pictures, pages, frames and files."""

from __future__ import annotations

import re

import numpy as np
import pytest

import fourfold as ff
from fourfold.results.not_saved import NotSavedError
from tests.support.figures import legend
from tests.support.scene import scene

pytestmark = pytest.mark.cpu_only


@pytest.fixture(scope="module", name="found")
def _found():
    *columns, by = scene(1500, 7)
    return ff.high_synergy_subsets(*columns, by=by | {"<b>": np.arange(1500) < 20})


def test_text_has_a_line_for_each_subset_and_stars_those_found(found):
    head, about, heads, *lines = repr(found).split("\n")
    assert head.startswith("SynergySubsets: synergy in bits within 7 subsets of 1500 rows")
    assert "95 % intervals of all 7 at once" in head
    assert "population" in about
    words = ["subset", "rows", "S", "shrunk", "rest", "more", "at", "least", "p", "adjusted"]
    assert heads.split() == words
    assert (np.diff(found.difference_low) <= 0).all()
    for line, name, high, value in zip(
        lines, found.subsets, found.high_ones, found.estimate, strict=False
    ):
        assert line.startswith(("* " if high else "  ") + name)
        assert f" {value:.3f} [" in line
    number = int(found.high_ones.sum())
    assert lines[7] == f"* above the rest: {number} of 7 (chance of any false one at most 0.05)"
    assert lines[8].endswith("<b>=False (20), <b>=True (20)")


def test_nothing_found_says_so():
    rng = np.random.default_rng(0)
    x1, x2, y, half = rng.integers(2, size=(4, 400))
    found = ff.high_synergy_subsets(x1, x2, y, by=half, adjust="bh")
    assert repr(found).endswith(
        "in no subset is the synergy told apart from that elsewhere "
        "(expected share of false ones at most 0.05)"
    )


def test_many_subsets_are_cut_in_text_only():
    rng = np.random.default_rng(0)
    x1, x2, y = rng.integers(2, size=(3, 500))
    by = {f"c{k}": rng.integers(2, size=500) for k in range(17)}
    found = ff.high_synergy_subsets(x1, x2, y, by=by)
    assert "  ... and 4 more, see to_frame()" in repr(found)
    assert len(found.table().rows) == 34


def test_picture_has_each_interval_and_what_it_is_held_to(found):
    ax = found.plot(most=5, source_names=("camera", "lidar"))
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        f"{name}  ({rows})" for name, rows in zip(found.subsets[:5], found.n_rows, strict=False)
    ]
    (lines,) = [each for each in ax.collections if each.get_label().startswith("_")]
    np.testing.assert_allclose(
        [segment[:, 0] for segment in lines.get_segments()],
        np.stack([found.low, found.high], axis=1)[:5],
    )
    drawn = {each.get_label(): each.get_offsets()[:, 0] for each in ax.collections}
    np.testing.assert_allclose(drawn["as many other rows"], found.rest[:5])
    high = found.high_ones[:5]
    np.testing.assert_allclose(drawn["subset, above the rest"], found.estimate[:5][high])
    assert legend(ax)[0] == "all rows"
    assert ax.get_xlabel() == "Synergy (bits)"
    assert "2 more subsets not drawn" in ax.get_title(loc="left").replace("\n", " ")
    with pytest.raises(ValueError, match="most: expected an integer of at least 1"):
        found.plot(most=0)


def test_unique_information_is_called_by_the_name_of_its_source():
    *columns, by = scene(600, 7)
    found = ff.high_synergy_subsets(*columns, by=by["glass"], atom="unique1")
    assert found.plot(source_names=("camera", "lidar")).get_xlabel() == (
        "Unique to camera (bits)"
    )
    assert "unique to X1 in bits within 2 subsets" in repr(found)


def test_page_has_the_table_and_names_what_was_left_out(found):
    page = found.to_html(source_names=("camera", "lidar"))
    assert "<h2" in page
    assert "Subsets of high synergy" in page
    assert "&lt;b&gt;=True" in page
    assert "<b>=True" not in page
    for value in found.estimate:
        assert re.search(rf">{value:.4f}".replace("-", "\N{MINUS SIGN}"), page)


def test_frame_has_the_evidence_of_each(found):
    pytest.importorskip("pandas")
    frame = found.to_frame()
    rows = frame[frame["what"] == "difference"].set_index("subset")
    assert list(rows.index) == list(found.subsets)
    np.testing.assert_array_equal(rows["value"], found.difference)
    np.testing.assert_array_equal(rows["adjusted_pvalue"].astype(float), found.adjusted_pvalues)
    own = frame[frame["what"] == "subset"]
    np.testing.assert_array_equal(own["low"], found.low)


def test_rows_are_not_saved_and_names_are_checked(found, tmp_path):
    with pytest.raises(ValueError, match="name: 'fog' is none of the 7 subsets: '"):
        found.rows("fog")
    found.save(tmp_path / "found.json")
    again = ff.load(tmp_path / "found.json")
    assert again == found
    with pytest.raises(NotSavedError, match="members was not saved"):
        again.rows(found.subsets[0])


def test_subsets_of_too_few_samples_are_flagged_once():
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(30, size=(2, 300))
    by = {"half": np.arange(300) % 2}
    with pytest.warns(ff.UndersampledWarning, match="2 of 2 subsets are undersampled") as told:
        found = ff.high_synergy_subsets(x1, x2, (x1 + x2) % 2, by=by)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert repr(found).count("UNDERSAMPLED") == 2


def test_one_class_in_a_subset_tells_nothing():
    rng = np.random.default_rng(0)
    half = np.arange(500) % 2
    y = np.where(half, 0, rng.integers(2, size=500))
    points = rng.standard_normal((2, 500, 2))
    estimator = ff.ClassifierPID("logistic", cv=2)
    found = ff.high_synergy_subsets(*points, y, by=half, estimator=estimator)
    at = found.subsets.index("stratum=1")
    assert found.estimate[at] == 0
    assert found.results[at].entropy == 0
