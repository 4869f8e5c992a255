# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Coverage and width of intervals of rows of probabilities, tokens, strata and differences::

    python -m benchmarks.coverage probabilities

As docs/decisions/confidence-intervals.md has them; no report is recorded.
"""

from __future__ import annotations

import argparse
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold as ff
from fourfold.counts.samples import read_samples
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inference.options import Inference
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Study = tuple[str, np.ndarray, Callable[[np.random.Generator, int], Any]]

__all__ = ["main"]


def views(states: int, *wrong: float) -> np.ndarray:
    """Labels of so many classes, seen by sources that are wrong in these shares."""
    told = [np.eye(states) * (1 - e * states / (states - 1)) + e / (states - 1) for e in wrong]
    letters = "ijkl"[: len(wrong)]
    inputs = ",".join(f"y{letter}" for letter in letters)
    return np.einsum(f"{inputs}->{letters}y", *told) / states


def channels(
    states: int, classes: int, seed: int, other: float = 0.0, number: int = 2
) -> np.ndarray:
    """Sources that are independent given the class, with one channel; the last with a share of another."""
    rng = np.random.default_rng(seed)
    one, another = rng.dirichlet(np.full(states, 0.5), (2, classes))
    every = [one] * (number - 1) + [(1 - other) * one + other * another]
    letters = "ijk"[:number]
    inputs = ",".join(f"y{letter}" for letter in letters)
    return np.einsum(f"{inputs}->{letters}y", *every) / classes


def gamma(states: int, classes: int, seed: int = 1) -> np.ndarray:
    """A random table."""
    p = np.random.default_rng(seed).gamma(0.5, size=(states, states, classes))
    return p / p.sum()


def zipf(states: int, classes: int, seed: int = 1) -> np.ndarray:
    """Margins that fall like 1 over the rank."""
    rng = np.random.default_rng(seed)
    ranks = 1 / np.arange(1, states + 1)
    pairs = np.outer(ranks, ranks) * rng.gamma(1.0, size=(states, states))
    given = rng.dirichlet(np.full(classes, 0.3), (states, states))
    return (pairs / pairs.sum())[..., None] * given


def function(
    states: int, classes: int, noise: float, of: Callable[..., np.ndarray]
) -> np.ndarray:
    """y = of(x1, x2), drawn anew with the chance `noise`."""
    i, j = np.indices((states, states))
    return ((1 - noise) * np.eye(classes)[of(i, j)] + noise / classes) / states**2


AND = function(2, 2, 0.2, np.minimum)
PARITY = function(4, 4, 0.3, lambda i, j: (i + j) % 4)


def drawn(p: np.ndarray, n: int, rng: np.random.Generator) -> Any:
    """Columns of n rows."""
    return np.unravel_index(rng.choice(p.size, n, p=p.ravel() / p.sum()), p.shape)


def exact(p: np.ndarray) -> np.ndarray:
    """Atoms of the population."""
    return np.array(ff.decompose(p / p.sum(), tol=1e-8, num_threads=1).atoms)


def probabilities() -> Iterator[Study]:
    """Rows that are Dirichlet around p(y | x1, x2), as sharp as the last number says."""
    for name, p, n, sharp in (
        ("views", views(4, 0.15, 0.15), 500, 20),
        ("views", views(4, 0.15, 0.15), 2000, 20),
        ("views", views(4, 0.15, 0.15), 1000, 2),
        ("views", views(4, 0.15, 0.15), 500, 0.2),
        ("channels", channels(8, 4, 1), 1500, 20),
        ("channels of 16", channels(16, 10, 1), 3000, 20),
        ("channels of 16", channels(16, 10, 1), 800, 5),
        ("AND", AND, 300, 20),
        ("nearly equal channels", channels(8, 4, 1, 0.2), 1500, 5),
        ("parity", PARITY, 256, 20),
        ("gamma", gamma(8, 4), 256, 20),
        ("gamma", gamma(8, 4), 1024, 2),
        ("gamma of 16", gamma(16, 10), 800, 5),
        ("zipf", zipf(16, 4), 4096, 5),
    ):

        def draw(rng: Any, halves: int, p: Any = p, n: Any = n, sharp: Any = sharp) -> Any:
            x1, x2 = drawn(p.sum(2), n, rng)
            chances = p[x1, x2] / p[x1, x2].sum(1)[:, None]
            rows = np.maximum(rng.gamma(np.maximum(sharp * chances, 1e-9)), 1e-300)
            y = rows / rows.sum(1, keepdims=True)
            return ff.pid(x1, x2, y, n_resamples=halves, num_threads=1).confidence_interval

        yield f"{name}, {n}, {sharp}", exact(p), draw


def tokens() -> Iterator[Study]:
    """Blocks of one class, of whose rows a share are copies of the first."""
    options = SolverOptions.checked(1e-4, DEFAULT_MAX_ITER, 1, "float64", "cpu")
    for name, p, n, block, alike in (
        ("views", views(4, 0.15, 0.15), 300, 8, 0.5),
        ("views", views(4, 0.15, 0.15), 1000, 4, 0.9),
        ("channels", channels(8, 4, 1), 500, 8, 0.3),
        ("AND", AND, 200, 5, 0.5),
        ("gamma", gamma(8, 4), 256, 4, 0.5),
        ("gamma", gamma(8, 4), 1000, 8, 0.0),
        ("zipf", zipf(16, 4), 500, 10, 0.5),
    ):

        def draw(
            rng: Any,
            halves: int,
            p: Any = p,
            n: Any = n,
            block: Any = block,
            alike: Any = alike,
        ) -> Any:
            y = np.repeat(rng.choice(p.shape[2], n, p=p.sum((0, 1))), block)
            x1, x2 = np.empty((2, len(y)), dtype=np.int64)
            for k in range(p.shape[2]):
                rows = np.flatnonzero(y == k)
                x1[rows], x2[rows] = drawn(p[..., k], len(rows), rng)
            first = np.arange(len(y)) // block * block
            source = np.where(rng.random(len(y)) < alike, first, np.arange(len(y)))
            samples = read_samples(x1[source], x2[source], y, block)
            inference = Inference.checked("auto", halves, 0.95)
            (found,) = decompose_samples([samples], options, inference, [rng])
            return found.result.confidence_interval

        yield f"{name}, {n} x {block}, {alike}", exact(p), draw


def strata() -> Iterator[Study]:
    """Of a third variable with these shares."""
    for name, shares, parts, n in (
        ("views", (0.5, 0.3, 0.2), [views(4, e, e) for e in (0.1, 0.15, 0.25)], 1500),
        ("channels", (0.5, 0.3, 0.2), [channels(8, 4, k) for k in (1, 2, 3)], 2000),
        ("AND, views", (0.4, 0.3, 0.3), [AND, views(2, 0.15, 0.15), views(2, 0.15, 0.18)], 800),
        ("gamma", (0.5, 0.3, 0.2), [gamma(8, 4, k) for k in (1, 2, 3)], 1500),
    ):
        p = np.stack([w * part for w, part in zip(shares, parts, strict=True)], axis=3)

        def draw(rng: Any, halves: int, p: Any = p, n: Any = n) -> Any:
            x1, x2, y, t = drawn(p, n, rng)
            found = ff.conditional_pid(x1, x2, y, given=t, n_resamples=halves, num_threads=1)
            return found.result.confidence_interval

        yield f"{name}, {n}", np.dot(shares, [exact(part) for part in parts]), draw


def differences() -> Iterator[Study]:
    """Of two first sources beside one second: tables of x1, the other x1, x2 and y."""

    def noisier(p: np.ndarray, e: float) -> np.ndarray:
        copy = (1 - e) * np.eye(len(p)) + e / len(p)
        return np.einsum("ijy,ik->ikjy", p, copy)

    for name, p, n in (
        ("views, another", views(4, 0.15, 0.15, 0.15), 1000),
        ("views, 30 %", views(4, 0.15, 0.3, 0.15), 1000),
        ("views, 18 %", views(4, 0.15, 0.18, 0.15), 1000),
        ("channels, another", channels(8, 4, 1, number=3), 1500),
        ("views, noisier", noisier(views(4, 0.15, 0.15), 0.2), 1000),
        ("AND, noisier", noisier(AND, 0.2), 300),
        ("gamma, noisier", noisier(gamma(8, 4), 0.3), 1024),
        ("zipf, noisier", noisier(zipf(8, 4), 0.3), 1024),
    ):

        def draw(rng: Any, halves: int, p: Any = p, n: Any = n) -> Any:
            one, other, x2, y = drawn(p, n, rng)
            options = {"n_resamples": halves, "num_threads": 1}
            return ff.compare(*(ff.pid(x1, x2, y, **options) for x1 in (one, other)))

        yield f"{name}, {n}", exact(p.sum(1)) - exact(p.sum(0)), draw


STUDIES = {study.__name__: study for study in (probabilities, tokens, strata, differences)}


def main(arguments: list[str] | None = None) -> None:
    """Coverage in per cent and median half widths of R, U1, U2 and S, a line for each setting."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coverage", description=main.__doc__
    )
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--halves", type=int, default=0, help="in place of what each row adds")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore", ff.UndersampledWarning)
    for name, truth, draw in STUDIES[options.study]():
        rng = np.random.default_rng(0)
        found = [draw(rng, options.halves) for _ in range(options.draws)]
        low, high = (np.array([getattr(one, end) for one in found]) for end in ("low", "high"))
        held = ((low <= truth + 1e-6) & (truth - 1e-6 <= high)).mean(0)
        half = np.median(high - low, axis=0) / 2
        print(f"{name:34}", *(f"{100 * h:4.0f}" for h in held), *(f"{w:7.4f}" for w in half))


if __name__ == "__main__":
    main()
