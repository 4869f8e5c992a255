# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples as rows of numbers that a Gaussian is fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.columns import Columns, read_columns
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.ties import warn_of_ties
from fourfold.inputs.device import array_module, place_of, to_numpy

__all__ = ["GaussianSamples", "covariance_of", "read_samples", "samples_of"]


class GaussianSamples(NamedTuple):
    """Rows of the sources and y beside each other, of NumPy or CuPy.

    Attributes
    ----------
    rows : ndarray, shape (..., N, D)
        Normal scores, or columns of mean 0 and variance 1.
    given : ndarray, shape (..., N, d), or None
        The same of t.
    scale : ndarray, shape (..., D)
        Of NumPy: what a column was divided by; 1 of normal scores.
    sizes : tuple of int
        Columns of each source and of y.
    names : tuple of str
        Of the columns, those of t last.
    target_labels : tuple of str or None
        Names of the columns of y where the frame that they came in has some.
    """

    rows: Any
    given: Any
    scale: np.ndarray
    sizes: Any
    names: tuple[str, ...]
    target_labels: tuple[str, ...] | None

    @property
    def n_given(self) -> int:
        """Columns of t."""
        return 0 if self.given is None else int(self.given.shape[-1])

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the batch: () or (L,)."""
        found: tuple[int, ...] = self.rows.shape[:-2]
        return found


def read_samples(x1: Any, x2: Any, y: Any, given: Any, *, copula: bool) -> GaussianSamples:
    """Read the arguments, or raise with the name of the one that is wrong."""
    return samples_of(read_columns(x1, x2, y, given), copula=copula)


def samples_of(columns: Sequence[Columns], *, copula: bool) -> GaussianSamples:
    """Of any sources, "y", and perhaps what is given, in this order."""
    number = [one.name for one in columns].index("y") + 1
    with place_of(**{one.name: one.values for one in columns}).device:
        if copula:
            scores = [normal_scores(one.values) for one in columns]
            warn_of_ties(columns, scores)
            values = [each.values for each in scores]
            scales = [np.ones(one.values.shape[:-2] + one.values.shape[-1:]) for one in columns]
        else:
            found = [_standardised(one.values) for one in columns]
            values, scales = [each[0] for each in found], [each[1] for each in found]
        xp = array_module(values[0])
        batch = np.broadcast_shapes(*(each.shape[:-2] for each in values))
        wide = [xp.broadcast_to(each, (*batch, *each.shape[-2:])) for each in values]
        scale = np.concatenate(
            [np.broadcast_to(each, (*batch, each.shape[-1])) for each in scales[:number]], -1
        )
        return GaussianSamples(
            xp.concatenate(wide[:number], -1),
            wide[number] if len(wide) > number else None,
            scale,
            tuple(each.shape[-1] for each in wide[:number]),
            tuple(name for one in columns for name in _names(one)),
            columns[2].labels,
        )


def covariance_of(samples: GaussianSamples) -> np.ndarray:
    """Of all columns, those of t last, (..., D, D)."""
    n = samples.rows.shape[-2]
    every = (samples.rows, samples.given)
    parts = [part - part.mean(-2, keepdims=True) for part in every if part is not None]
    blocks = [
        [to_numpy(one.swapaxes(-1, -2) @ other) / (n - 1) for other in parts] for one in parts
    ]
    found: np.ndarray = np.concatenate([np.concatenate(row, -1) for row in blocks], -2)
    return found


def _standardised(values: Any) -> tuple[Any, np.ndarray]:
    """Columns of mean 0 and variance 1, and what they were divided by."""
    # first by their largest, as squares of 1e200 are infinite
    largest = abs(values).max(-2, keepdims=True)
    scaled = values / largest
    scaled = scaled - scaled.mean(-2, keepdims=True)
    deviation = scaled.std(-2, keepdims=True)
    return scaled / deviation, to_numpy((largest * deviation)[..., 0, :])


def _names(one: Columns) -> list[str]:
    labels = one.labels or range(one.values.shape[-1])
    name = "t" if one.name == "given" else one.name
    return [f"{name}[{label!r}]" for label in labels]
