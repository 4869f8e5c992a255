# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers fitted to several settings and seeds, with at most one warning of a kind."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sklearn.base import clone

from fourfold.runtime.caller import caller_depth
from fourfold.runtime.progress import progress, silent_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fourfold.posteriors.classifier_pid import ClassifierPID
    from fourfold.results.posterior_pid import PosteriorPID

__all__ = ["Fitting", "decode_each", "once_warned"]

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
    given_to: Callable[[Setting, int], Fitting],
    estimator: ClassifierPID,
    what: str,
) -> tuple[tuple[PosteriorPID, ...], ...]:
    """Results for each setting and seed; of one seed they have the same folds.

    `given_to` is asked of a setting and the number of a seed; `what` is the settings in one word.
    """
    found = []
    with progress(len(settings) * len(seeds), f"decode {what}") as bar, once_warned():
        for setting in settings:
            of_setting = []
            for k, seed in enumerate(seeds):
                of_setting.append(_fitted(estimator, given_to(setting, k), seed))
                bar.update()
            found.append(tuple(of_setting))
    return tuple(found)


def _fitted(estimator: ClassifierPID, given: Fitting, seed: int) -> PosteriorPID:
    fresh = clone(estimator).set_params(random_state=seed)
    try:
        with silent_progress():
            result: PosteriorPID = fresh.fit(
                given.x1, given.x2, given.y, groups=given.groups
            ).result_
    except (TypeError, ValueError) as error:
        if not given.name:
            raise
        msg = f"{given.name}: {error}"
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
