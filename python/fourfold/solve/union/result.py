# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What was solved for as a result, and what there is to warn of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fourfold.counts.information import entropy_of
from fourfold.inputs.subsets import Subset
from fourfold.results.lattice import Lattice
from fourfold.results.union_information import UnionInformation
from fourfold.solve.union.counted import Counted, warn_of_counts
from fourfold.solve.union.gap_warning import warn_of_gap
from fourfold.solve.union.options import UnionOptions
from fourfold.solve.union.solved import SolvedUnions
from fourfold.solve.union.source_tables import SourceTables

__all__ = ["union_result"]


def union_result(
    given: SourceTables,
    subsets: Sequence[Subset],
    known: np.ndarray,
    found: SolvedUnions,
    options: UnionOptions,
    told: Counted | None,
    lattice: Lattice | None = None,
) -> UnionInformation:
    """Of tables, with `known` I(X_A;Y) in bits (M,); warns of gaps, and of counts that are few."""
    gap = found.upper - found.lower
    names = given.names
    result = UnionInformation(
        subsets=tuple(tuple(names[k] for k in subset) for subset in subsets),
        information=np.maximum(known, found.upper),  # which rounding may be above
        union_information=found.upper,
        gap=gap,
        converged=gap <= options.tol,
        iterations=found.iterations,
        source_names=names,
        sizes=given.sizes,
        model="table",
        n_samples=given.n_samples,
        pairs={(names[i], names[j]): pair for (i, j), pair in found.pairs.items()},
        lattice=lattice,
        undersampled=None if told is None else told.undersampled,
        entropy=float(entropy_of(given.tables[0].sum(0))),
        samples_per_cell=None if told is None else told.samples_per_cell,
    )
    warn_of_gap(result, options.tol)
    if told is not None:
        warn_of_counts(told)
    return result
