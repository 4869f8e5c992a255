# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows by the value of a third variable, small groups of them pooled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.chao_entropy import count_statistics
from fourfold.counts.undersampling import LEAST_COVERAGE
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.labels import read_labels

if TYPE_CHECKING:
    from fourfold.counts.samples import Samples

__all__ = ["LEAST_SAMPLES", "Strata", "strata_of"]

#: Fewer rows in a stratum cannot be halved and corrected.
LEAST_SAMPLES = 16


class Strata(NamedTuple):
    """Groups of the N rows.

    Attributes
    ----------
    names : tuple of str
        Of the S strata, sorted as the labels are; last "pooled" where there is one.
    codes : ndarray of int64, shape (N,)
        Stratum of each row.
    rows : list of ndarray
        Rows of each.
    weights : ndarray, shape (S,)
        Share of the rows.
    pooled : tuple of str
        Labels that are in the stratum "pooled".
    joined : tuple of str
        Those of them that are not small, and joined as there were too few rows without.
    number : int
        How many labels there are.
    """

    names: tuple[str, ...]
    codes: np.ndarray
    rows: list[np.ndarray]
    weights: np.ndarray
    pooled: tuple[str, ...]
    joined: tuple[str, ...]
    number: int


def strata_of(given: Any, samples: Samples | int, min_samples: int) -> Strata:
    """Strata by the rule of `fourfold.conditional_pid`; raises where `given` is no labels.

    Of embeddings only the number of rows counts.
    """
    codes, number = read_labels(given, "given", "for an embedding take its clusters")
    n = len(codes)
    check_same_length(x1=samples if isinstance(samples, int) else len(samples.x1), given=n)
    flat = np.asarray(given).reshape(-1)
    labels = [str(flat[k]) for k in np.unique(codes, return_index=True)[1]]
    rows = _rows(codes, number)
    small = {k for k in range(number) if _is_small(samples, rows[k], min_samples)}
    by_size = sorted(set(range(number)) - small, key=lambda k: (len(rows[k]), k))
    if not by_size and number > 1:
        if isinstance(samples, int):
            msg = (
                f"given: none of its {number} values has {min_samples} rows, so nothing would be "
                "conditioned on; expected coarser values, or a smaller min_samples"
            )
            raise ValueError(msg)
        msg = (
            f"given: none of its {number} values has enough rows for the cells of its table "
            f"({min_samples} rows, and most of them not alone in their cell), so nothing would "
            "be conditioned on; expected coarser values, or fewer states of x1 and x2"
        )
        raise ValueError(msg)
    joined = set()
    while small and by_size and sum(len(rows[k]) for k in small) < LEAST_SAMPLES:
        joined.add(by_size[0])
        small.add(by_size.pop(0))
    if len(small) == 1:  # there is nothing to pool it with
        by_size += small
        small = set()
    kept = sorted(by_size)
    position = np.full(number, len(kept))
    position[kept] = np.arange(len(kept))
    name = "pooled" if "pooled" not in labels else "pooled strata"
    names = tuple(labels[k] for k in kept) + ((name,) if small else ())
    codes = position[codes]
    rows = _rows(codes, len(names))
    return Strata(
        names=names,
        codes=codes,
        rows=rows,
        weights=np.array([len(part) / n for part in rows]),
        pooled=tuple(labels[k] for k in sorted(small)),
        joined=tuple(labels[k] for k in sorted(joined)),
        number=number,
    )


def _rows(codes: np.ndarray, number: int) -> list[np.ndarray]:
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes, minlength=number))[:-1])


def _is_small(samples: Samples | int, rows: np.ndarray, min_samples: int) -> bool:
    if len(rows) < min_samples:
        return True
    if isinstance(samples, int):
        return False
    counts = samples.take(rows).tallies()
    cells = counts.pairs if samples.soft else counts.cells
    return bool(count_statistics(cells).coverage < LEAST_COVERAGE)
