# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often the check of the Gaussian dependence warns, of data that are Gaussian and that are not."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.gaussian.samples import each, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.gaussian.settings import Settings

__all__ = ["CASES", "record_dependence"]

Made = tuple[np.ndarray, ...]


def _noisy(rng: np.random.Generator, x1: np.ndarray, x2: np.ndarray, y: np.ndarray) -> Made:
    return x1, x2, y + 0.3 * y.std() * rng.standard_normal(y.shape)


def _product(rng: np.random.Generator, rows: int) -> Made:
    x1, x2 = rng.standard_normal((2, rows))
    return _noisy(rng, x1, x2, x1 * x2)


def _size(rng: np.random.Generator, rows: int) -> Made:
    x1, x2 = rng.standard_normal((2, rows))
    return _noisy(rng, x1, x2, np.abs(x1))


def _sine(rng: np.random.Generator, rows: int) -> Made:
    x1, x2 = rng.standard_normal((2, rows))
    return _noisy(rng, x1, x2, np.sin(3 * x1))


def _parity(rng: np.random.Generator, rows: int) -> Made:
    """Sign of x1 times sign of x2, each along one direction of ten columns."""
    x1, x2 = rng.standard_normal((2, rows, 10))
    return _noisy(rng, x1, x2, np.sign(x1.mean(1)) * np.sign(x2.mean(1)) + 0.0)


#: Name: (whether it is Gaussian, rows, what makes them).
CASES: dict[str, tuple[bool, int, Callable[[np.random.Generator, int], Made]]] = {
    "Gaussian, 3 + 2 + 1": (True, 500, lambda rng, n: rows_of("one column 3+2+1", n, rng)),
    "Gaussian, 4 + 7 + 3": (True, 500, lambda rng, n: rows_of("drawn 4+7+3", n, rng)),
    "Gaussian, 10 + 10 + 10": (True, 500, lambda rng, n: rows_of("mixed 10", n, rng)),
    "Gaussian, 10 + 10 + 10, few rows": (True, 120, lambda rng, n: rows_of("equal 10", n, rng)),
    "y = x1 x2": (False, 1000, _product),
    "y = abs(x1)": (False, 1000, _size),
    "y = sin(3 x1)": (False, 1000, _sine),
    "parity of 10 + 10 columns": (False, 2000, _parity),
}


def record_dependence(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each case."""
    for name, (gaussian, rows, _) in CASES.items():
        found = each(partial(_one, settings.seed, name), settings.dependence_draws, settings)
        information = np.array([one["information"] for one in found])
        yield {
            "name": name,
            "gaussian": gaussian,
            "rows": rows,
            "draws": len(found),
            "method": found[0]["method"],
            "warned": float(np.mean([one["warned"] for one in found])),
            "information": round(float(information[:, 0].mean()), 4),
            "gaussian_information": round(float(information[:, 1].mean()), 4),
            "wrong": [] if np.isfinite(information).all() else ["not finite"],
        }


def _one(seed: int, name: str, draw: int) -> dict[str, Any]:
    _, rows, make = CASES[name]
    rng = np.random.default_rng([seed, 4, list(CASES).index(name), draw])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = fourfold.gaussian_pid(*make(rng, rows), random_state=draw).dependence
    assert found is not None
    return {
        "warned": bool(found.exceeds),
        "information": (float(found.information), float(found.gaussian_information)),
        "method": found.method,
    }
