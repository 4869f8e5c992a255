# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of a model's answers to rows of X1 with other rows of X2."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri, stdtrit

from fourfold.inference.shares import share_intervals
from fourfold.inputs.arrays import as_array, check_same_length
from fourfold.inputs.device import on_host
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.numbers import check_confidence_level, check_option, positive_int
from fourfold.inputs.random_state import drawn_seeds, takes_rng
from fourfold.posteriors.classifier_pid import checked_classifier
from fourfold.posteriors.decoded import TOL
from fourfold.posteriors.one_source import one_source_posterior
from fourfold.results.atoms import Atoms, Information, atoms_of
from fourfold.results.confidence_interval import RECOMBINED, ConfidenceInterval, Scatter
from fourfold.results.pid import PID
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.solve.tables_to_atoms import told
from fourfold.workflows.recombined.answers import Answers, ask, number_of_rows
from fourfold.workflows.recombined.designs import DESIGNS, Pairs, drawn_pairs
from fourfold.workflows.recombined.estimate import Estimate, estimated
from fourfold.workflows.recombined.partners import OfRows, of_few_partners, of_many_partners
from fourfold.workflows.recombined.result import RecombinedPID

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["recombined_pid"]

#: Of the atoms, as sums of I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*.
_ATOMS = np.array([[1, 1, 0, -1], [0, -1, 0, 1], [-1, 0, 0, 1], [0, 0, 1, -1]], dtype=float)
#: Bits below which answers do not depend on their inputs.
_NOTHING = 1e-6


@takes_rng
def recombined_pid(
    predict: Callable[[Any, Any], Any],
    x1: Any,
    x2: Any,
    *,
    design: str = "permutation",
    n_calls: int = 4,
    batch_size: int = 1024,
    estimator: Any = "fast",
    embeddings: tuple[Any, Any] | None = None,
    confidence_level: float = 0.95,
    random_state: Any = None,
) -> RecombinedPID:
    """Ask a model about rows of X1 with other rows of X2, and decompose its answers, in bits.

    The answers of a model to the rows *as they come* depend on what the inputs have in common, too:
    a network that never sees X2 has unique information of X2 where X2 tells of what it looks at
    in X1. Here rows of X1 meet rows of X2 of other samples. The sources are then independent, and
    all that the answers have to do with a source is that the model uses it. The model itself is
    p(y|x1,x2), so that I(X1,X2;Y) needs no classifier; p(y|x1) is the mean of its answers over partners.

    Parameters
    ----------
    predict : callable
        ``predict(rows1, rows2)`` gets n rows of x1 and n of x2, as `x1` and `x2` hold them, and
        returns probabilities (n, K_Y) of the answers, or labels (n,). With labels, that they
        come of a probability is lost.
    x1, x2 : array, tensor, frame or list, N rows each
        What can be indexed by an array of rows: pictures (N, C, H, W), token ids; of lists, any
        objects. For the grid they may have different numbers of rows.
    design : {"permutation", "grid"}
        "permutation": every row, with `n_calls` others each; classifiers help out where a mean of so few
        answers says little. With more than two classes R and S may be too large, and have wide intervals. "grid": each of some rows of X1 with each of some of X2, about
        `n_calls` N pairs in all (N the larger number of rows); needs no classifier, but says what
        the model uses of few rows, so that its errors are two to four times as large.
        No pair occurs twice, and no row meets that of its own sample; where x1 and x2 have as
        many rows, those of the grid are of different samples.
    n_calls : int
        How many times N pairs the model is asked about.
    batch_size : int
        Pairs for a call of `predict`.
    estimator : {"fast", "auto", "logistic"}, classifier or None
        For the permutation design, as `fourfold.ClassifierPID` takes it. None is for means over
        the partners alone, as in the grid; for some tens of them.
    embeddings : pair of array_like, shapes (N, d1) and (N, d2), optional
        What the classifiers see in place of x1 and x2, where these are no rows of numbers.
    confidence_level : float
        Of the intervals.
    random_state : int, RandomState, Generator or None
        Draws the pairs, and seeds the classifiers.

    Returns
    -------
    RecombinedPID
        The atoms in bits, and the share of use of each source, with errors.

    Raises
    ------
    ValueError
        If answers are no labels and no probabilities, or of another shape or other classes than those of the first
        batch; if there are too few rows for the design, or an option is unknown.
    TypeError
        If `predict` cannot be called; if classifiers are needed and x1 or x2 are no numbers.
    RuntimeError
        If `predict` raises; of the same cause.

    Warns
    -----
    RandomAnswersWarning
        If the first batch has other answers when it is asked again.
    ConvergenceWarning
        As `fourfold.decompose`.

    See Also
    --------
    fourfold.ClassifierPID : Of the rows as they come, with the answers as y.
    fourfold.decision_pid : From predictions with a source masked.

    References
    ----------
    Means of few answers without their bias, and the errors: docs/model-decisions.md. Share of use: the value of
    Shapley, "A value for n-person games" (1953), of the game I(X1;Y), I(X2;Y), I(X1,X2;Y). The
    measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    A model that looks at X1 alone, where X2 is nearly the same:

    >>> import numpy as np
    >>> import fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1 = rng.standard_normal((400, 2))
    >>> x2 = x1 + 0.5 * rng.standard_normal((400, 2))
    >>> result = ff.recombined_pid(
    ...     lambda a, b: (a[:, 0] > 0).astype(int), x1, x2, design="grid", random_state=0
    ... )
    >>> [round(share, 2) for share in result.use]
    [1.0, 0.0]
    """
    options = SolverOptions.checked(TOL, DEFAULT_MAX_ITER, 1, "float64", "cpu")
    check_option(design, "design", DESIGNS)
    n_calls = positive_int(n_calls, "n_calls")
    batch_size = positive_int(batch_size, "batch_size")
    level = check_confidence_level(confidence_level)
    classifier = None if estimator is None else checked_classifier(estimator, "estimator")
    model: Any = predict
    if not callable(model):
        msg = f"predict: expected a function, which comes before x1 and x2, got {type(model).__name__}"
        raise TypeError(msg)
    n1, n2 = number_of_rows(x1, "x1"), number_of_rows(x2, "x2")
    seeds = drawn_seeds(random_state, 4)
    pairs = drawn_pairs(design, n1, n2, n_calls, np.random.default_rng(seeds[3]))
    decoding = design == "permutation" and classifier is not None
    shown = _shown(x1, x2, embeddings) if decoding else None
    answers = ask(predict, x1, x2, pairs, batch_size)
    sides = _sides(answers, pairs, shown, classifier, seeds[:3])
    found = estimated(answers.shares, pairs, sides, options)
    name = classifier if isinstance(classifier, str) else type(classifier).__name__
    n = answers.shares.shape[0]
    partners = (n // len(pairs.rows1), n // len(pairs.rows2))
    return _made(
        found,
        level,
        min(len(pairs.rows1), len(pairs.rows2)) - 1,
        options,
        design=design,
        n_pairs=n,
        partners=partners,
        n_batches=answers.batches,
        posteriors=("" if shown is None else f"classifiers ({name}) and ")
        + "means over the partners"
        + (", so noisy that R and S may be too large" if found.room > 0 else ""),
        repeats=answers.repeats,
    )


def _shown(x1: Any, x2: Any, embeddings: Any) -> list[np.ndarray]:
    """Rows of numbers for the classifiers."""
    if embeddings is not None and (isinstance(embeddings, (str, dict)) or len(embeddings) != 2):
        msg = "embeddings: expected a pair of arrays, of the rows of x1 and of x2"
        raise TypeError(msg)
    found = []
    for k, x in enumerate((x1, x2) if embeddings is None else embeddings):
        name = f"x{k + 1}" if embeddings is None else f"embeddings[{k}]"
        try:
            array = as_array(on_host(x, name), name)
            rows = array.reshape(len(array), -1) if array.ndim != 2 else x
            found.append(read_embedding(rows, name))
        except (TypeError, ValueError) as error:
            if embeddings is not None:
                raise
            msg = (
                f"{name}: classifiers, which the permutation design asks, take rows of numbers ({error}); "
                "give embeddings=(e1, e2), or design='grid', which needs none"
            )
            raise TypeError(msg) from error
    rows = (number_of_rows(x1, "x1"), number_of_rows(x2, "x2"))
    for k, n in enumerate(rows):
        check_same_length(**{f"x{k + 1}": n, f"embeddings[{k}]": len(found[k])})
    return found


def _sides(
    answers: Answers,
    pairs: Pairs,
    shown: list[np.ndarray] | None,
    classifier: Any,
    seeds: list[int],
) -> tuple[OfRows, OfRows]:
    """What each source tells of the answers."""
    classes = answers.shares.mean(0)
    sides = []
    for k, which in enumerate((pairs.first, pairs.second)):
        order = np.argsort(which, kind="stable")
        rows = len((pairs.rows1, pairs.rows2)[k])
        grouped = answers.shares[order].reshape(rows, -1, len(classes))
        if shown is None or len(classes) == 1:
            sides.append(of_many_partners(grouped, classes))
            continue
        decoded = one_source_posterior(shown[k], grouped.mean(1), classifier, seeds)
        sides.append(of_few_partners(grouped, classes, decoded))
    return sides[0], sides[1]


def _made(
    found: Estimate, level: float, freedom: int, options: SolverOptions, **given: Any
) -> RecombinedPID:
    """The result with its errors and intervals."""
    mi1, mi2, joint, value = found.informations
    atoms = atoms_of(Information(mi1, mi2, joint), value)
    sampled, biases = (_ATOMS @ one @ _ATOMS.T for one in (found.covariance, found.biases))
    covariance = sampled + biases
    sampling, whole, bias = (
        np.sqrt(np.maximum(np.diag(one), 0.0)) for one in (sampled, covariance, biases)
    )
    # of few rows errors are not well known: as Student's, so much wider than the normal ones
    wider = float(stdtrit(freedom, 0.5 + level / 2) / ndtri(0.5 + level / 2))
    reach = float(ndtri(0.5 + level / 2)) * wider
    low = np.array(atoms) - reach * whole
    high = np.array(atoms) + reach * whole
    # where one source tells a little more, U of the other is 0 on this side of a kink, but for all
    # that is known it may be the larger: I1 - I2 = U1 - U2 has no kink
    apart = np.array([0.0, 1.0, -1.0, 0.0])
    ahead = reach * math.sqrt(max(float(apart @ covariance @ apart), 0.0))
    # v* is at most the gap of the solver below, and what merging and noise lost above what was found
    loss, gap = found.merging_loss + found.room, float(found.union.gap)
    low -= [loss, gap, gap, loss]
    high += [gap, loss, loss, gap]
    high[1], high[2] = max(high[1], mi1 - mi2 + ahead), max(high[2], mi2 - mi1 + ahead)
    most = atoms_of(Information(mi1, mi2, joint), value + found.room)
    interval = ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*np.maximum(high, 0.0).tolist()),
        contributions=share_intervals(np.array([atoms, most]), covariance * wider**2, level),
        confidence_level=level,
        estimate=atoms,
        method="influence",
        bias_error=Atoms(*bias.tolist()),
        kink=0.0,
        drift=None,
        replicates=np.zeros((0, 4)),
        scatter=Scatter(
            covariance, np.zeros(4), None, np.array([atoms, most]), RECOMBINED, None
        ),
    )
    result = PID(
        *atoms,
        mi_joint=joint,
        mi1=mi1,
        mi2=mi2,
        gap=float(found.union.gap),
        converged=found.union.converged,
        iterations=found.union.iterations,
        entropy=found.entropy,
        solver=found.union.solver,
        standard_error=Atoms(*sampling.tolist()),
        confidence_interval=interval,
        factored=found.union.factored,
        certified_dual=found.union.certified_dual,
    )
    told(result, None, options)
    use, error, spans = _use(found, level, wider)
    return RecombinedPID(result, use, error, spans, merging_loss=found.merging_loss, **given)


def _use(
    found: Estimate, level: float, wider: float
) -> tuple[tuple[float, float], float, tuple[tuple[float, float], tuple[float, float]]]:
    """Shares of use, their error, and Fieller's intervals of them."""
    mi1, mi2, joint, _ = found.informations
    if joint < _NOTHING:
        return (math.nan, math.nan), math.nan, ((0.0, 1.0), (0.0, 1.0))
    share = (mi1 + joint - mi2) / (2 * joint)
    parts = np.array([[0, 0, 0, 0], [0.5, -0.5, 0.5, 0], [-0.5, 0.5, 0.5, 0], [0, 0, 0, 0]])
    covariance = parts @ (found.covariance + found.biases) @ parts.T
    slope = np.array([0.0, 1 - share, -share, 0.0]) / joint
    error = math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    ends = np.array([[0.0, share * joint, (1 - share) * joint, 0.0]])
    one, two = share_intervals(ends, covariance * wider**2, level)
    spans = (float(one[0]), float(one[1])), (float(two[0]), float(two[1]))
    return (share, 1 - share), error, spans
