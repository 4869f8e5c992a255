# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of two sources and a target, fitted out of fold and pooled."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.numbers import positive_int
from fourfold.posteriors.base_models import MANY_ROWS, logistic, out_of_fold
from fourfold.posteriors.features import features_of
from fourfold.posteriors.folds import FOLDS, folds_of, half_of, half_of_groups
from fourfold.posteriors.joint_models import Both, joint_models
from fourfold.posteriors.pooling import pooled
from fourfold.posteriors.quick_logistic import STRENGTHS
from fourfold.posteriors.source_models import source_models, standardised
from fourfold.posteriors.target import strata_of
from fourfold.runtime.progress import progress
from fourfold.runtime.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.posteriors.features import Features
    from fourfold.posteriors.folds import Folds
    from fourfold.posteriors.target import Target

    Subset = tuple[int, ...]

__all__ = ["CrossFitting"]

#: Above `MANY_ROWS`, where a fold is large enough and every fit is long.
FOLDS_OF_MANY_ROWS = 3


class CrossFitting:
    """Sources (N, d), the same folds for all of their base models, and others for the pools.

    Parameters
    ----------
    sources : sequence of ndarray
        Two, or more.
    target : Target
    groups : ndarray of int or None
    names : ndarray
        Of the classes.
    classifier, joint_classifier
        As `ClassifierPID` takes them.
    cv : int or None
    n_jobs : int or None
    seeds : sequence of three int
        Of the folds, of those of the pools, and of the models.
    """

    def __init__(
        self,
        sources: Sequence[np.ndarray],
        target: Target,
        groups: np.ndarray | None,
        names: np.ndarray,
        *,
        classifier: Any,
        joint_classifier: Any,
        cv: int | None,
        n_jobs: int | None,
        seeds: Sequence[int],
    ) -> None:
        self.sources = sources
        self.target = target
        self.groups = groups
        self.classifier = classifier
        self.joint_classifier = joint_classifier
        self.n_jobs = (
            n_jobs if n_jobs is None or n_jobs == -1 else positive_int(n_jobs, "n_jobs")
        )
        self.seed = seeds[2]
        rows = len(target.shares)
        usual = FOLDS if rows <= MANY_ROWS else FOLDS_OF_MANY_ROWS
        cv = usual if cv is None else positive_int(cv, "cv", least=2)
        strata = strata_of(target, cv)
        self.folds, self.pool_folds = (
            folds_of(strata, cv, groups, seed, names) for seed in seeds[:2]
        )
        for labels in target.draws:
            for train, _ in self.folds:
                _check_several(labels[train], names)
        with one_thread():
            self.features = [features_of(x, self.seed) for x in sources]

    def posteriors(
        self, *, halved: bool = False
    ) -> tuple[list[np.ndarray], dict[str, dict[str, float]]]:
        """Pooled posteriors (N, K_Y) of X1, X2 and both, and the weights of the models.

        With `halved` of classifiers that saw half of the rows.
        """
        folds = self._halved() if halved else self.folds
        found, chosen = self.of_subsets([(0,), (1,), (0, 1)], folds)
        return [*found.values()], dict(zip(("x1", "x2", "joint"), chosen.values(), strict=True))

    def of_subsets(
        self, subsets: Sequence[Subset], folds: Folds | None = None
    ) -> tuple[dict[Subset, np.ndarray], dict[Subset, dict[str, float]]]:
        """Pooled posteriors (N, K_Y) of these subsets of the sources, and the weights of the models.

        The smaller ones come first: they are shown to the classifiers of larger ones, and stand in
        their pools. So a pair has the numbers that it has where there are no other sources.
        """
        folds = self.folds if folds is None else folds
        classes = self.target.shares.shape[1]
        found: dict[Subset, np.ndarray] = {}
        chosen: dict[Subset, dict[str, float]] = {}
        with one_thread(), progress(0, "classifiers") as bar:

            def pool(
                subset: Subset, models: Any, shown: Any, given: dict[str, np.ndarray]
            ) -> None:
                bar.total += len(models) * len(folds)
                bar.refresh()
                fitted = out_of_fold(models, shown, self.target, folds, self.n_jobs, bar.update)
                p, weights = pooled(given | fitted, self.target, self.pool_folds)
                found[subset] = p
                chosen[subset] = weights

            for subset in subsets:
                if len(subset) == 1:
                    features = self.features[subset[0]]
                    strengths = self._strengths(features)
                    models = source_models(self.classifier, classes, strengths, self.seed)
                    pool(subset, self._taking_weights(models), features, {})
                    continue
                models = joint_models(
                    self.joint_classifier,
                    classes,
                    self._few_strengths(),
                    self.seed,
                    len(subset),
                )
                given = {
                    _called(part, subset): found[part]
                    for part in _parts(subset)
                    if part in found
                }
                shown = Both.of([self.features[k] for k in subset], [*given.values()])
                pool(subset, self._taking_weights(models), shown, given)
        return found, chosen

    def posterior_of(self, source: int) -> np.ndarray:
        """Pooled posterior (N, K_Y) of one source alone, where that is all that is asked for."""
        features = self.features[source]
        classes = self.target.shares.shape[1]
        with one_thread():
            models = source_models(
                self.classifier, classes, self._strengths(features), self.seed
            )
            taken = self._taking_weights(models)
            fitted = out_of_fold(taken, features, self.target, self.folds, self.n_jobs)
            found: np.ndarray = pooled(fitted, self.target, self.pool_folds)[0]
        return found

    def _taking_weights(self, models: dict[str, Any]) -> dict[str, Any]:
        """Nearest neighbours know no weights."""
        if np.ptp(self.target.weights) > 0:
            models.pop("nearest", None)
        return models

    def _strengths(self, features: Features) -> tuple[float, ...]:
        """Those to try of logistic regression: of many rows, the one that some of them choose."""
        number = len(features.columns)
        if number <= MANY_ROWS:
            return STRENGTHS
        rng = np.random.default_rng(self.seed)
        rows = np.sort(rng.choice(number, MANY_ROWS, replace=False))
        folds: Folds = []
        position = np.full(number, -1)
        position[rows] = np.arange(len(rows))
        for train, test in self.folds:
            inside = [position[part][position[part] >= 0] for part in (train, test)]
            folds.append((inside[0], inside[1]))
        found = out_of_fold(
            {"logistic": logistic(standardised)},
            features.of_rows(rows),
            self.target.of_rows(rows),
            folds,
            self.n_jobs,
        )
        (name,) = found
        return (float(name.rpartition("=")[2]),)

    def _few_strengths(self) -> tuple[float, ...]:
        """Of joint models: many rows need no penalty on their few features."""
        return STRENGTHS if len(self.target.shares) <= MANY_ROWS else (STRENGTHS[-1],)

    def _halved(self) -> Folds:
        """Half of the rows to learn from, of each class half; or of the groups, whole."""
        rng = np.random.default_rng(self.seed)
        strata = self.target.strata
        if self.groups is None:
            return [(half_of(train, strata, rng), test) for train, test in self.folds]
        return [
            (half_of_groups(train, strata, self.groups, rng), test)
            for train, test in self.folds
        ]


def _parts(subset: Subset) -> list[Subset]:
    """Each of its sources, and all that leave one out or that are pairs."""
    sizes = sorted({1, min(2, len(subset) - 1), len(subset) - 1})
    return [part for size in sizes for part in combinations(subset, size)]


def _called(part: Subset, subset: Subset) -> str:
    """Sources by their places in the subset."""
    places = " ".join(str(subset.index(source) + 1) for source in part)
    return f"source{'s' * (len(part) > 1)} {places}"


def _check_several(labels: np.ndarray, names: np.ndarray) -> None:
    """Raise where the labels to learn from, of the other folds, are all of one class."""
    if np.ptp(labels) == 0:
        msg = (
            f"y: without one of the folds all labels are of class {str(names[labels[0]])!r} (of rows of "
            "probabilities, those drawn from them); expected more of another class, in several groups"
        )
        raise ValueError(msg)
