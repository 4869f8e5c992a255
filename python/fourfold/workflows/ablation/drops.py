# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Accuracy lost to interventions, with errors from the rows that both answers share.

.. [1] Bonett, Price, "Adjusted Wald confidence interval for a difference of binomial proportions
   based on paired data", J. Educ. Behav. Stat. 37 (2012): two rows more, one either way.
   [2] van der Vaart, "Asymptotic Statistics" (1998), chapter 12: two-sample U-statistics.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from fourfold.workflows.ablation.cases import answers
from fourfold.workflows.ablation.interventions import alter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.workflows.ablation.cases import CheckedCase
    from fourfold.workflows.ablation.interventions import How, Intervention

__all__ = ["Drops", "drop_error", "drop_interval", "measure", "seed_of"]


class Drops(NamedTuple):
    """What interventions do to one case.

    Attributes
    ----------
    decision : ndarray of int, shape (N,)
        Answers without intervention, as positions in the classes.
    accuracy : float
        Share of them that are right.
    drop, error, low, high, changed : ndarray, shape (2, n_interventions)
        Accuracy lost, its standard error, the ends of its interval, and the share of
        rows whose answer changes; for each modality and intervention.
    """

    decision: np.ndarray
    accuracy: float
    drop: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    changed: np.ndarray


def measure(
    case: CheckedCase,
    interventions: Sequence[Intervention],
    n_repeats: int,
    level: float,
    seed: np.random.SeedSequence,
    bar: Any,
) -> Drops:
    """Answers to a case as it is, and with each intervention on either modality."""
    decision = answers(case, *case.sources)
    bar.update()
    right = decision == case.truth
    shape = (2, len(interventions))
    drop, error, low, high, changed = (np.empty(shape) for _ in range(5))
    for modality in (0, 1):
        for k, (name, ways) in enumerate(interventions):
            # seeded by name, so that a drop does not depend on what else was asked for, and
            # cases of the same rows lose the same of them
            rng = np.random.default_rng(seed_of(seed, modality, name))
            others, donors = _repeats(case, modality, ways[modality], name, n_repeats, rng, bar)
            at = modality, k
            lost = right.astype(np.float64) - (others == case.truth)
            changed[at] = np.mean(others != decision)
            drop[at] = lost.mean()
            error[at] = drop_error(lost, donors)
            low[at], high[at] = drop_interval(drop[at], error[at], len(right), level)
    return Drops(decision, float(right.mean()), drop, error, low, high, changed)


def seed_of(seed: np.random.SeedSequence, place: int, name: str) -> np.random.SeedSequence:
    """A seed of its own for each number and name."""
    key = (*seed.spawn_key, place, zlib.crc32(name.encode()))
    return np.random.SeedSequence(seed.entropy, spawn_key=key)


def _repeats(
    case: CheckedCase,
    modality: int,
    how: How,
    name: str,
    n_repeats: int,
    rng: np.random.Generator,
    bar: Any,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Answers of shape (repeats, N), and the donors of shuffled rows of the same shape.

    Where the second draw is the first, nothing is random, and there is one repeat.
    """
    where = f"interventions[{name!r}] on x{modality + 1} of cases[{case.name!r}]"
    found: list[np.ndarray] = []
    donors = []
    first = None
    for repeat in range(n_repeats):
        altered = alter(how, case.sources[modality], rng, where)
        if first is None:
            first = altered.values
        elif repeat == 1 and np.array_equal(first, altered.values):
            bar.update(n_repeats - 1)
            break
        pair = list(case.sources)
        pair[modality] = altered.values
        found.append(answers(case, *pair))
        if altered.donors is not None:
            donors.append(altered.donors)
        bar.update()
    return np.array(found), np.array(donors) if donors else None


def drop_error(lost: np.ndarray, donors: np.ndarray | None) -> float:
    """Standard error of the mean of `lost`, for rows that are independent draws.

    Parameters
    ----------
    lost : ndarray, shape (R, N)
        Right answers lost in each repeat and row: -1, 0 or 1.
    donors : ndarray of int, shape (R, N), or None
        Rows that took the place of each row, where rows were exchanged.

    Returns
    -------
    float

    Notes
    -----
    Repeats are no further rows: the error is that of the means a_n over the repeats of each
    row n, ``sd(a_n) / sqrt(N)``. An exchanged row matters twice, as the row whose modality is
    replaced and as that which replaces it, so that the drop is a U-statistic: with b_m the
    mean over the repeats of what is lost where row m was put, its variance times N is that of
    a_n + b_n. That holds the noise of the R repeats twice, of which one is taken off::

        var(a_n + b_n) - var(lost) / R

    or var(a_n), if that is larger.
    """
    repeats, n = lost.shape
    received = lost.mean(0)
    variance = received.var(ddof=1)
    if donors is not None:
        given = np.bincount(donors.ravel(), lost.ravel(), minlength=n) / repeats
        variance = max(variance, (received + given).var(ddof=1) - lost.var() / repeats)
    return float(np.sqrt(variance / n))


def drop_interval(drop: float, error: float, n: int, level: float) -> tuple[float, float]:
    """Confidence interval of a drop, at most from -1 to 1.

    That of Bonett and Price [1]_, written for any standard error: normal, after a row that
    gains and a row that loses were added to the n. So it has a width also where no answer of
    the sample changed.
    """
    squares = (n - 1) * n * error**2 + n * drop**2  # of the deviations from zero
    centre = n * drop / (n + 2)
    half = ndtri(0.5 + level / 2) * np.sqrt(((squares + 2) / (n + 2) - centre**2) / (n + 2))
    return max(float(centre - half), -1.0), min(float(centre + half), 1.0)
