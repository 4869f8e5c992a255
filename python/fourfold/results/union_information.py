# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for any number of sources of states: what they must tell together, and each of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from fourfold.results.lattice import Lattice
from fourfold.results.pid import PID
from fourfold.results.subset_numbers import SubsetNumbers
from fourfold.results.target_bins import TargetBins
from fourfold.results.union_bounds import UnionBounds
from fourfold.results.union_words import union_lines
from fourfold.results.unions import Unions

__all__ = ["UnionInformation"]


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class UnionInformation(Unions):
    """Union information and synergy of subsets of n sources, in bits.

    The union information v* of sources X_i, i in A, is the least I_q(X_A;Y) over all q that keep
    each p(x_i,y): what they have to tell together, whatever they do together (Griffith and Koch
    2014; Bertschinger et al. 2014 for two). What they tell beyond that, I(X_A;Y) - v*, is their
    synergy. Index it by sources, ``result["audio", "text"]`` or ``result[0, 1]``, to get one
    subset as a `SubsetInformation`.

    There is no redundancy of three sources here: by inclusion and exclusion of v* it may be -1 bit.
    Of a table of two classes and up to four sources `lattice` has all atoms.

    Attributes
    ----------
    subsets : tuple of tuple of str
        The M subsets, of names of sources; small ones first.
    information : ndarray, shape (M,)
        I(X_A;Y) of each; NaN when not known.
    union_information : ndarray, shape (M,)
        v* of each, the upper end of its interval, which a distribution was found for.
    gap : ndarray, shape (M,)
        Width in bits of the certified interval of v*, of the tables that were solved: nothing is
        certified of a population, or of embeddings. 0 of a single source.
    converged : ndarray of bool, shape (M,)
        Whether `gap` is at most the tolerance that was asked for; nothing else decides it.
    iterations : ndarray of int, shape (M,)
        Steps of the solver, 0 in closed form.
    source_names : tuple of str
        Of all sources.
    sizes : tuple of int
        Numbers of states of each source, and last of Y.
    model : {"table", "samples", "posteriors"}
        What the numbers are about: the probabilities that were given; labels that were counted;
        what classifiers decode of embeddings.
    n_samples : int or None
        Rows behind it.
    bias_correction : str
        "none", or how I and v* were corrected for few samples; corrected numbers may be negative.
    plug_in : SubsetNumbers or None
        The same of the frequencies as they are.
    standard_error : SubsetNumbers or None
        Of each by sampling, in bits.
    confidence_interval : SubsetIntervals or None
        Of the population.
    kink : ndarray, shape (M,), or None
        Bits by which v* moves as sources differ that look alike with these samples.
    pairs : mapping of (str, str) to PID
        The four atoms of each pair of sources, names in the order of `source_names`; of posteriors
        each is a `PosteriorPID`.
    lattice : Lattice or None
        All atoms, of a table of all sources and two classes; None of labels and embeddings.
    undersampled : ndarray of bool, shape (M,), or None
        Whether the synergy of a subset is mostly bias, or may be.
    entropy : float
        H(Y) in bits; no information about Y is more.
    samples_per_cell : ndarray, shape (M,), or None
        n_samples over all cells of the joint table of each subset and Y.
    held_out, held_out_error : SubsetNumbers or None
        Of posteriors: what labels say that the classifiers did not see, in expectation at most
        the information of the embeddings; and its error by sampling rows.
    outer_bounds : UnionBounds or None
        Of posteriors: what holds of the embeddings, whatever the classifiers are worth; None where
        rows repeat between the folds.
    union_bounds : ndarray, shape (2, M), or None
        Of posteriors: between which bits v* is of these, whatever merging rows with like posteriors
        lost; `lower` and `upper` are these then, and v* is drawn to no loss between them.
    target_bins : TargetBins or None
        Where y was put into bins: which ones.

    See Also
    --------
    PID : Two sources, with all four atoms.
    GaussianUnion : The same of Gaussian sources.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16 (2014).
    Griffith, Koch, "Quantifying synergistic mutual information", arXiv:1205.4265 (2014).

    Examples
    --------
    Y is two fair bits; one source sees the first of them, one the second, and one both:

    >>> import numpy as np, fourfold as ff
    >>> first, second = np.repeat(np.eye(2), 2, axis=1) / 4, np.tile(np.eye(2), 2) / 4
    >>> tables = {"a": first, "b": second, "both": np.eye(4) / 4}
    >>> result = ff.union_information_from_marginals(tables)
    >>> round(result["a", "b"].union_information, 4)
    2.0
    >>> [round(bits, 4) for bits in result.unique.values()]
    [0.0, 0.0, 0.0]
    >>> [round(bits, 4) for bits in result.shares.values()]
    [0.5, 0.5, 1.0]
    """

    entropy: float
    pairs: Mapping[tuple[str, str], PID] = dataclasses.field(default_factory=dict)
    lattice: Lattice | None = None
    undersampled: np.ndarray | None = None
    samples_per_cell: np.ndarray | None = None
    held_out: SubsetNumbers | None = None
    held_out_error: SubsetNumbers | None = None
    outer_bounds: UnionBounds | None = None
    union_bounds: np.ndarray | None = None
    target_bins: TargetBins | None = None

    @property
    def lower(self) -> np.ndarray:
        """Lower bound of v* of each subset in bits, (M,); of samples see `confidence_interval`."""
        if self.union_bounds is None:
            return super().lower
        least: np.ndarray = self.union_bounds[0]
        return least

    @property
    def upper(self) -> np.ndarray:
        """Upper bound of v* of each subset in bits, (M,): v* as it is reported, but of posteriors."""
        if self.union_bounds is None:
            return super().upper
        most: np.ndarray = self.union_bounds[1]
        return most

    def __repr__(self) -> str:
        return "\n".join(union_lines(self))
