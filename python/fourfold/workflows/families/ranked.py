# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What models are ranked by, and the ranks as lines of a frame."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.frame import Line
from fourfold.workflows.families.correlations import (
    QUANTITIES,
    OrderAgreement,
    RankCorrelations,
    Ranked,
    between_datasets,
    between_families,
    correlations,
    quantities,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["rank_lines", "ranked_fields"]


def ranked_fields(fields: Mapping[str, Any], given: dict[str, np.ndarray]) -> dict[str, Any]:
    """Columns and all that is ranked by them; accuracy is one, unless it was given."""
    accuracy, families = fields["accuracy"], fields["families"]
    models, datasets, level = (
        fields[name] for name in ("models", "datasets", "confidence_level")
    )
    known = {}
    if "accuracy" not in given and not np.isnan(accuracy).all():
        scatter = np.sqrt(accuracy * (1 - accuracy) / np.maximum(fields["n_samples"], 1))
        known["accuracy"] = accuracy, scatter
    known |= {name: (table, np.zeros_like(table)) for name, table in given.items()}
    names = tuple(dict.fromkeys(families or models))
    units = np.array([names.index(one) for one in families or models])
    values, errors = quantities(
        *(fields[name] for name in ("atoms", "errors", "mi_joint", "gap"))
    )
    ranked = Ranked(values, errors, units, level)
    rng = np.random.default_rng(fields["seeds"][0])
    several = len(datasets) > 1
    by_families = families is not None and len(datasets) > 3
    return {
        "columns": {name: table for name, (table, _) in known.items()},
        "rank_correlations": correlations(ranked, known, datasets, rng) if known else None,
        "between_datasets": between_datasets(ranked, datasets, rng) if several else None,
        "between_families": between_families(ranked, names, rng) if by_families else None,
    }


def rank_lines(of: RankCorrelations | OrderAgreement, at: tuple[int, ...]) -> list[Line]:
    """A line for rho and one for tau of each quantity."""
    lines = []
    for (q, name), kind in itertools.product(enumerate(QUANTITIES), ("spearman", "kendall")):
        ends_of = {
            end: getattr(of, f"{kind}_{end}")[(q, *at)] for end in ("true", "low", "high")
        }
        numbers = {"value": getattr(of, kind)[(q, *at)], **ends_of}
        if kind == "spearman":
            numbers["reliability"] = of.reliability[(q, *at)]
            numbers["pvalue"] = of.pvalues[(q, *at)]
            numbers["adjusted_pvalue"] = of.adjusted_pvalues[(q, *at)]
        lines.append(Line(kind, name, numbers))
    return lines
