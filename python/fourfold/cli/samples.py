# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Files of ``fourfold pid`` as data sets, and its arguments as those of the functions it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.cli.arguments import ESTIMATORS
from fourfold.cli.console import printable
from fourfold.datasets import TwoSourceDataset
from fourfold.loading import load_array, load_labels
from fourfold.loading import name_of as name_in
from fourfold.loading.readers import first_row
from fourfold.loading.row_order import check_row_order
from fourfold.loading.values import LABELS_HINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from fourfold.cli.arguments import Analysis, Demo, Gaussian, Pid

__all__ = [
    "check_combinations",
    "check_states",
    "classifying_options",
    "clustering_options",
    "given",
    "load_target",
    "load_weights",
    "name_of",
    "names_of_sources",
    "read_files",
    "refuse",
    "road",
    "solver_choices",
]

_CLUSTERING = ("preprocess", "components", "held_out", "clusterer")
_SWEEPING = ("noise", "noise_source", "seeds")
_CLASSIFYING = ("classifier", "groups", "n_jobs")
_COUNTING = ("bias_correction", "resamples", "permutations")
_DECOMPOSITION_ONLY = ("groups", "permutations", "compare", "weights")


def read_files(arguments: Analysis, pairs: Sequence[tuple[str, str]]) -> list[TwoSourceDataset]:
    """One data set for each pair of files of sources; all share the target."""
    files = list(dict.fromkeys(file for pair in pairs for file in pair))
    sources = {file: _load_source(arguments, file) for file in files}
    y = load_target(arguments)
    check_row_order(
        [
            *files,
            *given(y=arguments.y, weights=arguments.weights, groups=arguments.groups).values(),
        ]
    )
    _check_rows([*(file for pair in pairs for file in pair), arguments.y], sources, y)
    if arguments.labels:
        for file, values in sources.items():
            if values.ndim != 1 and not arguments.joint:
                msg = (
                    f"{file}: with --labels a source must have one column, got {values.shape}; "
                    "name one, as FILE:COLUMN, or give --joint for one state of all columns"
                )
                raise ValueError(msg)
    target, blank = name_of(arguments.y), ((), ())
    return [
        TwoSourceDataset(
            sources[x1], sources[x2], y, names_of_sources(x1, x2), target, blank, ""
        )
        for x1, x2 in pairs
    ]


def _load_source(arguments: Analysis, file: str) -> np.ndarray:
    if not arguments.labels:
        return load_array(file, **arguments.reading)
    try:
        return load_labels(file, joint=arguments.joint, **arguments.reading)
    except ValueError as error:
        raise _of_labels(error) from error


def _of_labels(error: ValueError) -> ValueError:
    """The error without the advice to give --labels, which was followed or is not of y."""
    return ValueError(str(error).replace(LABELS_HINT, "; labels stand in one column"))


def load_target(arguments: Analysis) -> np.ndarray:
    """Labels or probabilities; one column of numbers with --target-bins."""
    if arguments.target_bins is None:
        try:
            return load_labels(arguments.y, joint=arguments.joint, **arguments.reading)
        except ValueError as error:
            raise _of_labels(error) from error
    y = load_array(arguments.y, **arguments.reading)
    if y.shape[1] != 1:
        msg = f"{arguments.y}: --target-bins takes one column of numbers, got shape {y.shape}"
        raise ValueError(msg)
    return y[:, 0]


def load_weights(arguments: Analysis) -> dict[str, Any]:
    """The argument for what --weights names, if it was given."""
    if arguments.weights is None:
        return {}
    weights = load_array(arguments.weights, **arguments.reading)
    if weights.shape[1] != 1:
        msg = f"{arguments.weights}: --weights takes one column of numbers, got {weights.shape}"
        raise ValueError(msg)
    return {"sample_weight": weights[:, 0]}


def given(**options: Any) -> dict[str, Any]:
    """Those that are not None; the others keep the default of what is called."""
    return {name: value for name, value in options.items() if value is not None}


def solver_choices(arguments: Analysis) -> dict[str, Any]:
    """Arguments that all decompositions take."""
    return {
        "tol": 1e-4 if arguments.tol is None else arguments.tol,
        "num_threads": arguments.threads,
        "dtype": arguments.dtype,
        "device": arguments.device,
    } | given(max_iter=arguments.max_iter)


def clustering_options(arguments: Analysis) -> dict[str, Any]:
    """Arguments of the clustering."""
    return given(
        preprocess=arguments.preprocess,
        n_components=arguments.components,
        held_out=arguments.held_out,
        clusterer=arguments.clusterer,
        target_bins=arguments.target_bins,
        random_state=arguments.seed,
    )


def road(arguments: Analysis) -> str:
    """From sources to atoms: "labels", or an estimator of embeddings."""
    return "labels" if arguments.labels else arguments.estimator or ESTIMATORS[0]


def classifying_options(arguments: Analysis) -> dict[str, Any]:
    """Arguments of `ClassifierPID`."""
    return {"random_state": arguments.seed} | given(
        tol=arguments.tol,
        num_threads=arguments.threads,
        classifier=arguments.classifier,
        n_jobs=arguments.n_jobs,
        target_bins=arguments.target_bins,
        confidence_level=arguments.confidence,
        max_iter=arguments.max_iter,
    )


def check_combinations(arguments: Pid) -> None:
    """Raise where options do not go together, naming them; before any file is read."""
    sweeping = arguments.sweep is not None or arguments.noise is not None
    check_states(arguments)
    if road(arguments) == "kmeans" and arguments.noise is not None and not arguments.clusters:
        msg = "--noise goes with --clusters: it is added to a source before that is clustered"
        raise ValueError(msg)
    if sweeping:
        refuse(
            arguments,
            _DECOMPOSITION_ONLY,
            "go with a single decomposition, not with --sweep or --noise",
        )
    else:
        refuse(arguments, ("seeds",), "goes with --sweep or --noise")
    if arguments.noise is None:
        refuse(arguments, ("noise_source",), "goes with --noise")


def check_states(arguments: Analysis) -> None:
    """Of `check_combinations`, what is about the states of the sources."""
    if arguments.clusters is not None and len(arguments.clusters) > 2:
        msg = f"--clusters: one or two numbers are accepted, got {len(arguments.clusters)}"
        raise ValueError(msg)
    if "auto" in (arguments.clusters or ()):
        if arguments.of_both != "auto":
            msg = f"--clusters: auto stands alone, got {list(arguments.clusters or ())}"
            raise ValueError(msg)
        why = "go with a number: --clusters auto would choose one for each of what is compared"
        refuse(arguments, ("noise", "compare"), why)
    if arguments.weights is not None:
        refuse(arguments, ("permutations",), "goes with rows that count alike, not --weights")
    chosen = road(arguments)
    if chosen != "labels":
        refuse(arguments, ("joint",), "goes with --labels; embeddings may have any columns")
    if chosen == "labels":
        why = "go with embeddings; with --labels sources are counted as they are"
        refuse(arguments, ("estimator", *_CLASSIFYING), why)
        why = "go with --estimator kmeans; with --labels nothing is clustered"
        refuse(arguments, (*_CLUSTERING, "sweep", *_SWEEPING), why)
    elif chosen == "kmeans":
        refuse(arguments, _CLASSIFYING, "go with --estimator classifier")
        if arguments.clusters is None and arguments.sweep is None:
            msg = (
                "--estimator kmeans needs a number of clusters, for example --clusters 8, or "
                "--clusters auto"
            )
            raise ValueError(msg)
    else:
        why = "go with --estimator kmeans; classifiers, the default, cluster nothing"
        refuse(arguments, ("clusters", *_CLUSTERING, "sweep"), why)
        why = "go with --labels or --estimator kmeans; classifiers count no table"
        refuse(arguments, _COUNTING, why)
        if (arguments.dtype, arguments.device) != ("float64", "auto"):
            msg = "--dtype and --device go with --labels or --estimator kmeans"
            raise ValueError(msg)


def refuse(arguments: Analysis | Demo | Gaussian, names: Sequence[str], why: str) -> None:
    """Raise where one of these options was given, saying what it goes with."""
    given = ["--" + name.replace("_", "-") for name in names if getattr(arguments, name)]
    if given:
        verb = why if len(given) > 1 else why.replace("go with", "goes with", 1)
        msg = f"{' and '.join(given)} {verb}"
        raise ValueError(msg)


def _check_rows(files: list[str], sources: dict[str, np.ndarray], y: np.ndarray) -> None:
    rows = [*(len(sources[file]) for file in files[:-1]), len(y)]
    if len(set(rows)) > 1:
        counts = ", ".join(f"{file} has {n}" for file, n in zip(files, rows, strict=True))
        msg = f"X1, X2 and Y must have one row per sample: {counts}{_headers(files, rows)}"
        raise ValueError(msg)


def _headers(files: list[str], rows: list[int]) -> str:
    """First rows of text, where a header that one file has and another has not may be the cause."""
    if max(rows) - min(rows) != 1:
        return ""
    shown = {file: first_row(file) for file in files}
    told = ", ".join(
        f"that of {file} is {row}" for file, row in shown.items() if row is not None
    )
    return f"; is a first row a header ({told})? --header yes or no decides" if told else ""


def names_of_sources(x1: str, x2: str) -> tuple[str, str]:
    """Those of their files, if they differ."""
    first, second = name_of(x1), name_of(x2)
    return ("X1", "X2") if first == second else (first, second)


def name_of(path: str) -> str:
    """What a file holds, by the name of it, or of the column or array in it."""
    return printable(name_in(path))
