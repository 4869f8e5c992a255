# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a page says of one result."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from fourfold.results.table import Table

__all__ = ["BAR", "CURVES", "Picture", "Section"]

BAR = (6.8, 1.7)  # inches
CURVES = (7.6, 4.2)


class Picture(NamedTuple):
    """What draws it, once a page wants it, and what to say to those who do not see it."""

    draw: Callable[[Axes], object]
    size: tuple[float, float]  # inches
    description: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Section:
    """Warnings first, then words, picture, table, notes."""

    heading: str
    lead: str
    table: Table | None = None
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    picture: Picture | None = None
