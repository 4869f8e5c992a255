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

from fourfold.counts.cells import Cells
from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.drawn.shuffled_tables import shuffled_tables
from fourfold.counts.empirical_bayes import bayes_information
from fourfold.counts.samples import Samples
from fourfold.counts.sampling_bias import union_of
from fourfold.counts.tallies import Tallies
from fourfold.counts.undersampling import (
    ENOUGH_CORRECTED,
    LEAST_COVERAGE,
    LEAST_SAMPLES,
    overcorrected,
    unsure,
)
from fourfold.inference.correction import Correction, error_of_bias
from fourfold.inference.replicates import (
    Drawn,
    decompose_replicates,
    parts_of_rows,
    random_parts,
)
from fourfold.results.atoms import Atoms, Information, atoms_of, information_of, python_scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.counts.samples import Draws, Rows
    from fourfold.inference.plug_in import Found
    from fourfold.inference.replicates import Replicates
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions

__all__ = [
    "CHAO_PARTITIONS",
    "EXTRAPOLATION",
    "KINK",
    "LEAST_SAMPLES",
    "SOLVED_WITHIN",
    "check_enough",
    "correct",
    "resolved",
]

#: How much smaller than `tol` the gaps of all samples and of replicates have to be, so that the gap
#: of their combination is not larger: their shares of it, weighted as they are there, add up to 1.
#: One fine solve costs less than many, so those of "chao" are coarser.
SOLVED_WITHIN = {
    "none": (1, 1),
    "chao": (12, 2),
    "bayes": (12, 2),
    "linear": (6, 4),
    "shuffle": (2, 2),
    "qe": (5, 5),
}

CHAO_PARTITIONS = 4
_SHUFFLES = 20  # MINT's default
_QE_PARTITIONS = 10  # MINT's default
#: 1 / (2**a - 1) where what is left of the bias falls like N**-a, here 1.32: it does so with
#: exponents of 1 to 2 in docs/decisions/bias-correction.md. One weight for all terms, so that an
#: atom that is zero in the whole and in its halves stays zero.
EXTRAPOLATION = 2 / 3
#: The same at the kink, where U1 and U2 are zero and the bias falls like N**-1/2, the slowest
#: there is: the truth is between the two (docs/alike-sources.md).
KINK = 1 / (2**0.5 - 1)


class _Corrected(NamedTuple):
    """Estimates in bits; the union information lies in [union - gap, union].

    That is the middle of the ends [union - kink / 2, union + kink / 2] that it has by the two
    rates; `one_pass` are the atoms before they were extrapolated, where they were, `spread`
    what those of the halves scatter, and `second` another estimate of I(X1,X2;Y), where there is
    one. `bend` is the last step to I(X1,X2;Y), where it is not known when such steps end.
    """

    information: Information
    union: float
    gap: float
    kink: float = 0.0
    one_pass: Atoms | None = None
    spread: np.ndarray | None = None
    bend: float | None = None
    second: float | None = None


def resolved(method: str, samples: Draws) -> str:
    """The method that a name stands for; raises where it, or an interval, cannot be had.

    "auto" is "none" where there are too few samples for any, and of weights.
    """
    few = samples.draws < LEAST_SAMPLES or _weighted(samples)
    if method == "none" or (method == "auto" and few):
        return "none"
    if _weighted(samples):
        msg = (
            f"bias_correction: {method!r} needs whole numbers of samples, got weights that are not; "
            "of these, whose bias is not known, expected 'auto' or 'none', which change nothing"
        )
        raise ValueError(msg)
    check_enough(samples)
    if method == "auto":
        return "chao" if samples.counted else "linear"
    if samples.block > 1 and method in ("chao", "bayes", "shuffle"):
        msg = (
            f"bias_correction: {method!r} takes rows for independent, as tokens of one sample are "
            "not; for these expected 'auto', 'linear', 'qe' or 'none'"
        )
        raise ValueError(msg)
    if method in ("chao", "bayes") and not samples.counted:
        msg = (
            f"bias_correction: {method!r} needs labels as y, got rows of probabilities; for these "
            "expected 'auto', 'linear', 'qe', 'shuffle' or 'none'"
        )
        raise ValueError(msg)
    return method


def check_enough(samples: Draws) -> None:
    """Raise where there are too few samples for any correction or interval, or weights."""
    if _weighted(samples):
        msg = (
            "n_resamples: intervals need whole numbers of samples, got weights that are not; of "
            "these expected n_resamples=0"
        )
        raise ValueError(msg)
    if samples.draws < LEAST_SAMPLES:
        msg = (
            "bias_correction, n_resamples: corrections and intervals need at least "
            f"{LEAST_SAMPLES} samples, got {samples.draws}"
        )
        raise ValueError(msg)


def _weighted(samples: Draws) -> bool:
    return isinstance(samples, Cells) and samples.weighted


def correct(
    found: Sequence[Found],
    wanted: Sequence[str],
    options: SolverOptions,
    rngs: Sequence[np.random.Generator],
) -> list[Correction | None]:
    """Plug-in results of sets of samples without their bias, all replicates in one batch.

    Parameters
    ----------
    found : sequence of Found
        The plug-in decompositions, and what they were counted from.
    wanted : sequence of str
        One of `METHODS` for each.
    options : SolverOptions
    rngs : sequence of Generator
        One for each set.

    Returns
    -------
    list of Correction or None
        Results that are the same but for the atoms, the information, the gap and what was
        subtracted; None where that is nothing.
    """
    methods = [resolved(name, one.samples) for name, one in zip(wanted, found, strict=True)]
    results: list[Correction | None] = [None] * len(found)
    for name in dict.fromkeys(methods):
        if name == "none":
            continue
        chosen = [k for k, each in enumerate(methods) if each == name]
        draw, combine = _WAYS[name]
        groups = [draw(found[k].samples, rngs[k]) for k in chosen]
        replicates = iter(
            decompose_replicates(
                [drawn for group in groups for drawn in group],
                options.within(SOLVED_WITHIN[name][1]),
                "correct for bias",
            )
        )
        for k, group in zip(chosen, groups, strict=True):
            estimate = combine(found[k], [next(replicates) for _ in group])
            results[k] = _without_bias(found[k], estimate, name, options)
    return results


def _without_bias(
    found: Found, estimate: _Corrected, method: str, options: SolverOptions
) -> Correction:
    result, sampling = found.result, found.sampling
    atoms = atoms_of(estimate.information, estimate.union)
    bias = Atoms(*(before - after for before, after in zip(result.atoms, atoms, strict=True)))
    numbers = atoms._asdict() | estimate.information._asdict()
    numbers |= {"gap": estimate.gap, "kink": estimate.kink}
    half = 0.5 * estimate.kink
    joints = (0.0,) if estimate.bend is None else (-estimate.bend, 2 * estimate.bend)
    one, two, joint = estimate.information
    ends = np.array(
        [
            atoms_of(Information(one, two, joint + more), estimate.union + end)
            for more in joints
            for end in (-half, half)
        ]
    )
    removed = np.array(result.atoms) - ends[1]
    # at the upper end S is least, and U1 and U2 are largest
    unknown = bool(sampling.coverage < LEAST_COVERAGE)
    unknown = unknown or overcorrected(Atoms(*ends[1]), result.entropy)
    step, too_few = None, False
    if estimate.one_pass is not None:
        step = ends[1] - np.array(estimate.one_pass)
        if estimate.second is not None:
            step[3] = max(step[3], estimate.information.mi_joint - estimate.second, key=abs)
        error = float(error_of_bias(removed, step)[3])
        too_few = unsure(atoms.synergy, error, sampling.n_samples / sampling.cells)
    corrected = dataclasses.replace(
        result,
        **{name: python_scalar(np.float64(value)) for name, value in numbers.items()},
        converged=bool(estimate.gap <= options.tol),
        bias=Atoms(*map(float, bias)),
        undersampled=unknown or too_few,
        bias_correction=method,
    )
    return Correction(corrected, ends, removed, step, unknown, estimate.spread)


def _draw_halves(samples: Draws, rng: np.random.Generator) -> list[Drawn]:
    return [random_parts(samples, 2, CHAO_PARTITIONS, rng, chao=True)]


def _chao(found: Found, drawn: list[Replicates]) -> _Corrected:
    """From halves; with few samples beside empirical Bayes, which it may be far from."""
    estimate, sampling = _by_halves(found, drawn), found.sampling
    enough = sampling.n_samples >= ENOUGH_CORRECTED * sampling.cells
    if enough:
        return estimate
    assert isinstance(found.samples, Cells)
    return estimate._replace(second=bayes_information(found.samples))


def _bayes(found: Found, drawn: list[Replicates]) -> _Corrected:
    """The same, but for I(X1,X2;Y) by empirical Bayes."""
    assert isinstance(found.samples, Cells)
    estimate, joint = _by_halves(found, drawn), bayes_information(found.samples)
    information, one_pass = estimate.information, estimate.one_pass
    assert one_pass is not None
    synergy = one_pass.synergy + joint - information.mi_joint  # the same step from there
    return estimate._replace(
        information=information._replace(mi_joint=joint),
        one_pass=one_pass._replace(synergy=synergy),
        second=information.mi_joint,
    )


def _by_halves(found: Found, drawn: list[Replicates]) -> _Corrected:
    """Chao's entropies and the union's share of their bias, all extrapolated from halves.

    The union information at both rates that its bias may have, of which the middle is taken.
    """
    result, (halves,) = found.result, drawn
    # the lower ends of what is subtracted make the union an upper end again
    subtracted = (
        union_of(halves.plug_in, halves.corrected, halves.union, halves.gap) - halves.gap
    )
    corrected = found.sampling.corrected
    union = union_of(information_of(result), corrected, result.union_information, result.gap)
    whole = np.array([*corrected, union])
    half = np.array([*(values.mean() for values in halves.corrected), subtracted.mean()])
    *information, high = (whole + EXTRAPOLATION * (whole - half)).tolist()
    low = min(high, union + KINK * (union - float(half[3])))
    weight = EXTRAPOLATION if low == high else 0.5 * (EXTRAPOLATION + KINK)
    gap = (1 + weight) * result.gap + weight * halves.gap.mean()
    return _Corrected(
        Information(*information),
        0.5 * (low + high),
        gap,
        high - low,
        atoms_of(corrected, union),
        np.std(atoms_of(halves.corrected, subtracted), axis=1),
    )


class _Halved(Tallies):
    """What a half counts to, and what it informs without its bias, by its own halves."""

    of_halves: Information

    def estimates(self) -> Any:
        plain = self.plug_in()
        pairs = zip(plain, self.of_halves, strict=True)
        return plain, Information(*(2 * whole - half for whole, half in pairs))


def _draw_halves_of_halves(samples: Draws, rng: np.random.Generator) -> list[Drawn]:
    def halved(part: Rows) -> _Halved:
        counts = _Halved(*part.tallies())
        halves = np.array_split(np.arange(part.draws), 2)  # of rows in random order
        informations = [part.take(half).tallies().plug_in() for half in halves]
        counts.of_halves = Information(*np.mean(informations, axis=0).tolist())
        return counts

    def halved_cells(cells: Cells, parts: RandomParts, halves: np.ndarray) -> _Halved:
        counts = _Halved(*cells.tallies_of(halves))
        quarters = np.concatenate([parts.partition(half, 2) for half in halves])
        each = cells.tallies_of(quarters).plug_in()
        counts.of_halves = Information(*(part.reshape(-1, 2).mean(1) for part in each))
        return counts

    tables: Iterator[Tallies]
    if isinstance(samples, Cells):
        parts = RandomParts(samples, rng)
        drawn = parts.partitions(2, CHAO_PARTITIONS)
        tables = (halved_cells(samples, parts, halves) for halves in drawn)
    else:
        tables = map(halved, parts_of_rows(samples, 2, CHAO_PARTITIONS, rng))
    return [Drawn(tables, 2 * CHAO_PARTITIONS, chao=True)]


def _linear(found: Found, drawn: list[Replicates]) -> _Corrected:
    """a0 of a0 + a1/N through N and the mean of halves, which needs no counts.

    The union information at both rates, too: at the slower one after its share of the bias of
    the informations is off the whole, and twice of it off the halves. I(X1,X2;Y), whose pairs
    have few rows each, by a parabola through the mean of quarters, too: it may be as little as the
    line says, or as much as two more such steps.
    """
    result, (halves,) = found.result, drawn
    plain, subtracted = information_of(result), halves.union - halves.gap
    union, half = result.union_information, float(subtracted.mean())
    of_halves, by_quarters = (
        Information(*(float(values.mean()) for values in each))
        for each in (halves.plug_in, halves.corrected)
    )
    fast = Information(*(2 * w - h for w, h in zip(plain, of_halves, strict=True)))
    high = 2 * union - half
    one = union_of(plain, fast, union, result.gap)
    low = min(high, one + KINK * (one - (half - 2 * (union - one))))
    bend = (fast.mi_joint - by_quarters.mi_joint) / 3
    weight = 1.0 if low == high else 0.5 * (1 + KINK)
    return _Corrected(
        fast._replace(mi_joint=fast.mi_joint + bend),
        0.5 * (low + high),
        (1 + weight) * result.gap + weight * halves.gap.mean(),
        high - low,
        spread=np.std(atoms_of(halves.plug_in, subtracted), axis=1),
        bend=bend,
    )


def _draw_shuffled(samples: Draws, rng: np.random.Generator) -> list[Drawn]:
    if isinstance(samples, Cells):
        return [Drawn(shuffled_tables(samples, _SHUFFLES, rng), _SHUFFLES, chao=False)]
    assert isinstance(samples, Samples)

    def shuffled() -> Iterator[Samples]:
        for _ in range(_SHUFFLES):
            x1, x2, y = (rng.permutation(column) for column in samples[:3])
            yield samples._replace(x1=x1, x2=x2, y=y)

    return [Drawn((part.tallies() for part in shuffled()), _SHUFFLES, chao=False)]


def _shuffle(found: Found, drawn: list[Replicates]) -> _Corrected:
    """Minus the mean over tables of which every variable was shuffled on its own."""
    return _combined(found.result, [(-1.0, drawn[0])], 1.0)


def _draw_halves_and_quarters(samples: Draws, rng: np.random.Generator) -> list[Drawn]:
    return [random_parts(samples, parts, _QE_PARTITIONS, rng, chao=False) for parts in (2, 4)]


def _qe(found: Found, drawn: list[Replicates]) -> _Corrected:
    """a0 of a0 + a1/N + a2/N**2 through N, the mean of halves and the mean of quarters."""
    return _combined(found.result, [(-2.0, drawn[0]), (1 / 3, drawn[1])], 8 / 3)


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


#: What is drawn from the samples, and how its decompositions correct that of the whole.
_WAYS: dict[str, Any] = {
    "chao": (_draw_halves, _chao),
    "bayes": (_draw_halves, _bayes),
    "linear": (_draw_halves_of_halves, _linear),
    "shuffle": (_draw_shuffled, _shuffle),
    "qe": (_draw_halves_and_quarters, _qe),
}
