# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What has to be known of all rows, as sums: prototypes' masses, and moments of held-out terms."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.posteriors.calibration import calibrated
from fourfold.posteriors.prototypes import Prototypes, merged
from fourfold.posteriors.target import Target

__all__ = ["Masses", "Moments", "TermSums", "coarser"]

#: Groups are put together at random to so many, whose sums are kept: their spread has as many
#: degrees of freedom less one, whatever the number of groups.
BUNDLES = 4096


class Masses:
    """Rows counted into prototypes: of each the mass, sums of the posteriors, and its labels.

    Parameters
    ----------
    number, classes : int
        Prototypes and classes.
    """

    def __init__(self, number: int, classes: int) -> None:
        self.mass = np.zeros(number)
        self.sums, self.logs, self.labels = np.zeros((3, number, classes))

    def add(
        self, states: np.ndarray, posterior: np.ndarray, codes: np.ndarray, weights: np.ndarray
    ) -> None:
        """Rows (n,) in these states, with posteriors (n, K_Y), of these classes."""
        number, classes = self.sums.shape
        self.mass += np.bincount(states, weights, number)
        for k, column in enumerate(posterior.T):
            mass = weights * column
            self.sums[:, k] += np.bincount(states, mass, number)
            self.logs[:, k] += np.bincount(states, mass * np.log2(column), number)
        cells = np.bincount(states * classes + codes, weights, number * classes)
        self.labels += cells.reshape(number, classes)

    def prototypes(self) -> tuple[Prototypes, float]:
        """They, with what merging loses, and I(X;Y) of the rows' posteriors in bits.

        Temperature and class offsets are fitted to the labels of the prototypes, K_Y numbers, and
        the mean made p(y), as `calibrated` does with rows. Posteriors of the rows of a prototype are
        scaled by r(y), its calibrated over its mean posterior, which keeps their mass. With q these,
        I_q(X;Y|K) is at most the sum of q(x,y) log p(y|x) / p(y|k) before they are scaled, the rest
        being minus a divergence: that is the loss, and I(X;Y) is that of the prototypes and it.
        """
        some = self.mass > 0
        total = self.mass.sum()
        mass = self.mass[some] / total
        sums, logs, labels = (
            part[some] / total for part in (self.sums, self.logs, self.labels)
        )
        means = sums / mass[:, None]
        target = Target(labels / mass[:, None], (), mass)
        posterior, _ = calibrated(means, target)
        lost = (posterior / means * (logs - sums * np.log2(means))).sum()
        found = Prototypes(np.empty(0, dtype=np.int64), mass, posterior, max(0.0, float(lost)))
        told = mass @ (posterior * np.log2(posterior / target.classes)).sum(1)
        return found, float(told) + found.loss


def coarser(found: Prototypes, number: int) -> Prototypes:
    """Prototypes merged to at most so many."""
    fewer = merged(found.posterior, found.mass, number)
    return fewer._replace(loss=fewer.loss + found.loss)


class TermSums:
    """Moments of log2 p(y|x) of rows, by class, as p(y) is known last.

    Parameters
    ----------
    terms, classes : int
        Terms of each row, and classes.
    grouped : bool
        Whether rows belong together.
    """

    def __init__(self, terms: int, classes: int, grouped: bool) -> None:
        self.count = 0
        self.mass = np.zeros((2, classes))  # sums of the weights, and of their squares
        self.sums = np.zeros((2, classes, terms))
        self.products = np.zeros((terms, terms))
        self.bundles = (np.zeros((BUNDLES, classes)), np.zeros((BUNDLES, terms)))
        self.grouped = grouped

    def add(
        self,
        logs: np.ndarray,
        codes: np.ndarray,
        weights: np.ndarray,
        groups: np.ndarray | None,
    ) -> None:
        """Logs (n, terms) of rows of classes (n,), with hashes of their groups."""
        classes = self.mass.shape[1]
        self.count += len(codes)
        for k, w in enumerate((weights, weights**2)):
            self.mass[k] += np.bincount(codes, w, classes)
            for t, column in enumerate(logs.T):
                self.sums[k, :, t] += np.bincount(codes, w * column, classes)
        self.products += (logs * (weights**2)[:, None]).T @ logs
        if groups is not None:
            bundle = (groups % np.uint64(BUNDLES)).astype(np.int64)
            flat = np.bincount(bundle * classes + codes, weights, BUNDLES * classes)
            self.bundles[0][:] += flat.reshape(BUNDLES, classes)
            for t, column in enumerate(logs.T):
                self.bundles[1][:, t] += np.bincount(bundle, weights * column, BUNDLES)

    @property
    def classes(self) -> np.ndarray:
        """p(y) of these rows, shape (K_Y,)."""
        mass: np.ndarray = self.mass[0] / self.mass[0].sum()
        return mass

    def moments(self) -> Moments:
        """Of the terms, log2 p(y|x) / p(y) each, and of -log2 p(y) behind them."""
        surprise = -np.log2(self.classes)
        total = self.mass[0].sum()

        def of_classes(mass: np.ndarray, sums: np.ndarray) -> np.ndarray:
            """Sums of the terms (..., terms + 1) of sums of classes (..., K_Y) and of logs."""
            last = (mass @ surprise)[..., None]
            return np.concatenate([sums + last, last], axis=-1)

        mean = of_classes(self.mass[0], self.sums[0].sum(0)) / total
        if self.grouped:
            mass, sums = (part[self.bundles[0].any(1)] for part in self.bundles)
            spread = of_classes(mass, sums) - mass.sum(1)[:, None] * mean
            return Moments(mean, spread.T @ spread / total**2, len(mass), mass.sum(1) / total)
        first = of_classes(self.mass[1], self.sums[1].sum(0))
        with_surprise = np.append(surprise @ self.sums[1], 0.0)
        second = np.zeros((len(mean), len(mean)))
        second[:-1, :-1] = self.products
        second += with_surprise + with_surprise[:, None] + self.mass[1] @ surprise**2
        squares = self.mass[1].sum()
        crossed = np.outer(first, mean)
        scatter = second - crossed - crossed.T + squares * np.outer(mean, mean)
        return Moments(
            mean, scatter / total**2, self.count, np.sqrt(np.array([squares])) / total
        )


class Moments:
    """Means and errors of combinations of terms, as `Rows` has them of terms of rows.

    Parameters
    ----------
    means : ndarray, shape (k,)
    scatter : ndarray, shape (k, k)
        Sum over the independent units of the products of their share of the deviations.
    units : int
        Rows, or groups, that are independent.
    shares : ndarray
        Weights of these, or anything with the same sum of squares.
    """

    def __init__(
        self, means: np.ndarray, scatter: np.ndarray, units: int, shares: np.ndarray
    ) -> None:
        self.means = means
        self.scatter = scatter
        self.units = units
        self.shares = shares

    def mean(self, terms: np.ndarray) -> Any:
        """Of combinations (k,) or (k, m) of the terms."""
        return self.means @ terms

    def error(self, terms: np.ndarray) -> Any:
        """Standard error of that mean, of sampling alone; NaN of a single row."""
        squares = (terms * (self.scatter @ terms)).sum(0)
        more = self.units / (self.units - 1) if self.units > 1 else np.nan
        return np.sqrt(np.maximum(squares, 0.0) * more)

    @property
    def independent(self) -> float:
        """How many rows, or groups, of equal weight would say as much: Kish's effective number."""
        return round(float(1 / (self.shares**2).sum()), 6)
