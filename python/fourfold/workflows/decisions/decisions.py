# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decisions of a model with both sources and with either masked: do they fit together?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import rel_entr, softmax

from fourfold.counts.tallies import Tallies, row_sums
from fourfold.results.equal import by_value

__all__ = ["ROUNDING", "Consistency", "Decisions", "consistency_of", "project"]

_LN2 = np.log(2.0)
_EXACT = 1e-13  # distance of class probabilities at which a projection is done
_SCALINGS = 100  # after which second-order steps are sooner done, as for sure predictions
_NEWTON_STEPS = 200
_LONGEST_STEP = 2.0  # of a logarithm, as curvature changes by a factor of e**2 on the way
#: Distance of class probabilities, and bits, that count as rounding, of single precision too.
ROUNDING = 1e-6
#: Of all mass, what is given to zeros of some rows, where no projection can do without.
_GRAIN = 1e-3

_NO_SUCH_CLASS = "a class that p_joint gives mass to has none in the masked predictions"
_NO_CLASS_LEFT = (
    "a masked prediction is of classes that p_joint gives no mass to, and of no others"
)


@by_value
class Consistency(NamedTuple):
    """How far masked predictions are from marginals of the joint ones.

    Attributes
    ----------
    class_distance1, class_distance2 : float
        Total variation in [0, 1] between the mean of the predictions from X1 alone, or from X2
        alone, and that of those from both. 0 for marginals of one distribution.
    class_divergence1, class_divergence2 : float
        The same as a Kullback-Leibler divergence, in bits; infinite where a class has mass in
        the mean of the masked predictions only.
    state_divergence1, state_divergence2 : float or None
        Mean over the states of X1, or of X2, of the divergence in bits of the masked
        prediction from the mean of the joint ones in that state. None where every row is a
        state of its own, of which the joint prediction has no other mean.
    overconfidence1, overconfidence2 : float
        Log loss of the masked predictions against the joint ones, minus their own entropy, in bits:
        how much more they claim to tell than the joint ones confirm. 0 for marginals; infinite
        where one excludes a class that a joint one gives mass to.
    correction1, correction2 : float
        Size of the projection, in bits: divergence of the conditionals that were used from those
        given. 0 up to rounding where nothing was projected.

    See Also
    --------
    fourfold.decision_pid : Measures it.
    fourfold.DecisionPID.advice : What to do about it.

    Examples
    --------
    >>> import fourfold as ff
    >>> both = [[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]]  # XOR, nearly
    >>> alone = [[0.5, 0.5]] * 4
    >>> found = ff.decision_pid(both, alone, alone)
    >>> bool(found.consistency.class_distance1 < 1e-6)
    True
    >>> found.consistency.state_divergence1 is None  # every row is a state of its own
    True
    """

    class_distance1: float
    class_distance2: float
    class_divergence1: float
    class_divergence2: float
    state_divergence1: float | None
    state_divergence2: float | None
    overconfidence1: float
    overconfidence2: float
    correction1: float
    correction2: float


class Decisions(NamedTuple):
    """N rows of predictions, and the states of their sources.

    Attributes
    ----------
    x1, x2 : ndarray of int64, shape (N,)
        States 0..K-1.
    joint, given1, given2 : ndarray, shape (N, K_Y)
        Predictions from both sources, from X1 alone and from X2 alone.
    shape : tuple of int
        (K1, K2, K_Y).
    """

    x1: np.ndarray
    x2: np.ndarray
    joint: np.ndarray
    given1: np.ndarray
    given2: np.ndarray
    shape: tuple[int, int, int]

    @property
    def block(self) -> int:
        """Rows are drawn one by one."""
        return 1

    @property
    def counted(self) -> bool:
        """They are no labels, so formulas for counts do not apply."""
        return False

    @property
    def draws(self) -> int:
        """The number of rows."""
        return len(self.x1)

    @property
    def total(self) -> int:
        """The same."""
        return len(self.x1)

    @property
    def rounding(self) -> float:
        """By how many bits I(X1,X2;Y) may be too small, as predictions are rounded."""
        return ROUNDING

    def on_host(self) -> Decisions:
        """They are."""
        return self

    def take(self, draws: np.ndarray) -> Decisions:
        """Some of the rows, in any order; the states stay as they are."""
        x1, x2, joint, given1, given2 = (column[draws] for column in self[:5])
        return Decisions(x1, x2, joint, given1, given2, self.shape)

    def tables(self) -> tuple[np.ndarray, np.ndarray]:
        """Masses of (x1,y) and of (x2,y) as the masked predictions give them."""
        k1, k2, _ = self.shape
        return row_sums(self.x1, k1, self.given1), row_sums(self.x2, k2, self.given2)

    def information(self) -> float:
        """I(X1,X2;Y) of the joint predictions in bits, as counted."""
        codes = np.unique(self._pairs(), return_inverse=True)[1]
        means = row_sums(codes, int(codes.max()) + 1, self.joint)
        expected = np.outer(means.sum(1), self.joint.mean(0))
        return max(float(rel_entr(means, expected).sum() / self.draws / _LN2), 0.0)

    def _pairs(self) -> np.ndarray:
        pairs: np.ndarray = self.x1 * np.int64(self.shape[1]) + self.x2
        return pairs

    def tallies(self) -> Tallies:
        """Masses with one p(y), that of the joint predictions; see `project`."""
        classes = self.joint.sum(0)
        p1y, p2y = (_projected(table, classes) for table in self.tables())
        codes = np.unique(self._pairs(), return_inverse=True)[1]
        pairs = np.bincount(codes)
        return Tallies(p1y, p2y, row_sums(codes, len(pairs), self.joint).ravel(), pairs)


def project(table: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, float]:
    """The nearest masses (K, K_Y) with the given sums over the states, and how far that is.

    Nearest in Kullback-Leibler divergence from `table`, whose sums over the classes are kept:
    its rows and columns are scaled in turn (Csiszar, "I-divergence geometry", Annals of
    Probability 3, 1975), and where that is slow by Newton steps. The distance is in bits.

    Raises
    ------
    ValueError
        If there are none, as a class has no mass where it would be needed.
    """
    states = table.sum(1)
    total = states.sum()
    target = classes * (total / classes.sum())  # both sums are of many rows, and rounded
    scaled = table
    for _ in range(_SCALINGS):
        columns = scaled.sum(0)
        if np.abs(columns - target).max() <= _EXACT * total:
            break
        scaled = scaled * _quotient(target, columns, _NO_SUCH_CLASS)
        scaled = scaled * _quotient(states, scaled.sum(1), _NO_CLASS_LEFT)[:, None]
    else:
        scaled = _by_newton(scaled, states, target)
    distance = float(rel_entr(scaled, table).sum() / total / _LN2)
    return scaled * _quotient(classes, scaled.sum(0), _NO_SUCH_CLASS), max(distance, 0.0)


def _by_newton(table: np.ndarray, states: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The same by second-order steps in the logarithms of the factors of the classes.

    Their Hessian is the Laplacian of a graph of the classes, which has no cancellation.
    """
    seen = states > 0
    weights, total = states[seen][:, None], states.sum()
    with np.errstate(divide="ignore"):
        logs = np.log(table[seen])

    def at(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        scaled = weights * softmax(logs + factors, axis=1)
        excess = (scaled.sum(0) - target) / total
        return scaled, excess, float(np.abs(excess).max())

    factors = np.zeros(len(target))
    scaled, excess, error = at(factors)
    for _ in range(_NEWTON_STEPS):
        if error <= _EXACT:
            break
        laplacian = -(scaled / weights).T @ scaled / total
        np.fill_diagonal(laplacian, 0.0)
        np.fill_diagonal(laplacian, -laplacian.sum(1))
        step = np.linalg.lstsq(laplacian, -excess, rcond=None)[0]
        step *= min(1.0, _LONGEST_STEP / max(float(np.ptp(step)), _EXACT))
        # to first order a step of any length takes its share of the excess away
        for _ in range(40):
            trial = at(factors + step)
            if trial[2] < error:
                break
            step = step / 2
        else:
            break
        factors = factors + step
        scaled, excess, error = trial
    if error > ROUNDING:
        msg = "no conditionals with zeros where these have some have the p(y) of p_joint"
        raise ValueError(msg)
    found = np.zeros_like(table)
    found[seen] = scaled
    return found


def _projected(table: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """What `project` finds; of some of the rows it may lack a class that all rows have."""
    try:
        return project(table, classes)[0]
    except ValueError:
        spread = np.outer(table.sum(1), classes / classes.sum())
        return project((1 - _GRAIN) * table + _GRAIN * spread, classes)[0]


def consistency_of(decisions: Decisions, *, own_states: bool) -> Consistency:
    """How far the predictions are from each other, and from what `project` makes of them."""
    n = decisions.draws
    classes = decisions.joint.sum(0)
    distances, divergences, of_states, claims, corrections = [], [], [], [], []
    for x, k, table in zip(
        (decisions.x1, decisions.x2), decisions.shape[:2], decisions.tables(), strict=True
    ):
        found = table.sum(0)
        distances.append(float(np.abs(found - classes).sum() / (2 * n)))
        divergences.append(max(float(rel_entr(found, classes).sum() / n / _LN2), 0.0))
        expected = row_sums(x, k, decisions.joint)
        of_states.append(
            None if own_states else max(float(rel_entr(table, expected).sum() / n / _LN2), 0.0)
        )
        claims.append(_overconfidence(table, expected) / n)
        corrections.append(project(table, classes)[1])
    return Consistency(*distances, *divergences, *of_states, *claims, *corrections)


def _overconfidence(table: np.ndarray, expected: np.ndarray) -> float:
    """Sum over the states of the log loss of their predictions, minus the entropy, in bits."""
    states = table.sum(1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log2(table / states)
        return float(np.where(expected != table, (table - expected) * logs, 0.0).sum())


def _quotient(over: np.ndarray, under: np.ndarray, otherwise: str) -> np.ndarray:
    """over / under, and 0 where there is nothing to scale."""
    if np.any((over > 0) & (under <= 0)):
        raise ValueError(otherwise)
    quotient: np.ndarray = np.divide(over, under, out=np.zeros_like(over), where=under > 0)
    return quotient
