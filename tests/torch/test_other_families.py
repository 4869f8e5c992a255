# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Convolutional networks and shared layers of Hugging Face, small and randomly initialised."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from fourfold.torch import capture

PIXELS = {"pixel_values": torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))}
IDS = {"input_ids": torch.tensor([[5, 6, 7], [8, 9, 4]])}
SIZES = {"hidden_sizes": [8, 12], "depths": [1, 2]}


def albert():
    config = transformers.AlbertConfig(
        vocab_size=16, embedding_size=4, hidden_size=8, intermediate_size=12,
        num_hidden_layers=3, num_attention_heads=2,
    )  # fmt: skip
    return transformers.AlbertModel(config), "encoder.albert_layer_groups.0", IDS, "mean"


def resnet():
    config = transformers.ResNetConfig(embedding_size=4, layer_type="basic", **SIZES)
    return transformers.ResNetModel(config), "encoder.stages.*", PIXELS, "spatial"


def convnext():
    config = transformers.ConvNextConfig(num_stages=2, patch_size=2, **SIZES)
    return transformers.ConvNextModel(config), "encoder.stages.*", PIXELS, "spatial"


@pytest.mark.parametrize("make", [albert, resnet, convnext])
def test_rows_are_means_of_the_hidden_states_that_the_model_returns(make):
    torch.manual_seed(0)
    model, layers, inputs, pooling = make()
    model.eval()
    with torch.no_grad():
        states = model(**inputs, output_hidden_states=True).hidden_states[1:]
        with capture(model, layers, pooling=pooling, repeated_calls="each") as captured:
            model(**inputs)
    rows = captured["all"]
    assert len(rows) == len(states) == (3 if make is albert else 2)
    assert next(iter(rows)) == (f"{layers}#1" if make is albert else "encoder.stages.0")
    for values, hidden in zip(rows.values(), states, strict=True):
        places = 1 if pooling == "mean" else (2, 3)
        np.testing.assert_allclose(values, hidden.mean(places), rtol=1e-5, atol=1e-6)


def test_channels_of_swin_are_not_taken_for_places():
    config = transformers.SwinConfig(
        image_size=32, patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[2, 2], window_size=4
    )
    model = transformers.SwinModel(config).eval()
    with (
        pytest.raises(ValueError, match=r"\(3, 64, 8\).*its channels stand last"),
        capture(model, "**.blocks.*", pooling="spatial"),
    ):
        model(**PIXELS)
    with torch.no_grad(), capture(model, "**.blocks.*") as captured:
        model(**PIXELS)
    assert [rows.shape for rows in captured["all"].values()] == [(3, 8), (3, 16)]
