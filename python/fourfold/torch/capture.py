# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pooled hidden states of chosen layers, taken by hooks while the model runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from fourfold.torch.batch_rows import REPEATED_CALLS
from fourfold.torch.captured import Capture, Masks
from fourfold.torch.embedding_store import DirectoryStore, MemoryStore
from fourfold.torch.layer_names import Layers, find_layers
from fourfold.torch.pooling import Pooling, check_pooling
from fourfold.torch.wrapped_models import check_layers, check_model

__all__ = ["capture"]


def capture(
    model: nn.Module,
    layers: Layers,
    *,
    masks: Masks | None = None,
    pooling: Pooling | Mapping[str, Pooling] = "mean",
    n_samples: int | None = None,
    directory: str | Path | None = None,
    repeated_calls: str = "error",
) -> Capture:
    """Take pooled hidden states of `layers` while your own loop runs the model.

    Inside the ``with`` block every call of `model` is one batch, and gives one row for each
    sample, layer and mask. The model's outputs, its training mode and its gradients are left
    as they are; no gradient is kept in the rows.

    Parameters
    ----------
    model : torch.nn.Module
        Any module, on any device or several. One of `torch.compile` runs as it was written while
        the block lasts; of one in DistributedDataParallel, or sharded by ``fully_shard``, the rows
        are those of this process. Not `torch.nn.DataParallel`, FullyShardedDataParallel, and what
        `torch.jit` made: give the model inside it.
    layers : str, Module, iterable of those, or callable
        Names as ``model.named_modules()`` has them; patterns, in which ``*`` stands for one
        part of a name and ``**`` for any number, such as ``"model.language_model.layers.*"``;
        modules; or a function of (name, module) that returns True for those to take. The model
        itself is called ``"(model)"``. Names are those of the model that was compiled or
        distributed; with ``_orig_mod.`` or ``module.`` before them they are understood, too.
    masks : callable, optional
        Takes the arguments of the model's forward as a dict, and returns the tokens to pool as
        a dict from names to tensors of shape (B, T), bool or 0 and 1, or None for all tokens;
        see `image_and_text_masks`. By default the one mask is ``"all"``, of all tokens, padding
        as well. To give masks by hand, use `Capture.batch`.
    pooling : {"mean", "last", "cls", "spatial", "spatial_last"}, callable, or a mapping
        The mean over the chosen tokens, in float32 also for models in half precision; the
        chosen token that stands last, or first; the mean over the places of images, volumes or
        sequences (B, C, ...), or of (B, ..., C) where channels stand last; or a function of (hidden,
        mask) that returns rows of shape (B, d), such as `AttentionPooling`. It gets the hidden
        states as the layer returned them and the mask, or None, on the same device. A mapping has
        one of these for the name of each mask.
    n_samples : int, optional
        How many samples are to come: more are an error, fewer give a warning at the end.
    directory : path, optional
        Write to ``directory/<mask>/<layer>.npy`` instead of memory; see `load_capture`.
    repeated_calls : {"error", "first", "last", "each", "mean"}
        What to do with a layer that is called again in the same batch, as one whose weights
        several layers share: keep one call; each, as ``"<layer>#1"``, ``"<layer>#2"``, ..., the same
        number in all batches; or the mean of their rows.

    Returns
    -------
    Capture
        A context manager, to be used once. After it, ``captured["image"]`` is a dict from
        layers to float32 arrays of shape (N, d), row n of each for sample n.

    Raises
    ------
    ValueError
        If `layers` names nothing in this model, or an option is unknown. In the block: if a
        shape does not fit, a mask chooses no token of a sample, or a row is not finite.
    TypeError
        If `model` is no module or of a kind that takes no hooks, or `layers` is of another type or
        names a list of modules. In the block: if a layer returns no hidden states, or sparse,
        nested or sharded ones.
    FileExistsError
        If `directory` holds a capture.
    RuntimeError
        In the block: if a layer is not called in a batch, is called twice, or outside of one, or
        if another thread calls the model or a layer while a batch is open.

    Notes
    -----
    Hidden states are of shape (B, T, d), or (B, d) where there is no mask, in a tensor, as
    first entry of a tuple, or as ``last_hidden_state``. Those of a convolution, (B, C, H, W), need
    "spatial"; where what is in a layer says that its channels stand on another axis than the
    pooling takes them from, that is an error (docs/torch.md). Rows are kept only of batches that
    end, so that all arrays have the same number of rows after an exception too.

    ``model.generate()`` calls the model once for each new token. Wrap it in `Capture.batch`
    with ``repeated_calls="first"``, which takes the prompt. Of calls that continue from a
    cache, those not in such a block are an error.

    Examples
    --------
    >>> import torch
    >>> from fourfold.torch import capture
    >>> layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> model = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    >>> def masks(inputs):
    ...     first = torch.arange(5) < 3
    ...     return {"image": first.expand(4, 5), "text": ~first.expand(4, 5)}
    >>> with capture(model, layers="layers.*", masks=masks) as captured:
    ...     _ = model(torch.randn(4, 5, 8))
    >>> list(captured["image"])
    ['layers.0', 'layers.1']
    >>> captured["text"]["layers.1"].shape
    (4, 8)
    """
    check_model(model)
    _check_masks(masks)
    if repeated_calls not in REPEATED_CALLS:
        expected = ", ".join(map(repr, REPEATED_CALLS))
        msg = f"repeated_calls: got {repeated_calls!r}; expected one of {expected}"
        raise ValueError(msg)
    if n_samples is not None:
        given: Any = n_samples  # whatever it was promised to be
        whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
        if not whole or n_samples < 1:
            msg = (
                f"n_samples: got {n_samples!r}; expected a whole number of at least 1, or None"
            )
            raise ValueError(msg)
        n_samples = int(n_samples)
    check_pooling(pooling)
    found = find_layers(model, layers)
    check_layers(found)
    return Capture(
        model,
        found,
        masks=masks,
        pooling=pooling,
        n_samples=n_samples,
        store=MemoryStore() if directory is None else DirectoryStore(directory),
        repeated_calls=repeated_calls,
    )


def _check_masks(masks: object) -> None:
    if masks is not None and not callable(masks):
        msg = (
            f"masks: got {type(masks).__name__}; expected a function of the model's inputs. "
            "Masks of a batch go to captured.batch(...)"
        )
        raise TypeError(msg)
