# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What one source tells of a model's answers: means over partners, without their bias."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.special import digamma

__all__ = ["OfRows", "bits", "of_few_partners", "of_many_partners"]

#: Answers that the posterior of a row's classifier counts as, of which the rows choose.
STRENGTHS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
#: Share of p(y) in that posterior, so that no class is ruled out of which an answer may be.
OPEN = 0.1
#: Partners of which the mean is taken for p(y|row).
MANY = 15
#: Least and most concentration of p about g.
CONCENTRATIONS = (0.01, 1e4)


class OfRows(NamedTuple):
    """Of each of m rows with its n partners.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Estimates of sum_y p(y|row) log2 p(y|row).
    slopes : ndarray, shape (m, n)
        sum_y q(y) log2 p(y|row) of each answer q, p from the other answers.
    posterior : ndarray, shape (m, K_Y)
    few : bool
        Whether the posteriors are of few partners and so noisy that they tell too much.
    mended : float
        Bits of the mean of `values` that are for p being apart from g.
    """

    values: np.ndarray
    slopes: np.ndarray
    posterior: np.ndarray
    few: bool
    mended: float


def bits(p: np.ndarray) -> np.ndarray:
    """sum_y p log2 p along the last axis."""
    terms: np.ndarray = np.where(p > 0, p * np.log2(np.where(p > 0, p, 1.0)), 0.0).sum(-1)
    return terms


def of_many_partners(answers: np.ndarray, classes: np.ndarray) -> OfRows:
    """Of answers (m, n, K_Y): the mean over the partners, its bias taken off by the jackknife."""
    n = answers.shape[1]
    mean = answers.mean(1)
    others = (n * mean[:, None] - answers) / (n - 1)
    values = n * bits(mean) - (n - 1) * bits(others).mean(1)
    open_ = (others * (n - 1) + classes) / n
    return OfRows(values, (answers * np.log2(open_)).sum(2), mean, few=n < MANY, mended=0.0)


def of_few_partners(answers: np.ndarray, classes: np.ndarray, decoded: np.ndarray) -> OfRows:
    """Of answers (m, n, K_Y) and what classifiers say of the rows without seeing them.

    A posterior g of the classifier and of all answers but two is a point near p. (q1 - g)(q2 - g) of
    those two has the mean (p - g)^2, as their partners are independent, and c(g) times that is what
    sum_y p log p has above sum_y p log g. c is right on average where p is of a Dirichlet distribution with
    mean g, as concentrated as all the (q1 - g)(q2 - g) say.
    """
    n = answers.shape[1]
    prior = (1 - OPEN) * decoded + OPEN * classes
    total = answers.sum(1)

    def given(strength: float, some: np.ndarray, number: int) -> np.ndarray:
        pooled: np.ndarray = (strength * prior + some) / (strength + number)
        return pooled

    def slopes(strength: float) -> np.ndarray:
        others = (strength * prior[:, None] + total[:, None] - answers) / (strength + n - 1)
        terms: np.ndarray = (answers * np.log2(others)).sum(2)
        return terms

    by_strength = {strength: slopes(strength) for strength in STRENGTHS}
    strength = max(by_strength, key=lambda one: float(by_strength[one].mean()))
    two = list(combinations(range(n), 2))

    def about(a: int, b: int) -> tuple[np.ndarray, np.ndarray]:
        point = given(strength, total - answers[:, a] - answers[:, b], n - 2)
        return point, (answers[:, a] - point) * (answers[:, b] - point)

    apart = [
        (float((g * (1 - g)).sum()), float(d.sum())) for g, d in (about(*ab) for ab in two)
    ]
    spread, far = np.sum(apart, axis=0)
    concentration = float(np.clip(spread / max(far, 1e-12) - 1, *CONCENTRATIONS))
    values, mended = np.zeros(len(answers)), 0.0
    for a, b in two:
        point, square = about(a, b)
        second = (_curvature(point, concentration) * square).sum(1) / np.log(2)
        values += ((answers[:, a] + answers[:, b]) / 2 * np.log2(point)).sum(1) + second
        mended += float(second.mean()) / len(two)
    return OfRows(
        values / len(two),
        by_strength[strength],
        given(strength, total, n),
        few=True,
        mended=mended,
    )


def _curvature(g: np.ndarray, s: float) -> np.ndarray:
    """By what E[(p - g)^2] is multiplied for E[p log p - g log g], in nats, of p of Beta(s g, s (1 - g)).

    1 / 2g where s is large, the curve of p log p at g; of far p it is 1 / g times too much.
    """
    found: np.ndarray = (s + 1) * (digamma(s * g + 1) - digamma(s + 1) - np.log(g)) / (1 - g)
    return found
