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
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from fourfold.counts.cells import Cells
from fourfold.counts.samples import Samples
from fourfold.counts.sampling_bias import union_of
from fourfold.counts.undersampling import LEAST_COVERAGE, undersampled
from fourfold.inference.correction import error_of_bias
from fourfold.inference.halves import Halves
from fourfold.inference.influence import influence_of
from fourfold.inference.options import RESAMPLES
from fourfold.inference.replicates import decompose_replicates
from fourfold.inference.row_influence import influence_of_rows
from fourfold.results.atoms import ROUNDING, Atoms, Information, atoms_of, information_of
from fourfold.results.confidence_interval import (
    ConfidenceInterval,
    RowHalves,
    RowTerms,
    Scatter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fourfold.inference.correction import Correction
    from fourfold.inference.options import Inference
    from fourfold.inference.plug_in import Found
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions

__all__ = [
    "LOOSE_TOL",
    "ConfidenceInterval",
    "contribution_intervals",
    "corrected_atoms",
    "first_shares",
    "interval_from",
    "near_bounds",
    "reaching_difference",
    "scatter_of_halves",
    "spread_of",
    "terms_of_rows",
    "uncorrected_atoms",
    "with_intervals",
    "with_this_interval",
]

#: An atom is near its bound within so many standard errors.
_NEAR = 3.0
_BOUNDED = np.array([False, True, True, True])
#: Of the atoms: U1 - U2 = I(X1;Y) - I(X2;Y).
_DIFFERENCE = np.array([0.0, 1.0, -1.0, 0.0])
#: Gap in bits to which halves are solved, far below their spread: this, or a tenth of N**-1/2.
LOOSE_TOL = 1e-3
_OF_SPREAD = 0.1


def with_intervals(
    found: Sequence[Found],
    options: SolverOptions,
    inference: Inference,
    rngs: Sequence[np.random.Generator],
) -> list[PID]:
    """Results of sets of samples with their intervals, the halves of all sets in one batch.

    Parameters
    ----------
    found : sequence of Found
        Plug-in decompositions, corrected ones, and what they were counted from.
    options : SolverOptions
    inference : Inference
    rngs : sequence of Generator
        They draw the halves of each set.
    """
    number, level = inference.n_resamples or RESAMPLES, inference.confidence_level
    assert level is not None
    every = [Halves(one.samples, number, rng) for one, rng in zip(found, rngs, strict=True)]
    drawn = [halves.drawn for halves in every]
    most = max(one.samples.draws for one in found)
    loose = options.at_most_to(min(LOOSE_TOL, _OF_SPREAD / math.sqrt(most)))
    replicates = decompose_replicates(drawn, loose, "resample")
    results = []
    for one, halves, of_halves in zip(found, every, replicates, strict=True):
        assert one.correction is not None
        interval = interval_from(
            one.plug_in,
            one.correction,
            corrected_atoms(*of_halves),
            whole=uncorrected_atoms(one),
            widening=halves.widening(),
            confidence_level=level,
            coverage=one.sampling.coverage,
            terms=terms_of_rows(one),
            drawn=halves.checksum,
        )
        interval = dataclasses.replace(interval, sizes=halves.sizes)
        result = with_this_interval(
            one.plug_in,
            one.corrected,
            interval,
            inference.bias_correction,
            one.sampling.coverage,
        )
        results.append(dataclasses.replace(result, standard_error=scatter_of_halves(interval)))
    return results


def terms_of_rows(found: Found) -> RowTerms | None:
    """What each row adds to the atoms, where rows are known, and one solve tells."""
    samples = found.samples
    if isinstance(samples, Cells):
        known = samples.counted and samples.rows is not None
        return influence_of(samples, found.plug_in) if known else None
    return influence_of_rows(samples, found.plug_in) if isinstance(samples, Samples) else None


def interval_from(
    result: PID,
    correction: Correction,
    atoms: np.ndarray,
    *,
    whole: np.ndarray,
    widening: float | np.ndarray,
    confidence_level: float,
    coverage: float,
    terms: RowTerms | None = None,
    drawn: int | None = None,
) -> ConfidenceInterval:
    """The interval around corrected atoms, from those of halves.

    Parameters
    ----------
    result : PID
        Plug-in atoms.
    correction : Correction
        Those without their bias.
    atoms : ndarray, shape (B, 4)
        Of each half, in bits.
    whole : ndarray, shape (4,)
        What all samples give where the halves gave `atoms`.
    widening : float or ndarray, shape (B, 1)
        From the scatter of halves to that of samples: 1 for halves, less one row in odd N.
    confidence_level, coverage
        Of each interval; Good and Turing's, of the cells.
    terms, drawn
        What each row adds; checksum of the rows in the halves: each where it is known.
    """
    deviations = (atoms - atoms.mean(0)) * widening
    corrected = correction.result
    centre = np.array(corrected.atoms)
    scattered, half_width = spread_of(deviations, correction.error, confidence_level)
    plug_in, gap = np.array(result.atoms), corrected.gap
    # the union information is an upper end, and with it U1 and U2, and what R and S lack
    low = correction.ends.min(0) - half_width - gap * np.array([0, 1, 1, 0])
    high = correction.ends.max(0) + half_width + gap * np.array([1, 0, 0, 1])
    high = np.maximum(high, 0.0)
    covariance = np.cov(deviations.T)
    high = reaching_difference(high, correction, covariance, confidence_level)
    uncertain = plug_in <= gap + ROUNDING
    if coverage < LEAST_COVERAGE or correction.unknown:
        uncertain, high = np.full(4, True), np.maximum(high, plug_in)
    low = np.where(uncertain, np.minimum(low, 0.0), low)
    return ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*high.tolist()),
        contributions=contribution_intervals(centre + scattered, confidence_level),
        confidence_level=float(confidence_level),
        estimate=corrected.atoms,
        method="halves",
        bias_error=Atoms(*correction.error.tolist()),
        kink=float(corrected.kink or 0.0),
        drift=Atoms(*(whole - atoms.mean(0)).tolist()),
        replicates=centre + scattered,
        scatter=Scatter(
            covariance,
            correction.removed,
            correction.step,
            correction.ends,
            corrected.bias_correction,
            None if terms is None else _scattering(terms, covariance, plug_in),
            None if drawn is None else RowHalves(deviations, drawn),
        ),
    )


def _scattering(terms: RowTerms, covariance: np.ndarray, plug_in: np.ndarray) -> RowTerms:
    """Terms of the rows, as wide as halves scatter.

    What halves scatter more of an atom near its bound is nothing that terms know of.
    """
    seen, scatter = terms.covariance().diagonal(), covariance.diagonal()
    near = near_bounds(plug_in, np.sqrt(np.maximum(seen, scatter)))
    known = np.where(near, np.maximum(seen, scatter), seen)
    ratio = np.divide(scatter, known, out=np.zeros(4), where=known > 0)
    return terms._replace(terms=terms.terms * np.sqrt(ratio))


def near_bounds(plug_in: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Which atoms, (4,), are so near to zero that it shows in how they scatter."""
    found: np.ndarray = (plug_in <= _NEAR * error) & _BOUNDED
    return found


def scatter_of_halves(interval: ConfidenceInterval) -> Atoms:
    """Standard error of each atom by sampling, of an interval from halves."""
    assert interval.scatter is not None
    return Atoms(*np.sqrt(interval.scatter.covariance.diagonal()).tolist())


def reaching_difference(
    high: np.ndarray, correction: Correction, covariance: np.ndarray, level: float
) -> np.ndarray:
    """Upper ends (4,) of the atoms: that of U1 no lower than that of I(X1;Y) - I(X2;Y).

    U1 is never less than that, nor U2 than its opposite; and on its bound an atom scatters
    less than this difference does. `covariance` (4, 4) is that of the atoms by sampling.
    """
    removed, step = (
        None if part is None else np.array([part @ _DIFFERENCE])
        for part in (correction.removed, correction.step)
    )
    assert removed is not None
    sampling = max(float(_DIFFERENCE @ covariance @ _DIFFERENCE), 0.0)
    error = math.hypot(math.sqrt(sampling), float(error_of_bias(removed, step)[0]))
    value = float(_DIFFERENCE @ np.array(correction.result.atoms))
    further = ndtri(0.5 + level / 2) * error
    found: np.ndarray = np.maximum(high, [-np.inf, value + further, further - value, -np.inf])
    return found


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
    total = np.where(total > ROUNDING, total, 0.0)
    wider = np.divide(total, error, out=np.zeros_like(error), where=error > ROUNDING)
    return deviations * wider, ndtri(0.5 + confidence_level / 2) * total


def uncorrected_atoms(found: Found) -> np.ndarray:
    """(4,) atoms of all samples by what halves are corrected with, and nothing else."""
    result = found.plug_in
    plain = information_of(result)
    corrected = found.sampling.corrected if found.samples.counted else plain
    return corrected_atoms(plain, corrected, result.union_information, result.gap)


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
    np.divide(unique[:, 0], total, out=shares, where=total > ROUNDING)
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
