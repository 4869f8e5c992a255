# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which modules of a model to capture: names, patterns, modules or a rule."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import TypeAlias

from torch import nn

from fourfold.torch.wrapped_models import WRAPPERS, unwrapped

__all__ = ["MODEL", "Layers", "find_layers"]

#: What the model itself is called among its layers; no module can have this name.
MODEL = "(model)"

Layers: TypeAlias = (
    str | nn.Module | Iterable[str | nn.Module] | Callable[[str, nn.Module], bool]
)  # a module is callable too, so it is looked for first

# modules that hold others and are never called, so that a hook on them would never run
_CONTAINERS = (nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict)


def find_layers(model: nn.Module, layers: Layers) -> dict[str, nn.Module]:
    """The modules that `layers` names, by name; see `fourfold.torch.capture`."""
    modules = _named_modules(model)
    found: dict[str, nn.Module] = {}
    if callable(layers) and not isinstance(layers, nn.Module):
        found = {
            name: module
            for name, module in modules.items()
            if not isinstance(module, _CONTAINERS) and layers(name, module)
        }
        if not found:
            msg = (
                f"layers: the function chose none of the {len(modules)} modules; expected "
                "True for at least one (name, module)"
            )
            raise ValueError(msg)
        return _without_repeats(found)
    entries = [layers] if isinstance(layers, (str, nn.Module)) else _entries(layers)
    for entry in entries:
        if isinstance(entry, nn.Module):
            found |= _by_identity(modules, entry)
        elif isinstance(entry, str):
            found |= _by_name(modules, _without_prefix(entry, model, modules))
        else:
            msg = (
                f"layers: got an entry of type {type(entry).__name__}; expected names, "
                "patterns or modules"
            )
            raise TypeError(msg)
    if not found:
        msg = "layers: none were given; expected at least one name, pattern or module"
        raise ValueError(msg)
    return _without_repeats(found)


def _named_modules(model: nn.Module) -> dict[str, nn.Module]:
    """All modules by name, those inside wrappers by that of the wrapper."""
    # a shared module is there under each of its names
    named = unwrapped(model).named_modules(remove_duplicate=False)
    return {_plain(name) or MODEL: unwrapped(module) for name, module in named}


def _plain(name: str) -> str:
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)


def _entries(layers: object) -> Iterable[object]:
    if isinstance(layers, Iterable):
        return layers
    msg = (
        f"layers: got {type(layers).__name__}; expected a name, a pattern, a module, several "
        "of them, or a function of (name, module)"
    )
    raise TypeError(msg)


def _by_identity(modules: dict[str, nn.Module], wanted: nn.Module) -> dict[str, nn.Module]:
    inside = unwrapped(wanted)
    for name, module in modules.items():
        if module is inside:
            return {name: _called(name, module)}
    msg = f"layers: a {type(wanted).__name__} was given that is no module of this model"
    raise ValueError(msg)


def _without_prefix(name: str, model: nn.Module, modules: dict[str, nn.Module]) -> str:
    """As the model inside has it, also where it was given as the wrapper's names are."""
    if unwrapped(model) is model and not any(part in WRAPPERS for part in name.split(".")):
        return name
    plain = _plain(name)
    first, _, rest = plain.partition(".")
    is_own = any(module.partition(".")[0] == first for module in modules)
    return rest if first == "module" and not is_own and rest else plain


def _by_name(modules: dict[str, nn.Module], name: str) -> dict[str, nn.Module]:
    if name in modules:
        return {name: _called(name, modules[name])}
    if not any(sign in name for sign in "*?["):
        msg = f"layers: the model has no module {name!r}{_hint(name, modules)}"
        raise ValueError(msg)
    parts = name.split(".")
    matching = {
        key: module
        for key, module in modules.items()
        if key != MODEL and _match(key.split("."), parts)
    }
    found = {
        key: module for key, module in matching.items() if not isinstance(module, _CONTAINERS)
    }
    if matching and not found:
        key, container = next(iter(matching.items()))
        _called(key, container)
    if not found:
        msg = f"layers: the pattern {name!r} matches no module{_hint(name, modules)}"
        raise ValueError(msg)
    return found


def _match(name: list[str], pattern: list[str]) -> bool:
    """Part by part, so that ``layers.*`` takes the layers and not all that is inside them."""
    if not pattern:
        return not name
    if pattern[0] == "**":
        return any(_match(name[k:], pattern[1:]) for k in range(len(name) + 1))
    return bool(name) and fnmatchcase(name[0], pattern[0]) and _match(name[1:], pattern[1:])


def _called(name: str, module: nn.Module) -> nn.Module:
    if isinstance(module, _CONTAINERS):
        msg = (
            f"layers: {name!r} is a {type(module).__name__}, which holds layers and is never "
            f"called itself; did you mean '{name}.*'?"
        )
        raise TypeError(msg)
    return module


def _hint(name: str, modules: dict[str, nn.Module]) -> str:
    """Names like this one, with a star for each number, so that 32 layers are one line."""
    shapes = dict.fromkeys(
        ".".join("*" if part.isdecimal() else part for part in key.split("."))
        for key in modules
    )
    star = ".".join("*" if part.isdecimal() else part for part in name.split("."))
    # the same ending is the usual case: a prefix such as "model." differs between versions
    ending = star.split(".")[-2:]
    near = {key for key in shapes if key.split(".")[-2:] == ending}
    near.update(difflib.get_close_matches(star, shapes, n=4))
    close = sorted(near, key=lambda key: -difflib.SequenceMatcher(None, key, star).ratio())[:4]
    if close:
        return f"; close to it: {', '.join(map(repr, close))}"
    return "; `model.named_modules()` lists the names"


def _without_repeats(found: dict[str, nn.Module]) -> dict[str, nn.Module]:
    seen: set[int] = set()
    return {
        name: module
        for name, module in found.items()
        if not (id(module) in seen or seen.add(id(module)))  # type: ignore[func-returns-value]
    }
