# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What holds of the atoms of two embeddings, whatever the classifiers are worth."""

from __future__ import annotations

import math
from typing import NamedTuple

from fourfold.results.equal import by_value
from fourfold.results.frame import Block
from fourfold.results.pid_lines import bound_lines
from fourfold.results.record import Record

__all__ = ["OuterBounds"]


class _OuterBounds(NamedTuple):
    redundancy: float
    unique1: float
    unique2: float
    synergy: float
    confidence_level: float


@by_value
class OuterBounds(Record, _OuterBounds):
    """Bounds of the embeddings' atoms from labels that no classifier saw, in bits.

    Held-out informations i1, i2 and v are in expectation at most I(X1;Y), I(X2;Y) and v*, so::

        R >= i1 + i2 - H(Y)    U1 <= H(Y) - i2    U2 <= H(Y) - i1    S <= H(Y) - v

    each with its own confidence, one-sided. Where y are rows of probabilities, H(Y) minus their mean
    entropy takes the place of H(Y), as I(X1,X2;Y) is at most that. NaN where rows repeat between the folds, as nothing
    is held out then, and where fewer than 30 rows, or groups of them, are independent.

    Attributes
    ----------
    redundancy : float
        R is at least this.
    unique1, unique2, synergy : float
        U1, U2 and S are at most this.
    confidence_level : float
        Of each, not of all four together.

    See Also
    --------
    PosteriorPID : Has these beside the atoms that classifiers decode.
    Kept : Has these of a quick probe beside the atoms of clusters.
    DecisionPID : Has these of masked answers as predictors of the joint ones.

    References
    ----------
    docs/embeddings.md, "What is certain, and what is only decodable".

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> y = np.tile([0, 1], 100)
    >>> sure, blind = np.where(y[:, None] == [0, 1], 0.9, 0.1), np.full((200, 2), 0.5)
    >>> result = ff.posterior_pid(sure, blind, y, sure)
    >>> bounds = result.outer_bounds  # the first source tells all that there is
    >>> round(bounds.unique1, 1), round(bounds.unique2, 1), round(bounds.synergy, 1)
    (1.1, 0.1, 0.1)
    """

    __slots__ = ()

    def _blocks(self) -> list[Block]:
        return [Block({}, bound_lines(self))]

    def words(self) -> str:
        """The four bounds in a line, or that there are none.

        Returns
        -------
        str
            In bits.

        See Also
        --------
        to_dict : The numbers.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.OuterBounds(0.7, 0.4, 0.3, 0.2, confidence_level=0.95).words()
        'R >= 0.700, U1 <= 0.400, U2 <= 0.300, S <= 0.200'
        """
        if math.isnan(self.redundancy):
            return (
                "no known bounds: rows repeat between folds, or fewer than 30 are independent"
            )
        first = (
            f"R >= {self.redundancy:.3f}, U1 <= {self.unique1:.3f}, U2 <= {self.unique2:.3f}"
        )
        return first if math.isnan(self.synergy) else f"{first}, S <= {self.synergy:.3f}"
