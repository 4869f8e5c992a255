# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of several sources."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
from hypothesis import assume
from hypothesis import strategies as st


def marginals_of(table):
    """p(x_i, y) of each source of a table (K_1, ..., K_n, K_Y)."""
    sources = range(table.ndim - 1)
    return [table.sum(tuple(j for j in sources if j != i)) for i in sources]


def random_marginals(sizes, classes, seed=0, concentration=1.0):
    """p(x_i|y) and p(y) drawn from Dirichlet distributions."""
    rng = np.random.default_rng(seed)
    py = rng.dirichlet(np.full(classes, 5.0))
    return [rng.dirichlet(np.full(k, concentration), size=classes).T * py for k in sizes]


@st.composite
def tables_of_many(draw, sources=(3, 4), classes=(1, 3), most=3):
    """Tables of small counts, or of probabilities over many decades, with zeros in either.

    `sources` and `classes` are their least and largest numbers.
    """
    number = draw(st.integers(*sources))
    shape = (*(draw(st.integers(1, most)) for _ in range(number)), draw(st.integers(*classes)))
    table = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 5)))
    if draw(st.booleans()):
        exponents = draw(hnp.arrays(np.float64, shape, elements=st.floats(-9, 0)))
        table = np.where(table > 2, 10.0**exponents, 0.0)
    assume(table.sum() > 0)
    return table / table.sum()
