# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of an array of the host, centred and in single precision, on a device batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

__all__ = ["CentredRows"]

_BATCH = {"cpu": 1 << 20, "cuda": 1 << 26}  # numbers of a batch: the cache, or work for a GPU
_KEPT = 0.5  # share of the free memory of a GPU that the rows may stay in


class CentredRows:
    """Batches of rows minus their mean; the host holds one at a time beside the array itself.

    Parameters
    ----------
    x : ndarray of shape (N, d)
        Real and finite; a memory map is read once for each pass.
    weights : ndarray of shape (N,)
        With a positive sum.
    device : torch.device
        A GPU that has room for all of them is given them once.

    Attributes
    ----------
    mean, deviation : ndarray of shape (d,)
        Of the columns; a deviation that is rounding only is 1.
    """

    def __init__(self, x: np.ndarray, weights: np.ndarray, device: torch.device) -> None:
        self._x, self._device = x, device
        self._size = max(1, _BATCH.get(device.type, _BATCH["cpu"]) // x.shape[1])
        self._kept: list[torch.Tensor] | None = None
        shares = weights / weights.sum()
        parts = self._parts()
        self.mean = sum(shares[part] @ x[part].astype(np.float64) for part in parts)
        variance = np.zeros(x.shape[1])
        for part in parts:
            variance += shares[part] @ (x[part] - self.mean) ** 2
        rounding = np.finfo(float).eps * (len(x) * variance + (len(x) * self.mean) ** 2)
        constant = variance <= np.finfo(float).eps * rounding
        self.deviation = np.sqrt(np.where(constant, 1.0, variance))
        # subtracted in the precision of x: what is far from zero is not rounded before
        self._subtracted = self.mean.astype(np.float32 if x.itemsize <= 4 else np.float64)

    def __iter__(self) -> Iterator[tuple[slice, torch.Tensor]]:
        """Which rows, and those (n, d) in float32 on the device."""
        if self._kept is None and self._fits():
            self._kept = [self.rows(part) for part in self._parts()]
        for number, part in enumerate(self._parts()):
            yield part, self.rows(part) if self._kept is None else self._kept[number]

    def rows(self, which: Any) -> torch.Tensor:
        """Some of them, by a slice or numbers."""
        centred = np.subtract(self._x[which], self._subtracted)
        return torch.from_numpy(centred.astype(np.float32, copy=False)).to(self._device)

    def _parts(self) -> list[slice]:
        return [slice(at, at + self._size) for at in range(0, len(self._x), self._size)]

    def _fits(self) -> bool:
        if self._device.type != "cuda":
            return False
        free = torch.cuda.mem_get_info(self._device)[0]
        return bool(4 * self._x.size <= _KEPT * free)
