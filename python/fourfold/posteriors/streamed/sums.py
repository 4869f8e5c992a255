# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What has to be known of all rows, as sums: prototypes' masses, and moments of held-out terms."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.posteriors.prototypes import Prototypes, merged

__all__ = ["Masses", "Moments", "TermSums"]

#: Groups are put together at random to so many, whose sums are kept: their spread has as many
#: degrees of freedom less one, whatever the number of groups.
BUNDLES = 4096


class Masses:
    """Rows counted into prototypes: of each the mass and the sum of the posteriors.

    Parameters
    ----------
    number, classes : int
        Prototypes and classes.
    """

    def __init__(self, number: int, classes: int) -> None:
        self.mass = np.zeros(number)
        self.sums = np.zeros((number, classes))
        self.logs = np.zeros(classes)

    def add(self, states: np.ndarray, posterior: np.ndarray, weights: np.ndarray) -> None:
        """Rows (n,) in these states, with posteriors (n, K_Y)."""
        number = len(self.mass)
        self.mass += np.bincount(states, weights, number)
        for k, column in enumerate(posterior.T):
            self.sums[:, k] += np.bincount(states, weights * column, number)
        self.logs += weights @ (posterior * np.log2(posterior))

    def prototypes(self, classes: np.ndarray) -> tuple[Prototypes, float]:
        """They, with what merging loses, and I(X;Y) of the rows' posteriors in bits.

        All posteriors p(y|x) are scaled by p(y) over their mean, nearly 1, as both sources have to
        have one p(y). With q the scaled ones, I_q(X;Y|K) of the rows given their prototypes is at
        most the sum of q(x,y) log p(y|x) / p(y|k) before they are scaled: the rest is minus a
        divergence. That sum is the loss, and I(X;Y) is that of the prototypes and it.
        """
        some = self.mass > 0
        total = self.mass.sum()
        mass, sums = self.mass[some] / total, self.sums[some] / total
        scale = classes / sums.sum(0)
        lost = scale @ (self.logs / total - (sums * np.log2(sums / mass[:, None])).sum(0))
        lost = max(0.0, float(lost))
        table = sums * scale
        mass = table.sum(1)
        posterior = table / mass[:, None]
        found = Prototypes(np.empty(0, dtype=np.int64), mass, posterior, lost)
        told = float((table * np.log2(posterior / classes)).sum())
        return found, told + lost


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


def unit_terms(of: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The four terms (k, 4) from number `of` on, and the surprise (k,), of k with it."""
    every = np.eye(number + 1)
    return every[:, of : of + 4], every[:, -1]
