# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A process that solves one problem after another, ended and replaced when one takes too long."""

from __future__ import annotations

import dataclasses
import multiprocessing
import time
import warnings
from typing import TYPE_CHECKING, Any, Self

from benchmarks.record.child import PREPARATION_LIMIT

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    import numpy as np

__all__ = ["TOOK_TOO_LONG", "Solved", "Worker"]

#: How the reason begins why a call was ended.
TOOK_TOO_LONG = "took more than"


@dataclasses.dataclass(frozen=True)
class Solved:
    """One call of `fourfold.decompose_marginals`.

    Attributes
    ----------
    cpu_seconds : float
        Processor time of the call.
    atoms, lower, upper : tuple of float
        R, U1 and U2 in bits.
    gap : float
        Bits.
    converged : bool
    steps : int
    solver : str
        Which one ran.
    """

    cpu_seconds: float
    atoms: tuple[float, float, float]
    lower: tuple[float, float, float]
    upper: tuple[float, float, float]
    gap: float
    converged: bool
    steps: int
    solver: str


class Worker:
    """The process; a context, at whose end it is over.

    Parameters
    ----------
    limit : float
        Seconds after which a call is ended.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._process: Any = None
        self._end: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def solve(self, p1y: np.ndarray, p2y: np.ndarray, **options: Any) -> Solved | str:
        """Solve from pairwise marginals, or say why there is no answer."""
        end = self._end or self._start()
        end.send((p1y, p2y, options))
        if not end.poll(self.limit):
            self._stop()
            return f"{TOOK_TOO_LONG} {self.limit:g} s"
        try:
            return end.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            self._stop()
            return f"the process ended with exit code {code}"

    def _start(self) -> Connection:
        # spawn: a forked child would inherit the state of this process's threads
        context = multiprocessing.get_context("spawn")
        self._end, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()  # or the end of the child would not be seen at this end
        if not self._end.poll(PREPARATION_LIMIT):
            self._stop()
            msg = f"a process did not import fourfold in {PREPARATION_LIMIT:g} s"
            raise TimeoutError(msg)
        self._end.recv()
        return self._end

    def _stop(self) -> None:
        if self._end is not None:
            self._process.kill()
            self._process.join()
            self._end.close()
            self._end = None


def _serve(end: Connection) -> None:
    import fourfold  # noqa: PLC0415  before the first call, and in this process only

    # what did not converge is told by `converged`
    warnings.simplefilter("ignore", fourfold.ConvergenceWarning)
    end.send("ready")
    while True:
        try:
            p1y, p2y, options = end.recv()
        except EOFError:
            return
        try:
            begin = time.process_time()
            result = fourfold.decompose_marginals(p1y, p2y, **options)
            seconds = time.process_time() - begin
        except Exception as error:  # noqa: BLE001  whatever a solver raises is its result
            end.send(f"{type(error).__name__}: {error}")
            continue
        end.send(
            Solved(
                cpu_seconds=seconds,
                atoms=tuple(map(float, result.atoms[:3])),
                lower=tuple(map(float, result.lower[:3])),
                upper=tuple(map(float, result.upper[:3])),
                gap=float(result.gap),
                converged=bool(result.converged),
                steps=int(result.iterations),
                solver=str(getattr(result, "solver", "cpu")),  # older versions do not say
            )
        )
