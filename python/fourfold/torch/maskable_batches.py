# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Batches as a vision-language model takes them, and which of their tokens may be masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import torch

from fourfold.torch.token_masks import image_token_mask, text_token_mask

__all__ = ["Keep", "MaskableBatches"]

Keep: TypeAlias = Callable[[Mapping[str, Any]], torch.Tensor]


class MaskableBatches:
    """Batches as the model takes them, with the tokens of the image and of the text."""

    def __init__(
        self, model: Any, processor: Any, batches: Iterable[Any], exclude: Iterable[int] | Keep
    ) -> None:
        self.model, self.batches = model, batches
        self.processor = processor
        self._keep = exclude if callable(exclude) else None
        given = () if callable(exclude) else tuple(exclude)
        self._never = {*given, *_special_tokens(model, processor)}

    def __iter__(self) -> Iterator[tuple[dict[str, Any], torch.Tensor, torch.Tensor]]:
        done = 0
        for batch in self.batches:
            inputs = self._inputs(batch)
            ids, attended = inputs["input_ids"], inputs["attention_mask"]
            image = image_token_mask(self.model, ids)
            text = text_token_mask(self.model, ids, attended, exclude=self._never)
            if self._keep is not None:
                kept = torch.as_tensor(self._keep(inputs), device=text.device)
                if kept.shape != text.shape or kept.dtype != torch.bool:
                    msg = (
                        f"exclude: the function returned {kept.dtype} of the shape {tuple(kept.shape)}; "
                        f"expected bool of {tuple(text.shape)}"
                    )
                    raise ValueError(msg)
                text = text & ~kept
            for name, which in (("image", image), ("text", text)):
                lacking = (~which.any(1)).nonzero().flatten().tolist()
                if lacking:
                    msg = (
                        f"batches: sample {done + lacking[0]} has no {name} token that could be "
                        "masked; expected an image and a text in each, beside special tokens and `exclude`"
                    )
                    raise ValueError(msg)
            done += len(ids)
            yield inputs, image, text

    def _inputs(self, batch: Any) -> dict[str, Any]:
        if not isinstance(batch, Mapping):
            if self.processor is None:
                msg = "processor: needed where batches are no dicts of what a processor returns"
                raise TypeError(msg)
            images, texts = batch
            batch = self.processor(images=images, text=texts, return_tensors="pt", padding=True)
        missing = [name for name in ("input_ids", "attention_mask") if name not in batch]
        if missing:
            msg = f"batches: expected {' and '.join(missing)} in each, got {', '.join(batch)}"
            raise ValueError(msg)
        device = self.model.get_input_embeddings().weight.device
        made: dict[str, Any] = {}
        for name, value in batch.items():
            if name == "labels":
                continue
            if isinstance(value, torch.Tensor):
                kind = self.model.dtype if value.is_floating_point() else value.dtype
                made[name] = value.to(device=device, dtype=kind)
            else:
                made[name] = value
        return made


def _special_tokens(model: Any, processor: Any) -> set[int]:
    text = model.config.get_text_config(decoder=True)
    of_model = [vars(text).get(f"{name}_token_id") for name in ("bos", "eos", "pad")]
    flat = [token for one in of_model for token in (one if isinstance(one, list) else [one])]
    tokenizer = getattr(processor, "tokenizer", None)
    return {*getattr(tokenizer, "all_special_ids", ()), *(t for t in flat if t is not None)}
