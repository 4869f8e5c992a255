# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gaussians fitted to several settings, what their sweep has beside the atoms, and its columns."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.inference.intervals import first_shares
from fourfold.inputs.device import on_device, to_numpy
from fourfold.results.atoms import Atoms
from fourfold.results.gaussian_table import APART
from fourfold.results.table import atom_columns, number, only_page
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.jobs import Sent, run_jobs
from fourfold.runtime.progress import progress, silent_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.results.gaussian_pid import GaussianPID
    from fourfold.results.table import Column
    from fourfold.results.words import Names
    from fourfold.workflows.decoding.plans import Plan

__all__ = [
    "Fitted",
    "doubts_of",
    "fit_each",
    "fitted_case",
    "gaussian_columns",
    "gaussian_notes",
    "gaussian_summary",
    "say_once",
]

#: Of a warning, by which those of several settings are told to be of one kind.
_KIND = 3  # words

Heard = list[tuple[type[Warning], str]]


class Fitted(NamedTuple):
    """Of L settings, of the Gaussian fitted to each, in bits; NaN where it was not made.

    Attributes
    ----------
    standard_error : Atoms of ndarray, each of shape (L,)
    unique_cross_fitted : (ndarray, ndarray), each of shape (L,)
        U1 and U2, directions chosen on some rows and measured on others.
    pvalues : ndarray, shape (L, 3)
        Of U1 = 0, U2 = 0 and S = 0.
    mi1, mi2 : ndarray, shape (L,)
    not_gaussian : ndarray of bool, shape (L,)
        Whether a check found more dependence than a Gaussian has.
    """

    standard_error: Atoms
    unique_cross_fitted: tuple[np.ndarray, np.ndarray]
    pvalues: np.ndarray
    mi1: np.ndarray
    mi2: np.ndarray
    not_gaussian: np.ndarray

    def few_rows(self, plug_in: Any) -> np.ndarray:
        """Of which settings plug-in and cross-fitted U are far apart."""
        fitted = (plug_in.unique1, plug_in.unique2)
        pairs = zip(fitted, self.unique_cross_fitted, strict=True)
        apart = np.array([one - other for one, other in pairs])
        few: np.ndarray = np.any(np.nan_to_num(apart) > APART, axis=0)
        return few


def fit_each(
    cases: Sequence[Any], plan: Plan, seed: int, what: str
) -> tuple[tuple[GaussianPID, ...], ...]:
    """A result for each case, all of the same folds, with at most one warning of a kind."""
    estimator = Sent(plan.estimator)
    jobs = [(estimator, seed, *case[:4]) for case in cases]
    there = any(on_device(values) for case in cases for values in case[1:4])
    found = []
    with progress(len(jobs), f"fit {what}") as bar, silent_progress():
        for one in run_jobs(fitted_case, jobs, at_home=there):
            found.append(one)
            bar.update()
    say_once([case.name for case in cases], [heard for _, heard in found])
    return tuple((result,) for result, _ in found)


def fitted_case(
    estimator: Any, seed: int, name: str, x1: Any, x2: Any, y: Any
) -> tuple[GaussianPID, Heard]:
    """The Gaussian of one case, and what it warned of; raises with its name."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result: GaussianPID = estimator(x1, x2, y, random_state=seed)
        except (TypeError, ValueError) as error:
            msg = f"{name}: {error}"
            raise type(error)(msg) from error
    if result.shape:
        msg = (
            f"{name}: expected arrays (N, d) or (N,), got some with {result.shape[0]} layers in front; "
            "give layers to layer_profile as a mapping or as one array (L, N, d)"
        )
        raise ValueError(msg)
    return result, [(one.category, str(one.message)) for one in caught]


def say_once(names: Sequence[str], heard: Sequence[Heard]) -> None:
    """Of warnings of one kind give the first, and name all that it is of."""
    kinds: dict[Any, list[tuple[str, str]]] = {}
    for name, each in zip(names, heard, strict=True):
        for category, text in each:
            kinds.setdefault((category, *text.split()[:_KIND]), []).append((name, text))
    for (category, *_), said in kinds.items():
        which = [*dict.fromkeys(name for name, _ in said)]
        named = ", ".join(which[:5]) + (", ..." if len(which) > 5 else "")
        msg = f"{len(which)} of {len(names)} ({named}); the first: {said[0][1]}"
        warnings.warn(
            msg if len(names) > 1 else f"{named}: {said[0][1]}",
            category,
            stacklevel=caller_depth(),
        )


def gaussian_summary(
    results: tuple[tuple[GaussianPID, ...], ...], seed: int, level: float, words: str
) -> dict[str, Any]:
    """The fields of a `Sweep` of Gaussians."""
    each = [of_one[0] for of_one in results]
    atoms = _atoms([found.atoms for found in each])
    first = first_shares(np.transpose(atoms))
    first[np.maximum(atoms.unique1, 0) + np.maximum(atoms.unique2, 0) <= 1e-12] = np.nan
    intervals: list[Any] = [found.confidence_interval for found in each]
    low = high = shares = plug_in = bias = None
    if all(interval is not None for interval in intervals):
        low = _atoms([interval.low for interval in intervals])
        high = _atoms([interval.high for interval in intervals])
        shares = np.array([interval.contributions for interval in intervals], dtype=float)
    if all(found.plug_in is not None for found in each):
        plug_in = _atoms([found.plug_in for found in each])
    if all(found.bias is not None for found in each):
        bias = _atoms([found.bias for found in each])
    nothing = Atoms(*[np.nan] * 4)
    crossed = np.array([found.unique_cross_fitted or (np.nan, np.nan) for found in each])
    checks = [found.dependence for found in each]
    return {
        "atoms": atoms,
        "mi_joint": np.array([float(found.mi_joint) for found in each]),
        "by_seed": np.transpose(atoms)[:, None].copy(),
        "contributions": np.stack([first, 1 - first], axis=1),
        "results": results,
        "seeds": (seed,),
        "confidence_level": float(level),
        "estimator": words,
        "low": low,
        "high": high,
        "plug_in": plug_in,
        "bias": bias,
        "contribution_intervals": shares,
        "gaussian": Fitted(
            _atoms([found.standard_error or nothing for found in each]),
            (crossed[:, 0], crossed[:, 1]),
            np.array([found.pvalues or [np.nan] * 3 for found in each], dtype=float),
            np.array([float(found.mi1) for found in each]),
            np.array([float(found.mi2) for found in each]),
            np.array([check is not None and bool(check.exceeds) for check in checks]),
        ),
    }


def _atoms(each: Sequence[Any]) -> Atoms:
    """Atoms of shape (L,)."""
    return Atoms(*np.array([[*map(to_numpy, one)] for one in each], dtype=float).T.copy())


# -- shown -----------------------------------------------------------------------------


def gaussian_columns(sweep: Any, names: Names) -> list[Column]:
    """The atoms with their intervals, the informations, and U read in two ways."""
    fitted: Fitted = sweep.gaussian
    columns = atom_columns(sweep.atoms, sweep.low, sweep.high, sweep.mi_joint, names)
    first, second = names.sources
    columns += [
        (only_page(f"I({first}; {names.target})"), map(number, fitted.mi1)),
        (only_page(f"I({second}; {names.target})"), map(number, fitted.mi2)),
    ]
    for k, source in enumerate(names.sources):
        head = only_page(f"unique to {source}, cross-fitted")
        columns.append((head, map(number, fitted.unique_cross_fitted[k])))
        if sweep.plug_in is not None:
            head = only_page(f"unique to {source}, plug-in")
            columns.append((head, map(number, sweep.plug_in[1 + k])))
    return columns


def doubts_of(labels: Sequence[str], flags: Sequence[Sequence[str]]) -> list[str]:
    """A line for each flag, with the settings that have it."""
    every = dict.fromkeys(flag for of_one in flags for flag in of_one)
    which = {
        flag: [label for label, of_one in zip(labels, flags, strict=True) if flag in of_one]
        for flag in every
    }
    return [f"* {flag.upper()}: {', '.join(found)}" for flag, found in which.items()]


def gaussian_notes() -> list[str]:
    """What is to be said of these columns."""
    words = (
        "Of Gaussians in closed form, corrected for the number of rows. Plug-in U is too large, "
        "cross-fitted U may miss some; intervals reach from the one to the other."
    )
    return [words]
