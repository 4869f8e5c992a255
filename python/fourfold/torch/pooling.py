# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""From the hidden states of one layer to one row for each sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch
from torch import nn

from fourfold.torch.channel_axis import channels_first, is_of_sequences
from fourfold.torch.spatial_pooling import SPATIAL, spatial_mean
from fourfold.torch.token_place import token_place

__all__ = ["Pooling", "check_pooling", "pool"]

Pooling: TypeAlias = str | Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor]

_METHODS = ("mean", "last", "cls", *SPATIAL)


def check_pooling(pooling: object) -> None:
    """Raise unless `pooling` is a method, a function or a mapping from masks to those."""
    for method in pooling.values() if isinstance(pooling, Mapping) else [pooling]:
        if isinstance(method, type) or not (callable(method) or method in _METHODS):
            expected = ", ".join(map(repr, _METHODS))
            msg = (
                f"pooling: got {method!r}; expected {expected}, a function of (hidden, mask) "
                "such as AttentionPooling('first'), or a mapping from the name of each mask to one "
                "of them"
            )
            raise ValueError(msg)


def pool(
    hidden: torch.Tensor,
    mask: torch.Tensor | None,
    pooling: Pooling,
    *,
    layer: str,
    module: nn.Module,
    mask_name: str,
) -> torch.Tensor:
    """One float32 row for each sample, in memory of its own.

    Parameters
    ----------
    hidden : Tensor, shape (B, T, d), or (B, d) where `mask` is None
        With places instead of tokens for "spatial" and "spatial_last"; any for a function.
    mask : Tensor of bool, shape (B, T), or None
        None is for all tokens.
    pooling : {"mean", "last", "cls", "spatial", "spatial_last"} or callable
        A function of (hidden, mask) returns a Tensor of shape (B, d).
    layer, mask_name
        For messages.
    module
        The layer, which may say which axis is that of its channels.

    Returns
    -------
    Tensor, shape (B, d)
        On the device of `hidden`.

    Raises
    ------
    TypeError
        If the hidden states or the rows are not of a floating type.
    ValueError
        If a shape is not as above.
    """
    if mask is not None:
        mask = mask.to(hidden.device)
    if callable(pooling):
        rows = pooling(hidden, mask)
        _check_rows(rows, layer)
    else:
        _check_hidden(hidden, layer, most=5 if pooling in SPATIAL else 3)
        if pooling in SPATIAL:
            rows = spatial_mean(hidden, mask, pooling, layer, module)
        else:
            _check_tokens(hidden, mask, layer, module, mask_name)
            rows = hidden if hidden.ndim == 2 else _of_tokens(hidden, mask, pooling)
    # a copy, as the model may go on to change its hidden states in place
    return rows.detach().to(torch.float32, copy=True)


def _of_tokens(hidden: torch.Tensor, mask: torch.Tensor | None, pooling: str) -> torch.Tensor:
    if pooling != "mean":
        if mask is None:
            return hidden[:, 0 if pooling == "cls" else -1]
        place = token_place(mask, "first" if pooling == "cls" else "last")
        return hidden[torch.arange(len(hidden), device=hidden.device), place]
    # half precision would lose digits over many tokens
    dtype = torch.promote_types(hidden.dtype, torch.float32)
    if mask is None:
        return hidden.mean(1, dtype=dtype)
    # filled, not multiplied, as padding may hold NaN
    total = hidden.masked_fill(~mask[:, :, None], 0).sum(1, dtype=dtype)
    return total / mask.sum(1)[:, None]


def _check_hidden(hidden: torch.Tensor, layer: str, most: int) -> None:
    shape = tuple(hidden.shape)
    if not hidden.is_floating_point():
        msg = f"layers: {layer!r} returned {hidden.dtype}; expected floating-point numbers"
        raise TypeError(msg)
    if not 2 <= hidden.ndim <= most or 0 in shape:
        what = "(batch, tokens, width)" if most == 3 else "(batch, channels, one to three axes)"
        msg = (
            f"layers: {layer!r} returned the shape {shape}; expected {what} or (batch, width), "
            "none of them 0. "
        )
        if 4 <= hidden.ndim <= 5 and 0 not in shape:
            msg += (
                "For (batch, channels, height, width) give pooling='spatial', for (batch, height, "
                "width, channels) 'spatial_last', for others a function"
            )
        else:
            msg += "For other shapes give a function as pooling"
        raise ValueError(msg)


def _check_tokens(
    hidden: torch.Tensor,
    mask: torch.Tensor | None,
    layer: str,
    module: nn.Module,
    mask_name: str,
) -> None:
    shape = tuple(hidden.shape)
    known = channels_first(module, shape) if hidden.ndim == 3 else False
    if known or (known is None and mask is None and is_of_sequences(module)):
        what, instead = "and not", "pooling='spatial', or a function"
        if not known:
            what, instead = "or", "a function, such as lambda hidden, mask: hidden.mean(2)"
        msg = (
            f"layers: {layer!r} returned the shape {shape}, by what is in it (batch, channels, "
            f"length) {what} (batch, tokens, width); expected {instead}"
        )
        raise ValueError(msg)
    if mask is None:
        return
    if hidden.ndim == 2:
        msg = (
            f"layers: {layer!r} returned the shape {shape}, which has no tokens that the mask "
            f"{mask_name!r} could choose from; expected (batch, tokens, width). Capture it by "
            "itself without masks, or give a function as pooling"
        )
        raise ValueError(msg)
    if shape[:2] != tuple(mask.shape):
        msg = (
            f"layers: {layer!r} returned the shape {shape}, the mask {mask_name!r} is of the "
            f"shape {tuple(mask.shape)}; expected (batch, tokens) to be the same in both"
        )
        raise ValueError(msg)


def _check_rows(rows: object, layer: str) -> None:
    if not isinstance(rows, torch.Tensor) or not rows.is_floating_point():
        kind = rows.dtype if isinstance(rows, torch.Tensor) else type(rows).__name__
        msg = f"pooling: the function returned {kind} for {layer!r}; expected a float tensor"
        raise TypeError(msg)
    if rows.ndim != 2 or 0 in rows.shape:
        msg = (
            f"pooling: the function returned the shape {tuple(rows.shape)} for {layer!r}; "
            "expected (batch, width)"
        )
        raise ValueError(msg)
