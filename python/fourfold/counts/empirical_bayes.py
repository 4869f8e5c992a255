# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y) of few samples, each pair of states helped out by what all others say.

A prior of p(y|x1,x2) is around m, which the pairwise tables tell of the pair without its own
samples (`pairwise_prior`), and of what kind it is the samples say themselves, by their marginal
likelihood (empirical Bayes). Two kinds are mixed::

    around m    Dirichlet(alpha m)
    a gate      one class has the chance 1 - noise, all others share the noise; which one, by m

as no Dirichlet is like a gate whose noise is the same everywhere. The estimate is H(Y), by Chao,
Wang and Jost, minus the posterior mean of H(Y|x1,x2): over alpha, the noise, the share of gates
and how much m is smoothed, each flat on a logarithmic grid, as a maximum would overstate.

.. [1] Wolpert, Wolf, "Estimating functions of probability distributions from a finite set of
   samples", Physical Review E 52 (1995): the posterior mean of an entropy. [2] Archer, Park,
   Pillow, "Bayesian and quasi-Bayesian estimators for mutual information from discrete data",
   Entropy 15 (2013): for informations.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import digamma, entr, gammaln

from fourfold.counts.chao_entropy import chao_entropy, count_statistics
from fourfold.counts.pairwise_fit import pair_counts
from fourfold.counts.pairwise_prior import STRENGTHS, left_out_fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.cells import Cells

__all__ = ["bayes_information"]

_ALPHAS = np.geomspace(0.02, 2000.0, 14)
_NOISES = np.geomspace(0.0004, 0.5, 10)
#: Of the pairs that are gates, beside 0 and 1.
_SHARES = (0.3, 0.7, 0.95)
_FINER = 6  # times as many alphas and noises, in between
_SLAB = 2**21  # numbers that are worked on at once


class _Pairs(NamedTuple):
    """What does not depend on the prior; `row`, `column` and `met` of the occupied cells."""

    counts: np.ndarray
    total: np.ndarray
    row: np.ndarray
    column: np.ndarray
    met: np.ndarray


class _Averaged(NamedTuple):
    """Logarithm of the evidence, and the mean of H(Y|X1,X2) in bits."""

    evidence: float
    entropy: float


def bayes_information(cells: Cells) -> float:
    """I(X1,X2;Y) in bits of labelled samples.

    Parameters
    ----------
    cells : Cells
        Of whole numbers of samples.

    Returns
    -------
    float
        Made for less than one sample for each cell of the table; with many it tends to the
        truth, too. May be negative.
    """
    pairs = pair_counts(cells)
    counts = pairs.counts.astype(np.float64)
    row, column = np.nonzero(counts)
    known = _Pairs(counts, counts.sum(1), row, column, counts[row, column])
    bases = list(left_out_fits(pairs))
    likelihoods = [_likelihoods(known, base) for base in bases]
    evidences = [(_finer(len(_ALPHAS)) @ each.sum(1)).max() for each in likelihoods]
    best = min(max(int(np.argmax(evidences)), 1), len(STRENGTHS) - 2)
    near = range(best - 1, best + 2)
    evidence, entropy = np.array([_averaged(known, bases[k], likelihoods[k]) for k in near]).T
    # a parabola through three strengths, for those in between
    between = np.linspace(-1, 1, 41)
    weight, values = (
        np.polyval(np.polyfit([-1, 0, 1], of_three, 2), between)
        for of_three in (evidence, entropy)
    )
    weight = np.exp(weight - weight.max())
    h_y = float(chao_entropy(count_statistics(pairs.counts.sum(0))))
    return h_y - float(weight @ values / weight.sum())


def _averaged(known: _Pairs, base: np.ndarray, around: np.ndarray) -> _Averaged:
    """Over alpha, the noise and the share of gates, for one base m."""
    weight = known.total / known.total.sum()
    entropies = _entropies(known, base)
    to_alphas, to_noises = _finer(len(_ALPHAS)), _finer(len(_NOISES))
    evidence = [to_alphas @ around.sum(1) - np.log(len(to_alphas))]
    values = [to_alphas @ (entropies @ weight)]
    classes = base.shape[1]
    if classes > 1:
        gates = _gate_likelihoods(known, base)
        nats = entr(_NOISES) + entr(1 - _NOISES) + _NOISES * np.log(classes - 1)
        of_gate = nats / np.log(2)
        shares = len(_SHARES) + 1
        evidence.append(to_noises @ gates.sum(1) - np.log(len(to_noises) * shares))
        values.append(to_noises @ of_gate)
        least = -np.log(len(to_noises) * len(to_alphas) * shares)
        for mixed, of_mixed in _mixed(gates, around, of_gate, entropies, weight):
            evidence.append((to_noises @ mixed @ to_alphas.T + least).ravel())
            values.append((to_noises @ of_mixed @ to_alphas.T).ravel())
    logs = np.concatenate(evidence)
    chances = np.exp(logs - logs.max())
    total = chances.sum()
    return _Averaged(
        float(logs.max() + np.log(total)), float(chances @ np.concatenate(values) / total)
    )


def _likelihoods(known: _Pairs, base: np.ndarray) -> np.ndarray:
    """(alphas, P): logarithm of the chance of a pair's classes if Dirichlet(alpha m) is prior."""
    starts = _starts(known)
    chance = base[known.row, known.column]
    often = known.met > 1
    found = np.empty((len(_ALPHAS), len(base)))
    for row, alpha in zip(found, _ALPHAS, strict=True):
        prior = alpha * chance
        terms = np.log(prior)  # of a class that was met once
        again = prior[often]
        terms[often] = gammaln(again + known.met[often]) - gammaln(again)
        row[:] = np.add.reduceat(terms, starts) + gammaln(alpha) - gammaln(alpha + known.total)
    return found


def _entropies(known: _Pairs, base: np.ndarray) -> np.ndarray:
    """(alphas, P): posterior mean of H(Y|x1,x2) in bits."""
    found = np.empty((len(_ALPHAS), len(base)))
    for row, alpha in zip(found, _ALPHAS, strict=True):
        posterior = alpha * base + known.counts
        total = posterior.sum(1)
        row[:] = digamma(total + 1) - (posterior * digamma(posterior + 1)).sum(1) / total
    found /= np.log(2)
    return found


def _gate_likelihoods(known: _Pairs, base: np.ndarray) -> np.ndarray:
    """(noises, P): the same of a gate, which class it gives being drawn from m."""
    starts = _starts(known)
    chance = base[known.row, known.column]
    unmet = np.maximum(1.0 - np.add.reduceat(chance, starts), 0.0)
    found = np.empty((len(_NOISES), len(base)))
    for row, noise in zip(found, _NOISES, strict=True):
        other = np.log(noise / (base.shape[1] - 1))
        terms = known.met * (np.log1p(-noise) - other)
        most = np.maximum.reduceat(terms, starts)
        met = np.add.reduceat(chance * np.exp(terms - most[known.row]), starts)
        row[:] = most + np.log(met + unmet * np.exp(-most)) + known.total * other
    return found


def _starts(known: _Pairs) -> np.ndarray:
    """Of each pair the first of the occupied cells."""
    return np.flatnonzero(np.diff(known.row, prepend=-1))


def _mixed(
    gates: np.ndarray,
    around: np.ndarray,
    of_gate: np.ndarray,
    entropies: np.ndarray,
    weight: np.ndarray,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Evidence and mean entropy, (noises, alphas) each, of each of `_SHARES`."""
    shape = len(gates), len(around)
    evidence = np.zeros((len(_SHARES), *shape)) + around.sum(1)
    gate = np.zeros((len(_SHARES), 2, *shape))
    weights = np.stack([np.broadcast_to(weight, around.shape), entropies * weight])
    step = max(1, _SLAB // (shape[0] * shape[1]))
    for first in range(0, len(weight), step):
        part = slice(first, first + step)
        # of these sums of many, six digits are enough
        odds = (gates[:, None, part] - around[None, :, part]).astype(np.float32)
        less = np.exp(-np.abs(odds))
        likelier = odds > 0
        one = np.float32(1)
        top, rest = np.where(likelier, one, less), np.where(likelier, less, one)
        evidence += np.maximum(odds, 0).sum(2, dtype=np.float64)
        for k, share in enumerate(_SHARES):
            is_gate = share * top
            both = is_gate + (1 - share) * rest
            evidence[k] += np.log(both).sum(2, dtype=np.float64)
            is_gate /= both
            gate[k] += np.einsum("nap,wap->wna", is_gate, weights[..., part])
    plain = entropies @ weight
    for each, (gates_are, lost) in zip(evidence, gate, strict=True):
        yield each, of_gate[:, None] * gates_are + plain - lost


@functools.cache
def _finer(number: int) -> np.ndarray:
    """Matrix that takes values at so many points to `_FINER` times as many, in between.

    By a cubic spline, as evidence has a peak that a coarse grid would miss.
    """
    from scipy.interpolate import CubicSpline  # noqa: PLC0415  slow to import

    places = np.linspace(0, number - 1, _FINER * (number - 1) + 1)
    found: np.ndarray = CubicSpline(np.arange(number), np.eye(number))(places)
    return found
