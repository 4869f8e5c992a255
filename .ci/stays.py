# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Prints which files of the package see the array passed as x1 in pid(x1, x2, y), and how often.

A file sees it where a function of it is called with that very array, by itself or in a tuple or
dictionary. It is entered anew where no such function of it is running. Exits with 1 if there are
more than ten files, or one is entered more than once.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np

import fourfold as ff

MOST_FILES = 10
ROOT = Path(ff.__file__).parent


def main() -> int:
    rng = np.random.default_rng(0)
    failed = False
    for name, x1 in {
        "integers": rng.integers(4, size=500),
        "words": np.array(["a", "b", "c"])[rng.integers(3, size=500)],
    }.items():
        entered = stays(x1, rng.integers(3, size=500), rng.integers(2, size=500))
        print(f"x1 of {name}: {len(entered)} files")
        for file, times in entered.items():
            print(f"  {file}: {times}")
        failed |= len(entered) > MOST_FILES or max(entered.values()) > 1
    return int(failed)


def stays(x1: np.ndarray, x2: np.ndarray, y: np.ndarray) -> Counter[str]:
    """How often each file is entered with x1, in the order of the first time."""
    ff.pid(x1.copy(), x2, y)  # imports, and what is computed once
    entered: Counter[str] = Counter()
    running: Counter[str] = Counter()
    inside: list[str | None] = []

    def watch(frame, event, _):
        if event == "call":
            path = Path(frame.f_code.co_filename)
            seen = path.is_relative_to(ROOT) and any(map(holds, frame.f_locals.values()))
            file = str(path.relative_to(ROOT)) if seen else None
            inside.append(file)
            if file is not None:
                entered[file] += not running[file]
                running[file] += 1
        elif event == "return" and inside:
            file = inside.pop()
            if file is not None:
                running[file] -= 1

    def holds(value):
        if isinstance(value, dict):
            return any(part is x1 for part in value.values())
        return value is x1 or (isinstance(value, tuple) and any(part is x1 for part in value))

    sys.setprofile(watch)
    try:
        ff.pid(x1, x2, y)
    finally:
        sys.setprofile(None)
    return entered


if __name__ == "__main__":
    sys.exit(main())
