# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of tables: from probabilities or counts to atoms with a certificate."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import xlogy

from fourfold import _core
from fourfold.counts.counting import Counts
from fourfold.counts.sampling_bias import (
    Sampling,
    sampling_of_counts,
    sampling_of_marginals,
    stacked,
)
from fourfold.counts.undersampling import described, warn_if_undersampled
from fourfold.exceptions import ConvergenceWarning
from fourfold.inputs.device import cupy, device_of, on_device, to_cupy, to_numpy
from fourfold.inputs.masses import check_masses, holds_counts, read_masses
from fourfold.results.atoms import Information, python_scalar
from fourfold.results.coupling import Coupling, Factors
from fourfold.results.pid import PID
from fourfold.runtime.caller import caller_depth
from fourfold.solve import backends, device_marginals
from fourfold.solve.marginal_checks import check_classes, check_joint_information, check_shapes
from fourfold.solve.options import DEFAULT_MAX_ITER, solver_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, DTypeLike

__all__ = ["decompose", "decompose_many", "decompose_marginals", "warn_unless_converged"]


class _Table(NamedTuple):
    """What a decomposition needs to know of a table, or of a batch of them."""

    p1y: Any  # (..., K1, KY), mass 1; object array of (K1, KY) for a list of tables
    p2y: Any  # (..., K2, KY)
    mi_joint: Any  # (...), bits; NaN where not known
    n_samples: Any  # (...), or None
    sampling: Sampling | None = None  # where the masses are counts


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
    method : {"auto", "ipfp", "newton", "reference"}
        "ipfp" is accelerated iterative proportional fitting in factored form, which never
        forms a K1 x K2 x K_Y array; "newton" follows it with an interior-point method as
        soon as it can, in memory of order (min(K1, K2) K_Y)^2; "auto" does so where that is
        expected to be sooner done. "reference" is the plain log-domain iteration over the
        explicit tensor, slow, for checks.
    num_threads : int, optional
        Threads, at most one for each processor; by default those OpenMP would use. The
        result does not depend on it.
    dtype : {"float64", "float32"} or the NumPy types of these names
        Precision of the first-order steps. In "float32" they take about half the time; the
        certificate is one in double precision all the same, and so are the further steps
        where single precision does not lead to `tol`. "newton" and "reference" ignore it.
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
        certified all the same; "reference" ignores it.

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
    options = solver_options(tol, max_iter, method, num_threads, dtype, device, pmf=pmf)
    with device_of(pmf):
        table = _table(pmf, "pmf", options)
        return _solve(table, options | _start(warm_start, table))


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
    options = solver_options(tol, max_iter, method, num_threads, dtype, device, **given)
    with device_of(*given.values()):
        return _solve(_list_of_tables(given, options), options)


def _list_of_tables(given: dict[str, Any], options: dict[str, Any]) -> _Table:
    """Tables by their names, all on the device where one of them is."""
    together = any(map(on_device, given.values()))
    tables = []
    for name, pmf in given.items():
        table = _table(to_cupy(pmf, name) if together else pmf, name, options)
        if table.p1y.ndim != 2:
            msg = f"{name}: expected 3 axes (x1, x2, y), got {table.p1y.ndim + 1}"
            raise ValueError(msg)
        tables.append(table)
    p1y = np.empty(len(tables), dtype=object)
    p2y = np.empty(len(tables), dtype=object)
    for k, table in enumerate(tables):
        p1y[k], p2y[k] = table.p1y, table.p2y
    counts = [table.n_samples for table in tables]
    known = all(count is not None for count in counts)
    samplings = [table.sampling for table in tables]
    counted = any(sampling is not None for sampling in samplings)
    sampling = stacked(samplings) if counted else None
    if together:
        xp = cupy()
        mi_joint = xp.stack([table.mi_joint for table in tables])
        return _Table(p1y, p2y, mi_joint, xp.stack(counts) if known else None, sampling)
    mi_joint = np.array([table.mi_joint for table in tables], dtype=np.float64)
    n_samples = np.array(counts, dtype=np.int64) if known else None
    return _Table(p1y, p2y, mi_joint, n_samples, sampling)


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
    I(X1,X2;Y) besides. Working memory is of order K1 K2 + (K1 + K2) K_Y.

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
    options = solver_options(
        tol,
        max_iter,
        method,
        num_threads,
        dtype,
        device,
        p1y=p1y,
        p2y=p2y,
        joint_information=joint_information,
    )
    if on_device(p1y) or on_device(p2y):
        with device_of(p1y, p2y):
            table = _Table(*device_marginals.marginals(p1y, p2y, joint_information))
            return _solve(table, options | _start(warm_start, table))
    if on_device(joint_information):
        msg = "joint_information: is in the memory of a CUDA device, where p1y and p2y are not"
        raise ValueError(msg)
    m1 = read_masses(p1y, "p1y", "..., x1, y", 2)
    m2 = read_masses(p2y, "p2y", "..., x2, y", 2)
    check_masses(m1, "p1y", 2)
    check_masses(m2, "p2y", 2)
    check_shapes(m1, m2)
    n_samples = sampling = None
    if holds_counts(np.asarray(p1y)) and holds_counts(np.asarray(p2y)):
        n_samples = _count(m1, (-2, -1))
        if m1.max(initial=0.0) > 1:
            sampling = sampling_of_marginals(m1, m2, n_samples)
    m1, m2 = (
        mass / mass.sum((-2, -1), keepdims=True)
        for mass in (_in_range(m1, (-2, -1)), _in_range(m2, (-2, -1)))
    )
    single = any(np.asarray(p).dtype in (np.float16, np.float32) for p in (p1y, p2y))
    m2 = _match_classes(m1, m2, 1e-5 if single else 1e-8)
    shape = m1.shape[:-2]
    mi_joint = np.full(shape, np.nan)
    if joint_information is not None:
        py = m1.sum(-2)
        entropy = np.asarray(-xlogy(py, py).sum(-1) / np.log(2.0))
        checked = check_joint_information(joint_information, entropy)
        mi_joint = np.broadcast_to(checked.astype(np.float64), shape)
    table = _Table(m1, m2, mi_joint, n_samples, sampling)
    return _solve(table, options | _start(warm_start, table))


def _start(warm_start: Any, table: _Table) -> dict[str, Any]:
    """The option `start` of the core: the factors (r, a, b) of an earlier decomposition."""
    if warm_start is None:
        return {}
    if not isinstance(warm_start, PID):
        msg = f"warm_start: expected an earlier PID or None, got {type(warm_start).__name__}"
        raise TypeError(msg)
    if warm_start.shape:
        msg = (
            "warm_start: expected the decomposition of one table, got a batch of shape "
            f"{warm_start.shape}; index it, for example result[0]"
        )
        raise ValueError(msg)
    if warm_start._coupling is None:
        msg = "warm_start: this result was built without its marginals and has no coupling"
        raise ValueError(msg)
    factors = warm_start._coupling.factors
    shape = (*table.p1y.shape[-2:-1], *table.p2y.shape[-2:])
    earlier = (*factors.log_r.shape, factors.a.shape[-1])
    if earlier != shape:
        msg = (
            "warm_start: expected a decomposition of as many states (K1, K2, K_Y) as here, "
            f"{shape}, got one of {earlier}"
        )
        raise ValueError(msg)
    start = (np.exp(factors.log_r), factors.a, factors.b)
    first = table.p1y.flat[0] if table.p1y.dtype == object else table.p1y
    return {"start": start if on_device(first) else tuple(map(to_numpy, start))}


def solve_factors(p1y: Any, p2y: Any, options: dict[str, Any]) -> Factors:
    """Factors of the coupling of one problem; the convergence warning was given before."""
    out = backends.solve_one(p1y, p2y, options)
    return Factors(out["log_r"], out["a"], out["b"])


def decompose_counted(
    p1y: np.ndarray,
    p2y: np.ndarray,
    mi_joint: float,
    sampling: Sampling,
    *,
    tol: float,
    max_iter: int,
    method: str,
    num_threads: int | None,
    dtype: DTypeLike,
    device: str,
    warn: bool,
) -> PID:
    """Decompose marginals of mass 1 that were counted from samples; nothing is checked.

    Without `warn` nothing is said of steps or samples that did not do: more is to come.
    """
    options = solver_options(tol, max_iter, method, num_threads, dtype, device, p1y=p1y)
    table = _Table(p1y, p2y, mi_joint, sampling.n_samples, sampling)
    return _solve(table, options, warn=warn)


def decompose_counted_many(
    counted: Sequence[tuple[np.ndarray, np.ndarray, float, Sampling]], options: dict[str, Any]
) -> list[PID]:
    """Decompose several of those, of any shapes, in one call of the solver, and say nothing.

    Parameters
    ----------
    counted : sequence of (p1y, p2y, mi_joint, sampling)
        As in `decompose_counted`.
    options : dict
        Those of `solver_options`.
    """
    p1y, p2y = np.empty((2, len(counted)), dtype=object)
    for k, (one, two, _, _) in enumerate(counted):
        p1y[k], p2y[k] = one, two
    mi_joint = np.array([table[2] for table in counted])
    sampling = stacked([table[3] for table in counted])
    n_samples = np.array([table[3].n_samples for table in counted])
    return list(_solve(_Table(p1y, p2y, mi_joint, n_samples, sampling), options, warn=False))


def _table(pmf: ArrayLike, name: str, options: dict[str, Any]) -> _Table:
    if on_device(pmf):
        return _Table(*device_marginals.reduce(pmf, name))
    mass = read_masses(pmf, name, "..., x1, x2, y", 3)
    shape = mass.shape[:-3]
    out = _core.marginals(
        np.ascontiguousarray(mass).reshape(int(np.prod(shape)), *mass.shape[-3:]),
        num_threads=options["num_threads"],
    )
    if not out["valid"].all():
        check_masses(mass, name, 3)  # raises, and says where
    total = out["total"]
    # whole numbers adding up to one may as well be probabilities, of a gate; above 2**53 a
    # double does not tell whole numbers from others
    counted = np.asarray(pmf).dtype.kind in "iub" or (
        out["whole"].all() and 1 < total.sum() <= 2**53
    )
    n_samples = np.rint(total).astype(np.int64).reshape(shape)[()] if counted else None
    p1y, p2y = (out[key].reshape(*shape, *out[key].shape[1:]) for key in ("p1y", "p2y"))
    sampling = None
    # zeros and ones only are more likely a pattern than samples
    if counted and mass.max(initial=0.0) > 1:
        masses = total.reshape(*shape, 1, 1)
        cells, pairs = mass.reshape(*shape, -1), mass.sum(-1).reshape(*shape, -1)
        counts = Counts(np.rint(p1y * masses), np.rint(p2y * masses), cells, pairs)
        sampling = sampling_of_counts(counts, n_samples, mass.shape[-3:])
    return _Table(p1y, p2y, out["mi_joint"].reshape(shape), n_samples, sampling)


def _in_range(mass: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """The masses, divided by the largest of each table where sums could leave the range."""
    largest = mass.max(axes, keepdims=True)
    if np.any((largest < 1e-100) | (largest > 1e100)):
        scaled: np.ndarray = mass / largest
        return scaled
    return mass


def _count(mass: np.ndarray, axes: tuple[int, ...]) -> Any:
    return np.rint(mass.sum(axes)).astype(np.int64)[()]


def _match_classes(m1: np.ndarray, m2: np.ndarray, rounding: float) -> np.ndarray:
    """m2 scaled in place, class by class, to the p(y) of m1, if they agree up to rounding."""
    py1, py2 = m1.sum(-2), m2.sum(-2)
    check_classes(py1, py2, rounding)
    scale = np.divide(py1, py2, out=np.zeros_like(py1), where=py2 > 0)
    m2 *= scale[..., None, :]
    return m2


def _solve(table: _Table, options: dict[str, Any], *, warn: bool = True) -> PID:
    """Run the core on one table, a batch or a list, and put the atoms together."""
    if table.p1y.dtype == object:
        shape = table.p1y.shape
        out = backends.solve_many(table.p1y, table.p2y, options)
    elif table.p1y.ndim == 2:
        shape = ()
        out = backends.solve_one(table.p1y, table.p2y, options)
    else:
        shape = table.p1y.shape[:-2]
        problems = int(np.prod(shape))
        p1y, p2y = (p.reshape(problems, *p.shape[-2:]) for p in (table.p1y, table.p2y))
        out = backends.solve_batch(p1y, p2y, options)
    factors = Factors(out["log_r"], out["a"], out["b"]) if "log_r" in out else None
    numbers = {
        name: out[name].reshape(shape)
        for name in ("lower", "upper", "mi1", "mi2", "iterations", "solver")
    }
    coupling = Coupling(
        table.p1y, table.p2y, factors, functools.partial(solve_factors, options=options)
    )
    result = _atoms(numbers, table, options, coupling)
    if warn:  # which asks the device, when all that it shall do has been said
        warn_unless_converged(result.converged, result.gap, options)
        if table.sampling is not None:
            warn_if_undersampled(result, table.sampling)
    return result


def _atoms(
    numbers: dict[str, np.ndarray], table: _Table, options: dict[str, Any], coupling: Coupling
) -> PID:
    mi1, mi2 = numbers["mi1"], numbers["mi2"]
    at_least = np.maximum(mi1, mi2)
    short = table.mi_joint < numbers["lower"] - 1e-9
    if np.any(short):
        msg = (
            "joint_information: expected at least the certified union information "
            f"{float(numbers['lower'][short][0]):.9g} bits, got "
            f"{float(table.mi_joint[short][0]):.9g}; no distribution with these marginals has it"
        )
        raise ValueError(msg)
    # Rounding apart, I(X1,X2;Y) >= max(I(X1;Y), I(X2;Y)): gates would else show atoms of -1e-16.
    mi_joint = np.where(np.isnan(table.mi_joint), np.nan, np.maximum(table.mi_joint, at_least))
    # v* <= I(X1;Y) + I(X2;Y), as R >= 0, and v* <= I(X1,X2;Y), as the table itself is allowed.
    upper = np.fmin(np.minimum(numbers["upper"], mi1 + mi2), mi_joint)
    upper = np.maximum(upper, at_least)
    lower = np.clip(numbers["lower"], at_least, upper)
    gap = upper - lower
    converged = gap <= options["tol"]
    fields = {
        "redundancy": mi1 + mi2 - upper,
        "unique1": upper - mi2,
        "unique2": upper - mi1,
        "synergy": mi_joint - upper,
        "mi_joint": mi_joint,
        "mi1": mi1,
        "mi2": mi2,
        "gap": gap,
        "converged": converged,
        "iterations": numbers["iterations"],
        "n_samples": table.n_samples,
        "solver": numbers["solver"],
    }
    if np.ndim(gap) == 0:
        fields = {name: python_scalar(value) for name, value in fields.items()}
    if table.sampling is not None:
        plug_in = Information(*(to_numpy(fields[name])[()] for name in Information._fields))
        union = to_numpy(upper)[()]
        fields |= described(plug_in, union, to_numpy(gap)[()], table.sampling)
    return PID(**fields, _coupling=coupling)


def warn_unless_converged(converged: Any, gap: Any, options: dict[str, Any]) -> None:
    """Give the one `ConvergenceWarning` of a call."""
    if bool(np.all(converged)):
        return
    left = int(np.size(converged) - np.sum(converged))
    who = "" if np.size(converged) == 1 else f"{left} of {np.size(converged)} problems: "
    msg = (
        f"{who}the certified gap is {float(np.max(gap)):.2e} bits after max_iter = "
        f"{options['max_iter']} steps, above tol = {options['tol']:.2e}. The bounds hold; raise "
        "max_iter or tol."
    )
    warnings.warn(msg, ConvergenceWarning, stacklevel=caller_depth())
