# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Independent work through joblib: the caller decides where it runs, and the numbers do not."""

from __future__ import annotations

import contextlib
import os
import platform
import threading
import warnings
from typing import TYPE_CHECKING, Any

import joblib
from joblib.parallel import get_active_backend

from fourfold.runtime.guests import guest, say
from fourfold.runtime.progress import silent_progress
from fourfold.runtime.threads import kept_to_one_thread, one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fourfold.runtime.guests import Heard

__all__ = ["Sent", "finished_jobs", "quiet", "run_jobs"]

Kinds = tuple[type[Warning], ...]

_quieted = threading.local()


class Sent:
    """What many jobs are given and is no array: it goes once to each worker of Dask.

    Dask looks at the size of what a job is given, and not into it. Arrays need no wrapping, and
    in joblib's own processes large ones are mapped into memory wherever they are.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __sizeof__(self) -> int:
        return 2**20


def run_jobs(
    work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], **how: Any
) -> Iterator[Any]:
    """``work(*job)`` of each job, in their order; `how` as in `finished_jobs`."""
    return (result for _, result in finished_jobs(work, jobs, ordered=True, **how))


def finished_jobs(
    work: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    *,
    ordered: bool = False,
    n_jobs: int | None = None,
    prefer: str | None = None,
    quieted: Kinds = (),
    at_home: bool = False,
) -> Iterator[tuple[int, Any]]:
    """The number of a job and ``work(*job)``, as they are finished, or `ordered`.

    `joblib.parallel_config` around the call says where and how many at a time; without it one
    after another, here. Each runs on one thread wherever it does, so that sums are added alike,
    and what it would run in parallel itself it then does not. A single job stays here, so that
    what is inside it can go elsewhere.

    Parameters
    ----------
    work : callable
        A function of a module, as it is sent by name.
    jobs : sequence of tuple
        Arguments. Those that several have are best the same objects, arrays or `Sent`.
    ordered : bool
    n_jobs, prefer
        As `joblib.Parallel` takes them.
    quieted : tuple of type
        Warnings that nobody is to hear; all others are given here, once each.
    at_home : bool
        Not to send anything, as memory of a device cannot be.
    """
    with one_thread(), quiet(*quieted):
        if at_home or len(jobs) < 2:
            for k, job in enumerate(jobs):
                yield k, work(*map(_received, job))
            return
        yield from _elsewhere(work, jobs, ordered, n_jobs, prefer, quieted)


def _elsewhere(
    work: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    ordered: bool,
    n_jobs: int | None,
    prefer: str | None,
    quieted: Kinds,
) -> Iterator[tuple[int, Any]]:
    """Where joblib sends them, which may be here."""
    asked = {"n_jobs": n_jobs, "prefer": prefer}  # None would hide what parallel_config says
    options: dict[str, Any] = {name: one for name, one in asked.items() if one is not None}
    backend, _ = get_active_backend(**({} if prefer is None else {"prefer": prefer}))
    options["return_as"] = "generator" if ordered else "generator_unordered"
    each_time = len(jobs)
    if not backend.supports_return_generator:  # multiprocessing, and Ray's, which is like it
        options["return_as"] = "list"
        each_time = 4 * joblib.effective_n_jobs(n_jobs)
    caller = _here()
    calls = [
        joblib.delayed(fourfold_job)(work, caller, quieted, k, *job)
        for k, job in enumerate(jobs)
    ]
    for first in range(0, len(calls), each_time):
        found = joblib.Parallel(**options)(calls[first : first + each_time])
        try:
            for k, result, heard in found:
                say(heard)
                yield k, result
        except BaseException:
            with quiet(UserWarning):  # joblib's, of jobs that are given up
                getattr(found, "close", list)()
            raise


def fourfold_job(
    work: Callable[..., Any], caller: tuple[Any, ...], quieted: Kinds, k: int, *job: Any
) -> tuple[int, Any, Sequence[Heard]]:
    """One job, wherever it was sent; Dask's dashboard shows the name."""
    given = [*map(_received, job)]
    here = _here()
    if here == caller:
        return k, work(*given), ()
    heard: Sequence[Heard] = ()
    with contextlib.ExitStack() as stack:
        if here[:2] != caller[:2]:
            heard = stack.enter_context(guest())
        stack.enter_context(kept_to_one_thread())
        stack.enter_context(_known_as_quiet(quieted))
        stack.enter_context(silent_progress())
        stack.enter_context(joblib.parallel_config("sequential"))
        result = work(*given)
    return k, result, [one for one in heard if not issubclass(one.category, quieted)]


def _here() -> tuple[str, int, int]:
    return platform.node(), os.getpid(), threading.get_ident()


def _received(one: Any) -> Any:
    return one.value if isinstance(one, Sent) else one


@contextlib.contextmanager
def quiet(*kinds: type[Warning]) -> Iterator[None]:
    """No warnings of these kinds inside.

    Filters are of the process: threads that set some side by side would take each other's off.
    So in a job whose caller has seen to it this does nothing.
    """
    if set(kinds) <= set(getattr(_quieted, "kinds", ())):
        yield
        return
    with warnings.catch_warnings(), _known_as_quiet(kinds):
        for kind in kinds:
            warnings.simplefilter("ignore", kind)
        yield


@contextlib.contextmanager
def _known_as_quiet(kinds: Kinds) -> Iterator[None]:
    before: Kinds = getattr(_quieted, "kinds", ())
    _quieted.kinds = (*before, *kinds)
    try:
        yield
    finally:
        _quieted.kinds = before
