# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unique information over decision thresholds, and the picture of both ROC curves."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

import fourfold as ff
from fourfold.report.plots.style import COLORS
from tests.support.figures import legend
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

P1Y = np.array([[0.4, 0.1], [0.1, 0.4]])
P2Y = np.array([[0.5, 0.2], [0.0, 0.3]])


@pytest.fixture(params=range(4))
def crossing(request):
    """Curves that cross, with a class of its own that never occurs."""
    rng = np.random.default_rng(request.param)
    p1y = rng.dirichlet(np.ones(9), 2).T * [0.3, 0.7]
    p2y = rng.dirichlet(np.full(5, 0.4), 2).T * [0.3, 0.7]
    return ff.decompose_marginals(
        *(np.insert(p, request.param % 3, 0, axis=1) for p in (p1y, p2y))
    )


def test_integrals_over_thresholds_are_the_unique_atoms(crossing):
    s, unique1, unique2 = ff.unique_density(crossing, np.linspace(0, 1, 2**18 + 1)[1:-1])
    assert (np.minimum(unique1, unique2) == 0).all()
    for density, atom in ((unique1, crossing.unique1), (unique2, crossing.unique2)):
        assert np.trapezoid(density, s) == pytest.approx(atom, abs=2e-5)
    rough = ff.unique_density(crossing)
    assert rough.thresholds.shape == (1000,)
    assert rough.unique1.mean() == pytest.approx(crossing.unique1, abs=5e-3)


def test_what_one_source_is_worth_is_read_off_by_hand():
    """At s = 1/2 E1 = .15 and E2 = .15; at s = .8 X1 is worth nothing, X2 .2 * .3 = .06."""
    result = ff.decompose_marginals(P1Y, P2Y)
    density = ff.unique_density(result, [0.5, 0.8])
    assert density.unique1 == pytest.approx([0, 0], abs=1e-12)
    assert density.unique2 == pytest.approx([0, 0.06 / (0.16 * np.log(2))], abs=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda r: ff.unique_density(r.atoms), TypeError, "result: unique_density is of a PID, got Atoms"),
        (lambda _: ff.unique_density(ff.decompose(np.ones((2, 2, 2, 2)))), ValueError,
         r"a batch of shape \(2,\); index it first"),
        (lambda _: ff.unique_density(ff.decompose(np.ones((2, 2, 3)))), ValueError,
         "two classes, and this one has 3; of class k against the rest"),
        (lambda r: ff.unique_density(r, [0.0, 0.5]), ValueError,
         "thresholds: expected numbers between 0 and 1"),
        (lambda r: ff.unique_density(r, 0.5), ValueError, "thresholds: expected"),
        (lambda r: r.plot(kind="pie"), ValueError, "kind: expected one of 'atoms', 'roc', got 'pie'"),
        (lambda _: ff.decompose(np.ones((2, 2, 3))).plot(kind="roc"), ValueError,
         "^kind: 'roc' is for a target of two classes, and this one has 3"),
        (lambda r: r.plot(class_names=("no", "yes")), ValueError,
         r"^class_names: these are names for kind='roc', got \('no', 'yes'\) for kind='atoms'"),
        (lambda r: r.plot(kind="roc", class_names="no"), ValueError,
         r"^class_names: expected two names, .* got 'no'; for example \('benign', 'malignant'\)"),
    ],
)  # fmt: skip
def test_refusals_say_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call(ff.decompose_marginals(P1Y, P2Y))


def test_picture_has_both_curves_their_hull_and_what_is_between(plt):
    ax = ff.decompose_marginals(P1Y, P2Y).plot(
        kind="roc", source_names=("look", "sound"), target_name="laugh"
    )
    by_label = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_allclose(by_label["curve of look"], [[0, 0], [0.2, 0.8], [1, 1]])
    np.testing.assert_allclose(by_label["curve of sound"], [[0, 0], [0, 0.6], [1, 1]])
    (hull,) = (line for label, line in by_label.items() if label.startswith("hull"))
    np.testing.assert_allclose(hull, [[0, 0], [0, 0.6], [0.2, 0.8], [1, 1]], atol=1e-12)
    words = " ".join(legend(ax))
    for part in ("unique to look: 0.043 bits", "unique to sound: 0.161", "union, 0.439 bits"):
        assert part in words
    marks = ax.collections[-1]
    np.testing.assert_allclose(marks.get_offsets(), hull[1:-1])
    assert [to_hex(colour).upper() for colour in marks.get_facecolors()] == [
        COLORS.unique2, COLORS.unique1]  # fmt: skip
    assert "laugh" in ax.get_xlabel()
    # between the curves, in the colour of the upper one
    tops = [area.get_paths()[0].vertices[:, 1].max() for area in ax.collections[:2]]
    assert tops == pytest.approx([1.0, 2 / 3])
    plt.close("all")


@pytest.mark.parametrize(
    ("names", "along", "up"),
    [
        (
            None,
            "share of the first class of Y taken for the second",
            "share of the second found",
        ),
        (("ill", "well"), "share of ill taken for well", "share of well found"),
    ],
)
def test_axes_name_both_classes(names, along, up, plt):
    ax = ff.decompose_marginals(P1Y, P2Y).plot(kind="roc", class_names=names)
    assert ax.get_xlabel().replace("\n", " ") == along
    assert ax.get_ylabel() == up
    plt.close("all")


def test_posteriors_of_two_classes_are_drawn_too(plt):
    y = np.arange(200) % 2
    sure = np.where(y[:, None] == [0, 1], 0.9, 0.1)
    result = ff.posterior_pid(sure, np.full((200, 2), 0.5), y)
    ax = result.plot(kind="roc", class_names=("a", "b"))
    assert "curve of X1" in legend(ax)
    assert ax.get_ylabel() == "share of b found"
    with pytest.raises(ValueError, match="class_names: these are names for kind='roc'"):
        result.plot(class_names=("a", "b"))
    plt.close("all")
