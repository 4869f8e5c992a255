# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The informations of recombined pairs, their union information, and the errors of all by the design."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import brentq

from fourfold.posteriors.assembled import soft_informations
from fourfold.posteriors.calibration import matched
from fourfold.posteriors.log_pool import normalised
from fourfold.posteriors.prototypes import Prototypes, merged, of_rows
from fourfold.posteriors.target import Target
from fourfold.posteriors.union import solved_prototypes
from fourfold.results.posterior_pid import Informations
from fourfold.workflows.recombined.partners import OfRows, bits

if TYPE_CHECKING:
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions
    from fourfold.workflows.recombined.designs import Pairs

__all__ = ["Estimate", "estimated"]

#: Powers to which posteriors may be raised until they tell as much as they should.
MOST_SHARPENED = 16.0
#: Of terms of second order, what those of third order are; of networks with known informations.
LEFT = 0.3


class Estimate(NamedTuple):
    """What was estimated, in bits.

    Attributes
    ----------
    informations : Informations
    entropy : float
        H(Y).
    covariance : ndarray, shape (4, 4)
        Of the informations, by drawing other rows of X1 and of X2.
    biases : ndarray, shape (4, 4)
        The same, by what is left of the bias of few answers.
    union : PID
        Of the prototypes.
    merging_loss : float
    room : float
        By how much v* may be larger: the posteriors of few partners point in directions by chance,
        which with more than two classes makes it too small.
    """

    informations: Informations
    entropy: float
    covariance: np.ndarray
    biases: np.ndarray
    union: PID
    merging_loss: float
    room: float


def estimated(
    answers: np.ndarray, pairs: Pairs, sides: tuple[OfRows, OfRows], options: SolverOptions
) -> Estimate:
    """Of answers (E, K_Y), and of what both sources tell of them."""
    classes = answers.mean(0)
    own = -(answers * np.log2(classes)).sum(1)  # of which the mean is H(Y)
    scatter = np.diag(
        _moments(pairs, answers, answers)
    )  # each right beside the least of classes
    entropy = float(own.mean() + (np.maximum(scatter, 0) / classes).sum() / (2 * np.log(2)))
    entropy = min(entropy, float(np.log2(len(classes))))  # which no population exceeds
    joint = entropy + float(bits(answers).mean())
    singles = [entropy + float(side.values.mean()) for side in sides]
    joint = max(joint, 0.0)
    singles = [min(max(single, 0.0), joint) for single in singles]
    rows = [
        _telling(side.posterior, classes, single) if side.few else normalised(side.posterior)
        for side, single in zip(sides, singles, strict=True)
    ]
    weights = [np.full(len(posterior), 1 / len(posterior)) for posterior in rows]
    first, second = tables = [of_rows(*each, None) for each in zip(rows, weights, strict=True)]
    union = solved_prototypes(first, second, classes, options)

    def coarser(source: int, number: int) -> Prototypes:
        return merged(rows[source], weights[source], number)

    plain = [-float(bits(classes)) + float(bits(row).mean()) for row in rows]
    value = soft_informations(union, tables, plain, coarser, classes, options)[
        0
    ].union_information
    # by as much as a source tells alone, v* has what is added to its posteriors to tell enough
    alone = [
        (value - plain[1 - k]) / plain[k] if min(plain[k], singles[k]) > 0 else 0.0
        for k in (0, 1)
    ]
    value += sum(share * (a - b) for share, a, b in zip(alone, singles, plain, strict=True))
    most = min(sum(singles), joint)  # of independent sources S >= R, and no R is negative
    value = min(max(value, *singles), most)
    found = Informations(singles[0], singles[1], joint, value)
    log_a, log_b = union.dual
    pooled = [log_a[first.state], log_b[second.state]]
    biases = np.zeros((4, 4))
    for k, (side, posterior) in enumerate(zip(sides, rows, strict=True)):
        pooled[k] = pooled[k] + alone[k] * (side.values - bits(posterior))[:, None]
        left = LEFT * side.mended * np.array([k == 0, k == 1, 0.0, alone[k]])
        biases += np.outer(left, left)
    covariance = _covariance(pairs, *_terms(answers, own, pairs, sides, pooled))
    noisy = len(classes) > 2 and any(side.few for side in sides)
    room = most - value if noisy else 0.0
    return Estimate(found, entropy, covariance, biases, union, first.loss + second.loss, room)


def _telling(posterior: np.ndarray, classes: np.ndarray, wanted: float) -> np.ndarray:
    """The posterior, of mean p(y), sharpened or blurred until it tells so many bits."""
    rows = len(posterior)
    target = Target(np.broadcast_to(classes, posterior.shape), (), np.full(rows, 1 / rows))
    logs = np.log(normalised(posterior))
    entropy = -float(bits(classes))

    def at(power: float) -> tuple[np.ndarray, float]:
        scaled = logs * power
        raised = np.exp(scaled - scaled.max(1, keepdims=True))
        found = matched(normalised(raised / raised.sum(1, keepdims=True)), target)
        return found, entropy + float(bits(found).mean())

    if wanted <= 0 or at(MOST_SHARPENED)[1] <= wanted:
        return at(0.0 if wanted <= 0 else MOST_SHARPENED)[0]
    power = brentq(lambda one: at(one)[1] - wanted, 0.0, MOST_SHARPENED, xtol=1e-6)
    return at(float(power))[0]


def _terms(
    answers: np.ndarray,
    own: np.ndarray,
    pairs: Pairs,
    sides: tuple[OfRows, OfRows],
    pooled: list[np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """What each pair adds to the four informations by its row of X1, and by that of X2: (E, 4)."""
    joint = own + bits(answers)
    by_row, by_partner = [], []
    for side, which in zip(sides, (pairs.first, pairs.second), strict=True):
        by_row.append(own + side.values[which])
        by_partner.append(own + _by_pair(side.slopes, which))
    both = own + (answers * (pooled[0][pairs.first] + pooled[1][pairs.second])).sum(1)
    of_first = np.stack([by_row[0], by_partner[1], joint, both], 1)
    of_second = np.stack([by_partner[0], by_row[1], joint, both], 1)
    return of_first, of_second


def _by_pair(slopes: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Of rows (m, n), in the order of their pairs, to (E,)."""
    found = np.empty(len(which))
    found[np.argsort(which, kind="stable")] = slopes.ravel()
    return found


def _moments(pairs: Pairs, of_first: np.ndarray, of_second: np.ndarray) -> np.ndarray:
    """Of means over the pairs of terms (E, k), where rows of X1 and of X2 are drawn.

    Pairs that share a row are not independent: the sums of each sample are, but that they have
    each pair twice.
    """
    number = len(pairs.first)
    a, b = of_first - of_first.mean(0), of_second - of_second.mean(0)
    m1, m2 = len(pairs.rows1), len(pairs.rows2)
    sums1 = np.stack([np.bincount(pairs.first, column, m1) for column in a.T], 1)
    sums2 = np.stack([np.bincount(pairs.second, column, m2) for column in b.T], 1)
    if pairs.paired:
        sums = sums1 + sums2
        spread = sums.T @ sums
    else:
        spread = sums1.T @ sums1 * (m1 / (m1 - 1)) ** 2 + sums2.T @ sums2 * (m2 / (m2 - 1)) ** 2
    twice = (a.T @ a + b.T @ b) / 2
    found: np.ndarray = (spread - twice) / number**2
    return found


def _covariance(pairs: Pairs, of_first: np.ndarray, of_second: np.ndarray) -> np.ndarray:
    """The same, which no rounding or subtraction leaves with a negative variance."""
    values, vectors = np.linalg.eigh(_moments(pairs, of_first, of_second))
    covariance: np.ndarray = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return covariance
