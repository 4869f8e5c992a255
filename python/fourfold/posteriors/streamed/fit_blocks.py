# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What `ClassifierPID.fit_blocks` was given, read and refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import validate_data

from fourfold.inputs.blocks import read_blocks
from fourfold.inputs.columns import chosen, columns_of, read_table
from fourfold.inputs.numbers import positive_int
from fourfold.inputs.random_state import drawn_seeds
from fourfold.posteriors.streamed.chunks import Chunks
from fourfold.posteriors.streamed.fitting import StreamedFitting

if TYPE_CHECKING:
    import numpy as np

    from fourfold.inputs.blocks import Blocks

__all__ = ["streamed_fitting"]

#: Rows that teach the classifiers of a source, where nothing else is said.
LEARN = 20_000


def streamed_fitting(
    estimator: Any,
    given: tuple[Any, Any, Any],
    sample: Any,
    n_learn: Any,
    groups: Any,
    sample_weight: Any,
    edges: np.ndarray | None,
    *,
    halves: bool,
    classifier: Any,
    joint_classifier: Any,
) -> StreamedFitting:
    """Classifiers of some rows of blocks, or of a sample; raises as `ClassifierPID.fit_blocks`.

    `estimator` is the `ClassifierPID`, and `edges` are those of its bins of y.
    """
    if estimator.cv is not None:
        msg = (
            f"cv: {estimator.cv!r} is of fit; fit_blocks has no folds, as each row either teaches "
            "or is measured; expected None, and n_learn= for how many teach"
        )
        raise ValueError(msg)
    if sample is not None and n_learn is not None:
        msg = f"n_learn: {n_learn!r}, but all rows of sample teach; expected one of the two"
        raise ValueError(msg)
    n_learn = positive_int(LEARN if n_learn is None else n_learn, "n_learn")
    for name, values in (("groups", groups), ("sample_weight", sample_weight)):
        if values is not None and not (
            hasattr(values, "__len__") and hasattr(values, "__getitem__")
        ):
            msg = (
                f"{name}: expected an array with one a row of all blocks, of which slices are read, "
                f"got {type(values).__name__}"
            )
            raise TypeError(msg)
    blocks = _blocks(estimator, *given)
    if blocks.once and sample is None:
        msg = (
            "blocks: this iterator can be walked only once, but fit_blocks first draws rows to learn "
            "from, and then walks again to measure the others; expected a function that makes it "
            "anew, as fit_blocks(lambda: blocks()), or sample=(X1, X2, y) of other rows to learn from"
        )
        raise ValueError(msg)
    seeds = drawn_seeds(estimator.random_state, 4)
    return StreamedFitting(
        Chunks(blocks, sample_weight, groups, seeds[0], edges),
        None
        if sample is None
        else Chunks(_sample(estimator, sample), None, None, seeds[1], edges),
        n_learn=n_learn,
        halves=halves,
        classifier=classifier,
        joint_classifier=joint_classifier,
        n_jobs=estimator.n_jobs,
        seed=seeds[2],
    )


def _sample(estimator: Any, sample: Any) -> Blocks:
    names = ("X1", "X2", "y") if estimator.sources is None else ("X", "y")
    if not isinstance(sample, (tuple, list)) or len(sample) != len(names):
        got = type(sample).__name__
        if isinstance(sample, (tuple, list)):
            got += f" of {len(sample)}"
        msg = f"sample: expected a tuple of arrays ({', '.join(names)}), got a {got}"
        raise TypeError(msg)
    if estimator.sources is None:
        return _blocks(estimator, *sample)
    return _blocks(estimator, sample[0], None, sample[1])


def _blocks(estimator: Any, first: Any, second: Any, y: Any) -> Blocks:
    """With `sources` of the estimator, columns of one table, chosen of each block."""
    if estimator.sources is None:
        return read_blocks(first, second, y)

    def split(X: Any) -> tuple[Any, Any]:
        table = read_table(X)
        estimator._columns = columns_of(estimator.sources, table)
        validate_data(estimator, table, reset=True, skip_check_array=True)
        return chosen(table, estimator._columns[0]), chosen(table, estimator._columns[1])

    return read_blocks(first, y=y, split=split)
