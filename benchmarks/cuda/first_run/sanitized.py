# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A few steps of every kernel, for compute-sanitizer, which takes a hundred times as long."""

from __future__ import annotations

import sys
import warnings

import numpy as np

import fourfold as ff
from benchmarks.cuda.first_run.cases import is_small

__all__ = ["main"]

STEPS = 4
#: With 32 KB for a block the larger ones are for the grid; K2 is no multiple of 4.
SHAPES = ((2, 6, 5, 3), (16, 16, 10), (70, 67, 12), (20, 90, 33), (66, 65, 70), (6, 35, 34, 12))
SMALL = ((2, 6, 5, 3), (70, 67, 12))


def main(arguments: list[str] | None = None) -> int:
    """Solve them, with a line each."""
    small = is_small(__doc__ or "", arguments)
    warnings.simplefilter("ignore", ff.ConvergenceWarning)
    rng = np.random.default_rng(0)
    for shape in SMALL if small else SHAPES:
        for dtype in ("float64", "float32"):
            found = ff.decompose(
                rng.random(shape),
                tol=1e-9,
                max_iter=STEPS,
                dtype=dtype,
                method="ipfp",
                device="cuda",
            )
            print(shape, dtype, np.asarray(found.solver).flat[0], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
