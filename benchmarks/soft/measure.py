# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One large soft table, solved by each method in a process of its own, and every answer checked."""

from __future__ import annotations

import dataclasses
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from benchmarks.peers.agreement import compare
from benchmarks.peers.outcome import describe
from benchmarks.peers.soft import independent_given_target
from benchmarks.peers.solvers import SOLVERS
from benchmarks.record.child import Outcome, Plan, measure
from benchmarks.record.target import Target
from benchmarks.soft.call import prepare, prepare_check, prepare_each
from benchmarks.soft.cases import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.peers.answer import Answer
    from benchmarks.soft.cases import Marginals, SoftCase

    Job = tuple[str, Callable[[], dict[str, Any]]]

__all__ = ["AUTO", "PART", "PEER", "jobs_of"]

#: What a record of this part calls it.
PART = "soft"
#: What is held to the targets.
AUTO = "auto"
#: Key of `SOLVERS` of what small versions are compared with.
PEER = "clarabel"
#: Seconds after which one call is ended, for a check of a dual over all pairs, and for the peer.
LIMIT, CHECK_LIMIT, PEER_LIMIT = 60.0, 120.0, 60.0
#: Second-order steps take so long here that one call has to do.
SLOW = ("newton", "sparse")
FIRST_ORDER = Plan(limit=LIMIT, warmups=1, repeats=3, fast_repeats=9, fast=0.5)
SECOND_ORDER = Plan(limit=LIMIT, fast_repeats=1)
#: What rounding may do to an atom, in bits.
ROUNDING = 1e-12


def jobs_of(cases: Mapping[str, SoftCase], seed: int) -> list[Job]:
    """Name and call of each measurement, to be made in this order."""
    jobs: list[Job] = []
    for name, case in cases.items():
        answers: dict[str, Answer] = {}
        jobs += [
            (f"{name} {method}", partial(_record, name, case, method, seed, answers))
            for method in case.methods
        ]
    # one of each kind
    for kind, case in {case.kind: case for case in cases.values()}.items():
        jobs.append((f"{kind}, small", partial(_record_small, SMALL[kind], case, seed)))
    return jobs


def _record(
    name: str, case: SoftCase, method: str, seed: int, answers: dict[str, Answer]
) -> dict[str, Any]:
    """Measure one method; its answer must meet those of the methods before it."""
    p1y, p2y = _made(case, seed)
    given = {"p1y": p1y, "p2y": p2y, "method": method, "tol": case.tol, "merge": case.merge}
    wrong: list[str] = []
    if method == AUTO:  # before any time of it counts
        checked = measure(prepare_check, given, Plan(limit=CHECK_LIMIT, fast_repeats=1))
        wrong = checked.answer if checked.status == "solved" else [f"check: {checked.reason}"]
    outcome = measure(prepare, given, SECOND_ORDER if method in SLOW else FIRST_ORDER)
    wrong += _wrong(case, outcome, answers)
    if outcome.status == "solved":
        answers[method] = outcome.answer
    return {
        "part": PART,
        "name": name,
        "kind": case.kind,
        "title": case.title,
        "method": method,
        "shape": [len(p1y), *p2y.shape],
        "tol": case.tol,
        "merge": case.merge,
        **describe(outcome),
        "wrong": wrong,
        "targets": list(_targets(case, outcome, wrong=bool(wrong))) if method == AUTO else [],
    }


def _wrong(case: SoftCase, outcome: Outcome, others: dict[str, Answer]) -> Iterator[str]:
    """What speaks against an answer; one that is late or not converged is no wrong one."""
    if outcome.status == "failed":
        yield str(outcome.reason)
    if outcome.status != "solved":
        return
    answer: Answer = outcome.answer
    if answer.converged and not answer.said["gap_bits"] <= case.tol:
        yield f"converged at a gap of {answer.said['gap_bits']:.2e}"
    for low, atom, high in zip(answer.lower, answer.atoms, answer.upper, strict=True):
        # a comparison with what is not a number is false as well
        if not (low <= atom <= high and atom >= -ROUNDING):
            yield f"bounds {low!r}, {high!r} of the atom {atom!r}"
    for method, other in others.items():
        apart = compare(answer, other).apart
        if not apart <= ROUNDING:
            yield f"certified intervals {apart:.1e} bits apart from {method}"


def _targets(case: SoftCase, outcome: Outcome, *, wrong: bool) -> Iterator[dict[str, Any]]:
    """What was measured beside what it should be; without convergence nothing is met."""
    solved = outcome.status == "solved" and not wrong
    answer: Answer | None = outcome.answer if solved else None
    for target, measured in (
        (Target("CPU time", "at most", case.seconds, "s"), describe(outcome)["seconds"]),
        (
            Target("width of the interval", "at most", case.width, "bits"),
            answer and answer.said["gap_bits"],
        ),
        (Target("peak memory", "below", case.peak_bytes, "bytes"), outcome.peak),
    ):
        if target.value is None:
            continue
        figure = measured["cpu_median"] if isinstance(measured, dict) else measured
        judged = target.judge(figure if solved else None)
        if not (answer and answer.converged) and not wrong:
            judged["met"] = False
        yield judged


def _record_small(small: SoftCase, case: SoftCase, seed: int) -> dict[str, Any]:
    """Compare a small version of a kind with the convex program itself, in Clarabel."""
    table = independent_given_target(*small.make(small.states, seed))
    record: dict[str, Any] = {
        "part": PART,
        "name": small.kind,
        "kind": small.kind,
        "title": small.title,
        "method": PEER,
        "shape": list(table.shape),
        "largest_difference": None,
        "wrong": [],
        "targets": [],
    }
    if missing := SOLVERS[PEER].missing():
        return {**record, "status": "skipped", "reason": f"no {', '.join(missing)}"}
    once = Plan(limit=PEER_LIMIT, fast_repeats=1)
    peer = measure(SOLVERS[PEER].prepare, {"pmf": table}, once)
    record |= {"status": peer.status, "reason": peer.reason}
    if peer.status != "solved" or not peer.answer.converged:
        return record
    asked = [
        {"method": method, "tol": tol, "merge": merge}
        for method in case.methods
        for tol, merge in ((small.tol, 0.0), *([(case.tol, case.merge)] * (case.merge > 0)))
    ]
    given = {"p1y": table.sum(axis=1), "p2y": table.sum(axis=0), "asked": asked}
    outcome = measure(prepare_each, given, once)
    if outcome.status != "solved":
        return {**record, "wrong": [str(outcome.reason)]}
    differences = []
    for options, answer in zip(asked, outcome.answer, strict=True):
        # the table may tell less than the class, which S was found of
        found = compare(_without_synergy(peer.answer), _without_synergy(answer))
        if not found.agrees:
            said = ", ".join(f"{name}={value}" for name, value in options.items())
            record["wrong"].append(f"{said}: {found.apart:.1e} bits apart from Clarabel")
        differences += [] if options["merge"] else [found.largest_difference]
    return {**record, "largest_difference": max(differences)}


@lru_cache(maxsize=1)
def _made(case: SoftCase, seed: int) -> Marginals:
    """Its marginals, once for all methods."""
    return case.make(case.states, seed)


def _without_synergy(answer: Answer) -> Answer:
    return dataclasses.replace(
        answer, atoms=answer.atoms[:3], lower=answer.lower[:3], upper=answer.upper[:3]
    )
