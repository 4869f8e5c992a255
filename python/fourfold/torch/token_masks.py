# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which tokens are of an image, of a sound or of text, from the configuration of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch

__all__ = ["audio_token_mask", "image_and_text_masks", "image_token_mask", "text_token_mask"]

_IMAGE = ("image_token", "video_token")
_AUDIO = ("audio_token",)
# they stand around images and sounds, and are the same for every sample
_MARKERS = (
    "vision_start_token",
    "vision_end_token",
    "image_start_token",
    "image_end_token",
    "boi_token",
    "eoi_token",
    "audio_start_token",
    "audio_end_token",
    "boa_token",
    "eoa_token",
)

# text attends to the image from outside the sequence: no token of the sequence is of the image
_CROSS_ATTENTION = {
    "blip": "'vision_model.encoder.layers.*' and the layers of the text model",
    "idefics": "the layers of the vision model and those of the text model",
    "mllama": "the layers of the vision model and those of the text model",
}


def image_token_mask(model_or_config: Any, input_ids: torch.Tensor) -> torch.Tensor:
    """The tokens of the text sequence in whose place the model puts an image or a video.

    Parameters
    ----------
    model_or_config : PreTrainedModel or PretrainedConfig
        A Hugging Face model, or its configuration: of LLaVA, PaliGemma, Qwen-VL, SmolVLM,
        Idefics3, BLIP-2, InstructBLIP and others that have ``image_token_id`` or
        ``image_token_index``; ``video_token_id`` and ``video_token_index`` count as well.
    input_ids : Tensor of int, shape (B, T)
        As the processor of the model returns them.

    Returns
    -------
    Tensor of bool, shape (B, T)
        On the device of `input_ids`.

    Raises
    ------
    ValueError
        If the model does not mark images in ``input_ids``; the message says why, and for the
        original BLIP what to capture instead.
    TypeError
        If `input_ids` are not whole numbers.

    See Also
    --------
    fourfold.torch.text_token_mask : The text beside it.
    fourfold.torch.image_and_text_masks : Both, for `fourfold.torch.capture`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> from fourfold.torch import image_token_mask
    >>> config = SimpleNamespace(image_token_index=9)
    >>> image_token_mask(config, torch.tensor([[9, 9, 4], [9, 5, 6]]))
    tensor([[ True,  True, False],
            [ True, False, False]])
    """
    config = getattr(model_or_config, "config", model_or_config)
    family = getattr(config, "model_type", None)
    if family in _CROSS_ATTENTION:
        msg = (
            f"model_or_config: {family!r} has no image tokens among its text tokens, as text "
            "reads the image by cross-attention; capture the image and the text separately: "
            f"{_CROSS_ATTENTION[family]}, see docs/torch.md"
        )
        raise ValueError(msg)
    ids = _token_ids(config, _IMAGE)
    if not ids:
        msg = (
            f"model_or_config: the configuration of {family or type(config).__name__!r} has no "
            "image_token_id, image_token_index, video_token_id or video_token_index that is "
            "set; expected a model that marks images in input_ids"
        )
        if family in ("blip-2", "instructblip", "instructblipvideo"):
            msg += (
                ". Checkpoints of this family need the index that their processor uses: "
                "config.image_token_index = processor.tokenizer.convert_tokens_to_ids('<image>')"
            )
        raise ValueError(msg)
    return _any_of(_check_ids(input_ids), ids)


def audio_token_mask(model_or_config: Any, input_ids: torch.Tensor) -> torch.Tensor:
    """The tokens of the text sequence in whose place the model puts a sound.

    Parameters
    ----------
    model_or_config : PreTrainedModel or PretrainedConfig
        A Hugging Face model, or its configuration, with ``audio_token_id`` or
        ``audio_token_index``, such as that of Qwen2-Audio.
    input_ids : Tensor of int, shape (B, T)
        As the processor of the model returns them.

    Returns
    -------
    Tensor of bool, shape (B, T)
        On the device of `input_ids`.

    Raises
    ------
    ValueError
        If the model does not mark sounds in ``input_ids``.
    TypeError
        If `input_ids` are not whole numbers.

    See Also
    --------
    fourfold.torch.text_token_mask : The text beside it.
    fourfold.torch.image_and_text_masks : Both, for `fourfold.torch.capture`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> from fourfold.torch import audio_token_mask
    >>> audio_token_mask(SimpleNamespace(audio_token_id=7), torch.tensor([[7, 4]]))
    tensor([[ True, False]])
    """
    config = getattr(model_or_config, "config", model_or_config)
    ids = _token_ids(config, _AUDIO)
    if not ids:
        msg = (
            f"model_or_config: the configuration {type(config).__name__} has no audio_token_id "
            "or audio_token_index that is set; expected a model that marks sounds in input_ids"
        )
        raise ValueError(msg)
    return _any_of(_check_ids(input_ids), ids)


def text_token_mask(
    model_or_config: Any,
    input_ids: torch.Tensor,
    attention_mask: torch.Tensor | None = None,
    *,
    exclude: Iterable[int] = (),
) -> torch.Tensor:
    """The tokens that are neither of an image, a video or a sound, nor padding.

    Parameters
    ----------
    model_or_config : PreTrainedModel or PretrainedConfig
        A Hugging Face model, or its configuration.
    input_ids : Tensor of int, shape (B, T)
        As the processor of the model returns them.
    attention_mask : Tensor of 0 and 1, shape (B, T), optional
        0 is for padding. If not given, padding is what has the ``pad_token_id`` of the
        configuration.
    exclude : iterable of int
        Tokens to leave out as well. Give ``tokenizer.all_special_ids`` to leave out those of
        the chat template, which are the same for all samples.

    Returns
    -------
    Tensor of bool, shape (B, T)
        On the device of `input_ids`. Tokens that the configuration names as the start or end
        of an image or a sound are left out too.

    Raises
    ------
    ValueError
        If the shapes differ, or padding cannot be told as there is neither an
        `attention_mask` nor a ``pad_token_id``.
    TypeError
        If `input_ids` are not whole numbers.

    See Also
    --------
    fourfold.torch.image_token_mask : The image beside it.
    fourfold.torch.image_and_text_masks : Both, for `fourfold.torch.capture`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> from fourfold.torch import text_token_mask
    >>> config = SimpleNamespace(image_token_index=9, pad_token_id=0)
    >>> text_token_mask(config, torch.tensor([[9, 9, 4], [9, 5, 0]]))
    tensor([[False, False,  True],
            [False,  True, False]])
    """
    config = getattr(model_or_config, "config", model_or_config)
    input_ids = _check_ids(input_ids)
    if attention_mask is None:
        pad = _pad_id(config)
        if pad is None:
            msg = (
                "attention_mask: needed here, as the configuration names no pad_token_id; give "
                "torch.ones_like(input_ids) if there is no padding"
            )
            raise ValueError(msg)
        attended = input_ids != pad
    elif tuple(attention_mask.shape) != tuple(input_ids.shape):
        msg = (
            f"attention_mask: got the shape {tuple(attention_mask.shape)}; expected that of "
            f"input_ids, {tuple(input_ids.shape)}"
        )
        raise ValueError(msg)
    else:
        attended = attention_mask.to(input_ids.device) != 0
    others = [*_token_ids(config, (*_IMAGE, *_AUDIO, *_MARKERS)), *exclude]
    return attended & ~_any_of(input_ids, others)


def image_and_text_masks(
    model_or_config: Any, *, exclude: Iterable[int] = ()
) -> Callable[[Mapping[str, Any]], dict[str, torch.Tensor]]:
    """A function for the `masks` of `capture`: those of image tokens and of text tokens.

    Parameters
    ----------
    model_or_config : PreTrainedModel or PretrainedConfig
        As in `image_token_mask`.
    exclude : iterable of int
        As in `text_token_mask`.

    Returns
    -------
    callable
        Takes the arguments of the model's forward, of which it needs ``input_ids`` and uses
        ``attention_mask``; returns ``{"image": ..., "text": ...}``, each of shape (B, T).

    Raises
    ------
    ValueError
        When it is called, for the reasons of `image_token_mask` and `text_token_mask`, or if
        there are no ``input_ids``.

    See Also
    --------
    fourfold.torch.capture : Takes it as `masks`.
    fourfold.torch.audio_token_mask : Of sounds; put it into a function of your own.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> from fourfold.torch import image_and_text_masks
    >>> masks = image_and_text_masks(SimpleNamespace(image_token_id=9, pad_token_id=0))
    >>> masks({"input_ids": torch.tensor([[9, 4, 0]])})["text"]
    tensor([[False,  True, False]])
    """
    excluded = tuple(exclude)

    def masks(inputs: Mapping[str, Any]) -> dict[str, torch.Tensor]:
        input_ids = inputs.get("input_ids")
        if input_ids is None:
            msg = (
                "masks: the model was called without input_ids, from which image and text "
                f"tokens are told; it got {', '.join(inputs) or 'nothing'}"
            )
            raise ValueError(msg)
        return {
            "image": image_token_mask(model_or_config, input_ids),
            "text": text_token_mask(
                model_or_config, input_ids, inputs.get("attention_mask"), exclude=excluded
            ),
        }

    return masks


def _token_ids(config: Any, names: Iterable[str]) -> list[int]:
    """The ids that are set, under either of the two endings that transformers uses."""
    found = (
        getattr(config, name + ending, None) for name in names for ending in ("_id", "_index")
    )
    return list(dict.fromkeys(token for token in found if token is not None))


def _pad_id(config: Any) -> int | None:
    # as they were stored: SmolVLM has a property of this name that is deprecated
    for part in (getattr(config, "text_config", None), config):
        pad = vars(part).get("pad_token_id") if part is not None else None
        if pad is not None:
            return int(pad)
    return None


def _check_ids(input_ids: Any) -> torch.Tensor:
    if not isinstance(input_ids, torch.Tensor) or (
        input_ids.is_floating_point() or input_ids.dtype == torch.bool
    ):
        kind = (
            input_ids.dtype if isinstance(input_ids, torch.Tensor) else type(input_ids).__name__
        )
        msg = f"input_ids: got {kind}; expected a tensor of whole numbers"
        raise TypeError(msg)
    if input_ids.ndim != 2:
        msg = f"input_ids: got the shape {tuple(input_ids.shape)}; expected (batch, tokens)"
        raise ValueError(msg)
    return input_ids


def _any_of(input_ids: torch.Tensor, ids: Iterable[int]) -> torch.Tensor:
    wanted = torch.tensor(list(ids), dtype=input_ids.dtype, device=input_ids.device)
    return torch.isin(input_ids, wanted)
