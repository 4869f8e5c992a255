# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said of clusters: in text, in a table, on a page, in a picture, in JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

import fourfold as ff
from fourfold.report.text import table
from fourfold.results.kept import Kept
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.words import Names

BOUNDS = OuterBounds(2.0412, 0.57, 0.66, 0.573, 0.95)
KEPT = Kept((8, 6), (1.1234, 2.5), (2.6649, 2.75), (0.02, 0.02), (0.42, 0.91), BOUNDS)
EYE = "the clusters keep 1.12 of at least 2.66 bits that a held-out probe finds in eye"
EAR = "the clusters keep 2.50 of at least 2.75 bits that a held-out probe finds in ear"
HOLDS = (
    "the embeddings have R >= 2.041, U1 <= 0.570, U2 <= 0.660, S <= 0.573, each with "
    "confidence 0.95"
)


@pytest.fixture(scope="module")
def result():
    return dataclasses.replace(ff.decompose(ff.gates.AND.pmf), kept=KEPT)


def test_words():
    assert KEPT.words(Names(("eye", "ear"))) == [EYE, EAR, HOLDS]
    assert KEPT.words()[0].endswith("finds in X1")
    assert KEPT.poor == (True, False)
    more = KEPT._replace(probe=(0.9, 0.01), share=(1.0, float("nan")))
    assert more.words()[:2] == [
        "the clusters keep 1.12 bits of X1, where a held-out probe finds 0.90",
        "the clusters keep 2.50 bits of X2, where a held-out probe finds nothing",
    ]
    assert more.poor == (False, False)


def test_without_a_probe():
    silent = Kept((8, 6), (1.1, 2.5))
    assert silent.words() == []
    assert silent.poor == (False, False)
    assert silent._replace(why_not="y has one class").words() == ["no probe: y has one class"]


def test_text_speaks_of_clusters(result):
    lines = repr(result).splitlines()
    assert lines[0] == "PID of 8 x 6 clusters, in bits"
    assert lines[-3:] == [f"  {line}" for line in KEPT.words()]
    text = table(result, source_names=("eye", "ear"))
    for line in ("of the table of 8 x 6 clusters", EYE, EAR, HOLDS):
        assert line in text.splitlines()
    assert max(map(len, text.splitlines())) <= 100


def test_json(result):
    record = json.loads(json.dumps(result.to_dict()))["kept"]
    assert record["clusters"] == [1.1234, 2.5]
    assert record["outer_bounds"]["redundancy"] == 2.0412
    silent = dataclasses.replace(result, kept=Kept((8, 6), (1.1, 2.5)))
    assert silent.to_dict()["kept"]["probe"] == [None, None]
    assert dataclasses.replace(result, kept=None).to_dict()["kept"] is None


def test_page(result):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    page = result.to_html(source_names=("eye", "ear"))
    assert '<h2 id="heading0">Decomposition of 8 x 6 clusters</h2>' in page
    assert "Together, the clusters of eye and ear tell" in page
    assert f"<li>{EYE}</li>" in page
    assert "R &gt;= 2.041" in page
    (alert,) = [line for line in page.splitlines() if "Clusters: they keep at most" in line]
    assert "42 % of eye, by a held-out probe" in alert
    assert "ear" not in alert
    assert "fourfold.ClassifierPID" in alert


def test_picture(result):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = result.plot(source_names=("eye", "ear"))
    assert ", of 8 x 6 clusters, certified gap" in ax.get_title("left")
    assert f"{EYE}\n{EAR}\n{HOLDS}" in [text.get_text() for text in ax.texts]
    both = ff.plotting.plot_comparison([result, result])
    assert both.get_title("left").startswith("of clusters, certified gap")
    pyplot.close("all")
