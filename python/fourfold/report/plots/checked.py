# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether what is to be drawn is one decomposition, or several with their labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fourfold.results.pid import PID
from fourfold.results.words import legible

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_single", "listed_results"]


def check_single(function: str, result: object) -> None:
    """Raise where it is none, or a batch."""
    _check_result(f"{function}: result", result)
    if isinstance(result, PID) and result.shape:
        msg = (
            f"{function}: result must be one decomposition, got a batch of shape "
            f"{result.shape}; index it, or use plot_comparison"
        )
        raise ValueError(msg)


def listed_results(
    results: PID | Sequence[PID] | Mapping[str, PID], labels: Sequence[str] | None
) -> tuple[list[PID], list[str]]:
    """Results with a label for each; raises where there is one that is none, or a batch."""
    where = "plot_comparison"
    if isinstance(results, Mapping):
        labels = list(results) if labels is None else labels
        listed = list(results.values())
    elif isinstance(results, PID):
        if len(results.shape) > 1:
            msg = f"{where}: results must be a batch of shape (B,), got {results.shape}"
            raise ValueError(msg)
        listed = list(results) if results.shape else [results]
    else:
        listed = list(results)
    if not listed:
        msg = f"{where}: results must hold at least one decomposition, got none"
        raise ValueError(msg)
    for k, result in enumerate(listed):
        _check_result(f"{where}: results[{k}]", result)
        if result.shape:
            msg = f"{where}: results[{k}] must be one decomposition, got shape {result.shape}"
            raise ValueError(msg)
    texts = [
        legible(str(label)) for label in (range(len(listed)) if labels is None else labels)
    ]
    if len(texts) != len(listed):
        msg = f"{where}: labels must be one per result, got {len(texts)} for {len(listed)}"
        raise ValueError(msg)
    return listed, texts


def _check_result(what: str, result: object) -> None:
    if not isinstance(result, PID):
        msg = f"{what} must be a fourfold.PID, got {type(result).__name__}"
        raise TypeError(msg)
