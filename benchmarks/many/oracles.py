# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unions that are known without a solver of several sources: gates, products, sums, copies, hulls."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.many.call import fourfold_union
from benchmarks.many.problems import Tables, binary_posteriors, dense_marginals
from benchmarks.peers.binary_hull import hull_information

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.many.settings import Settings

__all__ = ["oracles", "record_oracles"]

#: Gap asked for, and bits by which an interval may miss the truth by rounding.
TOL, ROUNDING = 1e-9, 1e-9


def record_oracles(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each, with how far the truth lies outside of the certified interval."""
    for name, (tables, truth) in oracles(settings.seed).items():
        found = fourfold_union(tables, tol=TOL)
        off = max(found["lower"] - truth, truth - found["upper"], 0.0)
        wrong = [] if off <= ROUNDING else [f"{off:.1e} bits outside of the certified interval"]
        yield {"name": name, "truth": truth, "off": off, "wrong": wrong, **found}


def oracles(seed: int) -> dict[str, tuple[Tables, float]]:
    """Tables and v* in bits, by name."""
    gates: dict[str, tuple[Callable[..., int], float]] = {
        "three-way AND": (lambda a, b, c: a & b & c, _information(_and_table())),
        "three-way parity": (lambda a, b, c: a ^ b ^ c, 0.0),
        "copy of three bits": (lambda a, b, c: 4 * a + 2 * b + c, 3.0),
    }
    found = {name: (_gate(rule), truth) for name, (rule, truth) in gates.items()}
    bits = [np.kron(np.eye(2), np.ones((1, 2))) / 4, np.kron(np.ones((1, 2)), np.eye(2)) / 4]
    parity = np.array([[1, 0, 0, 1], [0, 1, 1, 0]]) / 4
    found["two bits and their parity"] = ([*bits, parity], 2.0)
    (one, worth1), (other, worth2) = found["three-way AND"], found["two bits and their parity"]
    found["product of these"] = (
        [np.kron(p, q) for p, q in zip(one, other, strict=True)], worth1 + worth2,
    )  # fmt: skip
    weight = 0.3
    found["direct sum of these"] = (
        [_direct_sum(weight * p, (1 - weight) * q) for p, q in zip(one, other, strict=True)],
        weight * worth1 + (1 - weight) * worth2 - weight * np.log2(weight)
        - (1 - weight) * np.log2(1 - weight),
    )  # fmt: skip
    first, second = dense_marginals((6, 5), 4, seed)
    pair = fourfold.decompose_marginals(first, second, tol=1e-10).union_information
    garble = np.random.default_rng(seed).dirichlet(np.ones(4), size=5)
    thirds = {
        "a constant third source": second.sum(axis=0, keepdims=True),
        "a third that is the second": second,
        "a garbled second as the third": garble.T @ second,
    }
    found |= {name: ([first, second, third], pair) for name, third in thirds.items()}
    (source,) = dense_marginals((16,), 4, seed)
    found["three equal sources"] = ([source] * 3, _information(source))
    for sources in (3, 4):
        tables = binary_posteriors(sources, 6, seed)
        found[f"hull of {sources} sources of two classes"] = (
            tables, hull_information(*tables)[0],
        )  # fmt: skip
    return found


def _gate(rule: Callable[..., int]) -> Tables:
    """Tables of three fair bits and what a rule makes of them."""
    inputs = list(itertools.product((0, 1), repeat=3))
    values = [rule(*x) for x in inputs]
    tables = [np.zeros((2, max(values) + 1)) for _ in range(3)]
    for x, y in zip(inputs, values, strict=True):
        for table, state in zip(tables, x, strict=True):
            table[state, y] += 1 / 8
    return tables


def _and_table() -> np.ndarray:
    return _gate(lambda a, b, c: a & b & c)[0]


def _direct_sum(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    found = np.zeros((len(p) + len(q), p.shape[1] + q.shape[1]))
    found[: len(p), : p.shape[1]] = p
    found[len(p) :, p.shape[1] :] = q
    return found


def _information(p: np.ndarray) -> float:
    independent = p.sum(axis=1, keepdims=True) * p.sum(axis=0)
    positive = p > 0
    return float((p[positive] * np.log2(p[positive] / independent[positive])).sum())
