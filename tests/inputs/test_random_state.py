# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One name for what is drawn, and the old one."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.inputs.random_state import random_generator

X1, X2 = np.random.default_rng(0).integers(3, size=(2, 200))
Y = (X1 + X2) % 3

OF_ROWS = {
    "pid": lambda **seed: ff.pid(X1, X2, Y, **seed).synergy,
    "permutation_test": lambda **seed: (
        ff.permutation_test(X1, X2, Y, "redundancy", n_permutations=19, **seed).null
    ),
    "conditional_pid": lambda **seed: (
        ff.conditional_pid(X1, X2, Y, given=Y % 2, **seed).result.synergy
    ),
    "blackwell": lambda **seed: ff.gates.blackwell(2, 3, 2, **seed).pmf,
}


@pytest.mark.parametrize("name", OF_ROWS)
def test_old_name_is_taken_with_a_warning(name):
    with pytest.warns(
        FutureWarning, match=f"{name}: rng= is called random_state= since"
    ) as told:
        found = OF_ROWS[name](rng=3)
    assert told[0].filename == __file__
    np.testing.assert_array_equal(found, OF_ROWS[name](random_state=3))


@pytest.mark.parametrize("name", OF_ROWS)
def test_both_names_are_one_too_many(name):
    with pytest.raises(TypeError, match=f"{name}: rng is the old name of random_state"):
        OF_ROWS[name](rng=3, random_state=3)


def test_generators_of_scikit_learn_are_taken():
    one, other = (random_generator(np.random.RandomState(5)).random(3) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, random_generator(np.random.RandomState(6)).random(3))
