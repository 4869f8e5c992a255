# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Co-information and O-information of samples and of tables."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.many_cells import cells_of_table, count_variables
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.joint_states import check_joint
from fourfold.inputs.named_sources import named_sources
from fourfold.inputs.numbers import (
    check_confidence_level,
    check_option,
    positive_int,
    true_or_false,
)
from fourfold.inputs.random_state import random_generator
from fourfold.inputs.subsets import read_names
from fourfold.inputs.target import require_target
from fourfold.measures.combination import (
    MOST_VARIABLES,
    Combination,
    co_combination,
    o_combination,
)
from fourfold.measures.entropies import Entropies
from fourfold.measures.estimates import of_labels, permuted_labels, two_sided
from fourfold.measures.gaussian_estimate import of_rows, permuted_rows, read_rows
from fourfold.results.multivariate import MultivariateInformation
from fourfold.runtime.caller import caller_depth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

__all__ = [
    "co_information",
    "co_information_from_table",
    "o_information",
    "o_information_from_table",
]

_ESTIMATORS = ("labels", "gaussian")
_CO, _O, _ABOUT = "co-information", "O-information", "O-information about y"


def co_information(
    sources: Mapping[str, ArrayLike] | Sequence[ArrayLike],
    y: ArrayLike | None = None,
    *,
    estimator: str = "labels",
    joint: bool | None = None,
    copula: bool = True,
    bias_correction: str = "auto",
    confidence_level: float | None = 0.95,
    n_permutations: int = 0,
    random_state: Any = 0,
) -> MultivariateInformation:
    """Co-information of several variables, in bits: redundancy less synergy, of all orders.

    ::

        sum over sets A of the variables of (-1)**(|A| + 1) H(A)      (Bell 2003)

    With this sign two variables have their mutual information, and two sources and y have
    I(X1;Y) + I(X2;Y) - I(X1,X2;Y) = R - S: above zero redundancy, below zero synergy outweighs.
    With more than three variables the sign says neither: the parity of n variables has (-1)**n. The
    "interaction information" of other authors has the other sign where n is odd.

    Parameters
    ----------
    sources : list or dict of array_like, shape (N,) or (N, d), or frame
        At least one, two without y; of a frame its columns. Labels as x1 of `pid`, or with
        ``estimator="gaussian"`` numbers, of any number of columns.
    y : array_like, shape (N,) or (N, d), optional
        One more variable. The number is the same as with y among the sources; `terms` are then
        informations about y.
    estimator : {"labels", "gaussian"}
        "labels" counts; "gaussian" fits a Gaussian.
    joint : bool, optional
        Of labels, as in `pid`.
    copula : bool
        Of "gaussian": to normal scores of the ranks of each column, so that monotone maps of columns
        change nothing; False takes columns as they are.
    bias_correction : {"auto", "none"}
        "auto" has entropies of Chao, Wang and Jost (2013) of labels, and the exact bias of log
        determinants of a Gaussian.
    confidence_level : float or None
        Of `confidence_interval`, None for no interval.
    n_permutations : int
        For a two-sided p-value: y is permuted, or without y all variables but the first are, so that
        they are independent.
    random_state : int, RandomState, Generator or None
        Draws halves of the samples for the error of the correction, and permutations.

    Returns
    -------
    MultivariateInformation
        The number, the informations that it is made of, an error and an interval.

    Raises
    ------
    ValueError
        If there are too few variables or more than 12, lengths differ, labels are missing, columns are
        constant or determine each other, or rows are too few.
    TypeError
        If `sources` is neither a list nor a dict nor a frame.

    Warns
    -----
    UndersampledWarning
        Of labels: if most samples are alone in their cell, or with fewer samples than joint states the
        bias is not known to 0.05 bits and 7 %.
    GaussianFitWarning
        As `gaussian_union`.

    See Also
    --------
    o_information : Grows with the number of variables that are redundant or synergistic.
    pid : Redundancy and synergy apart, of two sources.

    References
    ----------
    Bell, "The co-information lattice", ICA 2003. McGill, Psychometrika 19 (1954).

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).integers(2, size=(2, 1000))
    >>> result = ff.co_information([x1, x2], x1 & x2)
    >>> round(result.value, 1), result.subsets[-1], result.coefficients.tolist()
    (-0.2, ('x1', 'x2'), [1.0, 1.0, -1.0])
    """
    least = 2 if y is None else 1
    named = named_sources(sources, least=least, most=MOST_VARIABLES - (y is not None))
    combination = co_combination(len(named) + (y is not None), target=y is not None)
    options = (estimator, joint, copula, bias_correction, confidence_level, n_permutations)
    return _estimated(_CO, combination, named, y, options, random_state)


def o_information(
    sources: Mapping[str, ArrayLike] | Sequence[ArrayLike],
    y: ArrayLike | None = None,
    *,
    about_y: bool = False,
    estimator: str = "labels",
    joint: bool | None = None,
    copula: bool = True,
    bias_correction: str = "auto",
    confidence_level: float | None = 0.95,
    n_permutations: int = 0,
    random_state: Any = 0,
) -> MultivariateInformation:
    """O-information of several variables, in bits: above zero redundancy outweighs synergy.

    ::

        Omega(X) = (n - 2) H(X) + sum_i [H(X_i) - H(all but X_i)]      (Rosas et al. 2019)

    It is the total correlation less the dual total correlation: n copies of a bit have n - 2, a
    bit that is the parity of n - 1 others 2 - n. Of three variables it is their co-information.

    Parameters
    ----------
    sources : list or dict of array_like, shape (N,) or (N, d), or frame
        At least three variables together with y, as in `co_information`.
    y : array_like, shape (N,) or (N, d), optional
        One more variable.
    about_y : bool
        What y adds, Omega(X,Y) - Omega(X) = sum_i I(all but X_i;Y) - (n - 1) I(X;Y), of n sources;
        of two it is R - S.
    estimator, joint, copula, bias_correction, confidence_level, n_permutations : optional
        As in `co_information`.
    random_state : int, RandomState, Generator or None
        As in `co_information`.

    Returns
    -------
    MultivariateInformation
        The number, the informations that it is made of, an error and an interval.

    Raises
    ------
    ValueError, TypeError
        As `co_information`; if `about_y` has no y.

    Warns
    -----
    UndersampledWarning
        As `co_information`. With fewer samples than joint states independent variables look
        synergistic (Gehlen et al. 2024).

    See Also
    --------
    co_information : Alternates with the number of variables.

    References
    ----------
    Rosas, Mediano, Gastpar, Jensen, "Quantifying high-order interdependencies via multivariate
    extensions of the mutual information", Phys. Rev. E 100 (2019) 032305. Gehlen et al., "Bias in
    O-information estimation", Entropy 26 (2024) 837. Scagliarini et al., "Gradients of
    O-information", Phys. Rev. Research 5 (2023) 013025.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> y = rng.normal(size=1000)
    >>> views = [y + rng.normal(size=1000) for _ in range(3)]
    >>> result = ff.o_information(views, y, estimator="gaussian")
    >>> round(result.value, 1), result.confidence_interval.low > 0
    (0.5, True)
    """
    named = named_sources(sources, least=2)
    variables = len(named) + (y is not None)
    if true_or_false(about_y, "about_y"):
        require_target(y)
    elif variables < 3:
        msg = (
            "sources: expected at least three variables together with y, got two: Omega is zero"
        )
        raise ValueError(msg)
    combination = o_combination(variables, about=bool(about_y))
    options = (estimator, joint, copula, bias_correction, confidence_level, n_permutations)
    return _estimated(_ABOUT if about_y else _O, combination, named, y, options, random_state)


def co_information_from_table(
    pmf: ArrayLike, *, source_names: Sequence[str] | None = None
) -> MultivariateInformation:
    """Co-information of a joint distribution, in bits.

    Parameters
    ----------
    pmf : array_like, shape (K1, ..., Kn, K_Y)
        Probabilities or counts, normalised here. The co-information is the same whichever axis is last;
        `terms` are informations about it.
    source_names : sequence of str, optional
        Of all axes but the last; x1, x2, ... by default.

    Returns
    -------
    MultivariateInformation
        Exact but for rounding.

    Raises
    ------
    ValueError
        If there are fewer than two axes or more than 12, or an entry is negative or not finite, or none
        is above zero.

    See Also
    --------
    co_information : Of samples, with its definition.
    o_information_from_table : Another number, which does not alternate with the number of axes.

    References
    ----------
    Bell, "The co-information lattice", ICA 2003.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.co_information_from_table(ff.gates.XOR.pmf)
    co-information -1.000000 bits, of this table
      more synergy than redundancy
      the sum of, by information about y:
        +1 x  0.000000  x1
        +1 x  0.000000  x2
        -1 x  1.000000  x1, x2
    """
    variables = np.ndim(pmf)
    if variables > MOST_VARIABLES:
        msg = f"pmf: expected at most {MOST_VARIABLES} axes, got {variables}"
        raise ValueError(msg)
    return _exact(_CO, co_combination(max(variables, 2), target=True), pmf, 2, source_names)


def o_information_from_table(
    pmf: ArrayLike, *, about_y: bool = False, source_names: Sequence[str] | None = None
) -> MultivariateInformation:
    """O-information of a joint distribution, in bits.

    Parameters
    ----------
    pmf : array_like, shape (K1, ..., Kn, K_Y)
        Probabilities or counts, normalised here; at least three axes.
    about_y : bool
        What the variable of the last axis adds, as in `o_information`.
    source_names : sequence of str, optional
        Of all axes but the last, which is y; x1, x2, ... by default.

    Returns
    -------
    MultivariateInformation
        Exact but for rounding.

    Raises
    ------
    ValueError
        As `co_information_from_table`, but for three axes.

    See Also
    --------
    o_information : Of samples, with its definition.
    co_information_from_table : The same for three axes.

    References
    ----------
    Rosas, Mediano, Gastpar, Jensen, Phys. Rev. E 100 (2019) 032305.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.o_information_from_table(ff.gates.RDN.pmf).value
    1.0
    """
    about = true_or_false(about_y, "about_y")
    combination = o_combination(max(np.ndim(pmf), 3), about=about)
    return _exact(_ABOUT if about else _O, combination, pmf, 3, source_names)


_WARNING = (
    "too few samples for so many joint states: the bias of counting is not known, and independent "
    "variables look synergistic. The result says how few, in samples_per_cell; merge states"
)


def _exact(
    name: str, combination: Combination, pmf: Any, least: int, source_names: Any
) -> MultivariateInformation:
    cells = cells_of_table(pmf, least)
    names = read_names(source_names, len(cells.shape) - 1)
    terms = combination.terms @ Entropies(cells, combination.sets).plug_in()
    return _result(name, combination, terms, (*names, "y"), cells.shape, "table", has_y=True)


def _estimated(
    name: str,
    combination: Combination,
    named: dict[str, Any],
    y: Any,
    options: tuple[Any, ...],
    random_state: Any,
) -> MultivariateInformation:
    estimator, joint, copula, correction, level, permutations = options
    check_option(estimator, "estimator", _ESTIMATORS)
    joint, copula = check_joint(joint), true_or_false(copula, "copula")
    correct = check_option(correction, "bias_correction", ("auto", "none")) == "auto"
    level = None if level is None else check_confidence_level(level)
    number = positive_int(permutations, "n_permutations", least=0)
    rng = random_generator(random_state)
    every = (*named, *(() if y is None else ("y",)))
    moved = range(1, len(every)) if y is None else [len(every) - 1]
    if estimator == "labels":
        cells = count_variables(named, y, joint)
        found = of_labels(cells, combination, level, rng, correct=correct)
        drawn = permuted_labels(cells, combination, moved, number, rng)
        sizes, n, model, method = cells.shape, cells.draws, "samples", "chao"
    else:
        rows = read_rows(named if y is None else {**named, "y": y}, copula=copula)
        found = of_rows(rows, combination, level, correct=correct)
        drawn = permuted_rows(rows, combination, moved, number, rng)
        sizes, n, method = rows.sizes, len(rows.values), "digamma"
        model = "copula" if copula else "gaussian"
    best = found.plug_in if found.corrected is None else found.corrected
    if found.undersampled:
        warnings.warn(_WARNING, UndersampledWarning, stacklevel=caller_depth())
    as_is = float(combination.coefficients @ found.plug_in)
    counted = model == "samples"
    return dataclasses.replace(
        _result(name, combination, best, every, sizes, model, has_y=y is not None),
        n_samples=n,
        bias_correction="none" if found.corrected is None else method,
        plug_in=None if found.corrected is None else as_is,
        standard_error=found.error,
        confidence_interval=found.interval,
        samples_per_cell=n / float(np.prod(sizes, dtype=float)) if counted else None,
        undersampled=found.undersampled if counted else None,
        pvalue=two_sided(as_is, drawn) if len(drawn) else None,
        n_permutations=len(drawn) or None,
    )


def _result(
    name: str,
    combination: Combination,
    terms: np.ndarray,
    every: tuple[str, ...],
    sizes: tuple[int, ...],
    model: str,
    *,
    has_y: bool,
) -> MultivariateInformation:
    about = name == _ABOUT or (name == _CO and has_y)
    return MultivariateInformation(
        name=name,
        value=float(combination.coefficients @ terms),
        subsets=tuple(tuple(every[k] for k in one) for one in combination.subsets),
        coefficients=combination.coefficients,
        terms=terms,
        kind="information about y" if about else "total correlation",
        source_names=every[:-1] if has_y else every,
        sizes=sizes,
        model=model,
    )
