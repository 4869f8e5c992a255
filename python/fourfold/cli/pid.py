# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold pid`` of one pair of sources, or of two pairs to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import fourfold
from fourfold.cli import output, samples
from fourfold.cli.sweeps import sweep_clusters, sweep_noise
from fourfold.loading import load_labels
from fourfold.report.html.picture import size_of
from fourfold.report.text import comparison_table, permutation_table, table
from fourfold.results.pid import Atoms
from fourfold.results.posterior_pid import PosteriorPID

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.cli.arguments import Analysis, Pid
    from fourfold.cli.output import Say, Step
    from fourfold.datasets import TwoSourceDataset
    from fourfold.inference.comparison import Comparison
    from fourfold.inference.permutation_result import PermutationTest
    from fourfold.results.pid import PID

__all__ = [
    "Decomposition",
    "compare_pairs",
    "decompose_pairs",
    "number_of_stages",
    "pair_titles",
    "run",
]


_TESTED = Atoms._fields
#: Where y is rows of probabilities, of which no synergy can be tested.
_TESTED_OF_ROWS = (*Atoms._fields[:3], "information")


class Decomposition(NamedTuple):
    """Of one pair of sources."""

    data: TwoSourceDataset
    files: list[str]
    parameters: dict[str, Any]
    result: PID
    tests: dict[str, PermutationTest]


def run(arguments: Pid) -> dict[str, Any]:
    """Run ``fourfold pid``; the results by what they are of."""
    samples.check_combinations(arguments)
    output.check_outputs(arguments.json, arguments.plot)
    if arguments.sweep is not None:
        return sweep_clusters(arguments)
    if arguments.noise is not None:
        return sweep_noise(arguments)
    return _decompose_files(arguments)


def _decompose_files(arguments: Pid) -> dict[str, Any]:
    """Run ``fourfold pid`` without a sweep."""
    say = output.speaker(arguments)
    with output.stages(1 + number_of_stages(arguments), arguments.no_bars) as step:
        _, found = decompose_pairs(arguments, step)
    comparison = compare_pairs(found) if found[1:] else None
    adjusted = _adjusted(found)
    titles = pair_titles(found)
    for part, pvalues, title in zip(found, adjusted, titles, strict=True):
        names = part.data.source_names
        if len(found) > 1:
            say(title)
        say(table(part.result, source_names=names, target_name=part.data.target_name))
        if part.tests:
            say(f"\n{permutation_table(part.tests, pvalues, source_names=names)}")
            if len(found) > 1:
                say("adjusted for the tests of both pairs of sources")
        if part is not found[-1]:
            say("")
    if comparison is not None:
        say(f"\n{titles[0]} minus {titles[1]}\n{comparison_table(comparison)}")
    if arguments.json is not None:
        content = output.record("pid", found[0].parameters, {}) | _contents(
            found[0], adjusted[0]
        )
        if arguments.weights is not None:
            content["data"]["weights"] = arguments.weights
        if comparison is not None:
            content["compared_with"] = _contents(found[1], adjusted[1])
            content["comparison"] = comparison.to_dict()
        output.write_json(arguments.json, content, say)
    if arguments.plot is not None:
        _draw(arguments.plot, found, say)
    return {title: part.result for title, part in zip(titles, found, strict=True)}


def number_of_stages(arguments: Analysis) -> int:
    """Of `decompose_pairs`, after files were read."""
    pairs = 1 if arguments.compare is None else 2
    return pairs * (2 if arguments.permutations else 1)


def decompose_pairs(
    arguments: Analysis, step: Step
) -> tuple[list[TwoSourceDataset], list[Decomposition]]:
    """Read the files, and decompose one pair of sources or two."""
    step("read the files")
    pairs = [(arguments.x1, arguments.x2)]
    pairs += [] if arguments.compare is None else [arguments.compare]
    datasets = samples.read_files(arguments, pairs)
    return datasets, [
        _decompose_pair(arguments, data, [*pair, arguments.y], step)
        for data, pair in zip(datasets, pairs, strict=True)
    ]


def _decompose_pair(
    arguments: Analysis, data: TwoSourceDataset, files: list[str], step: Step
) -> Decomposition:
    """Read, decompose and test one pair of sources."""
    weights = samples.load_weights(arguments)
    if samples.road(arguments) == "classifier":
        step("fit classifiers and decompose")
        groups = (
            None
            if arguments.groups is None
            else load_labels(arguments.groups, **arguments.reading)
        )
        classifying = fourfold.ClassifierPID(**samples.classifying_options(arguments))
        decoded = classifying.fit(*data, groups=groups, **weights).result_
        return Decomposition(data, files, classifying.get_params(), decoded, {})
    solving = samples.solver_choices(arguments)
    in_bins = samples.given(
        target_bins=arguments.target_bins, joint=True if arguments.joint else None
    )
    inference: dict[str, Any] = {
        "bias_correction": arguments.bias_correction or "auto",
        "n_resamples": arguments.resamples,
        "confidence_level": arguments.confidence or 0.95,
    }
    if arguments.labels:
        step("decompose")
        parameters = inference | {"random_state": arguments.seed} | solving | in_bins
        x1, x2, y = data
        result = fourfold.pid(x1, x2, y, **parameters, **weights)
    else:
        step("cluster and decompose")
        estimator = fourfold.PIDEstimator(
            arguments.of_both, **samples.clustering_options(arguments), **inference, **solving
        )
        parameters = estimator.get_params()
        result = estimator.fit(*data, **weights).result_
        in_bins = samples.given(target_bins=estimator.target_bins_)
        columns = (estimator.labels1_, estimator.labels2_, data.y)
        x1, x2, y = (column[estimator.counted_] for column in columns)
    tests = {}
    if arguments.permutations:
        step("permute")
        tests = fourfold.permutation_test(
            x1, x2, y, _TESTED if np.ndim(y) == 1 else _TESTED_OF_ROWS,
            n_permutations=arguments.permutations, random_state=arguments.seed, **solving, **in_bins,
        )  # fmt: skip
    return Decomposition(data, files, parameters, result, tests)


def compare_pairs(found: list[Decomposition]) -> Comparison:
    """The first minus the second; raises where they have no errors."""
    one, other = (part.result for part in found)
    tables = not isinstance(one, PosteriorPID)
    if tables and (one.confidence_interval is None or other.confidence_interval is None):
        msg = (
            "--compare: there is no confidence interval to compare; expected at least 8 rows, and "
            "with --bias-correction shuffle or qe --resamples of at least 25"
        )
        raise ValueError(msg)
    return fourfold.compare(one, other)


def _adjusted(found: list[Decomposition]) -> list[dict[str, float]]:
    """P-values of each part by statistic, adjusted for all tests of the command."""
    tests = {
        f"{k} {name}": test for k, part in enumerate(found) for name, test in part.tests.items()
    }
    adjusted = fourfold.adjust_pvalues(tests) if tests else {}
    return [
        {name: adjusted[f"{k} {name}"] for name in part.tests} for k, part in enumerate(found)
    ]


def _contents(part: Decomposition, adjusted: dict[str, float]) -> dict[str, Any]:
    contents = {
        "data": output.data_record(part.data) | {"files": part.files},
        "result": output.result_record(part.result),
    }
    if part.tests:
        contents["permutation_tests"] = output.tests_record(part.tests, adjusted)
    return contents


def _draw(file: Path, found: list[Decomposition], say: Say) -> None:
    from fourfold.report.plots.bars import plot_comparison  # noqa: PLC0415  optional

    target = found[0].data.target_name
    if len(found) == 1:
        (part,) = found
        names = part.data.source_names
        output.write_picture(
            file,
            size_of(part.result),
            lambda ax: part.result.plot(ax, source_names=names, target_name=target),
            say,
        )
    else:
        bars = [part.result for part in found]
        labels = [title.replace(", ", ",\n") for title in pair_titles(found)]
        output.write_picture(
            file,
            (5.2, 3.6),
            lambda ax: plot_comparison(bars, labels, ax, target_name=target),
            say,
        )


def pair_titles(found: list[Decomposition]) -> list[str]:
    """Names of the sources of each pair; their files where names do not tell the pairs apart."""
    titles = [", ".join(part.data.source_names) for part in found]
    if len(set(titles)) < len(titles):
        return [", ".join(part.files[:2]) for part in found]
    return titles
