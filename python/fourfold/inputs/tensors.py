# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tensors of PyTorch as NumPy takes them; PyTorch itself is not loaded for it."""

from __future__ import annotations

from typing import Any

__all__ = ["is_tensor", "plain"]


def is_tensor(values: Any) -> bool:
    """Whether these are a tensor of PyTorch."""
    return type(values).__module__.partition(".")[0] == "torch" and hasattr(values, "detach")


def plain(values: Any) -> Any:
    """A tensor without a gradient, in a precision that NumPy has; anything else as it is.

    Lists of tensors likewise.
    """
    if isinstance(values, (list, tuple)):
        return (
            [plain(one) for one in values] if len(values) and is_tensor(values[0]) else values
        )
    if not is_tensor(values):
        return values
    if values.requires_grad:
        values = values.detach()
    if str(values.dtype) == "torch.bfloat16" or str(values.dtype).startswith("torch.float8"):
        values = values.float()
    if values.is_conj():
        values = values.resolve_conj()
    return values.resolve_neg() if values.is_neg() else values
