# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How the atoms move as noise drowns one source."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.embeddings.options import ClusteringOptions, estimator_with, takes_clustering
from fourfold.inputs.device import on_device, place_of
from fourfold.inputs.embedding import read_embedding
from fourfold.results.words import setting_words
from fourfold.workflows.sweeps.batch import clustered, decompose_each, sampled, sweep_seeds
from fourfold.workflows.sweeps.cluster_numbers import check_clusters, read_setting
from fourfold.workflows.sweeps.summary import summary
from fourfold.workflows.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from fourfold.counts.samples import Samples

__all__ = ["NoiseSweep", "noise_sweep"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class NoiseSweep(Sweep):
    """Atoms for several levels of noise on one source; see `noise_sweep`.

    Attributes
    ----------
    levels : ndarray, shape (L,)
        Standard deviation of the noise over that of the column it was added to.
    source : int
        The source that was made noisy, 1 or 2.
    n_clusters : int or (int, int)
        Clusters of both sources, or of each.
    atoms, low, high, plug_in, bias, mi_joint, by_seed, samples_per_cell, undersampled
        Of each level; see `fourfold.ClusterSweep`, likewise `contributions` and
        `contribution_intervals`. Intervals are for noise and clusters of any one seed.
    results : tuple of tuple of PID
        The fits, ``results[level][seed]``.
    seeds, confidence_level
        Of the clusterings, and of the intervals.
    """

    levels: np.ndarray
    source: int
    n_clusters: int | tuple[int, int]

    def _heading(self) -> str:
        return f"{super()._heading()}; {self._what()}"

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "noise", [f"{level:g}" for level in self.levels]

    def notes(self) -> list[str]:
        """What was made noisy."""
        return [f"{self._what()}; in standard deviations of each column"]

    def _what(self) -> str:
        return f"noise on X{self.source}, {setting_words(self.n_clusters)} clusters"


@takes_clustering
def noise_sweep(
    X1: ArrayLike,
    X2: ArrayLike,
    y: ArrayLike,
    levels: Sequence[float] = (0, 0.25, 0.5, 1, 2, 4),
    *,
    source: int = 1,
    n_clusters: int | tuple[int, int] = 8,
    n_seeds: int = 5,
    bias_correction: str = "auto",
    n_resamples: int = 200,
    confidence_level: float = 0.95,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> NoiseSweep:
    """Decompose two embeddings while Gaussian noise is added to one of them.

    Each level is a `PIDEstimator` fitted once a seed, to the source plus noise whose standard
    deviation in each column is the level times that of the column. The noise is drawn anew for
    each seed; at each level it is the same but for its size, as are the seeds of the
    clustering, so that levels differ by the noise only.

    Parameters
    ----------
    X1, X2 : array_like, shapes (N, d1) and (N, d2)
        Embeddings, as `PIDEstimator.fit` takes them; the noisy one in the memory of the host.
    y : array_like, shape (N,) or (N, K_Y)
        Labels, or rows of probabilities.
    levels : sequence of float
        At least 0, for no noise. Constant columns stay as they are at any level.
    source : {1, 2}
        The source that is made noisy.
    n_clusters : int or (int, int)
        As in `PIDEstimator`; `fourfold.cluster_sweep` recommends one.
    n_seeds : int
        Draws of noise and clusterings for each level. With 1 the intervals say nothing of how
        much other noise or other clusters differ; take at least 3.
    bias_correction, n_resamples, confidence_level
        As in `fourfold.pid`; `n_resamples` 0 for no intervals.
    preprocess, n_components, clusterer, n_init, held_out
        As in `PIDEstimator`; the noise is added before all of them.
    tol, max_iter, num_threads, dtype, device
        As in `fourfold.decompose`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    NoiseSweep

    Raises
    ------
    ValueError
        If `levels` is empty or holds what is no finite number of at least 0; if `source` is
        neither 1 nor 2, or is in the memory of a CUDA device; if there are more clusters than
        rows to fit them to; else as `PIDEstimator.fit`.
    TypeError
        As `PIDEstimator.fit`; if `levels` is not a sequence.

    Warns
    -----
    ConvergenceWarning
        Once, if the certified gap of any fit is above `tol`. Of undersampled levels there is
        no warning: the result says which they are.

    Notes
    -----
    The interval is that of `fourfold.cluster_sweep`, for noise and clusters of any one seed.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> sweep = ff.noise_sweep(x1, x2, y, (0, 8), n_seeds=2, n_resamples=0)
    >>> clean, noisy = sweep.atoms.unique1
    >>> bool(noisy < 0.2 * clean)
    True
    """
    estimator = estimator_with(
        "noise_sweep", clustering, bias_correction, n_resamples, confidence_level, n_clusters
    )
    sizes = _levels(levels)
    if isinstance(source, bool) or source not in (1, 2):
        msg = f"source: expected 1 or 2, got {source!r}"
        raise ValueError(msg)
    setting = read_setting(n_clusters)
    seeds, noises = sweep_seeds(random_state, n_seeds)
    if on_device((X1, X2)[source - 1]):
        msg = (
            f"X{source}: the source that noise is added to is in the memory of a CUDA device; "
            "expected an array of the host"
        )
        raise ValueError(msg)
    first: Any = X1 if on_device(X1) else read_embedding(X1, "X1")
    second: Any = X2 if on_device(X2) else read_embedding(X2, "X2")
    check_clusters([setting], estimator.held_out, first, second)
    options, inference = checked_options(estimator, place_of(X1=first, X2=second, y=y).names)
    clean: np.ndarray = (first, second)[source - 1]
    spread = _spread(clean)

    def sample(level: float, seed: int) -> tuple[Samples, int]:
        noisy = clean
        if level > 0:
            noise = np.random.default_rng(noises[seed]).standard_normal(clean.shape)
            noisy = (clean + level * spread * noise).astype(clean.dtype)
        x1, x2 = (noisy, second) if source == 1 else (first, noisy)
        found = clustered(estimator, x1, x2, y, random_state=seeds[seed])
        return sampled(found, inference)

    results = decompose_each(sizes, len(seeds), sample, options, inference, "levels")
    return NoiseSweep(
        **summary(results, seeds, confidence_level),
        levels=np.array(sizes),
        source=int(source),
        n_clusters=setting,
    )


def _levels(levels: Any) -> tuple[float, ...]:
    if isinstance(levels, str) or not np.iterable(levels):
        msg = f"levels: expected a sequence of numbers, got {levels!r}"
        raise TypeError(msg)
    sizes = []
    for level in levels:
        number = isinstance(level, (int, float, np.integer, np.floating))
        if not number or isinstance(level, bool) or not 0 <= level < math.inf:
            msg = f"levels: expected finite numbers of at least 0, got {level!r}"
            raise ValueError(msg)
        sizes.append(float(level))
    if not sizes:
        msg = "levels: expected at least one level of noise, got none"
        raise ValueError(msg)
    return tuple(sizes)


def _spread(values: np.ndarray) -> np.ndarray:
    """Standard deviation of each column, exactly 0 where it is constant."""
    # rounding may leave a constant column a little, which standardising would blow up
    return np.where(np.ptp(values, axis=0) > 0, values.std(axis=0, dtype=np.float64), 0.0)
