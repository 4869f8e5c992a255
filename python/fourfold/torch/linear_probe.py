# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Logistic regression for more rows than scikit-learn's is made for."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from fourfold.torch.centred_rows import CentredRows

__all__ = ["LinearProbe"]

_SAMPLE = 10_000  # rows, or 4 for each column, that tell how columns go together
_MOST_COLUMNS = 4096  # whose covariances are worth taking
_RIDGE = 1e-4  # of the mean variance, where the sample has none
_PREDICTED = 1 << 20  # numbers that are predicted from at once


class LinearProbe(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Multinomial logistic regression by L-BFGS, batch by batch, on a GPU where there is one.

    The minimum is that of scikit-learn's `LogisticRegression`, behind a `StandardScaler`
    unless `standardize` is False. It is found in coordinates in which the features are nearly
    uncorrelated, which takes far fewer passes over the rows where features go together. Rows
    stay where they are, a memory map on its disk: a batch of them is copied at a time, in
    single precision. A GPU keeps them where half of its free memory will do.

    Parameters
    ----------
    C : float
        Inverse of the strength of the L2 penalty, which is not on the intercept.
    standardize : bool
        Whether features are brought to mean 0 and variance 1 first, in the weights' measure.
    device : str or torch.device
        ``"auto"`` is a CUDA device where there is one, else the CPU.
    max_iter : int
        Most iterations of L-BFGS; `ConvergenceWarning` of scikit-learn where they do not do.
    tol : float
        Largest entry, at the end, of the gradient of the mean loss in those coordinates.
    random_state : int, RandomState or None
        Draws the rows that tell these coordinates, where there are more than 10 000 and than 4
        for each feature. The minimum does not depend on it.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The labels, sorted.
    coef_ : ndarray of shape (K, d), or (1, d) for two classes
        For features as they come.
    intercept_ : ndarray of shape (K,) or (1,)
        For features as they come.
    n_iter_ : int
        Iterations of L-BFGS.
    n_features_in_ : int
        Columns, d.

    See Also
    --------
    fourfold.ClassifierPID : Takes it as `classifier`.
    fourfold.torch.capture : Embeddings to probe.

    Notes
    -----
    The loss is that of scikit-learn's ``LogisticRegression(C=C)``: the mean log loss plus the sum of
    squares of the weights over ``2 * C * n``, in nats.

    Examples
    --------
    >>> import fourfold as ff
    >>> from fourfold.torch import LinearProbe
    >>> x1, _, y = ff.datasets.digits_halves()
    >>> probe = LinearProbe(C=0.1, device="cpu").fit(x1, y)
    >>> probe.predict_proba(x1[:3]).shape
    (3, 10)
    """

    def __init__(
        self,
        C: float = 1.0,
        *,
        standardize: bool = True,
        device: Any = "auto",
        max_iter: int = 500,
        tol: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.C = C
        self.standardize = standardize
        self.device = device
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearProbe:
        """Fit to rows and their labels.

        Parameters
        ----------
        X : array_like, shape (N, d)
            Real numbers, one row a sample; a memory map is read a batch at a time.
        y : array_like, shape (N,)
            Labels, of two classes or more.
        sample_weight : array_like, shape (N,), optional
            Not negative; counts rows as if they were repeated.

        Returns
        -------
        LinearProbe
            Itself.

        Raises
        ------
        ValueError
            If `C`, `max_iter` or `tol` is not positive, a weight is negative, rows that count are all of
            one class, or an entry is not finite.

        Warns
        -----
        sklearn.exceptions.ConvergenceWarning
            If `max_iter` iterations do not do.

        See Also
        --------
        predict_proba : Probabilities of other rows.
        fourfold.ClassifierPID : Fits it out of fold, and decomposes.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import LinearProbe
        >>> x = torch.linspace(-1, 1, 100).reshape(100, 1).numpy()
        >>> y = (x[:, 0] > 0).astype(int)
        >>> probe = LinearProbe(device="cpu").fit(x, y)
        >>> probe.score(x, y) > 0.95, probe.coef_.shape
        (True, (1, 1))
        """
        for name in ("C", "max_iter", "tol"):
            if not getattr(self, name) > 0:
                msg = f"{name}: expected a positive number, got {getattr(self, name)!r}"
                raise ValueError(msg)
        x, y = validate_data(self, X, y, dtype="numeric", ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        weights = _check_sample_weight(sample_weight, x, dtype=np.float64)
        if weights.min() < 0:
            msg = f"sample_weight: expected no negative number, got {weights.min()}"
            raise ValueError(msg)
        found = self.classes_[np.bincount(codes, weights) > 0]
        if len(found) < 2:
            msg = f"y: expected at least two classes of rows that count, got {found.tolist()}"
            raise ValueError(msg)
        device = _device(self.device)
        rows = CentredRows(x, weights, device)
        scale = rows.deviation if self.standardize else np.ones(x.shape[1])
        loss = _MeanLoss(rows, codes, weights, len(self.classes_), device)
        penalty = 1.0 / (self.C * weights.sum())
        drawn = check_random_state(self.random_state)
        turn = _coordinates(rows, weights, scale, penalty / loss.curvature, drawn)
        shape = (x.shape[1] + 1, loss.columns)

        def objective(free: np.ndarray) -> tuple[float, np.ndarray]:
            coordinates = free.reshape(shape)
            standard = turn(coordinates[1:], "T")
            value, slope = loss(standard / scale[:, None], coordinates[0])
            value += 0.5 * penalty * float((standard**2).sum())
            slope[1:] = turn(slope[1:] / scale[:, None] + penalty * standard, "N")
            return value, slope.ravel()

        end = minimize(
            objective,
            np.zeros(shape).ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": self.max_iter, "gtol": self.tol, "ftol": 1e-14, "maxls": 50},
        )
        if end.status == 1:
            msg = (
                f"LinearProbe: not converged after max_iter={self.max_iter} iterations: give "
                "more, a larger tol or a smaller C"
            )
            warnings.warn(msg, ConvergenceWarning, stacklevel=2)
        coordinates = end.x.reshape(shape)
        self.coef_ = (turn(coordinates[1:], "T") / scale[:, None]).T
        self.intercept_ = coordinates[0] - self.coef_ @ rows.mean
        self.n_iter_ = int(end.nit)
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Log odds of the second of two classes, or logits of all, in nats.

        Parameters
        ----------
        X : array_like, shape (N, d)
            Real numbers, one row a sample.

        Returns
        -------
        ndarray, shape (N,) or (N, K)
            For two classes, and for more.

        See Also
        --------
        predict_proba : Probabilities.
        predict : Classes.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import LinearProbe
        >>> x = torch.linspace(-1, 1, 100).reshape(100, 1).numpy()
        >>> y = (x[:, 0] > 0).astype(int)
        >>> probe = LinearProbe(device="cpu").fit(x, y)
        >>> bool(((probe.decision_function(x) > 0) == probe.predict(x)).all())
        True
        """
        check_is_fitted(self)
        x = validate_data(self, X, dtype="numeric", reset=False)
        size = max(1, _PREDICTED // x.shape[1])
        logits = np.concatenate(
            [x[at : at + size].astype(float) @ self.coef_.T for at in range(0, len(x), size)]
        )
        logits += self.intercept_
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array_like, shape (N, d)
            Real numbers, one row a sample.

        Returns
        -------
        ndarray, shape (N, K)
            In the order of `classes_`; rows sum to 1.

        See Also
        --------
        fourfold.posterior_pid : Takes those of held-out rows.
        decision_function : Their logits.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import LinearProbe
        >>> x = torch.linspace(-1, 1, 100).reshape(100, 1).numpy()
        >>> y = (x[:, 0] > 0).astype(int)
        >>> probe = LinearProbe(device="cpu").fit(x, y)
        >>> probe.predict_proba(x[:3]).shape
        (3, 2)
        """
        logits = self.decision_function(X)
        if logits.ndim == 1:
            logits = np.stack([np.zeros_like(logits), logits], 1)
        return np.asarray(softmax(logits, 1))

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row.

        Parameters
        ----------
        X : array_like, shape (N, d)
            Real numbers, one row a sample.

        Returns
        -------
        ndarray, shape (N,)
            Of `classes_`.

        See Also
        --------
        predict_proba : How probable it is.

        Examples
        --------
        >>> import torch
        >>> from fourfold.torch import LinearProbe
        >>> x = torch.linspace(-1, 1, 100).reshape(100, 1).numpy()
        >>> y = (x[:, 0] > 0).astype(int)
        >>> probe = LinearProbe(device="cpu").fit(x, y)
        >>> probe.predict(x[[0, -1]]).tolist()
        [0, 1]
        """
        logits = self.decision_function(X)
        chosen = logits.argmax(1) if logits.ndim == 2 else (logits > 0).astype(int)
        return np.asarray(self.classes_[chosen])


class _MeanLoss:
    """Mean log loss, in nats, and its slope."""

    def __init__(
        self,
        rows: CentredRows,
        codes: np.ndarray,
        weights: np.ndarray,
        n_classes: int,
        device: torch.device,
    ) -> None:
        self._rows, self._device = rows, device
        self._codes = torch.from_numpy(codes).to(device)
        self._shares = torch.from_numpy(weights / weights.sum()).to(device)
        # of two classes the first has logit 0: so scikit-learn counts its penalty
        self.columns = 1 if n_classes == 2 else n_classes
        priors = np.bincount(codes, weights, n_classes) / weights.sum()
        # of the loss, along a feature of variance 1, before anything is learnt
        self.curvature = float((priors * (1 - priors)).mean())

    def __call__(self, coef: np.ndarray, intercept: np.ndarray) -> tuple[float, np.ndarray]:
        """At coef (d, columns) and intercept (columns,); the slope has the intercept first."""
        coefficients = torch.tensor(coef, dtype=torch.float32, device=self._device)
        constant = torch.tensor(intercept, dtype=torch.float32, device=self._device)
        loss = torch.zeros((), dtype=torch.float64, device=self._device)
        slope = torch.zeros(
            (len(coef) + 1, self.columns), dtype=torch.float64, device=self._device
        )
        for part, rows in self._rows:
            logits = torch.addmm(constant, rows, coefficients)
            if self.columns == 1:
                logits = torch.nn.functional.pad(logits, (1, 0))
            shares, codes = self._shares[part], self._codes[part][:, None]
            logs = logits.log_softmax(1)
            loss -= shares @ logs.gather(1, codes)[:, 0].double()
            excess = logs.exp_()
            excess.scatter_add_(1, codes, torch.full_like(excess[:, :1], -1.0))
            excess = excess[:, -self.columns :].double() * shares[:, None]
            slope[0] += excess.sum(0)
            slope[1:] += rows.T @ excess.float()
        return float(loss), slope.cpu().numpy()


def _coordinates(
    rows: CentredRows, weights: np.ndarray, scale: np.ndarray, ridge: float, drawn: Any
) -> Any:
    """A function that solves with the lower factor of the covariances, or its transpose."""
    d = len(scale)
    if d > _MOST_COLUMNS:
        return lambda values, _: values
    some = np.flatnonzero(weights)
    size = max(_SAMPLE, 4 * d)
    if len(some) > size:
        some = np.sort(drawn.choice(some, size, replace=False))
    covariance = np.zeros((d, d))
    step = max(1, _PREDICTED // d)
    for at in range(0, len(some), step):
        part = some[at : at + step]
        sample = rows.rows(part)
        share = torch.tensor(weights[part] / weights[some].sum(), dtype=torch.float32)
        covariance += ((sample.T * share.to(sample.device)) @ sample).cpu().numpy()
    covariance /= np.outer(scale, scale)
    covariance[np.diag_indices(d)] += ridge + _RIDGE * np.trace(covariance) / d
    factor = cholesky(covariance, lower=True)
    return lambda values, trans: solve_triangular(factor, values, lower=True, trans=trans)


def _device(asked: Any) -> torch.device:
    if isinstance(asked, str) and asked == "auto":
        asked = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(asked)
    except (RuntimeError, TypeError) as error:
        msg = f"device: expected 'auto', 'cpu', 'cuda' or another of torch, got {asked!r}"
        raise ValueError(msg) from error
    if device.type == "cuda" and not torch.cuda.is_available():
        msg = f"device: there is no CUDA device for {asked!r}; give 'auto' or 'cpu'"
        raise ValueError(msg)
    return device
