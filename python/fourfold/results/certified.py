# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is certified of a decomposition: bounds of its atoms, and the dual pair that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.atoms import Atoms, Value, python_scalar

if TYPE_CHECKING:
    from fourfold.results.dual import CertifiedDual, Dual

__all__ = ["Certified"]


class Certified:
    """A decomposition with one interval around its union information; its fields are those of `PID`."""

    if TYPE_CHECKING:  # the class that has them is frozen

        @property
        def redundancy(self) -> Value: ...
        @property
        def unique1(self) -> Value: ...
        @property
        def unique2(self) -> Value: ...
        @property
        def synergy(self) -> Value: ...
        @property
        def gap(self) -> Value: ...
        @property
        def bias_correction(self) -> str: ...
        @property
        def certified_dual(self) -> CertifiedDual | None: ...
        @property
        def shape(self) -> tuple[int, ...]: ...

    @property
    def union_information(self) -> Value:
        """R + U1 + U2 in bits: the least I_q(X1,X2;Y) given both pairwise marginals.

        See Also
        --------
        coupling : A distribution that attains it.
        fourfold.union_information : Of any number of sources.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.decompose(ff.gates.AND.pmf)
        >>> round(result.union_information, 4), round(result.mi_joint, 4)
        (0.3113, 0.8113)
        """
        return self.redundancy + self.unique1 + self.unique2

    @property
    def lower(self) -> Atoms:
        """Certified lower bound of each atom in bits.

        See Also
        --------
        upper : The other end, at most `gap` above.
        dual : What shows it.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.decompose(ff.gates.NESTED_AND.pmf)
        >>> result.lower.unique1 <= result.unique1 <= result.upper.unique1
        True
        """
        unique1, unique2 = self.unique1 - self.gap, self.unique2 - self.gap
        if self.bias_correction == "none":  # what was subtracted may leave less than nothing
            unique1, unique2 = np.maximum(unique1, 0.0), np.maximum(unique2, 0.0)
        return Atoms(
            self.redundancy, python_scalar(unique1), python_scalar(unique2), self.synergy
        )

    @property
    def upper(self) -> Atoms:
        """Certified upper bound of each atom in bits.

        See Also
        --------
        lower : The other end, at most `gap` below.
        coupling : What shows it.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.decompose(ff.gates.NESTED_AND.pmf, tol=1e-6)
        >>> result.upper.synergy - result.lower.synergy <= 1e-6
        True
        """
        return Atoms(
            self.redundancy + self.gap, self.unique1, self.unique2, self.synergy + self.gap
        )

    @property
    def dual(self) -> Dual:
        """The dual pair (a, b) whose value is the certified lower bound of v*.

        ::

            sum_y a(x1,y) b(x2,y) <= 1   for all x1 and x2 that have mass, up to rounding
            v* >= H(Y) + sum p(x1,y) log2 a(x1,y) + sum p(x2,y) log2 b(x2,y)

        The second holds for any such pair (Makkeh, Theis, Vicente 2018); of this one the right
        side is ``union_information - gap``, up to rounding. Where that is max(I1, I2), the pair
        is (p(y|x1), 1) or (1, p(y|x2)), times a constant where more was known.

        A corrected result has the pair of its table as it is, whose value is the lower bound
        before the correction: that of its `plug_in` atoms.

        Returns
        -------
        Dual
            ``log2_a`` (..., K1, K_Y) and ``log2_b`` (..., K2, K_Y) in bits, -inf where p(x1,y)
            or p(x2,y) is 0; arrays of CuPy where the tables were. A single result keeps the
            pair; the tables of a batch, and those that a CUDA device solved, are solved for it
            again on the host, one after another, when it is first asked for.

        Raises
        ------
        ValueError
            If the result was built without its marginals, as that of `conditional_pid`, or is a
            batch of tables of several shapes (index it first).

        See Also
        --------
        terms : The same of single rows.
        coupling : The other side: a distribution whose information is the upper bound.

        References
        ----------
        Makkeh, Theis, Vicente, "BROJA-2PID: a robust estimator for bivariate partial information
        decomposition", Entropy 20 (2018). docs/algorithm.md, "The certificate".

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> p = ff.gates.AND.pmf
        >>> result = ff.decompose(p)
        >>> seen1, seen2 = p.sum(1) > 0, p.sum(0) > 0
        >>> bound = result.entropy + (p.sum(1) * np.where(seen1, result.dual.log2_a, 0)).sum()
        >>> bound += (p.sum(0) * np.where(seen2, result.dual.log2_b, 0)).sum()
        >>> round(float(bound), 4), round(result.union_information - result.gap, 4)
        (0.3113, 0.3113)
        """
        return self._certified_dual("dual").dual

    def terms(self, x1: Any, x2: Any, y: Any) -> np.ndarray:
        """Terms of the lower bound of v* of single rows, in bits.

        ::

            log2 a(x1,y) + log2 b(x2,y) - log2 p(y)

        with the pair of `dual` and p(y) of the table. Their mean over the rows that the table was
        counted from is the lower bound of v* of the table: ``union_information - gap`` of a result
        that is not corrected. Of rows of another table, or of the population, E log2 a + E log2 b
        + H(Y) with the same pair is below their v*, whatever table the pair is of: the proof is in
        docs/algorithm.md, "The certificate". The mean of the terms over such rows is that plus what
        p(y) of the table misses of theirs, sum p'(y) log2 p'(y) / p(y).

        Parameters
        ----------
        x1, x2, y : array_like of int, shape (N,)
            States in each row: indices of the axes of the table. For `pid` state i is the i-th
            of the sorted labels, ``numpy.unique(x1, return_inverse=True)[1]``.

        Returns
        -------
        ndarray, shape (N,)
            -inf where p(x1,y) or p(x2,y) of the table is 0.

        Raises
        ------
        ValueError
            As `dual`; if the result is a batch (index it first), if states are not integers of
            shape (N,), or lengths differ.
        IndexError
            If there is no such state.

        See Also
        --------
        dual : The pair.
        fourfold.pointwise : Atoms of single rows.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(0, 4, (2, 500))
        >>> y = x1 * x2 % 3
        >>> result = ff.pid(x1, x2, y, bias_correction="none")
        >>> bool(abs(result.terms(x1, x2, y).mean() - (result.union_information - result.gap)) < 1e-12)
        True
        """
        if self.shape:
            msg = (
                f"terms: this result is a batch of shape {self.shape}; index it first, for "
                "example result[0].terms(x1, x2, y)"
            )
            raise ValueError(msg)
        found: np.ndarray = self._certified_dual("terms").terms(x1, x2, y)
        return found

    def _certified_dual(self, asked: str) -> CertifiedDual:
        if self.certified_dual is None:
            msg = f"{asked}: this result was built without its marginals and has no dual pair"
            raise ValueError(msg)
        return self.certified_dual
