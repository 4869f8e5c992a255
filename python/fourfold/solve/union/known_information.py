# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is known of I(X_A;Y) of subsets, beside the tables of single sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fourfold.inputs.arrays import as_array
from fourfold.inputs.subsets import Subset, read_subset, shown
from fourfold.results.atoms import ROUNDING
from fourfold.solve.union.set_bounds import contained

__all__ = ["check_above_union", "read_information"]


def read_information(
    information: Any,
    subsets: Sequence[Subset],
    names: Sequence[str],
    single: np.ndarray,
    entropy: float,
) -> np.ndarray:
    """Bits of each subset (M,), NaN where not known, or raise.

    Parameters
    ----------
    information : float, mapping or None
        Of all sources, or of subsets by their sources.
    subsets : sequence of tuple of int
    names : sequence of str
    single : ndarray, shape (n,)
        I(X_i;Y) in bits.
    entropy : float
        H(Y) in bits.
    """
    given = _by_subset(information, names)
    of_one = {(k,): float(bits) for k, bits in enumerate(single)}
    for subset, (word, bits) in given.items():
        if subset not in subsets:
            msg = f"{word}: these sources are not among subsets; add them there, or leave this out"
            raise ValueError(msg)
        if not np.isfinite(bits) or bits < 0:
            msg = f"{word}: expected finite non-negative bits, got {bits!r}"
            raise ValueError(msg)
        if bits > entropy + ROUNDING:
            msg = f"{word}: expected at most H(Y), here {entropy:.9g} bits, got {bits:.9g}"
            raise ValueError(msg)
        if subset in of_one and abs(bits - of_one[subset]) > ROUNDING:
            msg = (
                f"{word}: its table has {of_one[subset]:.9g} bits, got {bits:.9g}; leave single "
                "sources out"
            )
            raise ValueError(msg)
    known = {subset: bits for subset, (_, bits) in given.items()} | of_one
    _check_monotone(known, given, names)
    return np.array([known.get(subset, np.nan) for subset in subsets])


def check_above_union(
    known: np.ndarray, lower: np.ndarray, subsets: Sequence[Subset], names: Sequence[str]
) -> None:
    """Raise where I(X_A;Y) (M,) is below the certified union information."""
    short = known < lower - ROUNDING
    if short.any():
        k = int(short.argmax())
        msg = (
            f"information: expected at least the certified union information {lower[k]:.9g} bits "
            f"of {shown([names[i] for i in subsets[k]])}, got {known[k]:.9g}; no distribution with these "
            "marginals has it"
        )
        raise ValueError(msg)


def _by_subset(information: Any, names: Sequence[str]) -> dict[Subset, tuple[str, float]]:
    """The words for each, and its bits."""
    if information is None:
        return {}
    if not isinstance(information, Mapping):
        return {(*range(len(names)),): ("information", _bits(information, "information"))}
    found: dict[Subset, tuple[str, float]] = {}
    for sources, bits in information.items():
        word = f"information[{sources!r}]"
        subset = read_subset(sources, names, word)
        if subset in found:
            msg = f"{word}: these sources were there before, as {found[subset][0]}"
            raise ValueError(msg)
        found[subset] = word, _bits(bits, word)
    return found


def _bits(value: Any, word: str) -> float:
    array = as_array(value, word)
    if array.shape != () or array.dtype.kind not in "iuf":
        msg = (
            f"{word}: expected bits, one number, or a dict of subsets of the sources and their "
            f"bits, got {value!r}"
        )
        raise TypeError(msg)
    return float(array)


def _check_monotone(
    known: Mapping[Subset, float],
    given: Mapping[Subset, tuple[str, float]],
    names: Sequence[str],
) -> None:
    """Raise where more sources tell less."""
    subsets, bits = [*known], np.array([*known.values()])
    less = contained(subsets) & (bits[:, None] < bits - ROUNDING)
    for k, m in np.argwhere(less):
        msg = (
            f"{given[subsets[k]][0]}: {bits[k]:.9g} bits are less than the {bits[m]:.9g} of "
            f"{shown([names[i] for i in subsets[m]])}, which are some of these sources"
        )
        raise ValueError(msg)
