# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line: ``fourfold demo``, ``pid``, ``gaussian``, ``report`` and ``info``."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

import fourfold
from fourfold.exceptions import CudaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["main"]

#: All but `info` have a module beside this one, imported when called: `--version` takes no time.
_COMMANDS = {
    "demo": "decompose a small data set, end to end",
    "pid": "decompose your own embeddings or labels",
    "gaussian": "decompose what two sources tell about a target of numbers",
    "report": "a whole analysis as one HTML page",
    "info": "version, instruction set, threads, CUDA, libraries",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit status: 0; 2 after an error of usage, told in one line on stderr; 130 after
        Ctrl-C. A result that did not converge is a result: a warning, and status 0.
    """
    given = sys.argv[1:] if argv is None else argv
    command = next((word for word in given if not word.startswith("-")), None)
    try:
        parser = _parser(command)
        arguments = parser.parse_args(given)
        if arguments.command is None:
            parser.print_help()
            return 0
        with _warnings_as_lines():
            if command == "info":
                _info()
            else:
                of_command = importlib.import_module("fourfold.cli.arguments").read(arguments)
                importlib.import_module(f"fourfold.cli.{command}").run(of_command)
    except BrokenPipeError:
        # the reader of our output has seen enough, as with `fourfold info | head -1`; what Python
        # flushes at exit must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError, ImportError, CudaError) as error:
        print(f"fourfold: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fourfold: interrupted", file=sys.stderr)
        return 130
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _parser(command: str | None) -> argparse.ArgumentParser:
    """Of all commands; only the one that is called has its options."""
    parser = _Parser(
        prog="fourfold",
        description="Partial information decomposition: what two sources tell about a target, "
        "together and apart, in bits; of tables certified, of embeddings as classifiers decode it.",
    )
    parser.add_argument("--version", action="version", version=fourfold.__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, words in _COMMANDS.items():
        of_command = commands.add_parser(name, help=words)
        if name == command and name != "info":
            importlib.import_module("fourfold.cli.arguments").fill(of_command, name)
    return parser


def _info() -> None:
    columns = importlib.import_module("fourfold.results.words").columns
    rows = [
        (name, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
        for name, value in fourfold.show_config().items()
    ]
    print("\n".join(columns(rows, "<<")))


@contextlib.contextmanager
def _warnings_as_lines() -> Iterator[None]:
    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        tqdm = importlib.import_module("tqdm").tqdm
        tqdm.write(f"fourfold: warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():  # restores showwarning, too
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield
