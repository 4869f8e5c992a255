# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether there are too few samples for a number, and the one warning about it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.sampling_bias import plug_in_bias
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.device import to_numpy
from fourfold.results.atoms import Atoms, Information, atoms_of, choose, python_scalar
from fourfold.runtime.caller import caller_depth

if TYPE_CHECKING:
    from fourfold.counts.sampling_bias import Sampling
    from fourfold.results.pid import PID

__all__ = [
    "ENOUGH",
    "ENOUGH_CORRECTED",
    "FEW",
    "LEAST_COVERAGE",
    "LEAST_SAMPLES",
    "MOST",
    "NOTABLE_BITS",
    "NOTABLE_SHARE",
    "TOO_LARGE_BITS",
    "TOO_NEGATIVE_BITS",
    "TOO_NEGATIVE_SHARE",
    "UNSURE_BITS",
    "UNSURE_SHARE",
    "described",
    "overcorrected",
    "undersampled",
    "unsure",
    "warn_if_undersampled",
]

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

#: With fewer samples per cell than this there are too few where the bias of the synergy has an
#: error of more bits than this and of more than this share of it.
FEW = 1
UNSURE_BITS = 0.05
UNSURE_SHARE = 0.07

LEAST_SAMPLES = 8  # of a correction or an interval

#: Samples per cell that do, with a correction and without; read off the simulation study.
ENOUGH_CORRECTED = 2
ENOUGH = 16


def undersampled(plug_in: Atoms, bias: Atoms, coverage: Any) -> Any:
    """Whether an atom, or all that the samples say, is mostly bias; a bool or an array."""
    first, second, third, fourth = _mostly_bias(plug_in, bias)
    return first | second | third | fourth | (coverage < LEAST_COVERAGE)


def overcorrected(atoms: Atoms, entropy: float) -> bool:
    """Whether corrected atoms are far from what any distribution has; they and H(Y) in bits."""
    most = entropy + TOO_LARGE_BITS  # no atom can be larger than H(Y)
    values = np.array(atoms)
    below = -np.minimum(values, 0.0).sum()
    above = np.maximum(values, 0.0).sum()
    too_much = values.max() > most or values.sum() > most
    return bool(too_much or (below > TOO_NEGATIVE_BITS and below > TOO_NEGATIVE_SHARE * above))


def unsure(synergy: float, error: float, per_cell: float) -> bool:
    """Whether the bias of a corrected synergy is known too badly; its error in bits."""
    return per_cell < FEW and error > max(UNSURE_BITS, UNSURE_SHARE * abs(synergy))


def _mostly_bias(plug_in: Atoms, bias: Atoms) -> list[Any]:
    """Of each atom; a bool or an array."""
    redundancy, unique1, unique2, synergy = plug_in
    known = redundancy + unique1 + unique2
    total = choose(np.isnan(synergy), known, known + synergy)  # not known of marginals alone
    notable = choose(total * NOTABLE_SHARE > NOTABLE_BITS, NOTABLE_SHARE * total, NOTABLE_BITS)
    # an atom that reads zero fools nobody
    return [
        (atom > NOTABLE_BITS) & (part > notable) & (part > MOST * atom)
        for atom, part in zip(plug_in, bias, strict=True)
    ]


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
    entropy = float(np.broadcast_to(to_numpy(result.entropy), poor.shape)[first])
    states = int(np.sqrt(n / (ENOUGH_CORRECTED * classes)))
    enough = f"about {ENOUGH_CORRECTED * cells} samples would do" + (
        f", or at most {states} states a source" if states > 1 else ""
    )
    msg = f"{who}{n} samples are {n / cells:.2g} per cell of a table of {cells} cells{where}, and "
    if coverage < LEAST_COVERAGE:
        msg += f"{1 - coverage:.0%} of the samples are alone in their cell: {enough}."
    elif (
        result.bias_correction != "none"
        and n < FEW * cells
        and not overcorrected(atoms, entropy)
    ):
        few = "" if result.bias_correction == "bayes" else ", and 'bayes' is for so few"
        msg += (
            f"corrections of the bias of S {atoms.synergy:.3f} differ by more than "
            f"{UNSURE_SHARE:.0%} of it: {enough}{few}."
        )
    elif result.bias_correction != "none":
        msg += (
            "the correction gives atoms that no distribution has ("
            + ", ".join(
                f"{n} {a:.3f}" for n, a in zip(("R", "U1", "U2", "S"), atoms, strict=True)
            )
            + f"): {enough}."
        )
    else:
        msg += "an atom is mostly the bias of counting: " + ", ".join(
            f"{name} {atom:.3f} with a bias of {b:+.3f}"
            for name, atom, b, mostly in zip(
                ("R", "U1", "U2", "S"), atoms, bias, _mostly_bias(atoms, bias), strict=True
            )
            if mostly
        )
        if n < LEAST_SAMPLES:
            msg += f". No correction is of fewer than {LEAST_SAMPLES} samples: {enough}."
            warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
            return
        wanted = f", for which {enough}" if n < ENOUGH_CORRECTED * cells else ""
        msg += (
            f". Use bias_correction='auto' of fourfold.pid or fourfold.decompose{wanted}; without "
            f"it about {ENOUGH * cells} samples would do."
        )
    warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())


def described(plug_in: Information, union: Any, gap: Any, sampling: Sampling) -> dict[str, Any]:
    """What a plug-in result says of the samples behind it, by the fields of `PID`."""
    bias = plug_in_bias(plug_in, sampling.corrected, union, gap)
    poor = undersampled(atoms_of(plug_in, union), bias, sampling.coverage)
    unknown = sampling.coverage < LEAST_COVERAGE
    return {
        "bias": Atoms(*(python_scalar(choose(unknown, np.nan, part)) for part in bias)),
        "samples_per_cell": sampling.per_cell(),
        "undersampled": python_scalar(poor),
    }
