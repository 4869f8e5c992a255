# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers that learned from some rows, pooled, and asked about any others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
from sklearn.exceptions import ConvergenceWarning

from fourfold.posteriors.base_models import EVERY, MANY_ROWS, Training, logistic
from fourfold.posteriors.features import FeatureMap
from fourfold.posteriors.folds import loose_folds
from fourfold.posteriors.joint_models import Both, joint_models
from fourfold.posteriors.log_pool import normalised
from fourfold.posteriors.pooling import learned_pool
from fourfold.posteriors.quick_logistic import STRENGTHS
from fourfold.posteriors.source_models import source_models, standardised
from fourfold.runtime.jobs import Sent, run_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.posteriors.base_models import Model, Predict
    from fourfold.posteriors.features import Features
    from fourfold.posteriors.target import Target

__all__ = ["Decoder", "Lesson"]


class Lesson(NamedTuple):
    """Rows to learn from."""

    x1: np.ndarray
    x2: np.ndarray
    target: Target
    groups: np.ndarray | None = None


class _Part(NamedTuple):
    """Base models of one source, or of both, and their pool."""

    models: Mapping[str, Predict]
    pool: Callable[[dict[str, np.ndarray]], np.ndarray]

    def __call__(self, shown: Any, given: Mapping[str, np.ndarray]) -> np.ndarray:
        said = {name: _said(predict, shown) for name, predict in self.models.items()}
        return self.pool({**given, **said})


class Decoder:
    """Posteriors of X1, X2 and both.

    Those of each source learn from one set of rows, those of both from a second one, whose rows
    the first have not seen; of a third one, that none has seen, the candidates of each kind are
    chosen and the pools made.

    Parameters
    ----------
    sources, joint, pools : Lesson
        These three sets.
    classifier, joint_classifier
        As `ClassifierPID` takes them.
    taught : dict of str to Predict
        The user's own, for "x1", "x2" or "joint", where it has learned already.
    n_jobs : int or None
    seed : int
    """

    def __init__(
        self,
        sources: Lesson,
        joint: Lesson,
        pools: Lesson,
        *,
        classifier: Any,
        joint_classifier: Any,
        taught: Mapping[str, Predict],
        n_jobs: int | None,
        seed: int,
    ) -> None:
        self.n_jobs = n_jobs
        self.pools = pools.target
        self.folds = loose_folds(pools.target, pools.groups, seed)
        self.chosen: dict[str, dict[str, float]] = {}
        classes = pools.target.shares.shape[1]
        self.maps, self.parts = [], []
        shown, said = [], []
        for name, x, others, judged in zip(
            ("x1", "x2"), sources[:2], joint[:2], pools[:2], strict=True
        ):
            seen = FeatureMap(x, seed)
            features, judges = seen(x), seen(judged)
            strengths = self._strengths(features, judges, sources.target)
            models = source_models(classifier, classes, strengths, seed)
            ready = _replaced(models, classifier, taught.get(name))
            part = self._part(name, models, ready, features, sources.target, judges, {})
            self.maps.append(seen)
            self.parts.append(part)
            shown.append([seen(others), judges])
            said.append([part(of_rows, {}) for of_rows in shown[-1]])
        strengths = STRENGTHS if len(joint.x1) <= MANY_ROWS else STRENGTHS[-1:]
        models = joint_models(joint_classifier, classes, strengths, seed)
        lesson, judged_both = (
            Both.of((first, second), posteriors)
            for first, second, *posteriors in zip(*shown, *said, strict=True)
        )
        given = {"source 1": said[0][1], "source 2": said[1][1]}
        ready = _replaced(models, joint_classifier, taught.get("joint"))
        self.joint = self._part(
            "joint", models, ready, lesson, joint.target, judged_both, given
        )

    def __call__(self, x1: np.ndarray, x2: np.ndarray) -> list[np.ndarray]:
        """Posteriors (n, K_Y) of X1, of X2 and of both, of rows that nothing was learned from."""
        features = [seen(x) for seen, x in zip(self.maps, (x1, x2), strict=True)]
        first, second = (part(f, {}) for part, f in zip(self.parts, features, strict=True))
        both = Both.of(features, [first, second])
        return [first, second, self.joint(both, {"source 1": first, "source 2": second})]

    def _part(
        self,
        name: str,
        models: dict[str, Model],
        ready: dict[str, dict[str, Predict]],
        shown: Any,
        target: Target,
        judges: Any,
        given: dict[str, np.ndarray],
    ) -> _Part:
        if np.ptp(target.weights) > 0:
            models.pop("nearest", None)  # which knows no weights
        ready = ready | self._learned(models, shown, target)
        best: dict[str, Predict] = {}
        posteriors = {}
        for kind, candidates in ready.items():
            found = [
                (candidate, predict, _said(predict, judges))
                for candidate, predict in candidates.items()
            ]
            scores = [self.pools.log_score(posterior) for _, _, posterior in found]
            candidate, predict, posterior = found[int(np.argmax(scores))]
            shown_name = f"{kind} {candidate}".rstrip()
            best[shown_name], posteriors[shown_name] = predict, posterior
        pool, self.chosen[name] = learned_pool({**given, **posteriors}, self.pools, self.folds)
        return _Part(best, pool)

    def _learned(
        self, models: Mapping[str, Model], shown: Any, target: Target
    ) -> dict[str, dict[str, Predict]]:
        (labels,) = target.draws
        n, classes = target.shares.shape
        weights = target.weights * n if np.ptp(target.weights) > 0 else None
        training = Training(shown, np.arange(n), labels, weights)

        sent = Sent(training)
        jobs = [(model, sent, classes) for model in models.values()]
        how: dict[str, Any] = {"n_jobs": self.n_jobs, "prefer": "threads"}
        found = run_jobs(_learn, jobs, quieted=(ConvergenceWarning,), **how)
        return dict(zip(models, found, strict=True))

    def _strengths(
        self, features: Features, judges: Features, target: Target
    ) -> tuple[float, ...]:
        """Those to try of logistic regression: of many rows, the one that some of them choose."""
        if len(features.columns) <= MANY_ROWS:
            return STRENGTHS
        rows = np.arange(MANY_ROWS)
        some = self._learned(
            {"logistic": logistic(standardised)}, features.of_rows(rows), target.of_rows(rows)
        )["logistic"]
        scores = [self.pools.log_score(_said(predict, judges)) for predict in some.values()]
        return (STRENGTHS[int(np.argmax(scores))],)


def _learn(model: Model, training: Training, classes: int) -> dict[str, Predict]:
    return model(training, classes)


def _said(predict: Predict, shown: Any) -> np.ndarray:
    """Of all rows; here, as kernels in parts on threads would round otherwise."""
    with joblib.parallel_config("sequential"):
        return normalised(predict(shown, EVERY))


def _replaced(
    models: dict[str, Model], classifier: Any, taught: Predict | None
) -> dict[str, dict[str, Predict]]:
    """The user's own in place of the model that would learn it, where it has learned already."""
    if taught is None:
        return {}
    name = type(classifier).__name__
    del models[name]
    return {name: {"": taught}}
