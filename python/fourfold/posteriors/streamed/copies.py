# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether rows that are measured equal rows that classifiers have learned from."""

from __future__ import annotations

import warnings

import numpy as np

from fourfold.exceptions import DuplicateRowsWarning
from fourfold.runtime.caller import caller_depth

__all__ = ["Copies"]

_NUMBERS = 1 << 20  # hashed at once


class Copies:
    """Counts rows of each source that equal one of these (n, d1) and (n, d2), by 64 bits of each."""

    def __init__(self, x1: np.ndarray, x2: np.ndarray, groups: np.ndarray | None) -> None:
        self.known = [np.unique(_hashes(x)) for x in (x1, x2)]
        self.found = np.zeros(2, dtype=np.int64)
        self.rows = 0
        # where each row is a group of its own, rows are independent draws by the user's word
        self.apart = groups is not None and len(np.unique(groups)) == len(groups)

    def add(self, x1: np.ndarray, x2: np.ndarray) -> None:
        """Rows that are measured."""
        self.rows += len(x1)
        for k, x in enumerate((x1, x2)):
            known = self.known[k]
            if self.apart or len(known) == 1:  # a constant source tells nothing
                continue
            self.found[k] += np.count_nonzero(np.isin(_hashes(x), known))

    def recognised(self, x1: np.ndarray, x2: np.ndarray) -> bool:
        """Whether rows are among those that classifiers learned from."""
        return all(
            bool(np.isin(_hashes(x), known).all())
            for x, known in zip((x1, x2), self.known, strict=True)
        )

    @property
    def leak(self) -> bool:
        """Whether nothing is held out that could bound anything."""
        return bool(self.found.any())

    def warn(self) -> None:
        """Give one `DuplicateRowsWarning` where there are any."""
        if not self.leak:
            return
        said = [
            f"{count} of {self.rows} rows of {name}"
            for name, count in zip(("X1", "X2"), self.found.tolist(), strict=True)
            if count
        ]
        msg = (
            f"{' and '.join(said)} equal rows that classifiers learned from, so that not all of what "
            "is measured was held out. Bounds are withheld (NaN). Leave the rows of sample= out of "
            "the blocks; or give groups=, the same number for all rows of one origin (repeats, "
            "augmentations, frames of a video); or groups=numpy.arange(N) where rows are independent "
            "draws all the same, as those of a source of few values are"
        )
        warnings.warn(msg, DuplicateRowsWarning, stacklevel=caller_depth())


def _hashes(x: np.ndarray) -> np.ndarray:
    """Of each row, 64 bits: a sum of its numbers' bits times random odd numbers."""
    factors = np.random.default_rng(0).integers(2**64, size=x.shape[1], dtype=np.uint64)
    factors |= np.uint64(1)
    found = np.empty(len(x), dtype=np.uint64)
    step = max(1, _NUMBERS // x.shape[1])
    for start in range(0, len(x), step):
        some = slice(start, start + step)
        # the zero makes 0.0 of -0.0, which have other bits and are equal
        bits = (x[some].astype(np.float64) + 0.0).view(np.uint64)
        bits ^= bits >> np.uint64(32)
        bits *= factors
        found[some] = bits.sum(1, dtype=np.uint64)
    return found
