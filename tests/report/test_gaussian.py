# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said and drawn of a Gaussian: never certified, and of samples never without its doubts."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import fourfold as ff
from fourfold.report.text import table
from tests.support.figures import legend
from tests.support.fitted import exact, of_samples

NAMES = {"source_names": ("eye", "ear"), "target_name": "speed"}
MISSED = ff.Dependence(2.9, 0.05, 2.29, "KSG", True)


def line_of(text, start):
    (line,) = (line for line in text.splitlines() if line.startswith(start))
    return line


def words_of(axes):
    return [text.get_text() for text in axes.texts]


# -- text ------------------------------------------------------------------------------


def test_table_of_a_covariance():
    text = table(exact(), **NAMES)
    assert "of this covariance, exact" in text
    assert line_of(text, "unique to eye").split()[-1] == "0.660964"
    assert line_of(text, "I(eye, ear; speed)").split()[-1] == "2.292481"
    for absent in ("plug-in", "cross", "interval", "certified", "error"):
        assert absent not in text


def test_table_of_samples_has_each_reading_in_its_column():
    found = of_samples()
    text = table(found, **NAMES)
    assert "of the Gaussian copula with the ranks of 480 samples, an estimate" in text
    for k, (start, p) in enumerate(
        (("redundancy", []), ("unique to eye", ["0.0001"]), ("unique to ear", ["0.0123"]), ("synergy", []))
    ):  # fmt: skip
        crossed = [] if k in {0, 3} else [f"{found.unique_cross_fitted[k - 1]:.4f}"]
        interval = found.confidence_interval
        numbers = [
            f"{found.atoms[k]:.6f}", f"{interval.low[k]:.6f}", f"{interval.high[k]:.6f}",
            f"{found.standard_error[k]:.4f}", f"{found.plug_in[k]:.4f}", *crossed, *p,
        ]  # fmt: skip
        assert line_of(text, start).split()[-len(numbers) :] == numbers
    assert "from what each row adds" in text
    assert "sources that differ by 0.040 bits" in text
    assert "KSG finds 2.300 +- 0.050 bits of I(eye, ear; speed), the Gaussian 2.290" in text
    assert "certified" not in text


def test_combinations_are_told_below():
    lines = table(exact(), **NAMES).splitlines()
    assert lines[-2].split() == ["1.00", "speed[0]", "eye", "alone", "0.661"]
    assert lines[-1].split() == ["1.00", "speed[1]", "ear", "alone", "0.292"]


def test_what_is_conditioned_on_is_said(rng):
    drawn = rng.normal(size=(9, 20))
    found = ff.gaussian_pid_from_covariance(drawn @ drawn.T, (2, 3, 2), given=2)
    assert "of this covariance given t, exact" in table(found)
    assert "I(X1, X2; Y given t)" in table(found)


DOUBTS = [
    ({"dependence": MISSED}, "Not Gaussian: KSG finds 2.900 +- 0.050 bits"),
    (
        {"unique_cross_fitted": (0.5, 0.2)},
        "Few rows: plug-in and cross-fitted U differ by 0.181",
    ),
]


@pytest.mark.parametrize(("change", "words"), DOUBTS)
def test_doubts_are_in_text_page_and_notebook(change, words):
    found = of_samples(**change)
    for text in (table(found), found.to_html(), found._repr_html_()):
        assert words in " ".join(text.split())


def test_no_doubts_where_there_are_none():
    assert "No warnings." in of_samples().to_html()
    assert "No warnings." in exact().to_html()


# -- page ------------------------------------------------------------------------------


def test_page_has_atoms_and_combinations():
    page = ff.html_report({"Eyes": of_samples()}, **NAMES)
    said = page[page.index("<main>") : page.index('<section id="reading"')]
    assert "certified" not in said.lower()
    assert "Of the Gaussian copula with the ranks of 480 samples" in said
    assert "Eyes: what of speed" in said
    assert said.count("<svg") == 2
    assert "1.00 speed[0]" in said
    assert "0.5610 to 0.8610" in said
    assert "eigenvalue" in said
    assert "KSG" in said
    assert "certified" not in of_samples()._repr_html_().lower()


def test_page_of_draws_says_so():
    interval = dataclasses.replace(
        of_samples().confidence_interval, replicates=np.zeros((200, 4))
    )
    assert "from 200 Wishart draws" in of_samples(confidence_interval=interval).to_html()


def test_page_of_what_was_shrunk():
    found = of_samples(
        shrinkage=0.125, confidence_interval=None, unique_cross_fitted=None, pvalues=None, dependence=None
    )  # fmt: skip
    assert "12.5 % of the identity is mixed in" in found.to_html()


# -- pictures --------------------------------------------------------------------------


@pytest.mark.usefixtures("plt")
def test_a_covariance_is_one_bar():
    axes = exact().plot(**NAMES)
    title = axes.get_title(loc="left")
    assert title == "I(eye, ear; speed) = 2.292 bits, of this covariance, exact"
    assert [patch.get_width() for patch in axes.patches] == pytest.approx(exact().atoms)


@pytest.mark.usefixtures("plt")
def test_samples_have_each_atom_with_its_interval_and_plug_in():
    found = of_samples()
    axes = found.plot(**NAMES)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["all four", "redundancy", "unique to eye", "unique to ear", "synergy"]
    widths = [patch.get_width() for patch in axes.patches]
    points = [tuple(line.get_xdata()) for line in axes.lines]
    ends = [segment[:, 0] for bars in axes.collections for segment in bars.get_segments()]
    for k, atom in enumerate(found.atoms):
        assert sum(width == pytest.approx(atom, abs=1e-9) for width in widths) >= 2
        assert (pytest.approx(found.plug_in[k]),) in points
        span = [found.confidence_interval.low[k], found.confidence_interval.high[k]]
        assert any(end == pytest.approx(span) for end in ends)
        assert f"{atom:.3f}" in words_of(axes)
    assert legend(axes) == ["the atom", "interval (95 %)", "plug-in"]
    title = axes.get_title(loc="left").replace("\n", " ")
    assert "of the Gaussian copula with the ranks of 480 samples, an estimate" in title
    left, right = axes.get_xlim()
    assert left <= min(found.confidence_interval.low)
    assert right >= sum(found.atoms)


@pytest.mark.usefixtures("plt")
@pytest.mark.parametrize("what", ["atoms", "directions"])
def test_pictures_say_what_the_gaussian_misses(what):
    found = of_samples(dependence=MISSED)
    title = found.plot(what=what).get_title(loc="left").replace("\n", " ")
    assert "NOT GAUSSIAN: 0.610 bits more are found than these atoms have" in title
    assert "NOT" not in of_samples().plot(what=what).get_title(loc="left")


@pytest.mark.usefixtures("plt")
def test_negative_atoms_have_a_minus_and_the_sum_a_mark():
    axes = of_samples(synergy=-0.02).plot()
    assert "\N{MINUS SIGN}0.020" in words_of(axes)
    assert legend(axes)[1] == "sum of the atoms"


@pytest.mark.usefixtures("plt")
def test_bars_side_by_side_say_what_they_are():
    axes = ff.plotting.plot_comparison({"a": exact(), "b": of_samples()})
    assert axes.get_title(loc="left") == "Gaussian"
    mixed = ff.plotting.plot_comparison({"a": exact(), "b": ff.decompose(ff.gates.AND.pmf)})
    assert mixed.get_title(loc="left") == "some Gaussian"


@pytest.mark.usefixtures("plt")
def test_combinations_go_to_the_side_of_their_source():
    axes = of_samples().plot(what="directions", column_names=["first", "second"], **NAMES)
    assert [patch.get_width() for patch in axes.patches] == pytest.approx(
        exact().direction_bits
    )
    assert {"1.00 first", "1.00 second", "0.661", "0.292"} <= set(words_of(axes))
    assert "eye alone: 0.661 bits in all" in words_of(axes)
    assert "ear alone: 0.292 bits in all" in words_of(axes)
    title = axes.get_title(loc="left")
    assert title == "plug-in, of normal scores: noise makes equal combinations differ"
    assert "plug-in" not in exact().plot(what="directions").get_title(loc="left")


@pytest.mark.usefixtures("plt")
def test_text_beside_bars_stays_in_the_picture():
    names = ["a very long name of a column", "another name that is as long"]
    axes = of_samples().plot(what="directions", column_names=names)
    figure = axes.figure
    figure.canvas.draw()
    for text in axes.texts:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1


@pytest.mark.usefixtures("plt")
def test_equal_sources_can_be_drawn():
    same = ff.gaussian_pid_from_covariance([[2.0, 1.5, 1], [1.5, 2, 1], [1, 1, 1]], (1, 1, 1))
    assert same.plot(what="directions").patches[0].get_width() == pytest.approx(0, abs=1e-9)
    assert "both alike" in table(same)


REFUSED = [
    ({"what": "roc"}, "what: expected one of 'atoms', 'directions', got 'roc'"),
    ({"source_names": ("a",)}, "source_names must be two names"),
    ({"column_names": ["a", "b"]}, "goes with what='directions'"),
    ({"what": "directions", "column_names": ["a"]}, "expected 2 names, one for each column"),
    ({"what": "directions", "column_names": "ab"}, "expected 2 names, one for each column"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_wrong_options_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        exact().plot(**options)


def test_a_batch_is_refused(rng):
    drawn = rng.normal(size=(2, 4, 9))
    batch = ff.gaussian_pid_from_covariance(drawn @ drawn.swapaxes(1, 2), (1, 1, 2))
    with pytest.raises(ValueError, match=r"batch of shape \(2,\); index it"):
        batch.plot()
    with pytest.raises(ValueError, match="got a batch of shape"):
        table(batch)
    assert batch._repr_html_() is None
    assert not math.isnan(batch[0].redundancy)
