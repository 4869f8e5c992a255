# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What this build of Fourfold can do of what is measured."""

from __future__ import annotations

import dataclasses
from typing import Any

from fourfold.solve.options import METHODS, SolverOptions

__all__ = ["known_methods", "merges", "options_of"]


def known_methods(wanted: tuple[str, ...]) -> list[str]:
    """Those of the methods that there are."""
    return [method for method in wanted if method in METHODS]


def merges() -> bool:
    """Whether states can be merged at a cost."""
    return any(field.name == "merge" for field in dataclasses.fields(SolverOptions))


def options_of(merge: float) -> dict[str, Any]:
    """The option that merges, where anything is to be merged."""
    return {"merge": merge} if merge else {}
