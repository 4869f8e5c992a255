# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms do not depend on the unit that embeddings are measured in, or it is refused by name."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = [
    ignore_undersampled,
    pytest.mark.filterwarnings("ignore::fourfold.exceptions.GaussianFitWarning"),
]

N = 120
RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, N)
X1, X2 = RNG.normal(size=(N, 3)) + Y[:, None], RNG.normal(size=(N, 2)) - Y[:, None]
NUMBERS = X1[:, :1] + X2[:, :1] + RNG.normal(size=(N, 1))


def clusters(x1, **options):
    return (
        ff.PIDEstimator(4, n_init=1, probe=False, random_state=0, **options)
        .fit(x1, X2, Y)
        .result_
    )


ESTIMATORS = {
    "clusters": clusters,
    "clusters, l2": lambda x1: clusters(x1, preprocess="l2"),
    "clusters, as they are": lambda x1: clusters(x1, preprocess="none"),
    "clusters of components": lambda x1: clusters(x1, n_components=2),
    "clusters in batches": lambda x1: clusters(x1, clusterer="minibatch"),
    "classifiers": lambda x1: ff.ClassifierPID("fast", random_state=0).fit(x1, X2, Y).result_,
    "gaussian": lambda x1: ff.gaussian_pid(
        x1, X2, NUMBERS, copula=False, check_dependence=False
    ),
    "copula": lambda x1: ff.gaussian_pid(x1, X2, NUMBERS, check_dependence=False),
}
#: Those that bring columns to one size before they square them.
SAFE = "classifiers", "gaussian", "copula"


@functools.cache
def atoms_of(name, dtype=np.float64):
    return ESTIMATORS[name](X1.astype(dtype)).atoms


@pytest.mark.parametrize("name", [name for name in ESTIMATORS if name != "classifiers"])
@pytest.mark.parametrize("scale", [1e130, 1e-130])
def test_atoms_are_those_of_any_unit(name, scale):
    assert ESTIMATORS[name](X1 * scale).atoms == pytest.approx(atoms_of(name), abs=1e-9)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("scale", [1e200, 1e-300])
def test_what_double_precision_cannot_square_is_named_or_right(name, scale):
    decompose = ESTIMATORS[name]
    if name in SAFE:
        assert decompose(X1 * scale).atoms == pytest.approx(atoms_of(name), abs=1e-9)
    else:
        with pytest.raises(
            ValueError, match=r"^X1: column 0 .*flow.* double .*; divide columns"
        ):
            decompose(X1 * scale)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("scale", [1e30, 1e-30])
def test_what_single_precision_cannot_square_is_taken_in_double(name, scale):
    decompose = ESTIMATORS[name]
    single = X1.astype(np.float32)
    scaled = (single * np.float32(scale)).astype(np.float32)
    assert decompose(scaled).atoms == pytest.approx(atoms_of(name, np.float32), abs=1e-5)


def test_rows_that_are_short_have_length_one_as_others():
    short = X1 * np.where(np.arange(N) % 2, 1e-20, 1.0)[:, None]
    assert clusters(short, preprocess="l2").atoms == clusters(X1, preprocess="l2").atoms


def test_a_classifier_of_ones_own_is_shown_no_sizes_that_overflow():
    own = ff.ClassifierPID(LogisticRegression(), random_state=0)
    with pytest.raises(ValueError, match=r"^X2: column 0 holds"):
        own.fit(X1, X2 * 1e200, Y)
