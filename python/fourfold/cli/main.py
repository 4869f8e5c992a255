# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line: ``fourfold demo``, ``pid``, ``report`` and ``info``."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tqdm import tqdm

import fourfold
from fourfold.cli.demo import show_demo
from fourfold.cli.output import check_outputs
from fourfold.cli.pid import decompose_files
from fourfold.cli.report import write_report
from fourfold.cli.samples import check_combinations
from fourfold.cli.sweeps import sweep_clusters, sweep_noise
from fourfold.inference.options import METHODS
from fourfold.results.words import columns
from fourfold.runtime.progress import silent_progress
from fourfold.solve.options import DEVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["main"]

_PREPROCESS = ("standardize", "l2", "none")
_CLUSTERERS = ("kmeans", "minibatch", "quantile")
_LEAST_RESAMPLES = 25
_LEAST_PERMUTATIONS = 19  # so that a p-value can be 0.05


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
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
        if arguments.command is None:
            parser.print_help()
            return 0
        with _warnings_as_lines(), silent_progress(getattr(arguments, "quiet", False)):
            arguments.run(arguments)
    except BrokenPipeError:
        # the reader of our output has seen enough, as with `fourfold info | head -1`; what Python
        # flushes at exit must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError, ImportError, fourfold.CudaError) as error:
        print(f"fourfold: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fourfold: interrupted", file=sys.stderr)
        return 130
    return 0


def _pid(arguments: argparse.Namespace) -> None:
    check_combinations(arguments)
    check_outputs(arguments.json, arguments.plot)
    if arguments.sweep is not None:
        sweep_clusters(arguments)
    elif arguments.noise is not None:
        sweep_noise(arguments)
    else:
        decompose_files(arguments)


def _info(_: argparse.Namespace) -> None:
    rows = [
        (name, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
        for name, value in fourfold.show_config().items()
    ]
    print("\n".join(columns(rows, "<<")))


@contextlib.contextmanager
def _warnings_as_lines() -> Iterator[None]:
    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        tqdm.write(f"fourfold: warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():  # restores showwarning, too
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield


# -- arguments -------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="fourfold",
        description="Certified partial information decomposition: what two sources tell about "
        "a target, together and apart, in bits.",
    )
    parser.add_argument("--version", action="version", version=fourfold.__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_demo(commands.add_parser("demo", help="decompose a small data set, end to end"))
    _add_pid(commands.add_parser("pid", help="decompose your own embeddings or labels"))
    _add_report(commands.add_parser("report", help="a whole analysis as one HTML page"))
    info = commands.add_parser(
        "info", help="version, instruction set, threads, CUDA, libraries"
    )
    info.set_defaults(run=_info)
    return parser


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = "Left and right halves of handwritten digits, and which digit it is."
    parser.set_defaults(run=show_demo)
    parser.add_argument(
        "--output-dir",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where fourfold-demo.json and fourfold-demo.png go (default: here)",
    )
    parser.add_argument(
        "--clusters", type=_count, default=8, metavar="K", help="a side (default: 8)"
    )
    _add_common(parser)


def _add_pid(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Decompose I(X1,X2;Y). Files are .npy, .npz (FILE.npz:NAME for one of several arrays) "
        "or .csv, one row per sample."
    )
    parser.set_defaults(run=_pid)
    _add_files(parser)
    _add_states(parser).add_argument(
        "--sweep",
        type=_count,
        nargs="+",
        metavar="K",
        help="cluster to each of these numbers of states, and recommend one",
    )
    _add_inference(
        parser,
        {
            "bias_correction": "none; auto in a sweep",
            "resamples": "0; 200 in a sweep",
            "permutations": "0",
        },
    )
    _add_sweeps(parser.add_argument_group("sweeps"))
    _add_solver(parser.add_argument_group("solver"))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the atoms there")
    _add_common(parser)


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Decompose I(X1,X2;Y) with intervals and tests, sweep over numbers of clusters, and write "
        "an HTML page. Files as for `fourfold pid`; or embeddings of several layers, .npy of "
        "shape (L, N, d) or .npz with an array for each, of which the page shows the profile."
    )
    parser.set_defaults(run=write_report)
    _add_files(parser)
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FILE.html", help="write the page there"
    )
    parser.add_argument("--title", metavar="TEXT", help="at the top of the page")
    _add_states(parser)
    _add_inference(
        parser, {"bias_correction": "auto", "resamples": "200", "permutations": "199"}
    )
    sweeps = parser.add_argument_group("sweeps")
    sweeps.add_argument(
        "--sweep",
        type=_zero_or_at_least(1),
        nargs="+",
        metavar="K",
        help="numbers of clusters (default: half of --clusters, as many, twice as many; 0 for "
        "no sweep)",
    )
    _add_sweeps(sweeps)
    _add_solver(parser.add_argument_group("solver"))
    _add_common(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("x1", metavar="X1", help="first source: embeddings (N, d), or labels")
    parser.add_argument("x2", metavar="X2", help="second source: embeddings (N, d), or labels")
    parser.add_argument("y", metavar="Y", help="target: labels (N,), or probabilities (N, K_Y)")


def _add_states(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """The options; returned is the group of those of which one must be given."""
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument(
        "--clusters",
        type=_count,
        nargs="+",
        metavar="K",
        help="cluster the sources to K states each, or to K and K2: --clusters 8 16",
    )
    kind.add_argument(
        "--labels", action="store_true", help="the sources are labels already: no clustering"
    )
    parser.add_argument("--preprocess", choices=_PREPROCESS, help="before clustering")
    parser.add_argument(
        "--components", type=_count, metavar="N", help="principal components to cluster"
    )
    parser.add_argument(
        "--clusterer",
        choices=_CLUSTERERS,
        help="quantile makes bins of sources of one column (default: kmeans)",
    )
    parser.add_argument(
        "--held-out",
        type=_share,
        metavar="SHARE",
        help="fit clusters to the other rows and count this share of them (default: all in both)",
    )
    return kind


def _add_inference(parser: argparse.ArgumentParser, defaults: dict[str, str]) -> None:
    """With the defaults that the command puts in place of None, in words."""
    group = parser.add_argument_group("bias, uncertainty, significance")
    group.add_argument(
        "--bias-correction",
        choices=METHODS,
        help=f"of counting few samples (default: {defaults['bias_correction']})",
    )
    group.add_argument(
        "--resamples",
        type=_zero_or_at_least(_LEAST_RESAMPLES),
        metavar="N",
        help="halves of the samples to decompose for intervals (default: "
        f"{defaults['resamples']})",
    )
    group.add_argument(
        "--confidence",
        type=_inner_share,
        metavar="LEVEL",
        help="of these intervals (default: 0.95)",
    )
    group.add_argument(
        "--permutations",
        type=_zero_or_at_least(_LEAST_PERMUTATIONS),
        metavar="N",
        help=f"test each atom by this many permutations (default: {defaults['permutations']})",
    )
    group.add_argument(
        "--compare",
        nargs=2,
        metavar=("X1B", "X2B"),
        help="decompose these sources of the same rows as well, and compare; needs --resamples",
    )


def _add_sweeps(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--noise",
        type=_level,
        nargs="+",
        metavar="LEVEL",
        help="with --clusters K: add noise to a source, in standard deviations of its columns",
    )
    group.add_argument(
        "--noise-source", type=int, choices=(1, 2), help="which source (default: 1)"
    )
    group.add_argument(
        "--seeds", type=_count, metavar="N", help="clusterings at each point (default: 5)"
    )


def _add_solver(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--tol", type=float, default=1e-4, metavar="BITS", help="certified gap (default: 1e-4)"
    )
    group.add_argument("--max-iter", type=_count, metavar="N", help="of the solver")
    group.add_argument("--threads", type=_count, metavar="N", help="default: all")
    group.add_argument(
        "--dtype",
        choices=("float64", "float32"),
        default="float64",
        help="precision of the first-order steps (default: float64)",
    )
    group.add_argument(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where to solve; auto is the CPU, as files are (default: auto)",
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of all that is drawn (default: 0)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


# -- numbers among the arguments -------------------------------------------------------


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        hint = "; files come before it" if Path(text).suffix else ""
        msg = f"must be a whole number, got {text!r}{hint}"
        raise argparse.ArgumentTypeError(msg) from None


def _count(text: str) -> int:
    number = _whole(text)
    if number < 1:
        msg = f"must be at least 1, got {number}"
        raise argparse.ArgumentTypeError(msg)
    return number


def _zero_or_at_least(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = _whole(text)
        if number != 0 and number < least:
            msg = f"must be 0 or at least {least}, got {number}"
            raise argparse.ArgumentTypeError(msg)
        return number

    return parse


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        hint = "; files come before it" if Path(text).suffix else ""
        msg = f"must be a number, got {text!r}{hint}"
        raise argparse.ArgumentTypeError(msg) from None


def _level(text: str) -> float:
    number = _number(text)
    if not 0 <= number < math.inf:
        msg = f"must be at least 0 and finite, got {text}"
        raise argparse.ArgumentTypeError(msg)
    return number


def _share(text: str) -> float:
    number = _number(text)
    if not 0 <= number < 1:
        msg = f"must be at least 0 and below 1, got {text}"
        raise argparse.ArgumentTypeError(msg)
    return number


def _inner_share(text: str) -> float:
    number = _number(text)
    if not 0 < number < 1:
        msg = f"must be between 0 and 1, got {text}"
        raise argparse.ArgumentTypeError(msg)
    return number
