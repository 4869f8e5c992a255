# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of several sources and one target as they are handed over, checked and of mass 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import on_host
from fourfold.inputs.faults import check_same_order
from fourfold.inputs.masses import as_masses, check_masses, holds_counts, read_masses
from fourfold.inputs.subsets import read_names
from fourfold.inputs.totals import exact_totals
from fourfold.solve.tables import MOST_ESTIMATED, in_range

__all__ = ["SourceTables", "read_source_tables"]

#: By which two p(y) may differ, in single precision and in double.
_ROUNDING = {True: 1e-5, False: 1e-8}


class SourceTables(NamedTuple):
    """Of n sources.

    Attributes
    ----------
    names : tuple of str
    tables : list of ndarray, shape (K_i, K_Y)
        float64, of mass 1, with one p(y).
    n_samples : int or None
        Where all are counts of as many samples.
    counts : list of ndarray, shape (K_i, K_Y), or None
        These, where they are no pattern of zeros and ones.
    """

    names: tuple[str, ...]
    tables: list[np.ndarray]
    n_samples: int | None
    counts: list[np.ndarray] | None

    @property
    def sizes(self) -> tuple[int, ...]:
        """States of each source, and last of Y."""
        return (*map(len, self.tables), self.tables[0].shape[1])


def read_source_tables(marginals: Any, source_names: Any) -> SourceTables:
    """Of a mapping of names, or a sequence, of probabilities or counts (K_i, K_Y), or raise."""
    names, given = _named(marginals, source_names)
    check_same_order(**given)
    kinds = {word: as_masses(on_host(table, word), word) for word, table in given.items()}
    masses = [_masses_of_two_axes(kind, word) for word, kind in kinds.items()]
    n_samples = counts = None
    if all(map(holds_counts, kinds.values(), masses)):
        pairs = zip(kinds.values(), masses, strict=True)
        totals = {int(exact_totals(kind, mass.sum((-2, -1)), 2)) for kind, mass in pairs}
        if len(totals) == 1:
            (n_samples,) = totals
            if 1 < max(mass.max() for mass in masses) < MOST_ESTIMATED:
                counts = masses
    scaled = (in_range(mass, 2) for mass in masses)
    tables = [mass / mass.sum() for mass in scaled]
    single = any(kind.dtype in (np.float16, np.float32) for kind in kinds.values())
    return SourceTables(names, _with_one_target(tables, [*kinds], single), n_samples, counts)


def _named(marginals: Any, source_names: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Names of the sources, and their tables by the words for them."""
    if isinstance(marginals, Mapping):
        if source_names is not None:
            msg = "source_names: marginals is a mapping and has names already; leave them out"
            raise TypeError(msg)
        wrong = [name for name in marginals if not isinstance(name, str) or not name]
        if wrong:
            msg = f"marginals: expected names of sources that are strings, got {wrong[0]!r}"
            raise TypeError(msg)
        source_names = [*marginals]
        given = {f"marginals[{name!r}]": table for name, table in marginals.items()}
    elif isinstance(marginals, (list, tuple)) or getattr(marginals, "ndim", None) == 3:
        given = {f"marginals[{k}]": table for k, table in enumerate(marginals)}
    else:
        msg = (
            "marginals: expected a list of tables p(x_i, y) of shape (K_i, K_Y), one a source, or "
            f"a dict of names and tables, got {type(marginals).__name__}"
        )
        raise TypeError(msg)
    if not given:
        msg = "marginals: expected the table of at least one source, got none"
        raise ValueError(msg)
    return read_names(source_names, len(given)), given


def _masses_of_two_axes(kind: Any, word: str) -> np.ndarray:
    mass: np.ndarray = read_masses(kind, word, "x, y", 2)
    if mass.ndim != 2:
        msg = f"{word}: expected 2 axes (x, y), got shape {mass.shape}"
        raise ValueError(msg)
    check_masses(mass, word, 2)
    return mass


def _with_one_target(
    tables: list[np.ndarray], words: list[str], single: bool
) -> list[np.ndarray]:
    """The p(y) of the first, or raise where that of another differs by more than rounding."""
    # products with ones are far faster than sums of long columns
    first = np.ones(len(tables[0])) @ tables[0]
    found = []
    for table, word in zip(tables, words, strict=True):
        own = np.ones(len(table)) @ table
        if len(own) != len(first):
            msg = (
                f"{word}: expected as many classes on the last axis as {words[0]} has, "
                f"{len(first)}, got {len(own)}"
            )
            raise ValueError(msg)
        off = abs(own - first)
        k = int(off.argmax())
        if off[k] > _ROUNDING[single]:
            msg = (
                f"{word}: expected the p(y) of {words[0]}, but class {k} has {own[k]:.9g} here and "
                f"{first[k]:.9g} there, {off[k]:.2g} apart; all tables are of one target, which "
                "has one distribution"
            )
            raise ValueError(msg)
        # the rounding by which they differ goes
        found.append(table * np.where(own > 0, first / np.where(own > 0, own, 1.0), 0.0))
    return found
