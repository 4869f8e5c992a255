# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which estimator `conditional_pid` fits to embeddings, and which options it has not."""

from __future__ import annotations

from typing import Any

from sklearn.base import clone

from fourfold.embeddings.estimator import PIDEstimator
from fourfold.inputs.numbers import check_confidence_level
from fourfold.posteriors.classifier_pid import ClassifierPID
from fourfold.solve.options import DEFAULT_MAX_ITER
from fourfold.workflows.decoding.plans import bad_estimator, refuse_auto, refuse_sources

__all__ = ["bins_wanted", "estimator_of", "refuse_tables"]


def estimator_of(
    estimator: Any, tol: Any, max_iter: Any, num_threads: Any, confidence_level: Any
) -> Any:
    """The one to fit, a copy of an instance, or raise."""
    if isinstance(estimator, (ClassifierPID, PIDEstimator)):
        refuse_sources(estimator, "conditional_pid")
    if isinstance(estimator, ClassifierPID):
        given = {
            "tol": tol is not None,
            "max_iter": max_iter != DEFAULT_MAX_ITER,
            "num_threads": num_threads is not None,
            "confidence_level": confidence_level != 0.95,
        }
        for name in (name for name, asked in given.items() if asked):
            msg = (
                f"{name}: an estimator was given; set it there, ClassifierPID(..., {name}=...)"
            )
            raise ValueError(msg)
        return clone(estimator)
    if isinstance(estimator, PIDEstimator):
        refuse_auto(estimator, "'auto' would choose for all rows, and strata have fewer")
        return clone(estimator)
    if estimator is None or (isinstance(estimator, str) and estimator == "classifier"):
        return ClassifierPID(
            "fast",
            tol=tol,
            max_iter=max_iter,
            num_threads=num_threads,
            confidence_level=check_confidence_level(confidence_level),
        )
    if isinstance(estimator, str) and estimator == "kmeans":
        return PIDEstimator(8)
    raise bad_estimator(estimator)


def bins_wanted(target_bins: Any, fitted: Any) -> Any:
    """Bins of all rows, of the call or of the estimator, which then fits strata to them."""
    own = fitted.target_bins
    if own is not None and target_bins is not None:
        msg = "target_bins: the estimator that was given has its own; give one of the two"
        raise ValueError(msg)
    fitted.set_params(target_bins=None)
    return target_bins if own is None else own


def refuse_tables(bias_correction: Any, n_resamples: Any, dtype: Any, device: Any) -> None:
    """Raise for options that classifiers have not."""
    given = {
        "bias_correction": bias_correction != "auto",
        "n_resamples": n_resamples != 0,
        "dtype": dtype != "float64",
        "device": device != "auto",
    }
    for name, asked in given.items():
        if asked:
            msg = (
                f"{name}: an option of tables, but classifiers decode the embeddings; say "
                "estimator='kmeans', or leave it out"
            )
            raise ValueError(msg)
