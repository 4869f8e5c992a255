# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of several statistics by their names: a dictionary that is shown as a table."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Self

from fourfold.inference.permutation_result import PermutationTest
from fourfold.results.frame import Block
from fourfold.results.record import Record, class_of

__all__ = ["PermutationTests"]


class PermutationTests(Record, dict[str, PermutationTest]):  # type: ignore[misc]  # noqa: PLW1641
    """Results of `permutation_test` by the name of their statistic, in the order asked for.

    A dictionary, printed as a table and shown as one by notebooks, statistics in bits, with
    p-values adjusted for all of its tests.

    See Also
    --------
    PermutationTest : One of them.
    fourfold.adjust_pvalues : The same adjustment, also over several dictionaries.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 100))
    >>> tests = ff.permutation_test(x1, x2, x1 ^ x2, ["mi1", "mi_joint"], n_permutations=99)
    >>> tests["mi_joint"].pvalue
    0.01
    >>> print(str(tests).split("\\n")[-1])
    mi1 not told apart from chance: adjusted p above 0.05
    """

    __eq__ = dict.__eq__  # also to a dictionary of the same tests
    __ne__ = dict.__ne__

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values; `tests` has each test by its name."""
        tests = {name: test.to_dict() for name, test in self.items()}
        return {"type": type(self).__name__, "unit": "bits", "tests": tests}

    @classmethod
    def _read(cls, record: Mapping[str, Any]) -> Self:
        found = class_of(record, cls)
        tests: Any = record.get("tests")
        good = isinstance(tests, Mapping)
        if not good:
            msg = f"record: there is no dictionary 'tests', which a {found.__name__} needs"
            raise ValueError(msg)
        each = {name: PermutationTest._read(test) for name, test in tests.items()}
        made: Self = found(each)
        return made

    def _blocks(self) -> list[Block]:
        return [block for test in self.values() for block in test._blocks()]

    def __repr__(self) -> str:
        if not self:
            return "PermutationTests({})"
        text: str = importlib.import_module("fourfold.report.text").tests_text(self)
        return text
