# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a covariance and the sizes of its blocks may look like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.columns import plain_numbers
from fourfold.gaussian.covariance_checks import singular_below
from fourfold.inputs.arrays import as_array, as_numbers, as_real, reject_where
from fourfold.inputs.device import on_device, to_cupy, to_numpy
from fourfold.inputs.numbers import positive_int

__all__ = ["Covariance", "read_covariance", "read_sizes"]


class Covariance(NamedTuple):
    """Symmetric and finite, in double precision.

    Attributes
    ----------
    values : ndarray, shape (..., D, D)
        Of NumPy, or of CuPy where they came so.
    least : float
        Least eigenvalue of its correlations that is told from zero, by the precision it came in.
    names : list of str or None
        Of the columns, where a data frame has them.
    """

    values: Any
    least: float
    names: list[str] | None


def read_sizes(sizes: Any, blocks: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of columns of each block, or raise."""
    expected = f"expected {len(blocks)} whole numbers, the columns of {', '.join(blocks)}"
    if isinstance(sizes, str) or not isinstance(sizes, (Sequence, np.ndarray)):
        msg = f"sizes: {expected}, got {sizes!r}"
        raise TypeError(msg)
    if len(sizes) != len(blocks):
        msg = f"sizes: {expected}, got {len(sizes)} of them: {sizes!r}"
        raise ValueError(msg)
    return tuple(
        positive_int(size, f"sizes[{k}], columns of {block}")
        for k, (size, block) in enumerate(zip(sizes, blocks, strict=True))
    )


def read_covariance(cov: Any, sizes: tuple[int, ...], given: int = 0) -> Covariance:
    """A batch of matrices of the columns in `sizes` and of `given` more, or raise."""
    columns = list(getattr(cov, "columns", ()))
    names = columns if columns and all(isinstance(name, str) for name in columns) else None
    cov = plain_numbers(cov, "cov")
    there = on_device(cov)
    array = to_cupy(cov, "cov") if there else as_array(cov, "cov")
    if not there:
        array = as_numbers(array, "cov")
    elif array.dtype.kind not in "iubf":
        as_real(to_numpy(array), "cov")  # raises, and says why
    _check_shape(array.shape, sizes, given)
    least = singular_below(array.dtype)
    array = array.astype(np.float64)
    if not bool(np.isfinite(array).all()):
        array = to_numpy(array)
        reject_where(array, ~np.isfinite(array), "cov", "finite")
    if not bool((array == array.swapaxes(-1, -2)).all()):
        _check_symmetry(array, least)
        array = array / 2 + array.swapaxes(-1, -2) / 2
    return Covariance(array, least, names)


def _check_shape(shape: tuple[int, ...], sizes: tuple[int, ...], given: int) -> None:
    size = sum(sizes) + given
    if len(shape) < 2 or shape[-2:] != (size, size):
        of = f"sizes={sizes}" + (f" and given={given}" if given else "")
        msg = (
            f"cov: expected shape (..., {size}, {size}), as {of} add up to {size}, got {shape}"
        )
        raise ValueError(msg)
    if 0 in shape:
        msg = f"cov: expected at least one matrix, got shape {shape}"
        raise ValueError(msg)


def _check_symmetry(array: Any, least: float) -> None:
    """To the precision that matters: beside the standard deviations of both columns."""
    other = array.swapaxes(-1, -2)
    variances = abs(np.diagonal(array, axis1=-2, axis2=-1))
    # roots first, as products of variances may leave the range of numbers
    deviations = np.sqrt(variances)
    allowed = max(least, 1e-8) * deviations[..., None, :] * deviations[..., None]
    wrong = abs(array - other) > allowed
    if bool(wrong.any()):
        array, wrong = to_numpy(array), to_numpy(wrong)
        index = tuple(int(k) for k in np.argwhere(wrong)[0])
        mirrored = (*index[:-2], index[-1], index[-2])
        msg = (
            f"cov: expected a symmetric matrix, but cov[{_shown(index)}] is {array[index]:.6g} and "
            f"cov[{_shown(mirrored)}] is {array[mirrored]:.6g}"
        )
        raise ValueError(msg)


def _shown(index: tuple[int, ...]) -> str:
    return ", ".join(map(str, index))
