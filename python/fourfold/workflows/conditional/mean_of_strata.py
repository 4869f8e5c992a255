# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Means over strata of decompositions, of their corrections and of their errors."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.undersampling import LEAST_COVERAGE, overcorrected, undersampled
from fourfold.inference.correction import Correction
from fourfold.inference.influence import of_strata
from fourfold.inference.influence_interval import Terms, terms_of, with_terms
from fourfold.inference.intervals import (
    interval_from,
    scatter_of_halves,
    terms_of_rows,
    uncorrected_atoms,
    with_this_interval,
)
from fourfold.results.atoms import Atoms, Information, SamplesPerCell
from fourfold.results.pid import PID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.inference.options import Inference
    from fourfold.inference.plug_in import Found
    from fourfold.workflows.conditional.halves import HalvesOfStrata
    from fourfold.workflows.conditional.strata import Strata

__all__ = ["MeanOfStrata"]


class MeanOfStrata:
    """The mean of decompositions of strata, weighted by their shares of the rows.

    Parameters
    ----------
    found : sequence of Found
        Of each stratum.
    strata : Strata
    tol : float
        Gap in bits up to which the mean has converged.

    Attributes
    ----------
    coverage : float
        Good and Turing's, of the cells of all strata.
    """

    def __init__(self, found: Sequence[Found], strata: Strata, tol: float) -> None:
        self._found, self._strata, self._tol = found, strata, tol
        self.coverage = float(strata.weights @ [part.sampling.coverage for part in found])
        self._plug_in, self._corrected = map(self._mean, ("plug_in", "corrected"))

    @property
    def corrected(self) -> bool:
        """Whether all strata are, as what an interval is around."""
        return all(part.correction is not None for part in self._found)

    def by_influence(self, inference: Inference) -> PID:
        """The mean that was asked for, with errors by what each row adds where that is known."""
        parts = [terms_of(part) for part in self._found]
        known = [part for part in parts if part is not None]
        correction = self._correction()
        if correction is None or len(known) < len(parts):
            return self._mean("result")
        terms = self._terms(known)
        return self._told(
            with_terms(self._plug_in, correction, terms, inference, self.coverage)
        )

    def _terms(self, parts: Sequence[Terms]) -> Terms:
        """A row adds to the atoms of its stratum, and to the share of that."""
        weights, rows = self._strata.weights, self._strata.rows
        atoms = np.array([part.corrected.atoms for part in self._found])
        within = np.tensordot(weights**2, [part.covariance for part in parts], 1)
        between = np.cov(atoms.T, aweights=weights, ddof=0) / self._strata.n_samples
        influence = of_strata([part.influence for part in parts], rows, atoms)
        return Terms(influence, within + between)

    def by_halves(self, halves: HalvesOfStrata, inference: Inference) -> PID:
        """The same with intervals by the atoms of random halves."""
        correction, level = self._correction(), inference.confidence_level
        assert correction is not None
        assert level is not None
        n = self._strata.n_samples
        terms = [part for part in map(terms_of_rows, self._found) if part is not None]
        each = np.array([part.corrected.atoms for part in self._found])
        known = len(terms) == len(self._found)
        interval = interval_from(
            self._plug_in,
            correction,
            halves.atoms,
            whole=self._strata.weights @ [uncorrected_atoms(part) for part in self._found],
            widening=np.sqrt(halves.sizes / (n - halves.sizes))[:, None],
            confidence_level=level,
            coverage=self.coverage,
            terms=of_strata(terms, self._strata.rows, each) if known else None,
            drawn=halves.checksum,
        )
        interval = dataclasses.replace(interval, sizes=halves.sizes)
        method = inference.bias_correction
        result = with_this_interval(
            self._plug_in, self._corrected, interval, method, self.coverage
        )
        error = scatter_of_halves(interval)
        return self._told(dataclasses.replace(result, standard_error=error))

    def _told(self, result: PID) -> PID:
        """Of plug-in atoms the bias is not known where it is not of one of the strata."""
        bias, poor = self._plug_in.bias, self._plug_in.undersampled
        assert bias is not None
        if result.bias_correction != "none" or not np.isnan(bias).any():
            return result
        return dataclasses.replace(result, bias=bias, undersampled=poor)

    def _correction(self) -> Correction | None:
        """What the error of a mean of corrected decompositions is made of; biases add up."""
        each = [part.correction for part in self._found if part.correction is not None]
        if len(each) < len(self._found):
            return None
        weights = self._strata.weights
        ends, removed = (
            np.tensordot(weights, [getattr(one, name) for one in each], 1)
            for name in ("ends", "removed")
        )
        steps = [one.step for one in each if one.step is not None]
        step = np.tensordot(weights, steps, 1) if len(steps) == len(each) else None
        unknown = bool(weights @ np.array([one.unknown for one in each]) >= 0.5)
        return Correction(self._corrected, ends, removed, step, unknown)

    def _mean(self, kind: str) -> PID:
        """Weighted mean of decompositions of strata; their gaps add up as the atoms do."""
        found, weights = self._found, self._strata.weights
        parts: list[PID] = [getattr(part, kind) for part in found]

        def mean(name: str, of: Sequence[PID] = parts) -> float:
            # one sum at a time, as that of a matrix is rounded in another way
            return float(weights @ [getattr(part, name) for part in of])

        names = (*Atoms._fields, *Information._fields, "entropy", "gap")
        numbers: dict[str, Any] = {name: mean(name) for name in names}
        biases = np.array([part.bias for part in parts])
        # where it is not known of a stratum, it is not known of the mean
        bias = Atoms(*(weights @ biases).tolist())
        as_is = [part.plug_in for part in found]
        plug_in = Atoms(*(mean(name, as_is) for name in Atoms._fields))
        method = parts[0].bias_correction
        atoms = Atoms(*(numbers[name] for name in Atoms._fields))
        # all that a stratum says may be bias where most of its samples are alone in their cell
        least = np.where(np.isnan(biases), [part.atoms for part in parts], biases)
        known = Atoms(*(weights @ least).tolist())
        poor = (
            self.coverage < LEAST_COVERAGE
            or weights @ [bool(part.undersampled) for part in parts] >= 0.5
            or overcorrected(atoms, numbers["entropy"])
        )
        if method == "none":
            poor = undersampled(atoms, known, self.coverage)
        n = sum(part.n_samples for part in parts)
        return PID(
            **numbers,
            converged=numbers["gap"] <= self._tol,
            iterations=sum(part.iterations for part in parts),
            n_samples=n,
            solver=parts[0].solver,
            samples_per_cell=SamplesPerCell(
                n / sum(part.sampling.occupied for part in found),
                n / sum(part.sampling.cells for part in found),
            ),
            bias=bias,
            undersampled=bool(poor),
            bias_correction=method,
            plug_in=plug_in,
            kink=None if any(part.kink is None for part in parts) else mean("kink"),
        )
