# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples: labels as counts of cells, what cannot be counted row by row."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, Self, TypeAlias

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.count_labels import count_labels
from fourfold.counts.tallies import Tallies, count
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.labels import read_states
from fourfold.inputs.target import holds_rows, read_target
from fourfold.results.atoms import ROUNDING

__all__ = ["Draws", "Rows", "Samples", "read_samples"]


class Rows(Protocol):
    """What is known row by row: `Samples`, or what counts to tables in another way."""

    @property
    def x1(self) -> np.ndarray:
        """States of the rows, shape (N,)."""

    @property
    def x2(self) -> np.ndarray:
        """States of the rows, shape (N,)."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(K1, K2, K_Y)."""

    @property
    def block(self) -> int:
        """Neighbouring rows that were drawn together."""

    @property
    def counted(self) -> bool:
        """Whether rows are independent draws of labels, as formulas for counts assume."""

    @property
    def draws(self) -> int:
        """How many independent draws there are."""

    @property
    def rounding(self) -> float:
        """By how many bits the informations of its tables may contradict each other."""

    @property
    def total(self) -> Any:
        """The number of rows."""

    def take(self, draws: np.ndarray) -> Self:
        """Some of the draws."""

    def on_host(self) -> Self:
        """The same in the memory of the host."""

    def tallies(self) -> Tallies:
        """What the rows count to."""


#: What can be decomposed, and halved.
Draws: TypeAlias = Cells | Rows


class Samples(NamedTuple):
    """N rows of two sources and a target that are no independent draws of labels.

    Attributes
    ----------
    x1, x2 : ndarray of int64, shape (N,)
        States 0..K-1.
    y : ndarray, shape (N,) or (N, K_Y)
        Classes 0..K_Y-1, int64, or rows of probabilities, float64.
    shape : tuple of int
        (K1, K2, K_Y).
    block : int
        Neighbouring rows that were drawn together, as the tokens of one sample.

    Arrays are of the host, or all of one device.
    """

    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    shape: tuple[int, int, int]
    block: int = 1

    @property
    def soft(self) -> bool:
        """Whether the target is rows of probabilities."""
        return self.y.ndim == 2

    @property
    def counted(self) -> bool:
        """They are no independent draws of labels, so formulas for counts do not apply."""
        return False

    @property
    def draws(self) -> int:
        """How many independent draws there are: rows, or blocks of them."""
        return len(self.x1) // self.block

    @property
    def total(self) -> int:
        """The number of rows."""
        return len(self.x1)

    @property
    def rounding(self) -> float:
        """By how many bits the informations of its tables may contradict each other."""
        return ROUNDING

    def on_host(self) -> Samples:
        """The same in the memory of the host."""
        if not on_device(self.x1):
            return self
        return self._replace(x1=to_numpy(self.x1), x2=to_numpy(self.x2), y=to_numpy(self.y))

    def take(self, draws: np.ndarray) -> Samples:
        """Some of the draws, in any order; the states stay as they are."""
        rows = draws
        if self.block > 1:
            rows = (draws[:, None] * self.block + np.arange(self.block)).ravel()
        return self._replace(x1=self.x1[rows], x2=self.x2[rows], y=self.y[rows])

    def tallies(self) -> Tallies:
        """What the rows count to; see `count`."""
        return count(self.x1, self.x2, self.y, self.shape)


def read_samples(
    x1: Any,
    x2: Any,
    y: Any,
    block: int = 1,
    *,
    rows: bool = True,
    device: bool | None = None,
    target: tuple[Any, int] | None = None,
    joint: bool | None = None,
) -> Cells | Samples:
    """Check labels and a target, and count them; raises as `fourfold.pid` says.

    Probabilities, and blocks of more than one row, stay `Samples`.

    Parameters
    ----------
    x1, x2, y : array_like
        As in `fourfold.pid`.
    block : int
        Neighbouring rows that were drawn together.
    rows : bool
        Whether cells shall know that of each row.
    device : bool
        Whether to code and count in the memory of the current device; by default where one of
        them is already.
    target : tuple
        What `read_target` made of y before.
    joint : bool
        Whether columns are states, as `fourfold.pid` has it.
    """
    if device is None:
        device = any(map(on_device, (x1, x2, y)))
    if not device and block == 1 and target is None and not holds_rows(y, joint):
        return count_labels(x1, x2, y, rows=rows, joint=joint).cells
    codes1, k1 = read_states(x1, "x1", joint=joint, device=device)
    codes2, k2 = read_states(x2, "x2", joint=joint, device=device)
    codes, ky = read_target(y, device=device, joint=joint) if target is None else target
    check_same_length(x1=len(codes1), x2=len(codes2), y=len(codes))
    shape = (k1, k2, ky)
    if codes.ndim == 2 or block > 1:
        return Samples(codes1, codes2, codes, shape, block)
    return Cells.of_rows(codes1, codes2, codes, shape, rows=rows)
