# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pictures: what is drawn is what was computed, whatever the atoms are."""

from __future__ import annotations

import dataclasses
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import fourfold as ff
from fourfold.report.plots.bars import plot, plot_comparison
from fourfold.report.plots.style import COLORS
from tests.support.figures import legend
from tests.support.processes import output_of

pytestmark = pytest.mark.usefixtures("plt")

AND = (0.3113, 0.0, 0.0, 0.5)
NEGATIVE = (0.5, 0.3, -0.2, -0.01)


def decomposition(r, u1, u2, s, *, gap=8e-5, converged=True):
    return ff.PID(r, u1, u2, s, r + u1 + u2 + s, r + u1, r + u2, gap, converged, 100)


def extents(ax, along):
    """(atom, bar) signed extents of the bars, from the containers' labels and patches."""
    get = "get_width" if along == "x" else "get_height"
    return np.array([[getattr(bar, get)() for bar in c.patches] for c in bar_containers(ax)])


def bar_containers(ax):
    return [c for c in ax.containers if hasattr(c, "patches")]


def starts(ax, along):
    get = "get_x" if along == "x" else "get_y"
    return np.array([[getattr(bar, get)() for bar in c.patches] for c in bar_containers(ax)])


def whiskers(ax):
    """Ends of the error bars, (2, 2) arrays of points."""
    error_bars = [c for c in ax.containers if not hasattr(c, "patches")]
    return [part for bar in error_bars for c in bar.lines[2] for part in c.get_segments()]


def words(ax):
    return [text.get_text() for text in ax.texts]


# -- one bar ---------------------------------------------------------------------------


@pytest.mark.parametrize("atoms", [AND, (0.9, 0.4, 0.6, 0.6), (0, 0, 0, 0), (1, 3e-4, 0, 0.2)])
def test_one_bar_is_the_atoms_end_to_end(atoms):
    ax = plot(decomposition(*atoms))
    np.testing.assert_allclose(extents(ax, "x")[:, 0], atoms, atol=1e-15)
    np.testing.assert_allclose(starts(ax, "x")[:, 0], np.cumsum((0, *atoms))[:-1], atol=1e-15)
    low, high = ax.get_xlim()
    assert low <= 0
    assert high >= sum(atoms)


def test_every_value_is_written_once():
    ax = plot(decomposition(0.5, 0.0003, 0.0, 0.21))
    assert words(ax) == ["0.500", "0.210"]
    assert legend(ax) == ["redundancy", "unique to X1: 0.0003", "unique to X2: 0", "synergy"]


def test_words_name_sources_target_unit_total_and_gap():
    result = decomposition(0.9, 0.4, 0.6, 0.6)
    ax = plot(result, label="A", source_names=("left half", "right half"), target_name="digit")
    assert ax.get_xlabel() == "Information about digit (bits)"
    assert ax.get_title("left") == (
        "I(left half, right half; digit) = 2.500 bits, certified gap 8e\N{MINUS SIGN}05 bits"
    )
    assert legend(ax)[1:3] == ["unique to left half", "unique to right half"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["A"]


def test_colours_belong_to_the_atoms():
    ax = plot(decomposition(0.2, 0.3, 0.4, 0.5))
    drawn = [to_hex(c.patches[0].get_facecolor()).upper() for c in bar_containers(ax)]
    assert drawn == list(COLORS)
    assert len(set(drawn)) == 4


def test_negative_atom_is_drawn_left_of_zero_inside_the_limits():
    ax = plot(decomposition(*NEGATIVE))
    np.testing.assert_allclose(extents(ax, "x")[:, 0], NEGATIVE, atol=1e-15)
    left_ends = (starts(ax, "x") + np.minimum(extents(ax, "x"), 0)).min()
    assert left_ends == pytest.approx(-0.21)
    assert ax.get_xlim()[0] < -0.21
    assert "sum of the atoms" in legend(ax)
    assert ax.lines[-1].get_xdata() == pytest.approx([0.59])


def test_tiny_atom_is_a_hairline_that_its_neighbours_do_not_cover():
    ax = plot(decomposition(0.5, 1e-5, 0.0, 0.5))
    (hairline,) = ax.collections
    assert to_hex(hairline.get_color()).upper() == COLORS.unique1
    (segment,) = hairline.get_segments()
    assert segment[:, 0] == pytest.approx([0.5, 0.5], abs=1e-4)
    assert hairline.get_zorder() > bar_containers(ax)[0].patches[0].get_zorder()


def test_large_neighbours_are_parted_in_white():
    ax = plot(decomposition(0.4, 0.3, 0.0, 0.3))
    assert {to_hex(line.get_color()) for line in ax.collections} == {"#ffffff"}
    places = [line.get_segments()[0][0, 0] for line in ax.collections]
    assert places == pytest.approx([0.4, 0.7])


def test_unknown_synergy_is_said():
    ax = plot(decomposition(0.5, 0.3, 0.2, np.nan))
    assert ax.get_title("left").startswith("I(X1,X2;Y) not known")
    assert legend(ax)[3] == "synergy: not known"
    assert extents(ax, "x")[3, 0] == 0


def test_wide_gap_is_drawn_on_the_edges_that_it_leaves_open():
    ax = plot(decomposition(0.5, 0.3, 0.2, 0.4, gap=0.1, converged=False))
    drawn = sorted(tuple(np.round(segment[:, 0], 12)) for segment in whiskers(ax))
    assert drawn == [(0.5, 0.6), (0.9, 1.0)]
    assert ax.get_title("left").endswith("certified gap 0.100 bits (not converged)")
    assert not whiskers(plot(decomposition(0.5, 0.3, 0.2, 0.4)))


def test_method_of_the_result_draws_the_same():
    ax = decomposition(*AND).plot(label="AND")
    np.testing.assert_allclose(extents(ax, "x")[:, 0], AND)


# -- several bars ----------------------------------------------------------------------


def test_comparison_draws_each_result_and_its_total():
    columns = np.random.default_rng(0).dirichlet(np.ones(4), size=12)
    ax = plot_comparison([decomposition(*atoms) for atoms in columns])
    np.testing.assert_allclose(extents(ax, "y"), columns.T, atol=1e-15)
    expected = np.vstack([np.zeros(12), np.cumsum(columns.T, axis=0)[:-1]])
    np.testing.assert_allclose(starts(ax, "y"), expected, atol=1e-15)
    assert ax.get_ylabel() == "Information about Y (bits)"
    assert words(ax).count("1.000") == 12
    assert legend(ax) == ["synergy", "unique to X2", "unique to X1", "redundancy"]


def test_labels_from_mapping_sequence_batch_and_default():
    pair = [decomposition(*AND), decomposition(*NEGATIVE)]
    fields = ("redundancy", "unique1", "unique2", "synergy", "mi_joint", "mi1", "mi2", "gap",
              "converged", "iterations")  # fmt: skip
    batch = ff.PID(*(np.array([getattr(result, name) for result in pair]) for name in fields))
    for results, labels, expected in [
        ({"a": pair[0], "b": pair[1]}, None, ["a", "b"]),
        (pair, ["c", "d"], ["c", "d"]),
        (pair, None, ["0", "1"]),
        (batch, ["e", "f"], ["e", "f"]),
        (pair[0], None, ["0"]),
    ]:
        ax = plot_comparison(results, labels)
        assert [text.get_text() for text in ax.get_xticklabels()] == expected
        np.testing.assert_allclose(extents(ax, "y")[:, 0], AND)


def test_long_labels_are_turned():
    results = [decomposition(*AND)] * 6
    short = plot_comparison(results, list("abcdef"))
    long = plot_comparison(results, [f"a rather long label {k}" for k in range(6)])
    assert {text.get_rotation() for text in short.get_xticklabels()} == {0}
    assert {text.get_rotation() for text in long.get_xticklabels()} == {35}


def test_comparison_of_negative_unknown_and_zero():
    results = [decomposition(*NEGATIVE), decomposition(0.5, 0.3, 0.2, np.nan),
               decomposition(0, 0, 0, 0), decomposition(*AND, gap=0.02, converged=False)]  # fmt: skip
    ax = plot_comparison(results)
    assert ax.get_ylim()[0] < -0.21
    minus = "\N{MINUS SIGN}"
    assert any(f"S {minus}0.010" in text for text in words(ax))
    assert "?" in words(ax)
    assert legend(ax)[0] == "synergy (?: not known)"
    assert ax.get_title("left") == "certified gap at most 0.020 bits (1 not converged)"


@pytest.mark.parametrize(
    ("sizes", "changes", "words"),
    [
        ((569, 569), {}, "estimated from 569 samples"),
        ((569, 96), {}, "estimated from 96 to 569 samples"),
        ((569, None), {}, "certified gap at most 8e\N{MINUS SIGN}05 bits"),
        ((569, 569), {"bias_correction": "none"}, "as counted in 569 samples"),
        ((9, 9), {"gap": 0.02, "converged": False},
         "estimated from 9 samples, certified gap at most 0.020 bits (2 not converged)"),
    ],
)  # fmt: skip
def test_headline_of_samples_is_their_number_unless_the_gap_is_seen(sizes, changes, words):
    changes = {"bias_correction": "chao", **changes}
    results = [
        dataclasses.replace(decomposition(*AND), n_samples=size, **changes) for size in sizes
    ]
    assert plot_comparison(results).get_title("left").replace("\n", " ") == words


# -- manners ---------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [plot, plot_comparison])
def test_own_axes_are_used_and_global_state_is_left_alone(draw, plt):
    settings, figures = dict(mpl.rcParams), plt.get_fignums()
    figure = Figure(layout="constrained")
    ax = figure.subplots(1, 2)[1]
    assert draw(decomposition(*AND), ax=ax) is ax
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == figures


def test_own_axes_in_a_subfigure():
    figure = Figure()
    ax = figure.subfigures(1, 2)[0].subplots()
    assert words(plot(decomposition(*AND), ax=ax))


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_figure_can_be_saved(suffix, tmp_path):
    file = tmp_path / f"atoms.{suffix}"
    plot(decomposition(*AND)).figure.savefig(file)
    assert file.stat().st_size > 1000


def test_legend_is_inside_the_new_figure_and_outside_the_axes():
    for ax in (plot(decomposition(*AND)), plot_comparison([decomposition(*AND)] * 12)):
        ax.figure.draw_without_rendering()
        box, frame = ax.get_legend().get_window_extent(), ax.figure.bbox
        assert box.x0 > ax.get_window_extent().x1
        assert box.x1 <= frame.x1
        assert box.y0 >= frame.y0


BATCH = ff.PID(*(np.ones((2, 3)) for _ in range(10)))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: plot(BATCH), ValueError, r"plot: result .* batch of shape \(2, 3\)"),
        (
            lambda: plot((0.1, 0.2)),
            TypeError,
            r"plot: result must be a fourfold.PID, got tuple",
        ),
        (
            lambda: plot(decomposition(*AND), source_names="AB"),
            ValueError,
            r"plot: source_names must be two names, got 'AB'",
        ),
        (lambda: plot_comparison([]), ValueError, r"results must hold at least one"),
        (lambda: plot_comparison(BATCH), ValueError, r"shape \(B,\), got \(2, 3\)"),
        (lambda: plot_comparison([BATCH]), ValueError, r"results\[0\] .* shape \(2, 3\)"),
        (lambda: plot_comparison([None]), TypeError, r"results\[0\] must be .* got NoneType"),
        (
            lambda: plot_comparison([decomposition(*AND)], ["a", "b"]),
            ValueError,
            r"labels must be one per result, got 2 for 1",
        ),
        (
            lambda: plot_comparison([decomposition(*AND)], source_names=("a", "b", "c")),
            ValueError,
            r"source_names must be two names",
        ),
    ],
)
def test_errors_name_the_argument_and_the_value(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_missing_matplotlib_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'fourfold\[plot\]'"):
        plot(decomposition(*AND))


def test_import_does_not_import_matplotlib():
    code = "import sys, fourfold, fourfold.plotting, fourfold.cli; print('matplotlib' in sys.modules)"
    assert output_of(code) == "False\n"
