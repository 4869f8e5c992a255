# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line: run, exact, choice, floor and so on; all of them where none is named."""

from __future__ import annotations

import argparse
import sys

from benchmarks.commands import BENCHMARKS
from benchmarks.page.commands import PLOT, TABLE
from benchmarks.page.everything import ALL
from benchmarks.record.benchmark import RefusedError

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        The command line without the program; by default that of this process. Empty: ``all``.

    Returns
    -------
    int
        0 if all is well, 1 if a measurement broke a rule, 2 if the command cannot be run.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(arguments or [ALL.name])
    try:
        return options.command.run(options, arguments)
    except RefusedError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (ALL, *BENCHMARKS.values(), TABLE, PLOT):
        added = commands.add_parser(command.name, help=command.text, description=command.text)
        command.prepare(added)
        added.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
