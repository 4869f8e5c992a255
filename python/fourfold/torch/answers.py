# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A vision-language model's answers to both inputs, and with either of them masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from fourfold.runtime.progress import progress
from fourfold.torch.language_inputs import Change, LanguageInputs
from fourfold.torch.replaced_tokens import TokenMoments, of_another, of_moments, of_one_token
from fourfold.torch.token_masks import image_token_mask, text_token_mask

__all__ = ["MaskedAnswers", "answer_probabilities"]

MASKS = ("mean", "calibrated", "blank", "shuffle")
Keep: TypeAlias = Callable[[Mapping[str, Any]], torch.Tensor]
# black and white pixels are about 2 from it in what vision towers are given. Not 0, as
# Idefics3 and SmolVLM leave out images of zeros, which are their padding
_GREY = 1e-3


class MaskedAnswers(NamedTuple):
    """Probabilities of the candidates; ``decision_pid(*answers)`` takes them.

    Attributes
    ----------
    p_joint, p_given_1, p_given_2 : ndarray, shape (N, K)
        With both inputs; with the image alone, the text masked; with the text alone, the image
        masked. Not normalised: what is missing from 1 went to other tokens.
    """

    p_joint: NDArray[np.float64]
    p_given_1: NDArray[np.float64]
    p_given_2: NDArray[np.float64]


def answer_probabilities(
    model: Any,
    processor: Any,
    batches: Iterable[Any],
    candidates: Iterable[str | int],
    mask: str = "mean",
    *,
    exclude: Iterable[int] | Keep = (),
    random_state: Any = None,
) -> MaskedAnswers:
    """Probabilities of candidate answers with both inputs, and with the image or the text masked.

    Source 1 is the image, source 2 the text. A masked input keeps its place and its length; what
    stands there is replaced before the language model sees it.

    Parameters
    ----------
    model : PreTrainedModel
        Of transformers: LLaVA, PaliGemma, Qwen-VL, SmolVLM, Idefics3, BLIP-2 and others that put
        image features in place of image tokens. On any device, in any precision; it is left in the
        mode it was in.
    processor : ProcessorMixin or None
        Of the model. None where batches are dicts and candidates are token numbers.
    batches : iterable
        Each a dict of what the processor returns (``input_ids``, ``attention_mask``, ``pixel_values``,
        ...), or a pair (images, texts) of lists that `processor` makes one of; padded on either
        side. For "mean" and "calibrated" it is gone through twice: a list or a DataLoader.
    candidates : iterable of str or int
        Answers, of which the first token counts, as the tokenizer makes it of the answer by
        itself (of many, " A" is another token than "A"); or numbers of tokens.
    mask : {"mean", "calibrated", "blank", "shuffle"}
        What replaces the tokens of the masked input: their mean over all samples; noise with
        their mean and standard deviation of each dimension, drawn for each token; the
        embedding of the padding token, or the features of a grey image; the tokens of another
        sample of the batch, which then has to have two samples or more.
    exclude : iterable of int, or callable
        Text tokens that are never masked beside the special ones: their numbers; or a function
        of the batch that returns them as a bool tensor (B, T), such as those of the prompt that
        are the same for all samples.
    random_state : int, Generator or None
        Of the noise and of the partners. The same seed gives the same arrays.

    Returns
    -------
    MaskedAnswers
        p_joint, p_given_1 (image alone) and p_given_2 (text alone).

    Raises
    ------
    TypeError
        If `model` is no model of transformers, or a processor is needed and None; if batches can be
        gone through once only, where that has to be twice.
    ValueError
        If the model can get at a masked input in another way: cross-attention, an encoder and a
        decoder, image tokens that have read the text, embeddings given to each layer; if two
        candidates have the same first token, a sample has no tokens to mask, or an option is unknown.

    Notes
    -----
    Special tokens, padding, and the marks around images are never masked; words of the chat template
    are no special tokens, and are masked unless they are in `exclude`. What a mask does not hide: how long
    the input is. The image of "blank" is grey only as far as zero is grey for the image processor, as
    it is for the usual ones.

    The masked answers are no marginals of the joint ones: see `fourfold.decision_pid`.

    References
    ----------
    "calibrated" is Calibrated Embedding Masking of Fang et al., arXiv 2606.00959, and Xiu et al., arXiv
    2603.29676.

    See Also
    --------
    fourfold.decision_pid : What becomes of the three arrays.
    fourfold.candidate_probabilities : Normalises them, with tau.

    Examples
    --------
    >>> import fourfold as ff
    >>> from fourfold.torch import answer_probabilities
    >>> answers = answer_probabilities(
    ...     model, processor, loader, ["yes", "no"], "calibrated", random_state=0
    ... )  # doctest: +SKIP
    >>> ff.decision_pid(*answers, on_inconsistent="project")  # doctest: +SKIP
    """
    if mask not in MASKS:
        expected = ", ".join(map(repr, MASKS))
        msg = f"mask: got {mask!r}; expected one of {expected}"
        raise ValueError(msg)
    try:
        rng = np.random.default_rng(random_state)
    except (TypeError, ValueError) as error:
        msg = f"random_state: expected an int, a Generator or None, got {random_state!r}"
        raise ValueError(msg) from error
    language = LanguageInputs(model)
    image_token_mask(model, torch.zeros(1, 1, dtype=torch.long))  # refuses cross-attention
    tokens = _candidate_tokens(candidates, processor)
    prepared = _Prepared(model, processor, batches, exclude)
    found: list[list[NDArray[np.float64]]] = [[], [], []]
    with language:
        changes = _changes(mask, language, prepared, rng)
        with progress(_number_of(batches), "answers") as bar:
            for inputs, image, text in prepared:
                of_text, of_image = changes(len(image))
                grey = _grey(inputs) if of_image is None else inputs
                for made, (given, where, change) in zip(
                    found,
                    ((inputs, None, None), (inputs, text, of_text), (grey, image, of_image)),
                    strict=True,
                ):
                    rows = language.probabilities(given, tokens, where, change)
                    made.append(rows.cpu().double().numpy())
                bar.update()
    if not found[0]:
        msg = "batches: there are none; expected at least one"
        raise ValueError(msg)
    joint, given1, given2 = (np.concatenate(rows) for rows in found)
    return MaskedAnswers(joint, given1, given2)


# -- what comes in ---------------------------------------------------------------------


class _Prepared:
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


def _candidate_tokens(candidates: Iterable[str | int], processor: Any) -> torch.Tensor:
    """The first token of each, all different."""
    names = [candidates] if isinstance(candidates, str) else list(candidates)
    tokenizer = getattr(processor, "tokenizer", None)
    found: dict[int, Any] = {}
    for name in names:
        token: Any = name
        if isinstance(name, str):
            if tokenizer is None:
                msg = f"candidates: {name!r} needs a processor with a tokenizer; or give token numbers"
                raise TypeError(msg)
            every = tokenizer(name, add_special_tokens=False)["input_ids"]
            if not every:
                msg = f"candidates: {name!r} has no token"
                raise ValueError(msg)
            token = every[0]
        if not isinstance(token, (int, np.integer)) or isinstance(token, bool) or token < 0:
            msg = f"candidates: expected answers or numbers of tokens, got {name!r}"
            raise ValueError(msg)
        if token in found:
            msg = (
                f"candidates: {found[int(token)]!r} and {name!r} have the same first token, {token}; expected "
                "different ones: letters as answers, for example"
            )
            raise ValueError(msg)
        found[int(token)] = name
    if len(found) < 2:
        msg = f"candidates: expected at least two, got {names!r}"
        raise ValueError(msg)
    return torch.tensor(list(found))


def _number_of(batches: Iterable[Any]) -> int | None:
    return len(batches) if isinstance(batches, Sized) else None


# -- what is put in place --------------------------------------------------------------


def _changes(
    mask: str, language: LanguageInputs, prepared: _Prepared, rng: np.random.Generator
) -> Callable[[int], tuple[Change, Change | None]]:
    """For a batch of so many samples: what is done to the text, and to the image, where it is not grey."""
    if mask == "shuffle":
        return lambda size: _partners(rng, size)
    if mask == "blank":
        model = prepared.model
        pad = vars(model.config.get_text_config(decoder=True)).get("pad_token_id")
        tokenizer = getattr(prepared.processor, "tokenizer", None)
        pad = getattr(tokenizer, "pad_token_id", None) if pad is None else pad
        if pad is None:
            msg = "mask: 'blank' needs a padding token, which neither the model nor the processor names"
            raise ValueError(msg)
        embed = model.get_input_embeddings()
        with torch.no_grad():
            (blank,) = embed(torch.tensor([pad], device=embed.weight.device))
        return lambda _: (of_one_token(blank), None)
    if iter(prepared.batches) is prepared.batches:
        msg = (
            f"batches: mask={mask!r} goes through them twice, and an iterator can be once; give a "
            "list or a DataLoader"
        )
        raise TypeError(msg)
    of_text, of_image = TokenMoments(), TokenMoments()
    for inputs, image, text in prepared:
        of_text.add(language.read(inputs, text))
        of_image.add(language.read(inputs, image))
    noise = None
    if mask == "calibrated":
        noise = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
    both = of_moments(of_text, noise), of_moments(of_image, noise)
    return lambda _: both


def _partners(rng: np.random.Generator, size: int) -> tuple[Change, Change]:
    if size < 2:
        msg = (
            "batches: mask='shuffle' takes the tokens of another sample of the batch, and one has a "
            "single sample; expected two or more in each"
        )
        raise ValueError(msg)
    return of_another(rng, size, evenly=False), of_another(rng, size, evenly=True)


def _grey(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with every image grey; padding images, which are zero throughout, stay."""
    names = [name for name in ("pixel_values", "pixel_values_videos") if name in inputs]
    if not names:
        msg = f"mask: 'blank' needs pixel_values, got {', '.join(inputs)}"
        raise ValueError(msg)
    made = dict(inputs)
    for name in names:
        grey = torch.full_like(inputs[name], _GREY)
        if grey.ndim == 5:
            grey[(inputs[name] == 0).flatten(2).all(2)] = 0
        made[name] = grey
    return made
