# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Why a result counts as undersampled, and how many samples would do, in words of its own numbers.

The warning is the same text each time, so that a loop over many tables gives it once; what there
is to say of one of them stands here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fourfold.results.atoms import Atoms, choose
from fourfold.results.coupling import Coupling
from fourfold.results.words import SYMBOLS

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
    "UNSURE_SHARE",
    "mostly_bias",
    "overcorrected",
    "undersampled_words",
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
#: error of more than this share of it.
FEW = 1
UNSURE_SHARE = 0.07

#: Of so few samples per occupied cell more than half are alone in theirs, however the others lie.
_ALONE = 4 / 3

LEAST_SAMPLES = 8  # of a correction or an interval

#: Samples per cell that do, with a correction and without; read off the simulation study.
ENOUGH_CORRECTED = 2
ENOUGH = 16


def mostly_bias(plug_in: Atoms, bias: Atoms) -> list[Any]:
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


def overcorrected(atoms: Atoms, entropy: float) -> bool:
    """Whether corrected atoms are far from what any distribution has; they and H(Y) in bits."""
    most = entropy + TOO_LARGE_BITS  # no atom can be larger than H(Y)
    values = np.array(atoms)
    below = -np.minimum(values, 0.0).sum()
    above = np.maximum(values, 0.0).sum()
    too_much = values.max() > most or values.sum() > most
    return bool(too_much or (below > TOO_NEGATIVE_BITS and below > TOO_NEGATIVE_SHARE * above))


def undersampled_words(result: Any) -> str:
    """A sentence about one undersampled `PID`: its samples, what is wrong, and what would do."""
    n, per_cell = result.n_samples, result.samples_per_cell
    if n is None or per_cell is None or not per_cell.total > 0:
        return "Too few samples for a table of this size; take more of them, or fewer states."
    cells = round(n / per_cell.total)
    words = f"{n} samples are {per_cell.total:.2g} per cell of a table of {cells} cells, and"
    enough = f"about {ENOUGH_CORRECTED * cells} samples would do{_states_that_do(result)}"
    plain = result.bias_correction == "none"
    unknown = result.bias is None or any(map(math.isnan, result.bias[:3]))
    if unknown or per_cell.occupied < _ALONE:
        return f"{words} most of them are alone in their cell: {enough}."
    if not plain and n < FEW * cells and not overcorrected(result.atoms, result.entropy):
        few = "" if result.bias_correction == "bayes" else ", and 'bayes' is for so few"
        return (
            f"{words} corrections of the bias of S {result.synergy:.3f} differ by more than "
            f"{UNSURE_SHARE:.0%} of it: {enough}{few}."
        )
    if not plain:
        atoms = zip(SYMBOLS, result.atoms, strict=True)
        found = ", ".join(f"{symbol} {value:.3f}" for symbol, value in atoms)
        return (
            f"{words} the correction gives atoms that no distribution has ({found}): {enough}."
        )
    each = zip(
        SYMBOLS, result.atoms, result.bias, mostly_bias(result.atoms, result.bias), strict=True
    )
    found = ", ".join(
        f"{symbol} {value:.3f} with a bias of {bias:+.3f}"
        for symbol, value, bias, mostly in each
        if mostly
    )
    words += f" an atom is mostly the bias of counting{': ' * bool(found)}{found}."
    if n < LEAST_SAMPLES:
        return f"{words} No correction is of fewer than {LEAST_SAMPLES} samples: {enough}."
    wanted = f", for which {enough}" if n < ENOUGH_CORRECTED * cells else ""
    return (
        f"{words} Use bias_correction='auto' of fourfold.pid or fourfold.decompose{wanted}; without "
        f"it about {ENOUGH * cells} samples would do."
    )


def _states_that_do(result: Any) -> str:
    """Of each source, where the table is known."""
    if not isinstance(result.factored, Coupling):  # of means, or read from a file
        return ""
    classes = result.factored.p1y.shape[-1]
    states = int(math.sqrt(result.n_samples / (ENOUGH_CORRECTED * classes)))
    return f", or at most {states} states a source" if states > 1 else ""
