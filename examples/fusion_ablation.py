# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Does the way in which a network fuses two inputs decide which of them it uses?

Trains small networks that differ in their fusion only, and decomposes what their two inputs, and
inputs put together at random, tell about their answers. Beside it, what an estimate from the
tokens of one sample gives where nothing depends on anything. Writes ``fusion_ablation.json`` and
``fusion-ablation.png``, and prints the tables in Markdown. docs/fusion-study.md says what came out. Needs torch and matplotlib.

    python examples/fusion_ablation.py --output results
    python examples/fusion_ablation.py --from results/fusion_ablation.json --output elsewhere
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from fusion_report import draw, markdown

import fourfold

RECORD, FIGURE = "fusion_ablation.json", "fusion-ablation.png"
PACKAGES = ("torch", "numpy", "scipy", "scikit-learn", "matplotlib")


def main(arguments: list[str] | None = None) -> None:
    """Run the study, or read its record; see the top of this file."""
    options = parser().parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    if options.record is None:
        record = measure(options)
        path = options.output / RECORD
        path.write_text(json.dumps(_rounded(record), indent=1) + "\n", encoding="utf-8")
        print(f"wrote {path}", file=sys.stderr)
    else:
        record = json.loads(options.record.read_text(encoding="utf-8"))
    print(markdown(record))
    draw(record, options.output / FIGURE)
    print(f"wrote {options.output / FIGURE}", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    described = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    described.add_argument(
        "--output", type=Path, default=Path(), metavar="DIR", help="where files are written"
    )
    described.add_argument(
        "--seeds", type=_seeds, metavar="N", help="of training, at least 2 (3; quick: 2)"
    )
    described.add_argument(
        "--quick", action="store_true", help="few rows and steps: to see it run, not to read"
    )
    described.add_argument(
        "--from",
        dest="record",
        type=Path,
        metavar="FILE",
        help="print and draw the numbers of this JSON file; train nothing",
    )
    return described


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Train and decompose; the numbers, and what they were made with."""
    from fusion_networks import Training  # noqa: PLC0415  a record is read without torch
    from fusion_null import null  # noqa: PLC0415  likewise
    from fusion_profiles import LEVEL  # noqa: PLC0415  likewise
    from fusion_study import FOLDS, Settings, run  # noqa: PLC0415  likewise

    settings, draws, tokens = Settings(), 50, {}
    if options.quick:
        settings = Settings(
            seeds=2,
            training=Training(steps=25, batch=32, learning_rate=4e-3),
            classifiers="logistic",
            also=(),
            networks=("concat", "symmetric", "only_x1", "only_x2"),
            data=("breast_cancer",),
            rows=160,
        )
        draws, tokens = 3, {"tokens": (8, 16), "more": (40,)}
    if options.seeds is not None:
        settings = dataclasses.replace(settings, seeds=options.seeds)
    begun, busy = time.perf_counter(), time.process_time()
    data, nothing = run(settings), null(draws, **tokens)
    return {
        "command": shlex.join(["python", *_shown(sys.argv)]),
        "seconds": round(time.perf_counter() - begun, 1),
        "processor_seconds": round(time.process_time() - busy, 1),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": {
            "platform": platform.platform(),
            "processor": _processor(),
            "cpus": os.cpu_count(),
        },
        "versions": {
            "python": platform.python_version(),
            "fourfold": fourfold.__version__,
            **{package: metadata.version(package) for package in PACKAGES},
        },
        "settings": {
            **dataclasses.asdict(settings),
            "seeds": list(range(settings.seeds)),
            "folds": FOLDS,
            "confidence_level": LEVEL,
        },
        "data": data,
        "null": nothing,
    }


def _rounded(value: Any) -> Any:
    """The same with six decimals: far fewer mean anything."""
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, 6) if isinstance(value, float) else value


def _shown(command: list[str]) -> list[str]:
    """The command line, with the script by the name that it has in the repository."""
    return [f"examples/{Path(command[0]).name}", *command[1:]]


def _seeds(text: str) -> int:
    number = int(text)
    if number < 2:
        msg = "one seed says nothing of how much others differ"
        raise argparse.ArgumentTypeError(msg)
    return number


def _git(*arguments: str) -> str | None:
    """None outside a checkout, or without git."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
