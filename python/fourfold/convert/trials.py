# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays of MINT, whose last axis is trials, binned as there."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.convert.states import Samples, in_order, joint_codes, whole_numbers
from fourfold.inputs.arrays import as_array, as_real, index_of_first
from fourfold.inputs.numbers import positive_int

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["mint"]

_METHODS = ("none", "eqpop", "eqspace", "userEdges")
_NAMES = ("inputs[0]", "inputs[1]", "inputs[2]")
_BIN = 'say bin_method="eqpop" (or "eqspace", "userEdges") for this variable'


def mint(
    inputs: Sequence[Any],
    *,
    bin_method: str | Sequence[str] = "none",
    n_bins: Any = 3,
    edges: Any = None,
    timepoint: int | None = None,
) -> Samples:
    """Inputs of MINT's ``PID({A, B, target}, ...)``, trials last, in the bins of its options.

    Parameters
    ----------
    inputs : sequence of three array_like
        The first source, the second and the target, each of shape (dimensions, trials),
        (dimensions, time points, trials) or (trials,): MINT's cell array, also as
        ``scipy.io.loadmat`` reads it.
    bin_method : str or sequence of str
        ``"none"``, ``"eqpop"``, ``"eqspace"`` or ``"userEdges"``; of each variable, or the last
        one also of those that follow, as in MINT.
    n_bins : int or sequence
        Bins of each variable, or a list of those of each dimension.
    edges : sequence, optional
        Inner edges for ``"userEdges"``, or a list of those of each variable; a value at an edge is
        in the bin above it.
    timepoint : int, optional
        Which point in time to decompose, from 0; needed where there are several. Bins are those of
        all of them.

    Returns
    -------
    Samples
        ``(x1, x2, y)`` for `fourfold.pid`, a sample a trial; dimensions are one joint state.

    Raises
    ------
    TypeError
        If the inputs or options of several variables are no list, but for example a set.
    ValueError
        If there are not three variables of as many trials, values are missing (leave these trials
        out), or are fractions that no bins were asked for: MINT makes 100 bins of more than 1000
        values without being asked.

    See Also
    --------
    fourfold.pid : Decompose it, in bits. MINT's default ``bias="naive"`` is
        ``bias_correction="none"``; ``"qe"`` and ``"shuffle"`` are there by name.

    Notes
    -----
    Equal values are never parted, so bins of ``"eqpop"`` may be fewer and of unequal sizes.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> stimulus = rng.integers(0, 4, 800)
    >>> neurons = rng.poisson(1.0 + stimulus, (2, 800)), rng.poisson(1.0 + stimulus, (3, 800))
    >>> samples = ff.convert.mint([*neurons, stimulus], bin_method=["eqpop", "eqpop", "none"])
    >>> len(samples.x1), len(np.unique(samples.x1)) <= 9
    (800, True)
    """
    variables = _variables(inputs)
    methods = _each(bin_method, "bin_method")
    bins, cuts = _each(n_bins, "n_bins"), _edges(edges)
    binned = [
        _binned(variable, name, method, count, cut)
        for variable, name, method, count, cut in zip(
            variables, _NAMES, methods, bins, cuts, strict=True
        )
    ]
    moments = max(variable.shape[1] for variable in binned)
    for variable, name in zip(binned, _NAMES, strict=True):
        if variable.shape[1] not in {1, moments}:
            msg = f"{name}: has {variable.shape[1]} time points where others have {moments}"
            raise ValueError(msg)
    if timepoint is None:
        if moments > 1:
            msg = (
                f"timepoint: expected which of the {moments} time points, got None; for all of "
                f"them [ff.pid(*ff.convert.mint(inputs, timepoint=t)) for t in range({moments})]"
            )
            raise ValueError(msg)
        timepoint = 0
    if positive_int(timepoint, "timepoint", least=0) >= moments:
        msg = f"timepoint: expected 0 to {moments - 1}, got {timepoint}"
        raise ValueError(msg)
    return Samples(
        *(
            joint_codes(list(variable[:, timepoint if variable.shape[1] > 1 else 0]))
            for variable in binned
        )
    )


def _variables(inputs: Any) -> list[np.ndarray]:
    """Three arrays of shape (dimensions, time points, trials)."""
    if isinstance(inputs, np.ndarray) and inputs.dtype == object:  # a cell array of MATLAB
        inputs = inputs.ravel().tolist()
    inputs = in_order(inputs, "inputs", "two sources and a target")
    if len(inputs) != 3:
        msg = (
            "inputs: expected two sources and a target, each of shape (dimensions, trials), got "
            f"{len(inputs)} variables"
        )
        raise ValueError(msg)
    variables = []
    for values, name in zip(inputs, _NAMES, strict=True):
        array = as_array(values, name)
        if array.dtype.kind in "USO":
            msg = (
                f"{name}: expected numbers, got {array.ravel()[:1].tolist()}; of names of stimuli "
                "give np.unique(names, return_inverse=True)[1]"
            )
            raise ValueError(msg)
        array = as_real(array, name)
        if array.ndim not in {1, 2, 3} or array.size == 0:
            msg = (
                f"{name}: expected shape (dimensions, trials) or (dimensions, time points, "
                f"trials), trials last, got shape {array.shape}"
            )
            raise ValueError(msg)
        wrong = ~np.isfinite(array)
        if wrong.any():
            msg = (
                f"{name}: entries must be finite, got {array[wrong][0]} at index "
                f"{index_of_first(wrong)}; leave this trial out of all three variables"
            )
            raise ValueError(msg)
        if array.ndim == 1:
            array = array[np.newaxis]
        variables.append(array if array.ndim == 3 else array[:, np.newaxis])
    trials = [array.shape[-1] for array in variables]
    if len(set(trials)) > 1 or (trials[0] == 1 and any(a.size > 1 for a in variables)):
        told = ", ".join(
            f"{name} has {count}" for name, count in zip(_NAMES, trials, strict=True)
        )
        msg = (
            f"inputs: expected as many trials in the last axis of each, and several, but {told}; "
            "where trials are the rows, transpose it: np.transpose(variable)"
        )
        raise ValueError(msg)
    return variables


def _each(option: Any, name: str) -> list[Any]:
    """An option of each of the three variables; the last one given is also of those after it."""
    given = (
        [option]
        if isinstance(option, str | numbers.Integral)
        else in_order(option, name, "one, or one for each of the three variables,")
    )
    if not 1 <= len(given) <= 3:
        msg = f"{name}: expected one, or one for each of the three variables, got {len(given)}"
        raise ValueError(msg)
    return given + given[-1:] * (3 - len(given))


def _edges(edges: Any) -> list[Any]:
    if edges is None:
        return [None] * 3
    edges = in_order(edges, "edges", "inner edges, or those of each variable,")
    return _each(edges if any(np.ndim(part) for part in edges) else [edges], "edges")


def _binned(
    variable: np.ndarray, name: str, method: str, n_bins: Any, edges: Any
) -> np.ndarray:
    """Whole numbers of the shape of the variable; bins are those of all times and trials."""
    if method not in _METHODS:
        msg = f"bin_method: expected one of {', '.join(_METHODS)}, got {method!r}"
        raise ValueError(msg)
    if method == "none":
        return whole_numbers(variable, name, _BIN)
    counts = [n_bins] * len(variable) if np.ndim(n_bins) == 0 else list(n_bins)
    if len(counts) != len(variable):
        msg = f"n_bins: {name} has {len(variable)} dimensions, got bins of {len(counts)}"
        raise ValueError(msg)
    if method == "userEdges" and edges is None:
        msg = f'edges: bin_method="userEdges" of {name} needs its inner edges, got None'
        raise ValueError(msg)
    rows = []
    for row, count in zip(variable, counts, strict=True):
        if method == "userEdges":
            inner = np.sort(as_real(as_array(edges, "edges"), "edges"))
        elif method == "eqspace":
            inner = np.linspace(row.min(), row.max(), positive_int(count, "n_bins") + 1)[1:-1]
        else:
            inner = _equally_populated(row, positive_int(count, "n_bins"))
        rows.append(np.digitize(row, inner))
    return np.stack(rows).astype(np.int64)


def _equally_populated(row: np.ndarray, n_bins: int) -> np.ndarray:
    """Inner edges with equally many values between them; the bin above holds what is at an edge.

    Where equal values span an edge it moves up to the next value, so that they stay together.
    """
    ordered = np.sort(row, axis=None)
    states = np.unique(ordered)
    if len(states) <= n_bins:
        return states[1:]
    inner: list[Any] = []
    below = ordered[0]
    for k in range(1, n_bins):
        edge = ordered[math.floor(k * len(ordered) / n_bins + 0.5)]
        if edge <= below:
            above = states[np.searchsorted(states, below, side="right") :]
            if not len(above):
                break
            edge = above[0]
        inner.append(edge)
        below = edge
    return np.array(inner)
