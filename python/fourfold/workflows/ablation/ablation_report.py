# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What models lose with a modality, beside the atoms of what they decide."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from fourfold.embeddings.options import ClusteringOptions, takes_clustering
from fourfold.embeddings.steps import pipeline
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.numbers import check_option, positive_int
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.progress import progress, silent_progress
from fourfold.workflows.ablation.atoms import decompose_targets
from fourfold.workflows.ablation.cases import AblationCase, read_cases
from fourfold.workflows.ablation.correlation import LEAST_CASES, adjusted, rank_correlations
from fourfold.workflows.ablation.drops import measure, seed_of
from fourfold.workflows.ablation.interventions import read_interventions
from fourfold.workflows.ablation.result import AblationReport
from fourfold.workflows.decoding.plans import planned, tol_of
from fourfold.workflows.sweeps.batch import sweep_seeds
from fourfold.workflows.sweeps.cluster_numbers import check_clusters, read_setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.results.words import Clusters
    from fourfold.workflows.ablation.cases import CheckedCase

__all__ = ["AblationCase", "AblationReport", "ablation_report"]

TARGETS = ("decision", "label")


@takes_clustering
def ablation_report(
    cases: Mapping[str, Any] | tuple[Any, ...],
    *,
    interventions: Sequence[str] | Mapping[str, Any] = ("remove", "shuffle", "noise"),
    target: str = "decision",
    estimator: Any = "classifier",
    n_clusters: int | tuple[int, int] | None = None,
    n_repeats: int = 5,
    n_seeds: int | None = None,
    bias_correction: str | None = None,
    n_resamples: int | None = None,
    confidence_level: float | None = None,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> AblationReport:
    """Compare the atoms of models with the accuracy they lose without a modality.

    Each case, a model or a set of rows, is asked for its answers as they are and with either
    modality removed, shuffled or replaced by noise; and its decisions are decomposed. Over
    four or more cases, drops and atoms are rank-correlated.

    Parameters
    ----------
    cases : mapping of str to tuple, or tuple
        By name, ``(predict, x1, x2, y)`` or a `fourfold.AblationCase`, which says what these
        are; or a single one. Rows that the model was trained on say little of what it needs.
    interventions : sequence of str, or mapping of str to what is done
        "remove": every row is replaced by the mean row. "shuffle": each row gets that of
        another one, never its own. "noise": each entry is drawn from a normal distribution
        with the mean and standard deviation of its column. Of a mapping each value is one of
        these, a callable ``(x, rng)`` that returns an array of the shape and type of its
        argument, which is a copy; or a pair of these, for x1 and for x2.
    target : {"decision", "label"}
        Whether the atoms are about the model's answers, without intervention, or about `y`.
        Of probabilities the answer is the most probable class.
    estimator : {"classifier", "kmeans"}, ClassifierPID or PIDEstimator
        "classifier" is ``ClassifierPID("fast")``, as it is fitted many times; "kmeans" clusters.
        Of an instance copies are fitted, with a `random_state` for each seed, and options are
        set there.
    n_clusters : int or (int, int)
        Of "kmeans", 8 by default, as in `PIDEstimator`; `fourfold.cluster_sweep` recommends one.
    n_repeats : int
        Draws of each intervention. One that draws the same twice is not asked for again.
    n_seeds : int
        Fits for each case, the same seeds for all: by default 2 of classifiers, as one takes
        about a second at 2000 rows, and 3 clusterings.
    bias_correction, n_resamples, confidence_level : str, int and float, optional
        As in `fourfold.layer_profile`; the level is also that of intervals of the drops.
    preprocess, n_components, clusterer, n_init, held_out : str, int, str, int and float
        Of "kmeans", as in `PIDEstimator`. Accuracies are those of all rows, whatever `held_out`.
    target_bins : int, True or array_like, optional
        As in `fourfold.pid`, for models that answer with numbers: a number is of the rows of each
        case, and an answer is right that is in the bin of y.
    tol, max_iter, num_threads : float, int and int
        As in `fourfold.decompose`.
    dtype, device : dtype and str
        Of "kmeans", as in `PIDEstimator`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    AblationReport
        The atoms of each case in bits, and drops of accuracy with their errors.

    Raises
    ------
    ValueError
        If rows differ in number or are fewer than two; if an answer is not among the classes;
        if a built-in "remove" or "noise" meets what is no finite floating-point number; if
        there are more clusters than rows; if an option is unknown or none of the estimator.
    TypeError
        If `cases` or `interventions` are not as above, or an argument is of the wrong type.

    Warns
    -----
    UndersampledWarning
        Once, if tables of any case are undersampled; see `fourfold.pid`. Of "kmeans".
    ConvergenceWarning
        Once, if the solver's gap of any fit is above `tol`.

    See Also
    --------
    fourfold.AblationCase : What a case is made of.
    fourfold.recombined_pid : What a model uses of either source, in bits.
    fourfold.model_profiles : Models that cannot be asked again.

    Notes
    -----
    A drop's standard error takes rows to be independent draws. It is that of the mean
    difference between right answers without and with the intervention, averaged over the
    repeats; that of a shuffle has a second term, as each row also replaces another. The interval
    is that of Bonett and Price (2012) for paired proportions. The errors of built-in
    "remove" and "noise" are given the mean row and its spread.

    Decisions are decomposed as labels, not as probabilities, since that is what accuracy
    counts, and as the correction for labels is the better one. For the atoms of
    probabilities give them to `PIDEstimator`.

    For classifiers, answers that a case gives to fewer rows than there are folds count as one,
    together with the next rarest where they are too few still; nothing is told of an answer that
    is always the same.

    The intervals of the atoms of clusters are those of `fourfold.cluster_sweep`. For rank correlations
    atoms are rounded to multiples of `tol`, or of the largest gap if that is above
    it, so that those which the solver cannot tell apart are ties.

    References
    ----------
    Liang et al., "Quantifying & modeling multimodal interactions", NeurIPS 2023
    (arXiv:2302.12247), and Fang et al., ICML 2026 (arXiv:2606.00959): unique information and
    synergy against accuracy lost, over data sets and over models.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> deaf = lambda x1, x2: (x1[:, 0] > x1.mean()).astype(int)
    >>> report = ff.ablation_report((deaf, x1, x2, y), n_seeds=1)
    >>> report.drops[0, 1].tolist()
    [0.0, 0.0, 0.0]
    """
    plan = planned(
        "ablation_report",
        estimator,
        clustering,
        n_seeds=n_seeds,
        cluster_seeds=3,
        n_clusters=n_clusters,
        bias_correction=bias_correction,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
    )
    check_option(target, "target", TARGETS)
    repeats = positive_int(n_repeats, "n_repeats")
    level = plan.confidence_level
    setting = None if plan.decodes else read_setting(plan.estimator.n_clusters)
    seeds, (seed, *_) = sweep_seeds(random_state, plan.n_seeds)
    ways = read_interventions(interventions)
    read = read_cases(cases, plan.estimator.target_bins)
    plan.estimator.set_params(target_bins=None)  # targets are bins by now
    if setting is not None:
        _check_clustering(plan.estimator, setting, read)
    asked = len(read) * (1 + 2 * len(ways) * repeats)
    with progress(asked, "predict") as bar, silent_progress():
        answered = [measure(case, ways, repeats, level, seed, bar) for case in read]
    targets = [
        each.decision if target == "decision" else case.truth
        for case, each in zip(read, answered, strict=True)
    ]
    atoms = decompose_targets(read, targets, plan, seeds)
    drops = np.array([each.drop for each in answered])
    correlations, pvalues = _correlations(atoms, drops, tol_of(plan.estimator), seed)
    report = AblationReport(
        **atoms,
        cases=tuple(case.name for case in read),
        interventions=tuple(way.name for way in ways),
        target=target,
        n_clusters=setting,
        n_repeats=repeats,
        accuracy=np.array([each.accuracy for each in answered]),
        drops=drops,
        standard_errors=np.array([each.error for each in answered]),
        drops_low=np.array([each.low for each in answered]),
        drops_high=np.array([each.high for each in answered]),
        changed=np.array([each.changed for each in answered]),
        correlations=correlations,
        pvalues=pvalues,
        adjusted_pvalues=adjusted(pvalues),
        note=_note(len(read), correlations),
    )
    _warn_if_undersampled(report)
    return report


def _check_clustering(
    estimator: PIDEstimator, setting: Clusters, cases: Sequence[CheckedCase]
) -> None:
    """Raise what clustering would raise, before any model is asked: that may take hours."""
    for case in cases:
        try:
            check_clusters([setting], estimator.held_out, *case.embeddings)
            for name, source in zip(("X1", "X2"), case.embeddings, strict=True):
                pipeline(estimator, source, name, n_clusters=1, seed=0)
        except ValueError as error:
            msg = f"{error} (in cases[{case.name!r}])"
            raise ValueError(msg) from error


def _correlations(
    atoms: dict[str, Any], drops: np.ndarray, tol: float, seed: np.random.SeedSequence
) -> tuple[np.ndarray, np.ndarray]:
    """Rank correlations and p-values, shape (5, 2, I)."""
    rng = np.random.default_rng(seed_of(seed, 2, "permutations"))
    # below that, atoms differ by where the solver stopped
    step = max(tol, *(result.gap for of_case in atoms["results"] for result in of_case))
    known = np.round(np.vstack([*atoms["atoms"], atoms["mi_joint"]]) / step)
    found = rank_correlations(known, drops.reshape(len(drops), -1).T, rng)
    rho, pvalue = (values.reshape(5, *drops.shape[1:]) for values in found)
    return rho, pvalue


def _note(cases: int, correlations: np.ndarray) -> str:
    if cases < LEAST_CASES:
        return f"no rank correlations: these need at least {LEAST_CASES} cases, got {cases}"
    if np.isnan(correlations).any():
        return "rank correlations are missing where an atom or a drop is the same in all cases"
    return ""


def _warn_if_undersampled(report: AblationReport) -> None:
    if report.undersampled is None or not report.undersampled.any():
        return
    named = [
        f"{name!r} ({per_cell:.2g} samples per cell)"
        for name, per_cell, poor in zip(
            report.cases, report.samples_per_cell, report.undersampled, strict=True
        )
        if poor
    ]
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    msg = (
        f"atoms of {', '.join(named[:5])}{more} are of too few samples for tables of this size, "
        "and mostly bias; take more rows, or fewer clusters"
    )
    warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
