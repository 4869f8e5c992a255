# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A scikit-learn style estimator: embeddings in, clusters and atoms out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import TransformerTags
from sklearn.utils.validation import check_is_fitted

from fourfold.counts.binned_target import binned
from fourfold.embeddings.clustering import cluster
from fourfold.embeddings.held_out_score import held_out_bits, seen_in
from fourfold.embeddings.labelling import labels_of_both
from fourfold.embeddings.probed import of_clusters
from fourfold.embeddings.walks_blocks import WalksBlocks
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inference.options import Inference
from fourfold.inputs.device import place_of
from fourfold.inputs.numbers import true_or_false
from fourfold.inputs.sources import of_sources, remember_names
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import told

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    Labels = tuple[np.ndarray, np.ndarray]

__all__ = ["PIDEstimator", "checked_options"]

_NOT_COUNTED = (
    "This %(name)s instance has counted no rows yet, by which others are scored. Call 'fit'; "
    "'partial_fit' learns clusters alone."
)


class PIDEstimator(WalksBlocks, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Partial information decomposition of two embeddings and a target.

    Each source is preprocessed, optionally reduced by PCA, and cluster labels of K-means
    become the states of X1 and X2; then `fourfold.pid`. The atoms, and what is certified of them,
    are those of the table of clusters, which tell less than the embeddings: `result_.kept` says
    how much less, at least. `fourfold.ClassifierPID` decomposes the embeddings.

    Parameters
    ----------
    n_clusters : int, (int, int) or "auto"
        Clusters of both sources, or of each; "auto" for the number of 4 to 64, the same for
        both, that tells most about rows that were not counted, as `fourfold.cluster_sweep`
        recommends it. Each is tried with clusters of one start and of at most 10 000 rows;
        those that are kept are as of that number.
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
    probe : bool
        Whether to hold the clusters against what a logistic regression of each source finds in
        held-out rows, see `Kept`; of at most 10 000 rows, and on the host. Nothing else changes.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins of all rows, or of these edges, as in `fourfold.pid`.
    bias_correction, n_resamples, confidence_level : str, int and float
        As in `fourfold.pid`. Intervals are those of the clusters as they are; how much clusters
        of other seeds differ is what `fourfold.cluster_sweep` tells.
    tol, max_iter, num_threads, dtype, device : float, int, int, dtype and str
        As in `fourfold.decompose`. Embeddings in the memory of a CUDA device are clustered
        there, by RAPIDS cuML where it is installed and always by whole K-means; the labels are
        then arrays of CuPy, and other clusters than those of the host for the same seed.
    random_state : int, RandomState, Generator or None
        Seeds PCA, clustering, `held_out` and resampling. The same int gives the same numbers.
    sources : pair, optional
        Columns of X1 and columns of X2 in one table X, each as scikit-learn's `ColumnTransformer`
        takes them: names, numbers, slices, masks, functions of X. All methods then take X where
        they take X1 and X2 without: ``fit(X, y)``, ``transform(X)``, ``score(X, y)``.

    Attributes
    ----------
    result_ : PID
        The decomposition of the clusters, in bits, with `n_samples` and `kept`.
    labels1_, labels2_ : ndarray of shape (N,)
        Clusters of all rows.
    counted_ : ndarray of shape (M,)
        Numbers of the rows that `result_` is made of, sorted.
    n_clusters_ : tuple of (int, int)
        Clusters of X1 and of X2 that were asked for, or chosen.
    held_out_information_ : dict or None
        With "auto" the bits that each pair of numbers that was tried tells of held-out rows, in
        expectation at most I(X1,X2;Y) of the embeddings.
    target_bins_ : TargetBins or None
        The bins of y, by which `score` and `count` read that of other rows.
    n_samples_seen_ : int
        Rows that `partial_fit` has learnt from; after it there is no `result_`, nor labels.
    pipeline1_, pipeline2_ : sklearn.pipeline.Pipeline
        The fitted steps, the clusterer last; `transform` uses them.
    n_features_in_ : tuple of (int, int), or int
        Columns of X1 and of X2; with `sources` those of X.
    feature_names_in_ : pair of ndarray of str or None, or ndarray of str
        Names of the columns of X1 and of X2, of whichever was a frame with such; with `sources`
        those of X. Other rows need the same, in the same order.
    n_iter_ : int
        Steps of the solver, at least 1.

    See Also
    --------
    fourfold.ClassifierPID : Decomposes the embeddings, not clusters of them.
    fourfold.cluster_sweep : Tries numbers of clusters and seeds.

    Notes
    -----
    With `sources` it passes `check_estimator` of scikit-learn 1.9, and goes into `Pipeline`,
    `ColumnTransformer` and `GridSearchCV`. ``fit(X, y, **metadata)`` hands `sample_weight` on, as
    `Pipeline` does, so that one check is not made, which K-means does not pass either: whole
    weights are repeated rows for what is counted, but clusters are those of the rows.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.wine()
    >>> estimator = ff.PIDEstimator(n_clusters=3, random_state=0).fit(x1, x2, y)
    >>> round(estimator.result_.redundancy, 1)
    0.5
    >>> min(estimator.result_.kept.share) > 0.7  # of what a probe finds in each source
    True

    Both sources in one table, in which scikit-learn chooses among numbers of clusters:

    >>> import numpy as np
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> from sklearn.model_selection import GridSearchCV
    >>> halves = ff.PIDEstimator(probe=False, random_state=0, sources=(slice(0, 32), slice(32, 64)))
    >>> search = GridSearchCV(halves, {"n_clusters": [2, 8]}, cv=3).fit(np.hstack([x1, x2]), y)
    >>> search.best_params_
    {'n_clusters': 8}
    """

    def __init__(
        self,
        n_clusters: int | tuple[int, int] | str = "auto",
        *,
        preprocess: str = "standardize",
        n_components: int | None = None,
        clusterer: str = "kmeans",
        n_init: int = 10,
        held_out: float = 0.0,
        probe: bool = True,
        target_bins: Any = None,
        bias_correction: str = "auto",
        n_resamples: int | None = 0,
        confidence_level: float | None = 0.95,
        tol: float = 1e-4,
        max_iter: int = DEFAULT_MAX_ITER,
        num_threads: int | None = None,
        dtype: DTypeLike = "float64",
        device: str = "auto",
        random_state: Any = None,
        sources: tuple[Any, Any] | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.preprocess = preprocess
        self.n_components = n_components
        self.clusterer = clusterer
        self.n_init = n_init
        self.held_out = held_out
        self.probe = probe
        self.target_bins = target_bins
        self.bias_correction = bias_correction
        self.n_resamples = n_resamples
        self.confidence_level = confidence_level
        self.tol = tol
        self.max_iter = max_iter
        self.num_threads = num_threads
        self.dtype = dtype
        self.device = device
        self.random_state = random_state
        self.sources = sources

    @of_sources
    def fit(
        self,
        X1: ArrayLike,
        X2: ArrayLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Cluster both sources and decompose what the clusters say about y.

        Parameters
        ----------
        X1, X2 : array_like, shapes (N, d1) and (N, d2)
            Embeddings; row n of both belongs to the same sample.
        y : array_like, shape (N,) or (N, K_Y)
            Labels, rows of probabilities, or numbers with `target_bins`; see `fourfold.pid`.
        sample_weight : array_like, shape (N,), optional
            As how many samples each row is counted, at least 0; of labels only. Clusters, and their
            number with "auto", are of the rows as they are, without those of weight 0. Of weights
            that are no whole numbers there is no correction, no interval; no probe of any.

        Returns
        -------
        PIDEstimator
            Itself, with the atoms of the clusters in bits as `result_`.

        Raises
        ------
        ValueError
            If the numbers of rows differ, an entry is not finite, there are fewer rows than
            clusters, or than 4 for "auto", y is not what `fourfold.pid` takes, or an option is unknown.
        TypeError
            If an array is sparse or holds objects that are no numbers, or an option is of
            the wrong type.

        Warns
        -----
        DiscretisationWarning
            Once, if clusters keep less than 70 % of what the probe finds in a source.
        UndersampledWarning, ConvergenceWarning
            As `fourfold.pid`.

        See Also
        --------
        partial_fit : For rows that do not fit memory.
        fourfold.pid : Of labels.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bits = np.random.default_rng(0).integers(2, size=(2, 200, 1))
        >>> y = (bits[0] ^ bits[1])[:, 0]
        >>> estimator = ff.PIDEstimator(2, random_state=0).fit(*bits, y)
        >>> round(estimator.result_.synergy, 1)
        1.0
        """
        place = place_of(X1=X1, X2=X2, y=y)
        options, inference = checked_options(self, place.names)
        wanted = true_or_false(self.probe, "probe")
        with place.device:
            found = cluster(self, X1, X2, y, sample_weight)
            self.labels1_, self.labels2_, self.counted_ = found[:3]
            self.pipeline1_, self.pipeline2_ = found.pipelines
            self.n_features_in_ = self._n_columns = found.columns
            remember_names(self, X1, X2)
            self.n_clusters_ = found.n_clusters
            self._seen = seen_in(found)
            self.held_out_information_ = found.held_out_information
            self.target_bins_ = found.bins
            rng = np.random.default_rng(found.seed)
            (made,) = decompose_samples([found.samples()], options, inference, [rng])
            result = of_clusters(made, found, inference.level, probed=wanted)
            self.result_ = told(result, made.sampling, options)
            self.n_iter_ = max(1, int(self.result_.iterations))
            if hasattr(self, "n_samples_seen_"):  # of clusters that are no longer these
                del self.n_samples_seen_
        return self

    @of_sources
    def fit_transform(
        self,
        X1: ArrayLike,
        X2: ArrayLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
    ) -> Labels:
        """Fit, and label the same rows: `fit` and then `transform`.

        Parameters
        ----------
        X1, X2, y, sample_weight : array_like
            As of `fit`.

        Returns
        -------
        (ndarray, ndarray)
            As of `transform`.

        See Also
        --------
        transform : Labels of other rows.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bits = np.random.default_rng(0).integers(2, size=(2, 200, 1))
        >>> y = (bits[0] ^ bits[1])[:, 0]
        >>> labels1, labels2 = ff.PIDEstimator(2, random_state=0).fit_transform(*bits, y)
        >>> np.unique(labels1).tolist()
        [0, 1]
        """
        PIDEstimator.fit(self, X1, X2, y, sample_weight=sample_weight)
        return self.labels1_, self.labels2_

    @of_sources
    def score(
        self,
        X1: ArrayLike,
        X2: ArrayLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Bits that the clusters tell about y of rows that were not fitted; more is better.

        The mean of log2 p(y|x1,x2) / p(y), where p are the shares of the rows that were counted, p(y)
        added to each pair of clusters as of two rows. In expectation at most I(X1,X2;Y) of the
        clusters, and of what they were made of: few clusters tell little, and of many each pair was
        hardly seen. By it scikit-learn's `GridSearchCV` chooses; given the rows that were fitted it is
        no more than flattery.

        Parameters
        ----------
        X1, X2 : array_like, shapes (M, d1) and (M, d2)
            Embeddings of other rows, with the columns that were fitted.
        y : array_like, shape (M,) or (M, K_Y)
            Their labels, rows of probabilities or numbers, whichever was fitted.
        sample_weight : array_like, shape (M,), optional
            Weights of the rows in the mean, at least 0.

        Returns
        -------
        float
            In bits.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            As `transform`, and if y is not of the kind that was fitted.

        See Also
        --------
        fourfold.cluster_sweep : Tries numbers of clusters by it.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bits = np.random.default_rng(0).integers(2, size=(2, 200, 1))
        >>> y = (bits[0] ^ bits[1])[:, 0]
        >>> estimator = ff.PIDEstimator(2, random_state=0).fit(bits[0, :150], bits[1, :150], y[:150])
        >>> bool(estimator.score(bits[0, 150:], bits[1, 150:], y[150:]) > 0.9)
        True
        """
        check_is_fitted(self, "_seen", msg=_NOT_COUNTED)
        labels = PIDEstimator.transform(self, X1, X2)
        y, _ = binned(y, self.target_bins_)
        return held_out_bits(self._seen, *labels, y, sample_weight)

    @of_sources
    def transform(self, X1: ArrayLike, X2: ArrayLike) -> Labels:
        """Label rows by the clusters that `fit` found.

        Parameters
        ----------
        X1, X2 : array_like, shapes (M, d1) and (M, d2)
            Embeddings with the columns that were fitted.

        Returns
        -------
        (ndarray, ndarray), each of shape (M,)
            Cluster of each row, ready for `fourfold.pid`; with `sources` the two columns of one
            array, or of a frame if `set_output` asks for one.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If a number or name of columns differs from the fitted one, an entry is not finite, or an
            array is on a CUDA device where those that were fitted were not.

        See Also
        --------
        count : Counts rows by their labels.
        fourfold.pid : Decomposes labels.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bits = np.random.default_rng(0).integers(2, size=(2, 200, 1))
        >>> y = (bits[0] ^ bits[1])[:, 0]
        >>> estimator = ff.PIDEstimator(2, random_state=0).fit(*bits, y)
        >>> labels1, labels2 = estimator.transform(bits[0, :5], bits[1, :5])
        >>> labels1.shape
        (5,)
        """
        check_is_fitted(self)
        return labels_of_both(self, X1, X2)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know: labels come out, and `fit` needs a target."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags = TransformerTags(preserves_dtype=[])
        tags.target_tags.required = True
        return tags


def checked_options(
    estimator: PIDEstimator, there: tuple[str, ...] = ()
) -> tuple[SolverOptions, Inference]:
    """How an estimator solves, and what it infers; of arrays `there` see `SolverOptions`."""
    given = estimator
    solver = given.tol, given.max_iter, given.num_threads, given.dtype, given.device
    inference = given.bias_correction, given.n_resamples, given.confidence_level
    return SolverOptions.checked(*solver, there=there), Inference.checked(*inference)
