# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each command takes: a frozen dataclass, of which the parser is made."""
# ruff: noqa: RUF009  `_option` is `dataclasses.field`

from __future__ import annotations

import argparse
import dataclasses
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from fourfold.cli.console import STANDARD_OUTPUT
from fourfold.embeddings.steps import CLUSTERERS, PREPROCESS
from fourfold.inference.options import LEAST_RESAMPLES, METHODS
from fourfold.posteriors.source_models import CLASSIFIERS
from fourfold.solve.options import DEVICES, DTYPES

__all__ = ["EXIT_STATUS", "Analysis", "Demo", "Gaussian", "Pid", "Report", "fill", "read"]


_JSON = "write all numbers there, - for standard output, on which then is nothing else"
#: Of embeddings, the default first.
ESTIMATORS = ("classifier", "kmeans")
#: What `gaussian_pid` can choose a shrinkage by.
SHRINKAGES = ("ledoit-wolf", "oas")

# -- numbers among the arguments -------------------------------------------------------


def _parser_of(kind: type, holds: Callable[[Any], bool], words: str) -> Callable[[str], Any]:
    """Reads a number of that kind, of which `holds` must be true."""
    expected = "a whole number" if kind is int else "a number"

    def parse(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            hint = "; files come before it" if Path(text).suffix else ""
            msg = f"must be {expected}, got {text!r}{hint}"
            raise argparse.ArgumentTypeError(msg) from None
        if not holds(value):
            msg = f"must be {words}, got {text}"
            raise argparse.ArgumentTypeError(msg)
        return value

    return parse


def _zero_or_at_least(least: int) -> Callable[[str], Any]:
    return _parser_of(int, lambda n: n == 0 or n >= least, f"0 or at least {least}")


_count = _parser_of(int, lambda n: n >= 1, "at least 1")
_bins = _parser_of(int, lambda n: n >= 2, "at least 2")
_level = _parser_of(float, lambda x: 0 <= x < math.inf, "at least 0 and finite")
_share = _parser_of(float, lambda x: 0 <= x < 1, "at least 0 and below 1")
_inner_share = _parser_of(float, lambda x: 0 < x < 1, "between 0 and 1")


def _count_or_auto(text: str) -> int | str:
    number: int | str = text if text == "auto" else _count(text)
    return number


def _shrinkage(text: str) -> float | str:
    if text in SHRINKAGES:
        return text
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        msg = f"must be {', '.join(SHRINKAGES)} or a number from 0 to 1, got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return share


# -- files among the arguments ---------------------------------------------------------


def _result_file(text: str) -> Path | str:
    """A file to write text to, or standard output; `./-` is a file of that name."""
    return text if text == STANDARD_OUTPUT else Path(text)


def _picture_file(text: str) -> Path:
    if text == STANDARD_OUTPUT:
        msg = "- is standard output, which takes JSON or a page; name a file such as atoms.png"
        raise argparse.ArgumentTypeError(msg)
    return Path(text)


def _one_of_two_files(text: str) -> str:
    # from Python 3.13 on argparse takes an option that comes too early for the second file
    if text.startswith("--"):
        msg = f"expected 2 arguments, and got the option {text}"
        raise argparse.ArgumentTypeError(msg)
    return text


# -- groups of options -----------------------------------------------------------------


def _option(words: str, kind: Any = None, letter: Any = None, **how: Any) -> Any:
    """A field, and how `add_argument` takes its option; None where it is not given."""
    default = how.pop("default", False if kind is bool else None)
    taken = {"help": words, "metavar": letter, **how}
    taken |= {"action": "store_true"} if kind is bool else {"type": kind}
    known = {name: value for name, value in taken.items() if value is not None}
    return dataclasses.field(default=default, metadata=known)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Files:
    positional: ClassVar[bool] = True
    x1: str = _option("first source: embeddings (N, d), or labels", letter="X1")
    x2: str = _option("second source: embeddings (N, d), or labels", letter="X2")
    y: str = _option(
        "target: labels (N,), probabilities (N, K_Y), or numbers (N,) with --target-bins",
        letter="Y",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class _NumberFiles:
    positional: ClassVar[bool] = True
    x1: str = _option("first source: numbers (N, d), or layers of them", letter="X1")
    x2: str = _option("second source: numbers (N, d), or layers of them", letter="X2")
    y: str = _option("target: numbers (N,) or (N, d), or layers of them", letter="Y")


# fmt: off
@dataclasses.dataclass(frozen=True, kw_only=True)
class _Reading:
    heading: ClassVar[str] = "how files are read"
    header: str | None = _option(
        "whether the first row of .csv, .tsv and .txt files is names of columns (default: auto)",
        choices=("auto", "yes", "no"))
    missing: tuple[str, ...] | None = _option(
        "words that stand for a missing value, which is an error; none of them for no such words "
        "(default: those of pandas, and '-', '?', '.')", letter="WORD", nargs="*")

    @property
    def reading(self) -> dict[str, Any]:
        """Arguments of the functions of `fourfold.loading`; what was not given keeps its default."""
        chosen: dict[str, Any] = {}
        if self.header in {"yes", "no"}:
            chosen["header"] = self.header == "yes"
        if self.missing is not None:
            chosen["missing"] = self.missing
        return chosen


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Fit:
    heading: ClassVar[str] = "fit"
    given: str | None = _option(
        "condition on these numbers (N, d): what the sources tell beyond them", letter="FILE")
    no_copula: bool = _option(
        "take the numbers as they are, and not the normal scores of their ranks", bool)
    shrinkage: float | str | None = _option(
        "shrink the covariance, where there are few rows for its columns: ledoit-wolf, oas, or a "
        "share from 0 to 1; without intervals", _shrinkage, "HOW")
    bias_correction: str | None = _option(
        "for the number of rows (default: auto)", choices=("auto", "digamma", "none"))
    resamples: int | None = _option(
        "take intervals from so many Wishart draws, each of which repeats the whole estimate, and not "
        "from what each row adds (default: 0)", _zero_or_at_least(LEAST_RESAMPLES), "N")
    confidence: float | None = _option("of intervals (default: 0.95)", _inner_share, "LEVEL")
    no_check: bool = _option(
        "do not look for dependence that no Gaussian has, such as y = x1 x2", bool)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Shown:
    heading: ClassVar[str] = "output"
    json: Path | str | None = _option(_JSON, _result_file, "FILE")
    plot: Path | None = _option(
        "draw the atoms there, of several layers their lines", _picture_file, "FILE")
    plot_directions: Path | None = _option(
        "draw there which combinations of the target one source tells alone", _picture_file, "FILE")
    page: Path | str | None = _option(
        "write an HTML page there, - for standard output", _result_file, "FILE.html")
    title: str | None = _option("at the top of the page", letter="TEXT")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Classifiers:
    heading: ClassVar[str] = "embeddings"
    estimator: str | None = _option(
        "how embeddings are read: by classifiers, or by clusters, which lose most of what they tell "
        "(default: classifier)", choices=ESTIMATORS)
    classifier: str | None = _option(
        "which ones: auto pools several, fast fewer, logistic is for many rows (default: auto; fast "
        "where many are fitted, of noise and of layers)",
        choices=CLASSIFIERS)
    n_jobs: int | None = _option("classifiers to fit at a time (default: 1)", int, "N")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _States:
    target_bins: int | None = _option(
        "y is numbers, which are put into N bins with equally many rows in each (16 if no N is "
        "given)", _bins, "N", nargs="?", const=16)
    groups: str | None = _option(
        "rows with the same label in this file, such as copies of one picture, stay in one fold",
        letter="FILE")
    clusters: tuple[int | str, ...] | None = _option(
        "with --estimator kmeans: cluster the sources to K states each, or to K and K2: "
        "--clusters 8 16; auto for the number that tells most about rows that were not counted",
        _count_or_auto, "K", nargs="+", exclusive=True)
    labels: bool = _option(
        "the sources are labels already, which are counted", bool, exclusive=True)
    joint: bool = _option(
        "with --labels: several columns of labels, such as FILE:a,b, are one joint state", bool)
    weights: str | None = _option(
        "how many rows each row stands for, or how much it matters: one number (N,)",
        letter="FILE")
    preprocess: str | None = _option("before clustering", choices=tuple(PREPROCESS))
    components: int | None = _option("principal components to cluster", _count, "N")
    clusterer: str | None = _option(
        "quantile makes bins of sources of one column (default: kmeans)", choices=tuple(CLUSTERERS))
    held_out: float | None = _option(
        "fit clusters to the other rows and count this share of them (default: all in both)",
        _share, "SHARE")

    @property
    def of_both(self) -> Any:
        """Clusters of each source, or "auto"; zero with labels."""
        clusters = self.clusters or (0,)
        return "auto" if clusters == ("auto",) else (clusters[0], clusters[-1])


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Inference:
    heading: ClassVar[str] = "bias, uncertainty, significance"
    bias_correction: str | None = _option(
        "of counting few samples (default: auto)", choices=METHODS)
    resamples: int | None = _option(
        "take intervals from so many halves of the samples, and not from what each row adds "
        "(default: 0; 200 where only these tell, with shuffle and qe)",
        _zero_or_at_least(LEAST_RESAMPLES), "N")
    confidence: float | None = _option(
        "of intervals and bounds (default: 0.95)", _inner_share, "LEVEL")
    permutations: int | None = _option(
        "test each atom by this many permutations (default: {permutations})",
        _zero_or_at_least(19), "N")  # so that a p-value can be 0.05
    compare: tuple[str, str] | None = _option(
        "decompose these sources of the same rows as well, and compare",
        _one_of_two_files, ("X1B", "X2B"), nargs=2)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _SweepInstead:
    sweep: tuple[int, ...] | None = _option(
        "with --estimator kmeans: cluster to each of these numbers of states, and recommend one",
        _count, "K", nargs="+", exclusive=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _SweepBeside:
    heading: ClassVar[str] = "sweeps"
    sweep: tuple[int, ...] | None = _option(
        "numbers of clusters (default: half of --clusters, as many, twice as many; 0 for no "
        "sweep)", _zero_or_at_least(1), "K", nargs="+")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Sweeps:
    heading: ClassVar[str] = "sweeps"
    noise: tuple[float, ...] | None = _option(
        "add noise to a source, in standard deviations of its columns",
        _level, "LEVEL", nargs="+")
    noise_source: int | None = _option("which source (default: 1)", int, choices=(1, 2))
    seeds: int | None = _option(
        "fits at each point (default: 2 of classifiers, 5 of clusters, 3 where of layers)",
        _count, "N")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Solver:
    heading: ClassVar[str] = "solver"
    tol: float | None = _option(
        "gap of the solver (default: 1e-4; 1e-3 of many prototypes)", float, "BITS")
    max_iter: int | None = _option("of the solver", _count, "N")
    threads: int | None = _option("default: all", _count, "N")
    dtype: str = _option("precision of the first-order steps (default: float64)",
                         choices=DTYPES[::-1], default="float64")
    device: str = _option("where to solve; auto is the CPU, as files are (default: auto)",
                          choices=DEVICES, default="auto")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Records:
    heading: ClassVar[str] = "output"
    json: Path | str | None = _option(_JSON, _result_file, "FILE")
    plot: Path | None = _option("draw the atoms there", _picture_file, "FILE")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Page:
    heading: ClassVar[str] = "output"
    output: Path | str = _option(
        "write the page there, - for standard output", _result_file, "FILE.html", required=True)
    title: str | None = _option("at the top of the page", letter="TEXT")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Demonstration:
    output_dir: Path = _option(
        "where fourfold-demo.json and fourfold-demo.png go (default: here)", Path, "DIR",
        default=Path())
    clusters: int = _option(
        "a side, of what K-means says (default: 8)", _count, "K", default=8)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Always:
    seed: int = _option("of all that is drawn (default: 0)", int, "N", default=0)
    quiet: bool = _option(
        "print errors alone, and what was asked for on standard output", bool)
    no_progress: bool = _option("no progress bars", bool)
    strict: bool = _option(
        "exit with 3 where a result did not converge or has too few samples", bool)

    @property
    def no_bars(self) -> bool:
        """Whether nothing shall move on the terminal."""
        return self.quiet or self.no_progress
# fmt: on


# -- commands --------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Demo(_Classifiers, _Demonstration, _Always):
    """Left and right halves of handwritten digits, and which digit it is."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pid(
    _Files,
    _Reading,
    _Classifiers,
    _States,
    _SweepInstead,
    _Inference,
    _Sweeps,
    _Solver,
    _Records,
    _Always,
):
    """Decompose I(X1,X2;Y): embeddings by classifiers, unless they are to be clustered; or labels.
    Files are .npy, .npz, .csv, .tsv, .txt, .parquet, .feather or .arrow, one row per sample.
    FILE:COLUMN is one column of a file, or one array of a .npz file; - is standard input, and
    -:COLUMN a column of it.
    """

    defaults: ClassVar[dict[str, Any]] = {"permutations": 0}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report(
    _Files,
    _Reading,
    _Page,
    _Classifiers,
    _States,
    _Inference,
    _SweepBeside,
    _Sweeps,
    _Solver,
    _Always,
):
    """Decompose I(X1,X2;Y) and write an HTML page; of labels and clusters with intervals and tests,
    of clusters with a sweep over their number. Files as for `fourfold pid`; or embeddings of several layers, .npy of shape
    (L, N, d) or .npz with an array for each, of which the page shows the profile.
    """

    #: In place of what was not given.
    defaults: ClassVar[dict[str, Any]] = {"permutations": 199}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gaussian(_NumberFiles, _Reading, _Fit, _Shown, _Always):
    """Decompose I(X1,X2;Y) of a target of numbers, of one column or of many, by a Gaussian copula in
    closed form. Files as for `fourfold pid`; or several layers of one or more of the three, .npy of
    shape (L, N, d) or .npz with an array for each.
    """


Analysis = Pid | Report
#: Told below the options.
EXIT_STATUS = (
    "Exit status: 0; 2 after an error of usage or input, told in one line; 3 with --strict where "
    "a result did not converge or has too few samples, after all was written; 130 after Ctrl-C."
)
COMMANDS: dict[str, type] = {
    "demo": Demo,
    "pid": Pid,
    "gaussian": Gaussian,
    "report": Report,
}


def fill(parser: argparse.ArgumentParser, command: str) -> None:
    """Add the options of a command, group by group."""
    kind = COMMANDS[command]
    parser.description = kind.__doc__
    parser.epilog = EXIT_STATUS
    groups: dict[str, Any] = {"": parser}
    for part in kind.__bases__:
        heading = getattr(part, "heading", "")
        if heading not in groups:
            groups[heading] = parser.add_argument_group(heading)
        for field in dataclasses.fields(part):
            how = dict(field.metadata)
            how["help"] = how["help"].format(**getattr(kind, "defaults", {}))
            group = groups[heading]
            if how.pop("exclusive", False):
                if "exclusive" not in groups:
                    groups["exclusive"] = parser.add_mutually_exclusive_group()
                group = groups["exclusive"]
            if getattr(part, "positional", False):
                group.add_argument(field.name, **how)
            else:
                option = "--" + field.name.replace("_", "-")
                group.add_argument(option, default=field.default, **how)


def read(given: argparse.Namespace) -> Any:
    """What was parsed, as the dataclass of its command."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(given).items()
    }
    return COMMANDS[values.pop("command")](**values)
