# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What classifiers decode as text, table, picture and page: nothing passes for certain that is not."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from matplotlib.text import Text

import fourfold as ff
from fourfold.posteriors.interval import decoded_interval
from fourfold.report.text import table
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.posterior_pid import Informations
from tests.support.decoded import decoded
from tests.support.figures import legend

FIRST = "decodable by these classifiers; certified given the posteriors; S is low if the joint one is weak"
NAMES = {"source_names": ("eye", "ear"), "target_name": "word"}
NAN = math.nan


@pytest.fixture(scope="module")
def result():
    return decoded()


def of_rows_that_repeat(result):
    return dataclasses.replace(result, outer_bounds=OuterBounds(NAN, NAN, NAN, NAN, 0.95))


def line_of(text, start):
    (line,) = (line for line in text.splitlines() if line.strip().startswith(start))
    return line


# -- text ------------------------------------------------------------------------------


def test_first_words_say_what_it_is(result):
    assert repr(result).splitlines()[1].strip() == FIRST
    assert table(result).splitlines()[0].lower() == f"{FIRST}.".lower()


def test_rows_have_the_atom_its_readings_and_its_bound(result):
    text = table(result, **NAMES)
    signs = (">=", "<=", "<=", "<=")
    for k, name in enumerate(("redundancy", "unique to eye", "unique to ear", "synergy")):
        held, error = result.readings["cross_fitted"][k], result.standard_error[k]
        words = [
            f"{result.atoms[k] + 0:.3f}", f"{held + 0:.3f} +- {error:.3f}",
            f"{result.readings['shrunk'][k] + 0:.3f}", f"{signs[k]} {result.outer_bounds[k]:.3f}",
        ]  # fmt: skip
        line = line_of(text, name)
        assert [word.replace("-0.000", "0.000") for word in words] == [
            part.strip() for part in line[len(name) :].split("  ") if part.strip()
        ][1:], line
    assert f"{result.mi1:.3f}" in line_of(text, "I(eye; word)")
    assert f"H(word) {result.entropy:.3f} bits, 400 rows" in text
    assert "error of sampling alone" in text
    assert text == table(result, **NAMES)


def test_certified_is_said_of_posteriors_only(result):
    page = result.to_html(**NAMES)
    said = page[page.index("<main>") : page.index('<section id="reading"')]
    for text in (repr(result), table(result), said):
        assert text.lower().count("certified") == text.lower().count(
            "certified given the posteriors"
        )
    for text in (repr(result), table(result)):
        assert "interval" not in text


def test_without_a_joint_classifier_the_bound_of_synergy_stands():
    found = decoded(joint=False)
    line = line_of(repr(found), "synergy")
    assert line.split()[2:] == ["not", "known", "not", "known", "not", "known", "<=",
                                f"{found.outer_bounds.synergy:.3f}"]  # fmt: skip
    assert "synergy" not in repr(found).lower().split("i(x1; y)")[1]


def test_rows_that_repeat_leave_no_bounds(result):
    text = repr(of_rows_that_repeat(result))
    assert line_of(text, "redundancy").endswith("none")
    assert "between the folds" in text
    assert "whatever the classifiers are worth" not in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"synergy": -0.2}, "Synergy below zero"),
        ({"synergy": 0.0001}, "No synergy found, which is not no synergy"),
        ({"merging_loss": (0.1, 0.05)}, "loses up to 0.150 bits; raise n_prototypes"),
        ({"converged": False}, "Not converged"),
        ({"unique1": 3.0}, "Decoded beyond its own bound: U1"),
        ({"n_samples": 60, "entropy": 9.0}, "Few rows: 60 for"),
        (
            {"calibration_gap": Informations(0.0, 0.9, 0.0, 0.0)},
            "Overconfident: the posteriors claim up to 0.900 bits more",
        ),
    ],
)
def test_doubts_are_told_in_text_and_on_the_page(result, change, words):
    found = dataclasses.replace(result, **change)
    assert words in repr(found)
    assert words in table(found)
    assert words in found.to_html()
    assert words in found._repr_html_()


def test_no_doubts_where_there_are_none(result):
    sure = dataclasses.replace(result, synergy=0.5)
    assert "No warnings." in sure.to_html()


def test_learning_gap_is_told(result):
    found = result.with_learning_gap(result, result.atoms)
    assert "learning gap, against half of the rows: I1 +0.000, I2 +0.000" in repr(found)


def test_intervals_are_in_text_page_and_picture(result):
    interval = decoded_interval(result, result, result.atoms)
    found = result.with_learning_gap(result, result.atoms, interval)
    low, high = interval.low.redundancy, interval.high.redundancy
    assert f"{found.redundancy:.3f} [{low:.2f}, {high:.2f}]" in line_of(
        table(found), "redundancy"
    )
    page = found.to_html()
    assert f"{low:.3f} to {high:.3f}" in page
    assert "if what these classifiers miss falls like N^-1/2 or faster" in page
    assert "interval (95 %)" in legend(found.plot())
    assert "interval (95 %)" not in legend(result.plot())


# -- record, notebook, page ------------------------------------------------------------


def test_record_is_json_with_all_readings(result):
    record = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert record["readings"].keys() == {"soft", "cross_fitted", "shrunk"}
    assert record["outer_bounds"]["redundancy"] == result.outer_bounds.redundancy
    assert record["information"]["held_out"]["mi1"] == result.information.held_out.mi1
    assert record["entropy"] == result.entropy


def test_page_and_notebook_begin_with_what_it_is(result):
    first = f"<p>{FIRST[0].upper()}{FIRST[1:]}."
    assert first in result.to_html()
    assert result._repr_html_().startswith(first)
    page = ff.html_report({"Digits": result, "AND": ff.decompose(ff.gates.AND.pmf)}, **NAMES)
    assert "Digits: classifiers" in page
    assert "temperature" in page


# -- picture ---------------------------------------------------------------------------


@pytest.fixture
def drawn(plt, result):  # noqa: ARG001  it closes figures
    return result.plot(**NAMES)


def test_picture_says_what_it_is(drawn):
    headline = drawn.get_title(loc="left")
    assert headline.replace("\n", " ") == FIRST
    (title,) = (text for text in drawn.findobj(Text) if text.get_text() == headline)
    drawn.figure.canvas.draw()
    assert title.get_window_extent().x1 <= drawn.figure.bbox.x1


def test_picture_has_the_atoms_end_to_end_and_each_for_itself(drawn, result):
    labels = [label.get_text() for label in drawn.get_yticklabels()]
    assert labels == ["all four", "redundancy", "unique to eye", "unique to ear", "synergy"]
    widths = [patch.get_width() for patch in drawn.patches]
    for atom in result.atoms:
        assert sum(width == pytest.approx(atom, abs=1e-9) for width in widths) >= 2
    assert result.entropy in [pytest.approx(width) for width in widths]


def test_picture_marks_bounds_and_readings(drawn, result):
    points = [tuple(line.get_xdata()) for line in drawn.lines]
    for k in range(4):
        assert (result.outer_bounds[k],) * 2 in points
        assert any(p == (pytest.approx(result.readings["shrunk"][k]),) for p in points)
        assert any(p == (pytest.approx(result.readings["cross_fitted"][k]),) for p in points)
    assert any("whatever the" in words for words in legend(drawn))
    words = [text.get_text() for text in drawn.texts]
    assert f"{result.redundancy:.3f}; at least {result.outer_bounds.redundancy:.2f}" in words
    assert f"{result.synergy:.3f}; at most {result.outer_bounds.synergy:.2f}" in words


def test_picture_of_what_is_not_known(plt, result):  # noqa: ARG001
    words = [text.get_text() for text in decoded(joint=False).plot().texts]
    assert any(text.startswith("not known; at most") for text in words)
    axes = of_rows_that_repeat(result).plot()
    assert not any("at most" in text.get_text() for text in axes.texts)


def test_bars_side_by_side_say_no_gap(plt, result):  # noqa: ARG001
    axes = ff.plotting.plot_comparison({"a": result, "b": result})
    assert axes.get_title(loc="left") == "decodable by classifiers"
    mixed = ff.plotting.plot_comparison({"a": result, "b": ff.decompose(ff.gates.AND.pmf)})
    assert mixed.get_title(loc="left") == "some decodable by classifiers"
