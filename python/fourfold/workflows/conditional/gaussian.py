# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources, target and third variable as one Gaussian: all is given T itself, and nothing is parted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.device import on_device
from fourfold.inputs.label_containers import CodedLabels, unpacked
from fourfold.workflows.conditional.result import ConditionalPID
from fourfold.workflows.decoding.gaussian_plan import gaussian_partial

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["given_gaussian"]

#: Whole numbers of at most so many values, and so many rows to each, are labels.
_FEW, _ROWS_EACH = 16, 4


def given_gaussian(
    x1: Any,
    x2: Any,
    y: Any,
    given: Any,
    estimator: Any,
    options: Mapping[str, Any],
    others: Mapping[str, bool],
    random_state: Any,
) -> ConditionalPID:
    """`gaussian_pid` given T; `others` are options that it has not, and whether they were given."""
    for name in (name for name, asked in others.items() if asked):
        msg = (
            f"{name}: no option of a Gaussian, which is fitted in closed form given T itself; leave "
            "it out, or take another estimator"
        )
        raise ValueError(msg)
    fit = gaussian_partial("conditional_pid", estimator, options, None)
    if fit.keywords["given"] is not None:
        msg = "estimator: gaussian_pid has given=...; expected it as given of conditional_pid"
        raise ValueError(msg)
    if given is None or _are_labels(given):
        what = "None" if given is None else "labels"
        msg = (
            f"given: expected numbers (N,) or (N, d), of which a Gaussian is made, got {what}; "
            "for labels call fourfold.gaussian_pid for the rows of each"
        )
        raise ValueError(msg)
    result = fit(x1, x2, y, given=given, random_state=random_state)
    return ConditionalPID(result, (), np.zeros(0), (), (), "none")


def _are_labels(given: Any) -> bool:
    """Text, truths, categories; or one column of a few whole numbers."""
    if on_device(given):
        return False
    inside = unpacked(given, "given")
    if isinstance(inside, CodedLabels):
        return True
    array = np.asarray(inside)
    if array.dtype.kind in "bUS":
        return True
    if array.dtype.kind == "O":
        return any(isinstance(value, (str, bytes, bool)) for value in array.ravel().tolist())
    one = array.ndim == 1 or array.shape[-1] == 1
    if array.dtype.kind not in "iu" or not one:
        return False
    values = len(np.unique(array))
    return values <= _FEW and values * _ROWS_EACH <= array.size
