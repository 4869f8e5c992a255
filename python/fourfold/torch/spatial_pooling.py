# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Means over the places of images, volumes and sequences, whose channels stand first or last."""

from __future__ import annotations

import torch
from torch import nn

from fourfold.torch.channel_axis import channels_first

__all__ = ["SPATIAL", "spatial_mean"]

SPATIAL = ("spatial", "spatial_last")


def spatial_mean(
    hidden: torch.Tensor, mask: torch.Tensor | None, pooling: str, layer: str, module: nn.Module
) -> torch.Tensor:
    """One row for each sample: the mean over all axes but the batch and the channels.

    Parameters
    ----------
    hidden : Tensor, shape (B, C, ...) of "spatial", (B, ..., C) of "spatial_last"
        Of one to three axes of places; or (B, C) without, which is returned.
    mask : None
        Masks are of tokens.
    pooling : {"spatial", "spatial_last"}
    layer, module
        The name, for messages, and the layer.

    Raises
    ------
    ValueError
        If the shape is another, or the layer says that its channels are at the other end; or of
        ``(B, C, L)``, which (batch, tokens, width) may be as well, if it does not say so.
    """
    shape = tuple(hidden.shape)
    if mask is not None:
        msg = (
            f"pooling: {pooling!r} is over all places of {layer!r}, and masks choose tokens; "
            "expected no masks, or a function as pooling"
        )
        raise ValueError(msg)
    if len(shape) == 2:
        return hidden
    known = channels_first(module, shape)
    at_first = pooling == "spatial"
    if known is not None and known != at_first:
        instead = "'spatial'" if known else "'spatial_last', or 'mean' for tokens"
        msg = (
            f"pooling: {layer!r} returned the shape {shape}, and by what is in it its channels stand "
            f"{'second' if known else 'last'}; {pooling!r} would not average over places. Expected "
            f"{instead}, or a function"
        )
        raise ValueError(msg)
    if at_first and len(shape) == 3 and not known:
        msg = (
            f"pooling: {layer!r} is a {type(module).__name__} that returned the shape {shape}, which "
            "may be (batch, channels, length) or (batch, tokens, width); expected a layer that "
            "says so, such as a convolution, 'mean' for tokens, or a function such as "
            "lambda hidden, mask: hidden.mean(2)"
        )
        raise ValueError(msg)
    places = tuple(range(2, len(shape))) if at_first else tuple(range(1, len(shape) - 1))
    # half precision would lose digits over many places
    return hidden.mean(places, dtype=torch.promote_types(hidden.dtype, torch.float32))
