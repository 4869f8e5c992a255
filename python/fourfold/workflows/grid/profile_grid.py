# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What two modalities tell about each of several targets at each pair of layers."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning as OfClassifiers

from fourfold.exceptions import ConvergenceWarning, UndersampledWarning
from fourfold.inputs.device import on_device
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.jobs import Sent, finished_jobs
from fourfold.runtime.progress import progress, silent_progress
from fourfold.workflows.decoding.fits import once_warned
from fourfold.workflows.decoding.plans import planned
from fourfold.workflows.grid.checkpoint import Checkpoint
from fourfold.workflows.grid.made_of import Ingredients
from fourfold.workflows.grid.parts import made_part
from fourfold.workflows.grid.result import ProfileGrid, grid_of
from fourfold.workflows.grid.triples import read_triples
from fourfold.workflows.sweeps.batch import sweep_seeds

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.embeddings.options import ClusteringOptions
    from fourfold.workflows.decoding.plans import Plan
    from fourfold.workflows.grid.parts import Part
    from fourfold.workflows.grid.triples import Triple

__all__ = ["made_parts", "profile_grid", "warn_of_parts"]


def profile_grid(
    sources1: Mapping[Any, Any],
    sources2: Mapping[Any, Any],
    targets: Mapping[Any, Any],
    *,
    estimator: Any = "classifier",
    n_seeds: int | None = None,
    target_bins: Any = None,
    pairs: Sequence[tuple[Any, Any]] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    shard: tuple[int, int] | None = None,
    random_state: Any = 0,
) -> ProfileGrid:
    """Decompose every triple of a layer of one source, a layer of the other, and a data set.

    A part of the grid is what `fourfold.layer_profile` says of one layer, with the same numbers.
    Parts are independent of each other: `joblib.parallel_config` around the call says where they
    run, and `checkpoint` keeps what is finished.

    Parameters
    ----------
    sources1, sources2 : mapping
        From layer to embeddings (N, d), the same for all data sets; or from data set to such a
        mapping. Arrays of `numpy.memmap` are read where they are needed.
    targets : mapping
        From data set to labels (N,), or rows of probabilities (N, K_Y); with
        ``estimator="gaussian"`` numbers (N,) or (N, d). Several targets of the same rows are several
        data sets.
    estimator : {"classifier", "kmeans", "gaussian"}, ClassifierPID, PIDEstimator or partial
        As in `fourfold.layer_profile`. Options are set there: ``PIDEstimator(16, n_init=1)``.
    n_seeds : int, optional
        Fits of each part: by default 2 of classifiers, 3 of clusters; 1 of Gaussians.
    target_bins : int, True or array_like, optional
        Puts continuous targets into bins, as in `fourfold.pid`; a number is of the rows of each
        data set.
    pairs : sequence of (layer, layer), optional
        Those of the layers of `sources1` and `sources2` that are wanted; all by default.
    checkpoint : path, optional
        A folder for finished parts, one file each, made if it is not there. Parts that are in it
        are read and not made again; what they were made of (the layers and targets, the
        estimator, the seeds, the version of Fourfold) is held against what is given. Several
        processes may work on one folder.
    shard : (int, int), optional
        ``(k, n)`` makes and returns every n-th part only, from the k-th, which counts from 0:
        for an array of n jobs on a cluster, after which a call without it returns the grid.
    random_state : int, RandomState or Generator
        Seeds everything. The same int gives the same numbers. None is refused with a
        `checkpoint`, which could not be resumed.

    Returns
    -------
    ProfileGrid
        The atoms of each part in bits; `to_frame` has a row for each.

    Raises
    ------
    ValueError
        If names or rows do not go together, an option is unknown, a part in `checkpoint` was made
        of something else, or as the `fit` of the estimator, with the name of the part. Parts that
        were finished before are in `checkpoint` all the same.
    TypeError
        If what is to be a mapping is none, or as the `fit` of the estimator.

    Warns
    -----
    UndersampledWarning, ConvergenceWarning
        Once, naming parts that are undersampled; and if the solver's gap of any fit is above
        `tol`.

    See Also
    --------
    fourfold.layer_profile : One data set, and the same layer of both sources; with plots.
    fourfold.model_profiles : Several models, ranked.
    fourfold.torch.load_capture : Memory maps of captured layers.

    References
    ----------
    Decoded atoms: docs/embeddings.md; of clusters: docs/discretisation.md; of layers: docs/layers.md. The
    measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, digit = ff.datasets.digits_halves()
    >>> layers1, layers2 = {"pixels": x1, "roots": x1**0.5}, {"pixels": x2}
    >>> targets = {"digit": digit, "odd": digit % 2}
    >>> clusters = ff.PIDEstimator(6, n_init=1)
    >>> grid = ff.profile_grid(layers1, layers2, targets, estimator=clusters, n_seeds=1)
    >>> grid.parts[0], len(grid)
    (('digit', 'pixels', 'pixels'), 4)
    """
    options: ClusteringOptions = {} if target_bins is None else {"target_bins": target_bins}
    plan = planned(
        "profile_grid", estimator, options, n_seeds=n_seeds, cluster_seeds=3, closed_form=True
    )
    if checkpoint is not None and random_state is None:
        msg = "random_state: None draws other seeds each time; with checkpoint expected an int"
        raise ValueError(msg)
    triples = read_triples(sources1, sources2, targets, pairs)
    if shard is not None:
        first, number = _read_shard(shard)
        triples = triples[first::number]
        if not triples:
            msg = f"shard: {shard!r} has no part; there are fewer parts than {number}"
            raise ValueError(msg)
    seeds, _ = sweep_seeds(random_state, plan.n_seeds)
    parts = made_parts(triples, plan, seeds, checkpoint)
    names = [triple.name for triple in triples]
    grid = grid_of(names, parts, seeds, plan.confidence_level, plan.words)
    warn_of_parts(grid)
    return grid


def _read_shard(shard: Any) -> tuple[int, int]:
    try:
        first, number = shard
        whole = isinstance(first, (int, np.integer)) and isinstance(number, (int, np.integer))
        good = whole and bool not in (type(first), type(number))
    except (TypeError, ValueError):
        good = False
    if not good or not 0 <= first < number:
        msg = f"shard: expected (k, n) with 0 <= k < n, two integers, got {shard!r}"
        raise ValueError(msg)
    return int(first), int(number)


def made_parts(
    triples: Sequence[Triple],
    plan: Plan,
    seeds: tuple[int, ...],
    folder: Any,
    work: Callable[..., Part] | None = None,
) -> list[Part]:
    """Parts that are finished, and the others made, each kept as soon as it is there.

    `work` makes one in place of `made_part`.
    """
    found: dict[int, Part] = {}
    kept = None if folder is None else Checkpoint(folder)
    made_of: list[dict[str, str]] = []
    if kept is not None:
        ingredients = Ingredients(plan, seeds)
        for k, triple in enumerate(triples):
            made_of.append(ingredients.of(triple))
            part = kept.read(triple.name, made_of[k])
            if part is not None:
                found[k] = part
    missing = [k for k in range(len(triples)) if k not in found]
    sent = Sent(plan)
    jobs = [(sent, seeds, f"part {triples[k].name}", *triples[k][1:]) for k in missing]
    there = any(on_device(values) for k in missing for values in triples[k][1:])
    unheard = (OfClassifiers, ConvergenceWarning) if plan.decodes else (ConvergenceWarning,)
    with progress(len(triples), "profile parts") as bar, once_warned(), silent_progress():
        bar.update(len(found))
        for job, part in finished_jobs(work or made_part, jobs, quieted=unheard, at_home=there):
            k = missing[job]
            found[k] = part
            if kept is not None:
                kept.write(triples[k].name, made_of[k], part)
            bar.update()
    return [found[k] for k in range(len(triples))]


def warn_of_parts(grid: ProfileGrid) -> None:
    """At most one warning of a kind, of all parts, whenever they were made."""
    unfinished = ~grid.columns["converged"]
    if unfinished.any():
        msg = (
            f"{unfinished.sum()} of {len(grid)} parts did not converge: the largest certified gap "
            f"is {grid.columns['gap'][unfinished].max():.2e} bits. The bounds hold; raise max_iter "
            "or tol of the estimator."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=caller_depth())
    poor = grid.columns.get("undersampled")
    if poor is not None and poor.any():
        named = [str(part) for part, few in zip(grid.parts, poor, strict=True) if few]
        msg = (
            f"{len(named)} of {len(grid)} parts are undersampled ({', '.join(named[:3])}"
            f"{', ...' if len(named) > 3 else ''}): their tables have too many cells for their "
            "samples. Take fewer clusters or more samples."
        )
        warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
