# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What clusters keep of what two embeddings tell, and how that is said."""

from __future__ import annotations

from typing import NamedTuple

from fourfold.results.equal import by_value
from fourfold.results.frame import Block, Line
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.pid_lines import bound_lines
from fourfold.results.record import Record
from fourfold.results.words import DEFAULT_NAMES, Names

__all__ = ["ENOUGH_KEPT", "Kept", "bounds_words"]

#: Below this share of what a probe finds, atoms of clusters are not those of the embeddings.
ENOUGH_KEPT = 0.7

_UNKNOWN = float("nan"), float("nan")


class _Kept(NamedTuple):
    n_clusters: tuple[int, int]
    clusters: tuple[float, float]
    probe: tuple[float, float] = _UNKNOWN
    standard_error: tuple[float, float] = _UNKNOWN
    share: tuple[float, float] = _UNKNOWN
    outer_bounds: OuterBounds | None = None
    why_not: str = ""
    chosen: str = ""


@by_value
class Kept(Record, _Kept):
    """What a result of clusters keeps of what a quick probe finds in the embeddings, in bits.

    The probe is a logistic regression of each source, cross-fitted in five folds, of at most
    10 000 rows. What held-out rows tell of it is in expectation at most the information of the
    source; other classifiers may find more.

    Attributes
    ----------
    n_clusters : (int, int)
        Clusters of each source that are states of the table.
    clusters : (float, float)
        I(clusters of X1;Y) and I(clusters of X2;Y) without the bias of counting (Chao, Wang and
        Jost 2013; of rows of probabilities extrapolated from halves), so that it does not
        flatter the clusters; at least 0.
    probe, standard_error : (float, float)
        What the probe finds in X1 and in X2, and the error of sampling of that. NaN without one.
    share : (float, float)
        `clusters` over `probe`, at most 1; NaN where the probe finds nothing beyond twice its
        error.
    outer_bounds : OuterBounds or None
        What the probe says of the atoms of the embeddings, whatever it is worth.
    why_not : str
        Why there is no probe where one was asked for.
    chosen : str
        How the number of clusters was chosen, where that was left to "auto".

    See Also
    --------
    fourfold.PIDEstimator : Fills `kept` of its result.
    OuterBounds : What the probe says of the atoms.
    DiscretisationWarning : Given where little is kept.

    References
    ----------
    docs/discretisation.md, "What clustering keeps".

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.breast_cancer()
    >>> kept = ff.PIDEstimator(8, random_state=0).fit(x1, x2, y).result_.kept
    >>> max(kept.share) <= 1
    True
    """

    __slots__ = ()

    @property
    def states_words(self) -> str:
        """What the table is of, such as "8 x 8 clusters".

        See Also
        --------
        words : What is kept.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Kept((8, 6), (0.5, 0.7)).states_words
        '8 x 6 clusters'
        """
        return f"{self.n_clusters[0]} x {self.n_clusters[1]} clusters"

    @property
    def poor(self) -> tuple[bool, bool]:
        """Whether less is kept of each source than would do: a `share` below 0.7.

        See Also
        --------
        words : The same in words.

        Examples
        --------
        >>> import fourfold as ff
        >>> kept = ff.Kept((8, 8), (0.5, 0.7), (0.9, 0.8), (0.02, 0.02), share=(0.56, 0.88))
        >>> kept.poor
        (True, False)
        """
        first, second = (share < ENOUGH_KEPT for share in self.share)
        return first, second

    def _blocks(self) -> list[Block]:
        lines = [
            Line(
                "kept",
                f"mi{k + 1}",
                {
                    "value": self.clusters[k],
                    "probe": self.probe[k],
                    "standard_error": self.standard_error[k],
                    "share": self.share[k],
                    "n_clusters": self.n_clusters[k],
                },
            )
            for k in range(2)
        ]
        bounds = [] if self.outer_bounds is None else bound_lines(self.outer_bounds)
        return [Block({}, lines + bounds)]

    def words(self, names: Names = DEFAULT_NAMES, *, binned: bool = False) -> list[str]:
        """Of the choice; and a sentence for each source and the bounds, where one was probed.

        Parameters
        ----------
        names : Names
            What the sources and the target are called.
        binned : bool
            Whether the target was put into bins.

        Returns
        -------
        list of str
            Sentences, with information in bits.

        See Also
        --------
        poor : Whether it is too little.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Kept((8, 8), (0.5, 0.7), why_not="fewer than 5 rows of a class").words()
        ['no probe: fewer than 5 rows of a class']
        """
        lines = [self.chosen] if self.chosen else []
        if self.why_not:
            return [*lines, f"no probe: {self.why_not}"]
        if self.outer_bounds is None:
            return lines
        each = zip(names.sources, self.clusters, self.probe, self.share, strict=True)
        bounds = bounds_words(self.outer_bounds, binned=binned)
        return [*lines, *(_words(*source) for source in each), bounds]


def bounds_words(bounds: OuterBounds, *, binned: bool = False) -> str:
    """What holds of the embeddings, beside atoms of their clusters; of bins it is of these only."""
    have = "of the bins the embeddings have" if binned else "the embeddings have"
    return f"{have} {bounds.words()}, each with confidence {bounds.confidence_level:.4g}"


def _words(name: str, clusters: float, probe: float, share: float) -> str:
    if not 0 <= share < 1:
        found = f"{probe:.2f}" if share >= 1 else "nothing"
        return f"the clusters keep {clusters:.2f} bits of {name}, where a held-out probe finds {found}"
    return (
        f"the clusters keep {clusters:.2f} of at least {probe:.2f} bits that a held-out probe "
        f"finds in {name}"
    )
