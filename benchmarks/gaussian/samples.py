# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples of Gaussian systems: errors of estimates, intervals, and p-values of no unique information."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

import fourfold
from benchmarks.gaussian.corrections import corrected_as_gpid, corrected_by_bootstrap
from benchmarks.gaussian.systems import SAMPLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmarks.gaussian.settings import Settings

__all__ = ["ESTIMATES", "each", "record_samples", "rows_of"]

#: Keys of the estimates, and their names in the tables.
ESTIMATES = {
    "plug-in": "plug-in",
    "gpid": "gpid's correction",
    "bootstrap": "parametric bootstrap",
    "fourfold": "`gaussian_pid`",
}
#: Draws that one process makes before it looks for more.
CHUNK = 10
#: Bits: atoms that are zero are known to that, and ends of intervals are at zero exactly.
KNOWN_WITHIN = 1e-9
LEVEL = 0.05


def record_samples(settings: Settings) -> Iterator[dict[str, Any]]:
    """Of each system and number of rows: one record of every estimate, one of the intervals."""
    for name, levels in settings.rows.items():
        cov, sizes = SAMPLED[name]()
        truth = _atoms(fourfold.gaussian_pid_from_covariance(cov, sizes))
        for rows in levels:
            if rows <= sum(sizes) + 1:
                continue
            one = partial(_draw, settings, name, rows, truth)
            yield from _summarised(
                name, rows, sizes, truth, each(one, settings.draws, settings)
            )


def each(
    one: Callable[[int], dict[str, Any]], draws: int, settings: Settings
) -> list[dict[str, Any]]:
    """One after another, by all processes."""
    chunks = [range(k, min(k + CHUNK, draws)) for k in range(0, draws, CHUNK)]
    done = Parallel(settings.jobs)(delayed(_several)(one, chunk) for chunk in chunks)
    return [found for chunk in done for found in chunk]


def _several(
    one: Callable[[int], dict[str, Any]], draws: Iterable[int]
) -> list[dict[str, Any]]:
    return [one(draw) for draw in draws]


def rows_of(name: str, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """(x1, x2, y) of so many rows of a system."""
    cov, (d1, d2, _) = SAMPLED[name]()
    drawn = rng.standard_normal((rows, len(cov))) @ np.linalg.cholesky(cov).T
    return drawn[:, :d1], drawn[:, d1 : d1 + d2], drawn[:, d1 + d2 :]


def _draw(
    settings: Settings, name: str, rows: int, truth: np.ndarray, draw: int
) -> dict[str, Any]:
    rng = np.random.default_rng([settings.seed, 2, list(SAMPLED).index(name), rows, draw])
    x1, x2, y = rows_of(name, rows, rng)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        result = fourfold.gaussian_pid(
            x1, x2, y, check_dependence=False, random_state=int(rng.integers(2**31))
        )
    warned = any(warning.category.__name__ == "GaussianFitWarning" for warning in said)
    found: dict[str, Any] = {
        "fourfold": _atoms(result),
        "plug-in": np.array(result.plug_in),
        "cross-fitted": _pair(result.unique_cross_fitted),
        "warned": warned,
        "kink": float(result.kink or 0.0),
        "interval": _held(result, truth),
        "pvalues": _pair(result.pvalues),
    }
    z = np.hstack([x1, x2, y])
    cov, sizes = np.cov(z.T), result.sizes
    found["gpid"] = corrected_as_gpid(cov, sizes, rows)
    found["bootstrap"] = corrected_by_bootstrap(cov, sizes, rows, rng)
    if rows in settings.resampled_rows and draw < settings.resampled_draws:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            resampled = fourfold.gaussian_pid(
                x1, x2, y, check_dependence=False, n_resamples=settings.n_resamples,
                random_state=int(rng.integers(2**31)),
            )  # fmt: skip
        found["resampled"] = _held(resampled, truth)
    return found


def _pair(values: Any) -> np.ndarray:
    """Of U1 and U2; NaN where the rows are too few for folds."""
    return np.full(2, np.nan) if values is None else np.array(values[:2], dtype=float)


def _atoms(result: Any) -> np.ndarray:
    return np.array(result.atoms, dtype=float)


def _held(result: Any, truth: np.ndarray) -> np.ndarray:
    """(2, 4): whether each interval holds the truth; half its width."""
    interval = result.confidence_interval
    low, high = np.array(interval.low), np.array(interval.high)
    return np.array(
        [(low <= truth + KNOWN_WITHIN) & (truth - KNOWN_WITHIN <= high), (high - low) / 2]
    )


def _summarised(
    name: str,
    rows: int,
    sizes: tuple[int, int, int],
    truth: np.ndarray,
    found: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    described = {
        "name": name, "sizes": list(sizes), "rows": rows, "draws": len(found),
        "truth": _rounded(truth),
    }  # fmt: skip
    for estimate in ESTIMATES:
        errors = np.array([one[estimate] for one in found]) - truth
        yield {
            **described,
            "estimate": estimate,
            "mean_error": _rounded(errors.mean(0)),
            "rmse": _rounded(np.sqrt((errors**2).mean(0))),
            "wrong": [] if np.isfinite(errors).all() else ["an atom is not finite"],
        }
    for kind in ("interval", "resampled"):
        held = np.array([one[kind] for one in found if kind in one])
        if len(held):
            yield {
                **described,
                "draws": len(held),
                "kind": kind,
                "coverage": _rounded(held[:, 0].mean(0)),
                "half_width": _rounded(np.median(held[:, 1], 0)),
                "wrong": [] if np.isfinite(held).all() else ["an interval is not finite"],
            }
    crossed, pvalues = (
        np.array([one[key] for one in found]) for key in ("cross-fitted", "pvalues")
    )
    known = np.isfinite(crossed).all()
    yield {
        **described,
        "cross_fitted": _rounded(crossed.mean(0)) if known else None,
        "kink": round(float(np.median([one["kink"] for one in found])), 6),
        "warned": float(np.mean([one["warned"] for one in found])),
        "rejected": _rounded((pvalues <= LEVEL).mean(0))
        if np.isfinite(pvalues).all()
        else None,
        "wrong": [],
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 6) for value in values]
