# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All pairs of features decomposed as they are counted, with a p-value each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.inference.plug_in import decompose_tallies
from fourfold.results.atoms import Atoms
from fourfold.runtime.progress import progress
from fourfold.workflows.pairs.pair_tables import pair_tables
from fourfold.workflows.pairs.permuted_information import PermutedInformation

if TYPE_CHECKING:
    from fourfold.solve.options import SolverOptions
    from fourfold.workflows.pairs.features import Features

__all__ = ["RANKINGS", "Screened", "ranking", "screen"]

#: What pairs may be ranked by, in words.
RANKINGS = {
    "synergy": "S",
    "redundancy": "R",
    "unique": "the smaller of U1 and U2",
    "gain": "I(X1,X2;Y) less the larger of I(X1;Y) and I(X2;Y)",
    "information": "I(X1,X2;Y)",
}


class Screened(NamedTuple):
    """Of M pairs of F features, in bits.

    Attributes
    ----------
    plug_in, bias : Atoms of ndarray, shape (M,)
        Of the frequencies as they are, and how much of each is bias.
    gap, pvalues : ndarray, shape (M,)
    converged : ndarray of bool, shape (M,)
    information, information_bias : ndarray, shape (F,)
        I(X;Y) of each feature, plug-in, and how much of it is bias.
    """

    plug_in: Atoms
    bias: Atoms
    gap: np.ndarray
    pvalues: np.ndarray
    converged: np.ndarray
    information: np.ndarray
    information_bias: np.ndarray


def screen(features: Features, y: np.ndarray, classes: int, options: SolverOptions) -> Screened:
    """Count, solve and test all pairs."""
    width, n = features.codes.shape
    number = width * (width - 1) // 2
    atoms, bias = np.empty((4, number)), np.empty((4, number))
    gap, pvalues = np.empty(number), np.empty(number)
    converged = np.empty(number, dtype=bool)
    null = PermutedInformation(np.bincount(y, minlength=classes))
    with progress(number, "decompose pairs") as bar:
        for part in pair_tables(features.codes, features.n_states, y, classes):
            k, tallies = part.numbers, part.tallies()
            found, of_bias = decompose_tallies(tallies, n, options)
            atoms[:, k], bias[:, k] = found.atoms, of_bias
            gap[k], converged[k] = found.gap, found.converged
            pvalues[k] = null.pvalues(found.mi_joint, tallies.pairs)
            bar.update(len(k))
    # that of feature 0 by pair (0, 1), of the others by the pairs (0, 1), (0, 2), ...
    own = [
        np.concatenate([[of[0][0] + of[1][0]], (of[0] + of[2])[: width - 1]])
        for of in (atoms, bias)
    ]
    return Screened(Atoms(*atoms), Atoms(*bias), gap, pvalues, converged, *own)


def ranking(screened: Atoms, by: str) -> np.ndarray:
    """What pairs are ranked by, (M,), in bits, of atoms less their bias."""
    redundancy, unique1, unique2, synergy = screened
    if by == "information":
        return np.asarray(redundancy + unique1 + unique2 + synergy)
    least = np.minimum(unique1, unique2)
    if by == "gain":
        return np.asarray(synergy + least)
    return np.asarray({"synergy": synergy, "redundancy": redundancy, "unique": least}[by])
