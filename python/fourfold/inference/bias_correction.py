# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms without the bias of counting; how each way does is in docs/decisions/bias-correction.md.

Every way corrects I(X1;Y), I(X2;Y), I(X1,X2;Y) and the union information, of which the atoms are
sums and differences: so they add up as they did.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.counting import Samples
from fourfold.counts.sampling_bias import union_of
from fourfold.counts.undersampling import LEAST_COVERAGE, overcorrected
from fourfold.inference.replicates import decompose_replicates, random_parts
from fourfold.results.atoms import Atoms, Information, atoms_of, python_scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.counting import Draws
    from fourfold.counts.sampling_bias import Sampling
    from fourfold.inference.replicates import Replicates
    from fourfold.results.pid import PID

__all__ = ["METHODS", "SOLVED_WITHIN", "correct", "resolved"]

METHODS = ("none", "auto", "chao", "shuffle", "qe")

#: How much smaller than `tol` the gaps of single tables have to be, so that the gap of their
#: combination is not larger: the sum of the sizes of its weights.
SOLVED_WITHIN = {"none": 1, "chao": 7 / 3, "shuffle": 2, "qe": 5}

_LEAST_SAMPLES = 8
_CHAO_PARTITIONS = 4
_SHUFFLES = 20  # MINT's default
_QE_PARTITIONS = 10  # MINT's default
#: 1 / (2**a - 1) where what is left of the bias falls like N**-a, here 1.32: it does so with
#: exponents of 1 to 2 in docs/decisions/bias-correction.md. One weight for all terms, so that an
#: atom that is zero in the whole and in its halves stays zero.
_EXTRAPOLATION = 2 / 3


class _Corrected(NamedTuple):
    """Estimates in bits; the union information lies in [union - gap, union]."""

    information: Information
    union: float
    gap: float


def resolved(method: str, samples: Draws) -> str:
    """The method that a name stands for; raises where it, or an interval, cannot be had."""
    n = samples.draws
    if n < _LEAST_SAMPLES:
        msg = (
            "bias_correction, n_resamples: corrections and intervals need at least "
            f"{_LEAST_SAMPLES} samples, got {n}"
        )
        raise ValueError(msg)
    if method == "auto":
        return "chao" if samples.counted else "qe"
    if samples.block > 1 and method in ("chao", "shuffle"):
        msg = (
            f"bias_correction: {method!r} takes rows for independent, as tokens of one sample are "
            "not; for these expected 'qe', 'auto' or 'none'"
        )
        raise ValueError(msg)
    if method == "chao" and not samples.counted:
        msg = (
            "bias_correction: 'chao' needs labels as y, got rows of probabilities; for these "
            "expected 'qe', 'shuffle', 'auto' or 'none'"
        )
        raise ValueError(msg)
    return method


def correct(
    result: PID,
    samples: Draws,
    sampling: Sampling,
    options: dict[str, Any],
    method: str,
    rng: np.random.Generator,
) -> PID:
    """The plug-in result of the samples without its bias.

    Parameters
    ----------
    result : PID
        The plug-in decomposition.
    samples : Draws
        What it was counted from.
    sampling : Sampling
        As it comes with the result.
    options : dict
        Those of `solver_options`.
    method : str
        One of `METHODS`.
    rng : Generator

    Returns
    -------
    PID
        The same but for the atoms, the information, the gap and what was subtracted.
    """
    method = resolved(method, samples)
    if method == "none":
        return result
    inner = options | {"tol": options["tol"] / SOLVED_WITHIN[method]}
    corrected = _WAYS[method](result, samples, sampling, inner, rng)
    atoms = atoms_of(corrected.information, corrected.union)
    bias = Atoms(*(before - after for before, after in zip(result.atoms, atoms, strict=True)))
    numbers = atoms._asdict() | corrected.information._asdict() | {"gap": corrected.gap}
    return dataclasses.replace(
        result,
        **{name: python_scalar(np.float64(value)) for name, value in numbers.items()},
        converged=bool(corrected.gap <= options["tol"]),
        bias=Atoms(*map(float, bias)),
        undersampled=bool(sampling.coverage < LEAST_COVERAGE)
        or overcorrected(atoms, samples.counts().p1y.sum(0)),
        bias_correction=method,
    )


def _chao(
    result: PID,
    samples: Draws,
    sampling: Sampling,
    options: dict[str, Any],
    rng: np.random.Generator,
) -> _Corrected:
    """Chao's entropies and the union's share of their bias, all extrapolated from halves."""
    parts = random_parts(samples, 2, _CHAO_PARTITIONS, rng)
    halves = decompose_replicates(
        (part.counts() for part in parts),
        2 * _CHAO_PARTITIONS,
        options,
        "correct for bias",
        chao=True,
    )
    # the lower ends of what is subtracted make the union an upper end again
    subtracted = (
        union_of(halves.plug_in, halves.corrected, halves.union, halves.gap) - halves.gap
    )
    plug_in = Information(result.mi1, result.mi2, result.mi_joint)
    union = union_of(plug_in, sampling.corrected, result.union_information, result.gap)
    whole = np.array([*sampling.corrected, union])
    half = np.array([*(values.mean() for values in halves.corrected), subtracted.mean()])
    *information, union = (whole + _EXTRAPOLATION * (whole - half)).tolist()
    gap = (1 + _EXTRAPOLATION) * result.gap + _EXTRAPOLATION * halves.gap.mean()
    return _Corrected(Information(*information), union, gap)


def _shuffle(
    result: PID,
    samples: Draws,
    _: Sampling,
    options: dict[str, Any],
    rng: np.random.Generator,
) -> _Corrected:
    """Minus the mean over tables of which every variable was shuffled on its own."""
    assert isinstance(samples, Samples)

    def shuffled() -> Iterator[Draws]:
        for _ in range(_SHUFFLES):
            x1, x2, y = (rng.permutation(column) for column in samples[:3])
            yield samples._replace(x1=x1, x2=x2, y=y)

    null = decompose_replicates(
        (part.counts() for part in shuffled()), _SHUFFLES, options, "shuffle", chao=False
    )
    return _combined(result, [(-1.0, null)], 1.0)


def _qe(
    result: PID,
    samples: Draws,
    _: Sampling,
    options: dict[str, Any],
    rng: np.random.Generator,
) -> _Corrected:
    """a0 of a0 + a1/N + a2/N**2 through N, the mean of halves and the mean of quarters."""
    halves, quarters = (
        decompose_replicates(
            (part.counts() for part in random_parts(samples, parts, _QE_PARTITIONS, rng)),
            parts * _QE_PARTITIONS,
            options,
            "extrapolate",
            chao=False,
        )
        for parts in (2, 4)
    )
    return _combined(result, [(-2.0, halves), (1 / 3, quarters)], 8 / 3)


def _combined(
    result: PID, weighted: list[tuple[float, Replicates]], weight: float
) -> _Corrected:
    """Weighted sum of the result and of means of replicates."""
    information = [weight * getattr(result, name) for name in Information._fields]
    union, gap = weight * result.union_information, weight * result.gap
    for w, replicates in weighted:
        for k, values in enumerate(replicates.plug_in):
            information[k] += w * values.mean()
        # of what is subtracted the lower end, so that the sum is an upper end
        end = replicates.union - (replicates.gap if w < 0 else 0.0)
        union += w * end.mean()
        gap += abs(w) * replicates.gap.mean()
    return _Corrected(Information(*information), union, gap)


_WAYS = {"chao": _chao, "shuffle": _shuffle, "qe": _qe}
