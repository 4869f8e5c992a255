# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether there are too few samples for a number, and the one warning about it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.sampling_bias import plug_in_bias
from fourfold.exceptions import UndersampledWarning
from fourfold.results.atoms import Atoms, Information, atoms_of, choose, python_scalar
from fourfold.results.too_few import (
    ENOUGH_CORRECTED,
    FEW,
    LEAST_COVERAGE,
    LEAST_SAMPLES,
    UNSURE_SHARE,
    mostly_bias,
    overcorrected,
)
from fourfold.runtime.caller import caller_depth

if TYPE_CHECKING:
    from fourfold.counts.sampling_bias import Sampling
    from fourfold.results.pid import PID

__all__ = [
    "ENOUGH_CORRECTED",
    "FEW",
    "LEAST_COVERAGE",
    "LEAST_SAMPLES",
    "UNSURE_BITS",
    "UNSURE_SHARE",
    "described",
    "overcorrected",
    "undersampled",
    "unsure",
    "warn_if_undersampled",
]

#: With fewer samples per cell than `FEW` there are too few where the bias of the synergy has an
#: error of more bits than this, and of more than `UNSURE_SHARE` of it.
UNSURE_BITS = 0.05

#: The same words each time, which Python shows once for a line that is run often.
_WARNING = (
    "too few samples for a table of this size: atoms are mostly the bias of counting, or the bias "
    "is not known. The result says how few, which atoms, and what would do: print it, see "
    "result.undersampled and result.samples_per_cell; of a batch, index it"
)


def undersampled(plug_in: Atoms, bias: Atoms, coverage: Any) -> Any:
    """Whether an atom, or all that the samples say, is mostly bias; a bool or an array."""
    first, second, third, fourth = mostly_bias(plug_in, bias)
    return first | second | third | fourth | (coverage < LEAST_COVERAGE)


def unsure(synergy: float, error: float, per_cell: float) -> bool:
    """Whether the bias of a corrected synergy is known too badly; its error in bits."""
    return per_cell < FEW and error > max(UNSURE_BITS, UNSURE_SHARE * abs(synergy))


def warn_if_undersampled(result: PID) -> None:
    """Give the one `UndersampledWarning` of a call; `undersampled_words` has what it is about."""
    if np.any(result.undersampled):
        warnings.warn(_WARNING, UndersampledWarning, stacklevel=caller_depth())


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
