# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said on standard output and error: to who still reads, and nothing a terminal obeys."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STANDARD_OUTPUT", "complain", "deliver", "finish", "printable", "say"]

#: What is typed for it in place of a file.
STANDARD_OUTPUT = "-"


def printable(text: str) -> str:
    """Text in which escapes stand for what is no character to be shown; lines stay lines.

    Names of files and of arrays may hold what moves the cursor, or bytes that are not UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(
        one if one == "\n" or one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )


def say(text: str) -> None:
    """Print for people to read. A reader that has seen enough does not stop the work."""
    if sys.stdout is None:  # closed by who started us
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    shown = printable(text).encode(encoding, "backslashreplace").decode(encoding)
    with _forgiving(sys.stdout):
        print(shown)


def deliver(text: str) -> None:
    """Write what was asked for on standard output, in UTF-8 whatever the terminal shows."""
    stream = sys.stdout
    if stream is None:
        msg = "standard output is closed; name a file in place of -"
        raise ValueError(msg)
    binary = getattr(stream, "buffer", None)
    with _forgiving(stream):
        if binary is None:
            stream.write(text)
        else:
            stream.flush()
            binary.write(text.encode("utf-8"))
        stream.flush()


def complain(text: str) -> None:
    """One line on standard error."""
    if sys.stderr is None:
        return
    line = printable(" ".join(text.split()))
    try:
        print(f"fourfold: {line}", file=sys.stderr, flush=True)
    except OSError:  # nobody is left to be told
        _forget(sys.stderr)


def finish(status: int) -> int:
    """Flush, which otherwise fails after the exit status was decided; the status to exit with."""
    if sys.stdout is None:
        return status
    try:
        with _forgiving(sys.stdout):
            sys.stdout.flush()
    except OSError as error:
        complain(f"error: {error}")
        return status or 2
    return status


@contextlib.contextmanager
def _forgiving(stream: TextIO) -> Iterator[None]:
    """No error where the reader has seen enough, as with ``fourfold info | head -1``."""
    try:
        yield
    except BrokenPipeError:
        _forget(stream)
    except OSError as error:
        _forget(stream)
        raise OSError(error.errno, error.strerror, "standard output") from error


def _forget(stream: TextIO) -> None:
    """What Python flushes at exit must not fail again."""
    with contextlib.suppress(OSError, AttributeError, ValueError):  # of streams without a file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
