# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each sample adds to the atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from scipy.special import entr, xlogy

from fourfold.counts.cells import Cells
from fourfold.counts.read_draws import check_given, read_draws
from fourfold.counts.tallies import row_sums
from fourfold.inputs.device import on_host, to_numpy
from fourfold.inputs.faults import check_aligned
from fourfold.posteriors.readings import atom_terms
from fourfold.results.atoms import ROUNDING
from fourfold.results.equal import by_value, same
from fourfold.results.pid import PID
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.record import Record

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fourfold.counts.counts import Counts
    from fourfold.counts.samples import Samples
    from fourfold.results.coupling import Coupling

__all__ = ["PointwiseAtoms", "PointwiseCells", "pointwise"]

_ENTRIES = 2**22  # of the coupling that are formed at once
_LN2 = np.log(2.0)


class _PointwiseAtoms(NamedTuple):
    redundancy: np.ndarray
    unique1: np.ndarray
    unique2: np.ndarray
    synergy: np.ndarray
    entropy1: np.ndarray
    entropy2: np.ndarray
    entropy_joint: np.ndarray


@by_value
class PointwiseAtoms(Record, _PointwiseAtoms):
    """Arrays of shape (N,), one value a row, in bits; of counts one value an occupied cell.

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : ndarray
        Their means are the atoms of the result, of cells weighted by their counts. Single values
        may be negative.
    entropy1, entropy2, entropy_joint : ndarray
        H(Y|X1=x1), H(Y|X2=x2) and H(Y|X1=x1,X2=x2) of the row's states; NaN of what
        classifiers decode.

    See Also
    --------
    fourfold.pointwise : Makes it.
    fourfold.sample_weights : Weights for training, of these.
    fourfold.PointwiseCells : Of counts.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 25, [0, 1, 0, 1] * 25
    >>> both = [0, 0, 0, 1] * 25  # AND
    >>> parts = ff.pointwise(ff.pid(x1, x2, both, bias_correction="none"), x1, x2, both)
    >>> parts.entropy1[:4].round(2).tolist()  # given X1 = 0 the answer is known
    [0.0, 0.0, 1.0, 1.0]
    """

    def _blocks(self) -> dict[str, Any]:
        return self._asdict()


class PointwiseCells(PointwiseAtoms):  # noqa: PLW1641  arrays have no hash
    """Atoms of the occupied cells of counts, in bits: arrays of shape (M,).

    Attributes
    ----------
    redundancy, unique1, unique2, synergy, entropy1, entropy2, entropy_joint : ndarray
        As of `fourfold.PointwiseAtoms`.
    counts : ndarray, shape (M,)
        Samples in each cell: the weights of means.

    See Also
    --------
    fourfold.pointwise : Makes it of `fourfold.Counts`.
    fourfold.PointwiseAtoms : Of rows.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> counts = ff.Counts.from_labels([0, 0, 1, 1] * 25, [0, 1, 0, 1] * 25, [0, 1, 1, 0] * 25)
    >>> cells = ff.pointwise(ff.pid(counts, bias_correction="none"), counts)
    >>> cells.counts.tolist(), round(float(np.average(cells.synergy, weights=cells.counts)), 3)
    ([25, 25, 25, 25], 1.0)
    """

    #: Samples in each cell, (M,): the weights of means.
    counts: np.ndarray

    _more: ClassVar[tuple[str, ...]] = ("counts",)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PointwiseCells):
            return False
        return super().__eq__(other) and same(self.counts, other.counts)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def _blocks(self) -> dict[str, Any]:
        return super()._blocks() | {"counts": self.counts}


def pointwise(
    result: PID,
    x1: ArrayLike | Counts | None = None,
    x2: ArrayLike | None = None,
    y: ArrayLike | None = None,
) -> PointwiseAtoms:
    """Split the atoms of a result over the samples that it was made of.

    With p the frequencies of the samples and q* the coupling of the result, row (x1, x2, y) has::

        i1 = log2 p(y|x1) / p(y)    i2 = log2 p(y|x2) / p(y)    i12 = log2 p(y|x1,x2) / p(y)
        u  = (E_q*[log2 q*(y|X1,X2) / p(y) | x1, y] + E_q*[log2 q*(y|X1,X2) / p(y) | x2, y]) / 2
        R = i1 + i2 - u    U1 = u - i2    U2 = u - i1    S = i12 - u

    As q* keeps p(x1,y) and p(x2,y), the mean of u is the union information, and so the means of
    all four are the atoms. A row of probabilities has the mean of these over its classes.

    Of what classifiers decode, a `fourfold.PosteriorPID`, p(y|x) are the posteriors of classifiers that
    have not seen the row's label, and u = log2 a(x1,y) b(x2,y) / p(y), with the dual pair that
    the other half of the rows chose.

    Parameters
    ----------
    result : PID
        Of `fourfold.pid`, or of `fourfold.PIDEstimator` with its `labels1_`, `labels2_`. Or of
        `fourfold.ClassifierPID` or `fourfold.posterior_pid`, and then it is all that is given: it has
        terms of its rows.
    x1, x2 : array_like, shape (N,)
        The labels that it was made of, in any order of the rows. Or x1 is the `fourfold.Counts`
        that it was made of, or that its rows count to, and x2 and y are left out.
        Not with a `fourfold.PosteriorPID`.
    y : array_like, shape (N,) or (N, K_Y)
        The target that it was made of; of a result with `target_bins` numbers, which are put into these.

    Returns
    -------
    PointwiseAtoms
        In bits: of rows (N,); of counts (M,), one value an occupied cell in the order of
        `Counts.to_frame`, with these counts as `counts`, the weights of means. The means are the atoms up to rounding, with or without `bias_correction`: what was
        subtracted from an atom is subtracted from each row. Single values may be negative: a
        row can be misleading, or lie where another row gains more. Of a `fourfold.PosteriorPID`
        the means, with its `row_weights`, are `readings["cross_fitted"]`, and the entropies NaN,
        as it keeps no posteriors.

    Raises
    ------
    TypeError
        If `result` is not a PID; if x2 or y are given beside counts, or missing beside labels; if
        labels are given beside what classifiers decode.
    ValueError
        If it is a batch, or was not made of these samples; if it has no coupling, as the mean
        of `conditional_pid`, whose `by_stratum` have one; if it is of classifiers without a joint
        one, or keeps no rows, as of `fit_blocks`; else as `fourfold.pid`.

    See Also
    --------
    fourfold.sample_weights : Weights for training by what rows add.
    fourfold.high_synergy_subsets : Subsets of rows that need both sources.

    Notes
    -----
    The atoms are properties of the distribution; a split over samples is a convention. Other
    optimal couplings, where there are several, give other values with the same means. The
    reported union information is the best bound known, not always the value of the coupling: it
    may be above that by at most the certified gap, and below it where another bound is better,
    by less than `tol` unless `max_iter` was reached. The difference is spread evenly over the
    rows.

    References
    ----------
    The additive local terms of Fang et al., arXiv 2606.00959, here of the exact coupling and
    symmetric in both sources.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 25, [0, 1, 0, 1] * 25
    >>> y = [0, 1, 1, 0] * 25
    >>> result = ff.pid(x1, x2, y, bias_correction="none")
    >>> ff.pointwise(result, x1, x2, y).synergy[:4].round(6)
    array([1., 1., 1., 1.])
    >>> counts = ff.Counts.from_labels(x1, x2, y)
    >>> ff.pointwise(result, counts).synergy.round(6)  # of the four cells
    array([1., 1., 1., 1.])
    """
    given: Any = result
    if not isinstance(given, PID):
        msg = f"result: expected a PID, got {type(given).__name__}"
        raise TypeError(msg)
    if result.shape:
        msg = (
            f"result: expected one decomposition, got a batch of shape {result.shape}; index it"
        )
        raise ValueError(msg)
    if isinstance(result, PosteriorPID):
        return _of_posteriors(result, {"x1": x1, "x2": x2, "y": y})
    if x1 is None:
        msg = "x1: expected the labels or the fourfold.Counts that result was made of, got None"
        raise TypeError(msg)
    coupling = result.factored
    if coupling is None:
        msg = (
            "result: has no coupling, so nothing is known of single samples; of conditional_pid "
            "take by_stratum and the rows of a stratum"
        )
        raise ValueError(msg)
    whole = check_given(x1, x2, y)
    check_aligned(x1=x1, x2=x2, y=y)
    if result.target_bins is not None and not whole:
        y = result.target_bins.codes(y)
    columns: dict[str, Any] = {"x1": x1, "x2": x2, "y": y}
    samples = read_draws(*(on_host(each, name) for name, each in columns.items()), rows=True)
    if not isinstance(samples, Cells):
        states = _States(samples.x1, samples.x2, samples.y, np.ones(len(samples.x1)))
        return PointwiseAtoms(*_split(result, coupling, states, samples))
    parts = _split(result, coupling, _States(*samples.states(), samples.counts), samples)
    if whole:
        of_cells = PointwiseCells(*parts)
        of_cells.counts = samples.counts
        return of_cells
    assert samples.rows is not None
    cell = np.searchsorted(samples.occupied, samples.rows)
    return PointwiseAtoms(*(part[cell] for part in parts))


def _of_posteriors(result: PosteriorPID, given: dict[str, Any]) -> PointwiseAtoms:
    """Of what classifiers decode, whose terms of rows are those of the labels."""
    for name, values in given.items():
        if values is not None:
            msg = (
                f"{name}: result is of what classifiers decode, and has the terms of its rows; "
                "expected pointwise(result) alone"
            )
            raise TypeError(msg)
    if not len(result.row_terms):
        msg = "result: of fit_blocks keeps no rows; expected one of fit, or of posterior_pid"
        raise ValueError(msg)
    if np.isnan(result.mi_joint):
        msg = (
            "result: has no joint posterior, so nothing is known of the synergy of a row; expected "
            "one of posterior_pid with p_joint, or of ClassifierPID"
        )
        raise ValueError(msg)
    unknown = np.full((3, len(result.row_terms)), np.nan)
    return PointwiseAtoms(*atom_terms(result.row_terms).T, *unknown)


class _States(NamedTuple):
    """States of rows, or of cells that have `counts` of them."""

    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    counts: np.ndarray


def _split(
    result: PID, coupling: Coupling, states: _States, samples: Cells | Samples
) -> list[np.ndarray]:
    """The fields of `PointwiseAtoms` of each of the states; raises where samples are others."""
    x1, x2, y, counts = states
    tallies, n = samples.tallies(), counts.sum()
    p1y, p2y = tallies.p1y / n, tallies.p2y / n
    _check_same(coupling, p1y, p2y)
    py = p1y.sum(0)
    i1, h1 = _given_state(p1y, py, x1, y)
    i2, h2 = _given_state(p2y, py, x2, y)
    i12, h12 = _given_pair(states, samples.shape, py)
    bias = np.zeros(4) if result.bias_correction == "none" else np.array(result.bias)
    if (
        np.abs(counts @ i12 / n - result.mi_joint - bias.sum()) > ROUNDING
    ):  # not where it is NaN
        msg = (
            "result: was not made of these samples: the frequencies of (x1, x2, y) differ, if "
            "not those of (x1, y) and of (x2, y). Give x1 and x2 in the same order of the rows"
        )
        raise ValueError(msg)
    union1, union2 = _union_terms(coupling, p1y, p2y, py)
    u = (_of_rows(union1, x1, y) + _of_rows(union2, x2, y)) / 2
    union = result.union_information + bias[:3].sum()  # plug-in
    u += union - counts @ u / n
    parts = (i1 + i2 - u, u - i2, u - i1, i12 - u)
    return [*(part - b for part, b in zip(parts, bias, strict=True)), h1, h2, h12]


def _check_same(coupling: Coupling, p1y: np.ndarray, p2y: np.ndarray) -> None:
    held = to_numpy(coupling.p1y), to_numpy(coupling.p2y)
    for name, *both in (("x1", p1y, held[0]), ("x2", p2y, held[1])):
        # a stratum of conditional_pid keeps states and classes that it lacks
        ours, theirs = (table[np.ix_(*_occupied(table))] for table in both)
        if ours.shape != theirs.shape or np.abs(ours - theirs).max() > ROUNDING:
            msg = (
                f"result: was not made of these samples: the frequencies of ({name}, y) differ. "
                "Give the labels and the target that were decomposed; of a PIDEstimator "
                "labels1_, labels2_ and y, of the rows counted_"
            )
            raise ValueError(msg)


def _occupied(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States and classes with mass in a table (K, K_Y)."""
    return np.flatnonzero(table.sum(1)), np.flatnonzero(table.sum(0))


def _given_state(
    pxy: np.ndarray, py: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """log2 p(y|x) / p(y) and H(Y|X=x) of each row, from p(x,y) of shape (K, K_Y)."""
    mass = pxy.sum(1, keepdims=True)  # of clusters without rows there is none
    conditional = np.divide(pxy, mass, out=np.zeros_like(pxy), where=mass > 0)
    return _of_rows(_log_ratio(conditional, py), x, y), (entr(conditional).sum(1) / _LN2)[x]


def _given_pair(
    states: _States, shape: tuple[int, int, int], py: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same for pairs (x1, x2), of those that occur only."""
    x1, x2, y, counts = states
    pairs, codes = np.unique(x1 * np.int64(shape[1]) + x2, return_inverse=True)
    number, ky = len(pairs), shape[2]
    if y.ndim == 2:
        mass = row_sums(codes, number, y)
    else:
        mass = np.bincount(codes * ky + y, counts, number * ky).reshape(number, ky)
    return _given_state(mass / counts.sum(), py, codes, y)


def _of_rows(values: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Entry (x, y) of values (K, K_Y) for each row; its mean where y is a row of probabilities."""
    if y.ndim == 2:
        return np.asarray((values[x] * y).sum(1))
    return np.asarray(values[x, y])


def _log_ratio(conditional: np.ndarray, py: np.ndarray) -> np.ndarray:
    """log2 conditional / py, and 0 where no sample is."""
    known = (conditional > 0) & (py > 0)
    ratio = np.divide(conditional, py, out=np.ones_like(conditional), where=known)
    return np.log2(np.where(known, ratio, 1.0))


def _union_terms(
    coupling: Coupling, p1y: np.ndarray, p2y: np.ndarray, py: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """E[log2 q*(y|X1,X2) / p(y)] given (x1,y), of shape (K1, K_Y), and given (x2,y)."""
    (states1, classes), (states2, _) = (
        _occupied(to_numpy(table)) for table in (coupling.p1y, coupling.p2y)
    )
    log_py = np.log2(py[py > 0])
    k1, k2, ky = len(states1), len(states2), len(classes)
    sum1, sum2 = np.zeros((k1, ky)), np.zeros((k2, ky))
    mass1, mass2 = np.zeros((k1, ky)), np.zeros((k2, ky))
    step = max(1, _ENTRIES // (k2 * ky))
    for first in range(0, k1, step):
        rows = slice(first, min(first + step, k1))
        q = to_numpy(coupling.read(states1[rows, None], states2[None, :]))[..., classes]
        total = q.sum(2, keepdims=True)  # of q, which has shape (rows, K2, K_Y)
        weight = xlogy(q, np.where(q > 0, q, 1.0)) - xlogy(q, np.where(total > 0, total, 1.0))
        weight = weight / _LN2 - q * log_py
        sum1[rows], mass1[rows] = weight.sum(1), q.sum(1)
        sum2 += weight.sum(0)
        mass2 += q.sum(0)
    found = []
    for table, total, mass in ((p1y, sum1, mass1), (p2y, sum2, mass2)):
        whole = np.zeros_like(table)
        term = np.divide(total, mass, out=np.zeros_like(total), where=mass > 0)
        whole[np.ix_(*_occupied(table))] = term
        found.append(whole)
    return found[0], found[1]
