# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of a table: from probabilities or counts to atoms with a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.counts.counts import Counts
from fourfold.inference.decompose_samples import decompose_set
from fourfold.inference.options import Inference
from fourfold.inference.table_cells import cells_of_table
from fourfold.inputs.device import place_of
from fourfold.inputs.outcomes import is_outcomes, table_of_outcomes
from fourfold.inputs.random_state import random_generator
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables import read_table
from fourfold.solve.tables_to_atoms import solved, told
from fourfold.solve.warm_start import start_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.counts.cells import Cells
    from fourfold.results.pid import PID

__all__ = ["decompose"]

_LEVEL = 0.95


def decompose(
    pmf: ArrayLike | Mapping[tuple[Hashable, Hashable, Hashable], Any] | Counts,
    *,
    bias_correction: str | None = None,
    n_resamples: int | None = 0,
    confidence_level: float | str | None = "auto",
    random_state: Any = 0,
    tol: float = 1e-4,
    merge: float = 0.0,
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
    pmf : array_like, shape (..., K1, K2, K_Y), or by outcome, or Counts
        Probabilities or counts of (x1, x2, y), in this order; normalised here. Leading axes
        are a batch of independent problems, as in a NumPy gufunc. Integer counts are kept
        as `n_samples`, and the result says how much of it is the bias of counting, except
        where all are 0 or 1, which is more likely a pattern than a sample. `fourfold.Counts` is
        decomposed as by `pid`, without a table of all its cells. By outcome: ``{(x1, x2, y):
        mass}``, the target last; a Series of pandas with these three index levels; a crosstab, of
        which rows or columns have two levels, the sources. States are then numbered as sorted,
        or as they appear where they cannot be.
    bias_correction : {"auto", "none", "chao", "bayes", "linear", "shuffle", "qe"}, optional
        As in `pid`, of whole numbers of samples. By default "none" of an array, of which is not
        known whether it was sampled, and "auto" of `fourfold.Counts`.
    n_resamples : int or None
        As in `pid`.
    confidence_level : float, None or "auto"
        Of `confidence_interval`, as in `pid`. "auto" is 0.95 of `fourfold.Counts`, and of an array
        where `bias_correction` or `n_resamples` ask for more than it says by itself, else None.
    random_state : int, RandomState, Generator or None
        Seeds what is drawn, for the correction and of halves, as in `pid`.
    tol : float
        Certified gap in bits at which a problem counts as solved.
    merge : float
        Bits that may be lost, of I(X1;Y) and I(X2;Y) together, by making similar states one before
        the solve, for soft tables with more states than could be solved: as few as lose no more.
        What is lost is `merged` of the result, `gap` allows for it, and the solver has the rest of
        `tol`, which has to be larger. Targets of two classes are exact without, and lose nothing.
        0 merges equal posteriors only; on a CUDA device it has to be 0.
    max_iter : int
        Outer steps after which to stop regardless.
    method : {"auto", "ipfp", "newton", "sparse", "active", "reference"}
        "ipfp" is accelerated iterative proportional fitting in factored form, which never
        forms a K1 x K2 x K_Y array; "newton" follows it with an interior-point method as
        soon as it can, in memory of order (min(K1, K2) K_Y)^2; "sparse" does the same over
        the cells that can carry mass, for tables where these are few; "active" is "ipfp" over
        the pairs of states that still carry mass, of which large soft tables have few; "auto" has
        targets of two classes in closed form, and with more chooses by the work that is
        expected. "reference" is
        the plain log-domain iteration over the explicit tensor, slow, for checks.
    num_threads : int, optional
        Threads, at most one for each processor; by default as many as the process may use by
        its affinity, the quota of its cgroup, and OMP_NUM_THREADS or threadpoolctl. The result
        does not depend on it.
    dtype : {"float64", "float32"} or the NumPy types of these names
        Precision of the first-order steps. In "float32" they take about half the time; the
        certificate is one in double precision all the same, and so are the further steps
        where single precision does not lead to `tol`. "newton", "sparse", "active" and
        "reference" ignore it.
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
        a table without mass; if an outcome is there twice, has a missing state or no mass that is
        a number; if an option is unknown; if `warm_start` has another shape; if a
        correction or an interval is asked for of probabilities or of a batch.
    TypeError
        If an outcome is no triple; if an option is of the wrong type.
    MemoryError
        If what is needed is more than what is free.
    OverflowError
        If a correction or an interval is asked for of 2**63 samples or more.
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
        If a table of counts has so many cells for its samples that an atom is mostly bias, which
        `bias_correction` can correct for.

    See Also
    --------
    pid : Decomposes rows of labels.
    decompose_many : Tables of different shapes in one call.
    decompose_marginals : Tables too large to exist.

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

    By outcome, the target last:

    >>> outcomes = {(a, b, a & b): 0.25 for a in (0, 1) for b in (0, 1)}
    >>> round(ff.decompose(outcomes).redundancy, 4)
    0.3113

    Of counts, corrected and with its standard error:

    >>> counts = np.random.default_rng(1).multinomial(400, (0.9 * xor + 0.0125).ravel())
    >>> result = ff.decompose(counts.reshape(2, 2, 2), bias_correction="auto")
    >>> round(result.synergy, 2), round(result.standard_error.synergy, 2)
    (0.73, 0.05)
    """
    if is_outcomes(pmf):
        pmf, _ = table_of_outcomes(pmf, "pmf")
    place = place_of(pmf=pmf)
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
    counted = isinstance(pmf, Counts)
    method = ("auto" if counted else "none") if bias_correction is None else bias_correction
    level = confidence_level
    if isinstance(level, str) and level == "auto":
        level = _LEVEL if counted or method != "none" or n_resamples != 0 else None
    inference = Inference.checked(method, n_resamples, level)
    generator = random_generator(random_state)
    with place.device:
        if counted or inference.wanted:
            _refuse_merge(merge)
            cells, worth = _cells_of(pmf)
            return decompose_set(cells, options, inference, generator, worth, warm_start)
        table = read_table(pmf, "pmf", options.num_threads)
        result = solved(table, options, start_of(warm_start, table, options))
        return told(result, table.sampling, options)


def _refuse_merge(merge: float) -> None:
    if merge:
        msg = (
            f"merge: {merge:g} bits; expected 0 of fourfold.Counts, and where a correction or an interval "
            "is asked for: those are of the table's own states"
        )
        raise ValueError(msg)


def _cells_of(pmf: Any) -> tuple[Cells, float | None]:
    """What statistics are made of, and as how many samples weights count."""
    if not isinstance(pmf, Counts):
        return cells_of_table(pmf), None
    if not pmf.n_samples:
        msg = "pmf: these counts hold no samples; count some first, by Counts.update"
        raise ValueError(msg)
    return pmf.cells, pmf.effective_samples
