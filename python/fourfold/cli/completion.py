# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold completion``: what a shell reads to complete commands, options and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.cli import console
from fourfold.inputs.optional import SHTAB, load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

__all__ = ["run"]

_FILES = {"FILE", "FILE.html", "X1", "X2", "Y", "X1B", "X2B"}
_FOLDERS = {"DIR"}


def run(shell: str, parser: argparse.ArgumentParser) -> None:
    """Print the script of a shell; `parser` has the options of all commands."""
    shtab = load("shtab", SHTAB)
    for action in _actions(parser):
        letters = (
            {action.metavar} if isinstance(action.metavar, str) else {*(action.metavar or ())}
        )
        if letters & _FILES:
            action.complete = shtab.FILE
        elif letters & _FOLDERS:
            action.complete = shtab.DIRECTORY
    console.deliver(shtab.complete(parser, shell=shell) + "\n")


def _actions(parser: argparse.ArgumentParser) -> Iterator[Any]:
    """Of the parser, and of those of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action.choices, dict):
            for of_command in action.choices.values():
                yield from _actions(of_command)
