# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of the synergy: of its interaction, which is exact, and of all of it.

The synergy is S = D(p || m) + (I_m - v*), two parts that are never negative: m is the table of
largest entropy with the three pairwise tables of p, I_m its I(X1,X2;Y).

**Interaction.** Where D(p || m) = 0, p is log-linear without an interaction of the three, or a limit
of such tables. Given their three pairwise tables the counts n then follow a law without parameters,
prod 1/n!, whatever R, U1 and U2 are. A reversible walk with this stationary law goes from the counts back
to a root, and others of as many steps from there; then the counts and the ends of these are
exchangeable (Besag and Clifford, Biometrika 76, 1989), and the rank of the counts is exact for
any number of steps, also where the walk does not reach every table. As v* and I_m are the same
on all of a walk, the plug-in D(p || m) and the plug-in synergy rank alike, and sum n log n with them.

**Synergy.** S = 0 makes both parts zero, so the test of the interaction is exact under it; and the
corrected S over its standard error is about normal or below. p is twice the smaller of the two
p-values, so it is at most a with a probability of at most a / 2 for the first, and about as
much for the second. Where the second is left out it counts as 1: were p then that of the
interaction alone, whether to double would depend on the data.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr, xlogy

from fourfold import _core
from fourfold.counts.cells import Cells
from fourfold.counts.pairwise_fit import interaction_of, pair_counts
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inference.options import Inference
from fourfold.inference.permutation_result import PermutationTest
from fourfold.results.coupling import MAX_DENSE_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.samples import Samples
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions

__all__ = ["INTERACTIONS", "check_interaction", "interaction_tests"]

INTERACTIONS = ("interaction", "synergy")

_NULLS = {
    "interaction": "the pairs (X1,Y), (X2,Y), (X1,X2) say all, D(p || m) = 0",
    "synergy": "S = 0",
}
#: Steps for each class of each pair. From 3 on more of them found no more in
#: docs/decisions/permutation-tests.md, and with 1 a little less.
_STEPS = 10
_LEAST_STEPS = 1000
#: With more samples a cell there are more sizes of moves, of which few are large enough: so many
#: samples ask for one step more, up to as many again. With 20 steps for each class of each pair walks
#: come to within a tenth of the scatter of where they end, up to 1e6 samples a cell.
_SAMPLES_PER_STEP = 20


class _Walked(NamedTuple):
    """D(p || m) of the counts and of the ends of walks, in bits."""

    interaction: float
    ends: np.ndarray


def check_interaction(names: Sequence[str], samples: Cells | Samples) -> None:
    """Raise where a test cannot be exact, or needs too large a table."""
    name = next((name for name in names if name in INTERACTIONS), None)
    if name is None:
        return
    if samples.soft:
        msg = (
            f"statistic: {name!r} walks over tables of counts, and needs labels as y, got rows of "
            "probabilities; for these expected 'information', 'conditional1' or 'conditional2'"
        )
        raise ValueError(msg)
    assert isinstance(samples, Cells)
    pairs = len(samples.pair_starts())
    if pairs * samples.shape[2] > MAX_DENSE_ENTRIES:
        msg = (
            f"statistic: {name!r} walks over {pairs} pairs of states x {samples.shape[2]} classes, "
            f"more than {MAX_DENSE_ENTRIES} counts; merge states, or take 'information'"
        )
        raise ValueError(msg)


def interaction_tests(
    names: Sequence[str],
    samples: Cells,
    synergy: float,
    options: SolverOptions,
    number: int,
    seed: int,
    rng: np.random.Generator,
) -> dict[str, PermutationTest]:
    """Those of `INTERACTIONS` that are named.

    Parameters
    ----------
    names : sequence of str
    samples : Cells
    synergy : float
        Of the counts, plug-in, in bits.
    options : SolverOptions
    number : int
        Permutations that were asked for. "interaction" takes as many walks, and "synergy" so many
        more that the doubled p-value can be as small.
    seed : int
        Of the walks, of which the first are the same for both.
    rng : Generator
        For the correction of the synergy, as in `fourfold.pid`.
    """
    walks = 2 * number + 1 if "synergy" in names else number
    walked = _walk(samples, options, walks, seed)
    interaction = min(walked.interaction, synergy)  # both are known to `tol`
    pairwise = synergy - interaction
    found = {}
    if "interaction" in names:
        ends = walked.ends[:number]
        found["interaction"] = PermutationTest(
            statistic=walked.interaction,
            pvalue=_rank(walked.interaction, ends),
            null_distribution=ends,
            name="interaction",
            null=_NULLS["interaction"],
            n_permutations=number,
            synergy_interaction=interaction,
            synergy_pairwise=pairwise,
        )
    if "synergy" in names:
        first = _rank(walked.interaction, walked.ends)
        second = _normal_pvalue(_corrected(samples, options, rng), 1 / (walks + 1))
        found["synergy"] = PermutationTest(
            statistic=synergy,
            pvalue=min(1.0, 2 * min(first, 1.0 if second is None else second)),
            null_distribution=walked.ends + (synergy - walked.interaction),
            name="synergy",
            null=_NULLS["synergy"],
            n_permutations=number,
            synergy_interaction=interaction,
            synergy_pairwise=pairwise,
            pvalue_interaction=first,
            pvalue_z=second,
        )
    return found


def _walk(samples: Cells, options: SolverOptions, walks: int, seed: int) -> _Walked:
    table = pair_counts(samples)
    n, counts = samples.draws, table.counts
    steps = max(_LEAST_STEPS, _STEPS * counts.size)
    steps += min(n // _SAMPLES_PER_STEP, steps)
    ends = _core.walks_from_root(
        *table, steps=steps, walks=walks, seed=seed, num_threads=options.num_threads
    )
    interaction = interaction_of(table, options.tol).value
    return _Walked(
        interaction, interaction + (ends - xlogy(counts, counts).sum()) / (n * math.log(2.0))
    )


def _rank(value: float, ends: np.ndarray) -> float:
    """The share of tables that are as large, that of the counts among them; ties are."""
    as_large = ends >= value - 1e-12 * max(1.0, abs(value))
    return float((1 + as_large.sum()) / (1 + len(ends)))


def _corrected(samples: Cells, options: SolverOptions, rng: np.random.Generator) -> PID:
    inference = Inference.checked("auto", 0, 0.95)
    return decompose_samples([samples], options, inference, [rng])[0].result


def _normal_pvalue(result: PID, least: float) -> float | None:
    """One-sided, of the lower end of the corrected synergy over all of its error.

    So it is above 0.025 where the 95 % interval is not above zero. Where the correction has added
    to the plug-in synergy, as of redundant sources, that is taken in its place. It is left out where
    the interval begins at zero whatever the estimate is, and where the synergy is below the
    error of its bias; and never below `least`, as the tail of the estimate is not known.
    """
    interval, error = result.confidence_interval, result.standard_error
    if interval is None or error is None or result.plug_in is None or result.undersampled:
        return None
    low, of_bias = result.synergy - 0.5 * interval.kink, interval.bias_error.synergy
    low = min(low, result.plug_in.synergy)
    if low < of_bias or result.plug_in.synergy <= result.gap:
        return None
    return max(least, float(ndtr(-low / math.hypot(error.synergy, of_bias))))
