# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The tensor in what a layer returned, or an error that names what is there instead."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch.nn.utils.rnn import PackedSequence

__all__ = ["hidden_states"]


def hidden_states(output: object, layer: str) -> torch.Tensor:
    """Cut off from the gradient: a tensor; the first of a tuple; or ``last_hidden_state``.

    Raises
    ------
    TypeError
        If there is no tensor, or it has no numbers here: sparse, nested, sharded, on "meta".
    """
    if isinstance(output, Mapping):
        found = output.get("last_hidden_state")
    else:
        found = getattr(output, "last_hidden_state", output)
    # a packed sequence is a tuple, too, and its first entry has steps of all samples as rows
    if isinstance(found, (tuple, list)) and found and not isinstance(found, PackedSequence):
        found = found[0]
    if not isinstance(found, torch.Tensor):
        msg = (
            f"layers: {layer!r} returned a {type(output).__name__} without hidden states; "
            "expected a tensor, a tuple whose first entry is one, or an output with "
            "last_hidden_state"
        )
        raise TypeError(msg)
    _check_dense(found, layer)
    return found.detach()


def _check_dense(found: torch.Tensor, layer: str) -> None:
    if found.is_nested:
        kind, instead = "a nested tensor", "enable_nested_tensor=False, or padded tensors"
    elif found.layout != torch.strided:
        name = str(found.layout).removeprefix("torch.").lstrip("_")
        kind, instead = f"a tensor of the layout {name}", "a dense tensor, as of .to_dense()"
    elif found.is_meta:
        kind, instead = "a tensor on the device 'meta'", "a model with weights"
    elif hasattr(found, "full_tensor"):
        kind, instead = "a sharded DTensor", "a layer that returns whole tensors"
    else:
        return
    msg = f"layers: {layer!r} returned {kind}, which has no rows to pool; expected {instead}"
    raise TypeError(msg)
