# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The rows of one batch: every layer once, the same number of samples in each."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from fourfold.torch.embedding_store import Rows
from fourfold.torch.pooling import Pooling, hidden_states, pool

__all__ = ["REPEATED_CALLS", "BatchRows"]

REPEATED_CALLS = ("error", "first", "last")


class BatchRows:
    """Pools the hidden states of one batch as the layers are called, and checks them.

    Parameters
    ----------
    masks : mapping from str to Tensor of shape (B, T) or None
        By name; None is for all tokens.
    pooling
        As in `fourfold.torch.capture`.
    repeated_calls : {"error", "first", "last"}
        What to do with a layer that is called again.
    first_sample : int
        Samples of earlier batches, for messages.
    batch_size : int, optional
        The number of samples, where it is known.
    """

    def __init__(
        self,
        masks: Mapping[str, torch.Tensor | None],
        pooling: Pooling | Mapping[str, Pooling],
        repeated_calls: str,
        *,
        first_sample: int,
        batch_size: int | None = None,
    ) -> None:
        self._pooling = pooling
        self._repeated_calls = repeated_calls
        self._first_sample = first_sample
        self._size = batch_size
        self._size_from = "input_ids"
        self._masks = {name: self._check_mask(name, mask) for name, mask in masks.items()}
        self._rows: dict[str, dict[str, torch.Tensor]] = {}

    def add(self, layer: str, output: object) -> None:
        """Pool what `layer` returned, once for each mask."""
        if layer in self._rows:
            if self._repeated_calls == "first":
                return
            if self._repeated_calls == "error":
                msg = (
                    f"layers: {layer!r} was called twice in one batch; expected one call. Where "
                    "that is meant, as in generate() or for a shared layer, give "
                    "repeated_calls='first' or 'last'"
                )
                raise RuntimeError(msg)
        hidden = hidden_states(output, layer)
        pooled = {}
        for name, mask in self._masks.items():
            pooled[name] = pool(hidden, mask, self._method(name), layer, name)
            self._check_size(len(pooled[name]), f"the layer {layer!r}")
        self._rows[layer] = pooled

    def finish(self, layers: list[str]) -> Rows:
        """The rows as arrays, of shape (B, d), by mask and layer."""
        missing = [layer for layer in layers if layer not in self._rows]
        if missing:
            msg = (
                f"layers: {', '.join(map(repr, missing))} {'was' if len(missing) == 1 else 'were'}"
                " not called in this batch; expected every layer to be called once"
            )
            raise RuntimeError(msg)
        rows: Rows = {}
        for mask in self._masks:
            rows[mask] = {}
            for layer in layers:
                # all layers before any is fetched: a fetch waits for the device
                pooled = self._rows[layer][mask].cpu()
                self._check_finite(pooled, layer, mask)
                rows[mask][layer] = pooled.numpy()
        return rows

    def _method(self, mask: str) -> Pooling:
        if not isinstance(self._pooling, Mapping):
            return self._pooling
        if mask not in self._pooling:
            msg = (
                f"pooling: nothing is given for the mask {mask!r}; expected an entry for each of "
                f"{', '.join(map(repr, self._masks))}"
            )
            raise ValueError(msg)
        return self._pooling[mask]

    def _check_mask(self, name: str, mask: torch.Tensor | None) -> torch.Tensor | None:
        if mask is None:
            return None
        mask = torch.as_tensor(mask)
        if mask.ndim != 2:
            msg = (
                f"masks: {name!r} is of the shape {tuple(mask.shape)}; expected (batch, tokens)"
            )
            raise ValueError(msg)
        if mask.dtype != torch.bool:
            if mask.is_floating_point() or not bool(((mask == 0) | (mask == 1)).all()):
                msg = f"masks: {name!r} is of {mask.dtype}; expected bool, or integers 0 and 1"
                raise ValueError(msg)
            mask = mask != 0
        self._check_size(len(mask), f"the mask {name!r}")
        empty = (~mask.any(1)).nonzero().flatten().tolist()
        if empty:
            msg = (
                f"masks: {name!r} chooses no token of sample {self._first_sample + empty[0]}, "
                f"row {empty[0]} of this batch ({len(empty)} of {len(mask)} rows are so); "
                "expected at least one token of each sample"
            )
            raise ValueError(msg)
        return mask

    def _check_size(self, size: int, of: str) -> None:
        if self._size is None:
            self._size, self._size_from = size, of
        elif size != self._size:
            msg = (
                f"layers: {of} has {size} rows in this batch, {self._size_from} has "
                f"{self._size}; expected one row for each sample"
            )
            raise ValueError(msg)

    def _check_finite(self, rows: torch.Tensor, layer: str, mask: str) -> None:
        bad = (~rows.isfinite().all(1)).nonzero().flatten().tolist()
        if bad:
            msg = (
                f"layers: the row of {layer!r} for the mask {mask!r} is not finite in sample "
                f"{self._first_sample + bad[0]}; expected finite hidden states. In float16 "
                "they may overflow: try bfloat16"
            )
            raise ValueError(msg)
