# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of several statistics by their names: a dictionary that is shown as a table."""

from __future__ import annotations

import importlib

from fourfold.inference.permutation_result import PermutationTest
from fourfold.results.shown import Tabled

__all__ = ["PermutationTests"]


class PermutationTests(Tabled, dict[str, PermutationTest]):
    """Results of `permutation_test` by the name of their statistic, in the order asked for.

    A dictionary, printed as a table and shown as one by notebooks, with p-values adjusted for all
    of its tests.

    See Also
    --------
    fourfold.adjust_pvalues : The same adjustment, also over several dictionaries.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 100))
    >>> tests = ff.permutation_test(x1, x2, x1 ^ x2, ["mi1", "mi_joint"], n_permutations=99)
    >>> tests["mi_joint"].pvalue
    0.01
    >>> print(str(tests).split("\\n")[-1].split("  ")[0])
    mi_joint
    """

    def __repr__(self) -> str:
        if not self:
            return "PermutationTests({})"
        text: str = importlib.import_module("fourfold.report.text").tests_text(self)
        return text
