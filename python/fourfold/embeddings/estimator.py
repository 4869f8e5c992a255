# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A scikit-learn style estimator: embeddings in, clusters and atoms out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.utils import TransformerTags
from sklearn.utils.validation import check_is_fitted

from fourfold.embeddings import device_steps
from fourfold.embeddings.quantile_bins import QuantileBins
from fourfold.embeddings.seeds import seeds_from
from fourfold.inference.options import Inference
from fourfold.inference.pid import pid
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_device, place_of, to_cupy
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.numbers import check_option, positive_int
from fourfold.inputs.target import read_target
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

__all__ = ["PIDEstimator"]

_PREPROCESS = {"standardize": StandardScaler, "l2": Normalizer, "none": None}
_CLUSTERERS = {"kmeans": KMeans, "minibatch": MiniBatchKMeans, "quantile": QuantileBins}


class PIDEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Partial information decomposition of two embeddings and a target.

    Each source is preprocessed, optionally reduced by PCA, and cluster labels of K-means
    become the states of X1 and X2; then `fourfold.pid`.

    Parameters
    ----------
    n_clusters : int or (int, int)
        Clusters of both sources, or of each.
    preprocess : {"standardize", "l2", "none"}
        Per column to mean 0 and variance 1; per row to Euclidean length 1; or nothing.
        "quantile" takes none of them: its bins do not depend on the scale of their column.
    n_components : int, optional
        Principal components to keep of each source; at most its number of rows and columns.
    clusterer : {"kmeans", "minibatch", "quantile"}
        scikit-learn's `KMeans`, or `MiniBatchKMeans` for many rows; or, for sources of one
        column, bins with equally many rows, of which ties may leave fewer than `n_clusters`.
    n_init : int
        Starts of the clustering; the best is kept.
    held_out : float
        Share of the rows, drawn at random, that the clusters are not fitted to and of which
        alone `result_` is made; 0 for all rows in both. Clusters cannot then have adapted to the
        rows that are counted.
    bias_correction, n_resamples, confidence_level
        As in `fourfold.pid`. Intervals are those of the clusters as they are; how much clusters
        of other seeds differ is what `fourfold.cluster_sweep` tells.
    tol, max_iter, num_threads, dtype, device
        As in `fourfold.decompose`. Embeddings in the memory of a CUDA device are clustered
        there, by RAPIDS cuML where it is installed and always by whole K-means; the labels are
        then arrays of CuPy, and other clusters than those of the host for the same seed.
    random_state : int, RandomState, Generator or None
        Seeds PCA, clustering, `held_out` and resampling. The same int gives the same numbers.

    Attributes
    ----------
    result_ : PID
        The decomposition, in bits, with `n_samples`.
    labels1_, labels2_ : ndarray of shape (N,)
        Clusters of all rows.
    counted_ : ndarray of shape (M,)
        Numbers of the rows that `result_` is made of, sorted.
    pipeline1_, pipeline2_ : sklearn.pipeline.Pipeline
        The fitted steps, the clusterer last; `transform` uses them.
    n_features_in_ : tuple of (int, int)
        Columns of X1 and of X2.

    Notes
    -----
    `fit` takes two arrays and a target, where scikit-learn's own checks and meta-estimators
    pass one array. Given one array whose columns it splits into two halves, it passes the
    checks of scikit-learn 1.9 except `check_n_features_in` and
    `check_n_features_in_after_fitting`, as `n_features_in_` is a pair, and
    `check_transformer_n_iter`, as the solver's steps are in ``result_.iterations`` and
    may be 0.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> estimator = ff.PIDEstimator(n_clusters=8, random_state=0).fit(x1, x2, y)
    >>> bool(estimator.result_.converged)
    True
    """

    def __init__(
        self,
        n_clusters: int | tuple[int, int] = 16,
        *,
        preprocess: str = "standardize",
        n_components: int | None = None,
        clusterer: str = "kmeans",
        n_init: int = 10,
        held_out: float = 0.0,
        bias_correction: str = "none",
        n_resamples: int = 0,
        confidence_level: float = 0.95,
        tol: float = 1e-4,
        max_iter: int = DEFAULT_MAX_ITER,
        num_threads: int | None = None,
        dtype: DTypeLike = "float64",
        device: str = "auto",
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.preprocess = preprocess
        self.n_components = n_components
        self.clusterer = clusterer
        self.n_init = n_init
        self.held_out = held_out
        self.bias_correction = bias_correction
        self.n_resamples = n_resamples
        self.confidence_level = confidence_level
        self.tol = tol
        self.max_iter = max_iter
        self.num_threads = num_threads
        self.dtype = dtype
        self.device = device
        self.random_state = random_state

    def fit(self, X1: ArrayLike, X2: ArrayLike, y: ArrayLike) -> Self:
        """Cluster both sources and decompose what they say about y.

        Parameters
        ----------
        X1, X2 : array_like, shapes (N, d1) and (N, d2)
            Embeddings; row n of both belongs to the same sample.
        y : array_like, shape (N,) or (N, K_Y)
            Labels, or rows of probabilities; see `fourfold.pid`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the numbers of rows differ, an entry is not finite, there are fewer rows than
            clusters, y is not what `fourfold.pid` takes, or an option is unknown.
        TypeError
            If an array is sparse or holds objects that are no numbers, or an option is of
            the wrong type.
        """
        with place_of(X1=X1, X2=X2, y=y).device:
            return self._fit(X1, X2, y)

    def _fit(self, X1: ArrayLike, X2: ArrayLike, y: ArrayLike) -> Self:
        counted, seed = self._cluster(X1, X2, y)
        self.result_ = pid(
            *counted,
            bias_correction=self.bias_correction,
            n_resamples=self.n_resamples,
            confidence_level=self.confidence_level,
            rng=seed,
            tol=self.tol,
            max_iter=self.max_iter,
            num_threads=self.num_threads,
            dtype=self.dtype,
            device=self.device,
        )
        return self

    def _cluster(self, X1: Any, X2: Any, y: Any) -> tuple[tuple[Any, Any, Any], int]:
        """Fit all but `result_`; labels and target of the rows to count, and a seed for them."""
        self._on_device = on_device(X1) or on_device(X2)

        first = read_embedding(X1, "X1", device=self._on_device)
        second = read_embedding(X2, "X2", device=self._on_device)
        rows = len(read_target(y)[0])
        n_rows = check_same_length(X1=len(first), X2=len(second), y=rows)
        SolverOptions.checked(
            tol=self.tol,
            max_iter=self.max_iter,
            num_threads=self.num_threads,
            dtype=self.dtype,
            device=self.device,
            there=place_of(X1=X1, X2=X2, y=y).names,
        )
        counts = self._cluster_counts()
        Inference.checked(self.bias_correction, self.n_resamples, self.confidence_level)
        seeds = seeds_from(self.random_state)
        fitted, self.counted_ = self._split(n_rows, seeds[2])
        for name, count in zip(("X1", "X2"), counts, strict=True):
            if count > len(fitted):
                msg = (
                    f"n_clusters: {count} clusters were asked for of {name}, which has only "
                    f"{len(fitted)} rows (n_samples={len(fitted)}) to fit them to; expected at "
                    "most as many clusters as rows"
                )
                raise ValueError(msg)
        self.pipeline1_ = self._pipeline(first, "X1", counts[0], seeds[0])
        self.pipeline2_ = self._pipeline(second, "X2", counts[1], seeds[1])
        self.n_features_in_ = (first.shape[1], second.shape[1])
        if len(fitted) == n_rows:
            self.labels1_ = self.pipeline1_.fit_predict(first)
            self.labels2_ = self.pipeline2_.fit_predict(second)
            return (self.labels1_, self.labels2_, y), seeds[3]
        self.labels1_ = self.pipeline1_.fit(_rows(first, fitted)).predict(first)
        self.labels2_ = self.pipeline2_.fit(_rows(second, fitted)).predict(second)
        x1, x2, target = (
            _rows(column, self.counted_) for column in (self.labels1_, self.labels2_, y)
        )
        return (x1, x2, target), seeds[3]

    def _split(self, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows to fit clusters to, and rows to count."""
        share = self.held_out
        number = isinstance(share, (int, float, np.integer, np.floating))
        if isinstance(share, bool) or not number or not 0 <= share < 1:
            msg = f"held_out: expected a share of the rows in [0, 1), got {share!r}"
            raise ValueError(msg)
        if share == 0:
            return np.arange(rows), np.arange(rows)
        order = np.random.default_rng(seed).permutation(rows)
        counted = round(share * rows)
        if not 0 < counted < rows:
            msg = f"held_out: {share!r} of {rows} rows leaves none to fit or none to count"
            raise ValueError(msg)
        return np.sort(order[counted:]), np.sort(order[:counted])

    def transform(
        self,
        X1: ArrayLike,
        X2: ArrayLike,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Label rows by the clusters that `fit` found.

        Parameters
        ----------
        X1, X2 : array_like, shapes (M, d1) and (M, d2)
            Embeddings with the columns that were fitted.

        Returns
        -------
        labels1, labels2 : ndarray of shape (M,)
            Cluster of each row, ready for `fourfold.pid`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If a number of columns differs from the fitted one, an entry is not finite, or an
            array is on a CUDA device where those that were fitted were not.
        """
        check_is_fitted(self)
        with place_of(X1=X1, X2=X2).device:
            first = self._fitted_columns(X1, "X1", self.n_features_in_[0])
            second = self._fitted_columns(X2, "X2", self.n_features_in_[1])
            return self.pipeline1_.predict(first), self.pipeline2_.predict(second)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know: labels come out, and `fit` needs a target."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags = TransformerTags(preserves_dtype=[])
        tags.target_tags.required = True
        return tags

    def _fitted_columns(self, values: ArrayLike, name: str, columns: int) -> np.ndarray:
        if on_device(values) and not self._on_device:
            msg = (
                f"{name}: is in the memory of a CUDA device, but the estimator was fitted to "
                "arrays of the host"
            )
            raise ValueError(msg)

        array: np.ndarray = read_embedding(values, name, device=self._on_device)
        if array.shape[1] != columns:
            msg = (
                f"{name}: has {array.shape[1]} columns, expected the {columns} that were fitted"
            )
            raise ValueError(msg)
        return array

    def _cluster_counts(self) -> tuple[int, int]:
        value: Any = self.n_clusters
        pair = value if isinstance(value, (tuple, list)) else (value, value)
        if len(pair) != 2:
            msg = f"n_clusters: expected an integer or a pair of integers, got {value!r}"
            raise ValueError(msg)
        first, second = (positive_int(count, "n_clusters") for count in pair)
        return first, second

    def _pipeline(self, source: Any, name: str, n_clusters: int, seed: int) -> Pipeline:
        """Unfitted steps for one source."""
        scaler = _PREPROCESS[check_option(self.preprocess, "preprocess", tuple(_PREPROCESS))]
        clusterer = _CLUSTERERS[check_option(self.clusterer, "clusterer", tuple(_CLUSTERERS))]
        if clusterer is QuantileBins:
            return self._quantile_pipeline(source, name, n_clusters)
        reducer: Any = PCA
        if on_device(source):  # of which a GPU takes all rows at once: no batches
            there = device_steps.steps()
            scaler = None if scaler is None else there[scaler.__name__]
            reducer, clusterer = there["PCA"], there["KMeans"]
        steps: list[Any] = [] if scaler is None else [scaler()]
        if self.n_components is not None:
            components = positive_int(self.n_components, "n_components")
            if components > min(source.shape):
                msg = (
                    f"n_components: {components} components were asked for of {name}, whose "
                    f"shape is {source.shape}; expected at most {min(source.shape)}"
                )
                raise ValueError(msg)
            steps.append(reducer(n_components=components, random_state=seed))
        n_init = positive_int(self.n_init, "n_init")
        steps.append(clusterer(n_clusters=n_clusters, n_init=n_init, random_state=seed))
        return make_pipeline(*steps)

    def _quantile_pipeline(self, source: Any, name: str, n_clusters: int) -> Pipeline:
        """Bins do not depend on the scale of their one column, so nothing comes before them."""
        if on_device(source):
            msg = f"clusterer: 'quantile' takes arrays of the host, but {name} is on a CUDA device"
            raise ValueError(msg)
        if source.shape[1] != 1:
            msg = (
                f"clusterer: 'quantile' bins one column, but {name} has shape {source.shape}; "
                "expected 'kmeans' or 'minibatch' for sources of several columns"
            )
            raise ValueError(msg)
        if self.n_components is not None:
            msg = "n_components: with clusterer='quantile' there is one column, expected None"
            raise ValueError(msg)
        positive_int(self.n_init, "n_init")
        return make_pipeline(QuantileBins(n_clusters))


def _rows(values: Any, index: np.ndarray) -> Any:
    """Some rows of an array of the host or of a device, or of a list."""
    if on_device(values):
        return to_cupy(values, "values")[to_cupy(index, "index")]
    return np.asarray(values)[index]
