# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Vision-language models of transformers, small and randomly initialised, and inputs of them."""

from __future__ import annotations

import torch
import transformers

IMAGE, VIDEO, START, END, PAD = 30, 31, 32, 33, 0
SIZES = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
TEXT = {
    **SIZES,
    "vocab_size": 40,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "pad_token_id": PAD,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
VISION = {**SIZES, "image_size": 8, "patch_size": 4}
# a start, four image tokens for the 2 x 2 patches, and text; the second sample is padded
IDS = torch.tensor([[1, 30, 30, 30, 30, 5, 6, 7], [1, 30, 30, 30, 30, 8, 9, 0]])


def llava():
    config = transformers.LlavaConfig(
        vision_config=transformers.CLIPVisionConfig(**VISION, projection_dim=16),
        text_config=transformers.LlamaConfig(**TEXT),
        image_token_index=IMAGE,
        image_seq_length=4,
    )
    return transformers.LlavaForConditionalGeneration(config)


def paligemma():
    config = transformers.PaliGemmaConfig(
        vision_config=transformers.SiglipVisionConfig(**VISION, vision_use_head=False),
        text_config=transformers.GemmaConfig(**TEXT, head_dim=8),
        image_token_index=IMAGE,
        projection_dim=16,
        hidden_size=16,
        vocab_size=40,
    )
    return transformers.PaliGemmaForConditionalGeneration(config)


def smolvlm(family="SmolVLM"):
    config = getattr(transformers, f"{family}Config")(
        vision_config=VISION,
        text_config=transformers.LlamaConfig(**TEXT),
        image_token_id=IMAGE,
        scale_factor=1,
    )
    return getattr(transformers, f"{family}ForConditionalGeneration")(config)


def idefics3():
    return smolvlm("Idefics3")


def blip2(family="Blip2"):
    opt = {
        **{key: TEXT[key] for key in ("vocab_size", "max_position_embeddings")},
        **{key: TEXT[key] for key in ("pad_token_id", "bos_token_id", "eos_token_id")},
        "hidden_size": 16,
        "word_embed_proj_dim": 16,
        "ffn_dim": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    config = getattr(transformers, f"{family}Config")(
        # the default of InstructBLIP is 1e-10: no pixel would count
        vision_config={**VISION, "initializer_range": 0.02},
        qformer_config={**SIZES, "vocab_size": 40, "max_position_embeddings": 32},
        text_config=transformers.OPTConfig(**opt),
        num_query_tokens=4,
        image_token_index=IMAGE,
    )
    return getattr(transformers, f"{family}ForConditionalGeneration")(config)


def instructblip():
    return blip2("InstructBlip")


def qwen(family, vision, **text):
    rope = {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [2, 1, 1]}
    config = getattr(transformers, f"{family}Config")(
        text_config={**TEXT, **text, "rope_parameters": rope},
        vision_config={"depth": 2, "num_heads": 2, "patch_size": 4, **vision},
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        vision_start_token_id=START,
        vision_end_token_id=END,
    )
    return getattr(transformers, f"{family}ForConditionalGeneration")(config)


def qwen2_vl():
    return qwen("Qwen2VL", {"embed_dim": 16, "hidden_size": 16, "mlp_ratio": 2})


def qwen2_5_vl():
    vision = {"hidden_size": 16, "intermediate_size": 24, "out_hidden_size": 16}
    return qwen("Qwen2_5_VL", {**vision, "window_size": 16, "fullatt_block_indexes": [1]})


def qwen3_vl():
    vision = {"hidden_size": 16, "intermediate_size": 24, "out_hidden_size": 16}
    return qwen(
        "Qwen3VL",
        {**vision, "num_position_embeddings": 16, "deepstack_visual_indexes": [0]},
        head_dim=8,
    )


def blip():
    text = {**SIZES, "vocab_size": 40, "encoder_hidden_size": 16, "projection_dim": 16}
    config = transformers.BlipConfig(
        text_config={
            **text,
            "max_position_embeddings": 32,
            "pad_token_id": PAD,
            "bos_token_id": 1,
            "sep_token_id": 2,
        },
        vision_config={**VISION, "projection_dim": 16},
        projection_dim=16,
        image_text_hidden_size=16,
    )
    return transformers.BlipForConditionalGeneration(config)


def images(*shape):
    return lambda seed: {
        "pixel_values": torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    }


def qwen_images(seed):
    return {
        # two images of 4 x 4 patches, of which four together are one token
        **images(32, 3 * 2 * 4 * 4)(seed),
        "image_grid_thw": torch.tensor([[1, 4, 4]] * 2),
        "mm_token_type_ids": (IDS == IMAGE).int(),
    }


def instructblip_images(seed):
    return {**images(2, 3, 8, 8)(seed), "qformer_input_ids": torch.tensor([[3, 4], [5, 6]])}


LANGUAGE = ("model.language_model.layers", "model.language_model.norm")
TEXT_MODEL = ("model.text_model.layers", "model.text_model.norm")
OPT = (
    "language_model.model.decoder.layers",
    "language_model.model.decoder.final_layer_norm",
)
# the model, its images, its decoder layers, and the norm behind them
FAMILIES = {
    "llava": (llava, images(2, 3, 8, 8), *LANGUAGE),
    "paligemma": (paligemma, images(2, 3, 8, 8), *LANGUAGE),
    "smolvlm": (smolvlm, images(2, 1, 3, 8, 8), *TEXT_MODEL),
    "idefics3": (idefics3, images(2, 1, 3, 8, 8), *TEXT_MODEL),
    "qwen2_vl": (qwen2_vl, qwen_images, *LANGUAGE),
    "qwen2_5_vl": (qwen2_5_vl, qwen_images, *LANGUAGE),
    "qwen3_vl": (qwen3_vl, qwen_images, *LANGUAGE),
    "blip2": (blip2, images(2, 3, 8, 8), *OPT),
    "instructblip": (instructblip, instructblip_images, *OPT),
}
