# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Models inside others: compiled, distributed or checkpointed, and kinds that take no hooks."""

from __future__ import annotations

import threading
from typing import Any

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

__all__ = ["WRAPPERS", "EagerMode", "check_layers", "check_model", "is_compiled", "unwrapped"]

#: Parts of names that wrappers put in, and that the layers have not without them.
WRAPPERS = ("_orig_mod", "_checkpoint_wrapped_module")


def unwrapped(model: nn.Module) -> nn.Module:
    """The model inside `torch.compile`, DistributedDataParallel or a checkpoint wrapper."""
    while True:
        if isinstance(model, DistributedDataParallel):
            model = model.module
            continue
        inside = [model._modules[name] for name in WRAPPERS if name in model._modules]
        if not inside or inside[0] is None:
            return model
        model = inside[0]


def check_model(model: object) -> None:
    """Raise a TypeError of what is no module, or runs its layers where hooks cannot follow."""
    if not isinstance(model, nn.Module):
        msg = f"model: got {type(model).__name__}; expected a torch.nn.Module"
        raise TypeError(msg)
    if isinstance(model, nn.DataParallel):
        msg = (
            "model: torch.nn.DataParallel runs each layer several times at once; expected the "
            "model inside it, model.module"
        )
        raise TypeError(msg)
    if isinstance(unwrapped(model), torch.jit.ScriptModule):
        msg = (
            f"model: a {_kind(unwrapped(model))} of torch.jit takes no hooks; expected the "
            "torch.nn.Module that was traced or scripted"
        )
        raise TypeError(msg)
    if any("_fsdp_wrapped_module" in module._modules for module in model.modules()):
        msg = (
            "model: FullyShardedDataParallel is not supported; expected a model sharded by "
            "torch.distributed.fsdp.fully_shard"
        )
        raise TypeError(msg)


def check_layers(layers: dict[str, nn.Module]) -> None:
    """Raise a TypeError of layers that take no hooks."""
    for name, module in layers.items():
        if isinstance(module, torch.jit.ScriptModule):
            msg = (
                f"layers: {name!r} is a {_kind(module)} of torch.jit, which takes no hooks; "
                "expected a torch.nn.Module, such as what was traced or scripted"
            )
            raise TypeError(msg)


def is_compiled(model: nn.Module) -> bool:
    """Whether it, or a module in it, is compiled by `torch.compile`."""
    return any(
        "_orig_mod" in module._modules
        or getattr(module, "_compiled_call_impl", None) is not None
        for module in model.modules()
    )


def _kind(module: nn.Module) -> str:
    return type(module).__name__


class EagerMode:
    """Compiled models run as they were written while any capture of one is open.

    Code that was compiled before a hook was there runs without it, and torch does not say so.
    """

    _lock = threading.Lock()
    _users = 0
    _stance: Any = None

    def __init__(self) -> None:
        self._entered = False

    def enter(self) -> None:
        """For this capture, until `leave`."""
        set_stance = getattr(torch.compiler, "set_stance", None)
        if set_stance is None:
            msg = (
                "model: it is compiled, and PyTorch before 2.6 cannot run it without that; expected "
                "the model that was compiled, model._orig_mod, and calls of that"
            )
            raise RuntimeError(msg)
        with EagerMode._lock:
            self._entered = True
            EagerMode._users += 1
            if EagerMode._users == 1:
                EagerMode._stance = set_stance("force_eager")

    def leave(self) -> None:
        """May be called again, and where `enter` was not."""
        with EagerMode._lock:
            if not self._entered:
                return
            self._entered = False
            EagerMode._users -= 1
            if EagerMode._users == 0:
                stance, EagerMode._stance = EagerMode._stance, None
                stance.__exit__(None, None, None)
