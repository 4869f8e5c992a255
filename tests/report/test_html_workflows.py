# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pages of the workflows: strata, masked decisions, interventions, contributions of layers."""

from __future__ import annotations

import re

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = [
    pytest.mark.cpu_only,
    ignore_undersampled,
]


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(3, size=(2, 600))
    return x1, x2, np.where(rng.random(600) < 0.7, (x1 + x2) % 3, x1)


def cells(page, row):
    """Numbers of the row with that head, in the last table that has one."""
    body = re.findall(
        rf"<th[^>]*>(?:<[^>]*>)*{re.escape(row)}</th>(.*?)</tr>", page, re.DOTALL
    )[-1]
    texts = re.findall(r"<td[^>]*>(.*?)(?:<small>.*?</small>)?</td>", body, re.DOTALL)
    return [text.replace("\N{MINUS SIGN}", "-") for text in texts]


def test_strata_have_their_atoms_and_pooled_ones_are_named(rows):
    x1, x2, y = rows
    given = np.array(["often"] * 560 + ["<rare>"] * 18 + ["seldom"] * 22)
    found = ff.conditional_pid(x1, x2, y, given=given)
    page = found.to_html(source_names=("a", "b"))
    assert "cells: &lt;rare&gt;, seldom." in page
    assert "<rare>" not in page
    assert page.count("<svg") == 2  # the mean, and all strata
    for name, part, weight in zip(found.strata, found.by_stratum, found.weights, strict=True):
        share, samples, *atoms, _ = cells(page, name)
        assert float(share.split()[0]) == pytest.approx(100 * weight, abs=0.06)
        assert int(samples) == part.n_samples
        np.testing.assert_allclose(
            [float(atom) for atom in atoms], [*part.atoms, part.mi_joint], atol=5.1e-5
        )
    assert cells(page, "I(a, b; Y given T)")[0] == f"{found.result.mi_joint:.4f}"


def test_strata_of_embeddings_are_of_what_classifiers_decode():
    rng = np.random.default_rng(0)
    y, t = rng.integers(2, size=(2, 400))
    x1, x2 = (y[:, None] + rng.normal(size=(400, 2)) for _ in "ab")
    found = ff.conditional_pid(x1, x2, y, given=t)
    page = found.to_html(source_names=("a", "b"))
    assert "<p>Decodable by these classifiers; certified given the posteriors" in page
    assert "holds (95" in page
    assert "classifiers decode" in page
    assert ">certified bounds<" not in page
    assert len(cells(page, "1")) == 7


def test_predictions_that_do_not_fit_are_warned_of(rows, tmp_path):
    x1, x2, y = rows
    joint = 0.8 * np.eye(3)[y] + 0.2 / 3
    given1 = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.4, 0.2, 0.4]])[x1]
    given2 = np.full_like(joint, 1 / 3)
    with pytest.warns(ff.ProjectionWarning):
        found = ff.decision_pid(joint, given1, given2, x1=x1, x2=x2, on_inconsistent="project")
    page = found.to_html(tmp_path / "page.html", source_names=("image", "text"))
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    of = found.consistency
    assert of.correction1 > 0
    assert f"by {of.correction1:.4f} and {of.correction2:.4f} bits" in page
    assert found.advice.replace("'", "&#39;") in page
    shown = cells(page, "class probabilities, total variation")
    assert shown == [f"{of.class_distance1:.4f}", f"{of.class_distance2:.4f}"]
    assert cells(page, "states, divergence in bits") == [
        f"{of.state_divergence1:.4f}",
        f"{of.state_divergence2:.4f}",
    ]
    own = ff.decision_pid(joint[:40], joint[:40], joint[:40])
    assert "states, divergence" not in own.to_html()


def test_interventions_have_their_drops_and_atoms(rows):
    x1, x2, y = rows
    sources = [np.eye(3)[x] for x in (x1, x2)]

    def predict(one, two):
        return (one.argmax(1) + two.argmax(1)) % 3

    cases = {
        "both": (predict, *sources, y),
        "first": (lambda one, _: one.argmax(1), *sources, y),
    }
    report = ff.ablation_report(
        cases,
        n_clusters=3,
        n_seeds=1,
        n_resamples=25,
        n_init=1,
        interventions=("shuffle",),
        estimator="kmeans",
    )
    page = report.to_html(source_names=("image", "text"))
    for c, name in enumerate(cases):
        for m, source in enumerate(("image", "text")):
            accuracy, drop, changed = cells(page, f"{name}, without {source}")
            assert float(changed.split()[0]) == pytest.approx(
                100 * report.changed[c, m, 0], abs=0.06
            )
            assert accuracy == f"{report.accuracy[c]:.3f}"
            assert float(drop) == pytest.approx(report.drops[c, m, 0], abs=5.1e-4)
        atoms = [float(text) for text in cells(page, name)[1:6]]
        expected = [*(values[c] for values in report.atoms), report.mi_joint[c]]
        np.testing.assert_allclose(atoms, expected, atol=5.1e-5)
    assert report.note in page
    assert page.count("<svg") == 1


def test_layers_have_a_picture_of_their_contributions(rows):
    x1, x2, y = rows
    layers = {f"layer {k}": np.eye(3)[x1] + k for k in range(2)}
    profile = ff.layer_profile(
        layers,
        np.eye(3)[x2],
        y,
        n_clusters=3,
        n_seeds=1,
        n_init=1,
        n_resamples=0,
        estimator="kmeans",
    )
    page = profile.to_html(source_names=("image", "text"))
    assert page.count("<svg") == 2
    assert "Atoms by layer: contributions" in page
