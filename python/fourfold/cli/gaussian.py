# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold gaussian``: a target of numbers, of one layer or of several."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from fourfold.cli import output, samples
from fourfold.cli.console import printable
from fourfold.inputs.optional import REPORT, require
from fourfold.loading import column_names, holds_layers, load_array, load_layers
from fourfold.loading.row_order import check_row_order
from fourfold.loading.values import LABELS_HINT
from fourfold.report.html.picture import CURVES, size_of
from fourfold.report.html_report import html_report
from fourfold.report.plots.directions import directions_size
from fourfold.report.text import table
from fourfold.results.gaussian_directions import shown_directions
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.words import Names

if TYPE_CHECKING:
    from fourfold.cli.arguments import Gaussian
    from fourfold.cli.output import Say

__all__ = ["run"]

#: Files that may hold several layers, by the name of their argument.
_LAYERED = {"x1": "sources1", "x2": "sources2", "y": "target"}


def run(arguments: Gaussian) -> dict[str, Any]:
    """Run ``fourfold gaussian``; the result by what it is of."""
    say = output.speaker(arguments)
    _check_outputs(arguments)
    files = samples.given(
        x1=arguments.x1, x2=arguments.x2, y=arguments.y, given=arguments.given
    )
    names = Names(
        samples.names_of_sources(arguments.x1, arguments.x2), samples.name_of(arguments.y)
    )
    with output.stages(2, arguments.no_bars) as step:
        step("read the files")
        read = {name: _read(name, file, arguments.reading) for name, file in files.items()}
        check_row_order(files.values())
        layered = any(isinstance(values, dict) for values in read.values())
        if layered and arguments.plot_directions is not None:
            msg = "--plot-directions goes with one layer, not with files of several"
            raise ValueError(msg)
        chosen = _options(arguments)
        step("decompose")
        result: Any
        if layered:
            result = _profile(read, chosen)
        else:
            result = fourfold.gaussian_pid(**read, **chosen)
            result = dataclasses.replace(result, target_columns=_names_of_columns(arguments))
    say(str(result) if layered else table(result, **_named(names)))
    _write(arguments, result, names, read, chosen, say)
    return {", ".join(names.sources): result}


def _check_outputs(arguments: Gaussian) -> None:
    """Before the work."""
    output.check_outputs(arguments.json, arguments.plot)
    output.check_picture("--plot-directions", arguments.plot_directions)
    if arguments.page is None:
        samples.refuse(arguments, ("title",), "goes with --page")
    else:
        require(f"--page: {REPORT}", "jinja2", "matplotlib")
        output.check_page("--page", arguments.page)


def _read(name: str, file: str, reading: dict[str, Any]) -> Any:
    if name in _LAYERED and holds_layers(file):
        return load_layers(file)
    try:
        return load_array(file, **reading)
    except ValueError as error:  # of labels it says what `fourfold pid` would
        msg = str(error).replace(LABELS_HINT, " (labels are for fourfold pid)")
        raise ValueError(msg) from error


def _names_of_columns(arguments: Gaussian) -> tuple[str, ...] | None:
    header = {name: value for name, value in arguments.reading.items() if name == "header"}
    return column_names(arguments.y, **header)


def _options(arguments: Gaussian) -> dict[str, Any]:
    """Arguments of `gaussian_pid`; what was not given keeps its own default."""
    options = samples.given(
        shrinkage=arguments.shrinkage,
        bias_correction=arguments.bias_correction,
        n_resamples=arguments.resamples,
        confidence_level=arguments.confidence,
    )
    if arguments.no_copula:
        options["copula"] = False
    if arguments.no_check:
        options["check_dependence"] = False
    return options | {"random_state": arguments.seed}


def _profile(read: dict[str, Any], chosen: dict[str, Any]) -> Any:
    """Several layers; of what only `gaussian_pid` takes a partial is made."""
    given = {"given": read["given"]} if "given" in read else {}
    seed = {"random_state": chosen["random_state"]}
    options = {name: value for name, value in chosen.items() if name not in seed}
    estimator = functools.partial(fourfold.gaussian_pid, **options, **given)
    return fourfold.layer_profile(
        read["x1"], read["x2"], read["y"], estimator=estimator, **seed
    )


def _named(names: Names) -> dict[str, Any]:
    return {"source_names": names.sources, "target_name": names.target}


# -- files -----------------------------------------------------------------------------


def _write(
    arguments: Gaussian, result: Any, names: Names, read: dict[str, Any],
    chosen: dict[str, Any], say: Say,
) -> None:  # fmt: skip
    named, single = _named(names), isinstance(result, GaussianPID)
    if arguments.json is not None:
        data = {
            "sources": names.sources,
            "target": names.target,
            "shapes": {name: _shape(values) for name, values in read.items()},
            "files": samples.given(
                x1=arguments.x1, x2=arguments.x2, y=arguments.y, given=arguments.given
            ),
        }
        content = output.record("gaussian", chosen, data)
        if single:
            content["result"] = output.result_record(result)
        else:
            content["layer_profile"] = result.to_dict()
        output.write_json(arguments.json, content, say)
    if arguments.plot is not None:
        size = size_of(result) if single else CURVES
        output.write_picture(arguments.plot, size, lambda ax: result.plot(ax, **named), say)
    if arguments.plot_directions is not None:
        output.write_picture(
            arguments.plot_directions,
            directions_size(shown_directions(result, names), names),
            lambda ax: result.plot(ax, what="directions", **named),
            say,
        )
    if arguments.page is not None:
        page = html_report(
            {result.page_heading(): result},
            title=arguments.title,
            data={
                name: printable(f"{getattr(arguments, name)}, shape {_shape(values)}")
                for name, values in read.items()
            },
            parameters=chosen,
            **named,
        )
        output.write_page(arguments.page, page, say)


def _shape(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: list(np.shape(layer)) for name, layer in values.items()}
    return list(np.shape(values))
