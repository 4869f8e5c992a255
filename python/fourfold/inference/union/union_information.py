# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of any number of labelled sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.counts.many_cells import count_sources
from fourfold.inference.bias_correction import LEAST_SAMPLES
from fourfold.inference.options import Inference
from fourfold.inference.union.estimate import estimate_unions
from fourfold.inference.union.too_few import warn_of_subsets
from fourfold.inputs.named_sources import named_sources
from fourfold.inputs.subsets import read_subsets
from fourfold.results.union_information import UnionInformation
from fourfold.solve.tables_to_atoms import warn_unless_converged
from fourfold.solve.union.options import DEFAULT_MAX_ITER, UnionOptions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["union_information"]

_METHODS = ("auto", "chao", "none")


def union_information(
    sources: Mapping[str, Any] | Sequence[Any] | Any,
    y: ArrayLike,
    *,
    subsets: Iterable[Sequence[int | str]] | None = None,
    target_bins: Any = None,
    bias_correction: str = "auto",
    confidence_level: float | None = 0.95,
    random_state: Any = 0,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
) -> UnionInformation:
    """Estimate what subsets of many labelled sources tell together, and have to, in bits.

    Of each subset A the information I(X_A;Y), the union information v*, which is the least that
    sources with the same pairs (X_i,Y) tell together, and the synergy I(X_A;Y) - v*; of the
    population that the rows were drawn from. Each pair of sources is decomposed as by `pid`, to the
    same numbers; intervals here end at H(Y). Of three sources and more, those that another one fixes
    (constants, copies, functions of it) are left out first: they change neither.

    Parameters
    ----------
    sources : mapping of str to array_like, sequence of array_like, or frame
        Two sources or more of N rows each: labels, or columns that are one joint state, as
        `pid` takes them. Named by the keys, by the columns of a frame, or "x1", "x2" and so on.
    y : array_like, shape (N,)
        The target: labels; or numbers, with `target_bins`.
    subsets : iterable of sequences of int or str, optional
        Which subsets, by places or names of sources; all by default, of up to eight sources.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins, as in `pid`.
    bias_correction : {"auto", "chao", "none"}
        "auto" is "chao", and "none" of fewer than 8 rows. "chao" takes entropies of Chao, Wang and
        Jost (2013), extrapolated from eight halves of the rows, and v* less a share of the bias of
        all I(X_i;Y), extrapolated at the two rates that its bias may fall at. "none" takes
        frequencies as they are, without errors. Corrected numbers may be negative, and are not
        clipped.
    confidence_level : float or None, default 0.95
        Of the intervals, from the lower end of v* less its error to the upper end and its error; no
        information is above H(Y) in them. None for no intervals.
    random_state : int, RandomState, Generator or None
        Draws the halves. Rows are counted first, so neither their order nor the names of the
        states matter, nor the order of the sources.
    tol : float, default 1e-4
        Width in bits of the certified interval of v* of a table that is good enough.
    max_iter, method, num_threads : optional
        As in `union_information_from_marginals`.

    Returns
    -------
    UnionInformation
        With ``model="samples"``: `plug_in`, `standard_error`, `confidence_interval`, `kink`, and
        `undersampled` of each subset. What is derived of several subsets, as `unique` and `shares`,
        has no errors by sampling.

    Raises
    ------
    ValueError
        If rows differ in number, labels are missing or of several kinds, columns are floats,
        y holds probabilities, or `subsets` are not of these sources; if "chao" is asked for of
        fewer than 8 rows.
    TypeError
        If `sources` are no mapping, list, tuple or frame.

    Warns
    -----
    UndersampledWarning
        If the synergy of a subset is mostly bias, or that is not known: it needs the joint states
        of all its sources, v* those of each source alone.
    ConvergenceWarning
        If an interval of v* is wider than `tol`.

    See Also
    --------
    union_information_from_marginals : The same of tables.
    pid : Two sources, with all four atoms.
    permutation_test : ``permutation_test(x1, others, y, "interaction")``, with all other sources as
        columns of `others`, is exact under S = 0 of all of them; "information" tests them all.

    Notes
    -----
    S = 0 of n sources makes p(x1,..,xn,y) = r(x1,..,xn) prod_i a_i(x_i,y); not the reverse, so there is
    synergy that these tests do not see. Take any source i and
    all others as one: then p is r(x) times a function of (x_i,y) times one of the rest and y, for
    which the test of the interaction of these two is exact. Tests of each source against the rest
    together see every interaction, as each is one of some source; the smallest p-value of n such
    tests counts n times.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014): v* of two sources. Griffith, Koch,
    arXiv:1205.4265: of any number. Chao, Wang, Jost, Methods in Ecology and Evolution 4 (2013),
    equation (7).

    Examples
    --------
    Two sources see one of two bits each, and a third one whether these differ:

    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> a, b = rng.integers(2, size=(2, 1000))
    >>> result = ff.union_information({"a": a, "b": b, "differ": a ^ b}, 2 * a + b)
    >>> found = result["a", "b", "differ"]
    >>> round(found.union_information, 2), round(abs(found.synergy), 2)
    (2.0, 0.0)
    >>> [round(abs(bits), 2) for bits in result.unique.values()]
    [0.0, 0.0, 0.0]
    """
    named = named_sources(sources)
    names = tuple(named)
    asked = read_subsets(subsets, names)
    options = UnionOptions.checked(tol, max_iter, num_threads, method)
    inference = Inference.checked(bias_correction, 0, confidence_level, _METHODS)
    y, bins = binned(y, target_bins)
    cells = count_sources(named, y)
    estimate = estimate_unions(
        cells, asked, options, _resolved(inference, cells.draws), random_state
    )
    method_of = "none" if estimate.plug_in is None else "chao"
    subsets_named = tuple(tuple(names[k] for k in subset) for subset in asked)
    per_cell = np.array([cells.per_cell(subset) for subset in asked])
    result = UnionInformation(
        subsets=subsets_named,
        information=estimate.information,
        union_information=estimate.union_information,
        gap=estimate.gap,
        converged=estimate.gap <= options.tol,
        iterations=estimate.iterations,
        source_names=names,
        sizes=cells.shape,
        model="samples",
        n_samples=cells.draws,
        bias_correction=method_of,
        plug_in=estimate.plug_in,
        standard_error=estimate.standard_error,
        confidence_interval=estimate.confidence_interval,
        kink=estimate.kink,
        entropy=estimate.entropy,
        pairs={(names[i], names[j]): pid for (i, j), pid in estimate.pairs.items()},
        undersampled=estimate.undersampled,
        samples_per_cell=per_cell,
        target_bins=bins,
    )
    warn_unless_converged(result.converged, options.of_pairs())
    warn_of_subsets(subsets_named, estimate.undersampled, per_cell, cells.shape, cells.draws)
    return result


def _resolved(inference: Inference, draws: int) -> Inference:
    """The method that a name stands for; raises where it cannot be had."""
    name = inference.bias_correction
    if name == "chao" and draws < LEAST_SAMPLES:
        msg = (
            f"bias_correction: corrections and intervals need at least {LEAST_SAMPLES} rows, got "
            f"{draws}; expected 'auto' or 'none'"
        )
        raise ValueError(msg)
    if name == "none" or draws < LEAST_SAMPLES:
        return Inference("none", 0, None)
    return Inference("chao", 0, inference.confidence_level)
