# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which number of clusters a sweep recommends, and the figures of the reason."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.workflows.sweeps.recommendation import Verdict, recommendation


def verdict(setting, bias=0.01, change=0.01, *, undersampled=0, enough=2):
    """1000 samples, I(X1,X2;Y) of 1 bit, 10 classes: 12, 3.1, 1.6 and 0.39 per cell for 4 to 16."""
    pairs = setting**2 if isinstance(setting, int) else setting[0] * setting[1]
    return Verdict(
        setting=setting,
        undersampled=undersampled,
        n_seeds=4,
        n_samples=1000,
        pairs=pairs,
        per_cell=1000 / (10 * pairs),
        enough=enough,
        bias=bias,
        mi_joint=1.0,
        change=change,
    )


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([verdict(4), verdict(8), verdict(16)], 16),
        ([verdict(16), verdict(4), verdict(8)], 16),
        ([verdict(4, 0.9, 0.9), verdict(7, 0.9, 0.9), verdict(8, 0.9, 0.9)], 7),  # 2 a cell do
        ([verdict(4, 0.9, enough=16), verdict(8)], None),
        ([verdict(8, 0.1, 0.05), verdict(16, 0.11, 0.05)], 8),
        ([verdict(8, 0.1, 0.05), verdict(16, 0.1, 0.051)], 8),
        ([verdict(8, 0.1, np.nan)], None),  # nothing resampled
        ([verdict(7, np.nan, np.nan), verdict(8, np.nan)], 7),
        ([verdict(4), verdict(8, 0.2), verdict(16)], 4),  # not over the gap
        ([verdict(4), verdict(8, undersampled=1)], 8),
        ([verdict(4), verdict(7, undersampled=2)], 4),
        ([verdict((4, 16)), verdict((16, 4), 0.2)], (4, 16)),  # as many cells: none fewer
        ([verdict((2, 8)), verdict(4)], (2, 8)),
    ],
)
def test_recommended_is_the_most_cells_with_all_fewer_trusted(verdicts, expected):
    assert recommendation(verdicts)[0] == expected


def test_reasons_have_the_figures():
    _, limited = recommendation([verdict(4), verdict(8, undersampled=3)])
    assert limited == (
        "With 4 clusters there are 6.2 samples per cell, and 2 are enough; with 8 clusters there "
        "are 1.6 samples per cell, and 3 of 4 seeds are undersampled."
    )
    _, unlimited = recommendation([verdict(8, 0.1, 0.05)])
    assert unlimited == (
        "With 8 clusters there are 1.6 samples per cell, an estimated bias of 0.100 bits (10% of "
        "I(X1,X2;Y)), and a change of 0.050 bits by halving the samples; all settings can be "
        "trusted."
    )
    _, nothing = recommendation([verdict(20, 0.2), verdict(30, 0.9)])
    assert nothing.startswith("No setting can be trusted: with 20 clusters there are 0.25")
    assert nothing.endswith("About 8000 samples, or 7 clusters of each source would do.")
    _, hopeless = recommendation([verdict((1, 600), 0.2, np.nan)])
    assert hopeless.endswith(
        "(20% of I(X1,X2;Y)), and without resampling it is not known whether they do. About 12000 "
        "samples, or 7 clusters of each source would do."
    )
