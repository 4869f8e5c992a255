# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A distribution with the attributes of dit's that are read, and dit's own numbers for some."""

from __future__ import annotations

import json
import math

import numpy as np

from tests.support.paths import TESTS

CASES = json.loads((TESTS / "data" / "dit.json").read_text())["cases"]


class Distribution:
    """Like dit.Distribution: outcomes, their probabilities or logarithms, names of variables."""

    def __init__(self, outcomes, pmf, names=None, base="linear", given=()):
        self.outcomes = tuple(outcomes)
        self.given_vars = given
        self._names, self._base = names, base
        logs = 1.0 if base == "linear" else math.log(math.e if base == "e" else base)
        self.pmf = np.array(pmf) if base == "linear" else np.log(pmf) / logs

    def get_base(self):
        return self._base

    def get_rv_names(self):
        return None if self._names is None else tuple(self._names)


def of_case(case):
    outcomes = [tuple(outcome) for outcome in case["outcomes"]]
    return Distribution(outcomes, case["pmf"], case["names"], case["base"] or "linear")
