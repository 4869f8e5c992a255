# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Directions of three sources whose product of three tells of classes what no two of them tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["triple_directions", "tripled"]

#: Components of each source that are looked at, as there are products of three of them.
SEEN = 32
#: Rounds of power iteration, rows whose products are formed at once, and directions kept.
ROUNDS, ROWS, MOST = 8, 4096, 4


def triple_directions(
    sources: Sequence[np.ndarray], labels: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Directions u of a, v of b and w of c whose product u'a v'b w'c differs most between classes.

    Rank one approximations of the third moment of the sources, weighted by a class: from the
    singular vectors of its unfoldings by power iteration (De Lathauwer, De Moor and Vandewalle,
    SIAM J. Matrix Anal. 21, 2000). They find parity, of which each two sources are independent.

    Parameters
    ----------
    sources : three ndarrays, shapes (n, k1), (n, k2) and (n, k3)
        Whitened sources, the rows to train on.
    labels, weights : ndarray, shape (n,)
        Of these.

    Returns
    -------
    u, v, w : ndarray, shapes (k1, r), (k2, r) and (k3, r)
        One of each class, the strongest `MOST` of them.
    """
    seen = [np.asarray(source[:, :SEEN], np.float64) for source in sources]
    weights = weights / weights.sum()
    present = np.unique(labels)
    found: list[tuple[float, list[np.ndarray]]] = []
    for label in present if len(present) > 2 else present[:1]:
        share = weights @ (labels == label)
        contrast = weights * ((labels == label) - share) / np.sqrt(share * (1 - share))
        found.append(_strongest(_moment(seen, contrast)))
    found.sort(key=lambda one: -one[0])
    kept = [directions for _, directions in found[:MOST]]
    every = []
    for source, columns in zip(sources, zip(*kept, strict=True), strict=True):
        whole = np.zeros((source.shape[1], len(kept)))
        whole[:SEEN] = np.stack(columns, 1)
        every.append(whole)
    return tuple(every)


def tripled(
    sources: Sequence[np.ndarray], directions: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """The products of three scores (n, r) of each row, and those of scores that saturate."""
    scores = [x @ u.astype(x.dtype) for x, u in zip(sources, directions, strict=True)]
    s, t, r = scores
    return [s * t * r, np.tanh(s) * np.tanh(t) * np.tanh(r)]


def _moment(sources: Sequence[np.ndarray], contrast: np.ndarray) -> np.ndarray:
    """Sum over the rows of the contrast times a_i b_j c_k, shape (k1, k2, k3)."""
    a, b, c = sources
    moment = np.zeros((a.shape[1], b.shape[1] * c.shape[1]))
    for start in range(0, len(a), ROWS):
        rows = slice(start, start + ROWS)
        both = (b[rows, :, None] * c[rows, None, :]).reshape(len(b[rows]), -1)
        moment += (a[rows] * contrast[rows, None]).T @ both
    return moment.reshape(a.shape[1], b.shape[1], c.shape[1])


def _strongest(moment: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """The value of the moment along three directions of length 1, and these.

    The best of two starts: the unfoldings' singular vectors, which rotate with the components, and
    the largest entry, which stands out of more noise where the direction is a component itself.
    """
    of_unfoldings = []
    for axis in range(3):
        unfolded = np.moveaxis(moment, axis, 0).reshape(moment.shape[axis], -1)
        of_unfoldings.append(np.linalg.svd(unfolded, full_matrices=False)[0][:, 0])
    place = np.unravel_index(np.abs(moment).argmax(), moment.shape)
    of_entry = [np.eye(size)[k] for size, k in zip(moment.shape, place, strict=True)]
    iterated = [_iterated(moment, start) for start in (of_unfoldings, of_entry)]
    return max(iterated, key=lambda one: one[0])


def _iterated(
    moment: np.ndarray, directions: list[np.ndarray]
) -> tuple[float, list[np.ndarray]]:
    """After some rounds of power iteration."""
    value = 0.0
    for _ in range(ROUNDS):
        for axis in range(3):
            others = [directions[other] for other in range(3) if other != axis]
            turned = np.einsum("ijk,j,k->i", np.moveaxis(moment, axis, 0), *others)
            value = float(np.linalg.norm(turned))
            if value > 0:
                directions[axis] = turned / value
    return value, directions
