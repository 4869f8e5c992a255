# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A grid whose process is killed at random moments: nothing is lost, and nothing made twice."""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np

import fourfold as ff

__all__ = ["KilledGrid", "kill_grid"]

_ROOT = Path(__file__).resolve().parents[2]
_LAYERS, _DATASETS, _ROWS = 4, 2, 80


class KilledGrid(NamedTuple):
    """What became of a grid that was killed.

    Attributes
    ----------
    kills : int
        How often the process was killed before it was done.
    parts, kept : int, list of int
        Of the grid, and how many were in the folder at each kill.
    lost : list of str
        Parts that were finished at a kill, and later were not there, or changed.
    repeated : list of str
        Parts that were begun again although they were finished.
    same : bool
        Whether the resumed grid is that of one run without a folder, to the bit.
    """

    kills: int
    parts: int
    kept: list[int]
    lost: list[str]
    repeated: list[str]
    same: bool


def kill_grid(kills: int, seed: int, folder: Path, back_end: str = "") -> KilledGrid:
    """Run a grid in `folder`, which is empty, kill it at random moments, and run it to its end.

    `back_end` is one of joblib's, with two jobs at a time; none by default.
    """
    rng = np.random.default_rng(seed)
    checkpoint, log = folder / "parts", folder / "log"
    checkpoint.mkdir()
    whole = _grid(None)
    parts = len(whole)
    kept, lost, repeated = [], [], []
    finished: dict[str, tuple[int, int]] = {}
    done = 0
    while done <= kills:
        log.write_text("")
        command = [sys.executable, "-m", __name__, str(checkpoint), str(log), back_end]
        path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(
            command, start_new_session=True, env=os.environ | {"PYTHONPATH": path}
        )
        if done < kills:
            most = (parts - len(finished)) // (kills - done) + 1
            _wait_for(process, log, int(rng.integers(1, most + 1)))
            time.sleep(rng.exponential(0.02))  # about a part's time
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        if status > 0:
            msg = f"the grid ended with exit status {status}"
            raise RuntimeError(msg)
        begun = log.read_text().split("\n")
        repeated += [name for name in finished if name in begun]
        now = _files(checkpoint)
        lost += [name for name, file in finished.items() if now.get(name) != file]
        finished = now
        kept.append(len(now))
        done += 1
    grid = _grid(checkpoint)
    same = all(
        np.array_equal(grid.columns[key], values, equal_nan=values.dtype.kind == "f")
        for key, values in whole.columns.items()
    )
    same &= np.array_equal(grid.by_seed, whole.by_seed)
    return KilledGrid(kills, parts, kept[:-1], lost, repeated, bool(same))


def _wait_for(process: subprocess.Popen[bytes], log: Path, begun: int) -> None:
    """Until so many parts were begun, or the process has ended."""
    while process.poll() is None and log.read_text().count("\n") < begun:
        time.sleep(0.002)


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Finished parts by their names: which file each is, and when that was written."""
    found = {}
    for path in folder.iterdir():
        if not path.name.startswith("."):  # what a kill left half written
            part = tuple(json.loads(path.read_text())["part"].values())
            found[f"part {part}"] = path.stat().st_ino, path.stat().st_mtime_ns
    return found


def _grid(checkpoint: Any) -> ff.ProfileGrid:
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=_ROWS)
    targets = {f"set {k}": np.roll(y, k) for k in range(_DATASETS)}
    layers = [
        {f"layer {k}": y[:, None] * k / 2 + rng.normal(size=(_ROWS, 2)) for k in range(_LAYERS)}
        for _ in range(2)
    ]
    estimator = ff.PIDEstimator(3, n_init=3, probe=False)
    return ff.profile_grid(*layers, targets, estimator=estimator, checkpoint=checkpoint)


def logged_part(log: str, plan: Any, seeds: Any, name: str, *given: Any) -> Any:
    """A part that says in a file that it was begun."""
    with Path(log).open("a") as begun:
        begun.write(f"{name}\n")
    return importlib.import_module("fourfold.workflows.grid.parts").made_part(
        plan, seeds, name, *given
    )


def _child(checkpoint: str, log: str, back_end: str) -> None:
    own = importlib.import_module("benchmarks.scale.grid_kills")  # not __main__, to be sent
    module = importlib.import_module("fourfold.workflows.grid.profile_grid")
    module.made_part = functools.partial(own.logged_part, log)
    warnings.simplefilter("ignore", ff.UndersampledWarning)
    if back_end:
        with joblib.parallel_config(back_end, n_jobs=2):
            _grid(checkpoint)
    else:
        _grid(checkpoint)


if __name__ == "__main__":
    _child(*sys.argv[1:])
