# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of the atoms: is there any, or is it what chance makes of a finite sample?

What may be exchanged depends on what is claimed to be absent:

================  ==========================  =================================================
statistic         what is permuted            null hypothesis under which the test is exact
================  ==========================  =================================================
``information``,  y                           the sources say nothing about Y
``mi1``, ``mi2``
``unique1``,      y                           the same; beside other information it rejects less
``unique2``
``conditional1``  x1 among those of equal x2  Y is independent of X1 given X2: U1 + S = 0
``conditional2``  x2 among those of equal x1  Y is independent of X2 given X1: U2 + S = 0
``redundancy``    x1 alone, then x2 alone     X1 or X2 is independent of the rest (the larger p)
``interaction``   none: walks                 the three pairwise tables say all: D(p || m) = 0
``synergy``       none: walks, and the error  S = 0; not exact, see `fourfold.inference.interaction`
================  ==========================  =================================================

Labels are counted first. Of permuted samples only their table matters, and that is drawn of its
margins wherever there are more samples than cells (`fourfold.counts.drawn.permuted_tables`).

"No unique information" makes nothing exchangeable by itself: it says that some channel from the
other source gives this one. Permuting y is exact where there is no information at all; beside
other information the table has fewer cells to be biased in than a permuted one has, and the test
rejects less often. How often each test rejects each kind of true null was measured, see
docs/decisions/permutation-tests.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.counts.cells import Cells
from fourfold.counts.drawn.hypergeometric import MOST_SAMPLES
from fourfold.counts.drawn.permuted_tables import permuted_tables
from fourfold.counts.read_draws import read_draws
from fourfold.counts.tallies import count
from fourfold.inference.interaction import INTERACTIONS, check_interaction, interaction_tests
from fourfold.inference.permutation_result import PermutationTest
from fourfold.inference.permutation_tests import PermutationTests
from fourfold.inference.replicates import Drawn, Replicates, decompose_replicates
from fourfold.inputs.device import place_of
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.joint_states import check_joint
from fourfold.inputs.numbers import check_option, positive_int
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.results.atoms import ROUNDING, Information, atoms_of
from fourfold.runtime.progress import progress
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.counts.counts import Counts
    from fourfold.counts.samples import Samples
    from fourfold.counts.tallies import Tallies

__all__ = ["STATISTICS", "permutation_test"]

#: What is permuted for each statistic: a column, and the column whose equal samples it stays in.
_SCHEMES: dict[str, tuple[tuple[str, str | None], ...]] = {
    "redundancy": (("x1", None), ("x2", None)),
    "unique1": (("y", None),),
    "unique2": (("y", None),),
    "conditional1": (("x1", "x2"),),
    "conditional2": (("x2", "x1"),),
    "information": (("y", None),),
    "mi_joint": (("y", None),),
    "mi1": (("y", None),),
    "mi2": (("y", None),),
}
#: Each has a generator, wanted or not, so that a test does not depend on the others.
_EVERY = tuple(dict.fromkeys(scheme for schemes in _SCHEMES.values() for scheme in schemes))
STATISTICS = ("redundancy", "unique1", "unique2", *INTERACTIONS[::-1], *list(_SCHEMES)[3:])

#: The statistics that are sums of informations, which need no solving.
_OF_INFORMATION: dict[str, Callable[[Information], Any]] = {
    "mi1": lambda known: known.mi1,
    "mi2": lambda known: known.mi2,
    "information": lambda known: known.mi_joint,
    "mi_joint": lambda known: known.mi_joint,
    "conditional1": lambda known: known.mi_joint - known.mi2,
    "conditional2": lambda known: known.mi_joint - known.mi1,
}
_NO_INFORMATION = "the sources say nothing about Y"
_NULLS = {
    "redundancy": "X1 or X2 is independent of everything else",
    "conditional1": "Y is independent of X1 given X2",
    "conditional2": "Y is independent of X2 given X1",
}


@takes_rng
def permutation_test(
    x1: ArrayLike | Counts,
    x2: ArrayLike | None = None,
    y: ArrayLike | None = None,
    statistic: str | Sequence[str] = "synergy",
    *,
    joint: bool | None = None,
    target_bins: Any = None,
    n_permutations: int = 999,
    random_state: Any = 0,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> Any:
    """Test whether an atom is larger than a sample without it would show.

    What is permuted for which statistic, and what the null hypothesis is: docs/sampling.md,
    "Significance".

    Parameters
    ----------
    x1, x2, y : array_like, shape (N,) or (N, d)
        As in `fourfold.pid`; or a `fourfold.Counts` alone, which is tested as its rows would be, at
        a cost that does not know how many there are.
    statistic : str or sequence of str
        From "redundancy", "unique1", "unique2", "synergy"; "interaction", the part of S that
        only all three variables show; "conditional1", I(X1;Y|X2) = U1 + S, and
        "conditional2", I(X2;Y|X1) = U2 + S; "information", I(X1,X2;Y), also as "mi_joint";
        "mi1", "mi2"; or several, which share their permutations. "interaction" and "synergy"
        need labels as y, and permute nothing: they walk among tables with the same pairwise ones.
    joint : bool, optional
        Whether columns are states, as in `fourfold.pid`.
    target_bins : int, True or array_like, optional
        Puts a continuous y into bins, as in `fourfold.pid`; tested is what these show.
    n_permutations : int
        Random permutations, at least 19 (which makes 0.05 the smallest p-value).
    random_state : int, RandomState, Generator or None
        Seeds them, and the correction of S, which is that of `fourfold.pid` with this seed.
    tol, max_iter, num_threads, dtype, device : optional
        As in `fourfold.decompose`. A permutation counts as at least as large where the
        certified intervals allow for it.

    Returns
    -------
    PermutationTest or PermutationTests
        For a sequence of statistics a dictionary by their names, which prints as a table.

    Raises
    ------
    ValueError, TypeError
        As `fourfold.pid`; if a statistic is unknown or there are too few permutations; if
        "interaction" or "synergy" is asked for with rows of probabilities as y; if counts are
        weights that are no whole numbers.

    See Also
    --------
    adjust_pvalues : For several tests, as of all atoms.
    fourfold.Counts : Samples counted elsewhere, or in pieces.

    References
    ----------
    Besag, Clifford, "Generalized Monte Carlo significance tests", Biometrika 76 (1989).
    Diaconis, Sturmfels, "Algebraic algorithms for sampling from conditional distributions", Annals
    of Statistics 26 (1998).
    Phipson, Smyth, "Permutation p-values should never be zero", Stat. Appl. Genet. Mol. Biol. 9
    (2010).

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 100))
    >>> ff.permutation_test(x1, x2, x1 ^ x2, n_permutations=99).pvalue
    0.01
    >>> counts = ff.Counts.from_table([[[6, 4], [5, 5]], [[4, 6], [5, 5]]] * np.array(10**8))
    >>> ff.permutation_test(counts, statistic="conditional1", n_permutations=99).pvalue
    0.01
    """
    single = isinstance(statistic, str)
    names = _names(statistic)
    number = positive_int(n_permutations, "n_permutations", least=19)
    generator = random_generator(random_state)
    check_aligned(x1=x1, x2=x2, y=y)
    y, _ = binned(y, target_bins)
    place = place_of(x1=x1, x2=x2, y=y)
    options = SolverOptions.checked(
        tol, max_iter, num_threads, dtype, device, there=place.names
    )
    with place.device:
        there = bool(place.names) or None
        samples = read_draws(x1, x2, y, device=there, joint=check_joint(joint)).on_host()
    if isinstance(samples, Cells):
        _check_counts(samples)
    check_interaction(names, samples)
    whole = Drawn([samples.tallies()], 1, chao=False)
    (observed,) = decompose_replicates([whole], options, "decompose")
    *schemes, walks = generator.spawn(len(_EVERY) + 1)
    tests = _tests(names, samples, observed, options, number, schemes)
    if any(name in INTERACTIONS for name in names):
        assert isinstance(samples, Cells)
        (synergy,), _ = _values("synergy", observed)
        # from the start, as `fourfold.pid` with this seed
        afresh = generator if random_state is generator else random_generator(random_state)
        seed = int(walks.integers(2**63))
        tests |= interaction_tests(
            names, samples, float(synergy), options, number, seed, afresh
        )
    if single:
        return tests[names[0]]
    return PermutationTests((name, tests[name]) for name in names)


def _check_counts(cells: Cells) -> None:
    if cells.weighted:
        msg = (
            "x1: these counts are weights that are no whole numbers, of which nothing can be "
            "permuted; give counts of samples"
        )
        raise ValueError(msg)
    if cells.draws > MOST_SAMPLES:
        msg = (
            f"x1: tables of {cells.draws} samples are not drawn, at most of 2**53; divide all counts "
            "by ten or more"
        )
        raise ValueError(msg)


def _names(statistic: Any) -> list[str]:
    if isinstance(statistic, str):
        given = [statistic]
    elif np.iterable(statistic) and len(given := list(statistic)) > len(STATISTICS):
        msg = (
            f"statistic: expected names such as 'synergy', got {len(given)} values; a third source is "
            "what fourfold.conditional_pid conditions on, as given="
        )
        raise ValueError(msg)
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
    samples: Cells | Samples,
    observed: Replicates,
    options: SolverOptions,
    number: int,
    rngs: list[np.random.Generator],
) -> dict[str, PermutationTest]:
    found: dict[str, PermutationTest] = {}
    for scheme, generator in zip(_EVERY, rngs, strict=True):
        wanted = [name for name in names if scheme in _SCHEMES.get(name, ())]
        if not wanted:
            continue
        column, within = scheme
        tables = _permuted(samples, column, within, number, generator)
        if all(name in _OF_INFORMATION for name in wanted):
            null = _informations(tables, number, f"permute {column}")
        else:
            drawn = Drawn(tables, number, chao=False)
            (null,) = decompose_replicates([drawn], options, f"permute {column}")
        for name in wanted:
            test = _test(name, observed, null)
            if name not in found or test.pvalue > found[name].pvalue:
                found[name] = test
    return found


def _permuted(
    samples: Cells | Samples,
    column: str,
    within: str | None,
    number: int,
    rng: np.random.Generator,
) -> Iterator[Tallies]:
    if isinstance(samples, Cells):
        return permuted_tables(samples, column, within, number, rng)
    return _permuted_rows(samples, column, within, number, rng)


def _informations(tables: Iterator[Tallies], number: int, description: str) -> Replicates:
    """What tables say without being solved: the union information is not known."""
    found = []
    with progress(number, description) as bar:
        for tallies in tables:
            found.append(np.atleast_2d(np.transpose(tallies.plug_in())))
            bar.update(len(found[-1]))
    information = Information(*np.concatenate(found).T)
    unknown = np.full(number, np.nan)
    return Replicates(information, information, unknown, unknown)


def _permuted_rows(
    samples: Samples, column: str, within: str | None, number: int, rng: np.random.Generator
) -> Iterator[Tallies]:
    """Rows of probabilities with one column permuted, or among rows that agree in another."""
    columns = {name: getattr(samples, name) for name in ("x1", "x2", "y")}
    values = columns[column]
    groups = np.zeros(len(values), dtype=np.int64) if within is None else columns[within]
    in_order = np.argsort(groups, kind="stable")
    for _ in range(number):
        rows = rng.permutation(len(values))
        rows = rows[np.argsort(groups[rows], kind="stable")]
        columns[column] = np.empty_like(values)
        columns[column][in_order] = values[rows]
        yield count(**columns, shape=samples.shape)


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
        n_permutations=len(values),
    )


def _values(name: str, replicates: Replicates) -> tuple[np.ndarray, np.ndarray]:
    """A statistic in bits of each table, and the width of its certified interval."""
    if name in _OF_INFORMATION:
        return _OF_INFORMATION[name](replicates.plug_in), np.zeros(len(replicates.gap))
    return getattr(atoms_of(replicates.plug_in, replicates.union), name), replicates.gap
