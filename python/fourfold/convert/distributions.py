# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Joint distributions of dit, BROJA_2PID and pliang279/PID, as outcomes (x1, x2, y)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fourfold.inputs.arrays import as_array, as_real

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["Outcomes", "broja_2pid", "dit", "liang"]

#: What `fourfold.decompose` takes: the probability of each (x1, x2, y).
Outcomes: TypeAlias = "dict[tuple[Hashable, Hashable, Hashable], float]"

_ORDER = "the order is the target, then the first and the second source"


def broja_2pid(pdf: Any) -> Outcomes:
    """A distribution of BROJA_2PID, whose target is first.

    Parameters
    ----------
    pdf : mapping
        ``{(target, source 1, source 2): probability}``, as ``BROJA_2PID.pid`` takes it: there these
        are called X, Y and Z, and the results SI, UIY, UIZ and CI, in bits.

    Returns
    -------
    dict
        ``{(x1, x2, y): probability}`` for `fourfold.decompose`; R is SI, U1 is UIY, U2 is UIZ and
        S is CI.

    Raises
    ------
    TypeError
        If it is not a mapping.
    ValueError
        If a key does not have three entries.

    See Also
    --------
    fourfold.decompose : Decompose it, with a certificate.

    Examples
    --------
    >>> import fourfold as ff
    >>> pdf = {(0, 0, 0): 0.25, (0, 0, 1): 0.25, (0, 1, 0): 0.25, (1, 1, 1): 0.25}
    >>> ff.convert.broja_2pid(pdf)[0, 1, 0]
    0.25
    """
    if not isinstance(pdf, Mapping):
        msg = (
            "pdf: expected a dict {(target, source 1, source 2): probability}, "
            f"got {type(pdf).__name__}"
        )
        raise TypeError(msg)
    outcomes = {}
    for key, probability in pdf.items():
        if not isinstance(key, tuple) or len(key) != 3:
            msg = f"pdf: expected keys of three entries, got {key!r}; {_ORDER}"
            raise ValueError(msg)
        target, source1, source2 = key
        outcomes[source1, source2, target] = probability
    return outcomes


def dit(dist: Any, sources: Sequence[Any] | None = None, target: Any = None) -> Outcomes:
    """A distribution of dit.

    Parameters
    ----------
    dist : dit.Distribution
        A joint distribution, linear or of logarithms of any base. It is read by its attributes
        ``outcomes``, ``pmf``, ``get_base()`` and ``get_rv_names()``, of any version of dit.
    sources : pair, optional
        The variables of each source, as in ``dit.pid.PID_BROJA(dist, sources, target)``: numbers
        or names of variables, or a list of them. By default the first two of three variables.
    target : int, str or list, optional
        Those of the target; by default the last one. Variables that are in none are summed out.

    Returns
    -------
    dict
        ``{(x1, x2, y): probability}`` for `fourfold.decompose`. A state of several variables is a
        tuple of theirs.

    Raises
    ------
    TypeError
        If it is no distribution of numbers.
    ValueError
        If there is no such variable, there are more than three and none were chosen, or the
        distribution is a conditional one.

    See Also
    --------
    fourfold.decompose : Decompose it. ``{0}{1}`` of dit is R, ``{0}`` U1, ``{1}`` U2, ``{0:1}`` S.

    Examples
    --------
    >>> import dit, fourfold as ff  # doctest: +SKIP
    >>> d = dit.Distribution(["000", "011", "101", "110"], [1 / 4] * 4)  # doctest: +SKIP
    >>> ff.decompose(ff.convert.dit(d, [[0], [1]], [2])).synergy  # doctest: +SKIP
    1.0
    """
    probabilities = _linear(dist)
    outcomes = [tuple(outcome) for outcome in dist.outcomes]
    width = len(outcomes[0]) if outcomes else 0
    names = getattr(dist, "get_rv_names", lambda: None)()
    if sources is None or target is None:
        if width != 3 or sources is not None or target is not None:
            msg = (
                f"sources, target: dist has {width} variables, expected which of them are the "
                "two sources and the target, for example sources=[[0], [1]], target=[2]"
            )
            raise ValueError(msg)
        sources, target = ((0,), (1,)), (2,)
    if len(sources) != 2:
        msg = (
            f"sources: expected two of them, got {len(sources)}; "
            "several variables are one source as a list, for example [[0, 1], [2]]"
        )
        raise ValueError(msg)
    groups = [
        _variables(group, names, width, name)
        for group, name in (
            (sources[0], "sources[0]"),
            (sources[1], "sources[1]"),
            (target, "target"),
        )
    ]
    masses: defaultdict[Any, list[float]] = defaultdict(list)
    for outcome, mass in zip(outcomes, probabilities, strict=True):
        key = tuple(
            outcome[group[0]] if len(group) == 1 else tuple(outcome[k] for k in group)
            for group in groups
        )
        masses[key].append(mass)
    return {key: math.fsum(parts) for key, parts in masses.items()}


def _linear(dist: Any) -> list[float]:
    """The probabilities of a distribution, whatever the base of its logarithms."""
    if not (hasattr(dist, "outcomes") and hasattr(dist, "pmf")):
        msg = f"dist: expected a dit.Distribution, got {type(dist).__name__}"
        raise TypeError(msg)
    given = getattr(dist, "given_vars", None)
    if given:
        msg = (
            f"dist: expected a joint distribution, got one given {', '.join(map(str, given))}; "
            "multiply it by theirs"
        )
        raise ValueError(msg)
    pmf = as_real(as_array(dist.pmf, "dist"), "dist").astype(np.float64)
    base = getattr(dist, "get_base", lambda: "linear")()
    if base == "linear":
        return [float(p) for p in pmf]
    base = math.e if base == "e" else float(base)
    return [math.exp(log * math.log(base)) for log in pmf.tolist()]


def _variables(group: Any, names: Any, width: int, argument: str) -> tuple[int, ...]:
    """Numbers of the variables of a source or target, given by numbers or names."""
    names = list(names or ())
    # a string of several names is all of them, as in dit, unless it is a name itself
    parts = [group] if isinstance(group, int | np.integer) or group in names else list(group)
    numbers = []
    for part in parts:
        if part in names:
            numbers.append(names.index(part))
        elif isinstance(part, int | np.integer) and 0 <= part < width:
            numbers.append(int(part))
        else:
            known = f"named {', '.join(map(str, names))}" if names else f"0 to {width - 1}"
            msg = f"{argument}: dist has no variable {part!r}; its variables are {known}"
            raise ValueError(msg)
    if not numbers:
        msg = f"{argument}: expected at least one variable, got none"
        raise ValueError(msg)
    return tuple(numbers)


def liang(distribution: Any) -> Outcomes:
    """A distribution of pliang279/PID (Liang et al. 2023), whose order is x1, x2, y as here.

    Parameters
    ----------
    distribution : array_like of shape (K1, K2, K_Y), or a pair
        P(x1, x2, y), which their ``get_measure`` takes, or what their
        ``convert_data_to_distribution(x1, x2, y)`` returns: P and, for each axis, a dictionary of
        labels to its indices.

    Returns
    -------
    dict
        ``{(x1, x2, y): probability}`` for `fourfold.decompose`, of the cells that are not zero;
        states are labels where dictionaries were given. Their results are in nats: divide them by
        ``numpy.log(2)`` to compare.

    Raises
    ------
    ValueError
        If it does not have three axes, or a dictionary does not fit its axis.

    See Also
    --------
    fourfold.decompose : Decompose it.
    fourfold.PIDEstimator : Cluster embeddings as they do, and decompose the counts.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> xor = np.zeros((2, 2, 2))
    >>> xor[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 1 / 4
    >>> round(ff.decompose(ff.convert.liang(xor)).synergy, 6)
    1.0
    """
    labels: list[dict[int, Any]] | None = None
    pair = isinstance(distribution, tuple | list) and len(distribution) == 2
    if pair and all(isinstance(axis, Mapping) for axis in distribution[1]):
        distribution, maps = distribution
        labels = [{index: label for label, index in axis.items()} for axis in maps]
    table = as_real(as_array(distribution, "distribution"), "distribution")
    if table.ndim != 3:
        msg = (
            "distribution: expected P(x1, x2, y) of shape (K1, K2, K_Y), got shape "
            f"{table.shape}"
        )
        raise ValueError(msg)
    if labels is None:
        labels = [{k: k for k in range(size)} for size in table.shape]
    if [sorted(axis) for axis in labels] != [list(range(size)) for size in table.shape]:
        msg = (
            "distribution: expected a dictionary of labels for each axis of shape "
            f"{table.shape}, got {len(labels)} of {[len(axis) for axis in labels]} labels"
        )
        raise ValueError(msg)
    # not table > 0: what is negative or NaN is refused by whoever decomposes it
    cells = np.argwhere(table != 0).tolist()
    return {(labels[0][i], labels[1][j], labels[2][k]): table[i, j, k] for i, j, k in cells}
