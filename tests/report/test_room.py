# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Words of pictures: inside the picture, clear of each other, and true of what is drawn."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

import fourfold as ff
from fourfold.plotting import plot_comparison
from fourfold.report.plots import style
from tests.support.every_result import made
from tests.support.figures import legend

pyplot = pytest.importorskip("matplotlib.pyplot")

LONG = {"source_names": ("a rather long source name", "another long source name")}
LABEL = {"label": "a very long label of this result", "target_name": "a long target"}
PICTURES = {
    "bar": lambda: made("halves").plot(**LONG, **LABEL),
    "bar of a table": lambda: made("table").plot(**LONG, **LABEL),
    "clusters": lambda: made("clusters").plot(**LONG),
    "decoded": lambda: made("decoded").plot(**LONG, **LABEL),
    "Gaussian": lambda: made("Gaussian samples").plot(**LONG, **LABEL),
    "strata": lambda: made("conditional").plot(**LONG, target_name="a long target"),
    "curves": lambda: made("table").plot(kind="roc", **LONG, target_name="a long target"),
    "directions": lambda: made("Gaussian samples").plot(what="directions", **LONG),
    "union": lambda: made("union").plot(),
    "union of labels": lambda: made("union of labels").plot(target_name="a long target"),
    "union of a table": lambda: made("union of a table").plot(what="shares"),
    "overlap": lambda: made("union of tables").plot(
        what="overlap", target_name="a long target"
    ),
    "noise": lambda: made("noise").plot(**LONG),
    "layers": lambda: made("layers of clusters").plot(**LONG),
    "data sets": lambda: made("data sets").plot(**LONG),
    "drops": lambda: made("ablation").plot(**LONG),
    "models": lambda: made("models").plot(quantity="unique1_share"),
    "few bars": lambda: plot_comparison([made("bins"), made("halves")], **LONG),
    "many bars": lambda: plot_comparison([made("halves")] * 12),
}


@pytest.mark.parametrize("name", PICTURES)
def test_words_are_in_the_picture_and_clear_of_the_headline(name):
    ax = PICTURES[name]()
    figure = ax.figure
    figure.draw_without_rendering()
    headline = ax.title if ax.title.get_text() else ax._left_title
    legends = [] if ax.get_legend() is None else [ax.get_legend()]
    words = [headline, ax.xaxis.label, *ax.get_yticklabels(), *legends, *ax.texts]
    boxes = [word.get_window_extent() for word in words if word is not None]
    for box in boxes:
        assert box.x0 >= -1
        assert box.x1 <= figure.bbox.x1 + 1
    for other in legends:
        assert not headline.get_window_extent().overlaps(other.get_window_extent())
    pyplot.close(figure)


def test_values_below_zero_do_not_meet():
    ax = PICTURES["many bars"]()
    ax.figure.draw_without_rendering()
    words = [text for text in ax.texts if "\N{MINUS SIGN}" in text.get_text()]
    assert len(words) == 12
    boxes = [text.get_window_extent() for text in words]
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(boxes))


def test_headline_ends_before_the_next_axes():
    figure, axes = pyplot.subplots(1, 2, figsize=(10, 3), layout="constrained")
    for ax in axes:
        made("Gaussian").plot(ax=ax)
    figure.draw_without_rendering()
    left = axes[0]._left_title.get_window_extent()
    assert left.x1 < axes[1]._left_title.get_window_extent().x0


@pytest.mark.parametrize("start", range(0, 60, 6))
def test_headline_ends_with_axes_that_fill_the_figure(start):
    figure = pyplot.figure(figsize=(7.2, 3.0))
    ax = figure.add_axes((0.0, 0.0, 1.0, 0.7))
    words = (
        "noise makes combinations differ, NOT GAUSSIAN: 0.326 bits more than these atoms have "
    )
    style.headline(ax, (4 * words)[start:])
    figure.draw_without_rendering()
    assert ax._left_title.get_window_extent().x1 <= figure.bbox.x1
    pyplot.close(figure)


def test_interval_of_a_synergy_begins_where_its_bar_does():
    x1, x2, y = np.random.default_rng(1).normal(size=(3, 300, 2))
    union = ff.gaussian_union([x1, x2], y)
    assert union.synergy[-1] < 0
    ax = union.plot()
    (lines,) = (part for part in ax.collections if "synergy" in str(part.get_label()))
    drawn = lines.get_segments()[0][:, 1]
    begin = ax.containers[1].patches[-1].get_y()
    interval = union.confidence_interval
    np.testing.assert_allclose(
        drawn - begin, [interval.low.synergy[-1], interval.high.synergy[-1]], atol=1e-12
    )


def test_level_is_not_rounded_to_certainty():
    sweep = dataclasses.replace(made("noise"), confidence_level=0.995)
    assert "99.5 % interval" in legend(sweep.plot())
    assert "99.5% confidence" in repr(sweep)


@pytest.mark.parametrize("atom", ["unique", "redundancy", "synergy"])
def test_names_of_points_stay_between_the_ends_of_the_axis(atom):
    report = made("ablation")
    named = tuple(f"a model of a long name {k}" for k in range(len(report.cases)))
    ax = dataclasses.replace(report, cases=named).plot(atom=atom, **LONG)
    ax.figure.draw_without_rendering()
    ends = ax.get_window_extent()
    for text in ax.texts:
        box = text.get_window_extent()
        assert ends.x0 <= box.x0 < box.x1 <= ends.x1, text.get_text()
