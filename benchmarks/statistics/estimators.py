# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bias and root-mean-square error of each estimator of the atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.statistics.checks import quiet, wrong_result, wrong_sum
from benchmarks.statistics.classifier import classifier_information
from benchmarks.statistics.population import exact_atoms, sample

if TYPE_CHECKING:
    from benchmarks.statistics.population import Cell
    from benchmarks.statistics.settings import Settings

__all__ = ["record_estimators", "rounded"]


def record_estimators(cell: Cell, settings: Settings) -> list[dict[str, Any]]:
    """Errors of every estimator on the same samples; one record for each of them."""
    counts = {
        name: settings.repetitions_of(name, cell.population.states, cell.per_cell)
        for name in settings.estimators
    }
    errors: dict[str, list[np.ndarray]] = {name: [] for name, count in counts.items() if count}
    wrong: dict[str, set[str]] = {name: set() for name in errors}
    truth = None
    with quiet():
        for k, rng in enumerate(cell.generators(max(counts.values()))):
            pmf = cell.population.draw(rng)
            if truth is None or cell.population.pmf is None:
                truth = exact_atoms(pmf)
            samples = sample(pmf, cell.n_samples, rng)
            seed = int(rng.integers(2**31))
            for name, found in errors.items():
                if k < counts[name]:
                    atoms, reasons = _estimate(name, samples, seed)
                    found.append(atoms - truth)
                    wrong[name].update(reasons)
    return [
        _record(cell, name, np.array(found), sorted(wrong[name]))
        for name, found in errors.items()
    ]


def _estimate(
    name: str, samples: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> tuple[np.ndarray, list[str]]:
    """Atoms by one estimator, and what is wrong with them."""
    method = "chao" if name == "classifier" else name
    result = fourfold.pid(*samples, bias_correction=method, rng=seed, num_threads=1)
    reasons = list(wrong_result(result))
    atoms = np.array(result.atoms)
    if name == "classifier":
        joint = classifier_information(*samples, np.random.default_rng(seed))
        atoms[3] = joint - result.union_information
        reasons += wrong_sum(atoms.tolist(), joint)
    return atoms, reasons


def _record(cell: Cell, name: str, errors: np.ndarray, wrong: list[str]) -> dict[str, Any]:
    repetitions = len(errors)
    spread = errors.std(axis=0, ddof=1) if repetitions > 1 else np.zeros(4)
    return {
        **cell.described(),
        "estimator": name,
        "repetitions": repetitions,
        "mean_error": rounded(errors.mean(axis=0)),
        "standard_error": rounded(spread / repetitions**0.5),
        "rmse": rounded(np.sqrt((errors**2).mean(axis=0))),
        "wrong": wrong,
    }


def rounded(values: np.ndarray) -> list[float]:
    """Numbers of the report: bits or shares, far finer than their error."""
    return [round(float(value), 6) for value in values]
