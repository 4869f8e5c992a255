# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Hard marginals, solved by every method and with states merged; every certificate found again."""

from __future__ import annotations

import collections
import dataclasses
import math
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.hard import marginals as hard_marginals
from benchmarks.hard.states import BITS, Again, bounds_again, wrong_marginal_states
from fourfold import PID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.hard.marginals import MarginalCase

__all__ = ["SIZE", "check_case", "record_family"]

#: What records of this kind call their size.
SIZE = "marginals"
#: Fixed methods, and their options. First-order steps are stopped early: their bounds hold all
#: the same.
METHODS: dict[str, dict[str, Any]] = {
    "ipfp": {"max_iter": 300},
    "active": {"max_iter": 2000},
    "sparse": {},
    "newton": {},
}
#: Pairs of states, and cells, above which second-order steps are not tried.
MOST_CELLS = {"newton": (2500, 50_000), "sparse": (10_000, 100_000)}
#: How much a solve with merged states may lose, in bits: two of them for each case.
MERGES = (1e-5, 1e-3, 1e-2, 0.1, 0.5)
#: Failing cases of a family that are written down.
MOST_KEPT = 50
ROUNDING = 1e-12
ATOMS = ("redundancy", "unique1", "unique2")


@dataclasses.dataclass(frozen=True)
class _Solved:
    """One solve: what was asked for, and what was found; `again` is None where it raised."""

    name: str
    tol: float
    merge: float
    result: PID | Exception
    again: Again | None
    seconds: float


def record_family(family: str, count: int, seed: int, most: int) -> dict[str, Any]:
    """Check the first cases of a family.

    Parameters
    ----------
    family : str
        One of `benchmarks.hard.marginals.FAMILIES`.
    count, seed : int
        How many, and of which seed.
    most : int
        `SMALL` or `LARGE` states of a side.

    Returns
    -------
    dict
        A record like those of tables: what failed, how often and where, and what auto took.
    """
    failed: collections.Counter[str] = collections.Counter()
    failing: list[dict[str, Any]] = []
    steps: list[int] = []
    gaps: list[float] = []
    slowest: dict[str, Any] = {"seconds": 0.0}
    for index in range(count):
        case = hard_marginals.draw(family, seed, index, most)
        shape = [len(case.p1y), *case.p2y.shape]
        solved, found = check_case(case, index)
        auto = solved[0]
        if isinstance(auto.result, PID):
            steps.append(int(auto.result.iterations))
            gaps.append(float(auto.result.gap))
        if auto.seconds > slowest["seconds"]:
            slowest = {"seconds": auto.seconds, "index": index, "shape": shape}
        failed.update({check for check, _ in found})
        failing += [
            {"index": index, "shape": shape, "check": check, "detail": detail}
            for check, detail in found[: MOST_KEPT - len(failing)]
        ]
    return {
        "family": family,
        "size": SIZE,
        "count": count,
        "failed": dict(failed),
        "failing": failing,
        "largest_gap_bits": max(gaps, default=0.0),
        "median_iterations": float(np.median(steps)) if steps else None,
        "most_iterations": max(steps, default=None),
        "many_iterations": None,
        "slowest": slowest,
    }


def check_case(
    case: MarginalCase, index: int = 0
) -> tuple[list[_Solved], list[tuple[str, str]]]:
    """Solve one case in every way; the solves, that of auto first, and what speaks against them."""
    solved = [_solve(case, "auto", case.tol)]
    pairs, cells = len(case.p1y) * len(case.p2y), len(case.p1y) * case.p2y.size
    for method, options in METHODS.items():
        most_pairs, most_cells = MOST_CELLS.get(method, (pairs, cells))
        if pairs <= most_pairs and cells <= most_cells:
            solved.append(_solve(case, method, case.tol, method=method, **options))
    for k in range(2):
        merge = MERGES[(index + 2 * k) % len(MERGES)]
        solved.append(_solve(case, f"merge={merge:g}", 2 * merge, merge=merge))
    found = [complaint for one in solved for complaint in _alone(one)]
    found += _together(solved)
    found += _unlike_known(case, solved)
    return solved, found


def _solve(case: MarginalCase, name: str, tol: float, **options: Any) -> _Solved:
    merge = options.get("merge", 0.0)
    with warnings.catch_warnings():
        # those that did not converge are counted
        warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
        begin = time.process_time()
        try:
            result: PID | Exception = fourfold.decompose_marginals(
                case.p1y, case.p2y, tol=tol, num_threads=1, **options
            )
        except Exception as error:  # noqa: BLE001  whatever it is, the others must go on
            return _Solved(name, tol, merge, error, None, time.process_time() - begin)
        seconds = time.process_time() - begin
    again = bounds_again(result, case.p1y, case.p2y)
    return _Solved(name, tol, merge, result, again, seconds)


def _alone(one: _Solved) -> Iterator[tuple[str, str]]:
    """What must hold of one solve: of `converged`, the bounds, the coupling and the dual pair."""
    if isinstance(one.result, Exception):
        yield "raised", f"{one.name}: {type(one.result).__name__}: {one.result}"
        return
    result = one.result
    atoms, lower, upper = (of[:3] for of in (result.atoms, result.lower, result.upper))
    if not all(map(math.isfinite, (*atoms, *lower, *upper, result.gap))):
        yield "not finite", f"{one.name}: {atoms}, {lower}, {upper}, gap {result.gap}"
    if not all(low <= high for low, high in zip(lower, upper, strict=True)):
        yield "lower above upper", f"{one.name}: {lower}, {upper}"
    if not min(atoms) >= -ROUNDING:
        yield "negative atom", f"{one.name}: {min(atoms):.2e}"
    if one.name not in ("ipfp", "active") and not result.converged:
        yield "not converged", f"{one.name}: gap {result.gap:.2e} for {one.tol:g}"
    if bool(result.converged) != bool(result.gap <= one.tol):
        yield "converged", f"{one.name}: {result.converged} at {result.gap:.2e} for {one.tol:g}"
    again = one.again
    if result.converged and not again.upper - again.lower <= one.tol + BITS:
        width = again.upper - again.lower
        yield "converged", f"{one.name}: found again {width:.2e} apart for {one.tol:g}"
    lost = getattr(result, "merged", 0.0)
    # it may be more than the gap, where the coupling of all states tells less than it would charge
    if not 0.0 <= lost <= one.merge + ROUNDING:
        yield "merged", f"{one.name}: lost {lost:.2e}"
    for check, detail in wrong_marginal_states(result, again):
        yield check, f"{one.name}: {detail}"


def _together(solved: list[_Solved]) -> Iterator[tuple[str, str]]:
    """All intervals must hold v*: they meet in pairs, and none excludes a bound found again."""
    known = [one for one in solved if one.again is not None]
    for k, one in enumerate(known):
        for other in known[:k]:
            apart = max(
                max(low - other_high, other_low - high)
                for low, high, other_low, other_high in zip(
                    one.result.lower[:3], one.result.upper[:3],
                    other.result.lower[:3], other.result.upper[:3],
                    strict=True,
                )
            )  # fmt: skip
            if not apart <= ROUNDING:
                yield "apart", f"{one.name} and {other.name}: {apart:.2e} bits"
        for other in known:
            union, gap = one.result.union_information, one.result.gap
            # the pair scaled down where it adds up to more than 1
            least = other.again.lower - max(0.0, math.log2(other.again.most_pair))
            if not (least <= union + BITS and union - gap <= other.again.upper + BITS):
                yield (
                    "excluded",
                    (
                        f"{one.name}, {union - gap!r} to {union!r}, by what {other.name} shows: "
                        f"{least!r} to {other.again.upper!r}"
                    ),
                )


def _unlike_known(case: MarginalCase, solved: list[_Solved]) -> Iterator[tuple[str, str]]:
    for one in solved:
        if isinstance(one.result, Exception):
            continue
        for atom, value in case.known.items():
            low, high = (getattr(of, atom) for of in (one.result.lower, one.result.upper))
            if not low - BITS <= value <= high + BITS:
                yield "known atoms", f"{one.name}: {atom} in {low!r} to {high!r}, is {value:g}"
