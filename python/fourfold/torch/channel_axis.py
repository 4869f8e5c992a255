# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which axis of what a layer returns has its channels, as far as the layer says so."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd

__all__ = ["channels_first", "is_of_sequences"]


def channels_first(module: nn.Module, shape: tuple[int, ...]) -> bool | None:
    """True for (batch, channels, places...), False for (batch, places..., channels), else None.

    A layer says it by what is in it: the widths of convolutions, batch, instance and group norms
    are those of axis 1, of linear and recurrent layers, embeddings and layer norms those of the last.
    Where none fits one of three axes the layer may have turned them.
    Where both or none fit the shape nothing is known.
    """
    at_first, at_last = {*_widths_at_first(module)}, {*_widths_at_last(module)}
    first = shape[1] in at_first or (len(shape) == 3 and _is_1d(module))
    last = shape[-1] in at_last
    if len(shape) == 3 and not (first or last):
        first, last = shape[1] in at_last, shape[-1] in at_first
    return None if first == last else first


def is_of_sequences(module: nn.Module) -> bool:
    """Whether all in it that has an axis of channels is for (batch, channels, length)."""
    return any(map(_is_1d, module.modules())) and not any(True for _ in _widths_at_last(module))


def _widths_at_first(module: nn.Module) -> Iterator[int]:
    for part in module.modules():
        if isinstance(part, _ConvNd):
            yield part.out_channels
        elif isinstance(part, _NormBase):
            yield part.num_features
        elif isinstance(part, nn.GroupNorm):
            yield part.num_channels


def _widths_at_last(module: nn.Module) -> Iterator[int]:
    for part in module.modules():
        if isinstance(part, nn.Linear):
            yield part.out_features
        elif isinstance(part, nn.Embedding):
            yield part.embedding_dim
        elif isinstance(part, (nn.LayerNorm, nn.RMSNorm)) and len(part.normalized_shape) == 1:
            yield part.normalized_shape[0]
        elif isinstance(part, nn.RNNBase):
            yield (part.proj_size or part.hidden_size) * (2 if part.bidirectional else 1)


def _is_1d(module: nn.Module) -> bool:
    """Whether it is one of torch's own for (B, C, L), such as MaxPool1d."""
    kind = type(module)
    return kind.__module__.startswith("torch.nn.") and kind.__name__.endswith("1d")
