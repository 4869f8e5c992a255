# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What every test shares: a reproducible Hypothesis profile and the oracle tables."""

from __future__ import annotations

import json
import os
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from fourfold import _core

hypothesis.settings.register_profile(
    "fourfold", derandomize=True, deadline=None, max_examples=100, print_blob=True
)
# for builds that run many times slower, see .ci/sanitize
hypothesis.settings.register_profile(
    "short", parent=hypothesis.settings.get_profile("fourfold"), max_examples=30
)
hypothesis.settings.load_profile(os.environ.get("FOURFOLD_HYPOTHESIS", "fourfold"))

ORACLE = json.loads((Path(__file__).parent / "data" / "oracle.json").read_text())["cases"]


def dense_pmf(cells):
    """The (K1, K2, KY) array of a list of [[x1, x2, y], probability]."""
    keys = [tuple(json.dumps(label) for label in labels) for labels, _ in cells]
    states = [sorted({key[axis] for key in keys}) for axis in range(3)]
    pmf = np.zeros([len(axis) for axis in states])
    for key, (_, probability) in zip(keys, cells, strict=True):
        pmf[tuple(axis.index(label) for axis, label in zip(states, key, strict=True))] += (
            probability
        )
    return pmf


@pytest.fixture(params=ORACLE, ids=[case["name"] for case in ORACLE])
def oracle(request):
    """(pmf, atoms R U1 U2 S, case) of one table with a known answer."""
    case = request.param
    atoms = np.array([case["expected"][name] for name in ("R", "U1", "U2", "S")])
    return dense_pmf(case["pmf"]), atoms, case


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)


@pytest.fixture(params=_core.simd_levels())
def simd(request):
    """Each instruction set of this machine in turn."""
    before = _core.simd()
    _core.select_simd(request.param)
    yield request.param
    _core.select_simd(before)
