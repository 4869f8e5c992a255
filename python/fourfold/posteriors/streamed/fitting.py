# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of drawn rows, asked about all others as they come: to the atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.posteriors.folds import half_of, half_of_groups
from fourfold.posteriors.interval import interval_of_terms
from fourfold.posteriors.readings import extrapolated
from fourfold.posteriors.streamed.chunks import codes_of, joined
from fourfold.posteriors.streamed.copies import Copies
from fourfold.posteriors.streamed.decoder import Decoder, Lesson
from fourfold.posteriors.streamed.drawing import SHARES, drawn_rows
from fourfold.posteriors.streamed.parts import Teacher, learns_in_parts
from fourfold.posteriors.streamed.reading import TERMS, Reading
from fourfold.posteriors.streamed.sums import TermSums
from fourfold.posteriors.target import as_target
from fourfold.results.streamed import Streamed
from fourfold.runtime.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fourfold.posteriors.base_models import Predict
    from fourfold.posteriors.streamed.chunks import Chunk, Chunks
    from fourfold.posteriors.streamed.drawing import Drawn
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.solve.options import SolverOptions

__all__ = ["StreamedFitting"]

#: Rows of larger lots teach an estimator that has `partial_fit`; half of them, of those above the
#: second, also the one that is to have seen half as many.
PARTED, HALF_PARTED = 0.5, 0.75

ANOTHER_ORDER = (
    "blocks: their rows came in another order than in the first walk, so that rows that taught "
    "classifiers would be measured; expected the same order each time (a loader that shuffles: no "
    "shuffling, or its seed set where the blocks begin), or sample=(X1, X2, y) of other rows to learn "
    "from, for a single walk"
)


class StreamedFitting:
    """Classifiers of rows that were drawn, and what they say of the others.

    Parameters
    ----------
    chunks : Chunks
        All rows.
    sample : Chunks or None
        Rows to learn from that are not among them.
    n_learn : int
        Rows that teach the classifiers of a source, at most.
    halves : bool
        Whether others are taught half as many.
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
        halves: bool,
        classifier: Any,
        joint_classifier: Any,
        n_jobs: int | None,
        seed: int,
    ) -> None:
        self.chunks = chunks
        self.sample = sample
        own = {"x1": classifier, "x2": classifier, "joint": joint_classifier}
        # of a sample all rows are known, and `fit` sees them more than once
        self.own = {
            part: one for part, one in own.items() if sample is None and learns_in_parts(one)
        }
        self.drawn = self._drawn(n_learn)
        self.names = self.drawn.names
        if sample is not None:
            chunks.pattern, chunks.names = (self.drawn.pools, "sample"), sample.names
        known = joined([*self._sets])
        self.copies = Copies(known.x1, known.x2, known.groups)
        taught, self.parts = self._taught_by_parts(halves, seed)
        sources, joint, self.pools = map(self._lesson, self._sets)
        given: dict[str, Any] = {
            "classifier": classifier,
            "joint_classifier": joint_classifier,
            "n_jobs": n_jobs,
            "seed": seed,
        }
        self.decoders = [Decoder(sources, joint, self.pools, taught=taught[0], **given)]
        if halves:
            rng = np.random.default_rng(seed)
            first, second = (_half(lesson, rng) for lesson in (sources, joint))
            self.decoders.append(Decoder(first, second, self.pools, taught=taught[1], **given))

    def result(
        self,
        options: SolverOptions,
        *,
        number: int | None,
        confidence_level: float,
        coarse: bool,
    ) -> PosteriorPID:
        """The decomposition of all rows that taught nothing; arguments as of `decoded`."""
        with one_thread():
            readings = [
                Reading(decoder, self.pools, options, number=number, coarse=coarse)
                for decoder in self.decoders
            ]
        count = TERMS * len(readings)
        sums = TermSums(count, len(self.names), self.chunks.groups is not None)
        for chunk in self._measured():
            codes = codes_of(chunk.labels, self.names)
            weights = np.ones(len(codes)) if chunk.weights is None else chunk.weights
            with one_thread():
                logs = [one.add(chunk.x1, chunk.x2, codes, weights) for one in readings]
                sums.add(np.hstack(logs), codes, weights, chunk.groups)
            self.copies.add(chunk.x1, chunk.x2)
        _check_measured(sums, self.drawn)
        self.copies.warn()
        rows, every = sums.moments(), np.eye(count + 1)
        terms = [every[:, k : k + TERMS] for k in range(0, count, TERMS)]
        given: dict[str, Any] = {
            "bounds": not self.copies.leak,
            "confidence_level": confidence_level,
            "n_samples": sums.count,
            "streamed": self._told(sums.count),
        }
        full, *halves = (
            one.result(sums.classes, some, every[:, -1], rows, **given)
            for one, some in zip(readings, terms, strict=True)
        )
        for half in halves:
            grown = extrapolated(full.information.soft, half.information.soft)
            interval = interval_of_terms(full, grown, rows, *terms)
            full = full.with_learning_gap(half, grown, interval)
        return full

    @property
    def columns(self) -> tuple[int, int]:
        """Of X1 and of X2."""
        return self.pools.x1.shape[1], self.pools.x2.shape[1]

    @property
    def _sets(self) -> tuple[Chunk, Chunk, Chunk]:
        return self.drawn.sources, self.drawn.joint, self.drawn.pools

    def _drawn(self, n_learn: int) -> Drawn:
        if self.sample is not None:
            return drawn_rows(self.sample.walk("sample"), None, 1.0)
        most = PARTED / 2 if self.own else PARTED
        return drawn_rows(self.chunks.walk("draw"), round(n_learn / SHARES[1]), most)

    def _taught_by_parts(
        self, halves: bool, seed: int
    ) -> tuple[list[Mapping[str, Predict]], int]:
        """Of all rows to be learned from, and of half of them; how many the first are."""
        if not self.own:
            return [{}, {}], 0
        whole, half = (Teacher(self.own, self.names, seed) for _ in range(2))
        for chunk in self._rows("learn", PARTED, 1.0):
            with one_thread():
                whole.add(chunk)
                if halves:
                    half.add(chunk.of_rows(chunk.lots > HALF_PARTED))
        return [whole.taught(), half.taught() if halves else {}], whole.rows

    def _told(self, measured: int) -> Streamed:
        sources, joint, pools = (len(part.lots) for part in self._sets)
        rows = self.drawn.rows
        if self.sample is not None:
            rows = measured + sources + joint + pools
        return Streamed(rows, sources, joint, pools, self.parts, measured)

    def _measured(self) -> Iterator[Chunk]:
        """Rows that taught nothing."""
        if self.sample is not None:
            return self._rows("measure", -1.0, 1.0)
        return self._rows("measure", self.drawn.last, PARTED if self.own else 1.0)

    def _rows(self, what: str, above: float, up_to: float) -> Iterator[Chunk]:
        """Those whose lots are between these ends, the first not included."""
        for chunk in self._walk(what):
            some = (chunk.lots > above) & (chunk.lots <= up_to)
            if some.any():
                yield chunk.of_rows(some)

    def _walk(self, what: str) -> Iterator[Chunk]:
        """All rows once more, or raise where they are not those of the first walk."""
        rows = 0
        for chunk in self.chunks.walk(what):
            rows += len(chunk.lots)
            if self.sample is None:
                drawn = chunk.of_rows(chunk.lots <= self.drawn.last)
                if not self.copies.recognised(drawn.x1, drawn.x2):
                    raise ValueError(ANOTHER_ORDER)
            yield chunk
        if self.sample is None and rows != self.drawn.rows:
            msg = (
                f"blocks: had {self.drawn.rows} rows in the first walk, but {rows} in a later one; "
                "expected the same rows each time"
            )
            raise ValueError(msg)

    def _lesson(self, part: Chunk) -> Lesson:
        codes = codes_of(part.labels, self.names)
        groups = part.groups
        if groups is not None:
            groups = np.unique(groups, return_inverse=True)[1]
        target = as_target(codes, len(self.names), part.weights, 0)
        return Lesson(part.x1, part.x2, target, groups)


def _half(lesson: Lesson, rng: np.random.Generator) -> Lesson:
    """Half of the rows of each class, or of the groups."""
    x1, x2, target, groups = lesson
    every = np.arange(len(x1))
    if groups is None:
        rows = half_of(every, target.strata, rng)
    else:
        rows = half_of_groups(every, target.strata, groups, rng)
    return Lesson(x1[rows], x2[rows], target.of_rows(rows))


def _check_measured(sums: TermSums, drawn: Drawn) -> None:
    """Raise where nothing is left to measure, or not each class."""
    if sums.count == 0:
        msg = (
            f"groups: rows of one group do the same thing, and of {drawn.rows} rows none is left to be "
            "measured; expected many groups"
        )
        raise ValueError(msg)
    missing = np.flatnonzero(sums.classes == 0).tolist()
    if missing:
        name = str(drawn.names[missing[0]])
        msg = (
            f"y: class {name!r} does not occur in the {sums.count} rows that are measured; leave "
            "that class out, or merge it with another"
        )
        raise ValueError(msg)
