# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What classifiers say of rows that they have not learned from, summed and decomposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.assembled import assembled, soft_informations
from fourfold.posteriors.decoded import COARSE_TOL
from fourfold.posteriors.prototypes import LEAST
from fourfold.posteriors.streamed.places import chosen_pair, found_prototypes, states_of
from fourfold.posteriors.streamed.sums import Masses, coarser
from fourfold.posteriors.union import solved_prototypes

if TYPE_CHECKING:
    from fourfold.posteriors.held_out import Means
    from fourfold.posteriors.streamed.decoder import Decoder, Lesson
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.solve.options import SolverOptions

__all__ = ["TERMS", "Reading"]

#: Terms of each row: of I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*.
TERMS = 4


class Reading:
    """Prototypes and a dual pair of the rows that made the pools, and what others add to them.

    Parameters
    ----------
    decoder : Decoder
    pools : Lesson
        Those rows.
    options : SolverOptions
    number : int or None
        Prototypes of each source.
    coarse : bool
        Whether many prototypes are solved to a wider gap.
    """

    def __init__(
        self,
        decoder: Decoder,
        pools: Lesson,
        options: SolverOptions,
        *,
        number: int | None,
        coarse: bool,
    ) -> None:
        self.decoder = decoder
        said = decoder(pools.x1, pools.x2)
        self.places = [found_prototypes(p, pools.target, number) for p in said]
        if coarse and max(len(found.mass) for found in self.places[:2]) > LEAST:
            options = options.at_most_to(COARSE_TOL)
        self.options = options
        first, second, _ = self.places
        self.pair = chosen_pair(first, second, (said[0], said[1]), pools.target, options)
        self.masses = [Masses(*found.posterior.shape) for found in self.places]

    def add(
        self, x1: np.ndarray, x2: np.ndarray, codes: np.ndarray, weights: np.ndarray
    ) -> np.ndarray:
        """Rows that nothing was learned from; their logs (n, 4), which are terms but for p(y)."""
        posteriors = self.decoder(x1, x2)
        states = [states_of(p, at) for p, at in zip(posteriors, self.places, strict=True)]
        for mass, state, p in zip(self.masses, states, posteriors, strict=True):
            mass.add(state, p, codes, weights)
        every = np.arange(len(codes))
        logs = np.stack([np.log2(p[every, codes]) for p in posteriors], axis=1)
        lower = self.pair.logs(states[0], states[1], codes, logs[:, :2])
        return np.column_stack([logs, lower])

    def result(
        self,
        classes: np.ndarray,
        terms: np.ndarray,
        surprise: np.ndarray,
        rows: Means,
        **given: Any,
    ) -> PosteriorPID:
        """Of all rows added, whose p(y) is `classes`; the others as of `assembled`."""
        found = [mass.prototypes() for mass in self.masses]
        (first, _), (second, _), _ = found
        union = solved_prototypes(first, second, classes, self.options)
        soft, ends = soft_informations(
            union,
            (first, second),
            [told for _, told in found],
            lambda source, number: coarser(found[source][0], number),
            classes,
            self.options,
        )
        none = np.empty(0, dtype=np.int64)
        return assembled(
            union,
            soft,
            ends,
            (first.loss, second.loss),
            terms,
            surprise,
            rows,
            chosen=self.decoder.chosen,
            states1=none,
            states2=none,
            row_terms=np.empty((0, TERMS)),
            row_weights=np.empty(0),
            **given,
        )
