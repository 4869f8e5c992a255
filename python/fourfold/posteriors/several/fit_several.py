# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""`ClassifierPID.fit` of three or more embeddings."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from fourfold.inputs.sources import names_of_several, remember_names, values_of
from fourfold.inputs.subsets import MOST_SOURCES, default_names, read_names
from fourfold.posteriors.calibration import calibrated
from fourfold.posteriors.decoded import decoded
from fourfold.posteriors.duplicates import leaks, repeats_of, warn_of_duplicates
from fourfold.posteriors.samples import read_samples
from fourfold.posteriors.several.union_result import union_result
from fourfold.solve.tables_to_atoms import warn_unless_converged

if TYPE_CHECKING:
    from fourfold.inputs.subsets import Subset
    from fourfold.posteriors.decoded import Decoded
    from fourfold.solve.options import SolverOptions

__all__ = ["fit_several"]

#: Sources of more than two classes, of which more have too few prototypes to tell anything; and
#: sources up to which classifiers of all subsets are fitted, of more only of pairs and of all.
MOST_OF_CLASSES, ALL_SUBSETS = 6, 4


def fit_several(
    estimator: Any,
    given: Any,
    y: Any,
    groups: Any,
    sample_weight: Any,
    options: SolverOptions,
    classifiers: dict[str, Any],
    *,
    number: int | None,
    confidence_level: float,
) -> None:
    """Fit the classifiers, and give the estimator what it learned and the result."""
    named = dict(zip(names_of_several(given), values_of(given), strict=True))
    names = default_names(len(named))
    if not isinstance(given, (list, tuple)):
        names = read_names(list(given), len(named))
    samples = read_samples(estimator, named, y, groups, sample_weight, classifiers)
    _check_number(len(named), len(samples.names))
    fitting = samples.fitting(estimator, classifiers)
    repeats = repeats_of(samples.sources, samples.seeds[2])
    warn_of_duplicates(repeats, samples.groups, fitting.folds, tuple(named))
    subsets = [
        subset
        for size in range(1, len(named) + 1)
        for subset in combinations(range(len(named)), size)
    ]
    fitted = [one for one in subsets if _is_fitted(one, len(named))]
    posteriors, chosen = fitting.of_subsets(fitted)
    pairs: dict[Subset, Decoded] = {}
    for pair in combinations(range(len(named)), 2):
        of_pair = ((pair[0],), (pair[1],), pair)
        pairs[pair] = decoded(
            [posteriors[part] for part in of_pair],
            samples.target,
            samples.groups,
            options,
            number=number,
            confidence_level=confidence_level,
            coarse=estimator.tol is None,
            leaky=leaks([repeats[k] for k in pair], samples.groups, fitting.folds),
            chosen=dict(
                zip(("x1", "x2", "joint"), (chosen[part] for part in of_pair), strict=True)
            ),
        )
    made = {
        subset: calibrated(p, samples.target)[0]
        for subset, p in posteriors.items()
        if len(subset) != 2
    }
    result = union_result(
        samples,
        subsets,
        names,
        posteriors,
        made,
        pairs,
        options,
        number,
        confidence_level=confidence_level,
        leaky=leaks(repeats, samples.groups, fitting.folds),
    )
    estimator.target_bins_ = samples.bins
    estimator.posteriors_ = tuple(
        made[subset] for subset in subsets if len(subset) in (1, len(named))
    )
    estimator.classes_ = samples.names
    estimator.n_features_in_ = tuple(source.shape[1] for source in samples.sources)
    remember_names(estimator, *named.values())
    warn_unless_converged(result.converged, options)
    estimator.result_ = result


def _check_number(sources: int, classes: int) -> None:
    most = MOST_SOURCES if classes == 2 else MOST_OF_CLASSES
    if sources > most:
        msg = (
            f"X: expected at most {most} sources of {classes} classes, got {sources}; leave some out "
            "or put columns of several side by side"
        )
        raise ValueError(msg)


def _is_fitted(subset: Subset, sources: int) -> bool:
    return sources <= ALL_SUBSETS or len(subset) in (1, 2, sources)
