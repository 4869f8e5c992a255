# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables that meet every way to solve one on a device, on hardware and where it is emulated."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HARDWARE", "SMALL", "Case", "is_small", "table_of"]


@dataclasses.dataclass(frozen=True)
class Case:
    """Tables of one shape, (..., K1, K2, K_Y), and the `solver` that is to take them."""

    shape: tuple[int, ...]
    solver: str
    kind: str = "sparse"


#: The shared memory of a block is 64 KB to 227 KB; tiles are 16, 32 or 64 classes wide.
HARDWARE = (
    Case((5, 4, 3), "cuda-shared"),
    Case((16, 16, 10), "cuda-shared"),
    Case((31, 33, 7), "cuda-shared"),
    Case((150, 140, 10), "cuda-grid"),
    Case((150, 141, 20), "cuda-grid"),
    Case((110, 100, 40), "cuda-grid"),
    Case((90, 170, 70), "cuda-grid"),
    Case((1024, 1000, 10), "cuda-grid"),
    Case((200, 16, 16, 10), "cuda-shared"),
    Case((40, 150, 140, 10), "cuda-block"),
    Case((40, 120, 101, 40), "cuda-block"),
    Case((300, 40, 30, 2), "roc-hull"),
    Case((40, 60, 40, 10), "cuda-shared", "doubled"),
    Case((200, 12, 12, 5), "equal-sources", "copied"),
)
#: Of an emulated device, which has 64 KB and two multiprocessors.
SMALL = (
    Case((5, 4, 3), "cuda-shared"),
    Case((70, 67, 12), "cuda-grid"),
    Case((2, 55, 54, 12), "cuda-block"),
    Case((30, 8, 7, 2), "roc-hull"),
    Case((5, 12, 10, 4), "cuda-shared", "doubled"),
    Case((5, 6, 6, 3), "equal-sources", "copied"),
)


def table_of(case: Case, rng: np.random.Generator) -> np.ndarray:
    """Tables of a case: with zeros, with every state twice, or with the same source twice."""
    *batch, k1, k2, ky = case.shape
    if case.kind == "copied":
        table = np.zeros(case.shape)
        same = np.arange(k1)
        table[..., same, same, :] = rng.random((*batch, k1, ky))
        return table
    if case.kind == "doubled":
        half = rng.random((*batch, k1 // 2, k2 // 2, ky))
        return np.repeat(np.repeat(half, 2, axis=-3), 2, axis=-2)
    return rng.random(case.shape) * (rng.random(case.shape) < 0.6)


def is_small(description: str, arguments: Sequence[str] | None = None) -> bool:
    """Whether the command line asks for `--small`, as on an emulated device."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--small", action="store_true", help="few and small cases")
    return bool(parser.parse_args(arguments).small)
