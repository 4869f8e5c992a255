# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a model is called with: its arguments by name, and whether it goes on from a cache."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import nn

__all__ = ["batch_size", "continues_from_cache", "named_inputs"]


def named_inputs(
    module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of forward by name, also those given by position."""
    try:
        signature = inspect.signature(module.forward)
        bound = signature.bind(*args, **kwargs)
    except (TypeError, ValueError):
        # forward will say so better, and those made by C++ have no signature
        return dict(kwargs)
    named: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            named |= value
        else:
            named[name] = value
    return named


def continues_from_cache(inputs: dict[str, Any]) -> bool:
    """Whether tokens came before these, as for each new one of `generate`."""
    cache = inputs.get("past_key_values")
    length = getattr(cache, "get_seq_length", None)
    if length is not None:
        return int(length()) > 0
    return isinstance(cache, (tuple, list)) and len(cache) > 0


def batch_size(inputs: dict[str, Any]) -> int | None:
    """The number of samples, where `input_ids` say it."""
    ids = inputs.get("input_ids")
    return len(ids) if isinstance(ids, torch.Tensor) and ids.ndim == 2 else None
