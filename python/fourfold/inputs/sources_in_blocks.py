# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Methods that walk blocks of X1, X2 and y, or of one table X and y where an estimator has sources."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.utils.validation import validate_data

from fourfold.inputs.blocks import Blocks, read_blocks
from fourfold.inputs.columns import chosen, columns_of, read_table
from fourfold.inputs.sources import fitted_of_table, of_sources

__all__ = ["blocks_of", "of_blocks"]

Made = TypeVar("Made")


class of_blocks(of_sources[Made]):
    """A method of X1, X2 and y that hands them to `blocks_of`; of an estimator with sources (X, y)."""

    def __init__(self, method: Callable[..., Made]) -> None:
        super().__init__(method)

        def of_table(self: Any, X: Any, y: Any = None, *more: Any, **given: Any) -> Made:
            if more or {"X1", "X2"} & {*given}:
                msg = (
                    f"{method.__name__}: the estimator has sources={self.sources!r} and takes one "
                    "table X and y, or blocks of these; leave sources out to give X1, X2 and y"
                )
                raise TypeError(msg)
            return method(self, X, None, y, **given)

        functools.update_wrapper(of_table, method)
        del of_table.__wrapped__  # type: ignore[attr-defined]  # its signature is another
        self.of_table = of_table


def blocks_of(estimator: Any, X1: Any, X2: Any, y: Any, *, target: bool) -> Blocks:
    """Blocks of what such a method was given; see `read_blocks`.

    Columns of the sources are chosen of each block: those of a table may be larger than memory.
    Without `target` a method fits, and its first block says which they are.
    """
    if estimator.sources is None:
        return read_blocks(X1, X2, y, target=target)

    def split(X: Any) -> tuple[Any, Any]:
        table = read_table(X)
        if not target and not hasattr(estimator, "n_samples_seen_"):
            estimator._columns = columns_of(estimator.sources, table)
            validate_data(estimator, table, reset=True, skip_check_array=True)
            columns = estimator._columns
        else:
            columns = fitted_of_table(estimator, table)
        return chosen(table, columns[0]), chosen(table, columns[1])

    return read_blocks(X1, y=y, target=target, split=split)
