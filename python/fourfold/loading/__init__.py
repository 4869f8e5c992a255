# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays, labels and layers out of files; nothing in a file is ever executed."""

from __future__ import annotations

from fourfold.inputs.parquet import parquet_blocks
from fourfold.loading.missing import MISSING
from fourfold.loading.places import name_of, printable
from fourfold.loading.readers import (
    column_names,
    first_row,
    holds_layers,
    load_array,
    load_labels,
    load_layers,
)
from fourfold.loading.values import LABELS_HINT

__all__ = [
    "LABELS_HINT",
    "MISSING",
    "column_names",
    "first_row",
    "holds_layers",
    "load_array",
    "load_labels",
    "load_layers",
    "name_of",
    "parquet_blocks",
    "printable",
]
