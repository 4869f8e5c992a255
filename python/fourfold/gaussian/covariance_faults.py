# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with one covariance, block by block; slow, as it is for messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from fourfold.gaussian.factors import LEAST_VARIANCE

__all__ = ["Fault", "column_names", "first_fault"]

_SHOWN = 4  # weights of a direction at most
_SMALL = 0.05  # of the largest weight: those below are not shown


class Fault(NamedTuple):
    """What is wrong, in words.

    Attributes
    ----------
    kind : str
        "column", "indefinite", "singular" among its columns, or "told" by others.
    words : str
        A sentence that names the block, without its full stop.
    """

    kind: str
    words: str


class _Block(NamedTuple):
    """Some columns, perhaps given others."""

    name: str
    columns: np.ndarray
    given: np.ndarray
    told_by: str  # what determines a combination of the columns; "" for those among themselves


def column_names(sizes: Sequence[int], given: int) -> list[str]:
    """x1[0], ..., y[0], ..., t[0], ..."""
    labels = [*(f"x{k + 1}" for k in range(len(sizes) - 1)), "y", "t"]
    pairs = zip(labels, (*sizes, given), strict=True)
    return [f"{label}[{k}]" for label, size in pairs for k in range(size)]


def first_fault(
    cov: np.ndarray,
    sizes: tuple[int, ...],
    given: int,
    names: Sequence[str] | None,
    least: float,
) -> Fault | None:
    """The one that is best understood; None where no block has any."""
    names = list(names or column_names(sizes, given))
    variances = np.diagonal(cov)
    for k in np.flatnonzero(~(variances >= LEAST_VARIANCE)):
        return Fault("column", _variance_words(names[k], float(variances[k])))
    scale = np.sqrt(variances)
    scaled = cov / scale / scale[:, None]
    if np.linalg.eigvalsh(scaled)[0] >= least:
        return None  # and so it is with all blocks, given others or not
    for block in _blocks(sizes, given):
        values, vectors = np.linalg.eigh(_left(scaled, block))
        if values[0] >= least:
            continue
        direction = _words(vectors[:, 0], [names[k] for k in block.columns.tolist()])
        if values[0] < -least:
            return Fault("indefinite", _indefinite_words(block, direction, values[0]))
        kind = "told" if block.told_by else "singular"
        return Fault(kind, _singular_words(block, direction, values, least))
    return None


def _blocks(sizes: tuple[int, ...], given: int) -> Iterator[_Block]:
    """In the order that a fault is best understood by: each one is sound that a later one is given."""
    columns = np.split(np.arange(sum(sizes) + given), np.cumsum(sizes))
    *sources, y, t = columns
    none = np.arange(0)
    labels = [f"x{k + 1}" for k in range(len(sources))]
    after, by = (" given t", "t") if given else ("", "")
    if given:
        yield _Block("t", t, none, "")
    for label, source in zip([*labels, "y"], [*sources, y], strict=True):
        yield _Block(label, source, none, "")
        if given:
            yield _Block(label + after, source, t, by)
    together = np.concatenate(sources)
    every = " and ".join([", ".join(labels[:-1]), labels[-1]]) if len(labels) > 1 else labels[0]
    if len(labels) > 1:
        yield _Block(f"{every} together{after}", together, t, "")
    also = " and t" if given else ""
    for label, source in zip(labels, sources, strict=True):
        yield _Block(f"y given {label}{also}", y, np.append(source, t), label + also)
    if len(labels) > 1:
        told_by = f"{every}{also} together"
        yield _Block(f"y given {every}{also}", y, np.append(together, t), told_by)
    yield _Block(f"{every} and y together{after}", np.append(together, y), t, "")


def _left(scaled: np.ndarray, block: _Block) -> np.ndarray:
    """Covariance of the block's columns given the others, in units of their own deviations."""
    left: np.ndarray = scaled[np.ix_(block.columns, block.columns)]
    if len(block.given):
        root = cholesky(scaled[np.ix_(block.given, block.given)], lower=True)
        told = solve_triangular(root, scaled[np.ix_(block.given, block.columns)], lower=True)
        left = left - told.T @ told
    return left


def _words(weights: np.ndarray, names: list[str]) -> str:
    """The largest weights of a direction with their columns; the first is positive."""
    order = np.argsort(-abs(weights), kind="stable")
    order = order[abs(weights[order]) > _SMALL * abs(weights[order[0]])]
    shown = sorted(order[:_SHOWN])
    sign = np.sign(weights[shown[0]])
    parts = [f"{sign * weights[k]:+.2f} {names[k]}" for k in shown]
    text = " ".join(parts).removeprefix("+").replace(" +", " + ").replace(" -", " - ")
    return text + (f" + {len(order) - len(shown)} more" if len(order) > len(shown) else "")


def _variance_words(name: str, value: float) -> str:
    if value < 0:
        return f"expected a covariance, but the variance of {name} is {value:.3g}, below zero"
    if value == 0:
        return f"{name} is constant, of variance 0; drop that column"
    return f"{name} has variance {value:.3g}, too small for its digits; multiply that column"


def _singular_words(block: _Block, direction: str, values: np.ndarray, least: float) -> str:
    rank, size = int((values >= least).sum()), len(values)
    share = max(float(values[0]), 0.0)
    near = share > least * 1e-3
    some = f"{share:.0e} of the variance of a column, which rounding decides"
    if block.told_by:
        tells = f"{block.told_by} tell{'' if ' and ' in block.told_by else 's'} {direction}"
        infinite = "" if block.told_by == "t" else ", which is infinite information"
        words = f"{tells} but for {some}" if near else f"{tells} exactly{infinite}"
    else:
        words = f"{direction} has {some}" if near else f"{direction} is constant"
    several = " and " in block.name and not block.told_by
    state = f"{'are' if several else 'is'} {'nearly ' * near}singular"
    return (
        f"{block.name} {state}, of rank {rank} with {size} column{'s' * (size > 1)}: {words} "
        "(columns in units of their standard deviations)"
    )


def _indefinite_words(block: _Block, direction: str, value: float) -> str:
    return (
        f"expected a covariance, but it is not positive semidefinite: {block.name} has "
        f"variance {value:.2g} along {direction} (columns in units of their standard deviations). Check "
        "that the columns are in the order x1, x2, y, and take covariances of complete rows: "
        "those of pairs of columns, each of other rows, may fit no data"
    )
