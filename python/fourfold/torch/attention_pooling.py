# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weighted means of tokens: softmax attention of one query."""

from __future__ import annotations

import dataclasses

import torch
from torch.nn.functional import layer_norm

from fourfold.torch.token_place import token_place

__all__ = ["AttentionPooling"]


@dataclasses.dataclass(frozen=True, eq=False)
class AttentionPooling:
    """Tokens weighted by softmax attention of one query, for `pooling` of `capture`.

    Token t with hidden state h_t has the weight softmax_t(q . norm(h_t) / sqrt(d)), where `norm`
    takes mean and variance out of a hidden state, as a layer before attention does: one head of
    scaled dot-product attention [1]_ whose keys are the normalised hidden states and whose values
    are the hidden states.

    Parameters
    ----------
    query : {"first", "last"} or Tensor, shape (d,)
        "first" and "last": the normalised hidden state of the first or last chosen token, such as
        a class token, which then has no weight itself, as it is most like itself; where it is the
        only one chosen it is the row. Nothing is learned, and weights say what is *similar* to
        that token, not what the heads of the model attend to. A tensor is a query that you have
        learned, of all chosen tokens. Learn it on other rows than those whose information is to
        be told: a query that was fitted to their target puts it into the rows. Rows of a zero
        query are plain means.

    Attributes
    ----------
    query : str or Tensor
        As it was given.

    Raises
    ------
    ValueError
        If `query` is something else; when called, if its length is not the width of the layer.

    See Also
    --------
    fourfold.torch.capture : Its `pooling`.
    fourfold.torch.image_and_text_masks : Which tokens are pooled.

    References
    ----------
    .. [1] Vaswani et al., "Attention Is All You Need", 2017, equation 1.

    Examples
    --------
    >>> import torch
    >>> from fourfold.torch import AttentionPooling, capture
    >>> model = torch.nn.Sequential(torch.nn.Embedding(9, 4), torch.nn.Linear(4, 6))
    >>> with capture(model, layers="1", pooling=AttentionPooling("first")) as captured:
    ...     _ = model(torch.tensor([[7, 1, 2], [7, 3, 3]]))
    >>> captured["all"]["1"].shape
    (2, 6)
    """

    query: str | torch.Tensor

    def __post_init__(self) -> None:
        if isinstance(self.query, torch.Tensor):
            good = (
                self.query.ndim == 1 and self.query.is_floating_point() and len(self.query) > 0
            )
            got = f"{self.query.dtype} of the shape {tuple(self.query.shape)}"
        else:
            good, got = self.query in ("first", "last"), repr(self.query)
        if not good:
            msg = f"query: got {got}; expected 'first', 'last' or a float tensor of shape (d,)"
            raise ValueError(msg)

    def __call__(self, hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Rows (B, d) of hidden states (B, T, d) and a mask (B, T), in float32."""
        if hidden.ndim != 3 or (mask is not None and mask.shape != hidden.shape[:2]):
            of_mask = "" if mask is None else f" and a mask of {tuple(mask.shape)}"
            msg = (
                f"pooling: AttentionPooling got hidden states of the shape {tuple(hidden.shape)}"
                f"{of_mask}; expected (batch, tokens, width) and (batch, tokens)"
            )
            raise ValueError(msg)
        values = hidden.to(torch.promote_types(hidden.dtype, torch.float32))
        chosen = torch.ones(values.shape[:2], dtype=torch.bool, device=values.device)
        if mask is not None:
            chosen = mask
            # padding may hold NaN, which a weight of 0 would not take out
            values = values.masked_fill(~mask[:, :, None], 0)
        width = values.shape[2]
        keys = layer_norm(values, (width,))
        if isinstance(self.query, torch.Tensor):
            if len(self.query) != width:
                msg = (
                    f"query: it has {len(self.query)} entries and the layer a width of {width}; "
                    "expected the same"
                )
                raise ValueError(msg)
            query = self.query.to(keys).expand(len(keys), width)
        else:
            place = token_place(chosen, self.query)
            rows = torch.arange(len(keys), device=keys.device)
            query = keys[rows, place]
            others = chosen.clone()
            others[rows, place] = False
            chosen = torch.where(others.any(1, keepdim=True), others, chosen)
        scores = torch.einsum("btd,bd->bt", keys, query) / width**0.5
        weights = scores.masked_fill(~chosen, -torch.inf).softmax(1)
        return torch.einsum("bt,btd->bd", weights, values)
