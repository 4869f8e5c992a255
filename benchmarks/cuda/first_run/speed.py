# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where the time goes on a device: medians of a few calls, a line each, by letters."""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold as ff
from benchmarks.cuda.rates import seconds_of
from benchmarks.peers.instances import dense_batch, two_marginals
from fourfold.solve.backends import solve_batch
from fourfold.solve.options import SolverOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HARDWARE", "LETTERS", "SMALL", "Sizes", "main"]

#: In the order of what they decide: a small batch, a step's barriers and its arithmetic, a batch of
#: middling tables, blocks or the grid, and what a call costs.
LETTERS = "acdbef"
OUT_OF_REACH = 1e-15
MOST_STEPS = 100_000


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Of the tables: how many of 16 and of 64 states, states of single steps, and so on."""

    few: tuple[int, ...]
    many: tuple[int, ...]
    states: tuple[int, int]
    steps: tuple[int, ...]
    wide: tuple[int, int]
    window: tuple[int, int]
    middling: tuple[int, ...]
    middling_shape: tuple[int, int, int]
    rounds: int


#: 1056 tables are one wave of 8 blocks on 132 multiprocessors.
HARDWARE = Sizes(
    few=(1056, 100_000),
    many=(132, 10_000),
    states=(16, 64),
    steps=(160, 256, 512, 1024, 2048),
    wide=(4096, 100),
    window=(40, 60),
    middling=(1, 4, 8, 16, 64, 132),
    middling_shape=(150, 140, 10),
    rounds=3,
)
SMALL = Sizes(
    few=(4,),
    many=(2,),
    states=(4, 6),
    steps=(70,),
    wide=(72, 20),
    window=(1, 2),
    middling=(1, 2),
    middling_shape=(40, 41, 9),
    rounds=1,
)


class _Lines:
    """Makes the lines of each letter."""

    def __init__(self, xp: Any, sizes: Sizes) -> None:
        self.xp = xp
        self.sizes = sizes

    def median(self, call: Any, rounds: int) -> float:
        return statistics.median(seconds_of(self.xp, call, rounds))

    def solve(
        self, there: list[Any], tol: float, steps: int, dtype: str = "float64"
    ) -> dict[str, Any]:
        return solve_batch(*there, SolverOptions.checked(tol, steps, None, dtype, "cuda"))

    def tables(self, count: int, states: int) -> list[Any]:
        different = min(count, 500)
        given = dense_batch(different, states, 0)
        repeats = -(-count // different)
        return [
            self.xp.asarray(np.concatenate([part] * repeats)[:count])
            for part in (given.sum(2), given.sum(1))
        ]

    def batch(self, states: int, counts: tuple[int, ...]) -> Iterator[str]:
        for dtype in ("float64", "float32"):
            for count in counts:
                there = self.tables(count, states)
                raw = self.median(
                    lambda t=there, d=dtype: self.solve(t, 1e-4, MOST_STEPS, d),
                    self.sizes.rounds,
                )
                whole = self.median(
                    lambda t=there, d=dtype: ff.decompose_marginals(*t, tol=1e-4, dtype=d),
                    self.sizes.rounds,
                )
                yield (
                    f"{count} of {states} x {states} x 10, {dtype}: {raw * 1e3:.2f} ms, "
                    f"{count / raw:.0f} a second; with all checks {whole * 1e3:.2f} ms"
                )

    def step(self, states: int, classes: int, dtype: str) -> str:
        there = [
            self.xp.asarray(part)[None] for part in two_marginals(states, states, classes, 0)
        ]
        first, last = self.sizes.window
        ends = [self.solve(there, OUT_OF_REACH, n, dtype) for n in (first, last)]
        sweeps = float(ends[1]["sweeps"][0] - ends[0]["sweeps"][0]) / (last - first)
        times = [
            self.median(
                lambda n=n: self.solve(there, OUT_OF_REACH, n, dtype), self.sizes.rounds
            )
            for n in (first, last)
        ]
        each = (times[1] - times[0]) / (last - first)
        return (
            f"a step of {states} x {states} x {classes}, {dtype}: {each * 1e6:.1f} us, "
            f"{sweeps:.2f} sweeps in it, {each * 1e6 / max(sweeps, 1e-9):.1f} us for each"
        )

    def a(self) -> Iterator[str]:
        yield from self.batch(self.sizes.states[0], self.sizes.few)

    def b(self) -> Iterator[str]:
        yield from self.batch(self.sizes.states[1], self.sizes.many)

    def c(self) -> Iterator[str]:
        for states in self.sizes.steps:
            yield self.step(states, 10, "float64")

    def d(self) -> Iterator[str]:
        for dtype in ("float64", "float32"):
            yield self.step(*self.sizes.wide, dtype)

    def e(self) -> Iterator[str]:
        shape = self.sizes.middling_shape
        tables = np.random.default_rng(0).random((max(self.sizes.middling), *shape))
        tables /= tables.sum((1, 2, 3), keepdims=True)
        there = [self.xp.asarray(tables.sum(axis)) for axis in (2, 1)]
        for count in self.sizes.middling:
            some = [part[:count] for part in there]
            found = self.solve(some, 1e-3, 200)
            seconds = self.median(lambda s=some: self.solve(s, 1e-3, 200), 1)
            yield f"{count} of {shape}: {seconds * 1e3:.1f} ms by {found['solver'][0]}"

    def f(self) -> Iterator[str]:
        one = self.tables(1, self.sizes.states[0])
        rounds = 6 * self.sizes.rounds
        whole = self.median(lambda: self.solve(one, 1e-4, MOST_STEPS), rounds)
        begun = self.median(lambda: self.solve(one, 1e-4, 0), rounds)
        yield f"one small table: {whole * 1e3:.3f} ms, {begun * 1e3:.3f} ms without a step"


def main(arguments: list[str] | None = None) -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", nargs="?", default=LETTERS, help=f"from {LETTERS}")
    parser.add_argument("--small", action="store_true", help="few and small cases")
    given = parser.parse_args(arguments)
    if not set(given.letters) <= set(LETTERS):
        parser.error(f"letters: expected some of {LETTERS}, got {given.letters}")
    import cupy as xp  # noqa: PLC0415  optional

    print(f"{ff.__file__} on {ff.cuda.describe(0)['name']}")
    lines = _Lines(xp, SMALL if given.small else HARDWARE)
    for letter in given.letters:
        for line in getattr(lines, letter)():
            print(f"({letter}) {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
