# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One measurement in a process of its own, ended when it takes too long."""

from __future__ import annotations

import dataclasses
import multiprocessing
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from benchmarks.record import resident

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

__all__ = ["Outcome", "Plan", "measure"]

#: Seconds for imports and for building the input, which are not part of a measurement.
PREPARATION_LIMIT = 120.0


@dataclasses.dataclass(frozen=True)
class Plan:
    """How often a call is timed.

    Attributes
    ----------
    limit : float
        Seconds after which one call is ended.
    warmups : int
        Calls before the first timed one.
    repeats : int
        Timed calls.
    fast_repeats : int
        Timed calls where the first call took less than `fast` seconds.
    fast : float
        See `fast_repeats`.
    """

    limit: float = 60.0
    warmups: int = 0
    repeats: int = 1
    fast_repeats: int = 3
    fast: float = 2.0


@dataclasses.dataclass
class Outcome:
    """What came back from the child process.

    Attributes
    ----------
    status : str
        "solved", "timeout" or "failed".
    reason : str or None
        Why it was not solved.
    answer : object
        What the last call returned; None if none did.
    seconds, cpu_seconds : list of float
        Wall and processor time of each timed call.
    resident_before, peak : int or None
        Resident bytes of the process before the first call, and their largest value.
    """

    status: str = "solved"
    reason: str | None = None
    answer: Any = None
    seconds: list[float] = dataclasses.field(default_factory=list)
    cpu_seconds: list[float] = dataclasses.field(default_factory=list)
    resident_before: int | None = None
    peak: int | None = None


def measure(
    prepare: Callable[..., Callable[[], Any]], options: dict[str, Any], plan: Plan
) -> Outcome:
    """Time the call that ``prepare(**options)`` returns, in a new process.

    Parameters
    ----------
    prepare : callable
        Importable function; imports and builds the input, then returns the call to be timed.
    options : dict
        Its keyword arguments; they and what the call returns are pickled.
    plan : Plan
        How often and how long.
    """
    # spawn: a forked child would solve on one thread, and inherit this process's memory
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, prepare, options, plan), daemon=True)
    process.start()
    sender.close()  # or the end of the child would not be seen at this end
    outcome = Outcome()
    try:
        _listen(receiver, process, plan, outcome)
    finally:
        process.kill()
        process.join()
        receiver.close()
    return outcome


def _listen(receiver: Connection, process: BaseProcess, plan: Plan, outcome: Outcome) -> None:
    """Collect the child's messages until it is done, fails or keeps silent for too long."""
    limit = PREPARATION_LIMIT
    while True:
        if not receiver.poll(limit):
            what = "one call" if outcome.resident_before is not None else "preparation"
            # a slow repeat does not take back the calls before it
            outcome.status = "solved" if outcome.seconds else "timeout"
            outcome.reason = f"{what} took more than {limit:g} s"
            try:
                outcome.peak = resident.peak_bytes(process.pid)
            except OSError:
                outcome.peak = None  # it ended in this very moment
            return
        try:
            message, content = receiver.recv()
        except EOFError:
            process.join()
            outcome.status = "failed"
            outcome.reason = f"the process ended with exit code {process.exitcode}"
            return
        if message == "failed":
            outcome.status, outcome.reason = "failed", content
            return
        if message == "done":
            outcome.peak = content
            return
        if message == "ready":
            outcome.resident_before = content
        elif message == "warm":
            outcome.answer = content
        elif message == "timed":
            outcome.answer, seconds, cpu_seconds = content
            outcome.seconds.append(seconds)
            outcome.cpu_seconds.append(cpu_seconds)
        limit = plan.limit


def _child(
    sender: Connection,
    prepare: Callable[..., Callable[[], Any]],
    options: dict[str, Any],
    plan: Plan,
) -> None:
    try:
        call = prepare(**options)
        sender.send(("ready", resident.now_bytes()))
        first = None
        for _ in range(plan.warmups):
            answer, seconds, _ = _timed(call)
            first = seconds if first is None else first
            sender.send(("warm", answer))
        done = 0
        wanted = plan.repeats
        while done < wanted:
            result = _timed(call)
            first = result[1] if first is None else first
            wanted = plan.fast_repeats if first < plan.fast else plan.repeats
            done += 1
            sender.send(("timed", result))
        sender.send(("done", resident.peak_bytes()))
    except Exception as error:  # noqa: BLE001  whatever a solver raises is its result
        traceback.print_exc(file=sys.stderr)
        sender.send(("failed", f"{type(error).__name__}: {error}"))


def _timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    start, cpu_start = time.perf_counter(), time.process_time()
    answer = call()
    cpu_seconds = time.process_time() - cpu_start
    return answer, time.perf_counter() - start, cpu_seconds
