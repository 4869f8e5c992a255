# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the union information of any number of sources says, whatever it was found from."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from fourfold.inputs.optional import load
from fourfold.results.record import Record
from fourfold.results.shared_out import excluded, lost, overlap, shapley
from fourfold.results.shown import draw, page_of
from fourfold.results.subset_numbers import (
    SourceBits,
    SubsetInformation,
    SubsetIntervals,
    SubsetNumbers,
    name_of,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from matplotlib.axes import Axes

__all__ = ["Unions"]


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Unions(Record):
    """Information, union information v* and synergy of M subsets of sources, in bits.

    What `UnionInformation` and `GaussianUnion` have in common; these say what the fields are.
    """

    _derived: ClassVar[tuple[str, ...]] = (
        "synergy", "lower", "upper", "unique", "excluded", "shares", "overlap",
    )  # fmt: skip

    subsets: tuple[tuple[str, ...], ...]
    information: np.ndarray
    union_information: np.ndarray
    gap: np.ndarray
    converged: np.ndarray
    iterations: np.ndarray
    source_names: tuple[str, ...]
    sizes: tuple[int, ...]
    model: str
    n_samples: int | None = None
    bias_correction: str = "none"
    plug_in: SubsetNumbers | None = None
    standard_error: SubsetNumbers | None = None
    confidence_interval: SubsetIntervals | None = None
    kink: np.ndarray | None = None

    # -- of subsets --------------------------------------------------------------------

    @property
    def synergy(self) -> np.ndarray:
        """I(X_A;Y) - v* of each subset in bits, (M,): its lower bound; at most `gap` too low.

        See Also
        --------
        lower, upper : Bounds of v*.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.union_information_from_table(ff.gates.AND.pmf).synergy.round(3)
        array([0. , 0. , 0.5])
        """
        found: np.ndarray = self.information - self.union_information
        return found

    @property
    def lower(self) -> np.ndarray:
        """Lower bound of v* of each subset in bits, (M,); of samples see `confidence_interval`.

        See Also
        --------
        upper : At most `gap` above.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.AND.pmf)
        >>> result.lower.round(3)
        array([0.311, 0.311, 0.311])
        """
        found: np.ndarray = self.union_information - self.gap
        return found

    @property
    def upper(self) -> np.ndarray:
        """Upper bound of v* of each subset in bits, shape (M,): v* as it is reported.

        See Also
        --------
        lower : At most `gap` below.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.AND.pmf, tol=1e-6)
        >>> bool((result.upper - result.lower <= 1e-6).all())
        True
        """
        return self.union_information

    # -- of sources --------------------------------------------------------------------

    @property
    def unique(self) -> SourceBits:
        """What v* of all sources loses with each: v*(all) - v*(all but i), in bits.

        What none of the others tells of Y, U1 and U2 of two sources; in [0, I(X_i;Y)], with
        bounds from those of both v*. Sources that tell the same lose nothing, either of them.
        From four sources on it may grow when a source is added. NaN where one of these subsets
        was not asked for.

        See Also
        --------
        excluded : What the others have beyond each.
        shares : Adds up to v* of all.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.UNQ.pmf, source_names=("a", "b"))
        >>> {name: round(bits, 3) for name, bits in result.unique.items()}
        {'a': 1.0, 'b': 0.0}
        """
        return lost(self)

    @property
    def excluded(self) -> SourceBits:
        """What v* of all sources has beyond each: v*(all) - I(X_i;Y), in bits, with bounds.

        What the others tell of Y and this source does not. NaN where a subset was not asked for.

        See Also
        --------
        unique : What is lost without a source.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.UNQ.pmf, source_names=("a", "b"))
        >>> {name: round(bits, 3) for name, bits in result.excluded.items()}
        {'a': 0.0, 'b': 1.0}
        """
        return excluded(self)

    @property
    def shares(self) -> SourceBits:
        """Shapley values of v*: a share of it for each source, in bits, with bounds.

        What a source adds to v* of those before it, the mean over all orders. Each is in
        [0, I(X_i;Y)], they add up to v* of all; sources that tell the same share equally. NaN
        unless all subsets are here.

        See Also
        --------
        unique : What is lost without a source.

        References
        ----------
        docs/many-sources.md.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.RDN.pmf)
        >>> [round(bits, 3) for bits in result.shares.values()]
        [0.5, 0.5]
        """
        return shapley(self)

    @property
    def overlap(self) -> np.ndarray:
        """What each pair of sources both tell, I_i + I_j - v*(i, j), in bits, shape (n, n).

        The redundancy R of each pair; I_i in the diagonal. NaN where a pair, or one of its sources, was not
        asked for. At most the `gap` of the pair too low.

        See Also
        --------
        fourfold.PID : All four atoms of a pair.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> cov = np.ones((4, 4)) + np.diag([1.0, 1.0, 3.0, 0.0])
        >>> ff.gaussian_union_from_covariance(cov, (1, 1, 1, 1)).overlap.round(2)
        array([[0.5 , 0.5 , 0.21],
               [0.5 , 0.5 , 0.21],
               [0.21, 0.21, 0.21]])
        """
        return overlap(self)

    # -- access ------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.subsets)

    def __getitem__(self, sources: Any) -> SubsetInformation:
        asked = sources if isinstance(sources, (tuple, list, set, frozenset)) else (sources,)
        named = [name_of(source, self.source_names) for source in asked]
        place = self.places().get(frozenset(named))
        if place is None or len(set(named)) < len(named):
            msg = f"there is no subset {sources!r} of the sources {self.source_names!r} here"
            raise KeyError(msg)
        parts = (self.information, self.union_information, self.lower, self.upper, self.synergy)
        information, union, lower, upper, synergy = (float(part[place]) for part in parts)
        converged = bool(self.converged[place])
        return SubsetInformation(
            self.subsets[place], information, union, lower, upper, synergy, converged
        )

    def places(self) -> dict[frozenset[str], int]:
        """Where each subset stands in `subsets`.

        Returns
        -------
        dict of frozenset of str to int
            A place for each set of names.

        See Also
        --------
        SubsetInformation : What indexing by sources gives.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.AND.pmf)
        >>> result.places()[frozenset({"x1", "x2"})]
        2
        """
        return {frozenset(subset): k for k, subset in enumerate(self.subsets)}

    def plot(
        self,
        ax: Axes | None = None,
        *,
        what: str = "unions",
        target_name: str = "Y",
    ) -> Axes:
        """Draw v* and the synergy of each subset, or what each source, or pair, has of it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        what : {"unions", "shares", "overlap"}
            With "unions" v* and then the synergy over the subsets, with dots for the sources in
            each; with "shares" the share, the loss and the information of each source; with
            "overlap" what each pair both tells.
        target_name : str
            What Y is.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn into.

        Raises
        ------
        ValueError
            If `what` is none of these; if there are more subsets than can be read; if nothing of
            what is asked for is known, as shares where subsets are missing.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        to_html : A page with this picture.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.union_information_from_table(ff.gates.AND.pmf)
        >>> ax = result.plot(what="shares", target_name="AND")
        >>> ax.get_xlabel()
        'Information about AND (bits)'
        """
        return draw(self, ax, what=what, target_name=target_name)

    def to_html(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        title: str | None = None,
        target_name: str = "Y",
        parameters: Mapping[str, object] | None = None,
    ) -> str:
        """Make an HTML page that needs no other file: pictures, tables, warnings, versions.

        The sources have the names that they have here.

        Parameters
        ----------
        path : str or path, optional
            Where to write the page as well; a file that is there is replaced as a whole.
        title : str, optional
            At its top; by default what it is about, from the names.
        target_name : str
            What Y is.
        parameters : mapping of str to object, optional
            What the result was made with; shown as text.

        Returns
        -------
        str
            The page, also written to `path` if that is given.

        Raises
        ------
        ImportError
            If jinja2 or matplotlib is not installed.

        See Also
        --------
        fourfold.html_report : Several results on a page.

        Examples
        --------
        >>> import fourfold as ff
        >>> page = ff.union_information_from_table(ff.gates.AND.pmf).to_html(target_name="AND")
        >>> page.startswith("<!DOCTYPE html>")
        True
        """
        return page_of(
            self,
            "Union information",
            path,
            title=title,
            target_name=target_name,
            parameters=parameters,
        )

    def to_frame(self) -> Any:
        """One row a subset.

        Returns
        -------
        pandas.DataFrame
            Columns `sources` (tuples), and in bits `information`, `union_information`, `lower`,
            `upper` and `synergy`; `converged`; and of samples the ends of the intervals,
            `information_low` and so on.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pandas = load("pandas", "to_frame needs pandas: pip install pandas; to_dict does not")
        rows = [self[subset] for subset in self.subsets]
        frame = pandas.DataFrame(rows, columns=list(SubsetInformation._fields))
        interval = self.confidence_interval
        if interval is not None:
            for name in SubsetNumbers._fields:
                frame[f"{name}_low"] = getattr(interval.low, name)
                frame[f"{name}_high"] = getattr(interval.high, name)
        return frame
