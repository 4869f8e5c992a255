# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fields of results as plain values of Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.device import to_numpy

__all__ = []


def _plain_tuple(value: Any) -> dict[str, Any] | None:
    """A named tuple as a dictionary of plain values."""
    if value is None:
        return None
    return {key: _plain(part) for key, part in value._asdict().items()}


def _plain(value: Any) -> Any:
    if value is None:
        return None
    array = to_numpy(value)
    if array.dtype.kind == "f":
        plain = array.astype(object)
        plain[np.isnan(array)] = None
        return plain.tolist()
    return array.tolist()
