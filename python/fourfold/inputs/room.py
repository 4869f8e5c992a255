# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether memory is free for an array, asked before it is made: Linux kills what takes too much."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = [
    "free_memory",
    "has_room",
    "likely_cause",
    "require_room",
    "require_table",
    "told_bytes",
]

#: Smaller arrays are made without a look: it reads files, which takes up to 2 ms.
_LOOKED_AT = 2**26
#: A limit of a cgroup above this is none: version 1 writes one of all the pages there could be.
_NO_LIMIT = 2**60
#: More states of a source than most have, which says that they may number the rows.
_MANY_STATES = 1000
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def has_room(n_bytes: int) -> bool:
    """Whether so much is free, or it is not known how much is."""
    if n_bytes < _LOOKED_AT:
        return True
    free = free_memory()
    return free is None or n_bytes <= free


def require_room(n_bytes: int, name: str, words: str, instead: str = "") -> None:
    """Raise MemoryError where an allocation cannot fit what is free.

    Parameters
    ----------
    n_bytes : int
        How much is to be taken.
    name : str
        The argument that asks for it, for the message.
    words : str
        What would take it: ``"100 x 2000000 numbers, made dense,"``.
    instead : str
        What to do about it, a clause for the end of the message.

    Raises
    ------
    MemoryError
        With the bytes needed and free. Where it is not known how much is free, nothing is.
    """
    if has_room(n_bytes):
        return
    free = free_memory() or 0
    msg = (
        f"{name}: {words} would take {told_bytes(n_bytes)} of memory, and {told_bytes(free)} "
        "are free"
    )
    raise MemoryError(f"{msg}; {instead}" if instead else msg)


def require_table(
    shape: tuple[int, ...],
    name: str,
    *,
    sources: tuple[str, str] = ("x1", "x2"),
    bytes_each: int = 8,
    instead: str = "",
) -> None:
    """Raise MemoryError where a table (K1, K2, ...) cannot fit, with the states of both sources.

    Where one has so many that they may be numbers of rows, the message asks whether they are.
    """
    if bytes_each * math.prod(shape) < _LOOKED_AT:
        return
    states = dict(zip(sources, shape, strict=False))
    told = " and ".join(f"{count} states of {source}" for source, count in states.items())
    words = f"a table of {' x '.join(map(str, shape))} cells, of {told},"
    hints = filter(None, (instead, likely_cause(states)))
    require_room(bytes_each * math.prod(shape), name, words, "; ".join(hints))


def likely_cause(states: dict[str, int]) -> str:
    """A question where a source has so many states that it may number the rows, else nothing."""
    many = [source for source, count in states.items() if count >= _MANY_STATES]
    if not many:
        return ""
    return (
        f"is {' or '.join(many)} an id, or a number of many digits? Each state of a source "
        "should occur often: leave ids out, bin numbers"
    )


def told_bytes(n_bytes: float) -> str:
    """A number of bytes in the unit that suits it."""
    at = 0
    while n_bytes >= 1000 and at < len(_UNITS) - 1:
        n_bytes /= 1000
        at += 1
    return f"{n_bytes:.3g} {_UNITS[at]}"


def free_memory(root: str = "/") -> int | None:
    """How many bytes this process may still take, or None where that is not known.

    What the machine has left, and what each control group of the process has, whichever is least.
    Elsewhere than on Linux all memory of the machine.
    """
    known = [*_of_machine(root), *_of_groups(root)]
    if known:
        return max(min(known), 0)
    with contextlib.suppress(AttributeError, ValueError, OSError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _of_machine(root: str) -> Iterator[int]:
    """Memory that can be had without swapping, and what swap is left."""
    lines = _read(root, "proc/meminfo").splitlines()
    sizes = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    if "MemAvailable" in sizes:
        names = ("MemAvailable", "SwapFree")
        yield sum(1024 * int(sizes[name][0]) for name in names if name in sizes)


def _of_groups(root: str) -> Iterator[int]:
    """What is left to the groups of this process, and to all above them."""
    for line in _read(root, "proc/self/cgroup").splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if not controllers:
            for mount in ("sys/fs/cgroup", "sys/fs/cgroup/unified"):
                yield from _left(root, mount, path, "memory.max", "memory.current", "")
        elif "memory" in controllers.split(","):
            limit, used = "memory.limit_in_bytes", "memory.usage_in_bytes"
            yield from _left(root, "sys/fs/cgroup/memory", path, limit, used, "total_")


def _left(
    root: str, mount: str, path: str, limit: str, used: str, prefix: str
) -> Iterator[int]:
    # in a container the own group may be at the mount point, whatever the path says
    parts = [part for part in path.split("/") if part not in ("", "..")]
    for depth in range(len(parts) + 1):
        folder = "/".join([mount, *parts[:depth]])
        most, taken = (_read(root, f"{folder}/{name}").strip() for name in (limit, used))
        if not (most.isdigit() and taken.isdigit()) or int(most) >= _NO_LIMIT:
            continue
        stat = dict(
            line.split()
            for line in _read(root, f"{folder}/memory.stat").splitlines()
            if len(line.split()) == 2
        )
        # files that were read are counted, and let go as soon as memory is wanted
        kept = sum(int(stat.get(f"{prefix}{kind}_file", 0)) for kind in ("inactive", "active"))
        yield int(most) - int(taken) + kept


def _read(root: str, path: str) -> str:
    with contextlib.suppress(OSError, ValueError):
        return Path(root, path).read_text(encoding="utf-8", errors="replace")
    return ""
