# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A model's answers as distributions over candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.inputs.masses import probability_masses
from fourfold.inputs.numbers import non_negative
from fourfold.results.equal import by_value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["CandidateProbabilities", "candidate_probabilities"]

_ROUNDING = 1e-2  # sums of probabilities in half precision
_LESS = 1 - 1e-6  # by more than rounding in single precision


@by_value
class CandidateProbabilities(NamedTuple):
    """Distributions over candidates, and what was made of them.

    Attributes
    ----------
    probabilities : ndarray, shape (N, K_Y)
        Rows that sum to 1, ready for `fourfold.pid`.
    mass : ndarray, shape (N,)
        What the model gave to all candidates together.
    uniform : ndarray of bool, shape (N,)
        Rows whose mass was below `tau`, which were made uniform.

    See Also
    --------
    fourfold.candidate_probabilities : Makes it.
    fourfold.decision_pid : Does the same to its arguments.

    Examples
    --------
    >>> import fourfold as ff
    >>> found = ff.candidate_probabilities([[0.6, 0.2], [0.1, 0.0]], tau=0.3)
    >>> found.mass.round(1).tolist(), found.uniform.tolist()
    ([0.8, 0.1], [False, True])
    """

    probabilities: np.ndarray
    mass: np.ndarray
    uniform: np.ndarray


def candidate_probabilities(mass: ArrayLike, *, tau: float = 0.3) -> CandidateProbabilities:
    """Normalise what a model gives to the candidate answers; uniform where that is too little.

    A language model spreads probability over all tokens. Where the candidates together have
    less than `tau`, it did not answer with one of them, and their proportions say little.

    Parameters
    ----------
    mass : array_like, shape (N, K_Y)
        Probability of each candidate before normalising: at least 0, rows that sum to at
        most 1.
    tau : float
        In [0, 1], a millionth of it for rounding; with 0 only rows without any mass are made
        uniform.

    Returns
    -------
    CandidateProbabilities
        Rows that sum to 1, what they had in all, and which were made uniform.

    Raises
    ------
    ValueError
        If `mass` has another shape, an entry is negative or not finite, a row sums to more than
        1.01, or `tau` is out of range.

    See Also
    --------
    fourfold.decision_pid : Does this to the three answers it is given.
    fourfold.torch.answer_probabilities : What a vision-language model gives to candidates.

    References
    ----------
    The rule and tau = 0.3 are those of Xiu et al., arXiv 2603.29676, and Fang et al., arXiv
    2606.00959.

    Examples
    --------
    >>> import fourfold as ff
    >>> found = ff.candidate_probabilities([[0.6, 0.2], [0.1, 0.0]])
    >>> found.probabilities
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """
    return read_candidates(mass, "mass", tau)


def read_candidates(mass: Any, name: str, tau: Any) -> CandidateProbabilities:
    """The same, with the name of the argument for its errors."""
    non_negative(tau, "tau", most=1)
    table = probability_masses(mass, name)
    total = table.sum(1)
    if (total > 1 + _ROUNDING).any():
        row = int(np.argmax(total > 1 + _ROUNDING))
        msg = (
            f"{name}: row {row} sums to {total[row]:.6g}; expected probabilities of the "
            "candidates, at most 1 in all (not logits, nor logarithms)"
        )
        raise ValueError(msg)
    uniform = (total < tau * _LESS) | (total == 0)
    safe = np.where(uniform, 1.0, total)[:, None]
    rows = np.where(uniform[:, None], 1 / table.shape[1], table / safe)
    return CandidateProbabilities(rows, total, uniform)
