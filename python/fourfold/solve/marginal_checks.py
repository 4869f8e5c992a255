# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether two marginals and an I(X1,X2;Y) can belong to one distribution; for any device."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.faults import reject_masked

__all__ = ["check_classes", "check_joint_information", "check_shapes"]


def check_shapes(m1: Any, m2: Any) -> None:
    """Raise unless marginals (..., K1, K_Y) and (..., K2, K_Y) differ in their states only."""
    if m1.shape[:-2] != m2.shape[:-2]:
        msg = f"p1y, p2y: expected the same leading axes, got shapes {m1.shape} and {m2.shape}"
        raise ValueError(msg)
    if m1.shape[-1] != m2.shape[-1]:
        msg = (
            "p1y, p2y: expected the same number of classes on the last axis, got "
            f"{m1.shape[-1]} and {m2.shape[-1]}"
        )
        raise ValueError(msg)


def check_classes(py1: Any, py2: Any, rounding: float) -> None:
    """Raise unless p(y) of both marginals, (..., K_Y), agree up to rounding."""
    differs = abs(py1 - py2) > rounding
    if not bool(differs.any()):
        return
    differs, py1, py2 = map(to_numpy, (differs, py1, py2))
    first = tuple(int(k) for k in np.argwhere(differs)[0])
    where = f" in table {first[:-1]}" if len(first) > 1 else ""
    msg = (
        f"p1y, p2y: expected the same p(y), but class {first[-1]}{where} has "
        f"{py1[first]:.9g} in p1y and {py2[first]:.9g} in p2y"
    )
    raise ValueError(msg)


def check_joint_information(value: Any, entropy: Any) -> Any:
    """I(X1,X2;Y) in bits of each table, as an array, given H(Y) of each in bits."""
    shape = entropy.shape
    reject_masked(value, "joint_information")
    try:
        array = value if on_device(value) else to_numpy(value)
    except ValueError:
        array = np.empty(0, dtype=object)  # ragged: refused below, by name
    if array.dtype.kind not in "iuf" or array.shape not in ((), shape):
        msg = (
            f"joint_information: expected bits, one number or an array of shape {shape}, "
            f"got {value!r}"
        )
        raise ValueError(msg)
    if not bool(np.all(np.isfinite(array))) or bool(np.any(array < 0)):
        msg = f"joint_information: expected finite non-negative bits, got {value!r}"
        raise ValueError(msg)
    above = array > entropy + 1e-9
    if bool(np.any(above)):
        most = np.broadcast_to(to_numpy(entropy), shape)[to_numpy(above)].flat[0]
        msg = f"joint_information: expected at most H(Y), here {most:.9g} bits, got {value!r}"
        raise ValueError(msg)
    return array
