# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Poolings over places, by attention and of one token, and axes that are told apart."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn

from fourfold.torch import AttentionPooling, capture
from tests.support.towers import states_of


def rows_of(layer, x, pooling="spatial", **options):
    model = nn.Sequential(layer)
    with torch.no_grad(), capture(model, layers="0", pooling=pooling, **options) as captured:
        model(x)
    return captured["all"]["0"]


class Permuted(nn.Module):
    """Layers whose output is turned, as in Swin and in stems for tokens."""

    def __init__(self, *layers, to):
        super().__init__()
        self.layers, self.to = nn.Sequential(*layers), to

    def forward(self, x):
        return self.layers(x).permute(self.to)


# -- places ----------------------------------------------------------------------------


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("norm", [False, True])
def test_places_are_averaged_in_each_channel(axes, norm):
    layer = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1](2, 5, 3)
    if norm:
        layer = nn.Sequential(
            layer, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[axes - 1](5)
        )
    x = torch.randn(4, 2, *(6, 7, 8)[:axes])
    with torch.no_grad():
        out = layer(x).double().numpy()
    expected = out.reshape(4, 5, -1).mean(2)
    np.testing.assert_allclose(rows_of(layer, x), expected, rtol=1e-5, atol=1e-6)


def test_channels_last_in_memory_are_the_same_rows():
    layer, x = nn.Conv2d(3, 5, 3), torch.randn(2, 3, 6, 7)
    rows = rows_of(layer, x)
    layer.to(memory_format=torch.channels_last)
    x = x.contiguous(memory_format=torch.channels_last)
    assert layer(x).stride()[1] == 1
    np.testing.assert_allclose(rows_of(layer, x), rows, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_places_in_half_precision_are_averaged_in_single(dtype):
    hidden = (torch.randn(2, 4, 60, 50) + 3).to(dtype)
    rows = rows_of(nn.Identity(), hidden)
    exact = hidden.double().mean((2, 3)).numpy()
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, exact, rtol=1e-6)
    in_half = hidden.mean((2, 3)).double().numpy()
    assert np.abs(in_half - exact).max() > 1e-5  # so that the bound above means something


def test_a_network_of_convolutions_is_captured_at_every_stage():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Conv2d(4, 6, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 2),
    )  # fmt: skip
    x = torch.randn(5, 3, 9, 9)
    with torch.no_grad(), capture(model, layers="*", pooling="spatial") as captured:
        out = model(x)
    assert [rows.shape[1] for rows in captured["all"].values()] == [4, 4, 4, 6, 6, 6, 2]
    np.testing.assert_array_equal(captured["all"]["6"], out)
    np.testing.assert_allclose(captured["all"]["3"], captured["all"]["4"], rtol=1e-5, atol=1e-7)
    convolved = model[0](x).detach()
    assert (convolved < 0).any()  # which the activation then overwrites
    np.testing.assert_allclose(
        captured["all"]["0"], convolved.mean((2, 3)), rtol=1e-5, atol=1e-6
    )


def test_channels_that_stand_last_are_asked_for():
    swin = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8))
    x = torch.randn(2, 5, 6, 8)
    with torch.no_grad():
        expected = swin(x).mean((1, 2))
    np.testing.assert_allclose(rows_of(swin, x, "spatial_last"), expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(
        ValueError, match=r"\(2, 5, 6, 8\).*its channels stand last.*spatial_last"
    ):
        rows_of(swin, x, "spatial")
    with pytest.raises(ValueError, match=r"its channels stand second.*Expected 'spatial'"):
        rows_of(nn.Conv2d(3, 8, 2), torch.randn(2, 3, 5, 6), "spatial_last")
    stem = nn.Sequential(Permuted(nn.Conv2d(3, 8, 2), to=(0, 2, 3, 1)), nn.LayerNorm(8))
    with pytest.raises(ValueError, match=r"\(2, 4, 5, 8\).*its channels stand last"):
        rows_of(stem, torch.randn(2, 3, 5, 6), "spatial")


@pytest.mark.parametrize("pooling", ["mean", "last", "cls"])
@pytest.mark.parametrize(
    "layer", [nn.Conv1d(3, 4, 2), nn.MaxPool1d(2), nn.Sequential(nn.Conv1d(3, 4, 2), nn.ReLU())]
)
def test_channels_of_sequences_are_no_tokens(layer, pooling):
    x = torch.randn(2, 3, 9)
    with pytest.raises(
        ValueError, match=r"'0' returned the shape.*\(batch, channels, length\)"
    ):
        rows_of(layer, x, pooling)
    with torch.no_grad():
        np.testing.assert_allclose(rows_of(layer, x), layer(x).mean(2), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "layer", [nn.ReLU(), nn.Linear(9, 9), nn.Sequential(nn.Conv1d(3, 3, 1), nn.Linear(9, 9))]
)
def test_tokens_are_no_places(layer):
    with pytest.raises(ValueError, match=r"'0'.* returned the shape \(2, 3, 9\)"):
        rows_of(layer, torch.randn(2, 3, 9))


def test_a_convolution_in_a_layer_of_tokens_does_not_make_it_places():
    layer = Permuted(nn.Conv1d(6, 6, 3, padding=1), to=(0, 2, 1))
    x = torch.randn(2, 6, 9)
    with torch.no_grad():
        expected = layer(x).mean(1)
    np.testing.assert_allclose(rows_of(layer, x, "mean"), expected, rtol=1e-5, atol=1e-6)


class Turned(nn.Module):
    """A recurrent layer for (B, C, L), as in sound codecs."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 4)

    def forward(self, x):
        return self.lstm(x.permute(2, 0, 1))[0].permute(1, 2, 0)


def test_a_layer_of_tokens_that_turns_them_is_one_of_places():
    x = torch.randn(2, 4, 9)
    with pytest.raises(ValueError, match=r"\(2, 4, 9\).*expected pooling='spatial'"):
        rows_of(Turned(), x, "mean")
    assert rows_of(Turned(), x).shape == (2, 4)


class Dense(nn.Module):
    """What it was given beside what it made of it."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Conv1d(3, 4, 3, padding=1)

    def forward(self, x):
        return torch.cat([x, self.inner(x)], 1)


def test_convolutions_whose_widths_fit_no_axis_are_no_tokens_in_silence():
    x = torch.randn(2, 3, 9)
    for pooling in ("mean", "cls", "spatial"):
        with pytest.raises(ValueError, match=r"\(2, 7, 9\).*hidden.mean\(2\)"):
            rows_of(Dense(), x, pooling)
    turned = Permuted(Dense(), to=(0, 2, 1))
    captured = capture(turned, "(model)", masks=lambda _: {"all": torch.ones(2, 9, dtype=bool)})
    with torch.no_grad(), captured:
        expected = turned(x).mean(1)  # a mask says what its tokens are
    np.testing.assert_allclose(captured["all"]["(model)"], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        nn.GRU(4, 6),
        nn.MultiheadAttention(4, 2),
        nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, 8), 1, enable_nested_tensor=False
        ),
    ],
)
def test_steps_in_time_are_no_samples(layer):
    """Time stands first by default in torch; other layers have it where these have."""
    attention = isinstance(layer, nn.MultiheadAttention)
    model = Repeated(layer, 3 if attention else 1)
    x = torch.randn(7, 2, 4)
    for name in ("layer", "after"):
        with (
            torch.no_grad(),
            pytest.raises(ValueError, match=f"layer '{name}' has 7 rows, as many"),
            capture(model, name),
        ):
            model(x)
        captured = capture(model, name, pooling=lambda hidden, _: hidden.mean(0))
        with torch.no_grad(), captured:
            model(x)
        assert len(captured["all"][name]) == 2
    assert not [hook for part in model.modules() for hook in part._forward_hooks]
    # rows that others say the number of
    turned = capture(model, "after", masks=lambda _: {"all": torch.ones(7, 2, dtype=bool)})
    with torch.no_grad(), turned:
        model(x)
    assert turned.n_samples == 7


class Repeated(nn.Module):
    """A layer that takes its input so many times, and one behind it."""

    def __init__(self, layer, times):
        super().__init__()
        self.layer, self.times, self.after = layer, times, nn.Tanh()

    def forward(self, x):
        found = self.layer(*[x] * self.times)
        return self.after(found[0] if isinstance(found, tuple) else found)


def test_masks_and_other_shapes_are_refused():
    x = torch.randn(2, 3, 5, 6)
    masks = lambda inputs: {"all": torch.ones(2, 5, dtype=bool)}  # noqa: ARG005
    with pytest.raises(ValueError, match="'spatial' is over all places of '0'"):
        rows_of(nn.Conv2d(3, 4, 2), x, masks=masks)
    with pytest.raises(ValueError, match=r"\(2, 3, 5, 6\).*give pooling='spatial', for"):
        rows_of(nn.Identity(), x, "mean")
    with pytest.raises(ValueError, match=r"\(2, 1, 1, 1, 1, 1\); expected \(batch, channels"):
        rows_of(nn.Identity(), torch.zeros(2, 1, 1, 1, 1, 1))
    with pytest.raises(TypeError, match=r"'0' returned torch.int64"):
        rows_of(nn.Identity(), x.long())
    with pytest.raises(
        ValueError, match="expected 'mean', 'last', 'cls', 'spatial', 'spatial_l"
    ):
        capture(nn.Identity(), "(model)", pooling=AttentionPooling)


# -- tokens ----------------------------------------------------------------------------


def test_cls_is_the_chosen_token_that_stands_first(model):
    ids = torch.tensor([[7, 1, 2, 0], [0, 0, 7, 3], [0, 7, 4, 0]])
    hidden = states_of(model, ids)[2]
    with capture(model, "layers.2", pooling="cls") as captured:
        model(ids)
        model(ids)
    np.testing.assert_array_equal(captured["all"]["layers.2"][:3], hidden[:, 0])
    with capture(model, "layers.2", pooling="cls") as captured, captured.batch(text=ids != 0):
        model(ids)
    np.testing.assert_array_equal(captured["text"]["layers.2"], hidden[[0, 1, 2], [0, 2, 1]])


def attention(tokens, query, weighted):
    """By hand, of one sample, in double precision."""
    norm = lambda h: (h - h.mean()) / np.sqrt(h.var() + 1e-5)
    query = norm(tokens[query]) if isinstance(query, int) else query
    scores = np.array([query @ norm(tokens[t]) for t in weighted]) / np.sqrt(len(query))
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ tokens[weighted]


def test_attention_is_a_softmax_of_one_query():
    hidden = torch.randn(2, 5, 6) * 3 + 1
    mask = torch.tensor([[1, 1, 0, 1, 0], [0, 0, 1, 1, 1]]) > 0
    tokens = hidden.double().numpy()
    given = torch.randn(6)
    for query, mine, others in (
        ("first", (0, 2), ([1, 3], [3, 4])),
        ("last", (3, 4), ([0, 1], [2, 3])),
        (given, (given.double().numpy(),) * 2, ([0, 1, 3], [2, 3, 4])),
    ):
        rows = AttentionPooling(query)(hidden, mask)
        expected = [attention(*args) for args in zip(tokens, mine, others, strict=True)]
        np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-6)
    rows = AttentionPooling("first")(hidden, None)
    expected = [attention(sample, 0, [1, 2, 3, 4]) for sample in tokens]
    np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-6)


def test_attention_of_a_zero_query_is_the_mean_and_of_one_token_the_token():
    hidden = torch.randn(2, 4, 6)
    mask = torch.tensor([[1, 1, 0, 1], [0, 1, 1, 0]]) > 0
    hidden[~mask] = torch.nan  # as padding may be
    rows = AttentionPooling(torch.zeros(6))(hidden, mask)
    expected = np.stack([hidden[0, [0, 1, 3]].mean(0), hidden[1, [1, 2]].mean(0)])
    np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-6)
    one = torch.tensor([[0, 1, 0, 0], [0, 0, 1, 0]]) > 0
    for query in ("first", "last"):
        rows = AttentionPooling(query)(hidden, one)
        np.testing.assert_array_equal(rows, hidden[[0, 1], [1, 2]])


def test_attention_in_a_capture_takes_bfloat16():
    hidden = torch.randn(2, 5, 6).bfloat16()
    rows = rows_of(nn.Identity(), hidden, AttentionPooling("last"))
    expected = AttentionPooling("last")(hidden.float(), None)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-6)


def test_attention_that_does_not_fit_is_refused():
    for query in (
        "cls",
        3,
        torch.zeros(2, 2),
        torch.zeros(3, dtype=torch.int64),
        torch.zeros(0),
    ):
        with pytest.raises(ValueError, match="expected 'first', 'last' or a float tensor"):
            AttentionPooling(query)
    with pytest.raises(ValueError, match="query: it has 3 entries and the layer a width of 6"):
        AttentionPooling(torch.zeros(3))(torch.zeros(2, 4, 6), None)
    with pytest.raises(ValueError, match=r"hidden states of the shape \(2, 6\); expected"):
        AttentionPooling("first")(torch.zeros(2, 6), None)
    with pytest.raises(ValueError, match=r"and a mask of \(2, 3\); expected"):
        AttentionPooling("first")(torch.zeros(2, 4, 6), torch.ones(2, 3, dtype=bool))
