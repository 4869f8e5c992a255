# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What strata of a third embedding leave of it: what it tells beyond them, and beside the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.held_out_information import held_out_information
from fourfold.counts.samples import read_samples
from fourfold.posteriors.cross_fitting import CrossFitting
from fourfold.posteriors.held_out import Rows
from fourfold.posteriors.target import as_target
from fourfold.results.equal import by_value
from fourfold.results.kept import ENOUGH_KEPT
from fourfold.results.words import DEFAULT_NAMES, Names
from fourfold.runtime.progress import progress, silent_progress
from fourfold.workflows.decoding.targets import rare_merged

if TYPE_CHECKING:
    from fourfold.posteriors.classifier_pid import ClassifierPID
    from fourfold.workflows.conditional.strata import Strata

__all__ = ["GivenKept", "cross_fitting", "kept_of_given"]


#: Rows that say within .01 bits what strata leave, as the question takes longer than the answer.
MOST_ROWS = 4000


@by_value
class GivenKept(NamedTuple):
    """What strata C of a third embedding T leave of it, in bits that classifiers decode.

    All of held-out rows. What is given C and not T is off by two terms, of opposite sign::

        I(X1,X2;Y|C) - I(X1,X2;Y|T) = I(T;Y|C) - I(T;Y|X1,X2,C)

    See docs/three-modalities.md for the proof.

    Attributes
    ----------
    stratum : float
        I(C;Y), by frequencies; of rows, as if independent, also where there are groups.
    beyond : float
        I(T;Y|C), what T tells beyond its stratum: counts for a source that knows it.
    beside : float
        I(T;Y|X1,X2,C), what T tells beyond its stratum to whoever has both sources: it is what T
        is needed for to read them, and is lost. Less than there is where classifiers of all three
        are weak, more where those of both sources are.
    standard_error : (float, float)
        Of `beyond` and `beside`, of sampling.
    mi_joint : (float, float)
        I(X1,X2;Y|C), and I(X1,X2;Y|T) by the equation above.

    See Also
    --------
    fourfold.conditional_pid : Its result has it as `kept`, where T is an embedding.
    fourfold.Kept : What clusters keep of the sources.

    Examples
    --------
    >>> import fourfold as ff
    >>> kept = ff.GivenKept(
    ...     stratum=0.6, beyond=0.1, beside=0.02, standard_error=(0.03, 0.01), mi_joint=(0.5, 0.42)
    ... )
    >>> round(kept.share, 2), kept.poor  # the strata tell most of what T does, and will do
    (0.86, False)
    """

    stratum: float
    beyond: float
    beside: float
    standard_error: tuple[float, float]
    mi_joint: tuple[float, float]

    @property
    def share(self) -> float:
        """Share of what T tells of Y that its strata tell; NaN where T tells nothing.

        See Also
        --------
        poor : Whether the strata will not do.

        Examples
        --------
        >>> import fourfold as ff
        >>> kept = ff.GivenKept(0.1, 0.4, 0.02, (0.03, 0.01), (0.5, 0.12))
        >>> kept.share  # 0.1 bits of 0.5
        0.2
        """
        told = max(self.stratum, 0.0) + self.beyond
        return max(self.stratum, 0.0) / told if told > 0 else float("nan")

    @property
    def poor(self) -> bool:
        """Whether what is given the strata may be far from what is given T.

        `beyond` or `beside` is half of what the sources tell given the strata, or their difference
        30 % of it, and more than twice its error.

        See Also
        --------
        share : Of what T tells what its strata tell.
        words : The figures.

        Examples
        --------
        >>> import fourfold as ff
        >>> kept = ff.GivenKept(0.1, 0.4, 0.02, (0.03, 0.01), (0.5, 0.12))
        >>> kept.poor
        True
        """
        told, errors = max(self.mi_joint[0], 0.0), self.standard_error
        net = abs(self.beyond - self.beside), float(np.hypot(*errors)), 1 - ENOUGH_KEPT
        each = (self.beyond, errors[0], 0.5), (self.beside, errors[1], 0.5)
        return any(bits > max(2 * error, share * told) for bits, error, share in (net, *each))

    def words(self, names: Names = DEFAULT_NAMES) -> list[str]:
        """A line for each of the two terms, and one for what follows.

        Parameters
        ----------
        names : Names
            What X1, X2 and Y are, ``((source1, source2), target)``.

        Returns
        -------
        list of str
            As they are printed, with bits.

        See Also
        --------
        poor : Whether the strata will not do.

        Examples
        --------
        >>> import fourfold as ff
        >>> kept = ff.GivenKept(0.1, 0.4, 0.02, (0.03, 0.01), (0.5, 0.12))
        >>> kept.words()[0]
        'of Y the strata tell 0.100 bits, T beyond them 0.400 +- 0.030'
        """
        (first, second), target = names
        given, itself = self.mi_joint
        beyond, beside = (
            f"{bits:.3f} +- {error:.3f}"
            for bits, error in zip((self.beyond, self.beside), self.standard_error, strict=True)
        )
        together = f"I({first}, {second}; {target})"
        return [
            f"of {target} the strata tell {self.stratum:.3f} bits, T beyond them {beyond}",
            f"beside {first} and {second}, T tells {beside} bits beyond its stratum",
            f"{together} decoded given the stratum: {given:.3f}, given T itself: {itself:.3f}",
        ]


def kept_of_given(
    sources: tuple[np.ndarray, np.ndarray],
    given: np.ndarray,
    y: np.ndarray,
    strata: Strata,
    estimator: ClassifierPID,
    groups: np.ndarray | None,
    joint_terms: np.ndarray | None,
    seed: int,
) -> GivenKept:
    """Of at most 4000 rows; classifiers that see more may do without it, so nothing is below zero.

    `joint_terms` (N,) are what classifiers of both sources, fitted before, tell of each row.
    """
    assert strata.rows is not None
    n = len(y)
    asked = np.zeros(n, dtype=bool)
    asked[np.random.default_rng(seed).permutation(n)[:MOST_ROWS]] = True
    terms = np.zeros((n, 3))
    together = np.concatenate(sources, axis=1)
    with progress(len(strata.rows), "what T tells beside its strata") as bar:
        for every in strata.rows:
            rows = every[asked[every]]
            with silent_progress():
                fitting = cross_fitting((given, together), y, rows, estimator, groups, seed)
                if fitting is not None:
                    target = fitting.target
                    classes = np.log2(target.classes)
                    found, _ = fitting.posteriors()
                    terms[rows] = np.stack(
                        [target.terms(np.log2(p) - classes) for p in found], 1
                    )
            bar.update()
    own = [] if joint_terms is None else [joint_terms[asked]]
    of_given, of_sources, of_all = terms[asked].T
    some = None if groups is None else np.unique(groups[asked], return_inverse=True)[1]
    rows_asked = Rows(np.full(int(asked.sum()), 1 / asked.sum()), some)

    def best(*candidates: np.ndarray) -> np.ndarray:
        return max(candidates, key=rows_asked.mean)

    nothing = np.zeros(len(of_given))
    beyond = best(of_given, nothing)
    without = best(of_sources, nothing, *own)
    beside = best(of_all, without) - without
    codes = np.empty(n, dtype=np.int64)
    for k, every in enumerate(strata.rows):
        codes[every] = k
    told = held_out_information(read_samples(codes, np.zeros(n, dtype=np.int64), y), seed)
    means = [float(rows_asked.mean(each)) for each in (beyond, beside, without)]
    errors = [float(rows_asked.error(each)) for each in (beyond, beside)]
    return GivenKept(
        stratum=told.bits,
        beyond=means[0],
        beside=means[1],
        standard_error=(errors[0], errors[1]),
        mi_joint=(means[2], means[2] - means[0] + means[1]),
    )


def cross_fitting(
    sources: tuple[np.ndarray, ...],
    y: np.ndarray,
    rows: np.ndarray,
    estimator: ClassifierPID,
    groups: np.ndarray | None,
    seed: int,
) -> CrossFitting | None:
    """Classifiers of these rows as the estimator takes them; None where y is of one class."""
    some = None if groups is None else np.unique(groups[rows], return_inverse=True)[1]
    codes: Any = y[rows]
    if codes.ndim == 1:
        codes = rare_merged(codes, estimator.cv, some)
        number = int(codes.max()) + 1
    else:
        codes = codes[:, codes.max(0) > 0]
        number = codes.shape[1]
    if number < 2:
        return None
    own, joint = estimator.classifier, estimator.joint_classifier
    return CrossFitting(
        [source[rows] for source in sources],
        as_target(codes, number, None, seed),
        some,
        np.arange(number),
        classifier=own,
        joint_classifier=own if joint is None else joint,
        cv=estimator.cv,
        n_jobs=estimator.n_jobs,
        seeds=[seed, seed + 1, seed],
    )
