# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of I(X1,X2;Y|T): what two sources tell about a target where a third is known."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.counts.cells import Cells
from fourfold.counts.samples import Samples, read_samples
from fourfold.counts.undersampling import LEAST_COVERAGE
from fourfold.embeddings.clustering import cluster
from fourfold.embeddings.probed import kept_of_table
from fourfold.exceptions import UndersampledWarning
from fourfold.inference.decompose_samples import decompose_corrected
from fourfold.inference.influence_interval import with_influence
from fourfold.inference.options import RESAMPLES, Inference
from fourfold.inputs.device import place_of
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.joint_states import check_joint
from fourfold.inputs.numbers import check_option, positive_int, true_or_false
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.posteriors.classifier_pid import ClassifierPID
from fourfold.results.kept import Kept
from fourfold.results.pid import PID
from fourfold.runtime.caller import caller_depth
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import warn_unless_converged
from fourfold.workflows.conditional.counted import (
    bins_of_strata,
    check_given,
    parted,
    strata_of_counts,
)
from fourfold.workflows.conditional.decoded import decoded_strata
from fourfold.workflows.conditional.estimators import bins_wanted, estimator_of, refuse_tables
from fourfold.workflows.conditional.gaussian import given_gaussian
from fourfold.workflows.conditional.halves import atoms_of_halves, atoms_of_halves_of_rows
from fourfold.workflows.conditional.mean_of_strata import MeanOfStrata
from fourfold.workflows.conditional.result import ConditionalPID
from fourfold.workflows.conditional.strata import LEAST_SAMPLES, Strata, strata_of
from fourfold.workflows.conditional.third_embedding import (
    STRATA,
    ThirdEmbedding,
    are_embeddings,
)
from fourfold.workflows.decoding.gaussian_plan import is_gaussian

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.counts.counts import Counts
    from fourfold.inference.plug_in import Found
    from fourfold.results.target_bins import TargetBins

__all__ = ["conditional_pid"]


@takes_rng
def conditional_pid(
    x1: ArrayLike | Mapping[Any, Counts],
    x2: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    given: ArrayLike | None = None,
    joint: bool | None = None,
    target_bins: Any = None,
    estimator: Any = None,
    strata: str = "kmeans",
    n_strata: int = 8,
    min_samples: int | None = None,
    groups: ArrayLike | None = None,
    probe: bool = True,
    bias_correction: str = "auto",
    n_resamples: int | None = 0,
    confidence_level: float | None = 0.95,
    random_state: Any = 0,
    tol: float | None = None,
    max_iter: int = DEFAULT_MAX_ITER,
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> ConditionalPID:
    """Decompose I(X1,X2;Y|T) of labels or embeddings, in bits: sum over t of p(t) PID_t.

    What do video and sound tell about an answer, where the question is known? The samples are
    parted by the value of T, each stratum is decomposed on its own, all of them in one batch,
    and the atoms are averaged. Embeddings are decoded by classifiers within each stratum; where
    T is an embedding, too, groups of its rows are the strata, and all that is said is given
    *its stratum*: what T tells beyond that counts for the sources, or is lost. `kept` says how much
    that is. Gaussians are given T itself.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,), or (N, d1) and (N, d2)
        States of the two sources, one a row: integers or strings. Or embeddings: arrays of
        several columns, or of any number where an `estimator` is named. Or x1 is a dict of
        `fourfold.Counts` by stratum, and x2, y and given are left out.
    y : array_like, shape (N,) or (N, K_Y)
        The target: labels, rows of probabilities, or numbers with `target_bins`.
    given : array_like, shape (N,)
        T: labels, such as the type of a question. Beside embeddings also an embedding (N, d) of
        several columns, which is clustered.
    joint : bool, optional
        True says that columns of x1, x2, y and `given` are states, as in `fourfold.pid`. By
        default x1 and x2 with several columns each are embeddings, and of one of them alone up to
        8 without floats are states.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins of all rows, the same in each stratum, as in `fourfold.pid`.
    estimator : {"classifier", "kmeans", "gaussian"}, ClassifierPID, PIDEstimator, optional
        For embeddings. "classifier", their default, is ``ClassifierPID("fast")``, as it is
        fitted once a stratum; "kmeans" takes 8 clusters of all rows as the states. Of an
        instance a copy is fitted, with a `random_state` drawn from this one; of a `PIDEstimator`
        of a given number the clusters of all rows, and what it infers is said here. "gaussian", or a
        partial of `fourfold.gaussian_pid`, takes all four as one Gaussian of normal scores: `given`
        and y are then numbers, nothing is parted, and all is given T itself.
    strata : {"kmeans", "posterior"}
        Of a `given` that is an embedding: its K-means clusters; or groups of rows of which its
        classifiers, out of fold, say nearly the same about y. The latter lose nothing where T is
        one more view of y; where T is what is needed to *read* the sources, as a question is, they
        lose that, and K-means does not, as far as T lies in clusters.
    n_strata : int
        So many of them.
    min_samples : int
        By default 32 of labels and 100 of embeddings, of which that is all. A stratum is small
        if it has fewer rows, or if most of its rows are alone in their cell
        (Good-Turing coverage below one half; of pairs (x1,x2) for rows of probabilities). Small
        strata are pooled into one; where that has fewer than 16 rows, the smallest other
        stratum joins it. A single small stratum stays as it is; where all are small, that is an
        error. At least 16.
    groups : array_like, shape (N,), optional
        For classifiers: rows of one group, such as the frames of a video, stay in one fold, and errors
        are of groups. A stratum of fewer groups than folds is small.
    probe : bool
        Whether to ask classifiers what strata of an embedding leave of it, of at most 4000 rows;
        takes twice the time of the decomposition.
    bias_correction, n_resamples, confidence_level, random_state : str, int, float and int
        As in `fourfold.pid`, for every stratum; of classifiers only the level, of the bounds; of a
        Gaussian as in `fourfold.gaussian_pid`.
        Intervals of the mean take account of p(t), too: halves are those of all rows.
    tol, max_iter, num_threads, dtype, device : float, int, int, dtype and str
        As in `fourfold.decompose`; `tol` is of each stratum, and so of their mean, by default
        1e-4, and what `fourfold.ClassifierPID` takes for classifiers. Arrays are of the host.

    Returns
    -------
    ConditionalPID
        The mean over the strata, and each of them, in bits.

    Raises
    ------
    ValueError
        As `fourfold.pid`, or the `fit` of the estimator with the name of the stratum; if `given`
        holds no labels, has another number of rows, or several values of which all are small, so
        that nothing would be conditioned on; if an option is not one of this estimator, as
        `groups` of tables.
    TypeError
        If an array is sparse, or a number is of the wrong type; if columns are given beside counts by
        stratum, or are missing where there are none.

    Warns
    -----
    UndersampledWarning
        Once, if an atom of the mean is mostly bias, or most of its samples are alone in their
        cell; and with the names of strata that were pooled.
    DiscretisationWarning
        If strata leave much of an embedding, by `kept`.
    ConvergenceWarning
        As `decompose`.

    See Also
    --------
    fourfold.pid : Without a third variable.
    fourfold.gaussian_pid : Of Gaussians, with all of its options.
    fourfold.Counts : Samples counted elsewhere, or in pieces.

    Notes
    -----
    Within "pooled" T is not known, so that what T and a source both tell counts for that source
    there, and what a source tells only together with T is lost; its share of the rows is the
    last of `weights`. For classifiers, classes of fewer rows in a stratum than there are folds
    count as one there, with the next rarest where these are too few still. The atoms given T can
    be larger or smaller than without: T may be what the sources are redundant about, or the
    question without which neither says anything.

    References
    ----------
    "Sensory PID" of Fang et al., arXiv 2606.00959: I(V,A;Y|T), the sources a video and its
    sound, T the text. Each PID_t is that of Bertschinger et al. (2014). What strata of an embedding
    leave: docs/three-modalities.md.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
    >>> t = ["first"] * 100 + ["second"] * 100  # which of the two is asked for
    >>> y = x1[:100] + x2[100:]
    >>> found = ff.conditional_pid(x1, x2, y, given=t)
    >>> [round(atom, 3) for atom in found.result.plug_in]
    [0.0, 0.5, 0.5, 0.0]
    >>> counts = {
    ...     "first": ff.Counts.from_labels(x1[:100], x2[:100], y[:100]),
    ...     "second": ff.Counts.from_labels(x1[100:], x2[100:], y[100:]),
    ... }
    >>> ff.conditional_pid(counts).result.plug_in == found.result.plug_in
    True
    """
    least, kept = None, None
    if min_samples is not None:
        least = positive_int(min_samples, "min_samples", least=LEAST_SAMPLES)
    by = check_option(strata, "strata", STRATA)
    probed = true_or_false(probe, "probe")
    counted = check_given(x1, x2=x2, y=y, given=given, estimator=estimator)
    if not counted:
        check_aligned(x1=x1, x2=x2, y=y, given=given, groups=groups)
    joint = check_joint(joint)
    if joint and estimator is not None:
        msg = (
            "estimator: is of embeddings, but joint=True says that columns are states; give one"
        )
        raise TypeError(msg)
    if not counted and is_gaussian(estimator):
        asked = {
            "bias_correction": (bias_correction, "auto"),
            "n_resamples": (n_resamples, 0),
            "confidence_level": (confidence_level, 0.95),
        }
        own = {name: value for name, (value, usual) in asked.items() if value != usual}
        others = {
            "target_bins": target_bins is not None, "strata": by != "kmeans", "n_strata": n_strata != 8,
            "min_samples": least is not None, "groups": groups is not None, "tol": tol is not None,
            "max_iter": max_iter != DEFAULT_MAX_ITER, "num_threads": num_threads is not None,
            "dtype": dtype != "float64", "device": device != "auto",
        }  # fmt: skip
        return given_gaussian(x1, x2, y, given, estimator, own, others, random_state)
    clustered = not counted and (
        estimator is not None or (not joint and are_embeddings(x1, x2))
    )
    strata_by = by if clustered and are_embeddings(given) else "value"
    if strata_by == "value" and by == "posterior":
        msg = (
            "strata: 'posterior' groups a third embedding by what it tells of y, but given is no "
            "embedding beside embeddings, and its values are the strata; leave it out"
        )
        raise ValueError(msg)
    if clustered:
        fitted = estimator_of(estimator, tol, max_iter, num_threads, confidence_level)
        y, bins = binned(y, bins_wanted(target_bins, fitted))
        seed = int(random_generator(random_state).integers(2**31))
        decodes = isinstance(fitted, ClassifierPID)
        if decodes:
            refuse_tables(bias_correction, n_resamples, dtype, device)
        else:
            _refuse_groups(groups)
        if decodes or strata_by != "value":
            asking = fitted if decodes else ClassifierPID("fast")
            third = ThirdEmbedding(x1, x2, y, given, asking, groups, seed)
        if strata_by != "value":
            given = third.strata(by, positive_int(n_strata, "n_strata", least=2))
        if decodes:
            mean, each, parts_of = decoded_strata(
                *third.sources, third.codes, given, least or 100, fitted, third.groups, seed
            )
            _warn_of_pooled(parts_of)
            if probed and strata_by != "value":
                kept = third.kept(parts_of, mean.row_terms[:, 2])
            made = ConditionalPID(
                mean, parts_of.names, parts_of.weights, each, parts_of.pooled, strata_by, kept
            )
            return _in_bins(made, bins)
        found_clusters = cluster(fitted.set_params(random_state=seed), x1, x2, y)
        x1, x2 = found_clusters.labels1, found_clusters.labels2
    else:
        _refuse_groups(groups)
        y, bins = binned(y, target_bins)
    options = SolverOptions.checked(
        1e-4 if tol is None else tol,
        max_iter,
        num_threads,
        dtype,
        device,
        there=place_of(x1=x1, x2=x2, y=y).names,
    )
    inference = Inference.checked(bias_correction, n_resamples, confidence_level)
    generator = random_generator(random_state)
    samples = None if counted else read_samples(x1, x2, y, joint=joint)
    whole: Any = x1 if samples is None else samples
    parts_of, parts = _parted(whole, given, least or 32, joint)
    if counted:
        bins = bins_of_strata(whole)
    for_halves, for_corrections = generator.spawn(2)
    rngs = [for_corrections, *for_corrections.spawn(len(parts) - 1)]  # of one as `pid` has it
    found = decompose_corrected(parts, options, inference, rngs)
    of_strata = MeanOfStrata(found, parts_of, options.tol)
    result = of_strata.by_influence(inference)
    number = inference.n_resamples
    if number is None:
        number = 0 if result.confidence_interval else RESAMPLES
    if number > 0 and of_strata.corrected:
        if isinstance(samples, Samples):
            halves = atoms_of_halves_of_rows(samples, parts_of, number, for_halves, options)
        else:
            halves = atoms_of_halves(parts, number, for_halves, options)
        by_halves = of_strata.by_halves(halves, inference)
        error = result.standard_error or by_halves.standard_error
        result = dataclasses.replace(by_halves, standard_error=error)
    found = [one._replace(result=with_influence(one, inference)) for one in found]
    results = tuple(part.result for part in found)
    if clustered:
        result, results = _of_clusters(result, found, parts_of.weights)
    if clustered and probed and strata_by != "value":
        kept = third.kept(parts_of)
    made = ConditionalPID(
        result, parts_of.names, parts_of.weights, results, parts_of.pooled, strata_by, kept
    )
    converged = np.array([part.converged for part in results])
    warn_unless_converged(converged, options)
    _warn(made, parts_of, of_strata.coverage)
    return _in_bins(made, bins)


def _refuse_groups(groups: Any) -> None:
    if groups is not None:
        msg = (
            "groups: is of classifiers, whose folds and errors keep groups whole; intervals and "
            "corrections of tables take rows as independent: expected one row of each group"
        )
        raise ValueError(msg)


def _in_bins(made: ConditionalPID, bins: TargetBins | None) -> ConditionalPID:
    """The same whose results know the bins of y, which are those of all rows."""
    result, *parts = (
        dataclasses.replace(one, target_bins=bins) for one in (made.result, *made.by_stratum)
    )
    return dataclasses.replace(made, result=result, by_stratum=tuple(parts))


def _parted(
    samples: Cells | Samples | Mapping[Any, Counts], given: Any, least: int, joint: bool | None
) -> tuple[Strata, list[Any]]:
    """Strata, and the samples of each."""
    if isinstance(samples, Cells):
        return parted(samples, given, least, joint)
    if not isinstance(samples, Samples):
        return strata_of_counts(samples, least)
    strata = strata_of(given, samples, least, joint)
    assert strata.rows is not None
    return strata, [samples.take(rows) for rows in strata.rows]


def _of_clusters(
    mean: PID, found: Sequence[Found], weights: np.ndarray
) -> tuple[PID, tuple[PID, ...]]:
    """The mean and each stratum as results that say that they are of clusters."""
    kept = [kept_of_table(part) for part in found]
    first, second = np.max([one.n_clusters for one in kept], axis=0).tolist()
    told1, told2 = (weights @ np.array([one.clusters for one in kept])).tolist()
    results = tuple(
        dataclasses.replace(part.result, kept=one)
        for part, one in zip(found, kept, strict=True)
    )
    return dataclasses.replace(mean, kept=Kept((first, second), (told1, told2))), results


def _pooled_words(strata: Strata, why: str = "few rows for their cells") -> list[str]:
    if not strata.pooled:
        return []
    small = [name for name in strata.pooled if name not in strata.joined]
    words = (
        f"{len(small)} of {strata.number} strata of `given` have {why} "
        f"and were pooled ({strata.weights[-1]:.0%} of the rows): "
        + ", ".join(small[:8])
        + (", ..." if len(small) > 8 else "")
    )
    if strata.joined:
        words += f", with {', '.join(strata.joined)}, as these alone are too few rows"
    return [words]


def _warn_of_pooled(strata: Strata) -> None:
    for words in _pooled_words(strata, "few rows for classifiers"):
        warnings.warn(f"{words}.", UndersampledWarning, stacklevel=caller_depth())


def _warn(found: ConditionalPID, strata: Strata, coverage: float) -> None:
    if not (found.result.undersampled or found.pooled):
        return
    words = _pooled_words(strata)
    if found.result.undersampled:
        poor = [
            name
            for name, part in zip(found.strata, found.by_stratum, strict=True)
            if part.undersampled
        ]
        named = (
            f" (strata {', '.join(poor[:8])}{', ...' if len(poor) > 8 else ''})" if poor else ""
        )
        if found.result.bias_correction != "none" and coverage >= LEAST_COVERAGE:
            words.append(
                f"the correction gives atoms that no distribution has{named}: take fewer states, "
                "or fewer strata"
            )
        elif coverage < LEAST_COVERAGE:
            words.append(
                f"most of the samples are alone in their cell{named}, which no "
                "correction makes up for: take fewer states, or fewer strata"
            )
        else:
            words.append(
                f"an atom of the mean is mostly the bias of counting{named}: take fewer states, "
                "fewer strata, or bias_correction='auto'"
            )
    warnings.warn("; ".join(words) + ".", UndersampledWarning, stacklevel=caller_depth())
