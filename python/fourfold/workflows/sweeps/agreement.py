# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How much of what a data set asks for a model delivers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fourfold.results.atoms import ROUNDING
from fourfold.results.pid import PID
from fourfold.workflows.sweeps.dataset_profile import DatasetProfile

__all__ = ["agreement"]


def agreement(
    profile_a: PID | DatasetProfile, profile_b: PID | DatasetProfile
) -> float | dict[str, float]:
    """Atoms of a model (b), weighted by the shares that they have in a data set (a), in bits.

    ::

        alpha(b, a) = sum over I in {R, U1, U2, S} of  (I_a / sum of I_a) * I_b

    It is large where the model's decisions carry much of the kind of information of which the
    data set's labels are made. It is not symmetric.

    Parameters
    ----------
    profile_a : PID or DatasetProfile
        Of the data set: the target is its labels. Only shares are taken of it.
    profile_b : PID or DatasetProfile
        Of the model: the target is its decisions, for the same inputs.

    Returns
    -------
    float or dict
        In bits, between the smallest and the largest atom of `profile_b` where those of
        `profile_a` are not negative; for profiles a dictionary by data set, of those that both
        have. NaN where the atoms of `profile_a` do not add up to more than nothing, or are not
        known.

    Raises
    ------
    TypeError
        If one is a PID and the other is not, or either is something else.
    ValueError
        If a PID is a batch, or the profiles have no data set in common.

    See Also
    --------
    fourfold.dataset_profile : The atoms of data sets, and of a model's decisions on them.
    fourfold.model_profiles : Many models at once.

    Notes
    -----
    Corrected atoms may be a little below zero, and are taken as they are: clipping would bias
    the sum. Means over seeds are taken of profiles.

    References
    ----------
    Liang et al., "Quantifying & modeling multimodal interactions", NeurIPS 2023,
    arXiv 2302.12247, section 4.3: agreement alpha(f, D), by which models are selected.

    Examples
    --------
    >>> import fourfold as ff
    >>> xor, copy = (ff.decompose(gate.pmf) for gate in (ff.gates.XOR, ff.gates.RDN))
    >>> round(ff.agreement(xor, xor), 6), round(ff.agreement(xor, copy), 6)
    (1.0, 0.0)
    """
    if isinstance(profile_a, PID) and isinstance(profile_b, PID):
        for name, result in (("profile_a", profile_a), ("profile_b", profile_b)):
            if result.shape:
                msg = f"{name}: expected one decomposition, got a batch of shape {result.shape}"
                raise ValueError(msg)
        return _alpha(profile_a.atoms, profile_b.atoms)
    if not (isinstance(profile_a, DatasetProfile) and isinstance(profile_b, DatasetProfile)):
        msg = (
            "profile_a, profile_b: expected two PIDs or two DatasetProfiles, got "
            f"{type(profile_a).__name__} and {type(profile_b).__name__}"
        )
        raise TypeError(msg)
    common = [name for name in profile_a.datasets if name in profile_b.datasets]
    if not common:
        msg = (
            "profile_a, profile_b: expected a data set in common, got "
            f"{', '.join(profile_a.datasets)} and {', '.join(profile_b.datasets)}"
        )
        raise ValueError(msg)
    return {
        name: _alpha(
            [atom[profile_a.datasets.index(name)] for atom in profile_a.atoms],
            [atom[profile_b.datasets.index(name)] for atom in profile_b.atoms],
        )
        for name in common
    }


def _alpha(data: Any, model: Any) -> float:
    total = math.fsum(data)
    if not total > ROUNDING:
        return math.nan
    return float(np.dot(data, model)) / total
