# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A scikit-learn style estimator: embeddings in, atoms that classifiers decode out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.numbers import check_confidence_level, positive_int, true_or_false
from fourfold.inputs.random_state import drawn_seeds
from fourfold.inputs.sources import TakesSources, of_sources
from fourfold.inputs.target import read_target
from fourfold.posteriors.cross_fitting import CrossFitting
from fourfold.posteriors.decoded import TOL, decoded
from fourfold.posteriors.duplicates import duplicate_rows, leaks, warn_of_duplicates
from fourfold.posteriors.interval import decoded_interval
from fourfold.posteriors.readings import extrapolated
from fourfold.posteriors.rows import read_groups, read_weights
from fourfold.posteriors.source_models import CLASSIFIERS
from fourfold.posteriors.target import as_target, class_names
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import told

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ClassifierPID"]


class ClassifierPID(TakesSources, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Partial information decomposition of two embeddings by cross-fitted classifiers.

    R, U1 and U2 depend on a source only through its posterior p(y|x). Classifiers of each source
    and of both, pooled, calibrated and predicting rows that they were not fitted to, replace the
    embeddings. Certified is what follows *given these posteriors*; of the embeddings the atoms
    are what *these classifiers decode*, and S is low if the joint one is weak, and high
    where those of one source are weaker. The bounds in ``result_.outer_bounds`` hold whatever the
    classifiers are worth.

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
        each row is a state.
    confidence_level : float
        Of the outer bounds and of the intervals.
    learning_gap : bool
        Whether to fit all again to half of the rows, for ``result_.learning_gap``, the
        extrapolated reading and ``result_.confidence_interval``; takes three quarters of the
        time once more.
    tol : float, optional
        Gap of the solver in bits; by default 1e-4, 1e-3 above 128 prototypes.
    max_iter, num_threads
        Of the solver, as in `fourfold.decompose`; one thread, as its steps here are short.
    n_jobs : int, optional
        Classifiers fitted at a time, as in scikit-learn: threads of joblib. The numbers do not
        depend on it.
    random_state : int, RandomState, Generator or None
        Seeds folds, trees and what is drawn. The same int gives the same numbers.
    sources : pair, optional
        Columns of X1 and columns of X2 in one table X, each as scikit-learn's `ColumnTransformer`
        takes them: names, numbers, slices, masks, functions of X. Then ``fit(X, y)``.

    Attributes
    ----------
    result_ : PosteriorPID
        Atoms in bits, readings, held-out informations and bounds.
    posteriors_ : tuple of three ndarrays of shape (N, K_Y)
        Calibrated out-of-fold posteriors of X1, of X2 and of both.
    classes_ : ndarray of shape (K_Y,)
        The class of each column; numbers of the columns for rows of probabilities.
    n_features_in_ : tuple of (int, int), or int
        Columns of X1 and of X2; with `sources` those of X.
    feature_names_in_ : ndarray of str
        With `sources` the names of the columns of X, if it was a frame with such.

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
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> estimator = ff.ClassifierPID("fast", random_state=0).fit(x1, x2, y)
    >>> bool(estimator.result_.redundancy > estimator.result_.outer_bounds.redundancy)
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
            Embeddings; row n of both belongs to the same sample.
        y : array_like, shape (N,) or (N, K_Y)
            Labels; or rows of probabilities, from each of which five labels are drawn whose
            classifiers are averaged.
        groups : array_like, shape (N,), optional
            Rows of one group, such as the copies of a picture, stay in one fold.
        sample_weight : array_like, shape (N,), optional
            Positive weights of the rows. Nearest neighbours, which know none, are then left out.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the numbers of rows differ, an entry is not finite, y has fewer than two classes
            or one with fewer rows than folds, or an option is unknown.
        TypeError
            If an array is sparse, or a classifier takes no weights or gives no probabilities.

        Warns
        -----
        DuplicateRowsWarning
            If rows of a source repeat in different folds: what is held out was then seen. The
            bounds are NaN if they repeat exactly, until `groups` says what belongs together.
        ConvergenceWarning
            As `fourfold.decompose`.
        """
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
        sources = [
            read_embedding(to_numpy(X) if on_device(X) else X, name)
            for X, name in ((X1, "X1"), (X2, "X2"))
        ]
        codes, _ = read_target(y, device=False)
        n = check_same_length(X1=len(sources[0]), X2=len(sources[1]), y=len(codes))
        names = class_names(y, codes)
        codes = codes[:, names] if codes.ndim == 2 else np.unique(codes, return_inverse=True)[1]
        if len(names) < 2:
            msg = (
                f"y: all rows have one class, {str(names[0])!r}; expected at least two classes"
            )
            raise ValueError(msg)
        grouped = read_groups(groups, n)
        *seeds, of_labels = drawn_seeds(self.random_state, 4)
        target = as_target(codes, len(names), read_weights(sample_weight, n), of_labels)
        fitting = CrossFitting(
            sources,
            target,
            grouped,
            names,
            classifier=checked_classifier(self.classifier, "classifier"),
            joint_classifier=self.classifier
            if self.joint_classifier is None
            else checked_classifier(self.joint_classifier, "joint_classifier"),
            cv=self.cv,
            n_jobs=self.n_jobs,
            seeds=seeds,
        )
        repeats = duplicate_rows(*sources, random_state=seeds[2])
        warn_of_duplicates(repeats, grouped, fitting.folds)
        posteriors, chosen = fitting.posteriors()
        given: dict[str, Any] = {
            "number": number,
            "confidence_level": level,
            "coarse": self.tol is None,
            "leaky": leaks(repeats, grouped, fitting.folds),
        }
        result, made = decoded(posteriors, target, grouped, options, chosen=chosen, **given)
        if halves:
            halved, _ = fitting.posteriors(halved=True)
            half, _ = decoded(halved, target, grouped, options, **given)
            grown = extrapolated(result.information.soft, half.information.soft)
            result = result.with_learning_gap(
                half, grown, decoded_interval(result, half, grown)
            )
        self.posteriors_ = tuple(made)
        self.classes_ = names
        self.n_features_in_ = tuple(source.shape[1] for source in sources)
        told(result, None, options)
        self.result_ = result
        return self


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
