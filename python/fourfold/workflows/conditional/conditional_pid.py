# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of I(X1,X2;Y|T): what two sources tell about a target where a third is known."""

from __future__ import annotations

import dataclasses
import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.samples import read_samples
from fourfold.counts.undersampling import LEAST_COVERAGE, undersampled
from fourfold.exceptions import UndersampledWarning
from fourfold.inference.decompose_samples import decompose_corrected
from fourfold.inference.intervals import (
    RandomHalves,
    interval_from,
    uncorrected_atoms,
    with_this_interval,
)
from fourfold.inference.options import Inference
from fourfold.inputs.device import place_of
from fourfold.inputs.numbers import positive_int, random_generator
from fourfold.results.atoms import Information
from fourfold.results.pid import PID, Atoms, SamplesPerCell
from fourfold.results.shown import Shown
from fourfold.results.table import Cell, Table, atom_columns, flag_column, typeset
from fourfold.results.words import DEFAULT_NAMES, Names, percent_words
from fourfold.runtime.caller import caller_depth
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import warn_unless_converged
from fourfold.workflows.conditional.halves import atoms_of_halves
from fourfold.workflows.conditional.strata import LEAST_SAMPLES, Strata, strata_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.inference.plug_in import Found
    from fourfold.results.table import Column

__all__ = ["ConditionalPID", "conditional_pid"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ConditionalPID(Shown):
    """Decomposition of I(X1,X2;Y|T) in bits; made by `fourfold.conditional_pid`.

    Attributes
    ----------
    result : PID
        The mean over the strata of T: its atoms add up to I(X1,X2;Y|T), `mi1` is I(X1;Y|T) and
        `mi2` I(X2;Y|T). It has no coupling.
    strata : tuple of str
        The S strata, sorted; last "pooled" where small ones were pooled.
    weights : ndarray, shape (S,)
        Share p(t) of the rows that are in each.
    by_stratum : tuple of PID
        The decomposition within each, corrected as `result` is, without intervals.
    pooled : tuple of str
        Values of T that are in the stratum "pooled".
    """

    result: PID
    strata: tuple[str, ...]
    weights: np.ndarray
    by_stratum: tuple[PID, ...]
    pooled: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values, ready for JSON; `unit` is "bits"."""
        return {
            "unit": "bits",
            "result": self.result.to_dict(),
            "strata": list(self.strata),
            "weights": self.weights.tolist(),
            "by_stratum": [part.to_dict() for part in self.by_stratum],
            "pooled": list(self.pooled),
        }

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Given the third variable"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """A row for each stratum."""
        parts = self.by_stratum
        atoms = np.transpose([part.atoms for part in parts])
        shares = [
            Cell(f"{weight:.3f}", typeset(percent_words(round(float(weight), 3))))
            for weight in self.weights
        ]
        poor = [bool(part.undersampled) for part in parts]
        columns: list[Column] = [
            (Cell("stratum", "stratum", words=True), self.strata),
            ("share", shares),
            ("samples", [str(part.n_samples) for part in parts]),
            *atom_columns(atoms, None, None, [part.mi_joint for part in parts], names),
            flag_column(poor),
        ]
        return Table.of_columns("The atoms by stratum, in bits", columns, poor)

    def __repr__(self) -> str:
        lines = [
            "ConditionalPID, given T, mean over the strata:",
            repr(self.result)
            .replace("I(X1,X2;Y)  ", "I(X1,X2;Y|T)")
            .replace("H(Y)  ", "H(Y|T)"),
            *self.table().lines(),
        ]
        if self.pooled:
            lines.append(f"pooled: {', '.join(self.pooled)}")
        return "\n".join(lines)


def conditional_pid(
    x1: ArrayLike,
    x2: ArrayLike,
    y: ArrayLike,
    *,
    given: ArrayLike,
    min_samples: int = 32,
    bias_correction: str = "none",
    n_resamples: int = 0,
    confidence_level: float = 0.95,
    rng: Any = 0,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> ConditionalPID:
    """Decompose I(X1,X2;Y|T) of labelled samples, in bits: sum over t of p(t) PID_t.

    What do video and sound tell about an answer, where the question is known? The samples are
    parted by the value of T, each stratum is decomposed on its own, all of them in one batch,
    and the atoms are averaged.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,)
        States of the two sources, one a row: integers or strings.
    y : array_like, shape (N,) or (N, K_Y)
        The target: labels, or rows of probabilities.
    given : array_like, shape (N,)
        T: labels. Of an embedding take clusters, for example `labels1_` of a `PIDEstimator`, or
        what is known of the question, such as its type.
    min_samples : int
        A stratum is small if it has fewer rows, or if most of its rows are alone in their cell
        (Good-Turing coverage below one half; of pairs (x1,x2) for rows of probabilities). Small
        strata are pooled into one; where that has fewer than 16 rows, the smallest other
        stratum joins it. A single small stratum stays as it is; where all are small, that is an
        error. At least 16.
    bias_correction, n_resamples, confidence_level, rng
        As in `fourfold.pid`, for every stratum. Halves are those of all rows, so that intervals
        take account of p(t), too.
    tol, max_iter, num_threads, dtype, device
        As in `fourfold.decompose`; `tol` is of each stratum, and so of their mean. Arrays are of
        the host.

    Returns
    -------
    ConditionalPID

    Raises
    ------
    ValueError
        As `fourfold.pid`; if `given` holds no labels, has another number of rows, or several
        values of which all are small, so that nothing would be conditioned on.
    TypeError
        If an array is sparse, or a number is of the wrong type.

    Warns
    -----
    UndersampledWarning
        Once, if an atom of the mean is mostly bias, or most of its samples are alone in their
        cell; and with the names of strata that were pooled.
    ConvergenceWarning
        As `decompose`.

    Notes
    -----
    Within "pooled" T is not known, so that what T and a source both tell counts for that source
    there, and what a source tells only together with T is lost; its share of the rows is the
    last of `weights`. The atoms given T can be larger or smaller than without: T may be what
    the sources are redundant about, or the question without which neither says anything.

    References
    ----------
    "Sensory PID" of Fang et al., arXiv 2606.00959: I(V,A;Y|T), the sources a video and its
    sound, T the text. Each PID_t is that of Bertschinger et al. (2014).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
    >>> t = ["first"] * 100 + ["second"] * 100  # which of the two is asked for
    >>> y = x1[:100] + x2[100:]
    >>> found = ff.conditional_pid(x1, x2, y, given=t)
    >>> [round(atom, 3) for atom in found.result.atoms]
    [0.0, 0.5, 0.5, 0.0]
    """
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, there=place_of(x1=x1, x2=x2, y=y).names
    )
    inference = Inference.checked(bias_correction, n_resamples, confidence_level)
    generator = random_generator(rng, "rng")
    least = positive_int(min_samples, "min_samples", least=LEAST_SAMPLES)
    samples = read_samples(x1, x2, y)
    strata = strata_of(given, samples, least)
    for_halves, for_corrections = generator.spawn(2)
    parts = [samples.take(rows) for rows in strata.rows]
    seeds = for_corrections.integers(2**62, size=len(parts)).tolist()
    rngs = [np.random.default_rng(seed).spawn(2)[1] for seed in seeds]
    found = decompose_corrected(parts, options, inference, rngs)
    coverage = float(np.dot(strata.weights, [part.sampling.coverage for part in found]))
    plug_in, result = (
        _mean(found, kind, strata.weights, coverage, options.tol)
        for kind in ("plug_in", "corrected")
    )
    if n_resamples > 0:
        halves = RandomHalves(len(samples.x1), n_resamples, for_halves)
        atoms = atoms_of_halves(samples, strata.codes, halves, n_resamples, options)
        n = len(samples.x1)
        interval = interval_from(
            plug_in,
            result,
            atoms,
            whole=np.tensordot(strata.weights, [uncorrected_atoms(part) for part in found], 1),
            widening=math.sqrt((n // 2) / (n - n // 2)),
            confidence_level=confidence_level,
            coverage=coverage,
            drawn=halves.drawn,
        )
        result = with_this_interval(plug_in, result, interval, bias_correction, coverage)
    made = ConditionalPID(
        result=result,
        strata=strata.names,
        weights=strata.weights,
        by_stratum=tuple(part.result for part in found),
        pooled=strata.pooled,
    )
    results = made.by_stratum
    converged, gaps = (
        np.array([getattr(part, name) for part in results]) for name in ("converged", "gap")
    )
    warn_unless_converged(converged, gaps, options)
    _warn(made, strata, coverage)
    return made


def _mean(
    found: list[Found], kind: str, weights: np.ndarray, coverage: float, tol: float
) -> PID:
    """Weighted mean of decompositions of strata; their gaps add up as the atoms do."""
    parts = [getattr(part, kind) for part in found]

    def mean(name: str) -> float:
        return float(np.dot(weights, [getattr(part, name) for part in parts]))

    names = (*Atoms._fields, *Information._fields, "entropy", "gap")
    numbers: dict[str, Any] = {name: mean(name) for name in names}
    biases = np.array([part.bias for part in parts])
    # where it is not known of a stratum, it is not known of the mean
    bias = Atoms(*np.dot(weights, biases).tolist())
    method = parts[0].bias_correction
    atoms = Atoms(*(numbers[name] for name in Atoms._fields))
    known = Atoms(*np.dot(weights, np.nan_to_num(biases)).tolist())
    poor = (
        coverage < LEAST_COVERAGE
        or np.dot(weights, [bool(part.undersampled) for part in parts]) >= 0.5
    )
    if method == "none":
        poor = undersampled(atoms, known, coverage)
    n = sum(part.n_samples for part in parts)
    return PID(
        **numbers,
        converged=numbers["gap"] <= tol,
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
    )


def _warn(found: ConditionalPID, strata: Strata, coverage: float) -> None:
    if not (found.result.undersampled or found.pooled):
        return
    words = []
    if found.pooled:
        small = [name for name in found.pooled if name not in strata.joined]
        words.append(
            f"{len(small)} of {strata.number} strata of `given` have few rows for their cells "
            f"and were pooled ({strata.weights[-1]:.0%} of the rows): "
            + ", ".join(small[:8])
            + (", ..." if len(small) > 8 else "")
        )
        if strata.joined:
            words[-1] += f", with {', '.join(strata.joined)}, as these alone are too few rows"
    if found.result.undersampled:
        poor = [
            name
            for name, part in zip(found.strata, found.by_stratum, strict=True)
            if part.undersampled
        ]
        named = (
            f" (strata {', '.join(poor[:8])}{', ...' if len(poor) > 8 else ''})" if poor else ""
        )
        if found.result.bias_correction != "none" and coverage >= LEAST_COVERAGE:
            words.append(
                f"the correction gives atoms that no distribution has{named}: take fewer states, "
                "or fewer strata"
            )
        elif coverage < LEAST_COVERAGE:
            words.append(
                f"{1 - coverage:.0%} of the samples are alone in their cell{named}, which no "
                "correction makes up for: take fewer states, or fewer strata"
            )
        else:
            words.append(
                f"an atom of the mean is mostly the bias of counting{named}: take fewer states, "
                "fewer strata, or bias_correction='auto'"
            )
    warnings.warn("; ".join(words) + ".", UndersampledWarning, stacklevel=caller_depth())
