# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The token by which each candidate answer is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

__all__ = ["candidate_tokens"]


def candidate_tokens(
    candidates: Iterable[str | int], processor: Any, n_tokens: int
) -> torch.Tensor:
    """The first token of each, all different, of a model that knows so many."""
    names = [candidates] if isinstance(candidates, str) else list(candidates)
    tokenizer = getattr(processor, "tokenizer", None)
    found: dict[int, Any] = {}
    for name in names:
        token: Any = name
        if isinstance(name, str):
            if tokenizer is None:
                msg = f"candidates: {name!r} needs a processor with a tokenizer; or give token numbers"
                raise TypeError(msg)
            every = tokenizer(name, add_special_tokens=False)["input_ids"]
            if not every:
                msg = f"candidates: {name!r} has no token"
                raise ValueError(msg)
            token = every[0]
            if (
                token == getattr(tokenizer, "unk_token_id", None)
                and name != tokenizer.unk_token
            ):
                msg = f"candidates: {name!r} begins with what the tokenizer does not know"
                raise ValueError(msg)
        if not isinstance(token, (int, np.integer)) or isinstance(token, bool) or token < 0:
            msg = f"candidates: expected answers or numbers of tokens, got {name!r}"
            raise ValueError(msg)
        if token >= n_tokens:
            msg = f"candidates: {name!r} is the token {token}, and the model has {n_tokens}"
            raise ValueError(msg)
        if token in found:
            msg = (
                f"candidates: {found[int(token)]!r} and {name!r} have the same first token, {token}; expected "
                "different ones: letters as answers, for example"
            )
            raise ValueError(msg)
        found[int(token)] = name
    if len(found) < 2:
        msg = f"candidates: expected at least two, got {names!r}"
        raise ValueError(msg)
    return torch.tensor(list(found))
