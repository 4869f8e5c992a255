# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for two embeddings: atoms that classifiers decode, and what holds without them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import numpy as np

from fourfold.results.atoms import Atoms, Information, atoms_of
from fourfold.results.confidence_interval import ConfidenceInterval
from fourfold.results.equal import by_value
from fourfold.results.frame import Block
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.pid import PID
from fourfold.results.pid_lines import posterior_lines
from fourfold.results.posterior_table import DECODABLE, doubts
from fourfold.results.posterior_table import posterior_lines as table_lines
from fourfold.results.streamed import Streamed
from fourfold.results.words import DEFAULT_NAMES

__all__ = ["InformationReadings", "Informations", "PosteriorPID"]


@by_value
class Informations(NamedTuple):
    """One number for each of the four informations that atoms are made of, in bits.

    Attributes
    ----------
    mi1, mi2, mi_joint, union_information : float
        Of I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*; `mi_joint` is NaN without a joint posterior.

    See Also
    --------
    Atoms : R, U1, U2 and S, differences of these.
    InformationReadings : These in two ways.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> y = np.tile([0, 1], 100)
    >>> sure, blind = np.where(y[:, None] == [0, 1], 0.9, 0.1), np.full((200, 2), 0.5)
    >>> result = ff.posterior_pid(sure, blind, y, sure)
    >>> soft = result.information.soft
    >>> round(abs(soft.mi_joint - soft.union_information - result.synergy), 6)
    0.0
    """

    mi1: float
    mi2: float
    mi_joint: float
    union_information: float


@by_value
class InformationReadings(NamedTuple):
    """The four informations in bits, read in two ways; `PosteriorPID.information`.

    Attributes
    ----------
    soft : Informations
        What the calibrated posteriors say of themselves: the mean of KL(p(y|x) || p(y)).
    held_out : Informations
        What labels say that the classifiers did not see: H(Y) minus the log loss, and for v* the
        mean of its dual terms. In expectation at most the information of the embeddings.
    standard_error : Informations
        Of `held_out`, of sampling the rows alone.

    See Also
    --------
    PosteriorPID : Has them, and atoms of each reading.

    References
    ----------
    docs/embeddings.md, "Readings".

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> y = np.tile([0, 1], 100)
    >>> sure, blind = np.where(y[:, None] == [0, 1], 0.9, 0.1), np.full((200, 2), 0.5)
    >>> result = ff.posterior_pid(sure, blind, y, sure)
    >>> soft, held_out, standard_error = result.information
    >>> round(result.calibration_gap.mi1 - (soft.mi1 - held_out.mi1), 6)
    0.0
    """

    soft: Informations
    held_out: Informations
    standard_error: Informations


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PosteriorPID(PID):
    """Decomposition of two embeddings by the posteriors of classifiers, in bits.

    The atoms are those of the posteriors p(y|x1), p(y|x2), p(y|x1,x2), on which alone they
    depend (docs/embeddings.md, Lemma A). *Given the posteriors* R, U1 and U2 are certified, to
    `gap` and `merging_loss`. Of the embeddings they are what *these classifiers decode*: better
    classifiers may find more. The synergy is low where the joint classifier is weak, high where
    those of one source are weaker and miss more of v*, and none found is not none there; it is negative where that classifier tells less than the union
    information. What holds whatever the classifiers are worth is in `outer_bounds`. Made by
    `fourfold.ClassifierPID` and `fourfold.posterior_pid`.

    Attributes
    ----------
    redundancy, unique1, unique2, synergy, mi_joint, mi1, mi2, converged, iterations, n_samples
        As in `PID`, of the soft reading: the informations are of the rows' posteriors, before
        merging. `synergy` and `mi_joint` are NaN without a joint posterior.
    gap : float
        Of the solver alone; `lower` and `upper` contain it and `merging_loss`.
    information : InformationReadings
        I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*, soft and held-out, with standard errors.
    calibration_gap : Informations
        Soft minus held-out: what the posteriors claim beyond what labels confirm.
    merging_loss : (float, float)
        Bits of I(X1;Y) and of I(X2;Y) that went with the merging of rows to prototypes.
        Above .01 bits together v* is extrapolated to none from half as many prototypes.
    union_bounds : (float, float)
        v* of the posteriors is between these: that of the prototypes less the gap or the larger
        information, and that of the prototypes plus both losses (Lemma B).
    readings : dict of str to Atoms
        "soft", the atoms; "cross_fitted", those of the held-out informations; "shrunk", with
        I(X1;Y) - I(X2;Y) shrunk towards zero by its own error, a prior for equal sources: it
        halves the error where both are alike and costs 15 to 25 % of a U between 1.5 and 3
        standard errors. With a learning gap also "extrapolated", to more rows than there are.
    standard_error : Atoms
        Of the cross-fitted reading, of sampling alone: classifiers lose more than that, and
        plus or minus two of these are no confidence interval (they cover S in 28 to 92 %).
    confidence_interval : ConfidenceInterval or None
        With a learning gap: of the embeddings' atoms, if what these classifiers miss falls like
        N^-1/2 or faster, within the outer bounds. S goes up to its bound where none is found.
    outer_bounds : OuterBounds
        What holds whatever the classifiers are worth.
    chosen : dict of str to dict
        For "x1", "x2" and "joint" the models and their weights in the pool; "temperature" for
        posteriors that were given.
    learning_gap : Informations or None
        Soft informations minus those of classifiers fitted to half as many rows.
    states1, states2 : ndarray of int, shape (N,)
        Prototype of each row, a state of X1 and of X2 in `coupling`, `dual` and `terms`, which
        are of prototypes. Of two classes each row is its own, unless prototypes were asked for.
    row_terms : ndarray, shape (N, 4)
        Bits of each row whose means are the held-out informations, in their order.
    row_weights : ndarray, shape (N,)
        Of the rows in these means, with sum 1.
    row_groups : ndarray of int, shape (N,), or None
        Rows of one number are not independent.
    streamed : Streamed or None
        Of `ClassifierPID.fit_blocks`: how many rows taught, and how many were measured. No rows
        are kept then: what has a number a row is of length 0.

    See Also
    --------
    PID : The result for a table.
    OuterBounds : What holds whatever the classifiers are worth.
    fourfold.compare : Whether two such results of the same rows differ.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.wine()
    >>> result = ff.ClassifierPID("fast", random_state=0).fit(x1, x2, y).result_
    >>> result.information.held_out.mi1 < result.entropy
    True
    >>> sorted(result.readings)
    ['cross_fitted', 'shrunk', 'soft']
    """

    _left_out: ClassVar[frozenset[str]] = PID._left_out | {
        "states1",
        "states2",
        "row_terms",
        "row_weights",
        "row_groups",
    }

    information: InformationReadings
    calibration_gap: Informations
    merging_loss: tuple[float, float]
    union_bounds: tuple[float, float]
    readings: Mapping[str, Atoms]
    standard_error: Atoms
    outer_bounds: OuterBounds
    chosen: Mapping[str, Mapping[str, float]]
    learning_gap: Informations | None = None
    states1: np.ndarray
    states2: np.ndarray
    row_terms: np.ndarray
    row_weights: np.ndarray
    row_groups: np.ndarray | None = None
    streamed: Streamed | None = None

    @property
    def lower(self) -> Atoms:
        """Lower bound of each atom given the posteriors, in bits: gap and merging are in it."""
        return self._bounds()[0]

    @property
    def upper(self) -> Atoms:
        """Upper bound of each atom given the posteriors, in bits: gap and merging are in it."""
        return self._bounds()[1]

    def _bounds(self) -> tuple[Atoms, Atoms]:
        ends = [
            atoms_of(Information(self.mi1, self.mi2, self.mi_joint), end)
            for end in self.union_bounds
        ]
        return Atoms(*map(min, *ends)), Atoms(*map(max, *ends))

    def with_learning_gap(
        self,
        half: PosteriorPID,
        extrapolated: Atoms,
        interval: ConfidenceInterval | None = None,
    ) -> PosteriorPID:
        """The same beside what classifiers found that were fitted to half of the rows.

        `fourfold.ClassifierPID` calls it.

        Parameters
        ----------
        half : PosteriorPID
            Of classifiers that were fitted to half of the rows.
        extrapolated : Atoms
            What classifiers of more rows would find, in bits.
        interval : ConfidenceInterval, optional
            Of the embeddings' atoms.

        Returns
        -------
        PosteriorPID
            With `learning_gap`, the reading "extrapolated", and `confidence_interval`.

        See Also
        --------
        fourfold.ClassifierPID : Has `learning_gap` as an option.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> y = np.tile([0, 1], 100)
        >>> sure, blind = np.where(y[:, None] == [0, 1], 0.9, 0.1), np.full((200, 2), 0.5)
        >>> result = ff.posterior_pid(sure, blind, y, sure)
        >>> result.with_learning_gap(result, result.atoms).learning_gap.mi1
        0.0
        """
        pairs = zip(self.information.soft, half.information.soft, strict=True)
        gap = Informations(*(one - other for one, other in pairs))
        readings = {**self.readings, "extrapolated": extrapolated}
        return dataclasses.replace(
            self, learning_gap=gap, readings=readings, confidence_interval=interval
        )

    def _blocks(self) -> list[Block]:
        return [Block({}, posterior_lines(self))]

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Decomposition of the embeddings"

    def __repr__(self) -> str:
        lines = ["PID of two embeddings in bits", f"  {DECODABLE}", ""]
        lines += [f"  {line}".rstrip() for line in table_lines(self, DEFAULT_NAMES)]
        return "\n".join([*lines, *(f"  {doubt}" for doubt in doubts(self))])
