# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays, labels and layers out of files; nothing in a file is ever executed."""

from __future__ import annotations

from fourfold.inputs.parquet import parquet_blocks
from fourfold.loading.missing import MISSING
from fourfold.loading.places import name_of
from fourfold.loading.readers import (
    column_names,
    holds_layers,
    load_array,
    load_labels,
    load_layers,
)

__all__ = [
    "MISSING",
    "column_names",
    "holds_layers",
    "load_array",
    "load_labels",
    "load_layers",
    "name_of",
    "parquet_blocks",
]
