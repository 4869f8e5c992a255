# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The plug-in information and H(Y) of a table, in bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import xlogy

from fourfold.inputs.device import on_device

__all__ = ["entropy_of", "joint_information", "table_information", "x_log_x"]


def joint_information(
    cells: np.ndarray, pairs: np.ndarray, classes: np.ndarray, total: Any
) -> Any:
    """I(X1,X2;Y) in bits of a table from its masses; cells of zero mass may be left out.

    Parameters
    ----------
    cells, pairs, classes : ndarray
        Masses of (x1,x2,y), of (x1,x2) and of y along the last axis, in any order; leading
        axes are a batch.
    total : float or ndarray
        The mass N of each table.

    Returns
    -------
    float or ndarray
        (sum c log2 c - sum c12 log2 c12 - sum cy log2 cy) / N + log2 N.
    """
    nats = x_log_x(cells).sum(-1) - x_log_x(pairs).sum(-1)
    nats = nats + x_log_x(total) - x_log_x(classes).sum(-1)
    return np.maximum(nats / total / np.log(2.0), 0.0)


def table_information(table: np.ndarray) -> float:
    """I(X;Y) in bits of a table (K, K_Y) of mass 1, of one source or of several as one."""
    # products with ones are far faster than sums of short rows
    states, classes = table @ np.ones(table.shape[1]), np.ones(len(table)) @ table
    return float(joint_information(table.ravel(), states, classes, 1.0))


def entropy_of(probabilities: Any) -> Any:
    """Entropy in bits along the last axis; of arrays on the host or on a CUDA device."""
    return -x_log_x(probabilities).sum(-1) / np.log(2.0) + 0.0  # no -0.0


def x_log_x(values: Any) -> Any:
    """x log x in nats, 0 where x is 0; of arrays on the host or on a CUDA device."""
    if on_device(values):
        return values * np.log(np.where(values > 0, values, 1.0))
    return xlogy(values, values)
