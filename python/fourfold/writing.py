# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Files that are there as a whole or not at all: what was there survives every failure."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["replaced", "write_bytes", "write_figure", "write_text"]


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write text in UTF-8; what cannot be encoded is refused before anything is written."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        msg = (
            f"{os.fspath(path)}: cannot be written in UTF-8: the text holds "
            f"{text[error.start]!r} at character {error.start}, half of a surrogate pair; "
            "replace it in titles and names"
        )
        raise ValueError(msg) from error
    write_bytes(path, data)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write bytes in place of what is there."""
    with replaced(path) as file:
        file.write(data)


def write_figure(path: str | os.PathLike[str], figure: Any, **options: Any) -> None:
    """Write a figure of Matplotlib, in the format of the extension; `options` of ``savefig``.

    It is drawn in memory: writers of PDF raise once more where they are collected, after a
    disk was full.
    """
    drawn = io.BytesIO()
    figure.savefig(drawn, format=Path(path).suffix[1:].lower() or "png", **options)
    write_bytes(path, drawn.getvalue())


@contextlib.contextmanager
def replaced(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` at the end of the block.

    It is another file in the same folder until then. Where the block or the disk fails, that is
    removed and what was at `path` is as it was. A symbolic link is followed; a file that is no
    regular one, such as a pipe, is written to as it stands.
    """
    target = Path(os.path.realpath(path))
    mode = _mode(target)
    with _named(path, target):
        if mode is not None and not stat.S_ISREG(mode):
            with target.open("wb") as file:
                yield file
            return
        unfinished = target.parent / f".{uuid.uuid4().hex}.part"
        # 0o666 is what other new files have, less what the process takes from them
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                unfinished.chmod(stat.S_IMODE(mode))
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


def _mode(target: Path) -> int | None:
    """What stands there, and its permissions; None where nothing does."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _named(path: str | os.PathLike[str], target: Path) -> Iterator[None]:
    """Errors of the system name the file that was asked for, and not the unfinished one."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        reason = error.strerror
        if error.errno == errno.ENOENT and not target.parent.is_dir():
            reason = f"cannot be written: there is no folder {target.parent}"
        if error.errno in {errno.EACCES, errno.EPERM} and not os.access(target.parent, os.W_OK):
            reason = f"{reason}: the folder {target.parent} takes no new files"
        msg = OSError(error.errno, reason, os.fspath(path))
        raise msg from error
