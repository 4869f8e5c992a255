# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of drawn rows, asked about all others as they come: to the atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.assembled import assembled, soft_informations
from fourfold.posteriors.decoded import COARSE_TOL
from fourfold.posteriors.prototypes import LEAST
from fourfold.posteriors.streamed.chunks import Chunks, codes_of, joined
from fourfold.posteriors.streamed.copies import Copies
from fourfold.posteriors.streamed.decoder import Decoder, Lesson
from fourfold.posteriors.streamed.drawing import SHARES, drawn_rows
from fourfold.posteriors.streamed.parts import learns_in_parts, taught_by_parts
from fourfold.posteriors.streamed.places import chosen_pair, found_prototypes, states_of
from fourfold.posteriors.streamed.sums import Masses, TermSums, coarser, unit_terms
from fourfold.posteriors.target import as_target
from fourfold.posteriors.union import solved_prototypes
from fourfold.results.streamed import Streamed
from fourfold.runtime.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fourfold.posteriors.base_models import Predict
    from fourfold.posteriors.streamed.chunks import Chunk
    from fourfold.posteriors.streamed.drawing import Drawn
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.solve.options import SolverOptions

__all__ = ["StreamedFitting"]

#: Of the lots: rows of larger ones teach an estimator that has `partial_fit`.
PARTED = 0.5


class StreamedFitting:
    """What is made of drawn rows, and what it says of the others.

    Parameters
    ----------
    chunks : Chunks
        All rows.
    sample : Chunks or None
        Rows to learn from that are not among them.
    n_learn : int
        Rows that teach the classifiers of a source, at most.
    classifier, joint_classifier
        As `ClassifierPID` takes them.
    n_jobs : int or None
    seed : int
        Of the models.
    """

    def __init__(
        self,
        chunks: Chunks,
        sample: Chunks | None,
        *,
        n_learn: int,
        classifier: Any,
        joint_classifier: Any,
        n_jobs: int | None,
        seed: int,
    ) -> None:
        self.chunks = chunks
        self.drawn_apart = sample is not None
        own = {"x1": classifier, "x2": classifier, "joint": joint_classifier}
        self.own = {part: one for part, one in own.items() if learns_in_parts(one)}
        if sample is not None:  # a few rows, which are kept: `partial_fit` is not needed
            self.own = {}
        self.drawn = (
            drawn_rows(sample.walk("rows of the sample"), None, 1.0)
            if sample is not None
            else drawn_rows(
                chunks.walk("rows to draw from"),
                round(n_learn / SHARES[1]),
                PARTED / 2 if self.own else PARTED,
            )
        )
        self.classes = len(self.drawn.names)
        taught: Mapping[str, Predict] = {}
        self.parts = 0
        if self.own:
            taught, self.parts = taught_by_parts(
                self._rows("rows to learn from", PARTED, 1.0), self.drawn.names, self.own, seed
            )
        sources, joint, self.pools = map(self._lesson, self._sets)
        with one_thread():
            self.decoder = Decoder(
                sources,
                joint,
                self.pools,
                classifier=classifier,
                joint_classifier=joint_classifier,
                taught=taught,
                n_jobs=n_jobs,
                seed=seed,
            )

    @property
    def _sets(self) -> tuple[Chunk, Chunk, Chunk]:
        return self.drawn.sources, self.drawn.joint, self.drawn.pools

    def result(
        self,
        options: SolverOptions,
        *,
        number: int | None,
        confidence_level: float,
        coarse: bool,
    ) -> PosteriorPID:
        """The decomposition of all rows that taught nothing; arguments as of `decoded`."""
        pools = self.pools
        said = self.decoder(pools.x1, pools.x2)
        places = [found_prototypes(p, pools.target, number) for p in said]
        if coarse and max(len(found.mass) for found in places[:2]) > LEAST:
            options = options.at_most_to(COARSE_TOL)
        pair = chosen_pair(places[0], places[1], (said[0], said[1]), pools.target, options)
        masses = [Masses(len(found.mass), self.classes) for found in places]
        sums = TermSums(4, self.classes, self.chunks.groups is not None)
        taught = joined([*self._sets])
        copies = Copies(taught.x1, taught.x2, taught.groups)
        for chunk in self._measured():
            codes = codes_of(chunk.labels, self.drawn.names)
            weights = np.ones(len(codes)) if chunk.weights is None else chunk.weights
            with one_thread():
                posteriors = self.decoder(chunk.x1, chunk.x2)
                states = [states_of(p, at) for p, at in zip(posteriors, places, strict=True)]
            for mass, state, p in zip(masses, states, posteriors, strict=True):
                mass.add(state, p, weights)
            logs = np.stack([np.log2(p[np.arange(len(codes)), codes]) for p in posteriors], 1)
            lower = pair.logs(states[0], states[1], codes, logs[:, :2])
            sums.add(np.column_stack([logs, lower]), codes, weights, chunk.groups)
            copies.add(chunk.x1, chunk.x2)
        _check_measured(sums, self.drawn)
        copies.warn()
        classes = sums.classes
        read = [mass.prototypes(classes) for mass in masses]
        first, second = read[0][0], read[1][0]
        union = solved_prototypes(first, second, classes, options)
        soft, ends = soft_informations(
            union,
            (first, second),
            [told for _, told in read],
            lambda source, fewer: coarser(read[source][0], fewer),
            classes,
            options,
        )
        terms, surprise = unit_terms(0, 4)
        none = np.empty(0, dtype=np.int64)
        return assembled(
            union,
            soft,
            ends,
            (first.loss, second.loss),
            terms,
            surprise,
            sums.moments(),
            bounds=not copies.leak,
            confidence_level=confidence_level,
            n_samples=sums.count,
            chosen=self.decoder.chosen,
            states1=none,
            states2=none,
            row_terms=np.empty((0, 4)),
            row_weights=np.empty(0),
            streamed=self._told(sums.count),
        )

    def _told(self, measured: int) -> Streamed:
        sources, joint, pools = (len(part.lots) for part in self._sets)
        rows = measured + sources + joint + pools if self.drawn_apart else self.drawn.rows
        return Streamed(rows, sources, joint, pools, self.parts, measured)

    def _measured(self) -> Iterator[Chunk]:
        """Rows that taught nothing."""
        if self.drawn_apart:
            return self._rows("rows", -1.0, 1.0)
        return self._rows("rows", self.drawn.last, PARTED if self.own else 1.0)

    def _rows(self, what: str, above: float, up_to: float) -> Iterator[Chunk]:
        """Those whose lots are between these ends, the first not included."""
        for chunk in self.chunks.walk(what):
            some = (chunk.lots > above) & (chunk.lots <= up_to)
            if some.any():
                yield chunk.of_rows(some)

    def _lesson(self, part: Chunk) -> Lesson:
        codes = codes_of(part.labels, self.drawn.names)
        groups = part.groups
        if groups is not None:
            groups = np.unique(groups, return_inverse=True)[1]
        target = as_target(codes, self.classes, part.weights, 0)
        return Lesson(part.x1, part.x2, target, groups)


def _check_measured(sums: TermSums, drawn: Drawn) -> None:
    """Raise where nothing is left to measure, or not each class."""
    if sums.count == 0:
        msg = (
            f"groups: none of {drawn.rows} rows is left that classifiers have not learned from; "
            "expected several groups"
        )
        raise ValueError(msg)
    missing: Sequence[int] = np.flatnonzero(sums.classes == 0).tolist()
    if missing:
        name = str(drawn.names[missing[0]])
        msg = (
            f"y: class {name!r} does not occur in the {sums.count} rows that are measured; leave "
            "that class out, or merge it with another"
        )
        raise ValueError(msg)
