# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What an estimator of clusters does with rows that do not fit memory: it learns, and counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

from sklearn.utils.validation import check_is_fitted

from fourfold.embeddings.counted import count_blocks
from fourfold.embeddings.learning import learn_blocks
from fourfold.inputs.sources import LabelsSources
from fourfold.inputs.sources_in_blocks import blocks_of, of_blocks

if TYPE_CHECKING:
    from fourfold.counts.counts import Counts

__all__ = ["WalksBlocks"]


class WalksBlocks(LabelsSources):
    """Methods of `PIDEstimator` that read a block of rows at a time."""

    @of_blocks
    def partial_fit(self, X1: Any, X2: Any = None, y: Any = None) -> Self:
        """Learn clusters from rows that do not fit memory; `count` then counts them.

        Scales, components and clusters are updated by each block and none is kept: scikit-learn's
        `StandardScaler`, `IncrementalPCA`, of blocks of at least as many rows as components, and
        `MiniBatchKMeans` in place of whole K-means, started from the best of `n_init` clusterings
        of the first block. Blocks of fewer than 4096 rows that are given in one call are learnt from
        together; so give small ones in one iterable, as clusters that start from a few rows are
        poor. Rows should come in random order. Clusters that `fit` finds in a sample are as good mostly.

        There is no `result_`; after `fit` all begins anew, and what
        that found is gone.

        Parameters
        ----------
        X1, X2 : array_like, shapes (N, d1) and (N, d2)
            Embeddings, of which no more than a block is read at a time: arrays, memory maps, what
            else can be sliced by rows, Dask's arrays. Or, in place of both, an iterable of tuples
            ``(X1, X2)`` or ``(X1, X2, y)`` of arrays, such as `fourfold.loading.parquet_blocks`.
        y : array_like, optional
            Not read.

        Returns
        -------
        PIDEstimator
            Itself, with clusters and without a result.

        Raises
        ------
        ValueError
            As `fit`; if `n_clusters` is "auto", the clusterer "quantile" or `held_out` not 0, which
            need all rows; if what the clusters are of has changed since the first rows.
        TypeError
            As `fit`; if there is neither X2 nor an iterable of tuples.

        See Also
        --------
        count : Count the rows by the clusters.
        fourfold.loading.parquet_blocks : Rows of files.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.digits_halves()
        >>> estimator = ff.PIDEstimator(8, random_state=0)
        >>> for rows in (slice(0, 900), slice(900, None)):
        ...     _ = estimator.partial_fit(x1[rows], x2[rows])
        >>> estimator.n_samples_seen_
        1797
        """
        learn_blocks(cast("Any", self), blocks_of(self, X1, X2, y, target=False))
        return self

    @of_blocks
    def count(self, X1: Any, X2: Any = None, y: Any = None) -> Counts:
        """Count rows by their clusters, a block at a time, in constant memory.

        Parameters
        ----------
        X1, X2 : array_like, shapes (M, d1) and (M, d2)
            Embeddings with the columns that were fitted; arrays, memory maps, Dask's arrays, or, in
            place of all three, an iterable of tuples ``(X1, X2, y)``, as of `partial_fit`.
        y : array_like, shape (M,)
            Labels; or, with `target_bins`, numbers: a number of bins is of the rows that `fit` saw, and
            after `partial_fit`, which reads no y, only edges do.

        Returns
        -------
        Counts
            Of the labels that `transform` gives, to the bit, whatever the blocks. All clusters are
            states, 0 to K - 1, whether or not rows are in them.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit` and `partial_fit`.
        ValueError
            As `transform`; if y is not labels, or numbers of rows differ.
        TypeError
            If X2 or y is missing, and there is no iterable of tuples.

        See Also
        --------
        fourfold.pid : Decomposes counts, in bits.
        partial_fit : Learns clusters of blocks.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.digits_halves()
        >>> estimator = ff.PIDEstimator(8, random_state=0).partial_fit(x1[:900], x2[:900])
        >>> counts = estimator.count(x1[:900], x2[:900], y[:900])
        >>> counts += estimator.count([(x1[900:], x2[900:], y[900:])])
        >>> counts.n_samples, counts.shape
        (1797, (8, 8, 10))
        """
        check_is_fitted(self)
        return count_blocks(cast("Any", self), blocks_of(self, X1, X2, y, target=True))
