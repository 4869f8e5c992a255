# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of a model's decisions from its predictions with either source masked."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inference.options import Inference
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import place_of
from fourfold.inputs.faults import check_aligned, check_same_order
from fourfold.inputs.joint_states import check_joint
from fourfold.inputs.labels import read_states
from fourfold.inputs.numbers import check_option, non_negative
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import told
from fourfold.workflows.decisions.advice import (
    INSTEAD,
    advice,
    inconsistency,
    warn_of_contradiction,
)
from fourfold.workflows.decisions.candidates import read_candidates
from fourfold.workflows.decisions.decisions import (
    ROUNDING,
    Consistency,
    Decisions,
    consistency_of,
)
from fourfold.workflows.decisions.masked_bounds import masked_bounds
from fourfold.workflows.decisions.result import NAMES, DecisionPID, bounds_words

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.results.outer_bounds import OuterBounds

__all__ = ["decision_pid"]

_METHODS = ("none", "auto", "linear", "qe")


@takes_rng
def decision_pid(
    p_joint: ArrayLike,
    p_given_1: ArrayLike,
    p_given_2: ArrayLike,
    *,
    x1: ArrayLike | None = None,
    x2: ArrayLike | None = None,
    joint: bool | None = None,
    on_inconsistent: str = "refuse",
    tolerance: float = 1e-6,
    tau: float = 0.3,
    bias_correction: str = "none",
    n_resamples: int = 0,
    confidence_level: float = 0.95,
    random_state: Any = 0,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> DecisionPID:
    """Decompose a model's decisions from what it predicts with both sources, and with one masked.

    Row n of each matrix is the model's distribution over the candidates: p(y|x1,x2) with both
    sources, p(y|x1) with the second masked, p(y|x2) with the first masked. I(X1,X2;Y) is
    taken from the first; the union information from the other two.

    Masked predictions are not marginals of the joint ones: their means over the rows differ,
    and then no joint distribution has all three. This function measures by how much, and
    refuses, or projects; what it says to do then is `advice` of its result, or in the error.
    `outer_bounds` hold without any projection. `fourfold.pid` with `p_joint` as its target does
    without masking; prefer it where sources can be clustered.

    Parameters
    ----------
    p_joint, p_given_1, p_given_2 : array_like, shape (N, K_Y)
        Probabilities of the candidates; rows that sum to less than 1 are normalised, or made
        uniform below `tau`: see `fourfold.candidate_probabilities`.
    x1, x2 : array_like, shape (N,), optional
        Labels or clusters of the sources, both or none: predictions of equal labels are
        averaged. Without them every row is a state of its own, the numbers describe these N
        inputs, and time and memory grow with N squared (for N = 1000 from seconds to a minute or two).
    joint : bool, optional
        Whether columns of x1 and x2 are states, as in `fourfold.pid`.
    on_inconsistent : {"refuse", "project"}
        What to do where class probabilities differ: raise; or take the nearest conditionals, in
        Kullback-Leibler divergence, whose mean is that of `p_joint`. What it changed is in
        `consistency`.
    tolerance : float
        Total variation of class probabilities, in [0, 1], up to which nothing is refused; what
        they differ by is projected all the same, as there is one p(y).
    tau : float
        Candidate mass below which a row says nothing; in [0, 1].
    bias_correction : {"none", "auto", "linear", "qe"}
        As in `fourfold.pid`; needs `x1` and `x2`, as do intervals.
    n_resamples, confidence_level, random_state : int, float and int
        As in `fourfold.pid`; `confidence_level` is also that of the outer bounds.
    tol, max_iter, num_threads, dtype, device : float, int, int, dtype and str
        As in `fourfold.decompose`.

    Returns
    -------
    DecisionPID
        The atoms in bits, and how far the masked answers are from marginals of the joint ones.

    Raises
    ------
    ValueError
        If class probabilities differ by more than `tolerance` and are not to be projected, or
        cannot be; if the union information of the masked predictions is larger than
        I(X1,X2;Y) even so, as the synergy would be negative: no clamping would make that a
        distribution; if shapes differ, rows are no probabilities, or an option is unknown. The
        first two errors carry the outer bounds as well.

    Warns
    -----
    ProjectionWarning
        If a projection changed the masked predictions by more than a tenth of I(X1,X2;Y), or than any
        atom (below a hundredth of I(X1,X2;Y) that is let pass); or if they contradict the joint ones by
        more than a fifth of it, though their means fit: by the divergence of states, or by overconfidence, of
        either sign. So do answers beside another sample's input, which fit by construction.
        Not where the result is undersampled, which is warned of instead: means of states are noise then.
    UndersampledWarning, ConvergenceWarning
        As `fourfold.pid`.

    See Also
    --------
    fourfold.posterior_pid : Masked answers recalibrated, ``posterior_pid(p_given_1, p_given_2, p_joint,
        p_joint)``: consistent by construction.
    fourfold.torch.answer_probabilities : Makes the three arrays of a vision-language model.

    References
    ----------
    The estimate from masked predictions is that of Fang et al., arXiv 2606.00959, and Xiu et al.,
    arXiv 2603.29676, there by a network on batches of 256 rows, with negative atoms set to zero.
    The outer bounds: docs/model-decisions.md, from Lemma C of docs/embeddings.md.

    Examples
    --------
    >>> import fourfold as ff
    >>> both = [[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]]  # XOR, nearly
    >>> alone = [[0.5, 0.5]] * 4
    >>> found = ff.decision_pid(both, alone, alone)
    >>> round(found.result.synergy, 3)
    0.405
    """
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, there=place_of(p_joint=p_joint).names
    )
    check_option(on_inconsistent, "on_inconsistent", ("refuse", "project"))
    inference = Inference.checked(bias_correction, n_resamples, confidence_level, _METHODS)
    generator = random_generator(random_state)
    non_negative(tolerance, "tolerance", most=1)
    own_states = x1 is None and x2 is None
    if own_states and (inference.bias_correction != "none" or inference.n_resamples):
        msg = (
            "bias_correction, n_resamples: need x1 and x2, labels of which each occurs in many "
            "rows; a row that is a state of its own says nothing of other rows"
        )
        raise ValueError(msg)
    decisions, uniform = _read(p_joint, p_given_1, p_given_2, x1, x2, tau, check_joint(joint))
    bounds = masked_bounds(
        decisions.joint, (decisions.given1, decisions.given2), inference.level
    )
    consistency, projected = _made_consistent(
        decisions, own_states, bounds, on_inconsistent == "project", tolerance
    )
    try:
        (found,) = decompose_samples([decisions], options, inference, [generator])
    except ValueError as error:
        if not str(error).startswith("joint_information: "):
            raise
        why = str(error).removeprefix("joint_information: ")
        msg = (
            f"p_given_1, p_given_2: tell more of Y than p_joint does ({why}); the synergy would "
            f"be negative. Without a projection, of the inputs: {bounds_words(bounds)}. {INSTEAD}"
        )
        raise ValueError(msg) from error
    result = found.result
    if own_states:  # nothing was counted
        result = dataclasses.replace(
            result, bias=None, undersampled=None, samples_per_cell=None
        )
    told(result, None if own_states else found.sampling, options)
    if not result.undersampled:  # else the means of states are noise, and so was warned of
        warn_of_contradiction(consistency, float(result.mi_joint), result.atoms)
    return DecisionPID(result, consistency, projected, bounds, uniform)


def _read(
    p_joint: Any,
    p_given_1: Any,
    p_given_2: Any,
    x1: Any,
    x2: Any,
    tau: Any,
    as_states: bool | None,
) -> tuple[Decisions, tuple[int, int, int]]:
    predictions = dict(zip(NAMES, (p_joint, p_given_1, p_given_2), strict=True))
    check_aligned(**predictions, x1=x1, x2=x2)
    check_same_order(**predictions)
    tables = [
        read_candidates(values, name, tau)
        for name, values in zip(NAMES, (p_joint, p_given_1, p_given_2), strict=True)
    ]
    joint, given1, given2 = (table.probabilities for table in tables)
    shapes = [rows.shape for rows in (joint, given1, given2)]
    if len(set(shapes)) > 1:
        told = ", ".join(
            f"{name} has {shape}" for name, shape in zip(NAMES, shapes, strict=True)
        )
        msg = f"{', '.join(NAMES)}: expected the same shape (N, K_Y), but {told}"
        raise ValueError(msg)
    n, ky = joint.shape
    if (x1 is None) != (x2 is None):
        msg = f"{'x1' if x1 is None else 'x2'}: expected labels of both sources, or of none"
        raise ValueError(msg)
    if x1 is None:
        codes1, codes2, k1, k2 = np.arange(n), np.arange(n), n, n
    else:
        codes1, k1 = read_states(x1, "x1", joint=as_states)
        codes2, k2 = read_states(x2, "x2", joint=as_states)
        check_same_length(p_joint=n, x1=len(codes1), x2=len(codes2))
    first, second, third = (int(table.uniform.sum()) for table in tables)
    return (
        Decisions(codes1, codes2, joint, given1, given2, (k1, k2, ky)),
        (first, second, third),
    )


def _made_consistent(
    decisions: Decisions, own_states: bool, bounds: OuterBounds, project: bool, tolerance: float
) -> tuple[Consistency, bool]:
    """How consistent they are, and whether more than rounding is projected; or raise."""
    known = f"Without a projection, of the inputs: {bounds_words(bounds)}"
    try:
        found = consistency_of(decisions, own_states=own_states)
    except ValueError as error:
        msg = f"p_given_1, p_given_2: cannot be projected: {error}. {known}. {INSTEAD}"
        raise ValueError(msg) from error
    distance = max(found.class_distance1, found.class_distance2)
    if distance <= tolerance or project:
        return found, distance > min(tolerance, ROUNDING)
    msg = (
        "p_given_1, p_given_2: are no marginals of p_joint: their mean predictions differ from its "
        f"mean by a total variation of {found.class_distance1:.2g} and "
        f"{found.class_distance2:.2g} ({found.class_divergence1:.2g} and "
        f"{found.class_divergence2:.2g} bits), more than tolerance = {tolerance:g}, so no joint "
        "distribution has them; the nearest conditionals that fit are "
        f"{found.correction1:.2g} and {found.correction2:.2g} bits away. "
        f"{advice(inconsistency(found), decisions.information())}. {known}. For probabilities in half "
        "precision give tolerance=1e-3"
    )
    raise ValueError(msg)
