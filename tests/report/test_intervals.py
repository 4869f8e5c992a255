# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sampling intervals are in pictures of bars, from where each atom begins, and in their legends."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff

pytest.importorskip("matplotlib")
pytestmark = pytest.mark.cpu_only


@pytest.fixture(scope="module")
def result():
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 800))
    return ff.pid(x1, x2, (x1 & x2) ^ (rng.random(800) < 0.05))


def starts(result):
    positive = np.maximum(result.atoms, 0)
    return np.where(np.array(result.atoms) < 0, 0, np.cumsum(positive) - positive)


def spans(ax, axis):
    """Ends of the thick lines along an axis, one a picture of an interval."""
    found = []
    for lines in ax.collections:
        if lines.get_linewidth()[0] == pytest.approx(1.8):
            found += [segment[:, axis] for segment in lines.get_segments()]
    return np.array(found)


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def expected(result):
    interval = result.confidence_interval
    return starts(result)[:, None] + np.transpose([interval.low, interval.high])


def test_of_one_bar(result):
    ax = result.plot()
    np.testing.assert_allclose(spans(ax, 0), expected(result))
    assert "95 % interval of each" in legend(ax)
    low, high = ax.get_xlim()
    assert low <= expected(result).min()
    assert expected(result).max() <= high


def test_of_several_bars(result):
    exact = ff.decompose(ff.gates.AND.pmf)
    ax = ff.plotting.plot_comparison({"sample": result, "exact": exact})
    np.testing.assert_allclose(spans(ax, 1), expected(result))
    assert "95 % interval of each" in legend(ax)


def test_there_is_none_where_none_is_known():
    ax = ff.decompose(ff.gates.AND.pmf).plot()
    assert len(spans(ax, 0)) == 0
    assert not any("interval" in text for text in legend(ax))


def test_errors_of_what_classifiers_decode_are_in_profiles():
    rng = np.random.default_rng(0)
    x1, x2 = rng.standard_normal((2, 200, 2))
    y = (x1[:, 0] + x2[:, 0] > 0).astype(int)
    profile = ff.layer_profile(
        {"a": x1, "b": x2}, x2, y, estimator=ff.ClassifierPID("fast"), n_seeds=1
    )
    ax = profile.plot()
    assert "± sampling error alone" in legend(ax)
    errors = profile.decoded.standard_error.unique1
    drawn = np.concatenate([
        np.ptp([segment[:, 1] for segment in lines.get_segments()], axis=1)
        for lines in ax.collections
        if hasattr(lines, "get_segments")
    ])  # fmt: skip
    assert all(np.isclose(drawn, 2 * error).any() for error in errors)
