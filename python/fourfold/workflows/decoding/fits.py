# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers fitted to several settings and seeds, with at most one warning of a kind."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from fourfold.runtime.caller import caller_depth
from fourfold.runtime.jobs import run_jobs
from fourfold.runtime.progress import progress, silent_progress
from fourfold.workflows.decoding.targets import nothing_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fourfold.posteriors.classifier_pid import ClassifierPID
    from fourfold.results.posterior_pid import PosteriorPID

__all__ = [
    "Fitting",
    "decode_each",
    "decode_varied",
    "fitted",
    "of_rows",
    "once_warned",
]

Setting = TypeVar("Setting")


class Fitting(NamedTuple):
    """What an estimator is fitted to; `name` is for messages, and may be empty."""

    name: str
    x1: Any
    x2: Any
    y: Any
    groups: Any = None


def decode_each(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    given_to: Callable[[Setting, int], Sequence[Any]],
    estimator: ClassifierPID,
    what: str,
    made_by: Callable[..., Fitting] = Fitting,
) -> tuple[tuple[PosteriorPID, ...], ...]:
    """Results for each setting and seed; of one seed they have the same folds.

    `given_to` is asked of a setting and the number of a seed for what `made_by` makes a `Fitting`
    of, where it is fitted: so that what many have in common is sent, and not what is made of it.
    `what` is the settings in one word.
    """
    jobs = [
        (estimator, seed, made_by, *given_to(setting, k))
        for setting in settings
        for k, seed in enumerate(seeds)
    ]
    found = []
    with progress(len(jobs), f"decode {what}") as bar, once_warned():
        for result in run_jobs(fitted, jobs, quieted=(ConvergenceWarning,)):
            found.append(result)
            bar.update()
    n = len(seeds)
    return tuple(tuple(found[k : k + n]) for k in range(0, len(found), n))


def decode_varied(
    targets: Sequence[np.ndarray],
    seeds: Sequence[int],
    given_to: Callable[[int, int], Sequence[Any]],
    estimator: ClassifierPID,
    what: str,
    made_by: Callable[..., Fitting] = Fitting,
) -> list[tuple[PosteriorPID, ...]]:
    """As `decode_each`, of the numbers of the targets; nothing is fitted to one of one class."""
    varied = [k for k, target in enumerate(targets) if np.ptp(target, axis=0).max() > 0]
    found = iter(decode_each(varied, seeds, given_to, estimator, what, made_by))
    level = float(estimator.confidence_level)
    return [
        next(found) if k in varied else (nothing_told(len(target), level),) * len(seeds)
        for k, target in enumerate(targets)
    ]


def of_rows(name: str, x1: Any, x2: Any, y: Any, rows: Any, groups: Any = None) -> Fitting:
    """Some rows of embeddings, which are taken where they are fitted."""
    return Fitting(name, x1[rows], x2[rows], y, groups)


def fitted(
    estimator: ClassifierPID, seed: int, made_by: Callable[..., Fitting], *given: Any
) -> PosteriorPID:
    """Classifiers of one seed; raises with the name of what they were fitted to."""
    fresh = clone(estimator).set_params(random_state=seed)
    name, x1, x2, y, groups = made_by(*given)
    try:
        with silent_progress():
            result: PosteriorPID = fresh.fit(x1, x2, y, groups=groups).result_
    except (TypeError, ValueError) as error:
        if not name:
            raise
        msg = f"{name}: {error}"
        raise type(error)(msg) from error
    return result


@contextlib.contextmanager
def once_warned() -> Iterator[None]:
    """Of several warnings of one kind give the first, and say how many there were."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    kinds: dict[Any, list[str]] = {}
    for warning in caught:
        kinds.setdefault(warning.category, []).append(str(warning.message))
    for kind, texts in kinds.items():
        more = f" (the first of {len(texts)} such warnings)" if len(texts) > 1 else ""
        warnings.warn(texts[0] + more, kind, stacklevel=caller_depth())
