# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold pid`` over numbers of clusters, and over noise added to a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import fourfold
from fourfold.cli import output, samples
from fourfold.workflows.sweeps.cluster_sweep import cluster_sweep
from fourfold.workflows.sweeps.noise_sweep import noise_sweep

if TYPE_CHECKING:
    from fourfold.cli.arguments import Analysis, Pid

__all__ = ["fitting_options", "noise_options", "sweep_clusters", "sweep_noise", "sweep_options"]

_PICTURE = (7.2, 4.2)  # inches


def sweep_clusters(arguments: Pid) -> dict[str, Any]:
    """Run ``fourfold pid`` with --sweep."""
    chosen = {"n_clusters": arguments.sweep} | sweep_options(arguments)
    return _run(arguments, cluster_sweep, "cluster_sweep", chosen)


def sweep_noise(arguments: Pid) -> dict[str, Any]:
    """Run ``fourfold pid`` with --noise."""
    return _run(arguments, noise_sweep, "noise_sweep", noise_options(arguments))


def noise_options(arguments: Analysis) -> dict[str, Any]:
    """Arguments of `noise_sweep`."""
    return {
        "levels": arguments.noise,
        "source": arguments.noise_source or 1,
    } | fitting_options(arguments)


def fitting_options(arguments: Analysis) -> dict[str, Any]:
    """What noise sweeps and profiles fit at each point, and how often."""
    if samples.road(arguments) == "kmeans":
        of_both: dict[str, Any] = {"estimator": "kmeans", "n_clusters": arguments.of_both}
        return of_both | sweep_options(arguments)
    # many fits: the fast ones, as where the functions are left to choose
    options = {"classifier": "fast"} | samples.classifying_options(arguments)
    return {
        "estimator": fourfold.ClassifierPID(**options),
        "random_state": arguments.seed,
    } | samples.given(n_seeds=arguments.seeds)


def sweep_options(arguments: Analysis) -> dict[str, Any]:
    """Arguments of clusters that sweeps and profiles share; what was not given keeps their own
    default.
    """
    of_sweep = samples.given(
        n_seeds=arguments.seeds,
        bias_correction=arguments.bias_correction,
        n_resamples=arguments.resamples,
        confidence_level=arguments.confidence,
    )
    return of_sweep | samples.clustering_options(arguments) | samples.solver_choices(arguments)


def _run(arguments: Pid, function: Any, name: str, chosen: dict[str, Any]) -> dict[str, Any]:
    say = output.speaker(arguments)
    with output.stages(2, arguments.no_bars) as step:
        step("read the files")
        (data,) = samples.read_files(arguments, [(arguments.x1, arguments.x2)])
        step(name.replace("_", " "))
        sweep = function(*data, **chosen)
    say(str(sweep))
    if arguments.json is not None:
        content = output.record("pid", chosen, output.data_record(data))
        content["data"]["files"] = [arguments.x1, arguments.x2, arguments.y]
        output.write_json(arguments.json, content | {name: sweep.to_dict()}, say)
    if arguments.plot is not None:
        names, target = data.source_names, data.target_name
        output.write_picture(
            arguments.plot,
            _PICTURE,
            lambda ax: sweep.plot(ax, source_names=names, target_name=target),
            say,
        )
    return {name.replace("_", " "): sweep}
