# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unions that are known without a solver of several sources: gates, products, sums, copies, hulls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.many.call import fourfold_union
from benchmarks.many.problems import Tables, binary_posteriors, dense_marginals, marginals_of
from benchmarks.peers.binary_hull import hull_information, information

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    gates = {
        "three-way AND": fourfold.gates.conjunction(3),
        "three-way parity": fourfold.gates.parity(3),
        "copy of three bits": fourfold.gates.copies(3),
    }
    found = {
        name: (marginals_of(gate.pmf), gate.union_information) for name, gate in gates.items()
    }
    bits = [np.kron(np.eye(2), np.ones((1, 2))) / 4, np.kron(np.ones((1, 2)), np.eye(2)) / 4]
    parity = np.array([[1, 0, 0, 1], [0, 1, 1, 0]]) / 4
    found["two bits and their parity"] = ([*bits, parity], 2.0)
    (one, worth1), (other, worth2) = found["three-way AND"], found["two bits and their parity"]
    found["product of these"] = (
        [np.kron(p, q) for p, q in zip(one, other, strict=True)], worth1 + worth2,
    )  # fmt: skip
    weight = 0.3
    found["direct sum of these"] = (
        [
            np.block([[weight * p, np.zeros((len(p), q.shape[1]))],
                      [np.zeros((len(q), p.shape[1])), (1 - weight) * q]])
            for p, q in zip(one, other, strict=True)
        ],
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
    found["three equal sources"] = ([source] * 3, information(source))
    for sources in (3, 4):
        tables = binary_posteriors(sources, 6, seed)
        found[f"hull of {sources} sources of two classes"] = (
            tables, hull_information(*tables)[0],
        )  # fmt: skip
    return found
