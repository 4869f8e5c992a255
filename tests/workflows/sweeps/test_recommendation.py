# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which number of clusters a sweep recommends, and the figures of the reason."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.counts.held_out_information import HeldOut
from fourfold.posteriors.held_out import no_bounds
from fourfold.posteriors.probe import Probe
from fourfold.workflows.sweeps.recommendation import recommendation
from tests.support.mixture import Mixture

PROBE = Probe((0.6, 0.5, 1.25), (0.01,) * 3, no_bounds(0.95))
NAN = float("nan")


def recommended(settings, held_out, probe=PROBE, *, poor=False, error=0.0):
    cells = [
        np.prod(setting) if isinstance(setting, tuple) else setting**2 for setting in settings
    ]
    return recommendation(
        settings,
        np.array(cells),
        [HeldOut(bits, error) for bits in held_out],
        np.array([poor] * len(settings)),
        probe,
    )


@pytest.mark.parametrize(
    ("settings", "held_out", "expected"),
    [
        ((4, 8, 16), (0.5, 0.9, 0.7), 8),
        ((16, 4, 8), (0.7, 0.5, 0.9), 8),
        ((4, 8, 16), (0.5, 0.9, 0.9), 8),  # as much with fewer
        ((16, 8), (0.9, 0.9), 8),
        (((4, 16), 7), (0.9, 0.8), (4, 16)),
        ((4, 8), (NAN, 0.1), 8),
        ((4, 8), (-0.1, -0.2), None),
        ((4,), (0.0,), None),
        ((4,), (NAN,), None),
    ],
)
def test_recommended_is_what_tells_most_about_held_out_rows(settings, held_out, expected):
    assert recommended(settings, held_out)[0] == expected


def test_what_chance_makes_of_nothing_is_not_recommended():
    nothing, reason = recommended((4, 64), (-0.1, 0.019), error=0.01)
    assert nothing is None
    assert "at most 0.019 bits, less than twice the error of that, with 64 clusters" in reason
    assert recommended((4, 64), (-0.1, 0.021), error=0.01)[0] == 64


def test_reasons_have_the_figures():
    assert recommended((4, 16, 8), (0.5, 0.71239, 0.9))[1] == (
        "8 clusters tell most about rows that were not counted, 0.900 bits; 4 tell 0.500 and 16 "
        "tell 0.712. A held-out probe of both sources finds 1.250."
    )
    assert recommended(((4, 2), 8), (0.5, 0.9))[1] == (
        "8 clusters tell most about rows that were not counted, 0.900 bits; 4 x 2 tell 0.500; they "
        "are the most that were asked for, and more may tell more. A held-out probe of both "
        "sources finds 1.250."
    )
    poor = recommended((8, 9), (0.9, 0.5), poor=True)[1]
    assert (
        "tell 0.500. Its atoms are undersampled all the same: take more samples. A held" in poor
    )
    rare = PROBE._replace(why_not="class 'x' has 3 rows")
    assert recommended((8, 9), (0.9, 0.5), rare)[1] == (
        "8 clusters tell most about rows that were not counted, 0.900 bits; 9 tell 0.500. No "
        "probe: class 'x' has 3 rows."
    )
    assert recommended((8, 9), (-0.0125, -0.2))[1] == (
        "No setting tells anything about rows that were not counted: at most -0.013 bits, with 8 "
        "clusters."
    )
    assert recommended((8,), (NAN,))[1] == (
        "There are fewer than 4 samples, of which none can be held out."
    )


@pytest.mark.parametrize(("rows", "most"), [(500, 0.3), (2000, 0.17)])
def test_error_on_embeddings_that_have_clusters(rows, most):
    """The rule before chose 4 and 8 clusters here, with errors of 0.8 and 0.5 bits."""
    mixture = Mixture.drawn(0)
    truth = np.array(ff.decompose(mixture.table).atoms)
    for seed in range(2 if rows == 500 else 1):
        sweep = ff.cluster_sweep(
            *mixture.rows(rows, seed),
            (4, 8, 16, 24, 32, 64),
            n_seeds=1,
            n_init=2,
            n_resamples=0,
            random_state=seed,
        )
        best = sweep.n_clusters.index(sweep.recommended)
        assert sweep.recommended in (16, 24, 32)
        assert np.linalg.norm(sweep.by_seed[best, 0] - truth) < most
