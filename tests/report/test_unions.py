# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pictures and pages of union informations, and that they show the numbers of the result."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.report.plots.style import COLORS
from tests.support.figures import legend, ticks
from tests.support.unions import intervals_of, of_bits

pyplot = pytest.importorskip("matplotlib.pyplot")
to_hex = pytest.importorskip("matplotlib.colors").to_hex

SEEN = {"audio": {0, 1, 2}, "video": {2, 3}, "text": {2, 3, 4}}


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def heights(ax):
    return [
        [bar.get_height() for bar in bars.patches] for bars in ax.containers if bars.patches
    ]


def dots(ax):
    """Which sources each column has, by the dots that are dark."""
    rows = [part for part in ax.collections if len(part.get_offsets()) > 1]
    dark = [[to_hex(color) != to_hex("0.82") for color in row.get_facecolors()] for row in rows]
    return np.array(dark).T


# -- unions ------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 4])
def test_bars_are_v_and_the_synergy_over_dots_of_their_sources(n):
    found = of_bits({f"x{k}": {k, k + 1} for k in range(n)}, synergy=0.25)
    ax = found.plot(target_name="mood")
    np.testing.assert_allclose(heights(ax)[0], found.union_information)
    np.testing.assert_allclose(heights(ax)[1], found.synergy)
    bottoms = [bar.get_y() for bar in ax.containers[1].patches]
    np.testing.assert_allclose(bottoms, found.union_information)
    members = [[name in of for name in found.source_names] for of in found.subsets]
    np.testing.assert_array_equal(dots(ax), members)
    assert ax.get_ylabel() == "Information about mood (bits)"
    assert legend(ax) == ["union v*", "synergy"]
    words = [text.get_text() for text in ax.texts]
    assert words[: 2 * n : 2] == list(found.source_names)
    assert words[1 : 2 * n : 2] == ["2.00"] * n  # each alone
    assert words[2 * n :] == ["0.25"] * (2**n - 1 - n)


def test_all_is_inside_a_figure_of_its_own_and_one_of_the_user():
    found = intervals_of(of_bits(SEEN), 0.1)
    whole = found.plot()
    _, axes = pyplot.subplots(1, 2, figsize=(11, 3.5), layout="constrained")
    for ax, of in zip(axes, (found, of_bits({f"x{k}": {k} for k in range(8)})), strict=True):
        assert of.plot(ax) is ax
    for ax in (whole, *axes):
        ax.figure.draw_without_rendering()
        box, page = ax.get_tightbbox(), ax.figure.bbox
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= page.x1 + 1
        assert box.y1 <= page.y1 + 1


def test_intervals_and_bounds_have_whiskers():
    found = intervals_of(of_bits(SEEN), 0.125)
    ax = found.plot()
    assert legend(ax) == ["union v*", "v*, 95 % interval", "synergy", "synergy, 95 % interval"]
    (lines,) = (part for part in ax.collections if part.get_label() == "synergy, 95 % interval")
    ends = np.array([segment[:, 1] for segment in lines.get_segments()])
    np.testing.assert_allclose(ends, found.union_information[3:, None] + [-0.125, 0.125])
    gap = np.array([0, 0, 0, 0, 0, 0, 0.5])
    ax = of_bits(SEEN, gap=gap, converged=gap == 0).plot()
    assert "v*, bounds (not converged)" in legend(ax)
    (bars,) = ax.containers[-1].lines[2]
    np.testing.assert_allclose(bars.get_segments()[0][:, 1], [4.5, 5])


def test_pictures_say_what_numbers_are_about_and_which_are_bias():
    found = intervals_of(of_bits(SEEN, synergy=0.5, undersampled=np.arange(7) == 6), 0.1)
    for what in ("unions", "shares", "overlap"):
        title = found.plot(what=what).get_title(loc="left").replace("\n", " ")
        assert "of labels of 500 samples, an estimate" in title
    ax = found.plot()
    assert "synergy, mostly bias" in legend(ax)
    assert [bar.get_hatch() for bar in ax.containers[1].patches] == [None] * 6 + ["////"]
    assert "mostly bias" not in " ".join(legend(of_bits(SEEN).plot()))


def test_what_is_not_known_is_not_drawn():
    information = np.where(np.arange(7) < 3, of_bits(SEEN).information, np.nan)
    ax = of_bits(SEEN, information=information).plot()
    assert legend(ax) == ["union v*"]
    assert [text.get_text() for text in ax.texts] == [
        "audio",
        "3.00",
        "video",
        "2.00",
        "text",
        "3.00",
    ]
    pairs = of_bits(SEEN, subsets=(("audio", "video"), ("audio", "text")))
    assert [text.get_text() for text in pairs.plot().texts] == [
        "audio",
        "video",
        "text",
        "0.00",
        "0.00",
    ]


def test_of_many_subsets_small_and_large_ones_are_drawn():
    found = of_bits({f"x{k}": {k} for k in range(8)})
    ax = found.plot()
    assert len(ax.containers[0].patches) == 17
    assert ax.get_title(loc="left") == "of this table, 238 more subsets not drawn"
    assert dots(ax).sum(1).tolist() == [1] * 8 + [7] * 8 + [8]
    names = tuple(f"x{k}" for k in range(40))
    many = of_bits({name: {0} for name in names}, subsets=tuple((name,) for name in names) + tuple(
        tuple(sorted(names[:k])) for k in range(2, 40)
    ))  # fmt: skip
    with pytest.raises(ValueError, match="subsets are too many to be read, 64 are the most"):
        many.plot()


def test_numbers_are_left_out_where_they_would_meet():
    found = of_bits({f"x{k}": {k} for k in range(4)}, synergy=0.5)
    _, ax = pyplot.subplots(figsize=(3, 2), layout="constrained")
    found.plot(ax)
    assert "0.50" not in [text.get_text() for text in ax.texts]


# -- shares and overlap ------------------------------------------------------------------


def test_shares_are_within_what_is_told_and_hold_what_is_lost():
    found = of_bits(SEEN)
    ax = found.plot(what="shares", target_name="mood")
    widths = [[bar.get_width() for bar in bars.patches] for bars in ax.containers]
    np.testing.assert_allclose(widths[0], [3, 2, 3])
    np.testing.assert_allclose(widths[1], found.shares.value)
    np.testing.assert_allclose(widths[2], found.unique.value)
    assert legend(ax) == ["tells alone", "share of v* (Shapley)", "lost if dropped"]
    assert to_hex(ax.containers[1].patches[0].get_facecolor()) == COLORS.redundancy.lower()
    gap = np.array([0, 0, 0, 0, 0, 0, 0.5])
    assert (
        legend(of_bits(SEEN, gap=gap, converged=gap == 0).plot(what="shares"))[-1]
        == "share, bounds"
    )


def test_overlap_has_the_redundancy_of_each_pair():
    found = of_bits(SEEN)
    ax = found.plot(what="overlap", target_name="mood")
    np.testing.assert_allclose(ax.images[0].get_array(), found.overlap)
    assert [text.get_text() for text in ax.texts][:3] == ["3.00", "1.00", "1.00"]
    assert ticks(ax) == list(SEEN)
    assert "both tell about mood" in ax.get_title(loc="left").replace("\n", " ")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"what": "venn"}, "what: .*'unions'.*'shares'.*'overlap'.*'venn'"),
        ({"what": "shares"}, "needs all subsets"),
        ({"what": "overlap"}, "needs pairs and single sources"),
    ],
)
def test_wrong_pictures_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        of_bits(SEEN, subsets=(("audio",), ("audio", "video", "text"))).plot(**options)


# -- pages -------------------------------------------------------------------------------


def test_page_has_subsets_sources_and_pairs():
    pytest.importorskip("jinja2")
    flags = np.arange(7) == 6
    found = of_bits(
        {"<b>": {0, 1}, "b": {1}, "c": {2}}, synergy=0.5, model="samples", n_samples=77,
        undersampled=flags, samples_per_cell=np.full(7, 0.4),
    )  # fmt: skip
    page = found.to_html(target_name="mood")
    assert "What &lt;b&gt;, b and c tell about mood" in page
    assert page.count("<svg") == 3
    assert "<b>" not in page
    for words in (
        "Shapley share",
        "lost if dropped",
        "0.4 samples a cell",
        "Redundancy of pairs",
    ):
        assert words in page
    assert "X1" not in page.split("How to read")[0]
    cells = [f"{value:.4f}" for value in found.union_information]
    assert all(f">{cell}<" in page for cell in cells)


def test_gaussian_unions_and_pids_share_a_page():
    pytest.importorskip("jinja2")
    cov = np.ones((4, 4)) + np.diag([1.0, 1.0, 1.0, 0.0])
    gaussian = ff.gaussian_union_from_covariance(cov, (1, 1, 1, 1))
    page = ff.html_report({"G": gaussian, "AND": ff.decompose(ff.gates.AND.pmf)})
    assert "What X1 and X2 tell about Y" in page
    assert "Union information of 3 Gaussian sources in bits, of this covariance" in page
    assert "What x1, x2 and x3 tell about Y" in gaussian.to_html()
    one = of_bits({"a": {0}})
    assert one.to_html().count("<svg") == 1
    assert "What a tells about Y" in one.to_html()


def test_notebooks_need_no_matplotlib(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    found = of_bits({"<b>": {0, 1}, "b": {1}})
    assert found._repr_html_().count("<table>") == 3
    assert "<b>" not in found._repr_html_()


def test_dots_of_members_stand_out_from_a_dark_page_too():
    with pyplot.style.context("dark_background"):
        ax = of_bits(SEEN).plot()
    rows = [part for part in ax.collections if len(part.get_offsets()) > 1]
    light = np.array([row.get_facecolors()[:, :3].mean(1) for row in rows]).T
    assert light.max() > 0.8
    members = [[name in of for name in SEEN] for of in of_bits(SEEN).subsets]
    np.testing.assert_array_equal(light > 0.5, members)


def test_a_synergy_that_is_not_known_is_not_drawn_as_none():
    tables = [np.eye(2) / 4 + 0.125] * 3
    found = ff.union_information_from_marginals(tables, information=0.8)
    assert found.plot().get_title(loc="left") == "of this table, synergy of 3 not known"
    nothing = ff.union_information_from_marginals(tables)
    assert "not known" not in nothing.plot().get_title(loc="left")


def test_shared_exclusions_say_what_they_are_about():
    rows = np.random.default_rng(0).integers(9, size=(3, 60))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ff.UndersampledWarning)
        few = ff.sx_pid([*rows[:2]], rows[2])
    assert few.plot().get_title(loc="left") == "of 60 samples, plug-in, UNDERSAMPLED"
    table = ff.sx_pid_from_table(ff.gates.XOR.pmf)
    assert table.plot().get_title(loc="left") == "of this table"


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for what in ("unions", "shares", "overlap"):
            intervals_of(of_bits(SEEN), 0.1).plot(what=what)
            of_bits({"a": set(), "b": set()}).plot(what=what)
