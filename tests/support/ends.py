# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Ways to end a capture, by name, and the check that none leaves a hook on the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from fourfold.torch import capture
from fourfold.torch.wrapped_models import EagerMode
from tests.support.towers import Tower

IDS = torch.tensor([[7, 1, 2], [7, 3, 4]])


class Ways(dict[str, tuple[Callable[..., None], type[BaseException] | None, str | None]]):
    """Functions of (model, path, monkeypatch), with the exception that each ends in."""

    def add(self, error=None, match=None, name=None):
        """Add the decorated function under its name, or this one."""

        def decorator(function):
            self[name or function.__name__.replace("_", " ")] = function, error, match
            return function

        return decorator

    def add_options(self, **failing: tuple[dict[str, Any], type[BaseException], str | None]):
        """Add captures with options that fail: by name the options, the error, what it says."""
        for name, (options, error, match) in failing.items():
            self.add(error, match, name.replace("_", " "))(
                lambda model, *_, options=options: run(model, **options)
            )

    def check(self, name, path, monkeypatch):
        """Go this way, and look for hooks."""
        end, error, match = self[name]
        model = the_tower()
        assert hooks_of(model) == {}
        with monkeypatch.context() as patched:
            if error is None:
                end(model, path, patched)
            else:
                with pytest.raises(error, match=match):
                    end(model, path, patched)
        assert hooks_of(model) == {}
        assert EagerMode._users == 0
        # and the next capture is as any other
        rows = []
        for tower in (model, the_tower()):
            with capture(tower, "layers.*") as captured:
                tower(IDS)
            rows.append(captured["all"])
        assert list(rows[0]) == ["layers.0", "layers.1"]
        assert all((rows[0][layer] == rows[1][layer]).all() for layer in rows[0])


def the_tower():
    torch.manual_seed(3)
    return Tower(2).eval()


def run(model, *batches, **options):
    with capture(model, **{"layers": "layers.*", **options}):
        for ids in batches or (IDS,):
            model(ids)


def raises(error):
    def function(*args):  # noqa: ARG001
        raise error

    return function


def hooks_of(model):
    """Whatever is called a hook on any of its modules, and on all modules."""
    found = {
        (name, key): dict(hooks)
        for name, module in model.named_modules()
        for key, hooks in vars(module).items()
        if "hook" in key and isinstance(hooks, dict) and hooks
    }
    on_all = vars(nn.modules.module).items()
    return found | {
        key: dict(hooks) for key, hooks in on_all if key.startswith("_global_") and hooks
    }
