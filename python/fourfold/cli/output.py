# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the commands write: records in JSON, pages, pictures, and bars of their stages."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

import fourfold
from fourfold.cli import console
from fourfold.inference.permutation_result import PARTS
from fourfold.inputs.optional import PICTURE, require
from fourfold.runtime.progress import silent_progress
from fourfold.writing import write_figure, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.axes import Axes

    from fourfold.cli.arguments import Analysis, Demo, Gaussian
    from fourfold.datasets import TwoSourceDataset
    from fourfold.inference.permutation_result import PermutationTest
    from fourfold.results.pid import PID

__all__ = [
    "Step",
    "check_folder",
    "check_outputs",
    "check_page",
    "check_picture",
    "data_record",
    "record",
    "result_record",
    "speaker",
    "stages",
    "tests_record",
    "write_json",
    "write_page",
    "write_picture",
]

Step = Callable[[str], None]  # says which stage begins
Say = Callable[[str], None]  # prints for people, or is silent


def speaker(arguments: Analysis | Demo | Gaussian) -> Say:
    """What prints for people; silent with --quiet, and where standard output takes a result."""
    taken = [
        name
        for name in ("json", "page", "output")
        if getattr(arguments, name, None) == console.STANDARD_OUTPUT
    ]
    if len(taken) > 1:
        msg = f"--{' and --'.join(taken)}: only one of them can be -, which is standard output"
        raise ValueError(msg)
    return _silent if arguments.quiet or taken else console.say


def _silent(_: str) -> None:
    pass


def check_outputs(json_file: Path | str | None, plot_file: Path | None) -> None:
    """Raise where a file could not be written; before the work, not after an hour of it."""
    if json_file is not None:
        check_folder("--json", json_file)
    check_picture("--plot", plot_file)


def check_picture(option: str, file: Path | None) -> None:
    """Raise where the file of an option, if it was given, cannot be a picture."""
    if file is None:
        return
    check_folder(option, file)
    require(f"{option}: {PICTURE}", "matplotlib")
    from matplotlib.backend_bases import FigureCanvasBase  # noqa: PLC0415  optional

    accepted = FigureCanvasBase.get_supported_filetypes()
    if file.suffix.lower().lstrip(".") not in accepted:
        msg = f"{option}: {file} must end in one of .{', .'.join(sorted(accepted))}"
        raise ValueError(msg)


def check_page(option: str, file: Path | str) -> None:
    """Raise where the file of an option cannot be a page."""
    check_folder(option, file)
    if isinstance(file, Path) and file.suffix.lower() not in {".html", ".htm"}:
        msg = f"{option}: {file} must end in .html or .htm"
        raise ValueError(msg)


def check_folder(option: str, file: Path | str) -> None:
    """Raise where there is no folder for the file of an option."""
    if isinstance(file, Path) and not file.parent.is_dir():
        msg = f"{option}: {file.parent} is not a folder"
        raise ValueError(msg)
    if isinstance(file, Path) and file.is_dir():
        msg = f"{option}: {file} is a folder; name a file in it"
        raise ValueError(msg)


# -- records ---------------------------------------------------------------------------


def record(command: str, parameters: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """What every file of JSON begins with."""
    return {
        "fourfold": fourfold.__version__,
        "command": command,
        "parameters": {
            name: value.get_params() if hasattr(value, "get_params") else value
            for name, value in parameters.items()
        },
        "data": data,
    }


def data_record(data: TwoSourceDataset) -> dict[str, Any]:
    """What was decomposed."""
    return {
        "sources": data.source_names,
        "target": data.target_name,
        "shapes": [np.shape(values) for values in data],
    }


def result_record(result: PID) -> dict[str, Any]:
    """One decomposition with its contributions, None where they are not known."""
    shares = [None if np.isnan(share) else float(share) for share in result.contributions()]
    return result.to_dict() | {"contributions": shares}


def tests_record(
    tests: Mapping[str, PermutationTest], adjusted: Mapping[str, float]
) -> dict[str, Any]:
    """Permutation tests by the name of their statistic; the null distributions are left out."""
    return {
        name: {
            "statistic": test.statistic,
            "pvalue": test.pvalue,
            "pvalue_adjusted": adjusted[name],
            "n_permutations": test.n_permutations,
            "null": test.null,
        }
        | {part: value for part in PARTS if (value := getattr(test, part)) is not None}
        for name, test in tests.items()
    }


# -- files -----------------------------------------------------------------------------


def write_json(file: Path | str, content: dict[str, Any], say: Say) -> None:
    """Write it and say so; NaN, which is not JSON, is an error."""
    _write(file, json.dumps(content, indent=2, allow_nan=False) + "\n", say)


def write_page(file: Path | str, page: str, say: Say) -> None:
    """Write a page and say so."""
    _write(file, page, say)


def _write(file: Path | str, text: str, say: Say) -> None:
    if isinstance(file, Path):
        write_text(file, text)
        say(f"wrote {file}")
    else:
        console.deliver(text)


def write_picture(
    file: Path, size: tuple[float, float], draw: Callable[[Axes], object], say: Say
) -> None:
    """Write what `draw` draws into axes of a figure of `size` inches, and say so."""
    from matplotlib.figure import Figure  # noqa: PLC0415  optional

    # not through pyplot, which would want a display
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.subplots())
    write_figure(file, figure, dpi=200)
    say(f"wrote {file}")


# -- progress --------------------------------------------------------------------------


@contextlib.contextmanager
def stages(number: int, quiet: bool) -> Iterator[Step]:
    """Yields a function to call at the start of each stage; silent when not on a terminal.

    No bars at all, of what is called within either, where it is to be quiet.
    """
    started = 0
    of_stages = tqdm(total=number, file=sys.stderr, disable=quiet or None, leave=False)
    with silent_progress(quiet), of_stages as bar:

        def step(description: str) -> None:
            nonlocal started
            bar.update(started > 0)
            started += 1
            bar.set_description(description)

        yield step
