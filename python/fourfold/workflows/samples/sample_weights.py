# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weights of samples for training, by what their sources add to the atoms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import entr

from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.faults import check_aligned, check_same_order
from fourfold.inputs.masses import probability_rows
from fourfold.inputs.numbers import non_negative
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.results.equal import by_value
from fourfold.results.record import Record
from fourfold.workflows.samples.pointwise import PointwiseAtoms, PointwiseCells

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["SampleWeights", "sample_weights"]

_LN2 = math.log(2.0)
#: Scores below this are rounding (bits, or shares).
_ROUNDING = 1e-12


class _SampleWeights(NamedTuple):
    weights: np.ndarray
    synergy_share: np.ndarray
    shortcut_share: np.ndarray
    fusion_potential: np.ndarray
    gap_score: np.ndarray
    shortcut: np.ndarray
    gap: np.ndarray


@by_value
class SampleWeights(Record, _SampleWeights):
    """Weights and the scores behind them, arrays of shape (N,).

    Attributes
    ----------
    weights : ndarray of float64
        For the `sample_weight` of scikit-learn, a loss, or `WeightedRandomSampler`.
    synergy_share : ndarray
        SR, in [0, 1].
    shortcut_share : ndarray
        SC, in [0, 1].
    fusion_potential : ndarray
        FP, in bits, at least 0.
    gap_score : ndarray
        (1 - SR) (1 - SC) FP, in bits.
    shortcut, gap : ndarray of bool
        The rows that were weighted down, and up.

    See Also
    --------
    fourfold.sample_weights : Makes it.
    fourfold.PointwiseAtoms : What it is made of.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 8, [0, 1, 0, 1] * 8
    >>> y = [0, 0, 1, 1] * 8  # X1 alone
    >>> parts = ff.pointwise(ff.pid(x1, x2, y, bias_correction="none"), x1, x2, y)
    >>> found = ff.sample_weights(parts, shortcut_source=1)
    >>> float(found.shortcut_share.min().round(2)), int(found.shortcut.sum())  # a tenth of 32 rows
    (1.0, 3)
    """

    __slots__ = ()

    def _blocks(self) -> dict[str, Any]:
        return self._asdict()


@takes_rng
def sample_weights(
    parts: PointwiseAtoms,
    *,
    p_joint: ArrayLike | None = None,
    p_given_1: ArrayLike | None = None,
    p_given_2: ArrayLike | None = None,
    shortcut_source: int = 2,
    shortcut_top: float = 0.1,
    gap_top: float = 0.1,
    shortcut_weight: float = 0.5,
    gap_weight: float = 3.0,
    random_state: Any = 0,
) -> SampleWeights:
    """Weigh samples down that one source alone answers, and up where fusion would pay.

    With [v]+ = max(v, 0), and r, u1, u2, s the parts of a row::

        SR = [s]+ / I      SC = [u]+ / I      I = [r]+ + [u1]+ + [u2]+ + [s]+
        FP = [min(H1, H2) - H12]+             Gap = (1 - SR) (1 - SC) FP

    where u is u1 or u2, that of `shortcut_source`, and H1, H2, H12 are the entropies in bits of
    the row's prediction from either source and from both. The rows with the largest SC get
    `shortcut_weight`; of the others, those with the largest Gap get `gap_weight`; the rest 1.

    Parameters
    ----------
    parts : PointwiseAtoms
        Of `fourfold.pointwise`.
    p_joint, p_given_1, p_given_2 : array_like, shape (N, K_Y), optional
        A model's predictions from both sources, and with the other source masked, for H12, H1
        and H2; all three or none. Without them the entropies are those of the table, whose
        H(Y|X1,X2) is too small where pairs of states are rare. For parts of
        `fourfold.ClassifierPID` they are needed, and ``estimator.posteriors_`` are p_given_1,
        p_given_2 and p_joint.
    shortcut_source : {1, 2}
        The source whose unique information is a shortcut, such as the text of a question.
    shortcut_top, gap_top : float
        Share of the rows to take by each score, in [0, 1], rounded down. Rows whose score is
        zero are never taken.
    shortcut_weight, gap_weight : float
        Finite and at least 0.
    random_state : int, RandomState, Generator or None
        Draws which of rows with equal scores are taken: all rows with the same states and class
        are equal, and the order of the rows must not decide.

    Returns
    -------
    SampleWeights
        Weights of the rows, and the scores in bits and shares that they follow.

    Raises
    ------
    TypeError
        If `parts` is not of `fourfold.pointwise`, or is of counts.
    ValueError
        If only some of the predictions are given, or with other numbers of rows, or none for
        parts of what classifiers decode; if a share or
        a weight is out of range, or `shortcut_source` neither 1 nor 2.

    See Also
    --------
    fourfold.pointwise : Makes `parts`.
    fourfold.high_synergy_subsets : Subsets of rows in place of single ones.

    References
    ----------
    Fang et al., arXiv 2606.00959: scores and weights 0.5, 3 and 1. What share of the rows they
    took is not known to us; 0.1 is a choice of ours.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 8, [0, 1, 0, 1] * 8
    >>> y = [0, 0, 1, 1] * 8
    >>> parts = ff.pointwise(ff.pid(x1, x2, y, bias_correction="none"), x1, x2, y)
    >>> ff.sample_weights(parts, shortcut_source=1).weights.sum()
    np.float64(30.5)
    """
    given: Any = parts
    if not isinstance(given, PointwiseAtoms):
        msg = (
            f"parts: expected PointwiseAtoms of fourfold.pointwise, got {type(given).__name__}"
        )
        raise TypeError(msg)
    if isinstance(parts, PointwiseCells):
        msg = (
            "parts: are of cells of counts, and weights are of rows; expected those of "
            "fourfold.pointwise with the labels of the rows"
        )
        raise TypeError(msg)
    whole = isinstance(shortcut_source, (int, np.integer))
    if isinstance(shortcut_source, bool) or not whole or shortcut_source not in (1, 2):
        msg = f"shortcut_source: expected 1 or 2, got {shortcut_source!r}"
        raise ValueError(msg)
    shares = {"shortcut_top": shortcut_top, "gap_top": gap_top}
    for name, share in shares.items():
        non_negative(share, name, most=1)
    non_negative(shortcut_weight, "shortcut_weight")
    non_negative(gap_weight, "gap_weight")
    generator = random_generator(random_state)
    h1, h2, h12 = _entropies(parts, p_given_1, p_given_2, p_joint)
    positive = np.maximum(np.array(parts[:4]), 0.0)
    total = positive.sum(0)
    share_of = np.divide(positive, total, out=np.zeros_like(positive), where=total > _ROUNDING)
    synergy, shortcut = share_of[3], share_of[shortcut_source]
    potential = np.maximum(np.minimum(h1, h2) - h12, 0.0)
    gap_score = (1 - synergy) * (1 - shortcut) * potential
    down = _top(shortcut, shortcut_top, generator)
    up = _top(np.where(down, 0.0, gap_score), gap_top, generator)
    weights = np.ones(len(total))
    weights[down] = shortcut_weight
    weights[up] = gap_weight
    return SampleWeights(weights, synergy, shortcut, potential, gap_score, down, up)


def _entropies(parts: PointwiseAtoms, *predictions: Any) -> tuple[np.ndarray, ...]:
    """H1, H2 and H12 in bits, of the predictions if they are given."""
    if all(rows is None for rows in predictions):
        if np.isnan(parts.entropy_joint).any():
            msg = (
                "p_given_1, p_given_2, p_joint: expected, as parts of what classifiers decode have no "
                "entropies; estimator.posteriors_ of ClassifierPID are these three"
            )
            raise ValueError(msg)
        return parts.entropy1, parts.entropy2, parts.entropy_joint
    names = ("p_given_1", "p_given_2", "p_joint")
    missing = [name for name, rows in zip(names, predictions, strict=True) if rows is None]
    if missing:
        msg = f"{', '.join(missing)}: expected all of {', '.join(names)}, or none of them"
        raise ValueError(msg)
    check_aligned(**dict(zip(names, predictions, strict=True)))
    check_same_order(**dict(zip(names, predictions, strict=True)))
    found = []
    for name, rows in zip(names, predictions, strict=True):
        table = probability_rows(rows, name)
        check_same_length(parts=len(parts.redundancy), **{name: len(table)})
        found.append(entr(table).sum(1) / _LN2)
    return tuple(found)


def _top(scores: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Which rows have the largest scores above zero, at most that share of all."""
    shuffled = rng.permutation(len(scores))
    # rounded, as equal scores may differ by it; those that are none come last all the same
    drawn = scores[shuffled]
    order = shuffled[np.lexsort((-drawn.round(9), drawn <= _ROUNDING))]
    order = order[: int(share * len(scores) + 1e-9)]
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[order] = True
    return chosen & (scores > _ROUNDING)
