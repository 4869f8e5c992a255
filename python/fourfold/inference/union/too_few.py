# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Of which subsets the synergy is mostly bias, or that is not known; and the warning about them.

I(X_A;Y) needs the joint states of all sources, whose number is the product of theirs, and is at most
H(Y): with few samples it is near that whatever the sources tell. v* needs the tables (X_i,Y) alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from fourfold.counts.undersampling import unsure
from fourfold.exceptions import UndersampledWarning
from fourfold.inference.union.intervals import Ends
from fourfold.results.too_few import (
    ENOUGH_CORRECTED,
    LEAST_COVERAGE,
    MOST,
    NOTABLE_BITS,
    NOTABLE_SHARE,
    overcorrected,
)
from fourfold.runtime.caller import caller_depth

__all__ = ["mostly_bias", "uncertain", "unknown", "warn_of_subsets"]

_NAMED = 3  # subsets in a warning


def mostly_bias(plug_in: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Whether synergies are, (M,); of frequencies (3, M), and the bias of each, in bits."""
    information, _, synergy = plug_in
    notable = np.maximum(NOTABLE_SHARE * information, NOTABLE_BITS)
    found: np.ndarray = (synergy > NOTABLE_BITS) & (bias > notable) & (bias > MOST * synergy)
    return found


def unknown(ends: Ends, coverage: np.ndarray, entropy: float) -> np.ndarray:
    """Where most samples are alone in their cell, or the numbers are of no distribution, (M,)."""
    # the synergy is least at the upper end of v*
    upper = np.stack([ends.high[1], ends.low[2]])
    impossible = [overcorrected(values, entropy) for values in upper.T]
    found: np.ndarray = (coverage < LEAST_COVERAGE) | impossible
    return found


def uncertain(ends: Ends, per_cell: np.ndarray) -> np.ndarray:
    """Where the bias of the corrected synergy is known too badly, (M,)."""
    middle = (ends.low[2] + ends.high[2]) / 2
    each = zip(middle.tolist(), ends.bias_error[2].tolist(), per_cell.tolist(), strict=True)
    return np.array([unsure(*one) for one in each])


def warn_of_subsets(
    subsets: Sequence[Sequence[str]],
    undersampled: np.ndarray,
    per_cell: np.ndarray,
    sizes: Sequence[int],
    samples: int,
) -> None:
    """Give the one `UndersampledWarning` of a call, where there is something to say.

    Parameters
    ----------
    subsets : sequence of sequence of str
    undersampled, per_cell : ndarray, shape (M,)
        Which are, and samples for each cell of each.
    sizes : sequence of int
        Numbers of states of all sources, and of classes.
    samples : int
    """
    poor = sorted(np.flatnonzero(undersampled).tolist(), key=lambda k: float(per_cell[k]))
    if not poor:
        return
    worst, classes = subsets[poor[0]], sizes[-1]
    alone = [subsets[k][0] for k in poor if len(subsets[k]) == 1]
    several = [f"({', '.join(subsets[k])})" for k in poor if len(subsets[k]) > 1]
    more = f" and {len(several) - _NAMED} more" if len(several) > _NAMED else ""
    enough = int((samples / (ENOUGH_CORRECTED * classes)) ** (1 / len(worst)))
    advice = f", or at most {enough} states a source" if enough > 1 else ""
    what = f"the synergy of {', '.join(several[:_NAMED])}{more}" if several else alone[0]
    stands = (
        f"Of {', '.join(alone[:_NAMED])} most samples are alone in their cell: so v* is not known either"
        if alone
        else "The union information, which needs a table of each source alone, and its shares stand"
    )
    msg = (
        f"too few samples for {what}: it is mostly the bias of counting, or that is not known. "
        f"{samples} samples are {per_cell[poor[0]]:.2g} per cell of the table of {', '.join(worst)} "
        f"and y; {ENOUGH_CORRECTED} would do{advice}. {stands}"
    )
    warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
