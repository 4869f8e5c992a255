# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What stands in a loaded result for arrays that were not saved with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

__all__ = ["NotSaved", "NotSavedError", "measured"]

#: Of a coupling, whose marginals say how many states there are.
_PARTS = ("p1y", "p2y")
#: What fields are to people who ask for them.
_WORDS = {
    "factored": "the coupling, with p(x1,y) and p(x2,y),",
    "certified_dual": "the dual pair",
    "scatter": "what compare needs, scatter,",
}


class NotSavedError(ValueError, AttributeError):
    """Raised where a loaded result is asked for what was not saved with it."""


class NotSaved:
    """Knows the shape of what is missing; all else raises `NotSavedError`.

    Parameters
    ----------
    name : str
        Of the field.
    known : list of int, or dict of str to it
        What `measured` says of it.
    """

    def __init__(self, name: str, known: Any) -> None:
        self._name = name
        parts = known if isinstance(known, Mapping) else {}
        self.__dict__ |= {key: NotSaved(name, shape) for key, shape in parts.items()}
        if not isinstance(known, Mapping):
            self.shape = tuple(known)
            self.ndim = len(self.shape)

    def taken(self, index: Any, axes: int) -> NotSaved:
        """Of a part of a batch that has so many axes."""
        if "shape" in self.__dict__:
            left = np.broadcast_to(0, self.shape[:axes])[index].shape
            return NotSaved(self._name, (*left, *self.shape[axes:]))
        parts = {name: part for name, part in self.__dict__.items() if name in _PARTS}
        return NotSaved(
            self._name, {name: part.taken(index, axes).shape for name, part in parts.items()}
        )

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        msg = (
            f"{_WORDS.get(self._name, self._name)} was not saved with this result, which was loaded "
            "from a file or made of a dictionary; compute it again to have it"
        )
        raise NotSavedError(msg)

    def __len__(self) -> int:
        if not self.__dict__.get("shape"):
            self._refuse()
        return int(self.shape[0])

    def __getattr__(self, name: str) -> Any:
        # what asks for these takes no for an answer
        if name.startswith("_") or name == "dtype":
            raise AttributeError(name)
        return self._refuse()

    __getitem__ = __iter__ = __array__ = _refuse

    def __repr__(self) -> str:
        return f"<{self._name}, which was not saved>"


def measured(value: Any) -> Any:
    """What is kept of what is not saved: shapes, None of what is not there."""
    if value is None:
        return None
    if isinstance(value, NotSaved):
        parts = {name: value.__dict__[name] for name in _PARTS if name in value.__dict__}
        return (
            {name: list(part.shape) for name, part in parts.items()}
            or list(value.__dict__.get("shape", ()))
            or {}
        )
    if hasattr(value, "shape"):
        return list(np.shape(value))
    return {name: list(getattr(value, name).shape) for name in _PARTS if hasattr(value, name)}
