# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Names of the columns of frames: columns that were renamed, or stand in another order."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from fourfold.inputs.list_columns import is_list_column

__all__ = ["check_column_names", "column_names", "listed"]


def column_names(values: Any) -> np.ndarray | None:
    """Names of the columns of a frame of pandas, polars or Arrow where all are text, else None.

    A frame of one column of lists names none of what is in these.
    """
    for attribute in ("column_names", "columns"):
        names = getattr(values, attribute, None)
        if names is not None and not callable(names):
            found = list(names)
            whole = len(found) == 1 and is_list_column(values[found[0]])
            if found and not whole and all(isinstance(name, str) for name in found):
                return np.array(found, dtype=object)
            return None
    return None


def check_column_names(
    fitted: np.ndarray | None, values: Any, name: str, estimator: str
) -> None:
    """Raise where columns have other names than those that were fitted, or another order.

    As in scikit-learn there is a warning where only one of them has names.
    """
    names = column_names(values)
    if fitted is None and names is None:
        return
    if fitted is None or names is None:
        told = (
            f"{name} has feature names, but {estimator} was fitted without feature names"
            if fitted is None
            else f"{name} does not have valid feature names, but {estimator} was fitted with "
            "feature names"
        )
        warnings.warn(told, UserWarning, stacklevel=2)
        return
    if len(names) == len(fitted) and (names == fitted).all():
        return
    if set(names) == set(fitted) and len(names) == len(fitted):
        what = "the columns that were fitted, but in another order"
    else:
        what = "other columns than those that were fitted"
    msg = (
        f"{name}: has {what}. The feature names should match those that were passed during fit: "
        f"got {listed(names)}; fitted were {listed(fitted)}; choose them by name, "
        f"{name}[[{', '.join(map(repr, fitted[:3].tolist()))}{', ...' * (len(fitted) > 3)}]]"
    )
    raise ValueError(msg)


def listed(names: Any) -> str:
    """The first names, for a message."""
    some = ", ".join(map(repr, names[:8]))
    return some if len(names) <= 8 else f"{some}, ... ({len(names)} columns)"
