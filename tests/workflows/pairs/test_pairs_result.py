# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said of pairs of features: text, frames, files, pictures, pages."""

from __future__ import annotations

import re

import numpy as np
import pytest

import fourfold as ff

pytestmark = pytest.mark.cpu_only


@pytest.fixture(scope="module", name="found")
def _found():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 7))
    X[:, 6] = X[:, 5] + 0.2 * rng.normal(size=600)
    y = (X[:, 0] * X[:, 1] > 0).astype(int) + 2 * (X[:, 5] > 0)
    names = ["<b>", *(f"f{k}" for k in range(1, 7))]
    return ff.feature_pairs(X, y, n_bins=4, n_best=6, feature_names=names)


def test_text_names_the_best_pairs_and_says_what_the_numbers_are(found):
    head, screened, best, level, starred, heads, *lines = repr(found).split("\n")
    assert head == "FeaturePairs: 21 pairs of 7 features, 600 rows, 4 classes, in bits"
    passed = int(found.passed.sum())
    assert screened.startswith(f"{passed} of 21 pairs pass the G-test of I(X1,X2;Y)")
    assert best == (
        "the best 6 by synergy, corrected for the bias of counting by 'chao'; those on top are rather too high"
    )
    assert level.startswith("98.57 % intervals, of which 95 %")
    assert starred == f"* S above zero by its interval: {found.above_zero().sum()} of 6"
    assert heads.split()[:6] == ["X1", "X2", "R", "U1", "U2", "S"]
    assert lines[0].startswith("* <b>  f1 ")
    assert len(lines) == 6


def test_no_pair_passed():
    rng = np.random.default_rng(0)
    found = ff.feature_pairs(rng.integers(3, size=(200, 3)), rng.integers(2, size=200))
    assert repr(found).endswith(
        "0 of 3 pairs pass the G-test of I(X1,X2;Y) (expected share of false ones at most 0.05)"
    )
    assert found.best == []
    assert "No pair was corrected" in found.to_html()
    assert ff.FeaturePairs.from_dict(found.to_dict()) == found
    found.plot()


def test_frame_has_all_pairs_where_none_passed():
    pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    found = ff.feature_pairs(rng.integers(3, size=(200, 3)), rng.integers(2, size=200))
    assert len(found.to_frame()) == 3


def test_without_intervals_none_are_spoken_of():
    X = np.random.default_rng(0).integers(2, size=(300, 3))
    found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1, confidence_level=None)
    assert found.confidence_level is None
    assert found.results[0].confidence_interval is None
    assert found.pair("x0", "x1") == ff.pid(
        X[:, 0], X[:, 1], X[:, 0] ^ X[:, 1], confidence_level=None
    )
    assert "interval" not in repr(found)
    assert found.above_zero().tolist() == [False]
    assert ff.FeaturePairs.from_dict(found.to_dict()) == found


def test_one_is_not_several():
    X = np.random.default_rng(0).integers(2, size=(200, 2))
    head, verdict, *_ = repr(ff.feature_pairs(X, X[:, 0] ^ X[:, 1])).split("\n")
    assert head == "FeaturePairs: 1 pair of 2 features, 200 rows, 2 classes, in bits"
    assert verdict.startswith("1 of 1 pair passes the G-test")


def test_frame_has_a_row_for_each_pair_the_best_first(found):
    pytest.importorskip("pandas")
    frame = found.to_frame()
    assert len(frame) == 21
    assert [*zip(frame.x1[:6], frame.x2[:6], strict=True)] == found.best
    assert frame.passed.tolist() == sorted(found.passed.tolist(), reverse=True)
    assert frame.synergy_corrected.notna().sum() == 6
    first = found.results[0]
    assert frame.synergy_corrected[0] == first.synergy
    assert frame.synergy_standard_error[0] == first.standard_error.synergy
    assert frame.synergy_low[0] == first.confidence_interval.low.synergy
    total = frame.redundancy + frame.unique1 + frame.unique2 + frame.synergy
    np.testing.assert_allclose(total, frame.mi_joint)
    np.testing.assert_allclose(frame.redundancy + frame.unique1, frame.mi1, atol=1e-9)


def test_atoms_are_plug_in_less_their_bias(found):
    for left, plain, bias in zip(found.atoms, found.plug_in, found.bias, strict=True):
        np.testing.assert_array_equal(left, plain - bias)
    assert (found.ranked("redundancy")[:1] == [20]).all()


def test_saved_and_loaded_it_has_all_but_the_rows(found, tmp_path):
    path = tmp_path / "pairs.json"
    found.save(path)
    again = ff.load(path)
    assert again == found
    assert again.pair("<b>", "f1") == found.results[0]
    assert again.best == found.best
    with pytest.raises(ValueError, match=r"'f3' as X1 and 'f2' as X2 .* rows are not saved"):
        again.pair("f3", "f2")


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("f9", 0), "first: there is no feature 'f9'; there are '<b>'"),
        ((0, 7), "second: there is no feature 7"),
        ((0, True), "second: there is no feature True"),
        ((-1, "f6"), "second: expected another feature than first"),
    ],
)
def test_features_are_named_or_numbered(found, pair, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        found.pair(*pair)


def test_names_and_numbers_mean_the_same(found):
    assert found.pair(0, 1) == found.pair("<b>", "f1") == found.pair(-7, -6)


@pytest.mark.parametrize("order", ["clusters", "information", "given"])
def test_the_heat_map_has_each_pair_once(found, order):
    pytest.importorskip("matplotlib")
    ax = found.plot(order=order, above="synergy", below="redundancy")
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert sorted(labels) == sorted(found.feature_names)
    above, below, diagonal = (image.get_array() for image in ax.images)
    places = [found.feature_names.index(name) for name in labels]
    for row, i in enumerate(places):
        for column, j in enumerate(places):
            if i == j:
                own = found.information[i] - found.information_bias[i]
                assert diagonal[row, column] == pytest.approx(max(own, 0))
                continue
            number = [*map(set, found.pairs.tolist())].index({i, j})
            image, atom = (above, "synergy") if row < column else (below, "redundancy")
            if not found.passed[number]:
                assert np.ma.is_masked(image[row, column])
                continue
            value = getattr(found.atoms, atom)[number]
            assert image[row, column] == pytest.approx(max(value, 0))


def test_redundant_features_stand_side_by_side(found):
    pytest.importorskip("matplotlib")
    labels = [text.get_text() for text in found.plot().get_yticklabels()]
    assert abs(labels.index("f5") - labels.index("f6")) == 1


def test_few_features_of_many_are_those_of_the_best_pairs(found):
    pytest.importorskip("matplotlib")
    labels = {text.get_text() for text in found.plot(most=4).get_yticklabels()}
    assert labels == {"<b>", "f1", "f5", "f6"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"above": "bias"}, "above: expected one of"),
        ({"below": "bias"}, "below: expected one of"),
        ({"order": "name"}, "order: expected one of 'clusters'"),
        ({"most": 1}, "most: expected an integer of at least 2"),
    ],
)
def test_pictures_are_refused_by_name(found, options, message):
    pytest.importorskip("matplotlib")
    with pytest.raises(ValueError, match=message):
        found.plot(**options)
    with pytest.raises(ValueError, match="by: expected one of"):
        found.ranked("bias")


def test_page_has_the_picture_the_table_and_what_they_are(found, tmp_path):
    pytest.importorskip("jinja2")
    page = found.to_html(tmp_path / "pairs.html")
    assert "<svg" in page
    assert "&lt;b&gt;" in page
    assert "above zero by its interval" in page
    assert "as they were counted, less their estimated bias" in page
