# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Hooks on a model and its layers, put on all of them or none, and taken off whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from torch import nn

from fourfold.torch.wrapped_models import EagerMode, is_compiled, unwrapped

if TYPE_CHECKING:
    from torch.utils.hooks import RemovableHandle

__all__ = ["ModelHooks"]

_WITH_TIME = (nn.RNNBase, nn.MultiheadAttention)


class ModelHooks:
    """Forward hooks.

    Parameters
    ----------
    model : torch.nn.Module
        As it is called by the user: what is compiled in it runs as it was written meanwhile.
    layers : mapping from str to Module
        By name.
    """

    def __init__(self, model: nn.Module, layers: Mapping[str, nn.Module]) -> None:
        self._model = model
        self._layers = layers
        self._handles: list[RemovableHandle] = []
        self._eager = EagerMode()

    def put(
        self,
        *,
        before: Callable[[nn.Module, tuple[Any, ...], dict[str, Any]], None],
        on_layer: Callable[[str, nn.Module, Any], None],
        on_time_first: Callable[[str, nn.Module, Any], None],
        after: Callable[[], None],
        failed: Callable[[], None],
    ) -> None:
        """Put them on; after an exception none is left.

        Parameters
        ----------
        before, after, failed
            Around calls of the model: with its arguments, at its end, and then or where it raises.
        on_layer, on_time_first
            With the name of a layer, or of any that says that time stands before the batch, the
            module, and what it returned.
        """
        model = unwrapped(self._model)
        handles = self._handles
        try:
            if is_compiled(self._model):
                self._eager.enter()
            # The layers' hooks come first: a hook that ends the batch may be on a layer as well.
            for name, module in self._layers.items():
                handles.append(module.register_forward_hook(_of_layer(name, on_layer)))
            for name, module in model.named_modules():
                if isinstance(module, _WITH_TIME) and not module.batch_first:
                    handles.append(module.register_forward_hook(_of_layer(name, on_time_first)))
            handles.append(model.register_forward_pre_hook(before, with_kwargs=True))
            handles.append(model.register_forward_hook(lambda *_: after()))
            handles.append(model.register_forward_hook(lambda *_: failed(), always_call=True))
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Take them off, all of them also where an interrupt comes in between."""
        try:
            for handle in self._handles:
                handle.remove()
            self._eager.leave()
        except BaseException:
            for handle in self._handles:
                handle.remove()
            self._eager.leave()
            raise


def _of_layer(
    name: str, on_layer: Callable[[str, nn.Module, Any], None]
) -> Callable[[nn.Module, Any, Any], None]:
    def hook(module: nn.Module, args: Any, output: Any) -> None:  # noqa: ARG001
        on_layer(name, module, output)

    return hook
