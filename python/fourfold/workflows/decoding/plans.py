# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a workflow fits to each of its settings: classifiers, clusters, a Gaussian, or a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sklearn.base import clone

from fourfold.counts.binned_target import bins_words
from fourfold.embeddings.chosen_clusters import is_auto
from fourfold.embeddings.estimator import PIDEstimator, checked_options
from fourfold.embeddings.options import estimator_with
from fourfold.inputs.numbers import check_confidence_level
from fourfold.posteriors.classifier_pid import ClassifierPID, checked_classifier
from fourfold.posteriors.decoded import TOL
from fourfold.results.words import setting_words
from fourfold.solve.options import SolverOptions
from fourfold.workflows.decoding.gaussian_plan import (
    gaussian_level,
    gaussian_partial,
    gaussian_words,
    is_gaussian,
)

if TYPE_CHECKING:
    from fourfold.embeddings.options import ClusteringOptions

__all__ = [
    "DECODED_SEEDS", "Plan", "bad_estimator", "planned", "refuse_auto", "refuse_sources", "tol_of"
]  # fmt: skip

#: Seeds of cross-fitting: a fit takes a second at 2000 rows, and two tell how much folds matter.
DECODED_SEEDS = 2

_CLUSTERS: dict[str, Any] = {"n_clusters": 8, "n_resamples": None}
_OF_BOTH = ("tol", "max_iter", "num_threads", "confidence_level", "target_bins")


class Plan(NamedTuple):
    """What is fitted, how often, and how that is said.

    Attributes
    ----------
    estimator : ClassifierPID, PIDEstimator or partial of gaussian_pid
        To be cloned, its `random_state` replaced; of the last to be called with it.
    n_seeds : int
        As it was given, or the default; not checked.
    confidence_level : float
        Of bounds or intervals.
    words : str
        "decoded by classifiers (fast)", "of 8 clusters, y in 16 quantile bins".
    """

    estimator: Any
    n_seeds: Any
    confidence_level: float
    words: str

    @property
    def decodes(self) -> bool:
        """Whether classifiers are fitted."""
        return isinstance(self.estimator, ClassifierPID)

    @property
    def gaussian(self) -> bool:
        """Whether a Gaussian is fitted."""
        return is_gaussian(self.estimator)


def planned(
    workflow: str,
    estimator: Any,
    clustering: ClusteringOptions,
    *,
    n_seeds: Any,
    cluster_seeds: int,
    closed_form: bool = False,
    **given: Any,
) -> Plan:
    """The plan of a workflow, or raise with the name of the option that is wrong.

    `given` are its `n_clusters`, `bias_correction`, `n_resamples` and `confidence_level`, None
    where they were not given; `cluster_seeds` the number of seeds where clusters are fitted, and
    `closed_form` whether the workflow takes Gaussians.
    """
    options: dict[str, Any] = {
        name: value for name, value in given.items() if value is not None
    }
    if closed_form and is_gaussian(estimator):
        fit = gaussian_partial(workflow, estimator, options | clustering, n_seeds)
        return Plan(fit, 1, gaussian_level(fit), gaussian_words(fit))
    # also where classifiers are fitted, as it raises on what is no option
    clusters = estimator_with(workflow, clustering, **_CLUSTERS | options)
    options |= clustering
    if isinstance(estimator, str) and estimator == "classifier":
        _refuse(options, "an option of K-means, but estimator is 'classifier'; say "
                "estimator='kmeans', or leave it out", allowed=_OF_BOTH)  # fmt: skip
        fitted: Any = ClassifierPID("fast", **options)
    elif isinstance(estimator, str) and estimator == "kmeans":
        fitted = clusters
    elif isinstance(estimator, (ClassifierPID, PIDEstimator)):
        kind = type(estimator).__name__
        _refuse(options, f"an estimator was given; set it there, {kind}(..., {{name}}=...)")
        refuse_sources(estimator, workflow)
        fitted = clone(estimator)
    else:
        raise bad_estimator(estimator, closed_form)
    if isinstance(fitted, ClassifierPID):
        SolverOptions.checked(
            tol_of(fitted), fitted.max_iter, fitted.num_threads, "float64", "cpu"
        )
        checked_classifier(fitted.classifier, "classifier")
        level = check_confidence_level(fitted.confidence_level)
        number, words = DECODED_SEEDS, f"decoded by classifiers ({_named(fitted.classifier)})"
    else:
        level = checked_options(fitted)[1].level
        refuse_auto(
            fitted, f"'auto' would choose for each of the fits that {workflow} compares"
        )
        number, words = cluster_seeds, _clusters(fitted.n_clusters)
    words += bins_words(fitted.target_bins)
    return Plan(fitted, number if n_seeds is None else n_seeds, level, words)


def refuse_auto(estimator: PIDEstimator, why: str) -> None:
    """Raise where an estimator is to choose a number of clusters."""
    if is_auto(estimator.n_clusters):
        msg = (
            f"n_clusters: {why}; expected a number, such as PIDEstimator(8), or the n_clusters_ "
            "of an estimator that was fitted with 'auto'"
        )
        raise ValueError(msg)


def refuse_sources(estimator: Any, workflow: str) -> None:
    """Raise where an estimator picks columns of one table: workflows have arrays of each source."""
    if estimator.sources is not None:
        msg = (
            f"estimator: has sources={estimator.sources!r}, columns of one table X, but {workflow} "
            f"takes each source by itself; expected {type(estimator).__name__} without sources, and "
            "such columns as the sources"
        )
        raise ValueError(msg)


def tol_of(estimator: Any) -> Any:
    """Of the solver, also where the estimator leaves it to the posteriors."""
    return TOL if estimator.tol is None else estimator.tol


def _clusters(setting: Any) -> str:
    alike = isinstance(setting, (tuple, list)) and len({*setting}) == 1
    return f"of {setting_words(setting[0] if alike else setting)} clusters"


def bad_estimator(estimator: Any, closed_form: bool = False) -> Exception:
    """What to raise for what is none."""
    more = "'gaussian', " if closed_form else ""
    msg = (
        f"estimator: expected 'classifier', 'kmeans', {more}or an instance of ClassifierPID or "
        f"PIDEstimator, got {estimator!r}"
    )
    return ValueError(msg) if isinstance(estimator, str) else TypeError(msg)


def _refuse(options: dict[str, Any], why: str, allowed: tuple[str, ...] = ()) -> None:
    for name in options:
        if name not in allowed:
            msg = f"{name}: {why.format(name=name)}"
            raise ValueError(msg)


def _named(classifier: Any) -> str:
    return classifier if isinstance(classifier, str) else type(classifier).__name__
