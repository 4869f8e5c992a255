# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Of a target of two classes: at which decision thresholds a source tells what the other does not."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import as_array, as_real
from fourfold.inputs.device import to_numpy
from fourfold.results.equal import by_value
from fourfold.results.pid import PID
from fourfold.results.record import Record

__all__ = ["UniqueDensity", "roc_points", "two_classes", "unique_density"]

#: Thresholds by default, in the middle of as many equal parts of [0, 1].
_PARTS = 1000


class _UniqueDensity(NamedTuple):
    thresholds: np.ndarray
    unique1: np.ndarray
    unique2: np.ndarray


@by_value
class UniqueDensity(Record, _UniqueDensity):
    """Unique information over decision thresholds, in bits; `fourfold.unique_density`.

    Attributes
    ----------
    thresholds : ndarray, shape (T,)
        Probabilities of the second class above which somebody acts on it.
    unique1, unique2 : ndarray, shape (T,)
        Bits per unit of threshold, whose integrals over [0, 1] are U1 and U2.

    See Also
    --------
    unique_density : Makes it.
    PID : Has U1 and U2.

    Examples
    --------
    >>> import fourfold as ff
    >>> result = ff.decompose_marginals([[0.4, 0.1], [0.1, 0.4]], [[0.5, 0.2], [0.0, 0.3]])
    >>> density = ff.unique_density(result, [0.1, 0.3, 0.9])  # X1 tells more of the middle alone
    >>> (density.unique1 > 0).tolist()
    [False, True, False]
    """

    __slots__ = ()

    def _blocks(self) -> dict[str, Any]:
        return self._asdict()


def unique_density(result: PID, thresholds: Any = None) -> UniqueDensity:
    """Say at which decision thresholds a source tells what the other does not, for two classes.

    Somebody who acts on the second class where its probability is above s, and loses s when wrong
    and gains 1 - s when right, gets E(s) = sum_x max((1-s) p(x,1) - s p(x,0), 0) by a source.
    With two classes::

        U1 = int max(E1 - E2, 0) ds / (s (1-s) ln 2)        U2 likewise

    so what is integrated says where U1 comes from (docs/binary-targets.md).

    Parameters
    ----------
    result : PID
        One decomposition of a target of two classes.
    thresholds : array_like, shape (T,), optional
        Between 0 and 1; by default the middles of 1000 equal parts, so that the mean of a
        density is nearly its integral.

    Returns
    -------
    UniqueDensity
        The thresholds, and bits per unit of threshold of each source.

    Raises
    ------
    TypeError
        If `result` is not a PID.
    ValueError
        If it is a batch, has no marginals or another number of classes; if a threshold is not
        between 0 and 1.

    See Also
    --------
    fourfold.PID.plot : ``kind="roc"`` draws what of the classes is found at each threshold.

    Examples
    --------
    >>> import fourfold as ff
    >>> p1y = [[0.4, 0.1], [0.1, 0.4]]
    >>> p2y = [[0.5, 0.2], [0.0, 0.3]]
    >>> result = ff.decompose_marginals(p1y, p2y)
    >>> density = ff.unique_density(result)
    >>> bool(abs(density.unique1.mean() - result.unique1) < 1e-3)
    True
    >>> [round(float(s), 1) for s in density.thresholds[density.unique1 > 0][[0, -1]]]
    [0.2, 0.5]
    """
    sources = two_classes(result, "result: unique_density")
    if thresholds is None:
        s = (np.arange(_PARTS) + 0.5) / _PARTS
    else:
        s = as_real(as_array(thresholds, "thresholds"), "thresholds")
        if s.ndim != 1 or not np.all((s > 0) & (s < 1)):
            msg = (
                "thresholds: expected numbers between 0 and 1, of shape (T,), got "
                f"{thresholds!r}; for example numpy.linspace(0.01, 0.99, 99)"
            )
            raise ValueError(msg)
    first, second = (_worth(p, s) for p in sources)
    more = (first - second) / (s * (1 - s) * np.log(2))
    return UniqueDensity(s, np.maximum(more, 0.0), np.maximum(-more, 0.0))


def two_classes(result: Any, asked: str) -> tuple[np.ndarray, np.ndarray]:
    """p(x1,y) and p(x2,y) of a result, shapes (K, 2), or raise."""
    if not isinstance(result, PID):
        msg = f"{asked} is of a PID, got {type(result).__name__}"
        raise TypeError(msg)
    if result.shape:
        msg = (
            f"{asked} is of one decomposition, got a batch of shape {result.shape}; index it "
            "first, for example result[0]"
        )
        raise ValueError(msg)
    if result.factored is None:
        msg = f"{asked} needs the marginals, and this result was built without them"
        raise ValueError(msg)
    p1y, p2y = (to_numpy(p) for p in (result.factored.p1y, result.factored.p2y))
    classes = np.flatnonzero(p1y.sum(0) > 0)
    if len(classes) != 2:
        msg = (
            f"{asked} is for a target of two classes, and this one has {len(classes)}; of "
            "class k against the rest take y == k, or of a table p "
            "numpy.stack([p.sum(-1) - p[..., k], p[..., k]], -1)"
        )
        raise ValueError(msg)
    return p1y[:, classes], p2y[:, classes]


def roc_points(p: np.ndarray) -> np.ndarray:
    """Corners (K + 1, 2) of the ROC curve of p (K, 2): shares of both classes, the likelier first."""
    odds = np.divide(p[:, 1], p[:, 0], out=np.full(len(p), np.inf), where=p[:, 0] > 0)
    points = np.vstack([np.zeros(2), p[np.argsort(-odds, kind="stable")].cumsum(0)])
    shares: np.ndarray = points / points[-1]
    return shares


def _worth(p: np.ndarray, s: np.ndarray) -> np.ndarray:
    """E(s) of p (K, 2)."""
    posterior = p[:, 1] / np.where(p.sum(1) > 0, p.sum(1), 1.0)
    order = np.argsort(posterior)
    above = np.vstack([p[order][::-1].cumsum(0)[::-1], np.zeros(2)])
    first = np.searchsorted(posterior[order], s, side="right")
    worth: np.ndarray = (1 - s) * above[first, 1] - s * above[first, 0]
    return worth
