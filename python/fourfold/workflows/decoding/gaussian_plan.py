# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""`gaussian_pid` as what a workflow fits to each of its settings, with options of the user's."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from fourfold.embeddings.options import ClusteringOptions
from fourfold.gaussian.gaussian_pid import gaussian_pid
from fourfold.inputs.numbers import check_confidence_level

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GAUSSIAN", "gaussian_level", "gaussian_partial", "gaussian_words", "is_gaussian"]

GAUSSIAN = "gaussian"
#: Options of a workflow that a fit by name takes.
_TAKEN = ("bias_correction", "n_resamples", "confidence_level")
#: Those that it does not.
_NOT_TAKEN = ("n_clusters", *ClusteringOptions.__annotations__)
_PARAMETERS = inspect.signature(gaussian_pid).parameters
#: Options of `gaussian_pid`: its keywords, but what the workflow gives.
_OPTIONS = tuple(
    name
    for name, parameter in _PARAMETERS.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name != "random_state"
)


def is_gaussian(estimator: Any) -> bool:
    """Whether it is "gaussian", `gaussian_pid`, or a partial of that."""
    if isinstance(estimator, str):
        return estimator == GAUSSIAN
    return (
        estimator.func if isinstance(estimator, functools.partial) else estimator
    ) is gaussian_pid


def gaussian_partial(
    workflow: str, estimator: Any, options: Mapping[str, Any], n_seeds: Any
) -> functools.partial[Any]:
    """`gaussian_pid` with all of its options, or raise with the name of the one that is wrong."""
    own = {} if isinstance(estimator, str) else _own(estimator)
    for name, value in options.items():
        if name in _OPTIONS and name not in _TAKEN:
            msg = (
                f"{workflow}() got an unexpected keyword argument {name!r}; expected it as "
                f"estimator=functools.partial(fourfold.gaussian_pid, {name}={value!r:.40})"
            )
            raise TypeError(msg)
        if name not in _NOT_TAKEN + _TAKEN:
            msg = f"{workflow}() got an unexpected keyword argument {name!r}"
            raise TypeError(msg)
        if name not in _TAKEN:
            msg = (
                f"{name}: no option of a fit in closed form, and estimator is 'gaussian'; expected "
                f"{', '.join(_TAKEN)}, or another estimator"
            )
            raise ValueError(msg)
        if not isinstance(estimator, str):
            msg = (
                f"{name}: gaussian_pid was given; set it there, "
                f"functools.partial(fourfold.gaussian_pid, {name}={value!r})"
            )
            raise ValueError(msg)  # noqa: TRY004  the option is wrong, not its type
    if n_seeds is not None and n_seeds != 1:
        msg = f"n_seeds: a Gaussian is fitted once, in closed form; expected 1, got {n_seeds!r}"
        raise ValueError(msg)
    every = {name: _PARAMETERS[name].default for name in _OPTIONS} | own | dict(options)
    return functools.partial(gaussian_pid, **every)


def _own(estimator: Any) -> dict[str, Any]:
    """The options of a partial."""
    if not isinstance(estimator, functools.partial):
        return {}
    if estimator.args:
        msg = (
            "estimator: a partial of gaussian_pid must have keywords only, as the arrays are those "
            f"of each setting, got {len(estimator.args)} positional arguments"
        )
        raise ValueError(msg)
    for name in estimator.keywords:
        if name == "random_state":
            msg = "estimator: random_state is that of the workflow; expected it there"
            raise ValueError(msg)
        if name not in _OPTIONS:
            msg = (
                f"estimator: gaussian_pid has no option {name!r}; expected some of "
                f"{', '.join(_OPTIONS)}"
            )
            raise TypeError(msg)
    return dict(estimator.keywords)


def gaussian_level(estimator: functools.partial[Any]) -> float:
    """Of its intervals, 0.95 where there are to be none; raises where it is no level."""
    level = estimator.keywords["confidence_level"]
    return 0.95 if level is None else check_confidence_level(level)


def gaussian_words(estimator: functools.partial[Any]) -> str:
    """ "of Gaussian copulas", and what else tells fits apart."""
    options = estimator.keywords
    words = "of Gaussian copulas" if options["copula"] else "of Gaussians"
    if options["given"] is not None:
        words += " given T"
    if options["shrinkage"] is not None:
        words += f", shrunk ({options['shrinkage']})"
    return words
