# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where the first or the last chosen token of each sample stands."""

from __future__ import annotations

import torch

__all__ = ["token_place"]


def token_place(chosen: torch.Tensor, which: str) -> torch.Tensor:
    """Places (B,) of the "first" or "last" True in each row of `chosen`, bool (B, T)."""
    n_tokens = chosen.shape[1]
    place = torch.arange(n_tokens, device=chosen.device)
    if which == "first":
        return torch.where(chosen, place, n_tokens).amin(1)
    return torch.where(chosen, place, -1).amax(1)
