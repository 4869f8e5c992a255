# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Generated data whose atoms are known: the data, and the tables that have the same atoms.

R, U1 and U2 depend on a source only through its posterior p(y|x): a source may be replaced by
anything that says as much of Y. Every generator here has a source of which one number, or a few
states, say all; so a table of modest size has the atoms of the embeddings themselves. Solving it
is left to `fourfold.decompose_marginals`.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.datasets.two_source import TwoSourceDataset

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Embeddings", "Truth", "column_names", "information", "line", "merged"]

#: Half the length of a line in standard deviations of its noise, and the step along it. Sums of
#: smooth functions at such steps are integrals to rounding.
REACH, STEP = 8.0, 0.05
#: Posteriors are told apart to so many decimals: states that agree to them are one.
DECIMALS = 5


class Truth(NamedTuple):
    """What `fourfold.decompose_marginals` turns into the atoms of a population.

    Attributes
    ----------
    p1y, p2y : ndarray, shapes (..., K1, K_Y) and (..., K2, K_Y)
        p(x1,y) and p(x2,y) of what the embeddings say of Y. A leading axis is that of several
        independent systems side by side, whose atoms add up.
    joint_information : float or ndarray of the leading shape
        I(X1,X2;Y) in bits.

    See Also
    --------
    fourfold.decompose_marginals : Takes it: ``decompose_marginals(*truth)``.
    fourfold.datasets.Embeddings : Has it as `truth`.

    Examples
    --------
    >>> import fourfold as ff
    >>> truth = ff.datasets.make_embeddings(ff.gates.COPY, n=10, signal=6, random_state=0).truth
    >>> round(float(truth.joint_information), 3)
    2.0
    >>> [round(atom, 2) for atom in ff.decompose_marginals(*truth).atoms]
    [0.0, 1.0, 1.0, 0.0]
    """

    p1y: np.ndarray
    p2y: np.ndarray
    joint_information: float | np.ndarray


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Embeddings(TwoSourceDataset):
    """Generated embeddings of two sources; unpacks as ``x1, x2, y``, and knows its atoms.

    The attributes are those of `TwoSourceDataset`, and these.

    Attributes
    ----------
    population : callable
        Works out `truth`.
    truth : Truth
        Two tables and I(X1,X2;Y) in bits, which have the atoms of the population.

    See Also
    --------
    fourfold.datasets.make_embeddings : Makes them of gates.
    fourfold.datasets.make_latent_factors : Makes them of latent factors.
    fourfold.decompose_marginals : The exact atoms, from `truth`.

    Examples
    --------
    >>> import fourfold as ff
    >>> data = ff.datasets.make_embeddings(ff.gates.XOR, n=500, random_state=0)
    >>> round(ff.decompose_marginals(*data.truth).synergy, 2)
    0.59
    """

    population: Callable[[], Truth]

    @functools.cached_property
    def truth(self) -> Truth:
        """The arguments of `fourfold.decompose_marginals` for the exact atoms of the embeddings.

        Those of the population that the rows were drawn from, not of these rows. Worked out when
        first asked for, in a second at most but for dropout labels.

        Returns
        -------
        Truth
            Two tables and I(X1,X2;Y) in bits.

        See Also
        --------
        fourfold.decompose_marginals : What to give it to.

        Examples
        --------
        >>> import fourfold as ff
        >>> data = ff.datasets.make_embeddings(ff.gates.RDN, n=100, signal=6, random_state=0)
        >>> [round(atom, 2) for atom in ff.decompose_marginals(*data.truth).atoms]
        [1.0, 0.0, 0.0, 0.0]
        """
        return self.population()


def column_names(x1: np.ndarray, x2: np.ndarray) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the columns of both sources."""
    first, second = (
        tuple(f"{name}_{k}" for k in range(x.shape[1])) for name, x in (("x1", x1), ("x2", x2))
    )
    return first, second


def line(points: Sequence[float] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A fine line through some points, and standard normal densities around each.

    Returns
    -------
    places : ndarray, shape (G,)
    masses : ndarray, shape (len(points), G)
        Of each point's noise; the rows add up to 1.
    """
    centres = np.asarray(points, dtype=np.float64)
    places = np.arange(centres.min() - REACH, centres.max() + REACH + STEP, STEP)
    masses = np.exp(-0.5 * (places - centres[:, None]) ** 2)
    return places, masses / masses.sum(1, keepdims=True)


def merged(masses: np.ndarray) -> np.ndarray:
    """Columns of p(k,x), shape (K, G), that give the states k the same chances, taken together."""
    total = masses.sum(0)
    kept = masses[:, total > 0]
    chances = np.round(kept / kept.sum(0), DECIMALS)
    _, group = np.unique(chances, axis=1, return_inverse=True)
    columns = np.zeros((group.max() + 1, len(masses)))
    np.add.at(columns, group.ravel(), kept.T)
    return columns.T


def information(joint: np.ndarray) -> float:
    """I(X;Y) in bits of p(x,y), shape (K, K_Y)."""
    x, y = np.nonzero(joint)
    # each logarithm for itself: the product of two tiny marginals is 0
    logs = np.log2(joint[x, y]) - np.log2(joint.sum(1)[x]) - np.log2(joint.sum(0)[y])
    return float(np.sum(joint[x, y] * logs))
