# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Progress bars for long work: on a terminal, after two seconds, unless told to be silent."""

from __future__ import annotations

import contextlib
import contextvars
import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["progress", "silent_progress"]

_silent: contextvars.ContextVar[bool] = contextvars.ContextVar("silent", default=False)


def progress(total: int | None, description: str, unit: str = "it") -> Any:
    """A bar of `total` steps, where that is known, to be used as a context manager.

    Steps are called `unit`; of "rows" there are many, and their number is shown as 3.2M.

    Nothing is shown where standard error is no terminal; tqdm's environment variable
    ``TQDM_DISABLE=1`` turns bars off everywhere.
    """
    return tqdm(
        total=total,
        desc=description,
        unit=f" {unit}" if unit != "it" else unit,
        unit_scale=unit != "it",
        file=sys.stderr,
        disable=_silent.get() or None,
        delay=2.0,
        leave=False,
    )


@contextlib.contextmanager
def silent_progress(silent: bool = True) -> Iterator[None]:
    """No bars inside."""
    token = _silent.set(silent or _silent.get())
    try:
        yield
    finally:
        _silent.reset(token)
