# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables with known atoms, each with its source in tests/data/oracle.json."""

from __future__ import annotations

import json

import numpy as np

from tests.support.paths import TESTS

CASES = json.loads((TESTS / "data" / "oracle.json").read_text())["cases"]

#: Room for the rounding of the expected numbers themselves: typed decimals, or two conic solvers.
ROUNDING = {"exact": 1e-12, "consensus": 5e-8}


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
