# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of many tables, and of marginals: to atoms with a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.inputs.device import place_of
from fourfold.inputs.outcomes import is_outcomes, table_of_outcomes
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables import read_marginals, read_tables
from fourfold.solve.tables_to_atoms import solved, told
from fourfold.solve.warm_start import start_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.results.pid import PID

__all__ = ["decompose_many", "decompose_marginals"]


def decompose_many(
    pmfs: Iterable[ArrayLike | Mapping[tuple[Hashable, Hashable, Hashable], Any]],
    *,
    tol: float = 1e-4,
    merge: float = 0.0,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> PID:
    """Decompose tables of different shapes in one call, in bits.

    Parameters
    ----------
    pmfs : iterable of array_like, each of shape (K1, K2, K_Y), or by outcome
        Probabilities or counts of (x1, x2, y), or outcomes with a mass each, as of `decompose`;
        the sizes may differ from table to table.
    tol, merge, max_iter, method, num_threads, dtype, device : optional
        As in `decompose`.

    Returns
    -------
    PID
        A batch of shape (number of tables,): every field is an array, and indexing gives
        the parts.

    Raises
    ------
    ValueError
        As `decompose`, with the number of the table.
    TypeError
        If `pmfs` is no iterable of tables, or a single table by outcome.

    Warns
    -----
    ConvergenceWarning, UndersampledWarning
        As `decompose`.

    See Also
    --------
    decompose : One table, or many of one shape, with what all arguments mean.
    decompose_marginals : Tables too large to exist.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16 (2014).
    docs/algorithm.md.

    Examples
    --------
    >>> import fourfold as ff
    >>> gates = [ff.gates.AND, ff.gates.XOR, ff.gates.RDNXOR]
    >>> results = ff.decompose_many([gate.pmf for gate in gates])
    >>> results.synergy.round(3)
    array([0.5, 1. , 1. ])
    >>> round(results[2].redundancy, 3)
    1.0
    """
    if isinstance(pmfs, (str, bytes)) or not hasattr(pmfs, "__iter__"):
        msg = f"pmfs: expected a list of arrays of shape (K1, K2, K_Y), got {pmfs!r}"
        raise TypeError(msg)
    if is_outcomes(pmfs):
        msg = (
            f"pmfs: expected a list of tables, got one {type(pmfs).__name__}; one table of outcomes "
            "is decomposed by fourfold.decompose(pmf), several by decompose_many([...]), of a "
            "mapping of tables its values()"
        )
        raise TypeError(msg)
    given = {
        name: table_of_outcomes(pmf, name)[0] if is_outcomes(pmf) else pmf
        for name, pmf in ((f"pmfs[{k}]", pmf) for k, pmf in enumerate(pmfs))
    }
    place = place_of(**given)
    options = SolverOptions.checked(
        tol,
        max_iter,
        num_threads,
        dtype,
        device,
        method,
        merge=merge,
        there=place.names,
    )
    with place.device:
        table = read_tables(given, options.num_threads)
        return told(solved(table, options), table.sampling, options)


def decompose_marginals(
    p1y: ArrayLike,
    p2y: ArrayLike,
    joint_information: ArrayLike | None = None,
    *,
    tol: float = 1e-4,
    merge: float = 0.0,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
    warm_start: PID | None = None,
) -> PID:
    """Decompose from the two pairwise marginals, for tables too large to exist, in bits.

    Redundancy and unique information depend on p(x1,y) and p(x2,y) only; synergy needs
    I(X1,X2;Y) besides. Working memory is of order K1 K2 + (K1 + K2) K_Y; of two classes K1 + K2.

    Parameters
    ----------
    p1y : array_like, shape (..., K1, K_Y)
        Probabilities or counts of (x1, y).
    p2y : array_like, shape (..., K2, K_Y)
        Probabilities or counts of (x2, y), with the same p(y) and the same leading axes.
    joint_information : float or array_like of the batch shape, optional
        I(X1,X2;Y) in bits. Without it `synergy` and `mi_joint` are NaN.
    tol, merge, max_iter, method, num_threads, dtype, device, warm_start : optional
        As in `decompose`.

    Returns
    -------
    PID
        The atoms, and the certificate around them.

    Raises
    ------
    ValueError
        As `decompose`; also if the two p(y) differ by more than rounding (1e-8; 1e-5 for
        single precision), which means that no joint distribution has both marginals, or if
        `joint_information` is below the certified union information or above H(Y).
    MemoryError
        If what is needed is more than what is free.

    Warns
    -----
    ConvergenceWarning, UndersampledWarning
        As `decompose`.

    See Also
    --------
    decompose : Of a table p(x1,x2,y), with what all arguments mean.
    union_information_from_marginals : Of any number of sources.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16 (2014).
    docs/algorithm.md; of `merge` its section "Similar states".

    Examples
    --------
    Two classifiers' posteriors of 2000 rows, of which similar ones become one state:

    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> p1y, p2y = (rng.dirichlet(np.full(3, 0.3), 2000) / 2000 for _ in "ab")
    >>> p2y *= p1y.sum(0) / p2y.sum(0)
    >>> result = ff.decompose_marginals(p1y, p2y, merge=0.02, tol=0.03)
    >>> result.merged <= 0.02, result.gap <= 0.03
    (True, True)
    """
    place = place_of(p1y=p1y, p2y=p2y, joint_information=joint_information)
    options = SolverOptions.checked(
        tol,
        max_iter,
        num_threads,
        dtype,
        device,
        method,
        merge=merge,
        there=place.names,
    )
    with place.device:
        table = read_marginals(p1y, p2y, joint_information)
        return told(
            solved(table, options, start_of(warm_start, table, options)),
            table.sampling,
            options,
        )
