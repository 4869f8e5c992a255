# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two sources and a target, one sample per row."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

__all__ = ["TwoSourceDataset"]


@dataclasses.dataclass(frozen=True, eq=False)
class TwoSourceDataset:
    """Two sources and a target, one sample per row; unpacks as ``x1, x2, y``.

    Attributes
    ----------
    x1, x2 : ndarray
        Features of the sources, float64, shapes (N, d1) and (N, d2).
    y : ndarray
        Target labels, integers, shape (N,).
    source_names : tuple of str
        What X1 and X2 are, ready for axis labels.
    target_name : str
        What Y is.
    feature_names : tuple of tuple of str
        Names of the columns of x1 and of x2.
    description : str
        Where the data are from and why they are split this way.

    See Also
    --------
    fourfold.datasets.digits_halves : One of those that ship.
    fourfold.datasets.Embeddings : Generated ones, whose atoms are known.

    Examples
    --------
    >>> import fourfold as ff
    >>> data = ff.datasets.wine()
    >>> data.source_names, data.target_name
    (('phenols and colour', 'other chemistry'), 'cultivar')
    >>> x1, x2, y = data  # for fourfold.ClassifierPID and all else
    >>> x1.shape, x2.shape, y.shape
    ((178, 7), (178, 6), (178,))
    """

    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    source_names: tuple[str, str]
    target_name: str
    feature_names: tuple[tuple[str, ...], tuple[str, ...]]
    description: str

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter((self.x1, self.x2, self.y))

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.source_names[0]!r} {self.x1.shape}, "
            f"{self.source_names[1]!r} {self.x2.shape}, {self.target_name!r} {self.y.shape})"
        )
