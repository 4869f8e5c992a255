# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a row adds, beside differences, and errors beside the scatter of samples."""

import numpy as np
import pytest

from fourfold.counts.many_cells import count_sources
from fourfold.inference.union.counted import unions_of
from fourfold.inference.union.terms import standard_errors
from fourfold.inference.union.union_information import union_information
from fourfold.solve.union.options import UnionOptions

OPTIONS = UnionOptions(1e-9, 1000, 1, "auto")
ALL = [(0, 1, 2)]


def drawn(n, rng):
    """Three sources of four states, each through a channel of its own."""
    channels = np.random.default_rng(3).dirichlet([0.7] * 4, (3, 3))
    y = rng.integers(3, size=n)
    sources = [(channel[y].cumsum(1) < rng.random((n, 1))).sum(1) for channel in channels]
    return dict(zip("abc", sources, strict=True)), y


def test_a_row_moves_the_union_by_its_term():
    cells = count_sources(*drawn(300, np.random.default_rng(0)))
    n, step = cells.draws, 1e-5
    before = unions_of(cells, ALL, cells.counts, OPTIONS)
    log_py = np.log2(np.bincount(cells.y, cells.counts) / n)
    for cell in range(0, len(cells.y), 7):
        term = -log_py[cells.y[cell]] - before.upper[0]
        for states, log_a in zip(cells.codes[:-1], before.duals[0], strict=True):
            term += log_a[states[cell], cells.y[cell]]
        moved = cells.counts * (1.0 - step)
        moved[cell] += step * n
        after = unions_of(cells, ALL, np.round(moved * 1e10).astype(np.int64), OPTIONS)
        assert (after.upper[0] - before.upper[0]) / step == pytest.approx(term, abs=0.02)


def test_errors_are_the_scatter_of_samples():
    rng = np.random.default_rng(1)
    numbers, errors = [], []
    for _ in range(60):
        cells = count_sources(*drawn(800, rng))
        solved = unions_of(cells, ALL, cells.counts, UnionOptions(1e-6, 1000, 1, "auto"))
        joints = [cells.joint(subset) for subset in ALL]
        errors.append(standard_errors(cells, ALL, joints, solved.duals)[:, 0])
        numbers.append(solved.upper[0])
    ratio = np.mean(errors, axis=0)[1] / np.std(numbers)
    assert 0.8 < ratio < 1.4  # the ratio scatters by a tenth


def test_errors_fall_with_the_rows():
    few, many = (
        union_information(*drawn(n, np.random.default_rng(2)), subsets=ALL) for n in (500, 8000)
    )
    for one, other in zip(few.standard_error, many.standard_error, strict=True):
        assert 0.1 < other[0] / one[0] < 0.35  # a quarter, and less where cells fill up
    narrow, wide = many.confidence_interval, few.confidence_interval
    assert narrow.high.union_information[0] < wide.high.union_information[0]
