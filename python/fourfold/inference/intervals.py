# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals of the atoms of the population, from random halves of the samples.

A bootstrap draws rows more than once, which to an entropy looks like less of it: its replicates
have a bias of their own. A half without replacement is a smaller sample of the same kind, whose
deviation from the whole has the variance of the whole from the population.

.. [1] Shao, Wu, "A general theory for jackknife variance estimation", Annals of Statistics 17
   (1989): deleting many rows. [2] Politis, Romano, Annals of Statistics 22 (1994): subsampling.
"""

from __future__ import annotations

import dataclasses
import math
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from fourfold.counts.sampling_bias import union_of
from fourfold.counts.undersampling import LEAST_COVERAGE, undersampled
from fourfold.inference.bias_correction import correct
from fourfold.inference.replicates import decompose_replicates
from fourfold.inputs.numbers import check_confidence_level, positive_int, random_generator
from fourfold.results.atoms import Atoms, Information, atoms_of
from fourfold.results.interval import ConfidenceInterval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.counting import Draws
    from fourfold.counts.sampling_bias import Sampling
    from fourfold.results.pid import PID

__all__ = [
    "LOOSE_TOL",
    "ConfidenceInterval",
    "RandomHalves",
    "check_resampling",
    "contribution_intervals",
    "corrected_atoms",
    "first_shares",
    "interval_from",
    "spread_of",
    "with_interval",
    "with_this_interval",
]

_LEAST_RESAMPLES = 25
#: Gap in bits to which halves are solved: far below their spread.
LOOSE_TOL = 1e-3
#: Standard error of an estimated bias, as a share of it.
BIAS_ERROR = 1 / 3
#: Errors and information below this are rounding (bits).
_ROUNDING = 1e-9


def check_resampling(n_resamples: Any, confidence_level: Any, rng: Any) -> np.random.Generator:
    """The generator; raises with the name of the argument that is wrong."""
    number = positive_int(n_resamples, "n_resamples", least=0)
    if 0 < number < _LEAST_RESAMPLES:
        msg = f"n_resamples: expected 0 or at least {_LEAST_RESAMPLES}, got {number}"
        raise ValueError(msg)
    check_confidence_level(confidence_level)
    return random_generator(rng, "rng")


def with_interval(
    result: PID,
    samples: Draws,
    sampling: Sampling,
    options: dict[str, Any],
    *,
    bias_correction: str,
    n_resamples: int,
    confidence_level: float,
    for_halves: np.random.Generator,
    for_correction: np.random.Generator,
) -> PID:
    """The result, corrected where that was asked for, with its confidence interval.

    Parameters are as in `fourfold.pid` and `bias_correction.correct`, with one generator for
    the halves and one for the correction, which so does not depend on their number.
    """
    method = bias_correction if bias_correction != "none" else "auto"
    corrected = correct(result, samples, sampling, options, method, for_correction)
    n = samples.draws
    size = n // 2
    halves = RandomHalves(n, n_resamples, for_halves)
    loose = options | {"tol": max(options["tol"], LOOSE_TOL)}
    replicates = decompose_replicates(
        (samples.take(rows).counts() for rows in halves),
        n_resamples,
        loose,
        "resample",
        chao=samples.counted,
    )
    atoms = corrected_atoms(
        replicates.plug_in, replicates.corrected, replicates.union, replicates.gap
    )
    plain = Information(result.mi1, result.mi2, result.mi_joint)
    chao = sampling.corrected if samples.counted else plain
    whole = corrected_atoms(plain, chao, result.union_information, result.gap)
    interval = interval_from(
        result,
        corrected,
        atoms,
        whole=whole,
        widening=math.sqrt(size / (n - size)),
        confidence_level=confidence_level,
        coverage=sampling.coverage,
        drawn=halves.drawn,
    )
    return with_this_interval(result, corrected, interval, bias_correction, sampling.coverage)


class RandomHalves:
    """The rows of each of `number` random halves of n, and a checksum of those drawn."""

    def __init__(self, n: int, number: int, rng: np.random.Generator) -> None:
        self.drawn = zlib.crc32(f"{n} {number}".encode())
        self._n, self._number, self._rng = n, number, rng

    def __iter__(self) -> Iterator[np.ndarray]:
        for _ in range(self._number):
            rows = self._rng.permutation(self._n)[: self._n // 2]
            self.drawn = zlib.crc32(rows.tobytes(), self.drawn)
            yield rows


def interval_from(
    result: PID,
    corrected: PID,
    atoms: np.ndarray,
    *,
    whole: np.ndarray,
    widening: float,
    confidence_level: float,
    coverage: float,
    drawn: int,
) -> ConfidenceInterval:
    """The interval around corrected atoms, from those of halves.

    Parameters
    ----------
    result, corrected : PID
        Plug-in atoms, and those without their bias.
    atoms : ndarray, shape (B, 4)
        Of each half, in bits.
    whole : ndarray, shape (4,)
        What all samples give where the halves gave `atoms`.
    widening : float
        From the scatter of halves to that of samples: 1 for halves, less one row in odd N.
    confidence_level, coverage, drawn
        Of each interval; Good and Turing's, of the cells; checksum of the rows.
    """
    deviations = (atoms - atoms.mean(0)) * widening
    centre = np.array(corrected.atoms)
    error_of_bias = BIAS_ERROR * np.abs(np.array(corrected.bias))
    scattered, half_width = spread_of(deviations, error_of_bias, confidence_level)
    plug_in, gap = np.array(result.atoms), corrected.gap
    # the union information is an upper end, and with it U1 and U2, and what R and S lack
    low = centre - half_width - gap * np.array([0, 1, 1, 0])
    high = np.maximum(centre + half_width + gap * np.array([1, 0, 0, 1]), 0.0)
    uncertain = plug_in <= gap + _ROUNDING
    if coverage < LEAST_COVERAGE or corrected.undersampled:
        uncertain, high = np.full(4, True), np.maximum(high, plug_in)
    low = np.where(uncertain, np.minimum(low, 0.0), low)
    return ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*high.tolist()),
        contributions=contribution_intervals(centre + scattered, confidence_level),
        confidence_level=float(confidence_level),
        estimate=corrected.atoms,
        drift=Atoms(*(whole - atoms.mean(0)).tolist()),
        replicates=centre + scattered,
        _deviations=deviations,
        _bias=np.array(corrected.bias),
        _drawn=drawn,
        _method=corrected.bias_correction,
    )


def with_this_interval(
    result: PID,
    corrected: PID,
    interval: ConfidenceInterval,
    bias_correction: str,
    coverage: float,
) -> PID:
    """The result that was asked for, `result` or `corrected`, with its interval."""
    if bias_correction == "none" and coverage < LEAST_COVERAGE:
        reported = result  # of whose bias nothing is known
    elif bias_correction == "none":  # the better estimate of the bias, now that there is one
        assert corrected.bias is not None
        poor = undersampled(result.atoms, corrected.bias, coverage)
        reported = dataclasses.replace(result, bias=corrected.bias, undersampled=bool(poor))
    else:
        reported = corrected
    return dataclasses.replace(reported, confidence_interval=interval)


def spread_of(
    deviations: np.ndarray, bias_error: np.ndarray, confidence_level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Deviations (B, 4) widened by the error of the bias, and half the width of intervals (4,)."""
    error = deviations.std(0, ddof=1)
    total = np.hypot(error, bias_error)
    total = np.where(total > _ROUNDING, total, 0.0)
    wider = np.divide(total, error, out=np.zeros_like(error), where=error > _ROUNDING)
    return deviations * wider, ndtri(0.5 + confidence_level / 2) * total


def corrected_atoms(
    plain: Information, corrected: Information, union: Any, gap: Any
) -> np.ndarray:
    """(..., 4) atoms of each table, corrected without solving further ones."""
    return np.stack(atoms_of(corrected, union_of(plain, corrected, union, gap)), axis=-1)


def first_shares(atoms: np.ndarray) -> np.ndarray:
    """U1 / (U1 + U2) of atoms (B, 4), negative ones counted as zero; NaN where both are."""
    unique = np.maximum(atoms[:, 1:3], 0.0)
    total = unique.sum(1)
    shares = np.full(len(atoms), np.nan)
    np.divide(unique[:, 0], total, out=shares, where=total > _ROUNDING)
    return shares


def contribution_intervals(
    atoms: np.ndarray, level: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Percentiles of U1 / (U1 + U2) and of its complement."""
    shares = first_shares(atoms)
    known = np.isfinite(shares)
    if np.mean(~known) > (1 - level) / 2:
        return (0.0, 1.0), (0.0, 1.0)
    low, high = np.quantile(shares[known], [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high)), (float(1 - high), float(1 - low))
