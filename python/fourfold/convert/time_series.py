# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Time series of IDTxl and JIDT as samples of pasts and presents."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.convert.states import Samples, as_states, in_order, joint_codes
from fourfold.inputs.arrays import as_array
from fourfold.inputs.numbers import positive_int

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["idtxl", "jidt"]

_AXES = "psr"
_BIN = "IDTxl and JIDT decompose discrete series: bin it first, for example by ff.bin_target"


def idtxl(
    data: Any,
    sources: Sequence[Any],
    target: int,
    lags: Sequence[Any] = (1, 1),
    *,
    dim_order: str = "psr",
) -> Samples:
    """Data of IDTxl, as its ``BivariatePID`` sees them: the sources' pasts and the target.

    Parameters
    ----------
    data : idtxl.data.Data or array_like
        Discrete series, of shape (processes, samples, replications) unless `dim_order` says
        otherwise. A ``Data`` must have been made with ``normalise=False``.
    sources : pair
        The process of each source, or a list of processes.
    target : int
        That of the target.
    lags : pair
        IDTxl's ``lags_pid``: how many samples each source lies before the target; or a list of
        lags, whose values together are one state.
    dim_order : str
        What the axes of an array are: 'p' processes, 's' samples in time, 'r' replications.

    Returns
    -------
    Samples
        ``(x1, x2, y)`` for `fourfold.pid`, (samples - largest lag) x replications of them; no
        sample reaches across two replications.

    Raises
    ------
    ValueError
        If values are no whole numbers, axes do not fit, there is no such process, or a lag is as
        long as the series.

    See Also
    --------
    fourfold.pid : Decompose it, in bits, as IDTxl's are: R is ``shd_s1_s2``, U1 ``unq_s1``, U2
        ``unq_s2`` and S ``syn_s1_s2``, before any correction (``bias_correction="none"``).

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).integers(0, 2, (2, 1001))
    >>> y = np.r_[0, (x1 ^ x2)[:-1]]  # of one step before
    >>> samples = ff.convert.idtxl(np.array([x1, x2, y]), [0, 1], 2, dim_order="ps")
    >>> len(samples.y), round(ff.pid(*samples).synergy, 2)
    (1000, 1.0)
    """
    values = _processes(data, dim_order)
    length = values.shape[1]
    pasts = []
    sources = in_order(sources, "sources", "the process of each of two sources")
    lags = in_order(lags, "lags", "the lag of each of two sources")
    if len(sources) != 2 or len(lags) != 2:
        msg = f"sources, lags: expected two of each, got {len(sources)} and {len(lags)}"
        raise ValueError(msg)
    for k, (processes, steps) in enumerate(zip(sources, lags, strict=True)):
        pasts.append(
            [
                (process, lag)
                for process in _several(processes, f"sources[{k}]")
                for lag in _several(steps, f"lags[{k}]")
            ]
        )
    longest = max(lag for past in pasts for _, lag in past)
    if longest >= length:
        msg = f"lags: expected less than the {length} samples in time, got {longest}"
        raise ValueError(msg)
    for name, process in [
        *((f"sources[{k}]", process) for k, past in enumerate(pasts) for process, _ in past),
        ("target", positive_int(target, "target", least=0)),
    ]:
        if process >= len(values):
            msg = f"{name}: there is no process {process}, data has {len(values)} of them"
            raise ValueError(msg)

    def column(process: int, lag: int) -> np.ndarray:
        # replications in the outer loop, as IDTxl counts realisations
        return values[process, longest - lag : length - lag].T.ravel()

    x1, x2 = (joint_codes([column(*step) for step in past]) for past in pasts)
    return Samples(x1, x2, column(target, 0))


def _processes(data: Any, dim_order: Any) -> np.ndarray:
    """Whole numbers of shape (processes, samples, replications)."""
    if hasattr(data, "n_processes"):
        if getattr(data, "normalise", False):
            msg = (
                "data: it was standardised, and is not discrete any more; make it with "
                "Data(values, dim_order, normalise=False)"
            )
            raise ValueError(msg)
        data, dim_order = data.data, _AXES
    values = as_states(data, "data", _BIN)
    if not isinstance(dim_order, str):
        msg = f"dim_order: expected a string such as 'psr', got {dim_order!r}"
        raise TypeError(msg)
    if (
        sorted(dim_order) != sorted(set(dim_order) & set(_AXES))
        or len(dim_order) != values.ndim
    ):
        msg = (
            f"dim_order: expected one of 'p', 's', 'r' for each axis of shape {values.shape}, "
            f"got {dim_order!r}"
        )
        if values.ndim == 2 and dim_order == _AXES:
            msg += '; of one replication dim_order="ps", where processes are the rows'
        raise ValueError(msg)
    if "p" not in dim_order or "s" not in dim_order:
        msg = f"dim_order: expected processes 'p' and samples 's', got {dim_order!r}"
        raise ValueError(msg)
    for axis in _AXES[len(dim_order) :]:
        values, dim_order = values[..., np.newaxis], dim_order + axis
    return values.transpose([dim_order.index(axis) for axis in _AXES])


def _several(values: Any, name: str) -> list[int]:
    one = np.ndim(values) == 0 and not isinstance(values, AbstractSet | Mapping)
    several = [values] if one else in_order(values, name, "one, or several")
    if not several:
        msg = f"{name}: expected at least one, got none"
        raise ValueError(msg)
    return [positive_int(value, name, least=0) for value in several]


def jidt(
    source: Any,
    dest: Any,
    *,
    k: int = 1,
    k_tau: int = 1,
    l: int = 1,  # JIDT's name
    l_tau: int = 1,
    delay: int = 1,
    base: int | None = None,
) -> Samples:
    """Discrete series as JIDT's transfer entropy sees them: two pasts, and what comes next.

    Parameters
    ----------
    source, dest : array_like, shape (T,), or list of these
        Series of whole numbers, as ``addObservations(source, dest)`` takes them; of several trials
        a list of series each, of equal lengths in both. No sample reaches across two trials.
    k, k_tau : int
        Values of the destination's past, and steps between them.
    l, l_tau : int
        Values of the source's past, and steps between them.
    delay : int
        Steps from the latest value of the source to the destination, at least 1.
    base : int, optional
        JIDT's number of states; where given, values must be 0 to base - 1. Not needed here.

    Returns
    -------
    Samples
        ``(x1, x2, y)`` for `fourfold.pid`: the source's past, the destination's past, and the
        destination's next value. U1 + S is the transfer entropy, R + U2 what is stored in its past.

    Raises
    ------
    ValueError
        If values are no whole numbers, series differ in length, or are too short.

    See Also
    --------
    idtxl : Two sources and a target.
    fourfold.pid : Decompose it, in bits, as JIDT's discrete calculators do; with
        ``bias_correction="none"`` the numbers are theirs.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> source = np.random.default_rng(0).integers(0, 2, 1001)
    >>> dest = np.r_[0, source[:-1]]
    >>> result = ff.pid(*ff.convert.jidt(source, dest), bias_correction="none")
    >>> round(result.unique1 + result.synergy, 2)
    1.0
    """
    k, k_tau, l, l_tau, delay = (
        positive_int(value, name)
        for name, value in {
            "k": k, "k_tau": k_tau, "l": l, "l_tau": l_tau, "delay": delay,
        }.items()
    )  # fmt: skip
    if base is not None:
        base = positive_int(base, "base")
    trials = _trials(source, "source", base), _trials(dest, "dest", base)
    if [len(s) for s in trials[0]] != [len(d) for d in trials[1]]:
        msg = (
            "source, dest: expected series of the same lengths, got "
            f"{[len(s) for s in trials[0]]} and {[len(d) for d in trials[1]]}"
        )
        raise ValueError(msg)
    first = max((k - 1) * k_tau + 1, (l - 1) * l_tau + delay)
    parts = [
        (
            [s[first - delay - j * l_tau : len(s) - delay - j * l_tau] for j in range(l)],
            [d[first - 1 - j * k_tau : len(d) - 1 - j * k_tau] for j in range(k)],
            d[first:],
        )
        for s, d in zip(*trials, strict=True)
        if len(s) > first
    ]
    if not parts:
        longest = max(len(s) for s in trials[0])
        msg = (
            f"source, dest: series of {longest} values are too short: with k={k}, k_tau={k_tau}, "
            f"l={l}, l_tau={l_tau}, delay={delay} the first sample is value {first}"
        )
        raise ValueError(msg)
    sources, pasts, nexts = zip(*parts, strict=True)
    return Samples(
        joint_codes([np.concatenate(steps) for steps in zip(*sources, strict=True)]),
        joint_codes([np.concatenate(steps) for steps in zip(*pasts, strict=True)]),
        np.concatenate(nexts),
    )


def _trials(values: Any, name: str, base: int | None) -> list[np.ndarray]:
    """One series, or each of a list of them."""
    several = isinstance(values, list | tuple) and any(np.ndim(value) for value in values)
    named = (
        [(value, f"{name}[{k}]") for k, value in enumerate(values)]
        if several
        else [(values, name)]
    )
    series = []
    for value, place in named:
        if as_array(value, place).ndim != 1:
            msg = (
                f"{place}: expected a series of shape (T,), got shape {np.shape(value)}; of "
                f"trials in rows hand over list({place})"
            )
            raise ValueError(msg)
        states = as_states(value, place, _BIN)
        if base is not None:
            wrong = (states < 0) | (states >= base)
            if wrong.any():
                msg = (
                    f"{place}: expected values of 0 to base - 1 = {base - 1}, got "
                    f"{states[wrong][0]} at index {int(np.argmax(wrong))}"
                )
                raise ValueError(msg)
        series.append(states)
    return series
