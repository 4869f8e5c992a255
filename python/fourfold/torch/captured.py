# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A capture while it runs, batch by batch, and the rows that it took."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fourfold.runtime.progress import progress
from fourfold.torch.batch_rows import BatchRows
from fourfold.torch.embedding_store import EmbeddingStore, Rows
from fourfold.torch.model_hooks import ModelHooks
from fourfold.torch.model_inputs import batch_size, continues_from_cache, named_inputs
from fourfold.torch.open_batch import OpenBatch
from fourfold.torch.pooling import Pooling

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Capture", "Masks"]

Masks: TypeAlias = Callable[[dict[str, Any]], Mapping[str, torch.Tensor | None]]

#: The name of the rows where there are no masks.
ALL_TOKENS = "all"


class Capture(Mapping[str, dict[str, NDArray[np.float32]]]):
    """Captured rows by the name of their mask; made by `capture`.

    A mapping: ``captured["image"]["layers.0"]`` is an array of shape (N, d), float32. Arrays
    are there once the ``with`` block has ended.

    Attributes
    ----------
    layers : tuple of str
        Names of the captured layers.
    n_samples : int
        Rows so far.

    See Also
    --------
    fourfold.torch.capture : Makes it.
    fourfold.torch.load_capture : One that was written to a directory.
    fourfold.layer_profile : Takes ``captured["image"]`` and ``captured["text"]``.

    Examples
    --------
    >>> import torch
    >>> from fourfold.torch import capture
    >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())
    >>> with capture(model, layers=["0", "1"]) as captured:
    ...     _ = model(torch.zeros(5, 3))
    >>> list(captured), captured["all"]["1"].shape
    (['all'], (5, 4))
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
        self._hooks = ModelHooks(model, self._layers)
        self._used = False
        self._bar: Any = None
        self._batch = OpenBatch()
        self._n_samples = 0
        self._widths: dict[str, dict[str, int]] = {}
        self._arrays: Rows | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the captured layers, in order, without the numbers of their calls.

        See Also
        --------
        n_samples : Rows of each.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import capture
        >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())
        >>> with capture(model, layers=["0", "1"]) as captured:
        ...     _ = model(torch.zeros(5, 3))
        >>> captured.layers
        ('0', '1')
        """
        return tuple(self._layers)

    @property
    def n_samples(self) -> int:
        """How many samples were captured so far.

        See Also
        --------
        layers : What was captured of them.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import capture
        >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())
        >>> with capture(model, layers=["0", "1"]) as captured:
        ...     _ = model(torch.zeros(5, 3))
        >>> captured.n_samples
        5
        """
        return self._n_samples

    def __enter__(self) -> Self:
        if self._used:
            msg = "capture: it was used already; expected a new capture(...) for each block"
            raise RuntimeError(msg)
        self._used = True
        self._hooks.put(
            before=self._before_model,
            on_layer=self._on_layer,
            on_time_first=self._on_time_first,
            after=self._after_model,
            failed=self._batch.release,
        )
        try:
            self._bar = progress(self._expected or 0, "capture")
        except BaseException:
            self._hooks.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.ExitStack() as every_step:
            # from the last one up, each also where one before it raises
            every_step.callback(self._finish, complete=kind is None)
            every_step.callback(self._bar.close)
            every_step.callback(self._batch.end)
            every_step.callback(self._hooks.remove)
        if kind is not None:
            return
        if self._expected is not None and self._n_samples < self._expected:
            msg = (
                f"n_samples: {self._expected} samples were expected and {self._n_samples} came; "
                "the arrays have a row for each that came. A loader may drop its last batch"
            )
            warnings.warn(msg, UserWarning, stacklevel=2)
        elif self._n_samples == 0:
            msg = (
                "capture: the model was not called in the block, so there are no arrays; a function "
                "that was compiled calls it without being seen"
            )
            warnings.warn(msg, UserWarning, stacklevel=2)

    @contextlib.contextmanager
    def batch(self, **masks: torch.Tensor | None) -> Iterator[None]:
        """Make what runs inside one batch, with these masks.

        Parameters
        ----------
        **masks : Tensor of shape (B, T) or None
            By name, as in `capture`; the same names for every batch.

        Yields
        ------
        None
            The block runs the model, once or more.

        Raises
        ------
        RuntimeError
            If `capture` was given masks already, or a batch is open.
        ValueError
            As in `capture`.

        See Also
        --------
        fourfold.torch.capture : `masks` of a function, for every call of the model.

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
        if self._bar is None or self._arrays is not None:
            msg = "batch: the capture is not running; expected to be inside its with block"
            raise RuntimeError(msg)
        if self._masks is not None:
            msg = "batch: capture(...) was given masks; expected masks in one of both places"
            raise RuntimeError(msg)
        self._batch.begin(by_hand=True)
        try:
            self._batch.set(self._new_batch(masks or {ALL_TOKENS: None}))
            yield
            self._commit()
        finally:
            self._batch.release(by_hand=True)

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

    def _finish(self, *, complete: bool) -> None:
        self._arrays = self._store.finish(complete=complete)

    def _finished(self) -> Rows:
        if self._arrays is None:
            msg = "capture: arrays are there once the with block has ended"
            raise RuntimeError(msg)
        return self._arrays

    def _new_batch(self, masks: Any, batch_size: int | None = None) -> BatchRows:
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
        if self._batch.is_by_hand():
            return
        inputs = named_inputs(module, args, kwargs)
        if continues_from_cache(inputs):
            msg = (
                "model: it was called to continue from a cache, as generate() does for each new "
                "token; expected one call for each batch. Wrap generate() in captured.batch(...) "
                "and give capture(..., repeated_calls='first')"
            )
            raise RuntimeError(msg)
        self._batch.begin()
        try:
            masks = {ALL_TOKENS: None} if self._masks is None else self._masks(inputs)
            self._batch.set(self._new_batch(masks, batch_size(inputs)))
        except BaseException:
            self._batch.release()
            raise

    def _after_model(self) -> None:
        if not self._batch.is_by_hand():
            self._commit()
            self._batch.release()

    def _on_layer(self, name: str, module: nn.Module, output: Any) -> None:
        rows = self._batch.rows(f"layers: {name!r}")
        if rows is None:
            msg = (
                f"layers: {name!r} was called outside of a call of the model; expected calls "
                "of the model that was given, or a captured.batch(...) around what you call"
            )
            raise RuntimeError(msg)
        with torch.no_grad():
            rows.add(name, module, output)

    def _on_time_first(self, name: str, module: nn.Module, output: Any) -> None:  # noqa: ARG002
        rows = self._batch.rows(f"model: {name!r}")
        if rows is not None:
            rows.see_time_first(name, output)

    def _commit(self) -> None:
        batch = self._batch.rows("model")
        if batch is None:
            msg = "model: it called itself; expected one call for each batch, or captured.batch"
            raise RuntimeError(msg)
        rows = batch.finish(list(self._layers))
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
        self._check_widths(widths)
        self._store.append(rows)
        self._widths = widths
        self._n_samples += size
        self._bar.update(size)

    def _check_widths(self, widths: dict[str, dict[str, int]]) -> None:
        for mask, before in self._widths.items():
            now = widths[mask]
            if before.keys() != now.keys():
                layer = next(
                    name for name in [*before, *now] if (name in before) != (name in now)
                )
                msg = (
                    f"layers: {layer.partition('#')[0]!r} was called another number of times in this "
                    "batch than before; expected the same in all for repeated_calls='each'"
                )
                raise ValueError(msg)
            for layer, width in before.items():
                if now[layer] != width:
                    msg = (
                        f"layers: {layer!r} has {now[layer]} columns in this batch and had {width} "
                        "before; expected the same in all"
                    )
                    raise ValueError(msg)
