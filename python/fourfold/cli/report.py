# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold report``: the analysis that an analyst wants, or that of layers, as one page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.cli import output, samples
from fourfold.cli.console import printable
from fourfold.cli.pid import compare_pairs, decompose_pairs, number_of_stages, pair_titles
from fourfold.cli.sweeps import fitting_options, noise_options, sweep_options
from fourfold.inputs.optional import REPORT, require
from fourfold.loading import holds_layers, load_array, load_layers
from fourfold.loading.row_order import check_row_order
from fourfold.report.html_report import html_report
from fourfold.workflows.sweeps.cluster_sweep import cluster_sweep
from fourfold.workflows.sweeps.layer_profile import layer_profile
from fourfold.workflows.sweeps.noise_sweep import noise_sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.cli.arguments import Report
    from fourfold.cli.output import Step
    from fourfold.datasets import TwoSourceDataset

__all__ = ["run"]

_NOT_OF_LAYERS = (
    "groups", "permutations", "compare", "sweep", "noise", "noise_source", "weights",
)  # fmt: skip


class _Analysis(NamedTuple):
    """What `html_report` shows."""

    results: dict[str, Any]
    source_names: tuple[str, str]
    target_name: str
    data: dict[str, object]
    parameters: dict[str, object]


def run(arguments: Report) -> dict[str, Any]:
    """Run ``fourfold report``; the results by their headings."""
    say = output.speaker(arguments)
    require(REPORT, "jinja2", "matplotlib")
    output.check_page("--output", arguments.output)
    samples.check_states(arguments)
    chosen = arguments
    untested = samples.road(arguments) == "classifier" or arguments.weights is not None
    if not untested and arguments.permutations is None:
        chosen = dataclasses.replace(arguments, **arguments.defaults)
    _check_sweeps(arguments)
    layered = not arguments.labels and any(map(holds_layers, (arguments.x1, arguments.x2)))
    if layered:
        samples.refuse(
            arguments, _NOT_OF_LAYERS, "go with sources of one layer, not with files of several"
        )
        if arguments.of_both == "auto":
            why = "--clusters: auto would choose for each layer; give a number, such as 8"
            raise ValueError(why)
        analysis = _of_layers(chosen)
    else:
        if arguments.noise is None and samples.road(arguments) == "classifier":
            why = "goes with --noise, or with files of several layers"
            samples.refuse(arguments, ("seeds",), why)
        analysis = _of_one_layer(chosen)
    page = html_report(title=arguments.title, **analysis._asdict())
    output.write_page(arguments.output, page, say)
    return analysis.results


def _check_sweeps(arguments: Report) -> None:
    if samples.road(arguments) == "kmeans" and arguments.clusters is None:
        msg = (
            "--estimator kmeans needs a number of clusters, for example --clusters 8, or "
            "--clusters auto"
        )
        raise ValueError(msg)
    if arguments.noise is None:
        samples.refuse(arguments, ("noise_source",), "goes with --noise")
    else:
        samples.refuse(
            arguments,
            ("groups", "weights"),
            "go with a single decomposition, not with --noise",
        )
    if arguments.weights is not None:
        samples.refuse(arguments, ("sweep",), "goes with rows that count alike, not --weights")
    if arguments.sweep is not None and 0 in arguments.sweep:
        if len(arguments.sweep) > 1:
            msg = f"--sweep: 0 stands alone, for no sweep, got {list(arguments.sweep)}"
            raise ValueError(msg)
        if arguments.noise is None:
            samples.refuse(arguments, ("seeds",), "goes with a sweep")


# -- analyses --------------------------------------------------------------------------


def _of_one_layer(arguments: Report) -> _Analysis:
    sweeps = _sweeps_clusters(arguments)
    number = 1 + number_of_stages(arguments) + sweeps + (arguments.noise is not None)
    with output.stages(number, arguments.no_bars) as step:
        datasets, found = decompose_pairs(arguments, step)
        results: dict[str, Any] = {}
        parameters: dict[str, object] = {"Decomposition": found[0].parameters}
        titles = [f" of {title}" for title in pair_titles(found)] if found[1:] else [""]
        for part, title in zip(found, titles, strict=True):
            results[f"Decomposition{title}"] = part.result
            if part.tests:
                results[f"Permutation tests{title}"] = part.tests
        if found[1:]:
            results[f"Difference{titles[0]} minus that{titles[1]}"] = compare_pairs(found)
        if arguments.permutations:
            parameters["Permutation tests"] = {
                "n_permutations": arguments.permutations,
                "random_state": arguments.seed,
            }
        results |= _sweeps(arguments, datasets[0], found[0].result, parameters, step)
    names = datasets[0].source_names
    return _Analysis(
        results,
        # of a page on two pairs, those that both have
        names if all(data.source_names == names for data in datasets) else ("X1", "X2"),
        datasets[0].target_name,
        {
            f"{name}{title}": _file_words(file, values)
            for part, title in zip(found, titles, strict=True)
            for name, file, values in zip(("X1", "X2", "Y"), part.files, part.data, strict=True)
        },
        parameters,
    )


def _sweeps(
    arguments: Report,
    data: TwoSourceDataset,
    result: Any,
    parameters: dict[str, object],
    step: Step,
) -> dict[str, Any]:
    """Sweeps by their headings; their parameters are added to `parameters`."""
    results: dict[str, Any] = {}
    if _sweeps_clusters(arguments):
        step("cluster sweep")
        settings = arguments.sweep or _settings_around(arguments, result, len(data.y))
        chosen = {"n_clusters": tuple(settings)} | sweep_options(arguments)
        results["Number of clusters"] = cluster_sweep(*data, **chosen)
        parameters["Number of clusters"] = chosen
    if arguments.noise is not None:
        step("noise sweep")
        chosen = noise_options(arguments)
        noisy = data.source_names[chosen["source"] - 1]
        results[f"Noise on {noisy}"] = noise_sweep(*data, **chosen)
        parameters[f"Noise on {noisy}"] = chosen
    return results


def _sweeps_clusters(arguments: Report) -> bool:
    asked = arguments.sweep != (0,) and arguments.weights is None
    return asked and samples.road(arguments) == "kmeans"


def _settings_around(arguments: Report, result: Any, rows: int) -> list[int | tuple[int, int]]:
    """Half, once and twice the clusters; never fewer than 2, nor more than there are rows for."""
    fitted = rows - round((arguments.held_out or 0) * rows)
    asked = arguments.of_both
    both = result.kept.n_clusters if asked == "auto" else asked
    alike = both[0] == both[1] and len(arguments.clusters or ()) == 1
    settings: dict[int | tuple[int, int], None] = {}
    for factor in (0.5, 1, 2):
        one, two = (max(2, int(factor * k)) for k in both)
        if factor <= 1 or max(one, two) <= fitted:
            settings[one if alike else (one, two)] = None
    return list(settings)


def _of_layers(arguments: Report) -> _Analysis:
    files = (arguments.x1, arguments.x2)
    with output.stages(2, arguments.no_bars) as step:
        step("read the files")
        first, second = (
            load_layers(file) if holds_layers(file) else load_array(file, **arguments.reading)
            for file in files
        )
        y = samples.load_target(arguments)
        check_row_order((*files, arguments.y))
        step("layer profile")
        chosen = fitting_options(arguments)
        profile = layer_profile(first, second, y, **chosen)
    return _Analysis(
        {"Layers": profile},
        samples.names_of_sources(*files),
        samples.name_of(arguments.y),
        {
            name: _file_words(file, values)
            for name, file, values in zip(
                ("X1", "X2", "Y"), (*files, arguments.y), (first, second, y), strict=True
            )
        },
        {"Layers": chosen},
    )


def _file_words(file: str, values: np.ndarray | Mapping[str, np.ndarray]) -> str:
    if isinstance(values, np.ndarray):
        return printable(f"{file}, shape {values.shape}")
    shapes = dict.fromkeys(str(layer.shape) for layer in values.values())
    return printable(f"{file}, {len(values)} layers of shape {', '.join(shapes)}")
