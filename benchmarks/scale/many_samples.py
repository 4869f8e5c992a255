# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts of 10**9 samples: whether errors are as small as they should be, and what they cost."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.record.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold import PID, Counts

__all__ = ["ManySamples", "record_many_samples"]

_TOL = 1e-9  # far below the errors of the largest number


@dataclasses.dataclass(frozen=True)
class ManySamples:
    """What is drawn.

    Attributes
    ----------
    truths : int
        Tables that samples are drawn from, of four atoms each; gamma distributed cells.
    shape : tuple of int
        Of these.
    few, many : int
        Samples of each.
    timed : tuple of int
        Samples of a table of `timed_shape` that are corrected, given errors and halved.
    timed_shape : tuple of int
    n_resamples : int
        Halves.
    held : float
        Share of the atoms that are to be within two standard errors of the truth.
    seconds : float
        CPU seconds asked for.
    """

    truths: int = 20
    shape: tuple[int, int, int] = (6, 6, 4)
    few: int = 10**6
    many: int = 10**9
    timed: tuple[int, ...] = (5 * 10**6, 10**9)
    timed_shape: tuple[int, int, int] = (64, 64, 10)
    n_resamples: int = 100
    held: float = 0.9
    seconds: float = 10.0


def record_many_samples(settings: ManySamples, seed: int) -> Iterator[dict[str, Any]]:
    """A record of the errors of many samples beside those of few, and one of each time."""
    rng = np.random.default_rng(seed)
    yield _errors(settings, rng)
    truth = _drawn(settings.timed_shape, rng)
    for samples in settings.timed:
        yield _timed(settings, _counted(truth, samples, rng), samples)


def _errors(settings: ManySamples, rng: np.random.Generator) -> dict[str, Any]:
    held, ratios = [], []
    for _ in range(settings.truths):
        truth = _drawn(settings.shape, rng)
        exact = np.array(fourfold.decompose(truth, tol=_TOL).atoms)
        few, many = (
            fourfold.pid(_counted(truth, n, rng), tol=_TOL)
            for n in (settings.few, settings.many)
        )
        error = _standard_error(many)
        held.append(np.abs(np.array(many.atoms) - exact) <= 2 * error)
        ratios.append(_standard_error(few) / error)
    expected = (settings.many / settings.few) ** 0.5
    off = float(np.max(np.abs(np.array(ratios) / expected - 1)))
    share = float(np.mean(held))
    within = Target("atoms within two standard errors", "at least", settings.held, "share")
    smaller = Target("furthest ratio of errors from that expected", "at most", 0.1, "share")
    return {
        "name": f"errors of {_words(settings.many)} samples",
        "atoms": 4 * settings.truths,
        "held": int(np.sum(held)),
        "ratio": {"expected": expected, "all": np.array(ratios).tolist()},
        "wrong": [],
        "targets": [within.judge(share), smaller.judge(off)],
    }


def _timed(settings: ManySamples, counts: Counts, samples: int) -> dict[str, Any]:
    """Correction, errors and halves, on one thread."""
    start = time.process_time()
    result = fourfold.pid(counts, n_resamples=settings.n_resamples, num_threads=1)
    seconds = time.process_time() - start
    interval = result.confidence_interval
    assert interval is not None
    wrong = [] if len(interval.replicates) == settings.n_resamples else ["too few halves"]
    asked = Target(f"{settings.n_resamples} halves", "at most", settings.seconds, "s")
    return {
        "name": f"counts of {_words(samples)} samples",
        "seconds": seconds,
        "wrong": wrong,
        "targets": [asked.judge(None if wrong else seconds)],
    }


def _drawn(shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    masses = rng.gamma(0.5, size=shape)
    return masses / masses.sum()


def _counted(truth: np.ndarray, samples: int, rng: np.random.Generator) -> Counts:
    table = rng.multinomial(samples, truth.ravel()).reshape(truth.shape)
    return fourfold.Counts.from_table(table)


def _standard_error(result: PID) -> np.ndarray:
    assert result.standard_error is not None
    return np.array(result.standard_error)


def _words(number: int) -> str:
    return f"{number:.0e}".replace("e+0", "e")
