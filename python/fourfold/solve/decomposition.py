# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of tables: from probabilities or counts to atoms with a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.device import place_of
from fourfold.results.pid import PID
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables import Table, read_marginals, read_table, read_tables
from fourfold.solve.tables_to_atoms import solved, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, DTypeLike

__all__ = ["decompose", "decompose_many", "decompose_marginals"]


def decompose(
    pmf: ArrayLike,
    *,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
    warm_start: PID | None = None,
) -> PID:
    """Decompose I(X1,X2;Y) of a joint distribution, in bits.

    Parameters
    ----------
    pmf : array_like, shape (..., K1, K2, K_Y)
        Probabilities or counts of (x1, x2, y), in this order; normalised here. Leading axes
        are a batch of independent problems, as in a NumPy gufunc. Integer counts are kept
        as `n_samples`, and the result says how much of it is the bias of counting, except
        where all are 0 or 1, which is more likely a pattern than a sample.
    tol : float
        Certified gap in bits at which a problem counts as solved.
    max_iter : int
        Outer steps after which to stop regardless.
    method : {"auto", "ipfp", "newton", "sparse", "reference"}
        "ipfp" is accelerated iterative proportional fitting in factored form, which never
        forms a K1 x K2 x K_Y array; "newton" follows it with an interior-point method as
        soon as it can, in memory of order (min(K1, K2) K_Y)^2; "sparse" does the same over
        the cells that can carry mass, for tables where these are few; "auto" has targets of two
        classes in closed form, and with more chooses by the work that is expected. "reference" is
        the plain log-domain iteration over the explicit tensor, slow, for checks.
    num_threads : int, optional
        Threads, at most one for each processor; by default as many as the process may use by
        its affinity, the quota of its cgroup, and OMP_NUM_THREADS or threadpoolctl. The result
        does not depend on it.
    dtype : {"float64", "float32"} or the NumPy types of these names
        Precision of the first-order steps. In "float32" they take about half the time; the
        certificate is one in double precision all the same, and so are the further steps
        where single precision does not lead to `tol`. "newton", "sparse" and "reference"
        ignore it.
    device : {"auto", "cpu", "cuda"}
        Where to solve. "auto" is where the table is: the CPU for arrays of the host, the CUDA
        device for arrays in its memory (CuPy's, or any that speak DLPack or
        ``__cuda_array_interface__``, such as a torch tensor). The arrays of the result are
        then CuPy's, on the same device, and the work is ordered with CuPy's current stream.
        "cuda" takes arrays of the host there and back. On a CUDA device all steps are
        first-order ones: `method` is "auto" or "ipfp".
    warm_start : PID, optional
        An earlier decomposition of one table with the same K1, K2 and K_Y, whose coupling and
        dual variables are tried as the start of every table of `pmf`. Where they are too far
        off, the usual start is taken. It pays for tables that change by less than `tol` can
        see, as when a table is solved again to a smaller `tol` or replicated from many
        samples, and most when the earlier one was solved to a tenth of `tol`. The bounds are
        certified all the same; "reference" ignores it, and two classes in closed form need none.

    Returns
    -------
    PID
        The atoms, and the certificate around them.

    Raises
    ------
    ValueError
        If pmf has fewer than three axes, an empty axis, a negative or non-finite entry, or
        a table without mass; if an option is unknown; if `warm_start` has another shape.
    CudaError
        If a CUDA device is asked for and there is none, or something on it fails;
        `CudaMemoryError` where its memory does not do.
    ImportError
        If pmf is in the memory of a CUDA device and CuPy is not installed.

    Warns
    -----
    ConvergenceWarning
        If the gap of a problem is still above `tol` after `max_iter` steps. Its bounds hold.
    UndersampledWarning
        If a table of counts has so many cells for its samples that an atom is mostly bias, see
        `pid`, which can correct for it.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16
    (2014). The iteration: Banerjee, Rauh, Montufar, "Computing the unique information",
    ISIT 2018, Algorithm 1, here in factored form, accelerated and certified.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> xor = np.zeros((2, 2, 2))
    >>> for a in (0, 1):
    ...     for b in (0, 1):
    ...         xor[a, b, a ^ b] = 0.25
    >>> round(ff.decompose(xor).synergy, 6)
    1.0
    """
    place = place_of(pmf=pmf)
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, method, there=place.names
    )
    with place.device:
        table = read_table(pmf, "pmf", options.num_threads)
        return told(
            solved(table, options, _start(warm_start, table, options)), table.sampling, options
        )


def decompose_many(
    pmfs: Iterable[ArrayLike],
    *,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> PID:
    """Decompose tables of different shapes in one call, in bits.

    Parameters
    ----------
    pmfs : iterable of array_like, each of shape (K1, K2, K_Y)
        Probabilities or counts of (x1, x2, y); the sizes may differ from table to table.
    tol, max_iter, method, num_threads, dtype, device
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
    """
    if isinstance(pmfs, (str, bytes)) or not hasattr(pmfs, "__iter__"):
        msg = f"pmfs: expected a list of arrays of shape (K1, K2, K_Y), got {pmfs!r}"
        raise TypeError(msg)
    given = {f"pmfs[{k}]": pmf for k, pmf in enumerate(pmfs)}
    place = place_of(**given)
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, method, there=place.names
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
    tol, max_iter, method, num_threads, dtype, device, warm_start
        As in `decompose`.

    Returns
    -------
    PID

    Raises
    ------
    ValueError
        As `decompose`; also if the two p(y) differ by more than rounding (1e-8; 1e-5 for
        single precision), which means that no joint distribution has both marginals, or if
        `joint_information` is below the certified union information or above H(Y).
    """
    place = place_of(p1y=p1y, p2y=p2y, joint_information=joint_information)
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, method, there=place.names
    )
    with place.device:
        table = read_marginals(p1y, p2y, joint_information)
        return told(
            solved(table, options, _start(warm_start, table, options)), table.sampling, options
        )


def _start(
    warm_start: Any, table: Table, options: SolverOptions
) -> tuple[Any, Any, Any] | None:
    """Where the core starts: r, a and b of an earlier decomposition."""
    if warm_start is None:
        return None
    if not isinstance(warm_start, PID):
        msg = f"warm_start: expected an earlier PID or None, got {type(warm_start).__name__}"
        raise TypeError(msg)
    if warm_start.shape:
        msg = (
            "warm_start: expected the decomposition of one table, got a batch of shape "
            f"{warm_start.shape}; index it, for example result[0]"
        )
        raise ValueError(msg)
    if warm_start.factored is None:
        msg = "warm_start: this result was built without its marginals and has no coupling"
        raise ValueError(msg)
    coupling = warm_start.factored
    shape = (*table.p1y.shape[-2:-1], *table.p2y.shape[-2:])
    earlier = (*coupling.p1y.shape[-2:-1], *coupling.p2y.shape[-2:])
    if earlier != shape:
        msg = (
            "warm_start: expected a decomposition of as many states (K1, K2, K_Y) as here, "
            f"{shape}, got one of {earlier}"
        )
        raise ValueError(msg)
    if options.method == "auto" and options.device == "cpu" and shape[-1] <= 2:
        return None  # solved in closed form
    factors = coupling.factors
    return np.exp(factors.log_r), factors.a, factors.b
