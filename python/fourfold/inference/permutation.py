# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Permutation tests of the atoms: is there any, or is it what chance makes of a finite sample?

What may be exchanged depends on what is claimed to be absent:

================  ==========================  =================================================
statistic         rows that are permuted      null hypothesis under which the test is exact
================  ==========================  =================================================
``mi_joint``,     those of y                  the sources say nothing about Y
``mi1``, ``mi2``
``unique1``,      those of y                  the same; beside other information it rejects less
``unique2``,
``synergy``
``conditional1``  x1 among rows of equal x2   Y is independent of X1 given X2: U1 + S = 0
``conditional2``  x2 among rows of equal x1   Y is independent of X2 given X1: U2 + S = 0
``redundancy``    x1 alone, then x2 alone     X1 or X2 is independent of the rest (the larger p)
================  ==========================  =================================================

"No synergy" and "no unique information" by themselves make nothing exchangeable: the former says
that p is the least informative distribution with its own pairwise marginals, the latter that some
channel from the other source gives this one. Permuting y is exact where there is no information at
all; beside other information the table has fewer cells to be biased in than a permuted one has,
and the test rejects less often. How often each test rejects each kind of true null was measured,
see docs/decisions/permutation-tests.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.samples import read_samples
from fourfold.inference.replicates import Drawn, decompose_replicates
from fourfold.inputs.device import place_of
from fourfold.inputs.numbers import check_option, positive_int, random_generator
from fourfold.results.atoms import ROUNDING, atoms_of
from fourfold.results.pid import Atoms
from fourfold.results.shown import Tabled
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.counts.samples import Samples
    from fourfold.inference.replicates import Replicates

__all__ = ["STATISTICS", "PermutationTest", "adjust_pvalues", "permutation_test"]

#: What is permuted for each statistic: a column, and the column whose equal rows it stays in.
_SCHEMES: dict[str, tuple[tuple[str, str | None], ...]] = {
    "redundancy": (("x1", None), ("x2", None)),
    "unique1": (("y", None),),
    "unique2": (("y", None),),
    "synergy": (("y", None),),
    "conditional1": (("x1", "x2"),),
    "conditional2": (("x2", "x1"),),
    "mi_joint": (("y", None),),
    "mi1": (("y", None),),
    "mi2": (("y", None),),
}
STATISTICS = tuple(_SCHEMES)

_NO_INFORMATION = "the sources say nothing about Y"
_NULLS = {
    "redundancy": "X1 or X2 is independent of everything else",
    "conditional1": "Y is independent of X1 given X2",
    "conditional2": "Y is independent of X2 given X1",
}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class PermutationTest(Tabled):
    """Result of a permutation test, named as SciPy's.

    Attributes
    ----------
    statistic : float
        The plug-in value, in bits.
    pvalue : float
        One-sided: (1 + number of permutations with at least this value) / (1 + permutations).
    null_distribution : ndarray, shape (n_permutations,)
        Values in bits after permutation. For the redundancy, that of the two null
        hypotheses with the larger p-value.
    name : str
        Which statistic it is.
    null : str
        The hypothesis under which the test is exact.
    """

    statistic: float
    pvalue: float
    null_distribution: np.ndarray
    name: str
    null: str

    def __repr__(self) -> str:
        return (
            f"PermutationTest({self.name} {self.statistic:.6f} bits, pvalue {self.pvalue:.4g} "
            f"from {len(self.null_distribution)} permutations; null: {self.null})"
        )


def permutation_test(
    x1: ArrayLike,
    x2: ArrayLike,
    y: ArrayLike,
    statistic: str | Sequence[str] = "synergy",
    *,
    n_permutations: int = 999,
    rng: Any = 0,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> Any:
    """Test whether an atom is larger than a sample without it would show.

    The table at the head of `fourfold.inference.permutation` says what is permuted for which
    statistic, and what the null hypothesis is.

    Parameters
    ----------
    x1, x2, y
        As in `fourfold.pid`.
    statistic : str or sequence of str
        From "redundancy", "unique1", "unique2", "synergy"; "conditional1", I(X1;Y|X2) =
        U1 + S, and "conditional2", I(X2;Y|X1) = U2 + S; "mi_joint", "mi1", "mi2"; or several,
        which share their permutations.
    n_permutations : int
        Random permutations, at least 19 (which makes 0.05 the smallest p-value).
    rng : int, numpy.random.Generator or None
        Seeds them.
    tol, max_iter, num_threads, dtype, device
        As in `fourfold.decompose`. A permutation counts as at least as large where the
        certified intervals allow for it.

    Returns
    -------
    PermutationTest or dict of str to PermutationTest
        A dictionary by name for a sequence of statistics.

    Raises
    ------
    ValueError, TypeError
        As `fourfold.pid`; if a statistic is unknown or there are too few permutations.

    References
    ----------
    Phipson, Smyth, "Permutation p-values should never be zero", Stat. Appl. Genet. Mol. Biol. 9
    (2010).

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 100))
    >>> ff.permutation_test(x1, x2, x1 ^ x2, n_permutations=99).pvalue
    0.01
    """
    single = isinstance(statistic, str)
    names = _names(statistic)
    number = positive_int(n_permutations, "n_permutations", least=19)
    generator = random_generator(rng, "rng")
    place = place_of(x1=x1, x2=x2, y=y)
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, there=place.names
    )
    with place.device:
        samples = read_samples(x1, x2, y, device=bool(place.names)).on_host()
    whole = Drawn([samples.counts()], 1, chao=False)
    (observed,) = decompose_replicates([whole], options, "decompose")
    tests = _tests(names, samples, observed, options, number, generator)
    return tests[names[0]] if single else tests


def _names(statistic: Any) -> list[str]:
    if isinstance(statistic, str):
        given = [statistic]
    elif np.iterable(statistic) and not isinstance(statistic, bytes):
        given = [str(name) if isinstance(name, np.str_) else name for name in statistic]
    else:
        given = [check_option(statistic, "statistic", STATISTICS)]  # raises
    if not given:
        msg = "statistic: expected at least one, got none"
        raise ValueError(msg)
    return [check_option(name, "statistic", STATISTICS) for name in given]


def _tests(
    names: list[str],
    samples: Samples,
    observed: Replicates,
    options: SolverOptions,
    number: int,
    rng: np.random.Generator,
) -> dict[str, PermutationTest]:
    found: dict[str, PermutationTest] = {}
    # a generator for each scheme, wanted or not, so that a test does not depend on the others
    every = list(dict.fromkeys(scheme for schemes in _SCHEMES.values() for scheme in schemes))
    for scheme, generator in zip(every, rng.spawn(len(every)), strict=True):
        if not any(scheme in _SCHEMES[name] for name in names):
            continue
        column, within = scheme
        permuted = _permuted(samples, column, within, number, generator)
        drawn = Drawn((rows.counts() for rows in permuted), number, chao=False)
        (null,) = decompose_replicates([drawn], options, f"permute {column}")
        for name in names:
            if scheme in _SCHEMES[name]:
                test = _test(name, observed, null)
                if name not in found or test.pvalue > found[name].pvalue:
                    found[name] = test
    return {name: found[name] for name in names}


def _permuted(
    samples: Samples, column: str, within: str | None, number: int, rng: np.random.Generator
) -> Iterator[Samples]:
    """The samples with one column permuted, all of it or among rows that agree in another."""
    values = getattr(samples, column)
    groups = (
        np.zeros(len(values), dtype=np.int64) if within is None else getattr(samples, within)
    )
    in_order = np.argsort(groups, kind="stable")
    for _ in range(number):
        rows = rng.permutation(len(values))
        rows = rows[np.argsort(groups[rows], kind="stable")]
        permuted = np.empty_like(values)
        permuted[in_order] = values[rows]
        yield samples._replace(**{column: permuted})


def _test(name: str, observed: Replicates, null: Replicates) -> PermutationTest:
    (value,), (gap,) = _values(name, observed)
    values, gaps = _values(name, null)
    as_large = values + gaps >= value - gap - ROUNDING
    return PermutationTest(
        statistic=float(value),
        pvalue=float((1 + as_large.sum()) / (1 + len(values))),
        null_distribution=values,
        name=name,
        null=_NULLS.get(name, _NO_INFORMATION),
    )


def _values(name: str, replicates: Replicates) -> tuple[np.ndarray, np.ndarray]:
    """A statistic in bits of each table, and the width of its certified interval."""
    mi1, mi2, mi_joint = replicates.plug_in
    exact = {
        "mi1": mi1,
        "mi2": mi2,
        "mi_joint": mi_joint,
        "conditional1": mi_joint - mi2,
        "conditional2": mi_joint - mi1,
    }
    if name in exact:
        return exact[name], np.zeros(len(replicates.gap))
    return getattr(atoms_of(replicates.plug_in, replicates.union), name), replicates.gap


def adjust_pvalues(tests: Mapping[str, Any] | Sequence[Any]) -> Any:
    """P-values adjusted for being many, by Benjamini and Hochberg (1995).

    Rejecting where the adjusted value is at most 0.05 keeps the expected share of false
    rejections among all rejections at 0.05, for independent or positively dependent tests.

    Parameters
    ----------
    tests : mapping or sequence
        Results of `permutation_test`, p-values, or results of `compare`, each of which has
        four: all of them are one family.

    Returns
    -------
    dict or list
        Adjusted p-values, a dictionary for a mapping; `Atoms` of four for a comparison.

    Raises
    ------
    ValueError
        If there are none, or one is not between 0 and 1.
    """
    if isinstance(tests, str) or not isinstance(tests, (Mapping, Sequence, np.ndarray)):
        msg = f"tests: expected a mapping or a sequence of tests or p-values, got {tests!r}"
        raise TypeError(msg)
    named = isinstance(tests, Mapping)
    values: list[Any] = list(tests.values()) if isinstance(tests, Mapping) else list(tests)
    given = [getattr(test, "pvalue", test) for test in values]
    family: list[Any] = []
    for each in given:
        family += each if isinstance(each, Atoms) else [each]
    numbers = all(isinstance(value, (int, float, np.integer, np.floating)) for value in family)
    if not family or not numbers or not all(0 <= value <= 1 for value in family):
        msg = f"tests: expected at least one p-value, each between 0 and 1, got {given!r}"
        raise ValueError(msg)
    from scipy.stats import false_discovery_control  # noqa: PLC0415  slow to import

    adjusted = iter(false_discovery_control(family).tolist())
    back = [
        Atoms(*(next(adjusted) for _ in each)) if isinstance(each, Atoms) else next(adjusted)
        for each in given
    ]
    return dict(zip(tests, back, strict=True)) if named else back
