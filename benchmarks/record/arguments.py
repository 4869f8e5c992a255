# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What commands have in common on the command line: kinds of numbers, and some options."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "add_choices",
    "add_threads",
    "nonnegative_integer",
    "positive_gap",
    "positive_integer",
    "positive_seconds",
]


def add_threads(
    parser: argparse.ArgumentParser, text: str = "threads of Fourfold (its default)"
) -> None:
    """Add --threads."""
    parser.add_argument("--threads", type=positive_integer, help=text)


def add_choices(
    parser: argparse.ArgumentParser, flag: str, names: Iterable[str], text: str
) -> None:
    """Add an option that takes some of these names; `text` has a {} for all of them."""
    known = list(names)
    parser.add_argument(
        flag, nargs="+", choices=known, action=_InOrder, metavar=flag[2].upper(),
        help=text.format(", ".join(known)),
    )  # fmt: skip


class _InOrder(argparse.Action):
    """Keep the names in the order of the choices, each once."""

    def __call__(self, _parser: Any, options: argparse.Namespace, values: Any, *_: Any) -> None:
        setattr(options, self.dest, tuple(name for name in self.choices if name in values))


# named for the reader: argparse says "invalid positive_integer value: '0'"
def positive_integer(text: str) -> int:
    return _at_least(int(text), 1)


def nonnegative_integer(text: str) -> int:
    return _at_least(int(text), 0)


def positive_seconds(text: str) -> float:
    return _at_least(float(text), 1e-3)


def positive_gap(text: str) -> float:
    return _at_least(float(text), 1e-15)


def _at_least(value: Any, least: float) -> Any:
    if not value >= least:
        raise ValueError(value)
    return value
