# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Progress bars for long work: on a terminal or in a notebook, after two seconds, unless silent."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib.util
import os
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

    Nothing is shown where standard error is no terminal, but in a notebook, whose is none: there a
    bar of ipywidgets, or one of text where these are not installed. tqdm's environment variable
    ``TQDM_DISABLE=1`` turns bars off everywhere.
    """
    in_notebook = _in_notebook()
    how: dict[str, Any] = {} if in_notebook and _has_widgets() else {"file": sys.stderr}
    return _bar(in_notebook)(
        total=total,
        desc=description,
        unit=f" {unit}" if unit != "it" else unit,
        unit_scale=unit != "it",
        disable=_is_off() or (False if in_notebook else None),
        delay=2.0,
        leave=False,
        **how,
    )


def _is_off() -> bool:
    return _silent.get() or os.environ.get("TQDM_DISABLE", "").lower() in ("1", "true")


def _in_notebook() -> bool:
    """Whether this is a kernel: of Jupyter, of an editor or a service that behaves like it.

    IPython is not imported for it; where nobody did there is no kernel.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return "IPKernelApp" in getattr(shell, "config", {}) or hasattr(shell, "kernel")


@functools.cache
def _has_widgets() -> bool:
    return importlib.util.find_spec("ipywidgets") is not None


def _bar(in_notebook: bool) -> Any:
    """The class of bars; not `tqdm.auto`, which warns where ipywidgets are not installed."""
    if in_notebook and _has_widgets():
        from tqdm.notebook import tqdm as of_widgets  # noqa: PLC0415  only in notebooks

        return of_widgets
    return tqdm


@contextlib.contextmanager
def silent_progress(silent: bool = True) -> Iterator[None]:
    """No bars inside."""
    token = _silent.set(silent or _silent.get())
    try:
        yield
    finally:
        _silent.reset(token)
