# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A scikit-learn style estimator: embeddings in, atoms that classifiers decode out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Self

from sklearn.base import BaseEstimator

from fourfold.counts.binned_target import bins_of_counts, wanted_edges
from fourfold.inputs.numbers import check_confidence_level, positive_int, true_or_false
from fourfold.inputs.sources import TakesSources, of_sources, remember_named, remember_names
from fourfold.inputs.sources_in_blocks import of_blocks
from fourfold.posteriors.decoded import TOL, decoded
from fourfold.posteriors.duplicates import duplicate_rows, leaks, warn_of_duplicates
from fourfold.posteriors.interval import decoded_interval
from fourfold.posteriors.readings import extrapolated
from fourfold.posteriors.samples import read_samples
from fourfold.posteriors.several.fit_several import fit_several
from fourfold.posteriors.source_models import CLASSIFIERS
from fourfold.posteriors.streamed.fit_blocks import streamed_fitting
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import told

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ClassifierPID"]

_NO_QUANTILES = "fit_blocks does not sort all rows, of which quantiles are; bin_target(y).edges of some are edges"


class ClassifierPID(TakesSources, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Partial information decomposition of two embeddings, or unions of more, by classifiers.

    R, U1 and U2 depend on a source only through its posterior p(y|x). Classifiers of each source
    and of both, pooled, calibrated and predicting rows that they were not fitted to, replace the
    embeddings. Certified is what follows *given these posteriors*; of the embeddings the atoms
    are what *these classifiers decode*, and S is low if the joint one is weak, and high
    where those of one source are weaker. The bounds in ``result_.outer_bounds`` hold whatever the
    classifiers are worth.

    Of three or more sources, ``fit([X1, X2, X3], y)``, the result has v* and the synergy of all of
    their subsets, and the atoms of each pair.

    Parameters
    ----------
    classifier : {"auto", "fast", "logistic"} or estimator
        "auto" pools logistic regression, nearest neighbours, extremely randomised trees and, of
        more than two classes, a kernel and directions between the classes for each source; jointly the posteriors of both, their log odds, linear models, products of
        components, interaction directions, trees and boosting. "fast": logistic regression and
        nearest neighbours; jointly log odds, a linear model and an interaction direction; for
        what is fitted many times. "logistic": for many rows. Or any classifier of scikit-learn with
        `predict_proba`, of which copies are fitted to each source and to both side by side,
        pooled with logistic regression of each source and jointly with both posteriors, log odds
        and an interaction direction.
    joint_classifier : as `classifier`, optional
        For both sources together; by default the same.
    cv : int, optional
        Folds; 5 by default, 3 above 10 000 rows.
    n_prototypes : int, optional
        Groups of rows with similar posteriors that become states of a source; by default 128,
        doubled up to 512 while more than .005 bits of the information are lost; of two classes
        each row is a state. Of three sources of more classes at most 50 each, of four 19.
    confidence_level : float
        Of the outer bounds and of the intervals.
    learning_gap : bool
        Whether to fit all again to half of the rows, for ``result_.learning_gap``, the
        extrapolated reading and ``result_.confidence_interval``; takes three quarters of the
        time once more. Of two sources only.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins of all rows, or of these edges, as in `fourfold.pid`.
    tol : float, optional
        Gap of the solver in bits; by default 1e-4, 1e-3 above 128 prototypes.
    max_iter, num_threads : int and int, optional
        Of the solver, as in `fourfold.decompose`; one thread, as its steps here are short.
    n_jobs : int, optional
        Classifiers fitted at a time, as in scikit-learn: in threads, or where
        `joblib.parallel_config` says. The numbers do not depend on it.
    random_state : int, RandomState, Generator or None
        Seeds folds, trees and what is drawn. The same int gives the same numbers.
    sources : sequence, optional
        Columns of X1, columns of X2 and of any others in one table X, each as scikit-learn's `ColumnTransformer`
        takes them: names, numbers, slices, masks, functions of X. Then ``fit(X, y)``.

    Attributes
    ----------
    result_ : PosteriorPID or UnionInformation
        Atoms in bits, readings, held-out informations and bounds; of three or more sources v* of
        all subsets, and of each pair a `PosteriorPID`.
    posteriors_ : tuple of ndarrays of shape (N, K_Y)
        Calibrated out-of-fold posteriors of X1, of X2 and of both; of each source and of all.
    classes_ : ndarray of shape (K_Y,)
        The class of each column; numbers of the columns for rows of probabilities.
    target_bins_ : TargetBins or None
        The bins of y, which are the classes.
    n_features_in_ : tuple of int, or int
        Columns of each source; with `sources` those of X.
    feature_names_in_ : tuple of ndarray of str or None, or ndarray of str
        Names of the columns of each source, of whichever was a frame with such; with `sources`
        those of X.

    See Also
    --------
    fourfold.posterior_pid : From your own classifiers' probabilities.
    fourfold.PIDEstimator : From clusters, which lose most of what embeddings tell.

    References
    ----------
    Sufficiency of posteriors, merging and held-out bounds: Lemmas A to C, proved in
    docs/embeddings.md. The measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.wine()
    >>> estimator = ff.ClassifierPID("fast", random_state=0).fit(x1, x2, y)
    >>> bool(estimator.result_.redundancy > estimator.result_.outer_bounds.redundancy)
    True

    Three noisy views of one bit have to tell together little more than the best of them alone:

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(2, size=600)
    >>> views = [y[:, None] + s * rng.standard_normal((600, 4)) for s in (0.7, 0.7, 0.7)]
    >>> found = ff.ClassifierPID("logistic", random_state=0).fit(views, y).result_
    >>> bool(found["x1", "x2", "x3"].synergy > found["x1", "x2"].synergy > 0)
    True
    """

    def __init__(
        self,
        classifier: Any = "auto",
        *,
        joint_classifier: Any = None,
        cv: int | None = None,
        n_prototypes: int | None = None,
        confidence_level: float = 0.95,
        learning_gap: bool = False,
        target_bins: Any = None,
        tol: float | None = None,
        max_iter: int = DEFAULT_MAX_ITER,
        num_threads: int | None = 1,
        n_jobs: int | None = None,
        random_state: Any = None,
        sources: tuple[Any, Any] | None = None,
    ) -> None:
        self.classifier = classifier
        self.joint_classifier = joint_classifier
        self.cv = cv
        self.n_prototypes = n_prototypes
        self.confidence_level = confidence_level
        self.learning_gap = learning_gap
        self.target_bins = target_bins
        self.tol = tol
        self.max_iter = max_iter
        self.num_threads = num_threads
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.sources = sources

    @of_sources
    def fit(
        self,
        X1: ArrayLike,
        X2: ArrayLike,
        y: ArrayLike,
        *,
        groups: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Fit classifiers and decompose what they say about y.

        Parameters
        ----------
        X1, X2 : array_like, shapes (N, d1) and (N, d2)
            Embeddings; row n of both belongs to the same sample. Or in their place one list
            ``[X1, X2, X3]`` of two or more, or a mapping of names and three or more.
        y : array_like, shape (N,) or (N, K_Y)
            Labels; numbers, with `target_bins`; or rows of probabilities, from each of which five
            labels are drawn whose classifiers are averaged.
        groups : array_like, shape (N,), optional
            Rows of one group, such as the copies of a picture, stay in one fold.
        sample_weight : array_like, shape (N,), optional
            Positive weights of the rows. Nearest neighbours, which know none, are then left out.

        Returns
        -------
        ClassifierPID
            Itself, with the atoms in bits as `result_`.

        Raises
        ------
        ValueError
            If the numbers of rows differ, an entry is not finite, y has fewer than two classes
            or one with fewer rows than folds, or an option is unknown; if there are more than eight
            sources, or six of more than two classes, or of three and more `learning_gap`.
        TypeError
            If an array is sparse, or a classifier takes no weights or gives no probabilities.

        Warns
        -----
        DuplicateRowsWarning
            If rows of a source repeat in different folds: what is held out was then seen. The
            bounds are NaN if they repeat exactly, until `groups` says what belongs together.
        ConvergenceWarning
            As `fourfold.decompose`.

        See Also
        --------
        fit_blocks : For rows that do not fit memory.
        fourfold.posterior_pid : Of probabilities that you have.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.UNQ, 300, 4, signal=3, random_state=0)
        >>> result = ff.ClassifierPID("logistic", random_state=0).fit(x1, x2, y).result_
        >>> round(result.unique1, 1), abs(result.redundancy) < 0.1
        (1.0, True)
        """
        options, level, number, halves = self._checked()
        classifiers = self._classifiers()
        named = {"X1": X1, "X2": X2}
        samples = read_samples(self, named, y, groups, sample_weight, classifiers)
        target, grouped = samples.target, samples.groups
        fitting = samples.fitting(self, classifiers)
        repeats = duplicate_rows(*samples.sources, random_state=samples.seeds[2])
        warn_of_duplicates(repeats, grouped, fitting.folds)
        posteriors, chosen = fitting.posteriors()
        given: dict[str, Any] = {
            "number": number,
            "confidence_level": level,
            "coarse": self.tol is None,
            "leaky": leaks(repeats, grouped, fitting.folds),
        }
        result, made, _ = decoded(posteriors, target, grouped, options, chosen=chosen, **given)
        if halves:
            halved, _ = fitting.posteriors(halved=True)
            half, *_ = decoded(halved, target, grouped, options, **given)
            grown = extrapolated(result.information.soft, half.information.soft)
            result = result.with_learning_gap(
                half, grown, decoded_interval(result, half, grown)
            )
        result = dataclasses.replace(result, target_bins=samples.bins)
        self.target_bins_ = samples.bins
        self.posteriors_ = tuple(made)
        self.classes_ = samples.names
        self.n_features_in_ = tuple(source.shape[1] for source in samples.sources)
        remember_names(self, X1, X2)
        told(result, None, options)
        self.result_ = result
        return self

    @fit.of_several
    def _fit_several(
        self, sources: Any, y: ArrayLike, *, groups: Any = None, sample_weight: Any = None
    ) -> Self:
        options, level, number, halves = self._checked()
        if halves:
            msg = (
                "learning_gap: True is for two sources; expected False with three or more, or fit "
                "each pair of them"
            )
            raise ValueError(msg)
        classifiers = self._classifiers()
        given: dict[str, Any] = {"number": number, "confidence_level": level}
        fit_several(self, sources, y, groups, sample_weight, options, classifiers, **given)
        return self

    @of_blocks
    def fit_blocks(
        self,
        X1: Any,
        X2: Any = None,
        y: Any = None,
        *,
        sample: Any = None,
        n_learn: int | None = None,
        groups: Any = None,
        sample_weight: Any = None,
    ) -> Self:
        """Fit classifiers to some rows, and decompose what they say of all others, block by block.

        For more rows than fit memory. Each row does one thing, by lot: the classifiers of each
        source learn from some, those of both from others; a third set chooses among candidates,
        weighs them and places the prototypes; all other rows are measured, by sums in constant
        memory. So nothing that a row was fitted to is held to its label. Of the same rows the same
        numbers come out, to the bit, whatever the size of the blocks.

        Blocks are walked twice: to draw rows and to measure. A `classifier` of your own that has
        `partial_fit` learns from half of all rows, in their order, in a walk between these.

        Parameters
        ----------
        X1, X2 : array_like, shapes (N, d1) and (N, d2)
            Embeddings, of which no more than a block is read at a time: arrays, memory maps, what
            else can be sliced by rows, Dask's arrays. Or, in place of X1, X2 and y, an iterable of
            tuples ``(X1, X2, y)``, such as `fourfold.loading.parquet_blocks`, or a function that
            returns one.
        y : array_like, shape (N,)
            Labels; or numbers, with edges as `target_bins`, as quantiles would be of all rows.
        sample : tuple of arrays (X1, X2, y), optional
            Rows to learn from, none of which is in the blocks; these are then walked once, as an
            iterator may need that can be read only once, and all of them are measured.
        n_learn : int, optional
            Rows that the classifiers of each source learn from, 20 000 by default; as many others teach those of both,
            and as many make the pools. Altogether at most half of all rows (a quarter, where
            `partial_fit` takes a half). All three sets are kept in memory.
        groups : array_like, shape (N,), optional
            Rows of one group, wherever they are, do the same thing. An array or memory map of all rows.
        sample_weight : array_like, shape (N,), optional
            Positive weights of the rows, as an array or memory map of all of them.

        Returns
        -------
        ClassifierPID
            Itself, with `result_`, `classes_` and `n_features_in_`. ``result_.streamed`` says how many rows
            taught and how many were measured; ``result_.n_samples`` are the latter. No rows are kept:
            `posteriors_` and arrays with a number a row there are none.

        Raises
        ------
        ValueError
            As `fit`; if a class has fewer than five rows in a set that is learned from; if an
            iterator could be walked only once and there is no `sample`; if rows come in another
            order the second time; if y is rows of probabilities, or `cv` is given.
        TypeError
            As `fit`; if blocks are no arrays nor tuples of them.

        Warns
        -----
        DuplicateRowsWarning
            If rows that are measured equal rows that were learned from; the bounds are then NaN.
            Rows that nearly repeat are not looked for.
        ConvergenceWarning
            As `fourfold.decompose`.

        See Also
        --------
        fit : For rows that fit memory; more of them teach, as each is in all folds but one.
        fourfold.PIDEstimator.count : Counts blocks by clusters.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.AND, 20_000, random_state=0)
        >>> blocks = [(x1[k : k + 4000], x2[k : k + 4000], y[k : k + 4000]) for k in range(0, 20_000, 4000)]
        >>> estimator = ff.ClassifierPID("logistic", random_state=0).fit_blocks(blocks, n_learn=2000)
        >>> estimator.result_.streamed.measured, round(estimator.result_.redundancy, 1)
        (14000, 0.2)
        """
        if isinstance(self.sources, (list, tuple)) and len(self.sources) > 2:
            self._no_blocks_of_several(self.sources)
        options, level, number, halves = self._checked()
        edges = wanted_edges(self.target_bins, _NO_QUANTILES)
        fitting = streamed_fitting(
            self,
            (X1, X2, y),
            sample,
            n_learn,
            groups,
            sample_weight,
            edges,
            halves=halves,
            **self._classifiers(),
        )
        result = fitting.result(
            options, number=number, confidence_level=level, coarse=self.tol is None
        )
        bins = None
        if edges is not None and result.factored is not None:
            bins = bins_of_counts(edges, fitting.names, result.factored.p1y.sum(0))
        result = dataclasses.replace(result, target_bins=bins)
        self.target_bins_ = bins
        self.__dict__.pop("posteriors_", None)  # of an earlier fit
        self.classes_ = fitting.names
        if self.sources is None:  # else it is that of the table
            self.n_features_in_ = fitting.columns
            remember_named(self, fitting.chunks.names)
        told(result, None, options)
        self.result_ = result
        return self

    @fit_blocks.of_several
    def _no_blocks_of_several(self, sources: Any, *_: Any, **__: Any) -> Self:
        msg = f"fit_blocks: takes two sources, got {len(sources)}; fit takes three and more"
        raise ValueError(msg)

    def _checked(self) -> tuple[SolverOptions, float, int | None, bool]:
        """Options of the solver, the level, the number of prototypes, and whether to fit halves."""
        options = SolverOptions.checked(
            TOL if self.tol is None else self.tol,
            self.max_iter,
            self.num_threads,
            "float64",
            "cpu",
        )
        level = check_confidence_level(self.confidence_level)
        halves = true_or_false(self.learning_gap, "learning_gap")
        number = self.n_prototypes
        if number is not None:
            number = positive_int(number, "n_prototypes", least=2)
        return options, level, number, halves

    def _classifiers(self) -> dict[str, Any]:
        own = checked_classifier(self.classifier, "classifier")
        joint = self.joint_classifier
        if joint is not None:
            joint = checked_classifier(joint, "joint_classifier")
        return {"classifier": own, "joint_classifier": own if joint is None else joint}


def checked_classifier(classifier: Any, name: str) -> Any:
    """One of the names, or an estimator with probabilities, or raise."""
    if isinstance(classifier, str):
        if classifier in CLASSIFIERS:
            return classifier
        msg = (
            f"{name}: expected one of {', '.join(map(repr, CLASSIFIERS))} or a classifier of "
            f"scikit-learn, got {classifier!r}"
        )
        raise ValueError(msg)
    if not hasattr(classifier, "fit") or isinstance(classifier, type):
        msg = (
            f"{name}: expected one of {', '.join(map(repr, CLASSIFIERS))} or an instance of a "
            f"classifier of scikit-learn, got {classifier!r}"
        )
        raise TypeError(msg)
    if not hasattr(classifier, "predict_proba"):
        msg = (
            f"{name}: {type(classifier).__name__} gives no probabilities (predict_proba); wrap it, "
            "for example in sklearn.calibration.CalibratedClassifierCV"
        )
        raise TypeError(msg)
    return classifier
