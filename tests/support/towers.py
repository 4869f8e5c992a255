# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A small model of layers that mix tokens, and what is captured of it."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from fourfold.torch import capture

IMAGE = 7


WIDTH = 6


class Block(nn.Module):
    """A layer that returns a tuple, as decoder layers do."""

    def __init__(self, wrap=lambda hidden: (hidden, None)):
        super().__init__()
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.wrap = wrap

    def forward(self, hidden):
        # tokens see each other, so that rows of the wrong sample or token would show
        return self.wrap(torch.tanh(self.mix(hidden) + hidden.cumsum(1)))


class Tower(nn.Module):
    def __init__(self, n_layers=3, wrap=lambda hidden: (hidden, None)):
        super().__init__()
        self.embed = nn.Embedding(16, WIDTH)
        self.layers = nn.ModuleList([Block(wrap) for _ in range(n_layers)])
        self.norm = nn.LayerNorm(WIDTH)
        self.fail_at = None

    def forward(self, input_ids, attention_mask=None, **kwargs):  # noqa: ARG002
        hidden = self.embed(input_ids)
        for k, layer in enumerate(self.layers):
            if self.fail_at == k:
                msg = "out of memory"
                raise RuntimeError(msg)
            hidden = tensor_of(layer(hidden))
        return self.norm(hidden)


def tensor_of(output):
    if isinstance(output, (tuple, list)):
        return output[0]
    return (
        output["last_hidden_state"]
        if isinstance(output, dict)
        else getattr(output, "last_hidden_state", output)
    )


def states_of(model, ids):
    """The output of each layer, without hooks."""
    with torch.no_grad():
        hidden, states = model.embed(ids), []
        for layer in model.layers:
            hidden = tensor_of(layer(hidden))
            states.append(hidden)
    return states


def masks_of(inputs):
    ids = inputs["input_ids"]
    return {"image": ids == IMAGE, "text": (ids != IMAGE) & (ids != 0)}


def run(model, batches, **options):
    with capture(model, **{"layers": "layers.*", "masks": masks_of, **options}) as captured:
        for ids in batches:
            model(ids)
    return captured


def hooks_left(model):
    return [
        name
        for name, module in model.named_modules()
        if module._forward_hooks or module._forward_pre_hooks
    ]


def assert_equal_rows(captured, expected):
    for mask, layers in expected.items():
        assert list(captured[mask]) == list(layers)
        for layer, array in layers.items():
            np.testing.assert_array_equal(captured[mask][layer], array)
