# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a test of an atom says."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from fourfold.results.frame import Block, Line
from fourfold.results.record import Record

__all__ = ["PARTS", "PermutationTest"]

#: Fields of "interaction" and "synergy" only.
PARTS = ("synergy_interaction", "synergy_pairwise", "pvalue_interaction", "pvalue_z")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class PermutationTest(Record):
    """Result of `permutation_test`, named as SciPy's.

    Attributes
    ----------
    statistic : float
        The plug-in value, in bits.
    pvalue : float
        One-sided, and at least 1 / (1 + n_permutations). But for "synergy" it is
        (1 + number of values in `null_distribution` that are at least as large) / (1 + how many there are).
    null_distribution : ndarray
        Values in bits after each permutation, or at the end of each walk. For the redundancy, that
        of the two null hypotheses with the larger p-value. For "synergy" there are
        2 n_permutations + 1 of them.
    name : str
        Which statistic it is.
    null : str
        The hypothesis under which the test holds its level.
    n_permutations : int
        As asked for.
    synergy_interaction, synergy_pairwise : float or None
        Of "interaction" and "synergy": the two parts of the plug-in synergy, in bits. With m
        the table of largest entropy among those of the same three pairwise tables, they are
        D(p || m), which only the three variables together show, and I(X1,X2;Y) of m less the union
        information, which the pairwise tables show.
    pvalue_interaction : float or None
        Of "synergy": that of D(p || m), which is exact.
    pvalue_z : float or None
        Of "synergy": that of the corrected synergy over its error; None where it is left out.

    See Also
    --------
    permutation_test : Makes it, and says what is tested.
    PermutationTests : Several by name.
    adjust_pvalues : For several.

    References
    ----------
    docs/sampling.md; docs/decisions/permutation-tests.md.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).integers(2, size=(2, 200))
    >>> test = ff.permutation_test(x1, x2, x1 & x2, "redundancy", n_permutations=99)
    >>> test.pvalue, test.null
    (0.01, 'X1 or X2 is independent of everything else')
    >>> bool(test.statistic > test.null_distribution.max())
    True
    """

    statistic: float
    pvalue: float
    null_distribution: np.ndarray
    name: str
    null: str
    n_permutations: int
    synergy_interaction: float | None = None
    synergy_pairwise: float | None = None
    pvalue_interaction: float | None = None
    pvalue_z: float | None = None

    @property
    def least_pvalue(self) -> float:
        """The smallest p-value that so many permutations allow.

        See Also
        --------
        fourfold.FewPermutationsWarning : Given where it is too large for many tests.

        Examples
        --------
        >>> import fourfold as ff
        >>> labels = [0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 0, 0, 1] * 10
        >>> ff.permutation_test(*labels, "mi1", n_permutations=99).least_pvalue
        0.01
        """
        return 1 / (1 + self.n_permutations)

    def _blocks(self) -> list[Block]:
        numbers: dict[str, Any] = {"value": self.statistic, "pvalue": self.pvalue}
        numbers |= {part: getattr(self, part) for part in PARTS}
        numbers |= {"n_permutations": self.n_permutations, "null": self.null}
        return [Block({}, [Line("permutation_test", self.name, numbers)])]

    def __repr__(self) -> str:
        drawn = "permutations" if self.synergy_interaction is None else "walks"
        words = (
            f"{self.name} {self.statistic:.6f} bits, pvalue {self.pvalue:.4g} "
            f"from {len(self.null_distribution)} {drawn}"
        )
        return f"PermutationTest({'; '.join([words, *self.parts(), f'null: {self.null}'])})"

    def parts(self) -> list[str]:
        """Of "interaction" and "synergy": what the plug-in synergy and the p-value are made of.

        Returns
        -------
        list of str
            Words, in bits; none of other statistics.

        See Also
        --------
        fourfold.permutation_test : Says what these are.

        Examples
        --------
        >>> import fourfold as ff
        >>> labels = [0, 0, 1, 1] * 10, [0, 1, 0, 1] * 10, [0, 1, 1, 0] * 10
        >>> test = ff.permutation_test(*labels, "interaction", n_permutations=19)
        >>> test.parts()[0].partition(" + ")[0]
        'plug-in synergy = 1.000000 bits of interaction'
        """
        if self.synergy_interaction is None:
            return []
        bits = f"{self.synergy_interaction:.6f} bits of interaction"
        said = [f"plug-in synergy = {bits} + {self.synergy_pairwise:.6f} that pairs show"]
        if self.pvalue_interaction is not None:
            z = "left out" if self.pvalue_z is None else f"{self.pvalue_z:.4g}"
            said.append(
                f"twice the smaller of interaction p {self.pvalue_interaction:.4g} and z p {z}"
            )
        return said
