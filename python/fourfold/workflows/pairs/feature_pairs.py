# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""All pairs of the columns of a table: which are redundant, and which only tell together."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.exceptions import UndersampledWarning
from fourfold.inference.options import Inference
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.label_counts import code_column
from fourfold.inputs.numbers import check_option, non_negative, positive_int
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.inputs.target import require_target, target_column
from fourfold.results.atoms import Atoms
from fourfold.runtime.caller import caller_depth
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import warn_unless_converged
from fourfold.workflows.pairs.corrected import decompose_pairs
from fourfold.workflows.pairs.features import MOST_STATES, read_features
from fourfold.workflows.pairs.rare_classes import FEW_ROWS, permuted_pvalues
from fourfold.workflows.pairs.result import FeaturePairs
from fourfold.workflows.pairs.screen import RANKINGS, ranking, screen
from fourfold.workflows.subsets.evidence import adjusted
from fourfold.workflows.subsets.words import ADJUSTMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["feature_pairs"]

_MOST_NAMED = 5


@takes_rng
def feature_pairs(
    X: Any,
    y: ArrayLike,
    *,
    n_bins: int = 8,
    discrete_features: Any = "auto",
    feature_names: Sequence[str] | None = None,
    target_bins: Any = None,
    by: str = "synergy",
    n_best: int = 500,
    alpha: float = 0.05,
    adjust: str = "bh",
    bias_correction: str = "auto",
    confidence_level: float | None = 0.95,
    random_state: Any = 0,
    tol: float = 1e-4,
    num_threads: int | None = None,
) -> FeaturePairs:
    """Decompose what each pair of features tells about the target, in bits.

    All pairs of columns are counted and decomposed as they are, and those kept of which I(X1,X2;Y)
    passes a G-test, adjusted for all pairs. The best of these are then corrected for the bias of
    counting, with errors and intervals, as by `fourfold.pid`.

    Parameters
    ----------
    X : array_like or frame, shape (N, F)
        Features, at least two: an array, or a frame of pandas, polars or Arrow with the names of its
        columns. Numbers are cut at quantiles; categories, words and truths are states as they are.
    y : array_like, shape (N,)
        The target: labels, or numbers with `target_bins`.
    n_bins : int
        Quantile bins of numbers, at most 256, with equally many rows in each. Equal values are in one bin, of which
        there are fewer then. Columns of no more different numbers than this are taken as they are.
    discrete_features : "auto", bool or array_like
        As in scikit-learn's `mutual_info_classif`: which columns are states as they are. A mask, or
        numbers or names of columns; "auto" decides by their values. At most 256 states each.
    feature_names : sequence of str, optional
        Of the columns, in place of those of a frame; of an array x0, x1, ... by default.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins, as in `fourfold.pid`.
    by : {"synergy", "redundancy", "unique", "gain", "information"}
        What the best pairs are best in: S, which they only tell together; R, which both tell; the
        smaller of U1 and U2, where each tells something of its own; what they tell more than the better
        of the two alone, which is S and the smaller of U1 and U2; or I(X1,X2;Y). Each in bits,
        plug-in less its estimated bias, so that features of many states have no advantage.
    n_best : int
        Pairs to correct, at most; 0 for none.
    alpha : float
        Level of the test.
    adjust : {"bh", "holm"}
        "bh" keeps the expected share of pairs that tell nothing among those that pass at `alpha`
        (Benjamini and Hochberg), "holm" the chance that there is any.
    bias_correction : str
        Of the best pairs, as in `fourfold.pid`.
    confidence_level : float or None
        None for no intervals; else the expected share of the intervals of the best pairs that hold the truth, after the selection; see
        the notes.
    random_state : int, RandomState, Generator or None
        Seeds the halves that the correction draws, alike for each pair: the atoms and errors of a pair
        depend on no other column. Seeds permutations of the labels, too, where a class is rare.
    tol, num_threads : optional
        As in `decompose`.

    Returns
    -------
    FeaturePairs
        All M = F (F - 1) / 2 pairs, and the best ones corrected.

    Raises
    ------
    ValueError
        If X has fewer than two columns, a missing value or a column of more than 256 states; if y
        is no column of labels, or numbers without bins; if lengths differ; each with its name.
    TypeError
        If an array is sparse, or a number is of the wrong type.

    Warns
    -----
    UndersampledWarning
        Once, if any of the best pairs is undersampled, see `fourfold.pid`.
    ConvergenceWarning
        As `decompose`.

    See Also
    --------
    pid : Of one pair, with all that can be said of it.
    union_information : Of more than two features at once.
    bin_target : Bins of a continuous target.
    sklearn.feature_selection.mutual_info_classif : Each feature alone.

    Notes
    -----
    **Test.** G = 2 N ln 2 I(X1,X2;Y) is held to its mean and variance where labels are permuted, by a
    gamma distribution. The chi-square of textbooks has too many false findings here: 8 x 8 states and
    3 classes leave few rows to a cell. That a pair passes may be due to one of its features alone; what
    it tells beyond is in the atoms. Where a class has fewer than 50 rows no gamma distribution will do:
    p-values are then ranks among those of all pairs with labels permuted, which takes 40 to 200 times
    the counting.

    **Intervals** of the best pairs are wider than of pairs that were chosen beforehand: of R of M pairs
    their level is 1 - R (1 - `confidence_level`) / M, which keeps the expected share of those that
    miss the truth (Benjamini and Yekutieli). The estimates themselves are of pairs that came out on top,
    and so rather too high.

    What this costs, and how many false findings there are, was measured: docs/feature-pairs.md.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014): the atoms. Benjamini, Hochberg, J. R. Stat.
    Soc. B 57 (1995). Benjamini, Yekutieli, J. Am. Stat. Assoc. 100 (2005): intervals after selection.
    Vinh, Epps, Bailey, Journal of Machine Learning Research 11 (2010): the mean of the information where
    labels are permuted. Morris, Annals of Statistics 3 (1975): its variance. Storey, Tibshirani, PNAS
    100 (2003): pooled ranks.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(1000, 6))
    >>> X[:, 5] = X[:, 4] + 0.3 * rng.normal(size=1000)
    >>> y = (X[:, 0] * X[:, 1] > 0).astype(int) + 2 * (X[:, 4] > 0)
    >>> pairs = ff.feature_pairs(X, y, n_bins=4, n_best=3)
    >>> pairs.best[0]
    ('x0', 'x1')
    >>> ff.feature_pairs(X, y, n_bins=4, n_best=1, by="redundancy").best
    [('x4', 'x5')]
    >>> bool(pairs.results[0].confidence_interval.low.synergy > 0.5)
    True
    """
    bins = positive_int(n_bins, "n_bins", least=2)
    if bins > MOST_STATES:
        msg = f"n_bins: expected at most {MOST_STATES}, which is more than rows can fill, got {bins}"
        raise ValueError(msg)
    wanted = positive_int(n_best, "n_best", least=0)
    check_option(by, "by", tuple(RANKINGS))
    check_option(adjust, "adjust", tuple(ADJUSTMENTS))
    if not 1e-9 <= non_negative(alpha, "alpha", most=1) < 1:
        msg = f"alpha: expected a number between 0 and 1, got {alpha!r}"
        raise ValueError(msg)
    options = SolverOptions.checked(tol, DEFAULT_MAX_ITER, num_threads, "float64", "cpu")
    inference = Inference.checked(bias_correction, 0, confidence_level)
    level = inference.level
    seed = int(random_state) if _is_seed(random_state) else None
    if seed is None:
        seed = int(random_generator(random_state).integers(2**31))
    check_aligned(X=X, y=y)
    require_target(y)
    target, of_target = binned(y, target_bins)
    features = read_features(X, bins, discrete_features, feature_names)
    y_codes, states = code_column(target_column(target))
    y_codes = y_codes.astype(np.int64)
    check_same_length(X=features.codes.shape[1], y=len(y_codes))

    found = screen(features, y_codes, len(states), options)
    warn_unless_converged(found.converged, options)
    single = found.pvalues
    if len(states) > 1 and np.bincount(y_codes).min() < FEW_ROWS:
        single = permuted_pvalues(single, features, y_codes, float(alpha), seed)
    pvalues = adjusted(single, adjust)
    left = [plain - bias for plain, bias in zip(found.plug_in, found.bias, strict=True)]
    values = ranking(Atoms(*left), by)
    passed = np.flatnonzero(pvalues <= alpha)
    best = passed[np.argsort(-values[passed], kind="stable")][:wanted]
    first, second = np.triu_indices(len(features.names), 1)
    selected = 1 - len(best) * (1 - level) / len(values) if len(best) else level
    results = decompose_pairs(
        [*zip(first[best].tolist(), second[best].tolist(), strict=True)],
        features.codes,
        y_codes,
        options,
        dataclasses.replace(
            inference,
            confidence_level=None
            if inference.confidence_level is None
            else min(selected, 1 - 1e-9),
        ),
        seed,
        of_target,
    )
    result = FeaturePairs(
        feature_names=features.names,
        n_states=features.n_states,
        binned=features.binned,
        n_samples=len(y_codes),
        n_classes=len(states),
        information=found.information,
        information_bias=found.information_bias,
        plug_in=found.plug_in,
        bias=found.bias,
        gap=found.gap,
        pvalues=single,
        adjusted_pvalues=pvalues,
        alpha=float(alpha),
        adjust=adjust,
        by=by,
        best_numbers=best,
        results=tuple(results),
        confidence_level=inference.confidence_level,
        bias_correction=inference.bias_correction,
        tol=options.tol,
        seed=seed,
        target_bins=of_target,
        codes=features.codes,
        classes=y_codes,
    )
    _warn(result)
    return result


def _is_seed(random_state: Any) -> bool:
    whole = isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool)
    return whole and random_state >= 0


def _warn(found: FeaturePairs) -> None:
    poor = [
        " and ".join(names)
        for names, one in zip(found.best, found.results, strict=True)
        if one.undersampled
    ]
    if poor:
        msg = (
            f"{len(poor)} of the {len(found.results)} best pairs are undersampled, so that their atoms "
            f"are mostly bias: {', '.join(poor[:_MOST_NAMED])}{', ...' if len(poor) > _MOST_NAMED else ''}; "
            "take fewer bins, or group states that are rare."
        )
        warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
