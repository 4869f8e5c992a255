# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A vision-language model's answers to both inputs, and with either of them masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from fourfold.runtime.progress import progress
from fourfold.torch.candidate_tokens import candidate_tokens
from fourfold.torch.language_inputs import Change, LanguageInputs
from fourfold.torch.maskable_batches import Keep, MaskableBatches
from fourfold.torch.replaced_tokens import TokenMoments, of_another, of_moments, of_one_token
from fourfold.torch.token_masks import image_token_mask

__all__ = ["MaskedAnswers", "answer_probabilities"]

MASKS = ("mean", "calibrated", "blank", "shuffle")
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

    See Also
    --------
    fourfold.torch.answer_probabilities : Makes it.
    fourfold.decision_pid : Takes it.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> from fourfold.torch import MaskedAnswers
    >>> both = np.array([[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]])
    >>> answers = MaskedAnswers(both, np.full((4, 2), 0.5), np.full((4, 2), 0.5))
    >>> round(ff.decision_pid(*answers).result.synergy, 2)
    0.4
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
        Arrays p_joint, p_given_1 (image alone) and p_given_2 (text alone).

    Raises
    ------
    TypeError
        If `model` is no model of transformers, or a processor is needed and None; if batches can be
        gone through once only, where that has to be twice.
    ValueError
        If the model can get at a masked input in another way: cross-attention, an encoder and a
        decoder, image tokens that have read the text, embeddings given to each layer; if two
        candidates have the same first token, or one that the tokenizer or the model does not know, a sample has no tokens to mask, or an option is unknown.

    See Also
    --------
    fourfold.decision_pid : What becomes of the three arrays.
    fourfold.candidate_probabilities : Normalises them, with tau.

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
    tokens = candidate_tokens(
        candidates, processor, model.config.get_text_config(decoder=True).vocab_size
    )
    prepared = MaskableBatches(model, processor, batches, exclude)
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


def _number_of(batches: Iterable[Any]) -> int | None:
    return len(batches) if isinstance(batches, Sized) else None


def _changes(
    mask: str, language: LanguageInputs, prepared: MaskableBatches, rng: np.random.Generator
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
    of_text, of_image = moments = TokenMoments(), TokenMoments()
    for inputs, image, text in prepared:
        for found, levels in zip(moments, language.read(inputs, text, image), strict=True):
            found.add(levels)
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
