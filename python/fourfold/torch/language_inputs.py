# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the language model inside a vision-language model is given: read it, or put other tokens there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import torch
from torch import nn

from fourfold.torch.wrapped_models import EagerMode, is_compiled

if TYPE_CHECKING:
    from types import TracebackType

    from torch.utils.hooks import RemovableHandle

__all__ = ["Change", "LanguageInputs", "TokenRows"]

#: Of each sample a tensor (tokens, width).
TokenRows: TypeAlias = list[torch.Tensor]
#: Other rows for those of some tokens; level 0 is the input, others are added behind layers.
Change: TypeAlias = Callable[[TokenRows, int], TokenRows]

_DEEPER = (
    "deepstack_visual_embeds"  # of Qwen3-VL: image features again, behind the first layers
)
#: What may be of floating type and tells nothing of an input beside what is masked.
_KNOWN = ("inputs_embeds", "attention_mask", "position_ids", "position_embeddings", _DEEPER)
# their image features have read the text
_READ_THE_TEXT = ("instructblip", "instructblipvideo")


class _ReadEnoughError(Exception):
    """Ends a forward of which only the inputs of the language model were wanted."""


class LanguageInputs:
    """Runs a model with tokens replaced between its embeddings and its language model, by a hook.

    A context manager; the hook is there inside of it only. No gradient is made, and every module is
    in evaluation mode inside, and as it was behind it; compiled ones run as they were written.

    Parameters
    ----------
    model : Module
        Of transformers: one that puts images in place of tokens, and embeddings into its decoder.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self._decoder = _decoder(model)
        self._short = "logits_to_keep" in inspect.signature(model.forward).parameters
        self._handle: RemovableHandle | None = None
        self._training: dict[nn.Module, bool] = {}
        self._work: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self._calls = 0
        self._eager = EagerMode()

    def __enter__(self) -> Self:
        self._training = {module: module.training for module in self.model.modules()}
        try:
            if is_compiled(self.model):
                self._eager.enter()
            self.model.eval()
            self._handle = self._decoder.register_forward_pre_hook(self._hook, with_kwargs=True)
        except BaseException:  # then __exit__ is not called
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._handle is not None:
            self._handle.remove()
        self._eager.leave()
        for module, training in self._training.items():
            module.training = training

    def probabilities(
        self,
        inputs: dict[str, Any],
        wanted: torch.Tensor,
        tokens: torch.Tensor | None = None,
        change: Change | None = None,
    ) -> torch.Tensor:
        """Of the `wanted` next tokens behind each sample's last, (B, wanted) in float32.

        `change` is done to `tokens`, bool (B, T).
        """
        attended = inputs["attention_mask"] != 0
        last = attended.shape[1] - 1 - attended.flip(1).int().argmax(1)
        where, column = torch.unique(last, return_inverse=True)
        given = {**inputs, "logits_to_keep": where} if self._short else inputs
        if tokens is None or change is None:
            self._work = dict
        else:
            self._work = lambda found: _changed(found, tokens, change)
        self._calls = 0
        with torch.no_grad():
            logits = self.model(**given).logits
        if self._calls != 1:
            msg = (
                f"model: its language model was called {self._calls} times in a forward with "
                "inputs_embeds; expected once"
            )
            raise RuntimeError(msg)
        at = column if self._short else last
        rows = logits[torch.arange(len(at), device=logits.device), at.to(logits.device)]
        found: torch.Tensor = rows.float().softmax(-1)[:, wanted.to(logits.device)]
        return found

    def read(self, inputs: dict[str, Any], *tokens: torch.Tensor) -> list[list[TokenRows]]:
        """For each of `tokens`, bool (B, T), their rows at each level; the language model is not run."""
        kept: list[list[TokenRows]] = []

        def read_them(found: dict[str, Any]) -> dict[str, Any]:
            kept.extend(_levels(found, which) for which in tokens)
            raise _ReadEnoughError

        self._work = read_them
        try:
            with torch.no_grad():
                self.model(**inputs)
        except _ReadEnoughError:
            return kept
        msg = "model: its language model was not called in a forward"
        raise RuntimeError(msg)

    def _hook(
        self, module: nn.Module, given: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        self._calls += 1
        name = type(module).__name__
        if given or named.get("input_ids") is not None or named.get("inputs_embeds") is None:
            msg = (
                f"model: its language model {name} is given more than inputs_embeds, so that "
                "masked embeddings would not mask; expected a model of transformers that merges images "
                "into inputs_embeds"
            )
            raise ValueError(msg)
        more = [key for key, value in named.items() if key not in _KNOWN and _is_float(value)]
        if more:
            msg = (
                f"model: its language model {name} is given {', '.join(more)} beside "
                "inputs_embeds, which may tell of a masked input; expected a model without"
            )
            raise ValueError(msg)
        return given, self._work(named)


def _decoder(model: Any) -> nn.Module:
    """The module that is given the merged embeddings; or raise, where a masked input would be told."""
    config, get_decoder = (getattr(model, name, None) for name in ("config", "get_decoder"))
    if not isinstance(model, nn.Module) or config is None or get_decoder is None:
        msg = f"model: expected a vision-language model of transformers, got {type(model).__name__}"
        raise TypeError(msg)
    family = getattr(config, "model_type", type(model).__name__)
    parts = (config, config.get_text_config(decoder=True))
    if any(getattr(part, "is_encoder_decoder", False) for part in parts):
        msg = (
            f"model: {family!r} has an encoder and a decoder, which reads the inputs by "
            "cross-attention; expected a decoder whose sequence holds image and text"
        )
        raise ValueError(msg)
    if family in _READ_THE_TEXT:
        msg = (
            f"model: the image tokens of {family!r} have read the text, so that it cannot be "
            "masked; expected a model whose image features are of the image alone, as of BLIP-2"
        )
        raise ValueError(msg)
    decoder: nn.Module = get_decoder()
    return decoder


def _is_float(value: Any) -> bool:
    every = value if isinstance(value, (list, tuple)) else [value]
    return any(isinstance(one, torch.Tensor) and one.is_floating_point() for one in every)


def _levels(named: dict[str, Any], tokens: torch.Tensor) -> list[TokenRows]:
    """Rows of some tokens by sample: of the input, and of the deeper levels of images."""
    embeds = named["inputs_embeds"]
    if embeds.shape[:2] != tokens.shape:
        msg = (
            f"model: its language model is given the shape {tuple(embeds.shape)}, for input_ids of "
            f"{tuple(tokens.shape)}; expected a place for each image token, as newer processors make them"
        )
        raise ValueError(msg)
    tokens = tokens.to(embeds.device)
    sizes = tokens.sum(1).tolist()
    found = [list(embeds[tokens].split(sizes))]
    if _of_images(named, tokens):
        found += [list(level.split(sizes)) for level in named[_DEEPER]]
    return found


def _of_images(named: dict[str, Any], tokens: torch.Tensor) -> bool:
    """Whether these are the tokens that have deeper levels."""
    if named.get(_DEEPER) is None:
        return False
    return torch.equal(named["visual_pos_masks"].to(tokens.device), tokens)


def _changed(named: dict[str, Any], tokens: torch.Tensor, change: Change) -> dict[str, Any]:
    levels = _levels(named, tokens)
    new = [torch.cat(change(rows, level)) for level, rows in enumerate(levels)]
    embeds = named["inputs_embeds"].clone()
    embeds[tokens.to(embeds.device)] = new[0].to(embeds)
    named = {**named, "inputs_embeds": embeds}
    if len(new) > 1:
        named[_DEEPER] = [
            rows.to(old) for rows, old in zip(new[1:], named[_DEEPER], strict=True)
        ]
    return named
