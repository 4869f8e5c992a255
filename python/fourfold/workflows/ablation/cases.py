# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What an ablation is made of: models, the rows they answer, and the classes they know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.inputs.arrays import check_same_length, shape_of
from fourfold.inputs.device import to_numpy
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import check_aligned, reject_masked
from fourfold.inputs.labels import read_labels
from fourfold.inputs.masses import probability_rows

if TYPE_CHECKING:
    from fourfold.results.target_bins import TargetBins

__all__ = ["AblationCase", "CheckedCase", "answers", "read_cases"]

Predict = Callable[[np.ndarray, np.ndarray], Any]


class AblationCase(NamedTuple):
    """A model, the rows it answers, and what they are to be clustered by.

    Attributes
    ----------
    predict : callable
        ``predict(x1, x2)`` gives labels of shape (N,), or rows of class probabilities (N, K)
        whose columns are `classes`. The answer to a row should depend on this row only, and
        be the same each time.
    x1, x2 : ndarray, first axis of N rows
        What `predict` takes, of any further axes and any type.
    y : array_like, shape (N,)
        True labels: integers or strings; or numbers, with `target_bins`.
    embedding1, embedding2 : array_like, shape (N, d), optional
        What is clustered for the atoms in place of `x1` or `x2`; by default these themselves,
        with all further axes made one. Interventions do not touch it.
    classes : array_like, shape (K,), optional
        All labels that `predict` may answer, in the order of its columns of probabilities;
        by default those of `y`, sorted, ``numpy.unique(y)``, as in scikit-learn.

    See Also
    --------
    fourfold.ablation_report : Takes them, by name.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> image, text = rng.normal(size=(100, 8, 8)), rng.normal(size=(100, 5))
    >>> y = (image.mean((1, 2)) > 0).astype(int)
    >>> case = ff.AblationCase(
    ...     predict=lambda a, b: (a.mean((1, 2)) > 0).astype(int),
    ...     x1=image, x2=text, y=y,
    ...     embedding1=image.mean(1),  # rows of numbers in place of pictures
    ... )
    >>> report = ff.ablation_report({"net": case}, estimator=ff.PIDEstimator(2), n_seeds=1)
    >>> report.accuracy.tolist()
    [1.0]
    """

    predict: Predict
    x1: np.ndarray
    x2: np.ndarray
    y: Any
    embedding1: Any = None
    embedding2: Any = None
    classes: Any = None


class CheckedCase(NamedTuple):
    """An `AblationCase` that was checked.

    Attributes
    ----------
    name : str
    predict : callable
    sources : pair of ndarray
        x1 and x2, as they were given.
    embeddings : pair of ndarray, shapes (N, d1) and (N, d2)
        What is clustered.
    truth : ndarray of int, shape (N,)
        Positions of the true labels in `classes`.
    classes : ndarray, shape (K,)
    bins : TargetBins or None
        That numbers y are put into, and what `predict` answers.
    """

    name: str
    predict: Predict
    sources: tuple[np.ndarray, np.ndarray]
    embeddings: tuple[np.ndarray, np.ndarray]
    truth: np.ndarray
    classes: np.ndarray
    bins: TargetBins | None = None


def read_cases(cases: Any, target_bins: Any = None) -> tuple[CheckedCase, ...]:
    """Check all cases, and name a single one "model"; messages name the case.

    `target_bins` are as of `fourfold.pid`.
    """
    if isinstance(cases, tuple):
        cases = {"model": cases}
    if not isinstance(cases, Mapping):
        msg = (
            "cases: expected a mapping of names to tuples (predict, x1, x2, y), or one such "
            f"tuple, got {type(cases).__name__}"
        )
        raise TypeError(msg)
    if not cases:
        msg = "cases: expected at least one case, got none"
        raise ValueError(msg)
    names = [str(name) for name in cases]
    if len(set(names)) < len(names):
        msg = f"cases: expected names that differ as text, got {names}"
        raise ValueError(msg)
    return tuple(
        _read(name, case, target_bins) for name, case in zip(names, cases.values(), strict=True)
    )


def _read(name: str, given: Any, target_bins: Any) -> CheckedCase:
    where = f"cases[{name!r}]"
    if not isinstance(given, tuple) or (
        len(given) != 4 and not isinstance(given, AblationCase)
    ):
        got = f"{len(given)} entries" if isinstance(given, tuple) else type(given).__name__
        msg = f"{where}: expected (predict, x1, x2, y) or an AblationCase, got {got}"
        raise TypeError(msg)
    case = AblationCase(*given)
    predict: Any = case.predict
    if not callable(predict):
        msg = f"{where}: predict must be callable, got {type(predict).__name__}"
        raise TypeError(msg)
    y, bins = binned(case.y, target_bins, f"{where}: y")
    if bins is not None and case.classes is not None:
        msg = f"{where}: classes are the bins of y with target_bins; expected none"
        raise ValueError(msg)
    aligned = {f"{where}: {key}": case[k] for k, key in enumerate(case._fields) if 0 < k < 6}
    check_aligned(**aligned)
    codes, _ = read_labels(y, f"{where}: y", "expected the true labels")
    sources, embeddings = [], []
    for number, (source, embedding) in enumerate(
        ((case.x1, case.embedding1), (case.x2, case.embedding2)), start=1
    ):
        sources.append(_source(source, f"{where}: x{number}"))
        if embedding is None:
            flat = sources[-1].reshape(len(source), -1)
            embeddings.append(read_embedding(flat, f"{where}: x{number}"))
        else:
            embeddings.append(read_embedding(embedding, f"{where}: embedding{number}"))
    rows = {"x1": sources[0], "x2": sources[1], "y": codes}
    rows |= {"embedding1": embeddings[0], "embedding2": embeddings[1]}
    try:
        count = check_same_length(**{key: len(values) for key, values in rows.items()})
    except ValueError as error:
        msg = f"{where}: {error}"
        raise ValueError(msg) from error
    if count < 2:
        msg = f"{where}: expected at least 2 rows, got {count}"
        raise ValueError(msg)
    truth = _flat(y)
    classes = np.unique(truth) if bins is None else np.arange(len(bins.shares))
    if case.classes is not None:
        _, different = read_labels(case.classes, f"{where}: classes")
        classes = _flat(case.classes)
        if different < len(classes):
            msg = f"{where}: classes must differ, got {classes.tolist()}"
            raise ValueError(msg)
    return CheckedCase(
        name=name,
        predict=case.predict,
        sources=(sources[0], sources[1]),
        embeddings=(embeddings[0], embeddings[1]),
        truth=_positions(truth, classes, f"{where}: y"),
        classes=classes,
        bins=bins,
    )


def _source(values: Any, name: str) -> np.ndarray:
    reject_masked(values, name)
    # lists and tensors would reach predict as arrays, which is not what it takes
    if not isinstance(values, np.ndarray):
        msg = (
            f"{name}: expected a NumPy array, got {type(values).__name__}; give "
            f"numpy.asarray(...) of it, and convert back inside predict"
        )
        raise TypeError(msg)
    array = np.asarray(values)  # of a masked array in which nothing is masked
    if array.ndim == 0:
        msg = f"{name}: expected an array whose first axis is the rows, got shape ()"
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name}: expected rows with at least one number each, got shape {array.shape}"
        raise ValueError(msg)
    return array


def answers(case: CheckedCase, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """What the model answers, as positions in `case.classes`, shape (N,).

    Of probabilities it is the column of the largest, the first of several. The model is given
    copies, as it may scale its arguments in place.
    """
    given = case.predict(x1.copy(), x2.copy())
    where = f"predict of cases[{case.name!r}]"
    shape = shape_of(given, where)
    if not shape or shape[0] != len(case.truth):
        got = f"shape {shape}" if shape else repr(given)
        msg = f"{where}: expected one answer for each of {len(case.truth)} rows, got {got}"
        raise ValueError(msg)
    if len(shape) == 2 and shape[1] != 1:
        rows = probability_rows(given, where)
        if rows.shape[1] != len(case.classes):
            msg = (
                f"{where}: expected a column of probabilities for each of the "
                f"{len(case.classes)} classes, got {rows.shape[1]}; "
                "AblationCase(..., classes=...) says which there are"
            )
            raise ValueError(msg)
        best: np.ndarray = rows.argmax(1)
        return best
    if case.bins is not None:
        in_bins: np.ndarray = to_numpy(case.bins.codes(given, where))
        return in_bins
    read_labels(given, where, "rows of class probabilities have shape (N, K)")
    return _positions(_flat(given), case.classes, where)


def _flat(labels: Any) -> np.ndarray:
    """Labels that were checked, shape (N,), of a type that NumPy can compare."""
    array = np.asarray(labels).reshape(-1)
    return np.array(array.tolist()) if array.dtype.kind in "OT" else array


def _positions(labels: np.ndarray, classes: np.ndarray, name: str) -> np.ndarray:
    """Where each label is among the classes; raises on those that are not."""
    kinds = ["number" if array.dtype.kind in "biuf" else "text" for array in (labels, classes)]
    order = np.argsort(classes)
    # NumPy may compare numbers with strings as strings, by which 1 would be "1"
    if kinds[0] == kinds[1]:
        found = np.searchsorted(classes, labels, sorter=order)
        positions: np.ndarray = order[np.minimum(found, len(classes) - 1)]
        unknown = classes[positions] != labels
        if not unknown.any():
            return positions
        labels = labels[unknown]
    listed = ", ".join(map(repr, classes.tolist()[:10])) + (
        ", ..." if len(classes) > 10 else ""
    )
    msg = (
        f"{name}: {labels.tolist()[0]!r} is none of the classes {listed}; "
        "AblationCase(..., classes=...) says which there are"
    )
    raise ValueError(msg)
