# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Every way to solve a table on the device, against the CPU; a line each, OK or BAD."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

import numpy as np

import fourfold as ff
from benchmarks.cuda.first_run.cases import HARDWARE, SMALL, is_small, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.first_run.cases import Case

__all__ = ["main", "said"]

TOL = 1e-4
#: Of few and small cases, as an emulated device takes a second for some fifty steps.
SMALL_TOL = 1e-3
STEPS = 5000
#: Of a batch so many tables are solved on the CPU as well.
COMPARED = 3


def said(
    case: Case, dtype: str, rng: np.random.Generator, tol: float = TOL
) -> tuple[bool, str]:
    """Whether it went well, and what there is to say of it."""
    table = table_of(case, rng)
    options = {"tol": tol, "max_iter": STEPS}
    there, again = (
        ff.decompose(table, dtype=dtype, device="cuda", **options) for _ in range(2)
    )
    here = ff.decompose(table[:COMPARED] if table.ndim > 3 else table, device="cpu", **options)
    some = there[:COMPARED] if table.ndim > 3 else there
    wrong = list(_wrong(case, there, again, some, here))
    apart = np.max(np.abs(np.subtract(some.atoms, here.atoms)))
    solver = str(np.asarray(there.solver).flat[0])
    words = f"{case.shape} {case.kind} {dtype} {solver}: {apart:.1e} from the CPU"
    return not wrong, "; ".join([words, *wrong])


def _wrong(
    case: Case, there: ff.PID, again: ff.PID, some: ff.PID, here: ff.PID
) -> Iterator[str]:
    if set(np.ravel(there.solver)) != {case.solver}:
        yield f"expected {case.solver}"
    if not np.array_equal(there.atoms, again.atoms):
        yield "another time other bits"
    if not np.all(there.converged):
        yield "not converged"
    # both are certified: they meet
    apart = np.abs(np.subtract(some.union_information, here.union_information))
    if not np.all(apart <= np.maximum(some.gap, here.gap) + 1e-12):
        yield f"v* is off by {np.max(apart):.1e}"


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each case; 1 where one is bad."""
    small = is_small(__doc__ or "", arguments)
    warnings.simplefilter("ignore", ff.ConvergenceWarning)
    print(ff.cuda.describe(0), flush=True)
    rng = np.random.default_rng(0)
    bad = 0
    for case in SMALL if small else HARDWARE:
        for dtype in ("float64", "float32"):
            fine, words = said(case, dtype, rng, SMALL_TOL if small else TOL)
            bad += not fine
            print("OK " if fine else "BAD", words, flush=True)
    print(f"smoke: {bad} BAD" if bad else "smoke: all fine")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
