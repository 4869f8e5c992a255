# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line: ``fourfold demo``, ``pid``, ``gaussian``, ``report``, ``info``, ``completion``."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

import fourfold
from fourfold.cli import console
from fourfold.exceptions import CudaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["main", "parser_of_all"]

#: Each has a module beside this one, imported when called: `--version` takes no time.
_COMMANDS = {
    "demo": "decompose a small data set, end to end",
    "pid": "decompose your own embeddings or labels",
    "gaussian": "decompose what two sources tell about a target of numbers",
    "report": "a whole analysis as one HTML page",
    "info": "version, instruction set, threads, CUDA, libraries",
    "completion": "a script by which a shell completes commands, options and files",
}
_EXIT_STATUS = (
    "Exit status: 0; 2 after an error of usage or input; 3 with --strict; 130 after Ctrl-C."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit status: 0; 2 after an error of usage or input, told in one line on standard error; 3
        with ``--strict`` where a result did not converge or has too few samples, which otherwise
        is a warning and status 0; 130 after Ctrl-C. All files are written before it is 3.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _run(given)
    except SystemExit as stop:  # of --help and --version
        raise SystemExit(console.finish(int(stop.code or 0))) from None
    except BrokenPipeError:
        status = 0
    except (ValueError, OSError, ImportError, CudaError, MemoryError) as error:
        console.complain(f"error: {str(error) or 'out of memory'}")
        status = 2
    except KeyboardInterrupt:
        console.complain("interrupted")
        status = 130
    return console.finish(status)


def _run(given: Sequence[str]) -> int:
    command = next((word for word in given if not word.startswith("-")), None)
    parser = parser_of_all() if command == "completion" else _parser([command or ""])
    arguments = parser.parse_args(given)
    if arguments.command is None:
        parser.print_help()
        return 0
    heard: list[type[Warning]] = []
    with _warnings_as_lines(heard, getattr(arguments, "quiet", False)):
        of_command = importlib.import_module(f"fourfold.cli.{arguments.command}")
        if arguments.command == "completion":
            of_command.run(arguments.shell, parser)
            return 0
        if arguments.command == "info":
            of_command.run(arguments.json)
            return 0
        options = importlib.import_module("fourfold.cli.arguments").read(arguments)
        results = of_command.run(options)
    if options.strict:
        found = importlib.import_module("fourfold.cli.strict").shortcomings(results, heard)
        if found:
            console.complain(f"error: --strict: {'; '.join(found)}")
            return 3
    return 0


class _Parser(argparse.ArgumentParser):
    def _parse_optional(self, arg_string: str) -> Any:
        """None of what is no option: -:COLUMN is a column of standard input."""
        column = arg_string.startswith(f"{console.STANDARD_OUTPUT}:")
        return None if column else super()._parse_optional(arg_string)

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def parser_of_all() -> argparse.ArgumentParser:
    """The parser with the options of every command."""
    return _parser(_COMMANDS)


def _parser(filled: Iterable[str]) -> argparse.ArgumentParser:
    """Of all commands; only those that are `filled` have their options."""
    parser = _Parser(
        prog="fourfold",
        description="Partial information decomposition: what two sources tell about a target, "
        "together and apart, in bits; of tables certified, of embeddings as classifiers decode it.",
        epilog=_EXIT_STATUS,
    )
    parser.add_argument("-V", "--version", action="version", version=fourfold.__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, words in _COMMANDS.items():
        of_command = commands.add_parser(name, help=words, description=words)
        if name == "info":
            of_command.add_argument(
                "--json",
                nargs="?",
                const=console.STANDARD_OUTPUT,
                metavar="FILE",
                help="as JSON, there or on standard output",
            )
        elif name == "completion":
            of_command.add_argument(
                "shell", choices=("bash", "zsh", "tcsh"), help="which shell"
            )
        elif name in filled:
            importlib.import_module("fourfold.cli.arguments").fill(of_command, name)
    return parser


@contextlib.contextmanager
def _warnings_as_lines(heard: list[type[Warning]], quiet: bool) -> Iterator[None]:
    def show(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        heard.append(category)
        if not quiet:
            line = console.printable(" ".join(str(message).split()))
            tqdm = importlib.import_module("tqdm").tqdm
            with contextlib.suppress(BrokenPipeError):
                tqdm.write(f"fourfold: warning: {line}", file=sys.stderr)

    with warnings.catch_warnings():  # restores showwarning, too
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield
