# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a report warns of, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fourfold.results.too_few import undersampled_words
from fourfold.results.words import DEFAULT_NAMES, Names, percent_words

if TYPE_CHECKING:
    from fourfold.results.kept import Kept
    from fourfold.results.pid import PID
    from fourfold.workflows.sweeps.sweep import Sweep

__all__ = ["result_warnings", "sweep_warnings"]

_REMEDY = "Take more samples, or fewer states."
_BOUNDS_HOLD = (
    "The certified bounds hold, but are wider than was asked for; raise max_iter or tol."
)
_SMALL_SHARE = 0.1  # of I(X1,X2;Y); a bias below it is not worth a warning
_POSTERIORS = "fourfold.ClassifierPID decomposes these."
_DOUBTS = {
    "undersampled": f"too few samples for tables of this size. {_REMEDY}",
    "not Gaussian": "a check found more than a Gaussian has of I(X1,X2;Y), which is missing in the "
    "atoms, in the synergy above all. Classifiers of bins of the target see it.",
    "few rows": "plug-in and cross-fitted unique information are far apart. Take more rows, or "
    "fewer columns (PCA).",
}


def result_warnings(result: PID, names: Names = DEFAULT_NAMES) -> list[str]:
    """Of one decomposition: states that keep little, too few samples, bias, the solver."""
    warnings = _little_kept(result.kept, names)
    if result.undersampled:
        warnings.append(f"Undersampled: {undersampled_words(result)} {_REMEDY}")
    warnings += _bias_left(result)
    if not result.converged:
        warnings.append(
            f"Not converged: the certified gap is {result.gap:.1e} bits. {_BOUNDS_HOLD}"
        )
    return warnings


def sweep_warnings(sweep: Sweep) -> list[str]:
    """Of all settings of a sweep."""
    column, labels = sweep.setting_labels()
    warnings = []
    for flag, why in _DOUBTS.items():
        which = [label for k, label in enumerate(labels) if flag in sweep.flags(k)]
        if which:
            warnings.append(
                f"{flag[0].upper()}{flag[1:]} ({column}: {', '.join(which)}): {why}"
            )
    every = [result for of_setting in sweep.results for result in of_setting]
    unfinished = [result.gap for result in every if not result.converged]
    if unfinished:
        gap = "certified gap" if sweep.decoded is None else "gap of the solver"
        holds = _BOUNDS_HOLD if sweep.decoded is None else "Raise max_iter or tol."
        warnings.append(
            f"Not converged: {len(unfinished)} of {len(every)} fits; the largest {gap} "
            f"is {max(unfinished):.1e} bits. {holds}"
        )
    return warnings


def _little_kept(kept: Kept | None, names: Names) -> list[str]:
    if kept is None or not any(kept.poor):
        return []
    each = zip(names.sources, kept.share, kept.poor, strict=True)
    words = " and ".join(
        f"{percent_words(round(s, 2))} of {name}" for name, s, poor in each if poor
    )
    words = f"Clusters: they keep at most {words}, by a held-out probe"
    return [
        f"{words}. The atoms are those of the clusters, not of the embeddings. {_POSTERIORS}"
    ]


def _bias_left(result: PID) -> list[str]:
    if result.bias is None or result.bias_correction != "none":
        return []
    bias = float(np.abs(result.bias).sum())
    if math.isnan(bias):
        return ["Not corrected: the bias is still in the values, and is not known."]
    if bias <= _SMALL_SHARE * result.mi_joint:
        return []
    words = f"an estimated bias of {bias:.3f} bits, added up over the atoms,"
    return [
        f"Not corrected: {words} is still in the values. Decompose with bias_correction='auto'."
    ]
