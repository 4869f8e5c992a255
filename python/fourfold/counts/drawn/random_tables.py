# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of counts with given margins, as permuted rows give them, drawn without rows.

Permuting one of two columns of labels gives each table n of their margins r and c with a probability of
prod r! prod c! / (N! prod n!). Given how many samples the first half of its rows has, the columns of that
half are a multivariate hypergeometric part of all; so a table is drawn by halving its rows again
and again. That takes a hypergeometric number for each cell, however many samples there are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.counts.drawn.hypergeometric import hypergeometric

__all__ = ["random_tables"]


def random_tables(rows: Any, columns: Any, times: int, rng: np.random.Generator) -> np.ndarray:
    """Independent random tables, shape (times, ..., P, K) of int64.

    Parameters
    ----------
    rows, columns : array_like of int64, shapes (..., P) and (..., K)
        Totals of the rows and of the columns, which add up to the same. Leading axes are a batch,
        as of strata: each of its tables is drawn on its own.
    times : int
        How many are drawn of each.
    rng : Generator
    """
    rows, columns = (np.asarray(totals, dtype=np.int64) for totals in (rows, columns))
    if rows.shape[-1] < columns.shape[-1]:  # the longer side is halved
        return np.swapaxes(random_tables(columns, rows, times, rng), -2, -1)
    number = rows.shape[-1]
    depth = (number - 1).bit_length()
    batch = (times, *np.broadcast_shapes(rows.shape[:-1], columns.shape[:-1]))
    sums = [np.zeros((*rows.shape[:-1], 2**depth), dtype=np.int64)]
    sums[0][..., :number] = rows
    while sums[-1].shape[-1] > 1:
        sums.append(sums[-1][..., ::2] + sums[-1][..., 1::2])
    tables = np.broadcast_to(columns[..., None, :], (*batch, 1, columns.shape[-1]))
    for totals in sums[-2::-1]:
        first = _part(tables, totals[..., ::2], rng)
        halves = np.stack([first, tables - first], axis=-2)
        tables = halves.reshape(*batch, totals.shape[-1], columns.shape[-1])
    return tables[..., :number, :].copy()


def _part(tables: np.ndarray, drawn: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of each row (..., K) of counts so many at random, by column."""
    part = np.empty_like(tables)
    left = np.broadcast_to(drawn, tables.shape[:-1])
    others = tables.sum(-1)
    for k in range(tables.shape[-1]):
        others = others - tables[..., k]
        part[..., k] = hypergeometric(tables[..., k], others, left, rng)
        left = left - part[..., k]
    return part
