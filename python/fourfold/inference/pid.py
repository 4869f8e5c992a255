# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of samples: labels are counted, never spread over a dense table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.counts.binned_target import binned
from fourfold.counts.counts import Counts
from fourfold.counts.read_draws import read_draws, weighted_counts
from fourfold.inference.decompose_samples import decompose_set
from fourfold.inference.options import Inference
from fourfold.inputs.device import place_of
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.joint_states import check_joint
from fourfold.inputs.predictions import target_of
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.results.pid import PID

__all__ = ["pid"]


@takes_rng
def pid(
    x1: ArrayLike | Counts,
    x2: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    proba: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    joint: bool | None = None,
    sample_weight: ArrayLike | None = None,
    target_bins: Any = None,
    bias_correction: str = "auto",
    n_resamples: int | None = 0,
    confidence_level: float | None = 0.95,
    random_state: Any = 0,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> PID:
    """Decompose I(X1,X2;Y) of labelled samples, in bits.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,) or (N, d)
        States of the two sources, one a row: integers, strings, or anything else that is
        hashable, such as dates, tuples, members of an Enum or the categories of a column, all of
        one kind. Several columns that are no floats are one joint state, see `joint`. For
        embeddings use `ClassifierPID`. Or, as the only one of the three, x1 is `fourfold.Counts`
        of all three: the result is the same to the bit.
    y : array_like, shape (N,) or (N, K_Y)
        The target: labels, or a matrix whose rows are probability distributions over the classes,
        for example a model's predictions. Or numbers, with `target_bins`.
    proba : array_like, shape (N,) or (N, K_Y), optional
        In place of y: P(y = 1) where there are two classes, or a matrix as y may be.
    logits : array_like, shape (N,) or (N, K_Y), optional
        In place of y: log-odds of y = 1, or logits of the classes, of which the softmax is taken.
    joint : bool, optional
        Whether the columns of x1, x2 and y are states that hold together in each row. By default
        those of x1 and x2 are, up to 8 without floats, and of y such as hold no numbers; True
        says that all are, of any number, and False that none are.
    sample_weight : array_like, shape (N,), optional
        How many samples each row stands for, where all are whole numbers; else how much it
        matters: these results are plug-in. As ``Counts.from_labels(..., weights=sample_weight)``.
    target_bins : int, True or array_like, optional
        Puts a continuous y into so many bins with equally many rows in each, 16 if True; or into
        those of an array of inner edges, see `bin_target`. Bins keep a part of the information,
        and `target_bins` of the result says which.
    bias_correction : {"auto", "none", "chao", "bayes", "linear", "shuffle", "qe"}
        "auto" is "chao" for labels, "linear" for rows of probabilities, and nothing for fewer than
        8 samples and for weights that are no whole numbers. "chao" takes entropies of Chao, Wang and Jost (2013), extrapolated from eight
        halves of the samples, and the union information from these. "bayes" does the same but for
        I(X1,X2;Y), of which a prior is learned for each pair of states from all others: better
        with less than one sample per cell, no better with more. "linear" extrapolates in 1/N
        from eight halves. "shuffle" subtracts what 20
        tables with all variables shuffled give, "qe" extrapolates quadratically in 1/N from ten
        partitions into halves and quarters: both as in the MINT toolbox (Kocillari et al. 2024).
        Corrected atoms add up to the reported I(X1,X2;Y), corrected too; they may be negative, and
        are not clipped. "none" reports the atoms of the frequencies as they are, which are in
        `plug_in` in any case: their synergy is biased upward, by about what `bias` says.
    n_resamples : int or None
        0 takes standard errors and intervals from what each row adds to the atoms, which one solve
        tells but with "shuffle" and "qe"; results of these then have neither.
        A number of at least 25, better 200 or more, takes intervals from so many random halves of
        the samples, each of which is decomposed; of 1e9 samples or more each goes to a half by
        itself, and `sizes` of the interval says how many did. None is 0 where one solve tells, else
        200.
    confidence_level : float or None
        Of `confidence_interval`, between 0 and 1; None for no interval.
    random_state : int, RandomState, Generator or None
        Seeds what is drawn, for the correction and of halves; None for other draws in each call.
        Labels are counted first, and halves drawn of the counts, so that neither the order of the
        rows nor the names of the states matter.
    tol, max_iter, method, num_threads, dtype, device : optional
        As in `decompose`. Integer labels in the memory of a CUDA device are counted there, and
        their tables solved there; arrays of the result are of the host.

    Returns
    -------
    PID
        Corrected, with `plug_in`, `standard_error`, `kink`, `confidence_interval` and `n_samples`
        = N. State i of X1 in `coupling(i, j)` is the i-th of the sorted labels,
        ``numpy.unique(x1)[i]``, or of those in order of appearance where they cannot be sorted;
        likewise for x2 and y. The coupling is that of the frequencies,
        whatever the correction. Of weights that are no whole numbers there is no correction and
        no error, and `effective_samples` instead of `n_samples`.

    Raises
    ------
    ValueError
        If the lengths differ, an array is empty, labels are missing, of several kinds or numbers with
        a fraction, columns are floats or too many to be states unasked; if a weight is negative or
        missing; if a row of probabilities is negative, not finite or does not sum to 1; if y with
        `target_bins` is not finite, or has fewer distinct values than bins; if a correction
        or `n_resamples` needs labels, whole numbers of samples, or more of them than there are.
    TypeError
        If an array is sparse; if x2 or y are missing, or are there beside `fourfold.Counts`; if
        there are several of y, `proba` and `logits`.

    Warns
    -----
    UndersampledWarning
        If most samples are alone in their cell, whatever the correction; if corrected atoms are
        far from what any distribution has, or below one sample per cell the bias of a corrected
        synergy is not known to 0.05 bits and 7 % of it; or, of atoms that are not corrected, if one
        is mostly bias: an estimated bias of more than half of it, of 0.02 bits and of 5 % of
        I(X1,X2;Y).
    ConvergenceWarning
        As `decompose`.

    See Also
    --------
    fourfold.Counts : Samples counted elsewhere, or in pieces.
    decompose : Decomposes tables.
    bin_target : Bins of a continuous target.
    compare : Whether two results differ by more than chance.
    permutation_test : Whether an atom is more than chance makes of nothing.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014): the measure. Chao, Wang, Jost,
    Methods in Ecology and Evolution 4 (2013), equation (7). Kocillari et al., "Sampling bias
    corrections for accurate neural measures of redundant, unique, and synergistic
    information", bioRxiv 2024.06.04.597303.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 400))
    >>> y = (x1 ^ x2) ^ (rng.random(400) < 0.05)  # wrong once in twenty: 0.71 bits of synergy
    >>> result = ff.pid(x1, x2, y)
    >>> round(result.synergy, 2), round(result.standard_error.synergy, 2)
    (0.77, 0.05)
    >>> low, high = result.confidence_interval.low.synergy, result.confidence_interval.high.synergy
    >>> round(low, 2), round(high, 2)
    (0.67, 0.86)
    >>> counts = ff.Counts.from_labels(x1[:300], x2[:300], y[:300])
    >>> counts.update(x1[300:], x2[300:], y[300:]).n_samples
    400
    >>> ff.pid(counts).to_dict() == result.to_dict()
    True

    Several columns are one source, and weights those of rows:

    >>> x3 = rng.integers(2, size=400)
    >>> round(ff.pid(np.c_[x1, x2], x3, x1 ^ x2 ^ x3).plug_in.synergy, 1)
    1.0
    >>> round(ff.pid([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1], sample_weight=[0.25] * 4).synergy, 6)
    0.5

    A continuous target:

    >>> result = ff.pid(x1, x2, x1 + x2 + rng.normal(size=400), target_bins=8)
    >>> result.target_bins.shares[:2]
    array([0.125, 0.125])
    """
    joint = check_joint(joint)
    check_aligned(x1=x1, x2=x2, y=y, proba=proba, logits=logits, sample_weight=sample_weight)
    if proba is not None or logits is not None:
        others = {"target_bins": target_bins, "sample_weight": sample_weight}
        y = target_of(x1, y, proba, logits, **others)
    if sample_weight is None:
        y, bins = binned(y, target_bins)
    else:
        bins, x1 = None, weighted_counts(x1, x2, y, sample_weight, target_bins, joint)
        x2 = y = None
    place = place_of(x1=x1, x2=x2, y=y)
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, method, there=place.names
    )
    inference = Inference.checked(bias_correction, n_resamples, confidence_level)
    generator = random_generator(random_state)
    with place.device:
        samples = read_draws(
            x1,
            x2,
            y,
            rows=inference.confidence_level is not None,
            device=bool(place.names),
            joint=joint,
        )
        worth = None
        if isinstance(x1, Counts):
            worth, bins = x1.effective_samples, x1.target_bins
        return decompose_set(samples, options, inference, generator, worth, target_bins=bins)
