# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings of the layers of a PyTorch model: one row for each sample, pooled over its tokens.

`capture` takes them while your own loop runs the model. `image_token_mask`, `text_token_mask`
and `audio_token_mask` say which tokens are which in the Hugging Face families that mark images
and sounds in ``input_ids``. `answer_probabilities` asks such a model with both inputs, and with
either masked. `pid_loss` gives the atoms of a batch to train on.
"""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("torch") is None:
    _msg = "fourfold.torch needs PyTorch: pip install 'fourfold[torch]'"
    raise ImportError(_msg)

from fourfold.torch.answers import MaskedAnswers, answer_probabilities
from fourfold.torch.attention_pooling import AttentionPooling
from fourfold.torch.capture import capture
from fourfold.torch.captured import Capture
from fourfold.torch.embedding_store import load_capture
from fourfold.torch.linear_probe import LinearProbe
from fourfold.torch.pid_loss import BatchAtoms, pid_loss
from fourfold.torch.token_masks import (
    audio_token_mask,
    image_and_text_masks,
    image_token_mask,
    text_token_mask,
)

__all__ = [
    "AttentionPooling",
    "BatchAtoms",
    "Capture",
    "LinearProbe",
    "MaskedAnswers",
    "answer_probabilities",
    "audio_token_mask",
    "capture",
    "image_and_text_masks",
    "image_token_mask",
    "load_capture",
    "pid_loss",
    "text_token_mask",
]
