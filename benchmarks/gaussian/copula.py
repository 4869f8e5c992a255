# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The test of Flow-PID: cubes of x1, cube roots of x2 and y of a Gaussian; and what ranks lose.

Its covariances are not published: these are of the same shapes. Flow-PID reports errors of .04 to
1.4 bits on its own (arXiv 2510.04417, C.2).
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.gaussian.systems import factor_covariance, random_covariance
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.gaussian.settings import Settings

__all__ = ["record_copula"]

#: What each atom may be off by, in bits, and the seconds of the one call.
OFF, SECONDS = 0.05, 1.0
#: Of the covariances that are held to that, and of those with columns that nearly determine each other.
KINDS = {"factors": factor_covariance, "nearly singular": random_covariance}


def record_copula(settings: Settings) -> Iterator[dict[str, Any]]:
    """Of each shape and kind: the atoms by ranks, and of the columns as they are."""
    fourfold.gaussian_pid(*np.random.default_rng(0).standard_normal((3, 100)))  # imports
    for k, sizes in enumerate(settings.copula_sizes):
        for kind, (name, make) in enumerate(KINDS.items()):
            rng = np.random.default_rng([settings.seed, 3, k, kind])
            cov = make(sizes, rng)
            truth = np.array(fourfold.gaussian_pid_from_covariance(cov, sizes).atoms)
            x1, x2, y = _bent(cov, sizes, settings.copula_rows, rng)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                start, cpu = time.perf_counter(), time.process_time()
                result = fourfold.gaussian_pid(x1, x2, y)
                seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
                raw = fourfold.gaussian_pid(x1, x2, y, copula=False, check_dependence=False)
            atoms = np.array(result.atoms)
            off = float(np.abs(atoms - truth).max())
            wrong = [] if np.isfinite(atoms).all() else ["an atom is not finite"]
            record = {
                "kind": name,
                "name": f"ranks, {' + '.join(map(str, sizes))} columns",
                "rows": settings.copula_rows,
                "condition": float(np.linalg.cond(cov)),
                "truth": truth.tolist(),
                "atoms": atoms.tolist(),
                "raw": np.array(raw.atoms).tolist(),
                "off": off,
                "seconds": seconds,
                "cpu_seconds": cpu_seconds,
                "wrong": wrong,
            }
            if name == "factors":
                record["targets"] = [
                    Target("largest error of an atom", "at most", OFF, "bits").judge(
                        None if wrong else off
                    ),
                    Target("one call", "at most", SECONDS, "s").judge(
                        None if wrong else cpu_seconds
                    ),
                ]
            yield record


def _bent(
    cov: np.ndarray, sizes: tuple[int, int, int], rows: int, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Rows of a Gaussian: cubes of x1, cube roots of x2 and of y."""
    drawn = rng.standard_normal((rows, len(cov))) @ np.linalg.cholesky(cov).T
    d1, d2, _ = sizes
    return drawn[:, :d1] ** 3, np.cbrt(drawn[:, d1 : d1 + d2]), np.cbrt(drawn[:, d1 + d2 :])
