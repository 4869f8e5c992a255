# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for jointly Gaussian sources and target: the closed form, and what samples add."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, NamedTuple

import numpy as np

from fourfold.inputs.device import array_module
from fourfold.results.atoms import Value
from fourfold.results.dual import Dual
from fourfold.results.equal import by_value
from fourfold.results.frame import Block, batch_index
from fourfold.results.gaussian_words import gaussian_batch_lines, gaussian_lines
from fourfold.results.pid import PID
from fourfold.results.pid_lines import gaussian_lines as lines_of

__all__ = ["Dependence", "GaussianPID", "ZeroPValues"]


@by_value
class ZeroPValues(NamedTuple):
    """P-values of tests that an atom is zero in the population; NaN where not asked for.

    Attributes
    ----------
    unique1, unique2, synergy : float or ndarray
        Of U1 = 0, of U2 = 0 and of S = 0.

    See Also
    --------
    GaussianPID : Has them as `pvalues`.
    gaussian_pid : Tests of samples.
    permutation_test : Tests of labels.

    References
    ----------
    docs/gaussian.md, "Bias, and what an interval means".

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> y, noise1, noise2 = np.random.default_rng(0).standard_normal((3, 500))
    >>> pvalues = ff.gaussian_pid(y + noise1, 3 * noise2, y).pvalues
    >>> bool(pvalues.unique1 < 0.01), bool(pvalues.unique2 > 0.01)
    (True, True)
    """

    unique1: Value
    unique2: Value
    synergy: Value


@by_value
class Dependence(NamedTuple):
    """I(X1,X2;Y) found without the Gaussian model, beside that of the model.

    Attributes
    ----------
    information : float
        What `method` finds of I(X1,X2;Y), in bits.
    standard_error : float
        Of `information`, in bits.
    gaussian_information : float
        What the Gaussian model has of the same, in bits.
    method : str
        What found it, such as "KSG (k = 5 nearest neighbours)"; or why nothing was looked at.
    exceeds : bool
        Whether there is so much more that the Gaussian atoms miss a part of the dependence.

    See Also
    --------
    GaussianPID : Has it as `dependence`.
    gaussian_pid : Looks for it, and warns.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> y, noise1, noise2 = np.random.default_rng(0).standard_normal((3, 500))
    >>> bool(ff.gaussian_pid(y + noise1, y + noise2, y).dependence.exceeds)
    False
    """

    information: Value
    standard_error: Value
    gaussian_information: Value
    method: str
    exceeds: Value


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class GaussianPID(PID):
    """Decomposition of a Gaussian by the eigenvalues of Cov(Y|X2) against Cov(Y|X1), in bits.

    With l_k the eigenvalues of ``Cov(Y|X2) v = l Cov(Y|X1) v``::

        U1 = 1/2 sum max(0, log2 l_k)      R = I(X1;Y) - U1
        U2 = 1/2 sum max(0, -log2 l_k)     S = I(X1,X2;Y) - I(X1;Y) - U2

    which is the decomposition of `PID`, exact: over all couplings, those that are not Gaussian too
    (proof in docs/gaussian.md). Made by `fourfold.gaussian_pid_from_covariance` of a covariance
    and by `fourfold.gaussian_pid` of samples.

    For a batch every field is an array with the batch's shape in front; index the result to get
    the parts.

    Attributes
    ----------
    redundancy, unique1, unique2, synergy, mi_joint, mi1, mi2, n_samples
        As in `PID`.
    gap, converged, iterations, solver
        0, True, 0 and "closed-form": nothing is iterated. So `lower` and `upper` are the atoms
        themselves; of samples `confidence_interval` says where those of the population may be.
    eigenvalues : ndarray, shape (..., d_y)
        l_k, from the largest: of combination k of the columns of Y above 1 X1 tells what X2 does not,
        below 1 the other way round. Of the covariance as it is, without correction.
    directions : ndarray, shape (..., d_y, d_y)
        Row k: the weights of the columns of Y in combination k, which has variance 1.
    sizes : tuple of int
        Numbers of columns of x1, x2 and y.
    model : str
        "covariance": exact for that matrix; "gaussian": of one fitted to samples; "copula": of
        one fitted to normal scores of their ranks.
    shrinkage : float, ndarray or None
        Share of the identity that was mixed in.
    unique_cross_fitted : tuple of two, or None
        U1 and U2 in bits, directions chosen on some rows, measured on others.
    pvalues : ZeroPValues or None
        Of tests that an atom is zero.
    dependence : Dependence or None
        What there is that the Gaussian model misses.
    row_terms : ndarray, shape (..., N, 4), or None
        What each row adds to I(X1;Y), I(X2;Y), I(X1,X2;Y) and v* in bits, of mean zero.
    given : int
        How many columns of t everything is given; 0 where nothing is.
    target_scale : ndarray, shape (..., d_y), or None
        Standard deviations of the columns of Y, by which weights are said; 1 where None.
    target_columns : tuple of str, or None
        Names of the columns of Y, where it had some.
    plug_in, bias, bias_correction, standard_error, kink, confidence_interval
        As in `PID`; "digamma" subtracts the exact bias of the informations of Gaussian samples.

    See Also
    --------
    PID : The result for a table.
    fourfold.gaussian_pid_from_covariance : Of a covariance.

    Examples
    --------
    Two columns of Y; X1 sees the first with less noise than X2 does, X2 the second:

    >>> import numpy as np, fourfold as ff
    >>> noise = np.diag([0.2, 0.5, 0.5, 0.2])
    >>> seen = np.vstack([np.eye(2), np.eye(2)])
    >>> cov = np.block([[seen @ seen.T + noise, seen], [seen.T, np.eye(2)]])
    >>> result = ff.gaussian_pid_from_covariance(cov, (2, 2, 2))
    >>> result.eigenvalues.round(4)
    array([2. , 0.5])
    >>> result.direction_bits.round(4)
    array([ 0.5, -0.5])
    >>> round(result.unique1, 4), round(result.unique2, 4)
    (0.5, 0.5)
    """

    _whole: ClassVar[frozenset[str]] = frozenset({"sizes", "target_columns"})
    _left_out: ClassVar[frozenset[str]] = PID._left_out | {"row_terms"}
    _derived: ClassVar[tuple[str, ...]] = (*PID._derived, "direction_bits")

    eigenvalues: Any
    directions: Any
    sizes: tuple[int, int, int]
    model: str
    shrinkage: Value = None
    unique_cross_fitted: tuple[Value, Value] | None = None
    pvalues: ZeroPValues | None = None
    dependence: Dependence | None = None
    row_terms: np.ndarray | None = None
    given: int = 0
    target_scale: Any = None
    target_columns: tuple[str, ...] | None = None

    @property
    def direction_bits(self) -> Any:
        """Bits of each combination of Y, shape (..., d_y): 1/2 log2 l_k.

        The positive ones add up to the plug-in U1, the negative ones to minus the plug-in U2.

        See Also
        --------
        fourfold.gaussian_pid_from_covariance : Says what l_k are.

        Examples
        --------
        One column of Y; the noise of X1 has half the variance of that of X2, so the ratio of what
        they leave of Y, 1/2 and 2/3, is 4/3:

        >>> import fourfold as ff
        >>> cov = [[2.0, 1.0, 1.0], [1.0, 3.0, 1.0], [1.0, 1.0, 1.0]]
        >>> ff.gaussian_pid_from_covariance(cov, (1, 1, 1)).direction_bits.round(3)
        array([0.208])
        """
        return array_module(self.eigenvalues).log2(self.eigenvalues) / 2

    @property
    def dual(self) -> Dual:
        """Refused: a Gaussian has no table of dual variables.

        Raises
        ------
        ValueError
            Always; `eigenvalues` and `directions` say which combinations of Y a source tells alone.
        """
        raise ValueError(_no_table("dual"))

    def terms(self, x1: Any, x2: Any, y: Any) -> np.ndarray:
        """Refused, as `dual`; of samples `row_terms` has what each row adds."""
        del x1, x2, y
        raise ValueError(_no_table("terms"))

    def coupling(self, i: Any = None, j: Any = None) -> np.ndarray:
        """Refused, as `dual`: there are no states to read the coupling at."""
        del i, j
        raise ValueError(_no_table("coupling"))

    def _blocks(self) -> list[Block]:
        return [Block(batch_index(self.shape), lines_of(self))]

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Decomposition of a Gaussian"

    def __repr__(self) -> str:
        return "\n".join(gaussian_batch_lines(self) if self.shape else gaussian_lines(self))


def _no_table(asked: str) -> str:
    return (
        f"{asked}: this is the decomposition of a Gaussian, in closed form, which has no states; "
        "eigenvalues and directions say what each source alone tells of which combination of Y"
    )
