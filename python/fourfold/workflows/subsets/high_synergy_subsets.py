# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""For which inputs both modalities are needed: subsets of rows in which an atom is high."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.numbers import check_option, non_negative, positive_int
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.results.atoms import Atoms
from fourfold.runtime.caller import caller_depth
from fourfold.workflows.conditional.strata import LEAST_SAMPLES
from fourfold.workflows.subsets.clusters import cluster_columns
from fourfold.workflows.subsets.decomposed import Samples, decompose_subsets, read_samples
from fourfold.workflows.subsets.evidence import Evidence, adjusted, evidence_of, shrunk
from fourfold.workflows.subsets.result import SynergySubsets
from fourfold.workflows.subsets.slices import Slices, columns_of, slices_of
from fourfold.workflows.subsets.words import ADJUSTMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from fourfold.posteriors.classifier_pid import ClassifierPID
    from fourfold.results.pid import PID

__all__ = ["high_synergy_subsets"]

#: Fewest rows of a subset of labels, and of embeddings, and sets of others that it is held to: more
#: of these scatter less, but classifiers take seconds for each.
_LABELS, _EMBEDDINGS = (100, 4), (200, 2)


@takes_rng
def high_synergy_subsets(
    x1: ArrayLike,
    x2: ArrayLike,
    y: ArrayLike,
    *,
    by: Any = None,
    columns: Sequence[str] | None = None,
    n_clusters: int | None = None,
    n_quantiles: int = 4,
    depth: int = 1,
    atom: str = "synergy",
    least_rows: int | None = None,
    estimator: str | ClassifierPID | None = None,
    alpha: float = 0.05,
    adjust: str = "holm",
    random_state: Any = 0,
) -> SynergySubsets:
    """Find the inputs for which both sources are needed: subsets in which the synergy is high.

    Rows are parted by metadata, by clusters of the sources, or by strata of yours. Within each
    subset I(X1,X2;Y) is decomposed on its own, and its synergy held to that of equally many other
    rows. P-values are adjusted for having looked at all subsets, and intervals hold for all of
    them at once: so also for the one that came out highest.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,), or (N, d1) and (N, d2)
        States of the two sources as in `fourfold.pid`; or embeddings, of several columns each, or
        of any number where an `estimator` is named.
    y : array_like, shape (N,) or (N, K_Y)
        The target, labels or rows of probabilities: what is to be told, or what a model answers.
    by : mapping, frame, structured array or array_like, optional
        Columns of N values by name: each value of labels is a subset, and of amounts (numbers with
        a fraction, or more than 8 whole ones) each part between quantiles. Of one column alone, an
        array or a list, the subsets are called stratum=value.
    columns : sequence of str, optional
        Which columns of `by`; all by default.
    n_clusters : int, optional
        So many K-means clusters of each embedding, standardised, are subsets too.
    n_quantiles : int
        Parts of amounts, with as many rows in each.
    depth : {1, 2}
        2 also takes pairs of values of two columns, such as weather=fog, light=night.
    atom : {"synergy", "redundancy", "unique1", "unique2"}
        Which atom is looked for.
    least_rows : int, optional
        Subsets with fewer rows, or fewer others, are listed in `too_small` and not decomposed. By
        default 100 of labels and 200 of embeddings. At least 16.
    estimator : str or ClassifierPID, optional
        For embeddings: a `classifier` of `fourfold.ClassifierPID`, "fast" by default, or an
        instance, of which copies are fitted.
    alpha : float
        Level of the tests, and 1 less that of the intervals.
    adjust : {"holm", "bh"}
        "holm" keeps the chance of any false finding at `alpha`, whatever the subsets have in
        common; "bh" the expected share of false ones among those found, for subsets that are
        independent or positively dependent, such as pairs within their values. The values of
        one column exclude each other and are neither.
    random_state : int, RandomState, Generator or None
        Seeds which other rows a subset is held to, clusters, folds and corrections.

    Returns
    -------
    SynergySubsets
        The atom of each in bits, those first of which it is sure that it is most above the rest.

    Raises
    ------
    ValueError
        If neither `by` nor `n_clusters` is given; if a column is missing, has missing values or
        another number of rows; if no subset has enough rows; as `fourfold.pid` and the `fit` of
        `fourfold.ClassifierPID`, this with the name of the subset.
    TypeError
        If there are clusters or an estimator to be of labels; if a number is of the wrong type.

    Warns
    -----
    UndersampledWarning
        Once, with the names of subsets that are undersampled, see `fourfold.pid`.
    ConvergenceWarning
        As `fourfold.decompose`.

    See Also
    --------
    fourfold.conditional_pid : The mean over values of one variable.
    fourfold.pointwise : What single rows add to the atoms of all rows.
    fourfold.dataset_profile : Subsets that are known beforehand, with all atoms.

    Notes
    -----
    The atoms of a subset are those of p(x1,x2,y | subset), as for someone who knows that this is
    fog. They are not means of what rows add to the atoms of all rows, and all of them may be
    larger or smaller than those. So embeddings are decoded by classifiers fitted within the subset:
    posteriors of classifiers of all rows, held to the subset, do not know what a source tells
    there. Small subsets teach these less, and as little teaches those of the equally many other
    rows. For classifiers, classes of fewer rows in a subset than there are folds count as one.

    The difference is by the normal approximation of what rows add, with the error of the
    correction, of classifiers 1.58 times as in `compare`. How often something is found where
    nothing is was measured, see docs/subsets.md; Holm needs no assumption on overlaps.

    References
    ----------
    Holm, Scandinavian Journal of Statistics 6 (1979); Benjamini, Hochberg, J. R. Stat. Soc. B 57
    (1995). `shrunk`: DerSimonian, Laird, Controlled Clinical Trials 7 (1986), and Efron, J. Am.
    Stat. Assoc. 106 (2011), on selection. Sets of equal size: docs/subsets.md.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> camera, lidar = rng.integers(2, size=(2, 1200))
    >>> scene = rng.choice(["clear", "fog", "glass"], 1200)
    >>> y = np.select([scene == "fog", scene == "glass"], [camera ^ lidar, camera], lidar)
    >>> found = ff.high_synergy_subsets(camera, lidar, y, by={"scene": scene})
    >>> found.subsets[0], found.high_ones.tolist()
    ('scene=fog', [True, False, False])
    >>> bool((scene[found.rows("scene=fog")] == "fog").all())
    True
    """
    place = Atoms._fields.index(check_option(atom, "atom", Atoms._fields))
    check_option(adjust, "adjust", tuple(ADJUSTMENTS))
    depth = positive_int(depth, "depth")
    if depth > 2:
        msg = f"depth: expected 1, or 2 for pairs of columns, got {depth}"
        raise ValueError(msg)
    quantiles = positive_int(n_quantiles, "n_quantiles", least=2)
    if not 1e-9 <= non_negative(alpha, "alpha", most=1) < 1:
        msg = f"alpha: expected a number between 0 and 1, got {alpha!r}"
        raise ValueError(msg)
    given = (
        {f"by[{name!r}]": one for name, one in by.items()}
        if isinstance(by, Mapping)
        else {"by": by}
    )
    check_aligned(x1=x1, x2=x2, y=y, **given)
    generator = random_generator(random_state)
    seed = int(generator.integers(2**31))
    samples = read_samples(x1, x2, y, estimator)
    least, most = _LABELS if samples.estimator is None else _EMBEDDINGS
    if least_rows is not None:
        least = positive_int(least_rows, "least_rows", least=LEAST_SAMPLES)
    slices = _slices(samples, by, columns, n_clusters, quantiles, depth, least, seed)
    level = 1 - alpha / len(slices.members)
    whole, compared = decompose_subsets(samples, slices.members, most, level, seed, generator)
    found = [evidence_of(*one, place, level) for one in compared]
    order = np.argsort([-one.difference.low for one in found], kind="stable")
    pvalues = np.array([one.pvalue for one in found])
    names, members = zip(*slices.members.items(), strict=True)
    subsets = tuple(names[k] for k in order)
    results = tuple(compared[k].within for k in order)
    _warn(subsets, results)
    return SynergySubsets(
        subsets=subsets,
        atom=atom,
        n_rows=np.array([members[k].sum() for k in order]),
        adjusted_pvalues=adjusted(pvalues, adjust)[order],
        alpha=float(alpha),
        adjust=adjust,
        results=results,
        whole=whole,
        too_small=slices.too_small,
        least_rows=least,
        members=np.array([members[k] for k in order]),
        **_sorted(found, order),
    )


def _slices(
    samples: Samples,
    by: Any,
    columns: Any,
    n_clusters: int | None,
    quantiles: int,
    depth: int,
    least: int,
    seed: int,
) -> Slices:
    """The subsets by metadata and by clusters; raises where none has enough rows."""
    if by is None and n_clusters is None:
        msg = (
            "by, n_clusters: expected metadata, by={'weather': weather}, or n_clusters=8, clusters "
            "of each embedding, or both; got neither"
        )
        raise ValueError(msg)
    if by is None and columns is not None:
        msg = "columns: are of by, which is not given"
        raise ValueError(msg)
    found = [] if by is None else columns_of(by, len(samples.y), quantiles, columns)
    if n_clusters is not None:
        if samples.estimator is None:
            msg = "n_clusters: x1 and x2 are labels; give by={'x1': x1} to look at their values"
            raise TypeError(msg)
        number = positive_int(n_clusters, "n_clusters", least=2)
        found += cluster_columns(samples.x1, samples.x2, number, seed)
    slices = slices_of(found, depth, least)
    if not slices.members:
        sizes = sorted(slices.too_small.values())[-3:]
        msg = (
            f"by, least_rows: none of {len(slices.too_small)} subsets has {least} rows and as many "
            f"others; the largest numbers are {', '.join(map(str, sizes[::-1]))}. Give coarser values, or a smaller least_rows"
        )
        raise ValueError(msg)
    return slices


def _sorted(found: Sequence[Evidence], order: np.ndarray) -> dict[str, np.ndarray]:
    """Fields of the result that are numbers."""

    def taken(of: Any) -> np.ndarray:
        return np.array([of(found[k]) for k in order])

    estimate, error = taken(lambda one: one.atom.value), taken(lambda one: one.atom.error)
    return {
        "estimate": estimate,
        "standard_error": error,
        "low": taken(lambda one: one.atom.low),
        "high": taken(lambda one: one.atom.high),
        "shrunk": shrunk(estimate, error),
        "rest": taken(lambda one: one.rest),
        "difference": taken(lambda one: one.difference.value),
        "difference_low": taken(lambda one: one.difference.low),
        "difference_high": taken(lambda one: one.difference.high),
        "pvalues": taken(lambda one: one.pvalue),
    }


def _warn(names: Sequence[str], results: Sequence[PID]) -> None:
    poor = [name for name, one in zip(names, results, strict=True) if one.undersampled]
    if poor:
        msg = (
            f"{len(poor)} of {len(names)} subsets are undersampled, so that their atoms are mostly "
            f"bias (the sets of other rows that they are held to are alike): {', '.join(poor[:8])}"
            f"{', ...' if len(poor) > 8 else ''}; take fewer states, or a larger least_rows."
        )
        warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
