# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples in the memory of a CUDA device, counted there."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.counts.counting import Counts, Samples
from fourfold.counts.information import joint_information
from fourfold.counts.reduced import Reduced
from fourfold.counts.sampling_bias import (
    sampling_of_counts,
    sampling_of_samples,
)
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import cupy, to_numpy
from fourfold.inputs.device_labels import Target, labels, target_on_device

__all__ = ["count", "read_samples", "to_host"]


def read_samples(x1: Any, x2: Any, y: Any) -> tuple[Any, Any, Target, tuple[int, int, int]]:
    """Codes of the sources, the target, and the numbers (K1, K2, K_Y) of states."""
    codes1, k1 = labels(x1, "x1")
    codes2, k2 = labels(x2, "x2")
    target = target_on_device(y)
    check_same_length(x1=len(codes1), x2=len(codes2), y=target.rows)
    return codes1, codes2, target, (k1, k2, target.classes)


def to_host(codes1: Any, codes2: Any, target: Target, shape: tuple[int, int, int]) -> Samples:
    """The same samples in the memory of the host."""
    y = target.labels if target.probabilities is None else target.probabilities
    return Samples(to_numpy(codes1), to_numpy(codes2), to_numpy(y), shape)


def count(codes1: Any, codes2: Any, target: Target, shape: tuple[int, int, int]) -> Reduced:
    """What `read_samples` gives, counted."""
    xp = cupy()
    k1, k2, _ = shape
    n = target.rows
    pairs, pair_codes = xp.unique(codes1 * k2 + codes2, return_inverse=True)
    p1y = target.sums(codes1, k1)
    p2y = target.sums(codes2, k2)
    cells = target.sums(pair_codes, len(pairs))
    of_pairs = xp.bincount(pair_codes).astype(np.float64)
    mi_joint = joint_information(cells.ravel(), of_pairs, p1y.sum(0), float(n))
    if target.probabilities is None:
        sampling = sampling_of_counts(Counts(p1y, p2y, cells.ravel(), of_pairs), n, shape)
    else:
        counts = Counts(*map(to_numpy, (p1y, p2y, cells.ravel(), of_pairs)))
        sampling = sampling_of_samples(to_host(codes1, codes2, target, shape), counts)
    return Reduced(p1y / n, p2y / n, mi_joint, n, sampling)
