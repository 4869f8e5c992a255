# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One column of labels as integers, and what these stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

__all__ = ["LabelColumn", "Sort", "sort_integers", "sort_truths", "sort_words", "words_array"]

#: Of integers that occur, each once: their ranks by label, and the labels, sorted. Equal labels have
#: one rank. Raises where they are no labels.
Sort = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

_WIDEST = 2**26  # bytes of an array of words, all as wide as the widest


class LabelColumn(NamedTuple):
    """Labels that can be counted.

    Attributes
    ----------
    codes : ndarray of integers or bool, shape (N,)
        Equal where labels are; of the byte order of this machine, with any stride.
    sort : callable
        What to make of codes, int64 or uint64.
    """

    codes: np.ndarray
    sort: Sort


def sort_integers(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The `Sort` of integers that are labels themselves."""
    order = np.argsort(codes)
    states = codes[order]
    if states[-1] <= np.iinfo(np.int64).max:
        states = states.astype(np.int64)
    return _ranks(order), states


def sort_truths(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The `Sort` of 0 and 1 that stand for False and True."""
    ranks, states = sort_integers(codes)
    return ranks, states.astype(bool)


def sort_words(words: list[str] | list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Ranks of different words, and the words, sorted by their characters; see `words_array`."""
    order = np.array(sorted(range(len(words)), key=words.__getitem__), dtype=np.int64)
    return _ranks(order), words_array([words[k] for k in order])


def words_array(words: list[str] | list[bytes]) -> np.ndarray:
    """Words in an array of fixed width where it has room and keeps them, else as objects."""
    widest = max(map(len, words))
    nul: str | bytes = "\0" if isinstance(words[0], str) else b"\0"
    cut = any(word.endswith(nul) for word in words)  # type: ignore[arg-type]
    if cut or 4 * widest * len(words) > max(_WIDEST, 16 * sum(map(len, words))):
        array = np.empty(len(words), dtype=object)
        array[:] = words
        return array
    return np.array(words)


def _ranks(order: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks
