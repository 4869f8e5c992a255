# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms from the class probabilities of a user's own classifiers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.inputs.arrays import as_array, check_same_length
from fourfold.inputs.faults import check_aligned, check_same_order
from fourfold.inputs.masses import probability_rows
from fourfold.inputs.numbers import check_confidence_level, positive_int
from fourfold.inputs.random_state import drawn_seeds
from fourfold.inputs.target import read_target
from fourfold.posteriors.calibration import recalibrated
from fourfold.posteriors.decoded import TOL, decoded
from fourfold.posteriors.folds import loose_folds
from fourfold.posteriors.rows import read_groups, read_weights
from fourfold.posteriors.target import as_target
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import told

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fourfold.results.posterior_pid import PosteriorPID

__all__ = ["posterior_pid"]


def posterior_pid(
    p1: ArrayLike,
    p2: ArrayLike,
    y: ArrayLike,
    p_joint: ArrayLike | None = None,
    *,
    target_bins: Any = None,
    recalibrate: bool = True,
    n_prototypes: int | None = None,
    groups: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    confidence_level: float = 0.95,
    tol: float | None = None,
    max_iter: int = DEFAULT_MAX_ITER,
    num_threads: int | None = 1,
    random_state: Any = 0,
) -> PosteriorPID:
    """Decompose what two classifiers' out-of-sample probabilities tell about labels, in bits.

    R, U1 and U2 depend on a source only through its posterior p(y|x). Certified is what follows
    *given these posteriors*; of the sources the atoms are what *these classifiers decode*, and S
    is low where the joint one is weak, and high where those of one source are weaker.
    `outer_bounds` hold whatever the classifiers are worth. Never give clusters of posteriors: they throw away what is synergistic.

    Parameters
    ----------
    p1, p2 : array_like, shape (N, K_Y)
        Class probabilities of each source for rows that its classifier was *not* fitted to:
        a test set, or out-of-fold predictions. Columns are the sorted classes of y.
    y : array_like, shape (N,) or (N, K_Y)
        The labels of these rows, or rows of probabilities; each column has to occur. Or numbers,
        with `target_bins`.
    p_joint : array_like, shape (N, K_Y), optional
        Of a classifier of both sources. Without it `synergy` and `mi_joint` are NaN; the bound
        S <= H(Y) - v stands.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins, as in `fourfold.pid`, which are the columns of `p1`: mostly
        edges, those of `bin_target` that the classifiers learned.
    recalibrate : bool
        Whether to fit a temperature and class offsets to these rows, K_Y numbers each.
        Overconfident classifiers otherwise claim information that they have not. What is held
        to the labels is recalibrated by those of other folds. If False offsets are fitted all
        the same that make the mean of each p(y), as both sources have one target.
    n_prototypes : int, optional
        Groups of rows with similar posteriors that become states of a source; by default 128,
        doubled up to 512 while more than .005 bits of the information are lost; of two classes
        each row is a state.
    groups : array_like, shape (N,), optional
        Rows of one group, such as the frames of a video, are not independent.
    sample_weight : array_like, shape (N,), optional
        Positive weights of the rows.
    confidence_level : float
        Of the outer bounds.
    tol : float, optional
        Gap of the solver in bits; by default 1e-4, 1e-3 above 128 prototypes.
    max_iter, num_threads : int and int, optional
        Of the solver, as in `fourfold.decompose`; one thread, as its steps here are short.
    random_state : int, RandomState, Generator or None
        Seeds these five folds.

    Returns
    -------
    PosteriorPID
        The atoms in bits, readings with labels held out, and bounds.

    Raises
    ------
    ValueError
        If numbers of rows or of classes differ, rows are no probabilities, a class of the
        columns never occurs, or an option is unknown.
    TypeError
        If an array is sparse, or `recalibrate` is not True or False.

    Warns
    -----
    ConvergenceWarning
        As `fourfold.decompose`.

    See Also
    --------
    fourfold.ClassifierPID : Fits the classifiers itself.
    fourfold.decision_pid : For a model's predictions without labels.

    References
    ----------
    Sufficiency of posteriors, merging and held-out bounds: Lemmas A to C, proved in
    docs/embeddings.md. The measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    >>> import numpy as np
    >>> import fourfold as ff
    >>> y = np.tile([0, 1], 500)
    >>> sure = np.where(y[:, None] == [0, 1], 0.999, 0.001)
    >>> blind = np.full((1000, 2), 0.5)
    >>> result = ff.posterior_pid(sure, blind, y, sure)
    >>> round(result.unique1, 2), abs(result.redundancy) < 0.01
    (1.0, True)
    """
    options = SolverOptions.checked(
        TOL if tol is None else tol, max_iter, num_threads, "float64", "cpu"
    )
    level = check_confidence_level(confidence_level)
    if n_prototypes is not None:
        n_prototypes = positive_int(n_prototypes, "n_prototypes", least=2)
    if recalibrate not in (True, False):
        msg = f"recalibrate: expected True or False, got {recalibrate!r}"
        raise TypeError(msg)
    (seed,) = drawn_seeds(random_state, 1)
    given = {"p1": p1, "p2": p2} | ({} if p_joint is None else {"p_joint": p_joint})
    check_aligned(**given, y=y, groups=groups, sample_weight=sample_weight)
    check_same_order(**given)
    read = {name: _read_posterior(p, name) for name, p in given.items()}
    y, bins = binned(y, target_bins)
    codes, classes = read_target(y, device=False)
    n = check_same_length(**{name: len(p) for name, p in read.items()}, y=len(codes))
    for name, p in read.items():
        _check_classes(p, name, codes, classes, binned=bins is not None)
    target = as_target(codes, classes, read_weights(sample_weight, n, "p1"), 0)
    grouped = read_groups(groups, n, "p1")
    unseen = None
    if recalibrate:
        folds = loose_folds(target, grouped, seed)
        unseen = [recalibrated(p, target, folds) for p in read.values()]
    result, *_ = decoded(
        [read["p1"], read["p2"], read.get("p_joint")],
        target,
        grouped,
        options,
        number=n_prototypes,
        coarse=tol is None,
        confidence_level=level,
        recalibrate=bool(recalibrate),
        unseen=unseen,
    )
    result = dataclasses.replace(result, target_bins=bins)
    told(result, None, options)
    return result


def _read_posterior(values: ArrayLike, name: str) -> np.ndarray:
    """Rows of probabilities, or raise and say what makes them of what was given."""
    try:
        return probability_rows(values, name)
    except ValueError as error:
        array = as_array(values, name)
        numbers = array.dtype.kind in "iuf" and array.size and np.isfinite(array).all()
        hint = ""
        if numbers and array.ndim == 1 and array.min() >= 0 and array.max() <= 1:
            hint = f"of P(y = 1) make numpy.stack([1 - {name}, {name}], 1)"
        elif numbers and array.ndim == 2 and np.allclose(array.sum(1), 100, atol=1):
            hint = f"of percentages make {name} / 100"
        elif numbers and array.ndim == 2 and (array.min() < 0 or array.max() > 1):
            hint = f"of logits make scipy.special.softmax({name}, axis=1)"
        if not hint:
            raise
        msg = f"{error}; {hint}"
        raise ValueError(msg) from error


def _check_classes(
    p: np.ndarray, name: str, codes: np.ndarray, classes: int, *, binned: bool
) -> None:
    """Raise unless each column is a class that occurs."""
    occurring = np.unique(codes) if codes.ndim == 1 else np.flatnonzero(codes.max(0) > 0)
    if p.shape[1] == classes == len(occurring) and classes > 1:
        return
    if len(occurring) < 2:
        msg = "y: all rows have the same class; expected at least two classes"
        raise ValueError(msg)
    msg = (
        f"{name}: has {p.shape[1]} columns, but {len(occurring)} classes occur in y; expected a "
        "column for each class that occurs, in sorted order"
    )
    if p.shape[1] > len(occurring):
        where, used = "where y numbers the columns", "y"
        if binned:
            where, used = "where edges leave bins without rows", "numpy.searchsorted(edges, y)"
        msg += (
            f"; {where}: q = {name}[:, numpy.unique({used})], then q / q.sum(1, keepdims=True)"
        )
    raise ValueError(msg)
