# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows in chunks of one size, however they come, each with the lot that says what it is for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.inputs.blocks import in_block, rows_a_block
from fourfold.inputs.column_names import check_column_names, column_names
from fourfold.inputs.device import on_host
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.target import read_target
from fourfold.posteriors.rows import read_group_labels, read_weights
from fourfold.posteriors.target import class_names
from fourfold.runtime.progress import progress

if TYPE_CHECKING:
    from fourfold.inputs.blocks import Block, Blocks

__all__ = ["Chunk", "Chunks", "codes_of", "joined"]


class Chunk(NamedTuple):
    """Rows that follow each other.

    Attributes
    ----------
    x1, x2 : ndarray, shapes (n, d1) and (n, d2)
    labels : ndarray, shape (n,)
        As they were given.
    weights : ndarray, shape (n,), or None
    groups : ndarray of uint64, shape (n,), or None
        Hashes of the groups' labels.
    lots : ndarray, shape (n,)
        Drawn between 0 and 1, the same for all rows of a group.
    """

    x1: np.ndarray
    x2: np.ndarray
    labels: np.ndarray
    weights: np.ndarray | None
    groups: np.ndarray | None
    lots: np.ndarray

    def of_rows(self, rows: Any) -> Chunk:
        """The same of some rows."""
        return Chunk._make(None if part is None else part[rows] for part in self)


def joined(chunks: list[Chunk]) -> Chunk:
    """One chunk of several."""
    if len(chunks) == 1:
        return chunks[0]
    parts = zip(*chunks, strict=True)
    return Chunk._make(None if part[0] is None else np.concatenate(part) for part in parts)


class Chunks:
    """Checked rows of blocks; each walk draws the same lots, whatever size the blocks have.

    Parameters
    ----------
    blocks : Blocks
    weights, groups : array_like, shape (N,), or None
        Of all rows; slices of them are read as the rows come.
    seed : int
        Of the lots.
    edges : ndarray or None
        Of bins that y, numbers, is put into.
    """

    #: What all rows have to be like, and where that was; set by the first rows, if not before.
    pattern: tuple[Chunk, str] | None = None
    #: Names of the columns of both sources that the first of these rows had, where they had some.
    names: tuple[np.ndarray | None, ...] | None = None

    def __init__(
        self,
        blocks: Blocks,
        weights: Any,
        groups: Any,
        seed: int,
        edges: np.ndarray | None = None,
    ) -> None:
        self.blocks = blocks
        self.weights = weights
        self.groups = groups
        self.seed = seed
        self.edges = edges

    def walk(self, what: str) -> Iterator[Chunk]:
        """All rows from the first, with a bar that says what is done with them."""
        draw = np.random.default_rng(self.seed)
        waiting: list[Chunk] = []
        count = rows = 0
        size = 0
        with progress(self.blocks.rows, what, unit="rows") as bar:
            for block in self.blocks:
                with in_block(block, self.blocks):
                    piece = self._read(block, draw)
                    if self.pattern is None:
                        self.pattern = piece.of_rows(slice(0)), "first block"
                    _check_alike(piece, *self.pattern)
                size = size or rows_a_block(piece.x1, piece.x2)
                waiting.append(piece)
                count += block.rows
                rows += block.rows
                while count >= size:
                    whole = joined(waiting)
                    yield whole.of_rows(slice(size))
                    bar.update(size)
                    waiting, count = [whole.of_rows(slice(size, None))], count - size
                if count:  # the arrays of a block may be filled with the next rows
                    last = waiting[-1]
                    waiting[-1] = last._replace(x1=last.x1.copy(), x2=last.x2.copy())
            if count:
                yield joined(waiting)
                bar.update(count)
        for name, values in (("sample_weight", self.weights), ("groups", self.groups)):
            if values is not None and len(values) != rows:
                msg = f"{name}: has {len(values)} numbers, but the blocks have {rows} rows"
                raise ValueError(msg)

    def _read(self, block: Block, draw: np.random.Generator) -> Chunk:
        sources = {"X1": block.x1, "X2": block.x2}
        if self.names is None:
            self.names = tuple(map(column_names, sources.values()))
        for fitted, (name, x) in zip(self.names, sources.items(), strict=True):
            check_column_names(fitted, x, name, "the first block")
        x1, x2 = (
            read_embedding(on_host(x, name), name, whole=False) for name, x in sources.items()
        )
        labels = _labels(binned(block.y, self.edges)[0])
        weights = groups = None
        rows = slice(block.first, block.first + block.rows)
        if self.weights is not None:
            weights = read_weights(self.weights[rows], block.rows)
        if self.groups is not None:
            groups = _hashed(read_group_labels(self.groups[rows], block.rows))
        lots = (
            draw.random(block.rows)
            if groups is None
            else (_mixed(groups ^ np.uint64(self.seed)) >> np.uint64(11)) * 2.0**-53
        )
        return Chunk(x1, x2, labels, weights, groups, lots)


def codes_of(labels: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Numbers of the labels among sorted names, or raise where one is not among them."""
    codes = np.searchsorted(names, labels)
    known = names[np.minimum(codes, len(names) - 1)] == labels
    if not known.all():
        label = labels[np.argmin(known)]
        msg = (
            f"y: class {str(label)!r} is not among those of the sample, which are "
            f"{', '.join(map(str, names[:8]))}{' ...' if len(names) > 8 else ''}; expected a "
            "sample with rows of each class"
        )
        raise ValueError(msg)
    return codes


def _labels(y: Any) -> np.ndarray:
    codes, _ = read_target(y, device=False)
    if codes.ndim == 2:
        msg = (
            "y: rows of probabilities are not streamed; draw the label of each row, for example "
            "(y.cumsum(1) > rng.random((len(y), 1))).argmax(1)"
        )
        raise ValueError(msg)
    names = class_names(y, codes)
    labels: np.ndarray = names[np.unique(codes, return_inverse=True)[1]]
    return labels.astype(str) if labels.dtype.kind == "O" else labels


def _check_alike(chunk: Chunk, pattern: Chunk, where: str) -> None:
    """Raise where rows differ from those before them."""
    for name, one, other in (("X1", chunk.x1, pattern.x1), ("X2", chunk.x2, pattern.x2)):
        if one.shape[1] != other.shape[1]:
            msg = f"{name}: expected {other.shape[1]} columns, as in the {where}, got {one.shape[1]}"
            raise ValueError(msg)
    kinds = [
        "numbers" if part.labels.dtype.kind in "iub" else "words" for part in (chunk, pattern)
    ]
    if kinds[0] != kinds[1]:
        msg = f"y: labels are {kinds[0]}, in the {where} they are {kinds[1]}; expected one kind"
        raise ValueError(msg)


def _hashed(labels: np.ndarray) -> np.ndarray:
    """64 bits of each label, the same in every process."""
    if labels.dtype.kind in "iub":
        return _mixed(labels.astype(np.int64).view(np.uint64))
    different, codes = np.unique(labels, return_inverse=True)
    digests = b"".join(
        hashlib.blake2b(str(label).encode(), digest_size=8).digest() for label in different
    )
    hashes: np.ndarray = np.frombuffer(digests, "<u8").astype(np.uint64)[codes]
    return hashes


def _mixed(bits: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): each bit depends on all."""
    with np.errstate(over="ignore"):
        bits = bits + np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = bits ^ (bits >> np.uint64(31))
    return mixed
