# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of pairs: all of them for a frame, the best of them for text and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.table import Cell, Table, atom_columns, flag_column, typeset
from fourfold.results.words import Names, pvalue_words

if TYPE_CHECKING:
    from fourfold.results.pid import PID

__all__ = ["above_zero", "frame_of", "table_of"]


def above_zero(found: Any) -> np.ndarray:
    """Of which of the best pairs the interval of what they are best in is above zero, (B,)."""
    if any(one.confidence_interval is None for one in found.results):
        return np.zeros(len(found.results), dtype=bool)
    spans = [one.confidence_interval for one in found.results if one.confidence_interval]
    low = np.array([span.low for span in spans]).reshape(-1, 4) > 0
    redundancy, unique1, unique2, synergy = low.T
    both = unique1 & unique2
    chosen = {
        "synergy": synergy,
        "redundancy": redundancy,
        "unique": both,
        "gain": synergy | both,
    }
    return np.asarray(chosen.get(found.by, low.any(1)))


def frame_of(found: Any) -> dict[str, Any]:
    """A row for each pair: the best first, then those that passed, then the others."""
    passed = found.ranked()
    rest = np.setdiff1d(passed, found.best_numbers)
    rest = passed[np.isin(passed, rest)]
    order = np.concatenate([found.best_numbers, rest, np.flatnonzero(~found.passed)])
    order = order.astype(np.intp)
    pairs = found.pairs[order]
    names = np.array(found.feature_names, dtype=object)
    atoms = found.atoms
    frame: dict[str, Any] = {
        "x1": names[pairs[:, 0]],
        "x2": names[pairs[:, 1]],
        "passed": found.passed[order],
        "pvalue": found.pvalues[order],
        "adjusted_pvalue": found.adjusted_pvalues[order],
        "mi1": (found.information - found.information_bias)[pairs[:, 0]],
        "mi2": (found.information - found.information_bias)[pairs[:, 1]],
        "mi_joint": np.sum(atoms, axis=0)[order],
    }
    for name in Atoms._fields:
        frame[name] = getattr(atoms, name)[order]
    for name in Atoms._fields:
        frame[f"{name}_plug_in"] = getattr(found.plug_in, name)[order]
    for name in Atoms._fields:
        of_best = [(getattr(one, name), *_error(one, name)) for one in found.results]
        numbers = np.full((len(order), 4), np.nan)
        numbers[: len(of_best)] = np.array(of_best).reshape(-1, 4)
        for k, what in enumerate(("corrected", "standard_error", "low", "high")):
            frame[f"{name}_{what}"] = numbers[:, k]
    return frame


def table_of(found: Any, names: Names, most: int | None) -> Table:
    """A row for each of the best pairs, as text."""
    shown = found.results[:most]
    atoms = np.array([one.atoms for one in shown]).reshape(-1, 4).T
    low = high = None
    if all(one.confidence_interval is not None for one in shown):
        spans = [one.confidence_interval for one in shown if one.confidence_interval]
        low, high = (
            np.array([getattr(span, end) for span in spans]).reshape(-1, 4).T
            for end in ("low", "high")
        )
    joint = [one.mi_joint for one in shown]
    flags = [bool(one.undersampled) for one in shown]
    adjusted = found.adjusted_pvalues[found.best_numbers.astype(np.intp)][:most]
    columns: list[Any] = [
        (Cell("X1", "X1", words=True), [pair[0] for pair in found.best[:most]]),
        (Cell("X2", "X2", words=True), [pair[1] for pair in found.best[:most]]),
        *atom_columns(atoms, low, high, joint, names),
        ("p adjusted", [_pvalue(p) for p in adjusted]),
        *([flag_column(flags)] if any(flags) else []),
    ]
    return Table.of_columns(f"The best pairs by {found.by}, in bits", columns, flags)


def _error(result: PID, name: str) -> tuple[float, float, float]:
    """Standard error and the ends of the interval of an atom, NaN where not known."""
    error = np.nan if result.standard_error is None else getattr(result.standard_error, name)
    interval = result.confidence_interval
    if interval is None:
        return error, np.nan, np.nan
    return error, getattr(interval.low, name), getattr(interval.high, name)


def _pvalue(value: float) -> Cell:
    words = pvalue_words(value)
    return Cell(words, typeset(words))
