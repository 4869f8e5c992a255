# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The rows of one batch: of every layer, the same number of samples in each."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from fourfold.torch.embedding_store import Rows
from fourfold.torch.hidden_states import hidden_states
from fourfold.torch.pooling import Pooling, pool

__all__ = ["REPEATED_CALLS", "BatchRows"]

REPEATED_CALLS = ("error", "first", "last", "each", "mean")


class BatchRows:
    """Pools the hidden states of one batch as the layers are called, and checks them.

    Parameters
    ----------
    masks : mapping from str to Tensor of shape (B, T) or None
        By name; None is for all tokens.
    pooling
        As in `fourfold.torch.capture`.
    repeated_calls : {"error", "first", "last", "each", "mean"}
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
        # of the calls that are kept, by mask
        self._rows: dict[str, list[dict[str, torch.Tensor]]] = {}
        self._n_calls: dict[str, int] = {}
        # of modules whose first axis is time: steps and samples, by name
        self._time_first: dict[str, tuple[int, int]] = {}

    def add(self, layer: str, module: nn.Module, output: object) -> None:
        """Pool what `layer` returned, once for each mask."""
        kept = self._rows.get(layer, [])
        if kept and self._repeated_calls == "first":
            return
        if kept and self._repeated_calls == "error":
            msg = (
                f"layers: {layer!r} was called twice in one batch; expected one call. Where "
                "that is meant, as in generate() or for a shared layer, give "
                "repeated_calls='first', 'last', 'each' or 'mean'"
            )
            raise RuntimeError(msg)
        hidden = hidden_states(output, layer)
        pooled = {}
        for name, mask in self._masks.items():
            method = self._method(name)
            pooled[name] = pool(
                hidden, mask, method, layer=layer, module=module, mask_name=name
            )
            self._check_size(len(pooled[name]), f"the layer {layer!r}")
        if kept and self._repeated_calls == "mean":
            self._add_to_mean(kept[0], pooled, layer)
        elif kept and self._repeated_calls == "each":
            kept.append(pooled)
        else:
            self._rows[layer] = [pooled]
        self._n_calls[layer] = self._n_calls.get(layer, 0) + 1

    def see_time_first(self, name: str, output: object) -> None:
        """Note what a recurrent or attention module with ``batch_first=False`` returned."""
        hidden = output[0] if isinstance(output, tuple) and output else output
        if isinstance(hidden, torch.Tensor) and hidden.ndim == 3:
            self._time_first[name] = int(hidden.shape[0]), int(hidden.shape[1])

    def finish(self, layers: list[str]) -> Rows:
        """The rows as arrays, of shape (B, d), by mask and layer.

        Of a layer that was called several times, of each call by ``<layer>#1`` and so on, where
        each is kept.
        """
        missing = [layer for layer in layers if layer not in self._rows]
        if missing:
            msg = (
                f"layers: {', '.join(map(repr, missing))} {'was' if len(missing) == 1 else 'were'}"
                " not called in this batch; expected every layer to be called. One whose forward is "
                "called directly, or that is part of a function that was compiled, is not seen"
            )
            raise RuntimeError(msg)
        self._check_time()
        rows: Rows = {}
        for mask in self._masks:
            rows[mask] = {}
            for layer in layers:
                calls = self._rows[layer]
                for number, call in enumerate(calls, 1):
                    name = layer if len(calls) == 1 else f"{layer}#{number}"
                    # all layers before any is fetched: a fetch waits for the device
                    pooled = call[mask].cpu()
                    self._check_finite(pooled, name, mask)
                    rows[mask][name] = pooled.numpy()
        return rows

    def _add_to_mean(
        self, mean: dict[str, torch.Tensor], pooled: dict[str, torch.Tensor], layer: str
    ) -> None:
        for name, rows in pooled.items():
            if rows.shape != mean[name].shape:
                msg = (
                    f"layers: {layer!r} has {rows.shape[1]} columns in this call and had "
                    f"{mean[name].shape[1]} before; expected the same for repeated_calls='mean'"
                )
                raise ValueError(msg)
            # not in place: the rows of calls under inference mode cannot be changed outside of it
            mean[name] = mean[name] + (rows - mean[name]) / (self._n_calls[layer] + 1)

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

    def _check_time(self) -> None:
        """Raise where rows are as many as steps in time, and nothing else says how many samples are."""
        for name, (steps, samples) in self._time_first.items():
            if steps == self._size != samples and self._size_from.startswith("the layer"):
                msg = (
                    f"layers: {self._size_from} has {steps} rows, as many as {name!r} has steps in "
                    f"time (batch_first=False) of {samples} samples; expected one row for each sample. "
                    "Give a pooling such as lambda hidden, mask: hidden.mean(0), or masks that say "
                    "how many samples there are"
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
