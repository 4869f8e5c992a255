# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Capture of pooled hidden states: what the rows are, and options that are refused."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn

from fourfold.torch import capture
from tests.support.towers import (
    IMAGE,
    WIDTH,
    Tower,
    assert_equal_rows,
    hooks_left,
    masks_of,
    run,
    states_of,
)

# -- what the rows are -----------------------------------------------------------------


def test_rows_are_means_over_the_tokens_of_each_sample_in_order(model, batches):
    captured = run(model, batches)
    assert list(captured) == ["image", "text"]
    assert captured.layers == ("layers.0", "layers.1", "layers.2")
    assert captured.n_samples == 8
    for k, layer in enumerate(captured.layers):
        expected = {"image": [], "text": []}
        for ids in batches:
            hidden = states_of(model, ids)[k].double().numpy()
            for sample, tokens in zip(hidden, ids.numpy(), strict=True):
                expected["image"].append(sample[tokens == IMAGE].mean(0))
                expected["text"].append(sample[(tokens != IMAGE) & (tokens != 0)].mean(0))
        for mask, rows in expected.items():
            assert captured[mask][layer].dtype == np.float32
            np.testing.assert_allclose(captured[mask][layer], rows, rtol=1e-5, atol=1e-6)


def test_last_is_the_chosen_token_that_stands_last(model):
    ids = torch.tensor([[7, 1, 2, 0], [7, 0, 0, 3], [7, 4, 0, 0]])
    captured = run(model, [ids], pooling="last")
    hidden = states_of(model, ids)[2].numpy()
    np.testing.assert_array_equal(captured["text"]["layers.2"], hidden[[0, 1, 2], [2, 3, 1]])
    np.testing.assert_array_equal(captured["image"]["layers.2"], hidden[:, 0])


def test_without_masks_all_tokens_are_pooled(model, batches):
    captured = run(model, batches[:1], masks=None)
    hidden = states_of(model, batches[0])
    np.testing.assert_allclose(captured["all"]["layers.1"], hidden[1].mean(1), rtol=1e-5)
    last = run(model, batches[:1], masks=None, pooling="last")
    np.testing.assert_array_equal(last["all"]["layers.1"], hidden[1][:, -1])


def test_pooling_by_a_function_and_by_mask(model, batches):
    seen = []

    def largest(hidden, mask):
        gradients = hidden.requires_grad or torch.is_grad_enabled()
        seen.append((tuple(hidden.shape), mask.dtype, gradients))
        return hidden.masked_fill(~mask[:, :, None], -torch.inf).amax(1)

    ids = batches[0]
    captured = run(model, [ids], pooling={"image": largest, "text": "last"})
    assert seen == [((4, 5, WIDTH), torch.bool, False)] * 3
    hidden = states_of(model, ids)[0]
    np.testing.assert_array_equal(captured["image"]["layers.0"], hidden[:, :2].amax(1))
    np.testing.assert_array_equal(captured["text"]["layers.0"][1:], hidden[1:, -1])
    with pytest.raises(ValueError, match="pooling: nothing is given for the mask 'text'"):
        run(model, [ids], pooling={"image": "mean"})


@pytest.mark.parametrize(
    "wrap",
    [
        lambda hidden: hidden,
        lambda hidden: [hidden, hidden + 1],
        lambda hidden: {"other": None, "last_hidden_state": hidden},
        lambda hidden: SimpleNamespace(last_hidden_state=hidden),
    ],
    ids=["tensor", "list", "dict", "last_hidden_state"],
)
def test_hidden_states_are_found_in_what_a_layer_returns(wrap, batches):
    torch.manual_seed(1)
    expected = run(Tower(), batches)
    torch.manual_seed(1)
    assert_equal_rows(run(Tower(wrap=wrap), batches), expected)


def test_rows_of_layers_without_tokens_are_taken_as_they_are():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(inplace=True))
    x = torch.randn(5, 4)
    with capture(model, layers=["0", "(model)"]) as captured:
        out = model(x)
    # the activation overwrites what the layer returned
    before = model[0](x).detach().numpy()
    assert (before < 0).any()
    np.testing.assert_array_equal(captured["all"]["0"], before)
    np.testing.assert_array_equal(captured["all"]["(model)"], out.detach())
    both = {"masks": lambda inputs: {"image": inputs["input"] < torch.inf}}
    with (
        pytest.raises(ValueError, match=r"'0' returned the shape \(5, 3\).*no tokens.*'image'"),
        capture(model, layers="0", **both),
    ):
        model(x)


def test_other_shapes_need_a_function():
    model = nn.Sequential(nn.Conv2d(3, 4, 3))
    images = torch.randn(2, 3, 5, 5)
    with (
        pytest.raises(ValueError, match=r"'0' returned the shape \(2, 4, 3, 3\); expected"),
        capture(model, layers="0"),
    ):
        model(images)
    pooling = lambda hidden, mask: hidden.mean((2, 3))  # noqa: ARG005
    with capture(model, layers="0", pooling=pooling) as captured:
        out = model(images)
    np.testing.assert_array_equal(captured["all"]["0"], out.mean((2, 3)).detach())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_pooled_in_single(dtype):
    model = nn.Sequential(nn.Identity())
    hidden = (torch.randn(2, 3000, 4) + 3).to(dtype)
    masks = {"text": torch.arange(3000).expand(2, 3000) > 10}
    with capture(model, layers="0", masks=lambda inputs: masks) as captured:  # noqa: ARG005
        model(hidden)
    rows = captured["text"]["0"]
    assert rows.dtype == np.float32
    exact = hidden[:, 11:].double().mean(1).numpy()
    np.testing.assert_allclose(rows, exact, rtol=1e-6)
    in_half = hidden[:, 11:].mean(1).double().numpy()
    assert np.abs(in_half - exact).max() > 1e-5  # so that the bound above means something


def test_padding_that_is_not_a_number_does_not_reach_the_mean():
    hidden = torch.randn(2, 4, 3)
    hidden[:, 3] = torch.nan
    mask = torch.tensor([[1, 1, 1, 0], [0, 1, 1, 0]])
    with capture(nn.Identity(), layers="(model)") as captured:
        pass_through = captured._model
        with captured.batch(text=mask):
            pass_through(hidden)
    expected = np.stack([hidden[0, :3].mean(0), hidden[1, 1:3].mean(0)])
    np.testing.assert_allclose(captured["text"]["(model)"], expected, rtol=1e-6)


def test_rows_that_are_not_finite_are_refused(model, batches):
    def overflow(inputs):
        with torch.no_grad():
            model.layers[1].mix.bias.fill_(
                torch.nan if inputs["input_ids"].shape[1] == 8 else 0
            )
        return masks_of(inputs)

    with pytest.raises(
        ValueError, match=r"'layers.1' for the mask 'image' is not finite in sample 4"
    ):
        run(model, batches, masks=overflow)


def test_the_model_is_left_as_it_was(model, batches):
    model.train()
    ids = batches[0]
    expected = model(ids)
    expected.sum().backward()
    gradient = model.embed.weight.grad.clone()
    model.zero_grad()
    with capture(model, layers="layers.*", masks=masks_of) as captured:
        output = model(ids)
    torch.testing.assert_close(output, expected, rtol=0, atol=0)
    output.sum().backward()
    torch.testing.assert_close(model.embed.weight.grad, gradient, rtol=0, atol=0)
    assert model.training
    assert all(module.training for module in model.modules())
    assert hooks_left(model) == []
    assert captured.n_samples == 4


# -- refusals --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"pooling": "max"}, ValueError, "pooling: got 'max'"),
        ({"pooling": {"image": "max"}}, ValueError, "pooling: got 'max'"),
        ({"repeated_calls": "all"}, ValueError, "repeated_calls: got 'all'; expected one of"),
        ({"n_samples": 0}, ValueError, "n_samples: got 0"),
        ({"n_samples": 2.5}, ValueError, "n_samples: got 2.5"),
        ({"masks": {"image": None}}, TypeError, r"masks: got dict; .*captured.batch"),
    ],
)
def test_unknown_options_are_refused(model, options, error, match):
    with pytest.raises(error, match=match):
        capture(model, layers="norm", **options)


def test_models_of_other_kinds_are_refused(model):
    with pytest.raises(TypeError, match="model: got str"):
        capture("model", layers="norm")
    with pytest.raises(TypeError, match=r"DataParallel.*model.module"):
        capture(nn.DataParallel(model), layers="module.norm")


@pytest.mark.parametrize(
    ("wrap", "error", "match"),
    [
        (lambda hidden: {"x": hidden}, TypeError, "'layers.0' returned a dict without"),
        (lambda hidden: (), TypeError, "'layers.0' returned a tuple without"),  # noqa: ARG005
        (lambda hidden: hidden.long(), TypeError, "'layers.0' returned torch.int64"),
        (lambda hidden: hidden[:, :0], ValueError, r"the shape \(4, 0, 6\)"),
    ],
)
def test_layers_without_hidden_states_are_refused(model, batches, wrap, error, match):
    model.layers[0].wrap = wrap
    with pytest.raises(error, match=match):
        run(model, batches, masks=None)


@pytest.mark.parametrize(
    ("pooling", "error", "match"),
    [
        (lambda hidden, mask: hidden, ValueError, r"shape \(4, 5, 6\) for 'layers.0'"),  # noqa: ARG005
        (lambda hidden, mask: None, TypeError, "NoneType for 'layers.0'"),  # noqa: ARG005
        (lambda hidden, mask: mask, TypeError, "torch.bool for 'layers.0'"),  # noqa: ARG005
        (lambda hidden, mask: hidden[0], ValueError, "'layers.0' has 5 rows"),  # noqa: ARG005
    ],
)
def test_functions_that_return_no_rows_are_refused(model, batches, pooling, error, match):
    with pytest.raises(error, match=match):
        run(model, batches, pooling=pooling)
