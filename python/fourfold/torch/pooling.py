# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""From the hidden states of one layer to one row for each sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch

__all__ = ["Pooling", "check_pooling", "hidden_states", "pool"]

Pooling: TypeAlias = str | Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor]

_METHODS = ("mean", "last")


def check_pooling(pooling: object) -> None:
    """Raise unless `pooling` is a method, a function or a mapping from masks to those."""
    for method in pooling.values() if isinstance(pooling, Mapping) else [pooling]:
        if method not in _METHODS and not callable(method):
            msg = (
                f"pooling: got {method!r}; expected 'mean', 'last', a function of (hidden, mask) "
                "or a mapping from the name of each mask to one of them"
            )
            raise ValueError(msg)


def hidden_states(output: object, layer: str) -> torch.Tensor:
    """The tensor in what a layer returned, cut off from the gradient.

    A tensor; the first entry of a tuple or a list; or ``last_hidden_state``.
    """
    if isinstance(output, Mapping):
        found = output.get("last_hidden_state")
    else:
        found = getattr(output, "last_hidden_state", output)
    if isinstance(found, (tuple, list)) and found:
        found = found[0]
    if not isinstance(found, torch.Tensor):
        msg = (
            f"layers: {layer!r} returned a {type(output).__name__} without hidden states; "
            "expected a tensor, a tuple whose first entry is one, or an output with "
            "last_hidden_state"
        )
        raise TypeError(msg)
    return found.detach()


def pool(
    hidden: torch.Tensor,
    mask: torch.Tensor | None,
    pooling: Pooling,
    layer: str,
    mask_name: str,
) -> torch.Tensor:
    """One float32 row for each sample, in memory of its own.

    Parameters
    ----------
    hidden : Tensor, shape (B, T, d), or (B, d) where `mask` is None
        Any shape for a function.
    mask : Tensor of bool, shape (B, T), or None
        None is for all tokens.
    pooling : {"mean", "last"} or callable
        A function of (hidden, mask) returns a Tensor of shape (B, d).
    layer, mask_name
        For messages.

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
        _check_hidden(hidden, mask, layer, mask_name)
        if hidden.ndim == 2:
            rows = hidden
        elif pooling == "mean":
            rows = _mean(hidden, mask)
        else:
            rows = _last(hidden, mask)
    # a copy, as the model may go on to change its hidden states in place
    return rows.detach().to(torch.float32, copy=True)


def _mean(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    # half precision would lose digits over many tokens
    dtype = torch.promote_types(hidden.dtype, torch.float32)
    if mask is None:
        return hidden.mean(1, dtype=dtype)
    # filled, not multiplied, as padding may hold NaN
    total = hidden.masked_fill(~mask[:, :, None], 0).sum(1, dtype=dtype)
    return total / mask.sum(1)[:, None]


def _last(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    if mask is None:
        return hidden[:, -1]
    position = torch.arange(mask.shape[1], device=mask.device)
    last = torch.where(mask, position, -1).amax(1)
    return hidden[torch.arange(len(hidden), device=hidden.device), last]


def _check_hidden(
    hidden: torch.Tensor, mask: torch.Tensor | None, layer: str, mask_name: str
) -> None:
    shape = tuple(hidden.shape)
    if not hidden.is_floating_point():
        msg = f"layers: {layer!r} returned {hidden.dtype}; expected floating-point numbers"
        raise TypeError(msg)
    if hidden.ndim not in (2, 3) or 0 in shape:
        msg = (
            f"layers: {layer!r} returned the shape {shape}; expected (batch, tokens, width) or "
            "(batch, width), none of them 0. For other shapes give a function as pooling"
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
