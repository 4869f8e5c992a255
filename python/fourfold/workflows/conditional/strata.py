# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples by the value of a third variable, small groups of them pooled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.chao_entropy import count_statistics
from fourfold.counts.undersampling import LEAST_COVERAGE
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.joint_states import source_column
from fourfold.inputs.label_counts import code_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fourfold.counts.samples import Samples

__all__ = ["LEAST_SAMPLES", "Strata", "few_cells", "grouped", "labels_of", "strata_of"]

#: Fewer samples in a stratum cannot be halved and corrected.
LEAST_SAMPLES = 16


class Strata(NamedTuple):
    """Groups of the N samples.

    Attributes
    ----------
    names : tuple of str
        Of the S strata, sorted as the labels are; last "pooled" where there is one.
    of_label : ndarray of int64, shape (L,)
        Stratum of each of the L labels.
    weights : ndarray, shape (S,)
        Share of the samples.
    pooled : tuple of str
        Labels that are in the stratum "pooled".
    joined : tuple of str
        Those of them that are not small, and joined as there were too few samples without.
    n_samples : int
    rows : list of ndarray, or None
        Rows of each stratum, where rows are known.
    """

    names: tuple[str, ...]
    of_label: np.ndarray
    weights: np.ndarray
    pooled: tuple[str, ...]
    joined: tuple[str, ...]
    n_samples: int
    rows: list[np.ndarray] | None

    @property
    def number(self) -> int:
        """How many labels there are."""
        return len(self.of_label)

    def with_rows(self, codes: np.ndarray) -> Strata:
        """The same that know the rows (N,), of which each has the code of its label."""
        return self._replace(rows=rows_of(self.of_label[codes], len(self.names)))


def labels_of(given: Any, n: int, joint: bool | None = None) -> tuple[np.ndarray, list[str]]:
    """Codes of n rows, (n,), and labels; raises where `given` is something else."""
    hint = "for an embedding take its clusters"
    codes, states = code_column(source_column(given, "given", hint, joint=joint))
    check_same_length(x1=n, given=len(codes))
    return codes, [str(state) for state in states]


def strata_of(
    given: Any,
    samples: Samples | int,
    min_samples: int,
    joint: bool | None = None,
    groups: np.ndarray | None = None,
    least_groups: int = 1,
) -> Strata:
    """Strata of rows of probabilities, or of embeddings, of which only the number of rows counts.

    And that of groups, where there are some.

    Raises where `given` is no labels, or all have few rows.
    """
    embedded = isinstance(samples, int)
    n = samples if isinstance(samples, int) else len(samples.x1)
    codes, labels = labels_of(given, n, joint)
    rows = rows_of(codes, len(labels))
    small = {
        k
        for k, chosen in enumerate(rows)
        if len(chosen) < min_samples
        or not (isinstance(samples, int) or _in_pairs(samples, chosen))
        or (groups is not None and len(np.unique(groups[chosen])) < least_groups)
    }
    more = "" if groups is None else f" of {least_groups} groups"
    few = f"has {min_samples} rows{more}" if embedded else few_cells(min_samples)
    remedy = "a smaller min_samples" if embedded else "fewer states of x1 and x2"
    strata = grouped(labels, [len(chosen) for chosen in rows], small, ("given", few, remedy))
    return strata.with_rows(codes)


def few_cells(min_samples: int) -> str:
    """What none of many small strata of labels has."""
    return (
        f"has enough rows for the cells of its table ({min_samples} rows, and most of them not "
        "alone in their cell)"
    )


def grouped(
    labels: Sequence[str],
    sizes: Sequence[int],
    small: Collection[int],
    told: tuple[str, str, str],
) -> Strata:
    """Strata by the rule of `fourfold.conditional_pid`; raises where all labels are small.

    Parameters
    ----------
    labels : sequence of str
        Sorted as the values that they are the words for.
    sizes : sequence of int
        Samples of each.
    small : collection of int
        Numbers of those that are to be pooled.
    told : tuple of str
        For the error: the argument, what none of its values has, and what to do.
    """
    number, n = len(labels), sum(sizes)
    small = set(small)
    by_size = sorted(set(range(number)) - small, key=lambda k: (sizes[k], k))
    if not by_size and number > 1:
        name, few, remedy = told
        msg = (
            f"{name}: none of its {number} values {few}, so nothing would be conditioned on; "
            f"expected coarser values, or {remedy}"
        )
        raise ValueError(msg)
    joined = set()
    while small and by_size and sum(sizes[k] for k in small) < LEAST_SAMPLES:
        joined.add(by_size[0])
        small.add(by_size.pop(0))
    if len(small) == 1:  # there is nothing to pool it with
        by_size += small
        small = set()
    kept = sorted(by_size)
    of_label = np.full(number, len(kept))
    of_label[kept] = np.arange(len(kept))
    pooled = "pooled" if "pooled" not in labels else "pooled strata"
    names = tuple(labels[k] for k in kept) + ((pooled,) if small else ())
    totals = [0] * len(names)
    for stratum, size in zip(of_label, sizes, strict=True):
        totals[stratum] += size
    return Strata(
        names=names,
        of_label=of_label,
        weights=np.array([total / n for total in totals]),
        pooled=tuple(labels[k] for k in sorted(small)),
        joined=tuple(labels[k] for k in sorted(joined)),
        n_samples=n,
        rows=None,
    )


def rows_of(codes: np.ndarray, number: int) -> list[np.ndarray]:
    """Rows of each code, in order."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes, minlength=number))[:-1])


def _in_pairs(samples: Samples, rows: np.ndarray) -> bool:
    """Whether most of these rows are not alone in their pair of states."""
    pairs = samples.take(rows).tallies().pairs
    return bool(count_statistics(pairs).coverage >= LEAST_COVERAGE)
