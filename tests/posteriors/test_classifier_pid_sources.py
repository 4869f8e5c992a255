# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of both sources in one table: scikit-learn's own checks, pipelines and routing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import fourfold as ff

SIDES = slice(0, 3), slice(3, None)


@parametrize_with_checks(
    [ff.ClassifierPID("logistic", cv=2, sources=(slice(0, 1), slice(1, None)), random_state=0)]
)
@pytest.mark.filterwarnings("ignore::fourfold.DuplicateRowsWarning")
def test_scikit_learn_checks(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def table() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 240)
    x = rng.standard_normal((240, 7))
    x[:, 0] += 2 * y
    x[:, 5] -= y
    return x, y


def estimator(sources: Any = SIDES) -> ff.ClassifierPID:
    return ff.ClassifierPID("logistic", random_state=0, sources=sources)


def test_of_a_table_all_is_as_of_its_two_parts(table: Any) -> None:
    x, y = table
    two = estimator(None).fit(x[:, :3], x[:, 3:], y)
    pair = estimator(None).fit([x[:, :3], x[:, 3:]], y)
    one = estimator().fit(x, y)
    assert one.result_.to_dict() == two.result_.to_dict() == pair.result_.to_dict()
    assert (one.n_features_in_, two.n_features_in_) == (7, (3, 4))
    for mine, theirs in zip(one.posteriors_, two.posteriors_, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_of_a_frame(table: Any) -> None:
    pandas = pytest.importorskip("pandas")
    x, y = table
    frame = pandas.DataFrame(x, columns=[*"abcdefg"]).assign(label=y)
    fitted = estimator((slice("a", "c"), [*"defg"]))
    with sklearn.config_context(transform_output="pandas"):
        fitted.fit(frame, frame["label"])
    expected = estimator().fit(x, y).result_.atoms  # of other strides, so rounded elsewhere
    np.testing.assert_allclose(fitted.result_.atoms, expected, rtol=0, atol=1e-9)
    assert fitted.feature_names_in_.tolist() == [*"abcdefg", "label"]


def test_groups_and_weights_find_their_way(table: Any) -> None:
    x, y = table
    groups, weights = np.arange(240) // 2, 1.0 + np.arange(240) % 3
    given = {"groups": groups, "sample_weight": weights}
    expected = estimator(None).fit(x[:, :3], x[:, 3:], y, **given).result_
    assert estimator().fit(x, y, **given).result_.to_dict() == expected.to_dict()
    pipeline = make_pipeline(StandardScaler(with_mean=False, with_std=False), estimator())
    named = {f"classifierpid__{name}": values for name, values in given.items()}
    assert pipeline.fit(x, y, **named)[-1].result_.to_dict() == expected.to_dict()
    with sklearn.config_context(enable_metadata_routing=True):
        asking = clone(pipeline)
        asking[0].set_fit_request(sample_weight=False)
        asking[-1].set_fit_request(groups=True, sample_weight=True)
        assert asking.fit(x, y, **given)[-1].result_.to_dict() == expected.to_dict()
        requests = asking[-1].get_metadata_routing().fit.requests
    assert requests == {"groups": True, "sample_weight": True}


def test_calls_of_the_other_kind_are_refused(table: Any) -> None:
    x, y = table
    with pytest.raises(TypeError, match=r"fit: the estimator has sources=.* one table X"):
        estimator().fit(x[:, :3], x[:, 3:], y)
    with pytest.raises(TypeError, match=r"ClassifierPID.fit\(\): missing .* 'y'"):
        estimator(None).fit(x, y)
    with pytest.raises(ValueError, match="y: all rows have one class, '1'"):
        estimator().fit(x, np.ones(240, dtype=int))
