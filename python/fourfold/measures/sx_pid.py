# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions by shared exclusions, of labels and of tables."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.many_cells import ManyCells, cells_of_table, count_variables
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.joint_states import check_joint
from fourfold.inputs.named_sources import named_sources
from fourfold.inputs.numbers import true_or_false
from fourfold.inputs.subsets import read_names
from fourfold.inputs.target import require_target
from fourfold.measures.entropies import Entropies
from fourfold.measures.inclusion_exclusion import MOST_SOURCES, shares_of
from fourfold.measures.shared_exclusions import shared_exclusions
from fourfold.results.sx_pid import SxPID, SxPointwise
from fourfold.results.too_few import LEAST_COVERAGE, MOST, NOTABLE_BITS
from fourfold.runtime.caller import caller_depth
from fourfold.solve.union.antichains import antichains_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

__all__ = ["sx_pid", "sx_pid_from_table"]


def sx_pid(
    sources: Mapping[str, ArrayLike] | Sequence[ArrayLike],
    y: ArrayLike,
    *,
    joint: bool | None = None,
    pointwise: bool = True,
) -> SxPID:
    """Decompose what two to four sources of labels tell of y by shared exclusions, in bits.

    For sets of sources a1, ..., am, the shared information of an outcome is what "one of these sets
    is as observed" tells of y::

        i(y: a1; ...; am) = log2 P(y | a1 or ... or am) / P(y)
                          = -log2 P(a1 or ...)  -  log2 P(y) / P(y and (a1 or ...))

    Its two parts are what is excluded at all, and what of y is excluded by mistake. Both have
    non-negative atoms; their difference, the atom, may be negative. The average over the
    frequencies is I^sx. It is another measure than that of `pid`: see docs/second-opinions.md.

    Parameters
    ----------
    sources : list or dict of array_like, shape (N,) or (N, d), or frame
        Two to four, of a frame its columns; each as x1 of `pid`: integers, words or anything
        hashable, one state a row.
    y : array_like, shape (N,)
        Labels; numbers become labels by `bin_target`.
    joint : bool, optional
        As in `pid`.
    pointwise : bool
        Whether the result has atoms of each outcome that occurs, M x 166 numbers of four sources.

    Returns
    -------
    SxPID
        Of the frequencies as they are: nothing is corrected, and its `bias` says by how much the sum
        of the atoms is too high.

    Raises
    ------
    ValueError
        If there are fewer than two or more than four sources, lengths differ, or labels are missing or
        of several kinds; as `pid`.
    TypeError
        If `sources` is neither a list nor a dict nor a frame.
    MemoryError
        If the atoms of all outcomes cannot fit what is free; `pointwise=False` does without.

    Warns
    -----
    UndersampledWarning
        If most samples are alone in their cell, or most of the information is bias.

    See Also
    --------
    sx_pid_from_table : Of a joint distribution.
    pid : BROJA, of two sources: never negative, corrected, with intervals.

    References
    ----------
    Makkeh, Gutknecht, Wibral, "Introducing a differentiable measure of pointwise shared
    information", Phys. Rev. E 103 (2021) 032149. Williams, Beer, arXiv:1004.2515 (2010): the order.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2, x3 = np.random.default_rng(0).integers(2, size=(3, 4000))
    >>> result = ff.sx_pid({"a": x1, "b": x2, "c": x3}, x1 ^ x2)
    >>> round(result["a", "b"].shared, 2), round(result["c"].shared, 2)
    (-0.58, 0.0)
    >>> round(float(result.atoms.sum()), 2)
    1.0
    """
    named = named_sources(sources, most=MOST_SOURCES)
    require_target(y)
    cells = count_variables(named, y, check_joint(joint))
    found = _result(cells, tuple(named), pointwise=true_or_false(pointwise, "pointwise"))
    every = range(len(cells.shape))
    entropies = Entropies(cells, [[*every[:-1]], [every[-1]], [*every]])
    weights = np.array([1.0, 1.0, -1.0])
    bias = float(weights @ (entropies.plug_in() - entropies.corrected()))
    few = entropies.coverage < LEAST_COVERAGE or (
        bias > NOTABLE_BITS and bias > MOST * found.information
    )
    if few:
        warnings.warn(_WARNING, UndersampledWarning, stacklevel=caller_depth())
    of_samples: dict[str, Any] = {
        "model": "samples",
        "n_samples": cells.draws,
        "bias": bias,
        "undersampled": bool(few),
    }
    return dataclasses.replace(found, **of_samples)


def sx_pid_from_table(
    pmf: ArrayLike, *, source_names: Sequence[str] | None = None, pointwise: bool = True
) -> SxPID:
    """Decompose what two to four sources tell of Y by shared exclusions, of a table, in bits.

    Parameters
    ----------
    pmf : array_like, shape (K1, ..., Kn, K_Y)
        Probabilities or counts, the target last; normalised here. Two to four sources.
    source_names : sequence of str, optional
        Of the axes but the last; x1, x2, ... by default.
    pointwise : bool
        As in `sx_pid`.

    Returns
    -------
    SxPID
        Exact but for rounding.

    Raises
    ------
    ValueError
        If there are other than two to four sources, or an entry is negative or not finite, or none is
        above zero.
    MemoryError
        As `sx_pid`.

    See Also
    --------
    sx_pid : Of samples, and what the measure is.
    decompose : BROJA, of two sources.

    References
    ----------
    Makkeh, Gutknecht, Wibral, Phys. Rev. E 103 (2021) 032149.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.sx_pid_from_table(ff.gates.AND.pmf)
    Shared exclusions I^sx of 2 sources in bits, of this table
      shared by      atom  = informative  - misinformative
      {x1}{x2}   0.122556       0.415037          0.292481
      {x1}       0.188722       0.584963          0.396241
      {x2}       0.188722       0.584963          0.396241
      {x1, x2}   0.311278       0.415037          0.103759
      together I = 0.811278
    """
    cells = cells_of_table(pmf, 3)
    number = len(cells.shape) - 1
    if number > MOST_SOURCES:
        msg = (
            f"pmf: expected axes of two to {MOST_SOURCES} sources and, last, of y, got {number + 1} "
            f"axes, shape {cells.shape}; a batch goes one by one"
        )
        raise ValueError(msg)
    names = read_names(source_names, number)
    return _result(cells, names, pointwise=true_or_false(pointwise, "pointwise"))


_WARNING = (
    "too few samples for so many states: atoms of shared exclusions are mostly the bias of counting, "
    "which nothing corrects; merge states, or take more samples"
)


def _result(cells: ManyCells, names: tuple[str, ...], *, pointwise: bool) -> SxPID:
    shared = shared_exclusions(cells, pointwise=pointwise)
    order = shares_of(len(names))
    atoms = shared.informative - shared.misinformative
    rows = None
    if shared.pointwise is not None:
        masses = cells.counts / cells.counts.sum()
        rows = SxPointwise(cells.codes.T, masses, shared.pointwise)
    together = order.below @ atoms
    return SxPID(
        antichains=antichains_of(len(names)).named(names),
        atoms=atoms,
        informative=shared.informative,
        misinformative=shared.misinformative,
        shared=together,
        information=float(together[-1]),
        source_names=names,
        sizes=cells.shape,
        pointwise=rows,
    )
