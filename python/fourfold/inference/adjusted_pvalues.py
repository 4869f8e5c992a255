# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""P-values of many tests."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fourfold.exceptions import FewPermutationsWarning
from fourfold.inference.permutation_result import PermutationTest
from fourfold.results.atoms import Atoms
from fourfold.runtime.caller import caller_depth

__all__ = ["adjust_pvalues"]

_LEVEL = 0.05


def adjust_pvalues(tests: Any) -> Any:
    """P-values adjusted for being many, by Benjamini and Hochberg (1995).

    Rejecting where the adjusted value is at most 0.05 keeps the expected share of false
    rejections among all rejections at 0.05, for independent or positively dependent tests.

    Parameters
    ----------
    tests : mapping or sequence
        Results of `permutation_test`, p-values, or results of `compare`, each of which has
        four: all of them are one family.

    Returns
    -------
    dict or list
        Adjusted p-values, a dictionary for a mapping; `Atoms` of four for a comparison.

    Raises
    ------
    TypeError
        If `tests` is neither a mapping nor a sequence.
    ValueError
        If there are none, or one is not between 0 and 1.

    Warns
    -----
    FewPermutationsWarning
        If a test has the least p-value that its permutations allow, and that is above 0.05
        when adjusted. So much a single one of m tests can only reach with 20 m - 1 permutations.

    See Also
    --------
    permutation_test : Tests of atoms.
    compare : Tests of differences.

    References
    ----------
    Benjamini, Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57 (1995).

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.adjust_pvalues({"redundancy": 0.01, "synergy": 0.04, "mi1": 0.5})
    {'redundancy': 0.03, 'synergy': 0.06, 'mi1': 0.5}
    """
    several = isinstance(tests, (Mapping, Sequence, np.ndarray)) and not isinstance(tests, str)
    if not several or (isinstance(tests, np.ndarray) and not tests.ndim):
        msg = f"tests: expected a mapping or a sequence of tests or p-values, got {tests!r}"
        raise TypeError(msg)
    named = isinstance(tests, Mapping)
    values: list[Any] = list(tests.values()) if isinstance(tests, Mapping) else list(tests)
    given = [getattr(test, "pvalue", test) for test in values]
    family: list[Any] = []
    for each in given:
        family += each if isinstance(each, Atoms) else [each]
    numbers = all(isinstance(value, (int, float, np.integer, np.floating)) for value in family)
    if not family or not numbers or not all(0 <= value <= 1 for value in family):
        msg = f"tests: expected at least one p-value, each between 0 and 1, got {given!r}"
        raise ValueError(msg)
    from scipy.stats import false_discovery_control  # noqa: PLC0415  slow to import

    adjusted = iter(false_discovery_control(family).tolist())
    back = [
        Atoms(*(next(adjusted) for _ in each)) if isinstance(each, Atoms) else next(adjusted)
        for each in given
    ]
    _warn_of_few(values, back, len(family))
    return dict(zip(tests, back, strict=True)) if named else back


def _warn_of_few(tests: list[Any], adjusted: list[Any], number: int) -> None:
    for test, value in zip(tests, adjusted, strict=True):
        if (
            isinstance(test, PermutationTest)
            and test.pvalue <= test.least_pvalue
            and value > _LEVEL
        ):
            msg = (
                f"{test.name!r} has the least p-value that {test.n_permutations} permutations "
                f"allow, {test.pvalue:.3g}, and {value:.3g} adjusted for {number} tests; with "
                f"n_permutations={round(number / _LEVEL) - 1} it can be {_LEVEL:g}"
            )
            warnings.warn(msg, FewPermutationsWarning, stacklevel=caller_depth())
            return
