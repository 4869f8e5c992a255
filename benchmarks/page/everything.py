# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All measurements one after another, then the pages and pictures that are made of them."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import fourfold
from benchmarks.commands import BENCHMARKS
from benchmarks.record.arguments import add_choices
from benchmarks.record.environment import ROOT

if TYPE_CHECKING:
    import argparse

__all__ = ["ALL"]

#: A process each: none may find the memory, threads or caches of another.
_NAMES = tuple(BENCHMARKS)


class Everything:
    """The command that runs all others; `name`, `text`, `prepare` and `run` as of a `Benchmark`."""

    name = "all"
    text = (
        "Measure everything, then write the tables and pictures: what runs without a command."
    )

    def prepare(self, parser: argparse.ArgumentParser) -> None:
        """Add all arguments."""
        parser.add_argument(
            "--quick",
            action="store_true",
            help="small sizes, to see that it works; keeps nothing",
        )
        add_choices(parser, "--only", _NAMES, "from {}")
        add_choices(parser, "--skip", _NAMES, "from {}")

    def run(self, options: argparse.Namespace, _: list[str]) -> int:
        """Run the chosen ones, say how each ended, and return the worst exit status."""
        names = [name for name in options.only or _NAMES if name not in (options.skip or ())]
        ends = [_ended(name, quick=options.quick) for name in names]
        if not options.quick:
            ends += [
                _timed(name, [name, *more]) for name, *more in (["table", "--write"], ["plot"])
            ]
        print("\n".join(said for said, _ in ends))
        return max((status for _, status in ends), default=0)


def _ended(name: str, *, quick: bool) -> tuple[str, int]:
    if name == "cuda" and not (fourfold.cuda.is_built() and fourfold.cuda.device_count()):
        return "cuda: left out, no CUDA device or no CUDA back end", 0
    return _timed(name, [name, *["--quick"] * quick])


def _timed(name: str, arguments: list[str]) -> tuple[str, int]:
    print(f"benchmarks: {' '.join(arguments)}", file=sys.stderr, flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "benchmarks", *arguments]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    how = f"exit status {status}" if status else "well"
    return f"{name}: {how}, {time.monotonic() - began:.0f} s", status


ALL = Everything()
