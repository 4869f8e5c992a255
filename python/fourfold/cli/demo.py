# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold demo``: what to do with two sources and a target, on handwritten digits."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import fourfold
from fourfold.cli import output
from fourfold.cli.arguments import ESTIMATORS
from fourfold.cli.samples import given, refuse
from fourfold.datasets import digits_halves
from fourfold.inputs.optional import PICTURE, installed
from fourfold.report.html.picture import size_of
from fourfold.report.text import table
from fourfold.results.table import Table, flag_column
from fourfold.results.words import SYMBOLS
from fourfold.workflows.sweeps.cluster_sweep import cluster_sweep

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.cli.arguments import Demo
    from fourfold.cli.output import Say
    from fourfold.datasets import TwoSourceDataset
    from fourfold.results.pid import PID
    from fourfold.workflows.sweeps.cluster_sweep import ClusterSweep

__all__ = ["run"]

_QUESTION = "What do the two halves of a handwritten digit tell about the digit?"
_PERMUTATIONS = 199
_SWEPT_CLUSTERS = (8, 16, 32)
# few, so that the demo takes seconds
_SWEPT_SEEDS = 3
_SWEPT_STARTS = 2
_WIDTH = 90  # of the lines that explain


def run(arguments: Demo) -> dict[str, Any]:
    """Decompose by classifiers, beside clusters; or by clusters, with all that is to be asked."""
    say = output.speaker(arguments)
    arguments.output_dir.mkdir(parents=True, exist_ok=True)
    data = digits_halves()
    if (arguments.estimator or ESTIMATORS[0]) == "classifier":
        result = _by_classifiers(arguments, data, say)
    else:
        result = _by_clusters(arguments, data, say)
    return {"halves of digits": result}


# -- by classifiers --------------------------------------------------------------------


def _by_classifiers(arguments: Demo, data: TwoSourceDataset, say: Say) -> PID:
    estimator = fourfold.ClassifierPID(
        random_state=arguments.seed,
        **given(classifier=arguments.classifier, n_jobs=arguments.n_jobs),
    )
    clusters = fourfold.PIDEstimator(
        arguments.clusters, probe=False, random_state=arguments.seed
    )
    with output.stages(2, arguments.no_bars) as step:
        step("fit classifiers and decompose")
        result = estimator.fit(*data).result_
        step("cluster the halves and decompose")
        coarse = clusters.fit(*data).result_
    say(f"{_QUESTION}\n{len(data.y)} images; classifiers read either half, and both.\n")
    say(table(result, source_names=data.source_names, target_name=data.target_name))
    atoms = ", ".join(
        f"{symbol} {value:.3f}" for symbol, value in zip(SYMBOLS, coarse.atoms, strict=True)
    )
    held_out = result.information.held_out
    kept = " and ".join(
        f"{found:.2f} of at least {told:.2f} bits of the {name}"
        for name, found, told in zip(
            data.source_names, (coarse.mi1, coarse.mi2), held_out, strict=False
        )
    )
    words = (
        f"{arguments.clusters} clusters of each half by K-means would have said: {atoms}. They "
        f"keep {kept}."
    )
    say("\n" + "\n".join(textwrap.wrap(words, _WIDTH)) + "\n")
    content = output.record("demo", estimator.get_params(), output.data_record(data))
    content["result"] = output.result_record(result)
    content["kmeans"] = {"parameters": clusters.get_params()} | output.result_record(coarse)
    _write(arguments.output_dir, content, result, data, say)
    return result


# -- by clusters -----------------------------------------------------------------------


def _by_clusters(arguments: Demo, data: TwoSourceDataset, say: Say) -> PID:
    refuse(arguments, ("classifier", "n_jobs"), "go with --estimator classifier")
    names, target = data.source_names, data.target_name
    estimator = fourfold.PIDEstimator(arguments.clusters, random_state=arguments.seed)
    with output.stages(3, arguments.no_bars) as step:
        step("cluster the halves and decompose")
        result = estimator.fit(*data).result_
        step("test the synergy")
        test = fourfold.permutation_test(
            estimator.labels1_,
            estimator.labels2_,
            data.y,
            "synergy",
            n_permutations=_PERMUTATIONS,
            random_state=arguments.seed,
        )
        step("other numbers of clusters")
        sweep = cluster_sweep(
            data.x1,
            data.x2,
            data.y,
            _SWEPT_CLUSTERS,
            n_seeds=_SWEPT_SEEDS,
            n_init=_SWEPT_STARTS,
            random_state=arguments.seed,
        )
    states = f"each half is one of {arguments.clusters} clusters"
    say(f"{_QUESTION}\n{len(data.y)} images; {states}.\n")
    say(table(result, source_names=names, target_name=target))
    say(
        f"\nIs there any synergy? p = {test.pvalue:.3f} from {len(test.null_distribution)} "
        f"walks over tables with the same pairs; null: {test.null}.\n"
        + "".join(f"{part}\n" for part in test.parts())
    )
    say(f"{_synergies(sweep)}\n")
    content = output.record("demo", estimator.get_params(), output.data_record(data))
    content["result"] = output.result_record(result)
    content["permutation_tests"] = output.tests_record(
        {"synergy": test}, fourfold.adjust_pvalues({"synergy": test})
    )
    content["cluster_sweep"] = sweep.to_dict()
    _write(arguments.output_dir, content, result, data, say)
    return result


def _synergies(sweep: ClusterSweep) -> str:
    """The synergy for each number of clusters: as counted, and what to make of it."""
    low, high = (end.synergy for end in (sweep.low, sweep.high) if end is not None)
    columns = [
        ("clusters\na side", map(str, sweep.n_clusters)),
        ("samples\nper cell", [f"{count:.2f}" for count in sweep.samples_per_cell]),
        ("plug-in", [f"{value:.3f}" for value in sweep.plug_in.synergy]),
        ("estimated\nbias", [f"{value:+.3f}" for value in sweep.bias.synergy]),
        ("corrected", [f"{value:.3f}" for value in sweep.atoms.synergy]),
        ("95 %\nlow", [f"{value:.3f}" for value in low]),
        ("interval\nhigh", [f"{value:.3f}" for value in high]),
        flag_column(sweep.undersampled),
    ]
    best = "none" if sweep.recommended is None else sweep.recommended
    return "\n".join(
        [
            "More clusters keep more of the images, and leave fewer samples for each cell of the",
            f"table of counts. The synergy in bits, mean of {len(sweep.seeds)} clusterings:",
            "",
            *Table.of_columns("", columns).lines(),
            "",
            *textwrap.wrap(f"recommended: {best}. {sweep.reason}", _WIDTH),
        ]
    )


# -- files -----------------------------------------------------------------------------


def _write(
    folder: Path, content: dict[str, Any], result: PID, data: TwoSourceDataset, say: Say
) -> None:
    output.write_json(folder / "fourfold-demo.json", content, say)
    if not installed("matplotlib"):
        say(f"skipped fourfold-demo.png: {PICTURE}")
        return
    names, target = data.source_names, data.target_name
    output.write_picture(
        folder / "fourfold-demo.png",
        size_of(result),
        lambda ax: result.plot(ax, source_names=names, target_name=target),
        say,
    )
