# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Image, audio and text tokens of Hugging Face models, small and randomly initialised."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from fourfold.torch import (
    audio_token_mask,
    capture,
    image_and_text_masks,
    image_token_mask,
    text_token_mask,
)
from tests.support.vision_language import (
    END,
    FAMILIES,
    IDS,
    IMAGE,
    PAD,
    START,
    TEXT,
    VIDEO,
    blip,
    images,
    llava,
    smolvlm,
)


@pytest.fixture(params=FAMILIES, name="family")
def _family(request):
    build, inputs, layers, norm = FAMILIES[request.param]

    def batch(seed):
        return {"input_ids": IDS, "attention_mask": (IDS != PAD).long(), **inputs(seed)}

    return SimpleNamespace(model=build().eval(), batch=batch, layers=layers, norm=norm)


def direct_means(model, batch):
    """Means of the model's own hidden states: after the first layer and after the norm."""
    with torch.no_grad():
        output = model(**batch, output_hidden_states=True)
    states = getattr(output, "hidden_states", None)
    if states is None:
        states = output.language_model_outputs.hidden_states
    assert len(states) == 3
    tokens = {"image": [slice(1, 5), slice(1, 5)], "text": [[0, 5, 6, 7], [0, 5, 6]]}
    return {
        mask: [
            np.stack([state[n, where].mean(0) for n, where in enumerate(chosen)])
            for state in states[1:]
        ]
        for mask, chosen in tokens.items()
    }


def captured_rows(family, batch):
    with (
        torch.no_grad(),
        capture(
            family.model,
            layers=[f"{family.layers}.*", family.norm],
            masks=image_and_text_masks(family.model),
        ) as captured,
    ):
        family.model(**batch)
    return captured


def test_rows_are_means_of_the_hidden_states_that_the_model_returns(family):
    batch = family.batch(0)
    captured = captured_rows(family, batch)
    assert captured.layers == (f"{family.layers}.0", f"{family.layers}.1", family.norm)
    for mask, (first, last) in direct_means(family.model, batch).items():
        rows = captured[mask]
        np.testing.assert_allclose(rows[f"{family.layers}.0"], first, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(rows[family.norm], last, rtol=1e-5, atol=1e-6)


def test_other_pixels_give_other_rows_of_image_tokens(family):
    one, same, other = (captured_rows(family, family.batch(seed)) for seed in (0, 0, 1))
    for layer in one.layers:
        np.testing.assert_array_equal(one["image"][layer], same["image"][layer])
        rows = one["image"][layer]
        change = np.abs(other["image"][layer] - rows).max(1)
        assert (change > 1e-3 * np.abs(rows).max()).all()


def test_generation_of_llava_takes_the_prompt_or_is_refused():
    model = llava().eval()
    batch = {"input_ids": IDS, "attention_mask": (IDS != PAD).long(), **images(2, 3, 8, 8)(0)}
    masks = image_and_text_masks(model)
    layers = "model.language_model.layers.*"
    with torch.no_grad(), capture(model, layers, masks=masks) as expected:
        model(**batch)
    options = {"max_new_tokens": 3, "do_sample": False}
    with (
        capture(model, layers, repeated_calls="first") as captured,
        captured.batch(**masks(batch)),
    ):
        model.generate(**batch, **options)
    for mask in ("image", "text"):
        for layer in expected.layers:
            np.testing.assert_allclose(captured[mask][layer], expected[mask][layer], rtol=1e-6)
    with (
        pytest.raises(RuntimeError, match="to continue from a cache"),
        capture(model, layers, masks=masks),
    ):
        model.generate(**batch, **options)


def test_image_tokens_of_both_ends_of_the_name_and_of_videos():
    ids = torch.tensor([[1, IMAGE, VIDEO, 5]])
    for names, expected in (
        ({"image_token_id": IMAGE}, [1]),
        ({"image_token_index": IMAGE}, [1]),
        ({"image_token_id": IMAGE, "image_token_index": IMAGE}, [1]),
        ({"image_token_id": IMAGE, "video_token_id": VIDEO}, [1, 2]),
        ({"image_token_id": None, "video_token_index": VIDEO}, [2]),
    ):
        config = SimpleNamespace(**names)
        mask = image_token_mask(config, ids)
        assert mask.shape == ids.shape
        assert mask[0].nonzero().flatten().tolist() == expected
        assert torch.equal(image_token_mask(SimpleNamespace(config=config), ids), mask)


def test_text_tokens_are_no_placeholders_markers_or_padding():
    config = SimpleNamespace(
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        audio_token_index=34,
        vision_start_token_id=START,
        vision_end_token_id=END,
    )
    ids = torch.tensor(
        [[1, START, IMAGE, END, 5, VIDEO, 34, 6], [0, 0, 1, START, IMAGE, END, 5, 2]]
    )
    attention = torch.tensor([[1] * 8, [0, 0, 1, 1, 1, 1, 1, 1]])
    mask = text_token_mask(config, ids, attention)
    assert mask.nonzero().tolist() == [[0, 0], [0, 4], [0, 7], [1, 2], [1, 6], [1, 7]]
    mask = text_token_mask(config, ids, attention, exclude=[1, 2])
    assert mask.nonzero().tolist() == [[0, 4], [0, 7], [1, 6]]


def test_padding_is_that_of_the_configuration_without_an_attention_mask():
    ids = torch.tensor([[0, 3, 4]])
    for config in (
        SimpleNamespace(pad_token_id=0),
        SimpleNamespace(text_config=SimpleNamespace(pad_token_id=0), pad_token_id=3),
        SimpleNamespace(text_config=SimpleNamespace(pad_token_id=None), pad_token_id=0),
    ):
        assert text_token_mask(config, ids).tolist() == [[False, True, True]]
    for config in (SimpleNamespace(), SimpleNamespace(text_config=SimpleNamespace())):
        with pytest.raises(ValueError, match="attention_mask: needed here"):
            text_token_mask(config, ids)
    with pytest.raises(ValueError, match=r"attention_mask: got the shape \(1, 2\).*\(1, 3\)"):
        text_token_mask(SimpleNamespace(), ids, torch.ones(1, 2))


def test_padding_of_smolvlm_is_not_that_of_its_deprecated_property():
    mask = text_token_mask(smolvlm(), IDS)
    assert mask[1].tolist() == [True, *[False] * 4, True, True, False]
    # it would answer 128002, whatever the tokenizer pads with
    config = transformers.SmolVLMConfig(text_config={**TEXT, "pad_token_id": None})
    with pytest.raises(ValueError, match="attention_mask: needed here"):
        text_token_mask(config, IDS)


def test_masks_of_a_forward_need_input_ids():
    masks = image_and_text_masks(SimpleNamespace(image_token_id=IMAGE), exclude=iter([1]))
    attention = (IDS != PAD).long()
    for _ in range(2):  # what is excluded is kept for all batches
        made = masks({"input_ids": IDS, "attention_mask": attention})
        assert made["text"].nonzero().tolist() == [[0, 5], [0, 6], [0, 7], [1, 5], [1, 6]]
    assert torch.equal(made["image"], IDS == IMAGE)
    with pytest.raises(ValueError, match=r"without input_ids.*it got inputs_embeds"):
        masks({"inputs_embeds": torch.zeros(1, 2, 3)})


def test_blip_has_no_image_tokens_and_its_parts_are_captured_apart():
    model = blip().eval()
    ids = torch.tensor([[1, 5, 6, 7], [1, 8, 9, 0]])
    with pytest.raises(ValueError, match=r"'blip' has no image tokens.*vision_model.encoder"):
        image_token_mask(model, ids)
    batch = {"input_ids": ids, "attention_mask": (ids != PAD).long(), **images(2, 3, 8, 8)(0)}
    with (
        torch.no_grad(),
        capture(model, layers="vision_model.encoder.layers.*") as image,
        capture(
            model,
            layers="text_decoder.bert.encoder.layer.*",
            masks=lambda inputs: {"text": inputs["attention_mask"]},
        ) as text,
    ):
        output = model(**batch, output_hidden_states=True)
    assert len(image.layers) == len(text.layers) == 2
    np.testing.assert_allclose(
        image["all"]["vision_model.encoder.layers.0"],
        output.hidden_states[1].mean(1),
        rtol=1e-5,
        atol=1e-7,
    )
    assert text["text"]["text_decoder.bert.encoder.layer.1"].shape == (2, 16)


def test_models_that_mark_no_images_are_refused():
    ids = torch.tensor([[1, 2]])
    unset = transformers.Blip2Config()
    assert unset.image_token_index is None
    with pytest.raises(ValueError, match=r"config.image_token_index = processor"):
        image_token_mask(unset, ids)
    with pytest.raises(ValueError, match="'llama' has no image_token_id"):
        image_token_mask(transformers.LlamaConfig(**TEXT), ids)
    with pytest.raises(ValueError, match=r"'mllama' has no image tokens.*cross-attention"):
        image_token_mask(SimpleNamespace(model_type="mllama", image_token_index=3), ids)
    with pytest.raises(ValueError, match="no audio_token_id"):
        audio_token_mask(SimpleNamespace(image_token_id=3), ids)


@pytest.mark.parametrize(
    ("ids", "error", "match"),
    [
        ([[1, 2]], TypeError, "input_ids: got list"),
        (torch.ones(1, 2), TypeError, "input_ids: got torch.float32"),
        (torch.ones(1, 2, dtype=torch.bool), TypeError, "input_ids: got torch.bool"),
        (torch.tensor([1, 2]), ValueError, r"input_ids: got the shape \(2,\)"),
    ],
)
def test_ids_that_are_no_ids_are_refused(ids, error, match):
    config = SimpleNamespace(image_token_id=3, audio_token_id=4, pad_token_id=0)
    for function in (image_token_mask, audio_token_mask, text_token_mask):
        with pytest.raises(error, match=match):
            function(config, ids)


def test_audio_tokens_of_qwen2_audio():
    config = transformers.Qwen2AudioConfig(
        audio_config={
            "d_model": 16,
            "encoder_layers": 1,
            "encoder_attention_heads": 2,
            "encoder_ffn_dim": 24,
            "num_mel_bins": 4,
            "max_source_positions": 8,
        },
        text_config=transformers.Qwen2Config(**TEXT),
        audio_token_index=IMAGE,
    )
    model = transformers.Qwen2AudioForConditionalGeneration(config).eval()

    def rows(seed):
        generator = torch.Generator().manual_seed(seed)
        with (
            torch.no_grad(),
            capture(
                model,
                layers="model.language_model.layers.*",
                masks=lambda inputs: {"audio": audio_token_mask(model, inputs["input_ids"])},
            ) as captured,
        ):
            output = model(
                input_ids=IDS,
                attention_mask=(IDS != PAD).long(),
                input_features=torch.randn(2, 4, 16, generator=generator),
                feature_attention_mask=torch.ones(2, 16, dtype=torch.long),
                output_hidden_states=True,
            )
        first = captured["audio"]["model.language_model.layers.0"]
        expected = output.hidden_states[1][:, 1:5].mean(1)
        np.testing.assert_allclose(first, expected, rtol=1e-5, atol=1e-7)
        return first

    one, other = rows(0), rows(1)
    assert (np.abs(one - other).max(1) > 1e-3 * np.abs(one).max()).all()
