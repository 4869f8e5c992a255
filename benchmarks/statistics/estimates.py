# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What estimates and intervals of the atoms make of samples of a known table.

Everything sees the same samples, and the default result is made once for its atoms and its interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.statistics.checks import quiet, wrong_interval, wrong_plug_in, wrong_result
from benchmarks.statistics.halves import Ends, former_interval
from benchmarks.statistics.population import exact_atoms

if TYPE_CHECKING:
    from benchmarks.statistics.population import Cell, Samples
    from benchmarks.statistics.settings import Settings
    from fourfold import PID

__all__ = ["AUTO", "record_estimates", "rounded"]

#: What the default, "auto", is for labels.
AUTO = "chao"
#: The truth is known to a tenth of this, in bits; an end of an interval may be at zero exactly.
KNOWN_WITHIN = 1e-6
#: Half widths below this are those of an atom that is zero in the sample: they have no ratio.
NO_WIDTH = 1e-3


def record_estimates(cell: Cell, settings: Settings) -> list[dict[str, Any]]:
    """Errors of every estimator, one record each, and the coverage of intervals, one record."""
    repetitions = settings.repetitions
    estimators = {name: _Errors() for name in (*settings.estimators, AUTO)}
    intervals, halves = _Intervals(), _Intervals()
    truths: list[np.ndarray] = []
    kinks = []
    with quiet():
        for k, rng in enumerate(cell.generators(repetitions)):
            pmf, samples = cell.population.drawn(cell.n_samples, rng)
            same = bool(truths) and cell.population.pmf is not None
            truths.append(truths[-1] if same else exact_atoms(pmf))
            seed = int(rng.integers(2**31))
            result = fourfold.pid(
                *samples,
                confidence_level=settings.confidence_level,
                random_state=seed,
                num_threads=1,
            )
            estimators[AUTO].add(result, truths[-1])
            intervals.add(result, truths[-1])
            kinks.append(result.kink or 0.0)
            for name in settings.estimators:
                if k < settings.seen_by(name, cell.population.group):
                    estimate = _estimate(name, samples, seed)
                    estimators[name].add(estimate, truths[-1])
                    if name == "none":
                        intervals.wrong.update(wrong_plug_in(result, estimate))
            if k < settings.halves_repetitions:
                of_halves = fourfold.pid(
                    *samples,
                    n_resamples=settings.n_resamples,
                    confidence_level=settings.confidence_level,
                    random_state=seed,
                    num_threads=1,
                )
                halves.add(of_halves, truths[-1], former_interval(of_halves))
    described = {**cell.described(), "truth": rounded(np.mean(truths, axis=0))}
    records = [
        {**described, "part": "estimators", "estimator": name, **found.figures()}
        for name, found in estimators.items()
        if found.errors
    ]
    beside = intervals.half_width(len(halves.covered)) / np.maximum(
        halves.half_width(), NO_WIDTH
    )
    enough = halves.half_width() >= NO_WIDTH
    interval = {
        **described,
        "part": "intervals",
        "repetitions": repetitions,
        "confidence_level": settings.confidence_level,
        "coverage": rounded(np.mean(intervals.covered, axis=0)),
        "half_width": rounded(intervals.half_width()),
        "kink": round(float(np.median(kinks)), 6),
        "undersampled": estimators[AUTO].flagged / repetitions,
        "halves": {
            "repetitions": len(halves.covered),
            "n_resamples": settings.n_resamples,
            "coverage": rounded(np.mean(halves.covered, axis=0)),
            "half_width": rounded(halves.half_width()),
            "ratio": [
                round(float(ratio), 4) if wide else None
                for ratio, wide in zip(beside, enough, strict=True)
            ],
        },
        "wrong": sorted(intervals.wrong | halves.wrong),
    }
    return [*records, interval]


def _estimate(name: str, samples: Samples, seed: int) -> PID:
    return fourfold.pid(
        *samples, bias_correction=name, confidence_level=None, random_state=seed, num_threads=1
    )


class _Errors:
    """Of one estimator."""

    def __init__(self) -> None:
        self.errors: list[np.ndarray] = []
        self.flagged = 0
        self.wrong: set[str] = set()

    def add(self, result: PID, truth: np.ndarray) -> None:
        self.errors.append(np.array(result.atoms) - truth)
        self.flagged += bool(result.undersampled)
        self.wrong.update(wrong_result(result))

    def figures(self) -> dict[str, Any]:
        errors = np.array(self.errors)
        repetitions = len(errors)
        spread = errors.std(axis=0, ddof=1) if repetitions > 1 else np.zeros(4)
        return {
            "repetitions": repetitions,
            "mean_error": rounded(errors.mean(axis=0)),
            "standard_error": rounded(spread / repetitions**0.5),
            "rmse": rounded(np.sqrt((errors**2).mean(axis=0))),
            "undersampled": self.flagged / repetitions,
            "wrong": sorted(self.wrong),
        }


class _Intervals:
    """Of one kind."""

    def __init__(self) -> None:
        self.covered: list[np.ndarray] = []
        self.half_widths: list[np.ndarray] = []
        self.wrong: set[str] = set()

    def add(self, result: PID, truth: np.ndarray, ends: Ends | None = None) -> None:
        """Of a result, or these in place of its own."""
        self.wrong.update(wrong_interval(result))
        interval = result.confidence_interval
        assert interval is not None
        if ends is None:
            ends = Ends(np.array(interval.low), np.array(interval.high))
        covered = (ends.low <= truth + KNOWN_WITHIN) & (truth - KNOWN_WITHIN <= ends.high)
        self.covered.append(covered)
        self.half_widths.append(ends.half_width)

    def half_width(self, first: int | None = None) -> np.ndarray:
        """Medians, of the first draws."""
        return np.median(self.half_widths[:first], axis=0)


def rounded(values: np.ndarray) -> list[float]:
    """Numbers of the report: bits or shares, far finer than their error."""
    return [round(float(value), 6) for value in values]
