# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How much of the atoms is the bias of counting, and whether that is most of them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.stats import entropy

from fourfold.atoms import Atoms, SamplesPerCell, python_scalar
from fourfold.caller import caller_depth
from fourfold.chao_entropy import count_statistics
from fourfold.counting import Information, Samples, chao_information
from fourfold.device_arrays import to_numpy
from fourfold.exceptions import UndersampledWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counting import Counts, Draws
    from fourfold.result import PID

__all__ = [
    "UNION_BIAS",
    "Sampling",
    "atoms_of",
    "described",
    "overcorrected",
    "plug_in_bias",
    "sampling_of_counts",
    "sampling_of_marginals",
    "sampling_of_samples",
    "stacked",
    "undersampled",
    "union_bias",
    "union_of",
    "warn_if_undersampled",
]

#: The bias of the plug-in union information, as a share of those of I(X1;Y) and I(X2;Y)
#: together: 0.55 to 0.85 for most tables, less where a source says all or nothing; measured,
#: see docs/decisions/bias-correction.md.
UNION_BIAS = 0.7

#: An atom is mostly bias where the bias is more than half of it, and worth a word: more than
#: this many bits and this share of all four atoms.
MOST = 0.5
NOTABLE_BITS = 0.02
NOTABLE_SHARE = 0.05
#: Corrected atoms that are further above H(Y), in bits, are no scatter; nor are those that are
#: together further below zero, in bits and as a share of those above it.
TOO_LARGE_BITS = 0.05
TOO_NEGATIVE_BITS = 0.2
TOO_NEGATIVE_SHARE = 0.5
#: Below this Good-Turing coverage most samples are alone in their cell, and no estimate of the
#: bias is to be trusted.
LEAST_COVERAGE = 0.5
#: Information that is zero up to rounding (bits).
_ROUNDING = 1e-9
#: Samples per cell that do, with a correction and without; read off the simulation study.
ENOUGH_CORRECTED = 2
ENOUGH = 16


class Sampling(NamedTuple):
    """What samples tell of the table they were counted to; floats, or arrays for a batch.

    Attributes
    ----------
    n_samples : int or ndarray
    cells, classes : int or ndarray
        Cells K1 K2 K_Y of the table, and K_Y of them for each pair.
    occupied : float or ndarray
        Cells with samples in them; NaN where only marginals are known.
    coverage : float or ndarray
        Good-Turing coverage of the cells; NaN likewise.
    corrected : Information
        What the information is without the bias of counting, in bits.
    """

    n_samples: Any
    cells: Any
    classes: Any
    occupied: Any
    coverage: Any
    corrected: Information

    def per_cell(self) -> SamplesPerCell:
        """Samples per occupied cell, and per cell of the table."""
        return SamplesPerCell(
            python_scalar(self.n_samples / self.occupied),
            python_scalar(self.n_samples / self.cells),
        )


def sampling_of_counts(counts: Counts, n_samples: Any, shape: tuple[int, int, int]) -> Sampling:
    """Of a table of counts, or a batch of them, of K1, K2 and K_Y states."""
    statistics = count_statistics(counts.cells)
    return Sampling(
        to_numpy(n_samples)[()],
        int(np.prod(shape)),
        shape[-1],
        statistics.occupied[()],
        statistics.coverage[()],
        counts.chao(statistics),
    )


def sampling_of_marginals(p1y: Any, p2y: Any, n_samples: Any) -> Sampling:
    """Of counts (..., K1, K_Y) and (..., K2, K_Y): nothing is known of the cells."""
    one, two = chao_information(p1y), chao_information(p2y)
    unknown = np.full(np.shape(one), np.nan)[()]
    cells = p1y.shape[-2] * p2y.shape[-2] * p1y.shape[-1]
    information = Information(one, two, unknown)
    n = to_numpy(n_samples)[()]
    return Sampling(n, cells, p1y.shape[-1], unknown, unknown, information)


def stacked(samplings: Sequence[Sampling | None]) -> Sampling:
    """Those of several tables as arrays of the host; NaN of tables that are no counts."""
    unknown = Sampling(np.nan, np.nan, np.nan, np.nan, np.nan, Information(*(np.nan,) * 3))
    known = [unknown if sampling is None else sampling for sampling in samplings]
    numbers = {
        name: np.array([getattr(sampling, name) for sampling in known])
        for name in Sampling._fields
        if name != "corrected"
    }
    corrected = Information(*np.array([sampling.corrected for sampling in known]).T)
    return Sampling(**numbers, corrected=corrected)


def sampling_of_samples(samples: Draws, counts: Counts) -> Sampling:
    """Of labelled rows; where these are no counts, what two halves of them give corrects."""
    n = len(samples.x1)
    if samples.counted:
        return sampling_of_counts(counts, n, samples.shape)
    full, corrected = counts.plug_in(), counts.plug_in()
    if samples.draws > 1:
        order = np.random.default_rng(0).permutation(samples.draws)
        halves = [samples.take(part).counts().plug_in() for part in np.array_split(order, 2)]
        corrected = Information(
            *(
                2 * whole - np.mean(part)
                for whole, part in zip(full, zip(*halves, strict=True), strict=True)
            )
        )
    coverage = count_statistics(_cells_of_draws(samples)).coverage[()]
    return Sampling(
        n,
        int(np.prod(samples.shape)),
        samples.shape[-1],
        float(np.count_nonzero(counts.cells)),
        coverage,
        corrected,
    )


def _cells_of_draws(samples: Draws) -> np.ndarray:
    """Counts of the cells, of one row of each draw: its other rows say nothing of other draws."""
    rows = slice(None, None, samples.block)
    cell = samples.x1[rows] * np.int64(samples.shape[1]) + samples.x2[rows]
    if isinstance(samples, Samples) and not samples.soft:  # others have no cell but their pair
        cell = cell * samples.shape[2] + samples.y[rows]
    return np.unique(cell, return_counts=True)[1]


def atoms_of(information: Information, union: Any) -> Atoms:
    """The atoms of I(X1;Y), I(X2;Y), I(X1,X2;Y) and the union information; also of biases."""
    mi1, mi2, mi_joint = information
    return Atoms(mi1 + mi2 - union, union - mi2, union - mi1, mi_joint - union)


def union_bias(plug_in: Information, corrected: Information, union: Any, gap: Any) -> Any:
    """Estimated bias in bits of the plug-in union information, by those of I(X1;Y) and I(X2;Y).

    Where the union information is as small as it can be, one of these, or as large, their sum,
    it has the bias of that.
    """
    b1, b2 = plug_in.mi1 - corrected.mi1, plug_in.mi2 - corrected.mi2
    no_unique1 = union - plug_in.mi2 <= gap + _ROUNDING
    no_unique2 = union - plug_in.mi1 <= gap + _ROUNDING
    no_redundancy = plug_in.mi1 + plug_in.mi2 - union <= _ROUNDING
    return np.select(
        [no_unique1 & no_unique2, no_unique2, no_unique1, no_redundancy],
        [np.maximum(b1, b2), b1, b2, b1 + b2],
        UNION_BIAS * (b1 + b2),
    )[()]


def union_of(plug_in: Information, corrected: Information, union: Any, gap: Any) -> Any:
    """The union information in bits without its estimated bias."""
    return union - union_bias(plug_in, corrected, union, gap)


def plug_in_bias(plug_in: Information, corrected: Information, union: Any, gap: Any) -> Atoms:
    """Estimated bias in bits of each plug-in atom."""
    bias = Information(*(p - c for p, c in zip(plug_in, corrected, strict=True)))
    return atoms_of(bias, union_bias(plug_in, corrected, union, gap))


def described(plug_in: Information, union: Any, gap: Any, sampling: Sampling) -> dict[str, Any]:
    """What a plug-in result says of the samples behind it, by the fields of `PID`."""
    bias = plug_in_bias(plug_in, sampling.corrected, union, gap)
    known = ~(np.asarray(sampling.coverage) < LEAST_COVERAGE)
    poor = undersampled(atoms_of(plug_in, union), bias, sampling.coverage)
    return {
        "bias": Atoms(*(python_scalar(np.where(known, part, np.nan)) for part in bias)),
        "samples_per_cell": sampling.per_cell(),
        "undersampled": python_scalar(poor),
    }


def undersampled(plug_in: Atoms, bias: Atoms, coverage: Any) -> Any:
    """Whether an atom, or all that the samples say, is mostly bias; a bool or an array."""
    return np.any(_mostly_bias(plug_in, bias), axis=0) | (np.asarray(coverage) < LEAST_COVERAGE)


def overcorrected(atoms: Atoms, classes: np.ndarray) -> bool:
    """Whether corrected atoms are far from what any distribution with these classes has.

    Parameters
    ----------
    atoms : Atoms
        In bits.
    classes : ndarray, shape (K_Y,)
        Masses of the classes, of which H(Y) is the most that any atom can be.
    """
    most = float(entropy(classes, base=2)) + TOO_LARGE_BITS
    values = np.array(atoms)
    below = -np.minimum(values, 0.0).sum()
    above = np.maximum(values, 0.0).sum()
    too_much = values.max() > most or values.sum() > most
    return bool(too_much or (below > TOO_NEGATIVE_BITS and below > TOO_NEGATIVE_SHARE * above))


def _mostly_bias(plug_in: Atoms, bias: Atoms) -> np.ndarray:
    """Of each atom (4, ...)."""
    atoms, biases = np.array(plug_in), np.array(bias)
    notable = np.maximum(NOTABLE_BITS, NOTABLE_SHARE * np.nansum(atoms, axis=0))
    # an atom that reads zero fools nobody
    return np.asarray((atoms > NOTABLE_BITS) & (biases > notable) & (biases > MOST * atoms))


def warn_if_undersampled(result: PID, sampling: Sampling) -> None:
    """Give the one `UndersampledWarning` of a call."""
    poor = np.asarray(result.undersampled)
    if not poor.any():
        return
    first = np.unravel_index(int(np.argmax(poor)), poor.shape)
    n, cells, classes = (
        int(np.broadcast_to(values, poor.shape)[first])
        for values in (sampling.n_samples, sampling.cells, sampling.classes)
    )
    coverage = float(np.broadcast_to(sampling.coverage, poor.shape)[first])
    who = f"{int(poor.sum())} of {poor.size} tables: " if poor.size > 1 else ""
    where = f" in table {tuple(map(int, first))}" if poor.size > 1 else ""
    estimated = result.bias if result.bias is not None else (np.nan,) * 4
    bias = Atoms(*(float(np.broadcast_to(part, poor.shape)[first]) for part in estimated))
    atoms = Atoms(*(float(to_numpy(part)[first]) for part in result.atoms))
    states = int(np.sqrt(n / (ENOUGH_CORRECTED * classes)))
    enough = f"about {ENOUGH_CORRECTED * cells} samples would do" + (
        f", or at most {states} states a source" if states > 1 else ""
    )
    msg = f"{who}{n} samples are {n / cells:.2g} per cell of a table of {cells} cells{where}, and "
    if result.bias_correction != "none" and coverage >= LEAST_COVERAGE:
        msg += (
            "the correction gives atoms that no distribution has ("
            + ", ".join(
                f"{n} {a:.3f}" for n, a in zip(("R", "U1", "U2", "S"), atoms, strict=True)
            )
            + f"): {enough}."
        )
    elif result.bias_correction != "none" or coverage < LEAST_COVERAGE:
        msg += f"{1 - coverage:.0%} of the samples are alone in their cell: {enough}."
    else:
        msg += "an atom is mostly the bias of counting: " + ", ".join(
            f"{name} {atom:.3f} with a bias of {b:+.3f}"
            for name, atom, b, mostly in zip(
                ("R", "U1", "U2", "S"), atoms, bias, _mostly_bias(atoms, bias), strict=True
            )
            if mostly
        )
        wanted = f", for which {enough}" if n < ENOUGH_CORRECTED * cells else ""
        msg += (
            f". Use fourfold.pid with bias_correction='auto'{wanted}; without it about "
            f"{ENOUGH * cells} samples would do."
        )
    warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
