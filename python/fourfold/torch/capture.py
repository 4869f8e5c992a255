# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pooled hidden states of chosen layers, taken by hooks while the model runs."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fourfold.runtime.progress import progress
from fourfold.torch.batch_rows import REPEATED_CALLS, BatchRows
from fourfold.torch.embedding_store import DirectoryStore, EmbeddingStore, MemoryStore, Rows
from fourfold.torch.layer_names import Layers, find_layers
from fourfold.torch.pooling import Pooling, check_pooling

if TYPE_CHECKING:
    from types import TracebackType

    from torch.utils.hooks import RemovableHandle

__all__ = ["Capture", "capture"]

Masks: TypeAlias = Callable[[dict[str, Any]], Mapping[str, torch.Tensor | None]]

#: The name of the rows where there are no masks.
ALL_TOKENS = "all"


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
        Any module, on any device or several. Not `torch.nn.DataParallel`: give its ``module``.
    layers : str, Module, iterable of those, or callable
        Names as ``model.named_modules()`` has them; patterns, in which ``*`` stands for one
        part of a name and ``**`` for any number, such as ``"model.language_model.layers.*"``;
        modules; or a function of (name, module) that returns True for those to take. The model
        itself is called ``"(model)"``.
    masks : callable, optional
        Takes the arguments of the model's forward as a dict, and returns the tokens to pool as
        a dict from names to tensors of shape (B, T), bool or 0 and 1, or None for all tokens;
        see `image_and_text_masks`. By default the one mask is ``"all"``, of all tokens, padding
        as well. To give masks by hand, use `Capture.batch`.
    pooling : {"mean", "last"}, callable, or a mapping from mask names to those
        The mean over the chosen tokens, in float32 also for models in half precision; the
        chosen token that stands last; or a function of (hidden, mask) that returns rows of
        shape (B, d). It gets the hidden states as the layer returned them and the mask, or
        None, on the same device.
    n_samples : int, optional
        How many samples are to come: more are an error, fewer give a warning at the end.
    directory : path, optional
        Write to ``directory/<mask>/<layer>.npy`` instead of memory; see `load_capture`.
    repeated_calls : {"error", "first", "last"}
        What to do with a layer that is called again in the same batch.

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
        If `model` is no module or a `torch.nn.DataParallel`, or `layers` is of another type or
        names a list of modules. In the block: if a layer returns no hidden states.
    FileExistsError
        If `directory` holds a capture.
    RuntimeError
        In the block: if a layer is not called in a batch, is called twice, or outside of one.

    Notes
    -----
    Hidden states are of shape (B, T, d), or (B, d) where there is no mask, in a tensor, as
    first entry of a tuple, or as ``last_hidden_state``. Rows are kept only of batches that
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
    _check_model(model)
    _check_masks(masks)
    if repeated_calls not in REPEATED_CALLS:
        expected = ", ".join(map(repr, REPEATED_CALLS))
        msg = f"repeated_calls: got {repeated_calls!r}; expected one of {expected}"
        raise ValueError(msg)
    if n_samples is not None:
        whole = isinstance(n_samples, (int, np.integer)) and not isinstance(n_samples, bool)
        if not whole or n_samples < 1:
            msg = (
                f"n_samples: got {n_samples!r}; expected a whole number of at least 1, or None"
            )
            raise ValueError(msg)
        n_samples = int(n_samples)
    check_pooling(pooling)
    return Capture(
        model,
        find_layers(model, layers),
        masks=masks,
        pooling=pooling,
        n_samples=n_samples,
        store=MemoryStore() if directory is None else DirectoryStore(directory),
        repeated_calls=repeated_calls,
    )


class Capture(Mapping[str, dict[str, NDArray[np.float32]]]):
    """Captured rows by the name of their mask; made by `capture`.

    A mapping: ``captured["image"]["layers.0"]`` is an array of shape (N, d), float32. Arrays
    are there once the ``with`` block has ended.
    """

    def __init__(
        self,
        model: nn.Module,
        layers: Mapping[str, nn.Module],
        *,
        masks: Masks | None,
        pooling: Pooling | Mapping[str, Pooling],
        n_samples: int | None,
        store: EmbeddingStore,
        repeated_calls: str,
    ) -> None:
        self._model = model
        self._layers = dict(layers)
        self._masks = masks
        self._pooling = pooling
        self._expected = n_samples
        self._store = store
        self._repeated_calls = repeated_calls
        self._handles: list[RemovableHandle] = []
        self._bar: Any = None
        self._open: BatchRows | None = None
        self._by_hand = False
        self._n_samples = 0
        self._widths: dict[str, dict[str, int]] = {}
        self._arrays: Rows | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the captured layers, in order."""
        return tuple(self._layers)

    @property
    def n_samples(self) -> int:
        """How many samples were captured so far."""
        return self._n_samples

    def __enter__(self) -> Self:
        if self._handles or self._arrays is not None:
            msg = "capture: it was used already; expected a new capture(...) for each block"
            raise RuntimeError(msg)
        self._bar = progress(self._expected or 0, "capture")
        # The layers' hooks come first: a hook that ends the batch may be on a layer as well.
        for name, module in self._layers.items():
            self._handles.append(module.register_forward_hook(self._layer_hook(name)))
        self._handles.append(
            self._model.register_forward_pre_hook(self._before_model, with_kwargs=True)
        )
        self._handles.append(self._model.register_forward_hook(self._after_model))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for handle in self._handles:
            handle.remove()
        self._open = None
        self._bar.close()
        self._arrays = self._store.finish(complete=kind is None)
        if kind is not None:
            return
        if self._expected is not None and self._n_samples < self._expected:
            msg = (
                f"n_samples: {self._expected} samples were expected and {self._n_samples} came; "
                "the arrays have a row for each that came. A loader may drop its last batch"
            )
            warnings.warn(msg, UserWarning, stacklevel=2)
        elif self._n_samples == 0:
            msg = "capture: the model was not called in the block, so there are no arrays"
            warnings.warn(msg, UserWarning, stacklevel=2)

    @contextlib.contextmanager
    def batch(self, **masks: torch.Tensor | None) -> Iterator[None]:
        """Make what runs inside one batch, with these masks.

        Parameters
        ----------
        **masks : Tensor of shape (B, T) or None
            By name, as in `capture`; the same names for every batch.

        Raises
        ------
        RuntimeError
            If `capture` was given masks already, or a batch is open.
        ValueError
            As in `capture`.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import capture
        >>> model = torch.nn.Sequential(torch.nn.Embedding(9, 4), torch.nn.Linear(4, 2))
        >>> ids = torch.tensor([[7, 1], [7, 2]])
        >>> with capture(model, layers="1") as captured:
        ...     with captured.batch(image=ids == 7, text=ids != 7):
        ...         _ = model(ids)
        >>> captured["image"]["1"].shape
        (2, 2)
        """
        if not self._handles or self._arrays is not None:
            msg = "batch: the capture is not running; expected to be inside its with block"
            raise RuntimeError(msg)
        if self._masks is not None:
            msg = "batch: capture(...) was given masks; expected masks in one of both places"
            raise RuntimeError(msg)
        if self._by_hand:
            msg = "batch: another batch is open; expected one after the other"
            raise RuntimeError(msg)
        self._open = self._new_batch(masks or {ALL_TOKENS: None})
        self._by_hand = True
        try:
            yield
            self._commit()
        finally:
            self._open, self._by_hand = None, False

    def __getitem__(self, mask: str) -> dict[str, NDArray[np.float32]]:
        arrays = self._finished()
        if mask not in arrays:
            names = ", ".join(map(repr, arrays)) or "none, as no batch was captured"
            msg = f"there are no rows of the mask {mask!r}; the masks are {names}"
            raise KeyError(msg)
        return arrays[mask]

    def __iter__(self) -> Iterator[str]:
        return iter(self._finished())

    def __len__(self) -> int:
        return len(self._finished())

    def __repr__(self) -> str:
        masks = ", ".join(self._widths) or "no masks yet"
        return f"Capture({self._n_samples} samples; {masks}; {len(self._layers)} layers)"

    def _finished(self) -> Rows:
        if self._arrays is None:
            msg = "capture: arrays are there once the with block has ended"
            raise RuntimeError(msg)
        return self._arrays

    def _new_batch(
        self, masks: Mapping[str, torch.Tensor | None], batch_size: int | None = None
    ) -> BatchRows:
        if not isinstance(masks, Mapping) or not masks:
            msg = (
                f"masks: the function returned {masks!r}; expected a dict from at least one "
                "name to a mask"
            )
            raise TypeError(msg)
        if self._widths and list(masks) != list(self._widths):
            msg = (
                f"masks: this batch has {', '.join(map(repr, masks))}, the batches before had "
                f"{', '.join(map(repr, self._widths))}; expected the same masks in all"
            )
            raise ValueError(msg)
        return BatchRows(
            masks,
            self._pooling,
            self._repeated_calls,
            first_sample=self._n_samples,
            batch_size=batch_size,
        )

    def _before_model(
        self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if self._by_hand:
            return
        inputs = _named_inputs(module, args, kwargs)
        if _continues_from_cache(inputs):
            msg = (
                "model: it was called to continue from a cache, as generate() does for each new "
                "token; expected one call for each batch. Wrap generate() in captured.batch(...) "
                "and give capture(..., repeated_calls='first')"
            )
            raise RuntimeError(msg)
        ids = inputs.get("input_ids")
        size = len(ids) if isinstance(ids, torch.Tensor) and ids.ndim == 2 else None
        masks = {ALL_TOKENS: None} if self._masks is None else self._masks(inputs)
        # in the place of what a call that failed may have left
        self._open = self._new_batch(masks, size)

    def _after_model(self, module: nn.Module, args: Any, output: Any) -> None:  # noqa: ARG002
        if not self._by_hand:
            self._commit()
            self._open = None

    def _layer_hook(self, name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(module: nn.Module, args: Any, output: Any) -> None:  # noqa: ARG001
            if self._open is None:
                msg = (
                    f"layers: {name!r} was called outside of a call of the model; expected calls "
                    "of the model that was given, or a captured.batch(...) around what you call"
                )
                raise RuntimeError(msg)
            with torch.no_grad():
                self._open.add(name, output)

        return hook

    def _commit(self) -> None:
        if self._open is None:
            msg = "model: it called itself; expected one call for each batch, or captured.batch"
            raise RuntimeError(msg)
        rows = self._open.finish(list(self._layers))
        size = len(next(iter(next(iter(rows.values())).values())))
        if self._expected is not None and self._n_samples + size > self._expected:
            msg = (
                f"n_samples: {self._expected} samples were expected, and this batch makes them "
                f"{self._n_samples + size}; expected no more"
            )
            raise ValueError(msg)
        widths = {
            mask: {layer: array.shape[1] for layer, array in layers.items()}
            for mask, layers in rows.items()
        }
        for mask, layers in (self._widths or widths).items():
            for layer, width in layers.items():
                if widths[mask][layer] != width:
                    msg = (
                        f"layers: {layer!r} has {widths[mask][layer]} columns in this batch and "
                        f"had {width} before; expected the same in all"
                    )
                    raise ValueError(msg)
        self._store.append(rows)
        self._widths = widths
        self._n_samples += size
        self._bar.update(size)


def _check_model(model: object) -> None:
    if not isinstance(model, nn.Module):
        msg = f"model: got {type(model).__name__}; expected a torch.nn.Module"
        raise TypeError(msg)
    if isinstance(model, nn.DataParallel):
        msg = (
            "model: torch.nn.DataParallel runs each layer several times at once; expected the "
            "model inside it, model.module"
        )
        raise TypeError(msg)


def _check_masks(masks: object) -> None:
    if masks is not None and not callable(masks):
        msg = (
            f"masks: got {type(masks).__name__}; expected a function of the model's inputs. "
            "Masks of a batch go to captured.batch(...)"
        )
        raise TypeError(msg)


def _named_inputs(
    module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of forward by name, also those given by position."""
    signature = inspect.signature(module.forward)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        # forward will say so better
        return dict(kwargs)
    named: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            named |= value
        else:
            named[name] = value
    return named


def _continues_from_cache(inputs: dict[str, Any]) -> bool:
    cache = inputs.get("past_key_values")
    length = getattr(cache, "get_seq_length", None)
    if length is not None:
        return int(length()) > 0
    return isinstance(cache, (tuple, list)) and len(cache) > 0
