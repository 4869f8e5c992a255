# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What one source tells of a model's answers: means over partners, without their bias."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

__all__ = ["OfRows", "bits", "of_few_partners", "of_many_partners"]

#: Answers that the posterior of a row's classifier counts as, of which the rows choose.
STRENGTHS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
#: Share of p(y) in that posterior, so that no class is ruled out of which an answer may be.
OPEN = 0.1


class OfRows(NamedTuple):
    """Of each of m rows with its n partners.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Estimates of sum_y p(y|row) log2 p(y|row).
    slopes : ndarray, shape (m, n)
        sum_y q(y) log2 p(y|row) of each answer q, p from the other answers.
    posterior : ndarray, shape (m, K_Y)
    mended : float
        Bits of the mean of `values` that are terms of second order.
    """

    values: np.ndarray
    slopes: np.ndarray
    posterior: np.ndarray
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
    return OfRows(values, (answers * np.log2(open_)).sum(2), mean, 0.0)


def of_few_partners(answers: np.ndarray, classes: np.ndarray, decoded: np.ndarray) -> OfRows:
    """Of answers (m, n, K_Y) and what classifiers say of the rows without seeing them.

    A posterior g of the classifier and of all answers but two is the point about which
    sum_y p log p is expanded; its second-order term is (q1 - g)(q2 - g) / 2g of those two,
    whose mean is (p - g)^2 / 2g as their partners are independent. What is left is of third order.
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
    values, mended = np.zeros(len(answers)), 0.0
    two = list(combinations(range(n), 2))
    for a, b in two:
        point = given(strength, total - answers[:, a] - answers[:, b], n - 2)
        d1, d2 = answers[:, a] - point, answers[:, b] - point
        second = (d1 * d2 / point).sum(1) / (2 * np.log(2))
        values += ((answers[:, a] + answers[:, b]) / 2 * np.log2(point)).sum(1) + second
        mended += float(second.mean()) / len(two)
    return OfRows(values / len(two), by_strength[strength], given(strength, total, n), mended)
