# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What of models ranks as their atoms do: columns, and orders between data sets and families."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np
from scipy.special import chdtri

from fourfold.results.atoms import ROUNDING, Atoms
from fourfold.workflows.ablation.correlation import LEAST_CASES, adjusted
from fourfold.workflows.families.ranks import (
    LEAST_RELIABILITY,
    NOT_KNOWN,
    Span,
    jackknifed,
    normal_score,
    reliability,
    signs,
    unattenuated,
    weighted_ranks,
)

__all__ = [
    "POOLED", "QUANTITIES", "OrderAgreement", "RankCorrelations", "between_datasets",
    "between_families", "correlations", "quantities",
]  # fmt: skip

#: Of a model on a data set, what is ranked: bits, and shares of I(X1,X2;Y).
QUANTITIES = (*Atoms._fields, "mi_joint", *(f"{atom}_share" for atom in Atoms._fields))
POOLED = "pooled"


class RankCorrelations(NamedTuple):
    """Of Q quantities with C columns over models, for D data sets and pooled; arrays (Q, C, D or D + 1).

    Quantities are R, U1, U2, S and I(X1,X2;Y) in bits, then the shares of the four atoms. Pooled is
    the mean over the data sets, whose interval leaves models out of all of them at once.

    Attributes
    ----------
    columns, datasets : tuple of str
        The last data set is "pooled", where there are several.
    spearman, kendall : ndarray
        Rho and tau-b of the numbers as they are. NaN with fewer than four models, or where
        either side is constant.
    spearman_true, kendall_true : ndarray
        Of the numbers without their errors, which make ranks agree less; at most 1. NaN where
        errors are not known, or where too little is known beside them.
    spearman_low, spearman_high, kendall_low, kendall_high : ndarray
        Intervals of these, for models, or families, that are a sample of many: from that of the
        numbers as they are to that without errors, which are estimates themselves; from -1 to 1
        where errors are nearly all. Where errors are not known, of the numbers as they are. Wider by
        what errors of the same rows, of atoms and of accuracy, may have in common.
    reliability : ndarray
        Geometric mean over both sides of the share of their scatter that is not error.
    pvalues, adjusted_pvalues : ndarray
        Two-sided, that rho is 0 but for such errors; adjusted by Benjamini and Hochberg as one family.
    n_models : ndarray of int
        That have both; of pooled ones in any data set.
    """

    columns: tuple[str, ...]
    datasets: tuple[str, ...]
    spearman: np.ndarray
    kendall: np.ndarray
    spearman_true: np.ndarray
    kendall_true: np.ndarray
    spearman_low: np.ndarray
    spearman_high: np.ndarray
    kendall_low: np.ndarray
    kendall_high: np.ndarray
    reliability: np.ndarray
    pvalues: np.ndarray
    adjusted_pvalues: np.ndarray
    n_models: np.ndarray


class OrderAgreement(NamedTuple):
    """Whether orders agree, means over all pairs; arrays of shape (Q,), see `RankCorrelations`.

    Attributes
    ----------
    names : tuple of str
        The n data sets, each of which orders the models; or the n families, each of which orders the data
        sets by the mean over its models.
    spearman, kendall : ndarray
        Mean over pairs of rho and tau-b.
    concordance : ndarray
        Kendall's W, ``(1 + (n - 1) * spearman) / n``: 1 where all orders are the same.
    spearman_true, spearman_low, spearman_high, kendall_true, kendall_low, kendall_high : ndarray
        Without errors, and intervals; families, or models where there are none, are left out in
        turn.
    reliability, pvalues, adjusted_pvalues : ndarray
        As of `RankCorrelations`.
    pairs : ndarray, shape (Q, n, n)
        Rho of each pair as it is.
    """

    names: tuple[str, ...]
    spearman: np.ndarray
    kendall: np.ndarray
    concordance: np.ndarray
    spearman_true: np.ndarray
    kendall_true: np.ndarray
    spearman_low: np.ndarray
    spearman_high: np.ndarray
    kendall_low: np.ndarray
    kendall_high: np.ndarray
    reliability: np.ndarray
    pvalues: np.ndarray
    adjusted_pvalues: np.ndarray
    pairs: np.ndarray


class Ranked(NamedTuple):
    """Q quantities of M models on D data sets, arrays (Q, M, D), and the unit of each model (M,)."""

    values: np.ndarray
    errors: np.ndarray
    units: np.ndarray
    level: float


def quantities(
    atoms: Any, errors: Any, mi_joint: np.ndarray, gap: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values and errors, shape (9, M, D), what the solver cannot tell apart made equal.

    The error of a share is that of its atom, divided by I(X1,X2;Y); that of I(X1,X2;Y) is not known.
    """
    bits, of_bits = (
        np.array([*atoms, mi_joint]),
        np.array([*errors, np.full_like(mi_joint, np.nan)]),
    )
    told = np.where(mi_joint > ROUNDING, mi_joint, np.nan)
    with np.errstate(invalid="ignore"):
        values = np.concatenate([bits, bits[:4] / told])
    steps = np.broadcast_to(np.fmax(gap, ROUNDING), mi_joint.shape)
    steps = np.concatenate([[steps] * 5, [steps / told] * 4])
    # of one data set the same step, or models would be rounded apart
    widest = np.fmax.reduce(steps, axis=1, keepdims=True)
    widest = np.where(np.isnan(widest), 1.0, widest)
    return np.round(values / widest) * widest, np.concatenate([of_bits, of_bits[:4] / told])


def correlations(
    ranked: Ranked,
    columns: dict[str, tuple[np.ndarray, np.ndarray]],
    datasets: tuple[str, ...],
    rng: np.random.Generator,
) -> RankCorrelations:
    """Of every quantity with every column: values and errors, arrays (M, D)."""
    places = [[d] for d in range(len(datasets))]
    if len(datasets) > 1:
        places.append([*range(len(datasets))])
    shares = _shares(ranked.values, ranked.errors, rng)
    of_columns = [_shares(one[None], errors[None], rng)[0] for one, errors in columns.values()]
    known = ~np.isnan(ranked.values[:, None] + np.array([v for v, _ in columns.values()])[None])
    counts = known.sum(2)
    found = [
        _agreement(
            ranked.values[q][:, at].T, values[:, at].T, shares[q, at], of_columns[c][at],
            _in_common(shares[q, at], of_columns[c][at], counts[q, c, at]), ranked,
        )
        for q in range(len(QUANTITIES))
        for c, (values, _) in enumerate(columns.values())
        for at in places
    ]  # fmt: skip
    shape = len(QUANTITIES), len(columns), len(places)
    fields = _stacked(found, shape)
    n_models = np.stack([known[..., at].any(-1).sum(-1) for at in places], axis=-1)
    names = datasets if len(datasets) == 1 else (*datasets, POOLED)
    return RankCorrelations(columns=tuple(columns), datasets=names, n_models=n_models, **fields)


def between_datasets(
    ranked: Ranked, datasets: tuple[str, ...], rng: np.random.Generator
) -> OrderAgreement:
    """Whether the data sets order the models alike."""
    shares = _shares(ranked.values, ranked.errors, rng)
    one, other = (
        np.array(side)
        for side in zip(*itertools.combinations(range(len(datasets)), 2), strict=True)
    )
    found, pairs = [], []
    for values, share in zip(ranked.values, shares, strict=True):
        pair = values[:, one].T, values[:, other].T, share[one], share[other]
        found.append(_agreement(*pair, np.zeros(len(one)), ranked))  # rows of their own
        pairs.append(_matrix(values.T))
    return _orders(datasets, found, pairs)


def between_families(
    ranked: Ranked, names: tuple[str, ...], rng: np.random.Generator
) -> OrderAgreement:
    """Whether the families, by the means over their models, order the data sets alike."""
    members = [ranked.units == k for k in range(len(names))]
    means = np.stack([_mean(ranked.values[:, own], 1) for own in members], axis=1)
    errors = np.stack(
        [np.sqrt(_mean(ranked.errors[:, own] ** 2, 1) / own.sum()) for own in members], axis=1
    )
    shares = _shares(means.swapaxes(1, 2), errors.swapaxes(1, 2), rng)
    # rows of a data set are the same for all models, whose errors need not cancel in a mean
    counts = np.sqrt([own.sum() for own in members])[:, None]
    alike = _shares(means.swapaxes(1, 2), (counts * errors).swapaxes(1, 2), rng)
    at = np.triu_indices(len(names), 1)
    found, pairs = [], []
    for values, share, least in zip(means, shares, alike, strict=True):
        common = _in_common(least[at[0]], least[at[1]], values.shape[1])
        rho, tau = _matrix(values), _matrix(values, kendall=True)
        pairs.append(rho)
        without = [np.arange(len(names)) != k for k in range(len(names))]
        spans = [
            jackknifed(
                np.array([_off(table), *(_off(table[np.ix_(w, w)]) for w in without)]),
                values.shape[1], ranked.level, unattenuated(0, 1, kind, float(common.mean())),
            )
            for kind, table in (("spearman", rho), ("kendall", tau))
        ]  # fmt: skip
        each = zip(rho[at], tau[at], _both(share[at[0]], share[at[1]]), strict=True)
        told = [(np.array([one, other]), free) for one, other, free in each]
        found.append(_freed(spans, told, float(common.mean())))
    return _orders(names, found, pairs)


def _both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Geometric means of reliabilities."""
    found: np.ndarray = np.sqrt(np.maximum(first, 0) * np.maximum(second, 0))
    return found


def _in_common(first: np.ndarray, second: np.ndarray, models: Any) -> np.ndarray:
    """The correlation that errors of the same rows may make at most: 1 where errors are nearly all.

    The scatter of so many models, or data sets, may be large by chance, and the share of errors in
    it small: so its upper end at 95 % is taken. One that is not known may be all error beside one
    that is; where neither is, none is made up.
    """
    free = np.maximum(models - 1, 1)
    most = chdtri(free, 0.05) / free
    of_first, of_second = (
        np.minimum((1 - np.nan_to_num(np.maximum(one, 0))) * most, 1) for one in (first, second)
    )
    found = np.sqrt(of_first * of_second)
    unknown = np.isnan(first + second)
    share = np.where(unknown, np.fmin(first, second), _both(first, second))
    found = np.where((share < LEAST_RELIABILITY) & (found > 0), 1.0, found)
    return np.where(np.isnan(share), 0.0, found)


def _agreement(
    first: np.ndarray,
    second: np.ndarray,
    of_first: np.ndarray,
    of_second: np.ndarray,
    common: np.ndarray,
    ranked: Ranked,
) -> dict[str, float]:
    """Mean over P pairs of rows (P, M) of such reliabilities, each unit of models left out in turn."""
    shares = _both(of_first, of_second)
    known = ~np.isnan(first + second)
    units = [k for k in np.unique(ranked.units) if known[:, ranked.units == k].any()]
    weights = np.array(
        [np.ones(len(ranked.units)), *(1.0 * (ranked.units != k) for k in units)]
    )
    told = []
    every = zip(first, second, known, shares, common, strict=True)
    for one, other, own, share, most in every:
        if own.sum() < LEAST_CASES:
            continue
        found = np.array(weighted_ranks(signs(one), signs(other), weights * own))
        if not np.isnan(found[:, 0]).any():  # where either is constant there are no ranks
            told.append((found, share, most))
    if not told:
        return _freed([NOT_KNOWN] * 2, [])
    models = int(known.any(0).sum())
    mean = float(np.mean([most for *_, most in told]))
    spans = [
        jackknifed(of_kind, models, ranked.level, unattenuated(0, 1, kind, mean))
        for kind, of_kind in zip(
            ("spearman", "kendall"), np.mean([one for one, *_ in told], 0), strict=True
        )
    ]
    return _freed(spans, [(found[:, 0], share) for found, share, _ in told], mean)


def _freed(
    spans: list[Span], pairs: list[tuple[np.ndarray, float]], common: float = 0.0
) -> dict[str, float]:
    """Means, what they are without errors, and intervals of that.

    `spans` are of the mean of rho and that of tau; `pairs` these and the reliability of each pair;
    `common` what errors that both sides have in common may make of the mean, for normal scores.
    """
    share = float(np.mean([one for _, one in pairs])) if pairs else np.nan
    found = {"reliability": share, "pvalues": spans[0].pvalue}
    for k, (kind, span) in enumerate(zip(("spearman", "kendall"), spans, strict=True)):
        found[kind] = span.value
        true = np.nan
        low = unattenuated(span.low, 1, kind, -common)
        high = unattenuated(span.high, 1, kind, common)
        if share < LEAST_RELIABILITY:
            low, high = (np.nan, np.nan) if np.isnan(low) else (-1.0, 1.0)
        elif not np.isnan(share):
            # each pair by itself: a mean of 1 and -1 has lost nothing
            each = [
                unattenuated(float(values[k]), max(one, LEAST_RELIABILITY), kind)
                for values, one in pairs
            ]
            true = float(np.mean(each))
            freed = [
                unattenuated(end, _effective(span.value, true, share, kind), kind)
                for end in (low, high)
            ]
            # from what holds if there were no errors to what holds if these are right
            low, high = min(low, freed[0], true), max(high, freed[1], true)
        found |= {f"{kind}_true": true, f"{kind}_low": low, f"{kind}_high": high}
    return found


def _effective(value: float, true: float, share: float, kind: str) -> float:
    """The reliability that makes `true` of `value`, at most 1; of one pair its own."""
    if value * true <= 0 or abs(true) >= 1:
        return share
    return min(1.0, normal_score(value, kind) / normal_score(true, kind))


def _shares(values: np.ndarray, errors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Reliability of each quantity on each data set, shape (Q, D), NaN where not known."""
    return np.array(
        [
            [reliability(values[q, :, d], errors[q, :, d], rng) for d in range(values.shape[2])]
            for q in range(len(values))
        ]
    )


def _matrix(values: np.ndarray, *, kendall: bool = False) -> np.ndarray:
    """Rho or tau of each pair of rows (n, M), NaN where fewer than four have both."""
    found = np.eye(len(values))
    for one, other in itertools.combinations(range(len(values)), 2):
        known = ~np.isnan(values[one] + values[other])
        if known.sum() < LEAST_CASES:
            found[one, other] = found[other, one] = np.nan
            continue
        pair = signs(values[one]), signs(values[other])
        both = weighted_ranks(*pair, 1.0 * known[None])[int(kendall)]
        found[one, other] = found[other, one] = both[0]
    return found


def _off(table: np.ndarray) -> float:
    return float(np.mean(table[np.triu_indices(len(table), 1)])) if len(table) > 1 else np.nan


def _mean(values: np.ndarray, axis: int) -> np.ndarray:
    """Of those that are known; NaN where none is."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0).sum(axis)
    counts = known.sum(axis)
    found: np.ndarray = np.divide(
        total, counts, out=np.full(total.shape, np.nan), where=counts > 0
    )
    return found


def _stacked(found: list[dict[str, float]], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    names = _freed([NOT_KNOWN] * 2, [])
    fields = {name: np.array([one[name] for one in found]).reshape(shape) for name in names}
    return fields | {"adjusted_pvalues": adjusted(fields["pvalues"])}


def _orders(
    names: tuple[str, ...], found: list[dict[str, float]], pairs: list[np.ndarray]
) -> OrderAgreement:
    fields = _stacked(found, (len(found),))
    n = len(names)
    return OrderAgreement(
        names=names,
        concordance=(1 + (n - 1) * fields["spearman"]) / n,
        pairs=np.array(pairs),
        **fields,
    )
