# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line: ``fourfold demo``, ``fourfold pid`` and ``fourfold info``."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from tqdm import tqdm

import fourfold
from fourfold.datasets import TwoSourceDataset, digits_halves
from fourfold.loading import load_array, load_labels
from fourfold.report import columns, table
from fourfold.solver_options import DEVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fourfold.result import PID

    Step = Callable[[str], None]

__all__ = ["main"]

_NO_MATPLOTLIB = "a picture needs matplotlib: pip install 'fourfold[plot]'"
_PREPROCESS = ("standardize", "l2", "none")
_COMPARED_CLUSTERS = (8, 16, 32)  # in the demo
_SHUFFLES = 5  # of the labels, for each of them


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
        with _warnings_as_lines():
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


# -- fourfold demo ---------------------------------------------------------------------


def _demo(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.output_dir
    folder.mkdir(parents=True, exist_ok=True)
    data = digits_halves()
    estimator = fourfold.PIDEstimator(arguments.clusters, random_state=arguments.seed)
    with _progress(1 + len(_COMPARED_CLUSTERS) * _SHUFFLES, arguments.quiet) as step:
        step("cluster the halves")
        result = estimator.fit(*data).result_
        evidence = _evidence_of_bias(data, arguments.seed, step)
    print(
        "What do the two halves of a handwritten digit tell about the digit?\n"
        f"{len(data.y)} images; each half is one of {arguments.clusters} clusters.\n"
    )
    print(table(result, source_names=data.source_names, target_name=data.target_name))
    print(f"\n{_explain_bias(len(data.y), evidence)}\n")
    record = _record("demo", estimator.get_params(), data, result)
    record["shuffled_labels"] = evidence
    _write_json(folder / "fourfold-demo.json", record)
    if importlib.util.find_spec("matplotlib") is None:
        print(f"skipped fourfold-demo.png: {_NO_MATPLOTLIB}")
    else:
        _write_plot(folder / "fourfold-demo.png", result, data.source_names, data.target_name)


def _evidence_of_bias(data: TwoSourceDataset, seed: int, step: Step) -> list[dict[str, Any]]:
    """Atoms of the data, and of the data with shuffled labels, at several cluster numbers.

    Shuffled labels are independent of both sources: every atom is zero in truth, and what is
    measured is the bias of counting.
    """
    rng = np.random.default_rng(seed)
    classes = len(np.unique(data.y))
    evidence = []
    for clusters in _COMPARED_CLUSTERS:
        shuffled = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that tables get too sparse is the point here
            estimator = fourfold.PIDEstimator(clusters, random_state=seed, tol=1e-3)
            estimator.fit(*data)
            for _ in range(_SHUFFLES):
                step(f"shuffle the labels, {clusters} clusters")
                y = rng.permutation(data.y)
                atoms = fourfold.pid(estimator.labels1_, estimator.labels2_, y, tol=1e-3).atoms
                shuffled.append(atoms)
        *others, synergy = np.mean(shuffled, axis=0).tolist()
        evidence.append(
            {
                "clusters": clusters,
                "samples_per_cell": len(data.y) / (clusters**2 * classes),
                "synergy": estimator.result_.synergy,
                "synergy_shuffled": synergy,
                "largest_other_atom_shuffled": max(others),
            }
        )
    return evidence


def _explain_bias(samples: int, evidence: list[dict[str, Any]]) -> str:
    header = [
        ("clusters", "samples", "synergy", "synergy,", "largest other atom,"),
        ("a side", "per cell", "measured", "labels shuffled", "labels shuffled"),
    ]
    rows = [
        (
            str(row["clusters"]),
            f"{row['samples_per_cell']:.2f}",
            f"{row['synergy']:.3f}",
            f"{row['synergy_shuffled']:.3f}",
            f"{row['largest_other_atom_shuffled']:.3f}",
        )
        for row in evidence
    ]
    return "\n".join(
        [
            "Why not more clusters: with shuffled labels every atom is zero in truth, so what",
            "is measured then is bias. It grows as the table of counts gets emptier, most of",
            f"all in the synergy ({samples} images, mean of {_SHUFFLES} shuffles, in bits):",
            "",
            *columns([*header, *rows], ">>>>>"),
        ]
    )


# -- fourfold pid ----------------------------------------------------------------------


def _pid(arguments: argparse.Namespace) -> None:
    _check_outputs(arguments.json, arguments.plot)
    load_source = load_labels if arguments.labels else load_array
    options = {
        "tol": arguments.tol,
        "num_threads": arguments.threads,
        "dtype": arguments.dtype,
        "device": arguments.device,
    }
    if arguments.max_iter is not None:
        options["max_iter"] = arguments.max_iter
    with _progress(2, arguments.quiet) as step:
        step("read the files")
        x1, x2 = load_source(arguments.x1), load_source(arguments.x2)
        y = load_labels(arguments.y)
        _check_samples(arguments, x1, x2, y)
        if arguments.labels:
            step("decompose")
            parameters = options
            result = fourfold.pid(x1, x2, y, **options)
        else:
            step("cluster and decompose")
            estimator = fourfold.PIDEstimator(**_clustering(arguments), **options)
            parameters = estimator.get_params()
            result = estimator.fit(x1, x2, y).result_
    names = _source_names(arguments.x1, arguments.x2)
    print(table(result, source_names=names, target_name=_stem(arguments.y)))
    if arguments.json is not None:
        data = TwoSourceDataset(x1, x2, y, names, _stem(arguments.y), ((), ()), "")
        record = _record("pid", parameters, data, result)
        record["data"]["files"] = [arguments.x1, arguments.x2, arguments.y]
        _write_json(arguments.json, record)
    if arguments.plot is not None:
        _write_plot(arguments.plot, result, names, _stem(arguments.y))


def _clustering(arguments: argparse.Namespace) -> dict[str, Any]:
    """Arguments of PIDEstimator; what was not given keeps the estimator's default."""
    if len(arguments.clusters) > 2:
        msg = f"--clusters: one or two numbers are accepted, got {len(arguments.clusters)}"
        raise ValueError(msg)
    chosen = {
        "n_clusters": tuple(arguments.clusters * 2)[:2],
        "n_components": arguments.components,
        "random_state": arguments.seed,
    }
    if arguments.preprocess is not None:
        chosen["preprocess"] = arguments.preprocess
    return chosen


def _check_samples(arguments: argparse.Namespace, *arrays: np.ndarray) -> None:
    files = (arguments.x1, arguments.x2, arguments.y)
    if len({len(values) for values in arrays}) > 1:
        counts = ", ".join(
            f"{file} has {len(values)}" for file, values in zip(files, arrays, strict=True)
        )
        msg = f"X1, X2 and Y must have one row per sample: {counts}"
        raise ValueError(msg)
    if not arguments.labels:
        return
    for file, values in zip(files[:2], arrays[:2], strict=True):
        if values.ndim != 1:
            msg = f"{file}: with --labels a source must have one column, got {values.shape}"
            raise ValueError(msg)
    if arguments.preprocess is not None or arguments.components is not None:
        msg = "--preprocess and --components go with --clusters; with --labels nothing is clustered"
        raise ValueError(msg)


def _check_outputs(json_file: Path | None, plot_file: Path | None) -> None:
    # before the work, so that an hour of it is not lost to a mistyped folder
    for option, file in (("--json", json_file), ("--plot", plot_file)):
        if file is not None and not file.parent.is_dir():
            msg = f"{option}: {file.parent} is not a folder"
            raise ValueError(msg)
    if plot_file is None:
        return
    if importlib.util.find_spec("matplotlib") is None:
        msg = f"--plot: {_NO_MATPLOTLIB}"
        raise ImportError(msg)
    from matplotlib.backend_bases import FigureCanvasBase  # noqa: PLC0415  optional

    accepted = FigureCanvasBase.get_supported_filetypes()
    if plot_file.suffix.lower().lstrip(".") not in accepted:
        msg = f"--plot: {plot_file} must end in one of .{', .'.join(sorted(accepted))}"
        raise ValueError(msg)


def _source_names(x1: str, x2: str) -> tuple[str, str]:
    first, second = _stem(x1), _stem(x2)
    return ("X1", "X2") if first == second else (first, second)


def _stem(path: str) -> str:
    file, separator, member = path.rpartition(":")
    return member if separator and file.endswith(".npz") else Path(path).stem


# -- fourfold info ---------------------------------------------------------------------


def _info(_: argparse.Namespace) -> None:
    rows = [
        (name, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
        for name, value in fourfold.show_config().items()
    ]
    print("\n".join(columns(rows, "<<")))


# -- what the commands share -----------------------------------------------------------


def _record(
    command: str, parameters: dict[str, Any], data: TwoSourceDataset, result: PID
) -> dict[str, Any]:
    shares = (None if np.isnan(share) else float(share) for share in result.contributions())
    return {
        "fourfold": fourfold.__version__,
        "command": command,
        "parameters": parameters,
        "data": {
            "sources": data.source_names,
            "target": data.target_name,
            "shapes": [np.shape(values) for values in data],
        },
        "result": result.to_dict() | {"contributions": list(shares)},
    }


def _write_json(file: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record, indent=2, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {file}")


def _write_plot(
    file: Path, result: PID, source_names: tuple[str, str], target_name: str
) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415  optional

    from fourfold.plotting import plot  # noqa: PLC0415  optional

    # not through pyplot, which would want a display
    figure = Figure(figsize=(6.8, 1.7), layout="constrained")
    plot(result, figure.subplots(), source_names=source_names, target_name=target_name)
    figure.savefig(file, dpi=200)
    print(f"wrote {file}")


@contextlib.contextmanager
def _progress(stages: int, quiet: bool) -> Iterator[Step]:
    """Yields a function to call at the start of each stage; silent when not on a terminal."""
    started = 0
    with tqdm(total=stages, file=sys.stderr, disable=quiet or None, leave=False) as bar:

        def step(description: str) -> None:
            nonlocal started
            bar.update(started > 0)
            started += 1
            bar.set_description(description)

        yield step


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
    info = commands.add_parser(
        "info", help="version, instruction set, threads, CUDA, libraries"
    )
    info.set_defaults(run=_info)
    return parser


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = "Left and right halves of handwritten digits, and which digit it is."
    parser.set_defaults(run=_demo)
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
    parser.add_argument("x1", metavar="X1", help="first source: embeddings (N, d), or labels")
    parser.add_argument("x2", metavar="X2", help="second source: embeddings (N, d), or labels")
    parser.add_argument("y", metavar="Y", help="target: labels (N,), or probabilities (N, K_Y)")
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
        "--tol", type=float, default=1e-4, metavar="BITS", help="certified gap (default: 1e-4)"
    )
    parser.add_argument("--max-iter", type=_count, metavar="N", help="of the solver")
    parser.add_argument("--threads", type=_count, metavar="N", help="default: all")
    parser.add_argument(
        "--dtype",
        choices=("float64", "float32"),
        default="float64",
        help="precision of the first-order steps (default: float64)",
    )
    parser.add_argument(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where to solve; auto is the CPU, as files are (default: auto)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the atoms there")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the clustering (default: 0)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        hint = "; files come before it" if Path(text).suffix else ""
        msg = f"must be a whole number, got {text!r}{hint}"
        raise argparse.ArgumentTypeError(msg) from None
    if number < 1:
        msg = f"must be at least 1, got {number}"
        raise argparse.ArgumentTypeError(msg)
    return number
