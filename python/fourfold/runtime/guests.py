# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Jobs of another process that are guests of this one: their warnings, and its threads."""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.exceptions import DiscretisationWarning
from fourfold.runtime.caller import caller_depth, warn_once
from fourfold.runtime.threads import one_blas_thread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Heard", "guest", "say"]

#: Whether filters of warnings are of a context, as without the global lock, and not of the process.
_OF_CONTEXT = getattr(sys.flags, "context_aware_warnings", False)
_lock = threading.Lock()
_open = contextlib.ExitStack()
_number = 0
_of_thread = threading.local()
_said: dict[
    Any, Any
] = {}  # as Python keeps for each module: once for each line of others' code


class Heard(NamedTuple):
    """A warning that a job gave in another process."""

    message: Warning
    category: type[Warning]
    filename: str
    lineno: int


@contextlib.contextmanager
def guest() -> Iterator[list[Heard]]:
    """What a job warns of inside; on one thread of BLAS.

    Threads of BLAS, and as a rule filters of warnings, belong to the process, of which Dask may give
    several threads a job each: the first that comes sets them, and the last that goes sets them back.
    """
    heard: list[Heard] = []
    before = getattr(_of_thread, "heard", None)
    _of_thread.heard = heard
    _enter()
    try:
        with _hearing():
            yield heard
    finally:
        _leave()
        _of_thread.heard = before


@contextlib.contextmanager
def _hearing() -> Iterator[None]:
    if not _OF_CONTEXT:
        yield
        return
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            for one in found:
                _hear(one.message, one.category, one.filename, one.lineno)


def _enter() -> None:
    global _number  # noqa: PLW0603  of the process, as what it counts
    with _lock:
        if _number == 0:
            _open.enter_context(one_blas_thread())
            if not _OF_CONTEXT:
                _open.enter_context(warnings.catch_warnings())
                warnings.simplefilter("always")
                warnings.showwarning = _hear
        _number += 1


def _leave() -> None:
    global _number  # noqa: PLW0603
    with _lock:
        _number -= 1
        if _number == 0:
            _open.close()


def _hear(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,  # noqa: ARG001  Python's signature
    line: str | None = None,  # noqa: ARG001
) -> None:
    heard = getattr(_of_thread, "heard", None)
    if heard is not None:  # else of a thread that no job of ours began
        text = message if isinstance(message, Warning) else category(message)
        heard.append(Heard(text, category, filename, lineno))


def say(heard: Iterable[Heard]) -> None:
    """Warn here of what was heard there: ours at the user's line, others' where they were."""
    for one in heard:
        if issubclass(one.category, DiscretisationWarning):
            warn_once(str(one.message), one.category)
        elif one.category.__module__.startswith("fourfold"):
            warnings.warn(one.message, one.category, stacklevel=caller_depth())
        else:
            warnings.warn_explicit(*one, registry=_said)
