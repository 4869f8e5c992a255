# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A model asked about pairs of rows, batch by batch, and its answers checked."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.exceptions import RandomAnswersWarning
from fourfold.inputs.arrays import as_array
from fourfold.inputs.device import on_host
from fourfold.inputs.masses import probability_rows
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.workflows.recombined.designs import Pairs

__all__ = ["Answers", "ask", "number_of_rows"]

#: By which probabilities of the same pairs may differ, as in batches of half precision.
SAME = 1e-2


class Answers(NamedTuple):
    """What a model answers.

    Attributes
    ----------
    shares : ndarray, shape (E, K_Y)
        Probabilities of each pair, or a single 1; each class has some mass.
    soft : bool
        Whether it gave probabilities.
    batches : int
        How often it was asked.
    repeats : bool
        Whether it gave a batch the same answers when it was asked again.
    """

    shares: np.ndarray
    soft: bool
    batches: int
    repeats: bool


def number_of_rows(x: Any, name: str) -> int:
    """Of any array, list, tensor or frame; or raise."""
    shape = getattr(x, "shape", None)
    if isinstance(x, (str, dict)) or not (shape or hasattr(x, "__len__")):
        msg = f"{name}: expected an array or a list with a row for each sample, got {type(x).__name__}"
        raise TypeError(msg)
    return int(shape[0]) if shape else len(x)


def _rows(x: Any, which: np.ndarray, name: str) -> Any:
    if isinstance(x, (list, tuple)):
        return [x[k] for k in which.tolist()]
    try:
        if hasattr(x, "iloc"):
            # labels of rows would be joined where a model adds up columns of both
            return x.iloc[which].reset_index(drop=True)
        return x[which]
    except (TypeError, IndexError, KeyError) as error:
        msg = (
            f"{name}: expected what can be indexed by an array of rows, got {type(x).__name__} ({error}); "
            "give an array or a list, of a sparse matrix x.tocsr()"
        )
        raise TypeError(msg) from error


def ask(
    predict: Callable[[Any, Any], Any], x1: Any, x2: Any, pairs: Pairs, batch_size: int
) -> Answers:
    """Answers of all pairs, or raise and say what was wrong with those of which batch.

    The first batch is asked again at the end: a model that answers otherwise, as one with dropout
    or one that draws its answers, is warned of.
    """
    number = len(pairs.first)
    rows1, rows2 = pairs.rows1[pairs.first], pairs.rows2[pairs.second]
    starts = range(0, number, batch_size)
    found: list[np.ndarray] = []
    with progress(number, "answers", "pairs") as bar:
        for start in starts:
            batch = slice(start, min(start + batch_size, number))
            answer = _batch(predict, x1, x2, rows1[batch], rows2[batch], start)
            if found:
                _check_alike(answer, found[0], start)
            found.append(answer)
            bar.update(len(answer))
        batch = slice(0, len(found[0]))
        again = _batch(predict, x1, x2, rows1[batch], rows2[batch], 0)
    shares, soft = np.concatenate(found), found[0].ndim == 2
    if soft:
        repeats = again.shape == found[0].shape and bool(np.abs(again - found[0]).max() <= SAME)
    else:
        repeats = bool(np.array_equal(again, found[0]))
        codes = np.unique(shares, return_inverse=True)[1]
        shares = np.eye(codes.max() + 1)[codes]
    if not repeats:
        msg = (
            "predict: answers the same rows otherwise when asked again. What it draws by lot counts "
            "as synergy of the sources; turn off dropout (model.eval()), decode greedily, or "
            "return probabilities"
        )
        warnings.warn(msg, RandomAnswersWarning, stacklevel=caller_depth())
    return Answers(shares[:, shares.max(0) > 0], soft, len(starts) + 1, repeats)


def _batch(
    predict: Callable[[Any, Any], Any],
    x1: Any,
    x2: Any,
    rows1: np.ndarray,
    rows2: np.ndarray,
    start: int,
) -> np.ndarray:
    """Labels (n,) or probabilities (n, K_Y) of a batch."""
    where = f"pairs {start} to {start + len(rows1) - 1}"
    asked = _rows(x1, rows1, "x1"), _rows(x2, rows2, "x2")
    try:
        given = predict(*asked)
    except Exception as error:
        msg = f"predict: raised {type(error).__name__} for {where}: {error}"
        raise RuntimeError(msg) from error
    answer = as_array(on_host(given, "predict"), "predict")
    if answer.ndim not in (1, 2) or len(answer) != len(rows1) or 0 in answer.shape:
        msg = (
            f"predict: expected {len(rows1)} labels, or rows of class probabilities of shape "
            f"({len(rows1)}, K_Y), for {where}, got shape {answer.shape}"
        )
        raise ValueError(msg)
    if answer.ndim == 1:
        return _labels(answer, where)
    if answer.shape[1] == 1:
        msg = (
            f"predict: gave one column for {where}; of P(y = 1) make numpy.hstack([1 - p, p]), "
            "of labels p[:, 0]"
        )
        raise ValueError(msg)
    try:
        return probability_rows(answer, "predict")
    except ValueError as error:
        msg = f"{error} ({where}); of logits make scipy.special.softmax(logits, axis=1)"
        raise ValueError(msg) from error


def _labels(answer: np.ndarray, where: str) -> np.ndarray:
    if answer.dtype.kind == "O" and all(isinstance(label, str) for label in answer):
        return answer.astype(str)
    if answer.dtype.kind not in "iubfUS":
        msg = f"predict: expected integers or strings as labels of {where}, got {answer[0]!r}"
        raise TypeError(msg)
    if answer.dtype.kind != "f":
        return answer
    if not np.isfinite(answer).all() or (answer != np.round(answer)).any():
        wrong = int(np.argmax(~np.isfinite(answer) | (answer != np.round(answer))))
        msg = (
            f"predict: gave {answer[wrong]} as a label among {where}; expected integers or strings, or "
            "rows of class probabilities: of P(y = 1) make numpy.stack([1 - p, p], 1)"
        )
        raise ValueError(msg)
    return answer.astype(np.int64)


def _check_alike(answer: np.ndarray, first: np.ndarray, start: int) -> None:
    """Raise unless a batch has answers of the same kind, and as many classes, as the first."""
    kinds = ["numbers" if one.dtype.kind in "iubf" else "strings" for one in (first, answer)]
    if answer.ndim == first.ndim and answer.shape[1:] == first.shape[1:] and len({*kinds}) == 1:
        return
    told = [
        f"{kind} of shape {one.shape}" for kind, one in zip(kinds, (first, answer), strict=True)
    ]
    msg = (
        f"predict: gave {told[0]} for the first batch and {told[1]} for that from pair {start} on; "
        "expected the same classes for all"
    )
    raise ValueError(msg)
