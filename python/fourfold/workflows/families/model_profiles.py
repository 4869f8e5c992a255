# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many models on many data sets: atoms with errors, and what ranks as they do."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from fourfold.inputs.arrays import known_shape
from fourfold.inputs.numbers import check_confidence_level, check_option
from fourfold.results.atoms import Atoms
from fourfold.workflows.decisions.decision_pid import decision_pid
from fourfold.workflows.decoding.plans import planned
from fourfold.workflows.families.entries import (
    KINDS,
    Entry,
    read_columns,
    read_entries,
    read_families,
)
from fourfold.workflows.families.ranked import ranked_fields
from fourfold.workflows.families.result import ModelProfiles
from fourfold.workflows.grid.parts import ATOMS, Part
from fourfold.workflows.grid.profile_grid import made_parts, warn_of_parts
from fourfold.workflows.grid.result import grid_of
from fourfold.workflows.sweeps.batch import sweep_seeds

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from fourfold.embeddings.options import ClusteringOptions
    from fourfold.workflows.decoding.plans import Plan

__all__ = ["model_profiles"]


def model_profiles(
    models: Mapping[str, Mapping[str, Any]],
    datasets: Mapping[str, tuple[Any, ...]],
    *,
    columns: Any = None,
    families: Mapping[str, str] | None = None,
    estimator: Any = "classifier",
    n_seeds: int | None = None,
    target_bins: Any = None,
    on_inconsistent: str = "refuse",
    checkpoint: str | os.PathLike[str] | None = None,
    confidence_level: float = 0.95,
    random_state: Any = 0,
) -> ModelProfiles:
    """Decompose what each of several models makes of each data set, and rank the models by it.

    The atoms of all models, with errors; how they rank against accuracy and any other column;
    whether data sets order the models alike, and families the data sets.

    Parameters
    ----------
    models : mapping of str to mapping
        By model and data set one of three things; a model may lack data sets. An array is its
        answers: labels (N,), or rows of probabilities (N, K_Y), which are the target, with x1 and x2 of the data
        set as sources. A tuple ``(embedding1, embedding2)`` of arrays (N, d) are its sources,
        with y of the data set as the target. A tuple ``(p_joint, p_given_1, p_given_2)`` are its
        answers with both sources and with either masked, for `fourfold.decision_pid`.
    datasets : mapping of str to tuple
        ``(x1, x2)`` or ``(x1, x2, y)``: embeddings (N, d) and labels (N,). None for both sources where
        no model is asked for answers to them.
    columns : mapping of str to mapping, or DataFrame, optional
        What else is known, such as size or accuracy lost without a source: by name a mapping
        from model, or from (model, data set), to a number; or a frame with these as its index.
        Accuracy is there without asking, where there are answers and y: of probabilities the largest is
        the answer, and columns are the sorted classes of y.
    families : mapping of str to str, optional
        The family of each model. Models of one family are alike, and no independent cases: families then
        are what intervals take for a sample.
    estimator : {"classifier", "kmeans", "gaussian"}, ClassifierPID, PIDEstimator or partial
        As in `fourfold.profile_grid`; for answers and embeddings.
    n_seeds : int, optional
        Fits of each model and data set: by default 2 of classifiers, 3 of clusters; 1 of Gaussians.
    target_bins : int, True or array_like, optional
        Puts continuous targets into bins, as in `fourfold.pid`.
    on_inconsistent : {"refuse", "project"}
        Of masked answers, as in `fourfold.decision_pid`.
    checkpoint : path, optional
        A folder for finished parts, as in `fourfold.profile_grid`.
    confidence_level : float
        Of the intervals of rank correlations.
    random_state : int, RandomState or Generator
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    ModelProfiles
        The atoms in bits: `table`, `correlation_table`, `to_frame`, `plot`; `with_columns` ranks by other columns
        without fitting again.

    Raises
    ------
    ValueError
        If names or rows do not go together, there are no answers for a data set, an option is
        unknown, masked answers are no marginals and `on_inconsistent` is "refuse", or as the
        `fit` of the estimator, with the name of the part.
    TypeError
        If what is to be a mapping or a tuple is none, or as the `fit` of the estimator.

    Warns
    -----
    UndersampledWarning, ConvergenceWarning
        Once, as `fourfold.profile_grid`.
    ProjectionWarning
        As `fourfold.decision_pid`.

    See Also
    --------
    fourfold.profile_grid : Layers of one model.
    fourfold.ablation_report : Models that can be asked: accuracy lost without a source.
    fourfold.agreement : How much of what a data set asks for a model delivers.

    Notes
    -----
    Numbers are of the sources that were given: "decodable by these classifiers", or of clusters. No atom is
    clipped at zero. Errors of classifiers are those of sampling with the scatter between seeds
    added; of clusters and Gaussians a half of their interval over its quantile, where there is
    one; of masked answers not known.

    Ranks of numbers with errors agree less than ranks of what they estimate. How much less is found by
    putting errors on top of the errors, and taken off for normal scores. Atoms and accuracy are of the
    same rows: what luck in common may make at most widens intervals, and p-values are of what goes
    beyond. The errors of other columns are not known: give those of other rows. Intervals leave out each
    model, or each family, in turn, on Fisher's scale with Student's t. docs/model-families.md has
    both derivations, and how often these intervals cover.

    References
    ----------
    Xiu et al., arXiv 2603.29676, and Fang et al., arXiv 2606.00959: rank correlations of the
    atoms of 20 to 26 models with accuracy and with accuracy lost. Spearman, Am. J. Psychology 15
    (1904), on what errors take from a correlation.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
    >>> y = (x1 ^ x2)[:, 0]
    >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 5, y, x1[:, 0])} for k in range(5)}
    >>> found = ff.model_profiles(models, {"xor": (x1, x2, y)}, estimator=ff.PIDEstimator(2))
    >>> found.atoms.synergy[:, 0].round(1).tolist()
    [0.0, 0.1, 0.3, 0.4, 0.5]
    >>> float(found.rank_correlations.spearman[3, 0, 0])  # of synergy with accuracy
    1.0
    """
    options: ClusteringOptions = {} if target_bins is None else {"target_bins": target_bins}
    plan = planned(
        "model_profiles", estimator, options, n_seeds=n_seeds, cluster_seeds=3, closed_form=True
    )
    level = check_confidence_level(confidence_level)
    check_option(on_inconsistent, "on_inconsistent", ("refuse", "project"))
    if checkpoint is not None and random_state is None:
        msg = "random_state: None draws other seeds each time; with checkpoint expected an int"
        raise ValueError(msg)
    seeds, _ = sweep_seeds(random_state, plan.n_seeds)
    numeric = plan.gaussian or (plan.estimator.target_bins is not None)
    entries = read_entries(models, datasets, numeric=numeric)
    names = tuple(map(str, models)), tuple(map(str, datasets))
    kin = read_families(families, names[0])
    given = read_columns(columns, *names)
    project = on_inconsistent == "project"
    parts = _made(entries, plan, seeds, checkpoint, project)
    fields = _tables(entries, parts, names, plan.confidence_level, len(seeds))
    kinds = [kind for kind in KINDS.values() if any(one.kind == kind for one in entries)]
    words = [plan.words] if {*kinds} - {KINDS[3]} else []
    fields |= {
        "models": names[0],
        "datasets": names[1],
        "families": kin,
        "seeds": seeds,
        "confidence_level": level,
        "estimator": ", ".join([" and ".join(kinds), *words]),
    }
    return ModelProfiles(**fields, **ranked_fields(fields, given))


def _made(
    entries: list[Entry], plan: Plan, seeds: tuple[int, ...], folder: Any, project: bool
) -> list[Part]:
    """A part for each entry, in their order."""
    masked = [one.kind == KINDS[3] for one in entries]
    found: dict[int, Part] = {}
    for kind, work in ((False, None), (True, functools.partial(_masked_part, project))):
        places = [k for k, of_masked in enumerate(masked) if of_masked is kind]
        if not places:
            continue
        triples = [entries[k].triple for k in places]
        if kind and project:  # another file in the folder
            how = "masked answers projected"
            triples = [one._replace(name=one.name._replace(layer2=how)) for one in triples]
        parts = made_parts(triples, plan, seeds, folder, work)
        warn_of_parts(
            grid_of([one.name for one in triples], parts, seeds, plan.confidence_level, "")
        )
        found |= dict(zip(places, parts, strict=True))
    return [found[k] for k in range(len(entries))]


def _masked_part(
    project: bool, plan: Plan, seeds: tuple[int, ...], name: str, p1: Any, p2: Any, joint: Any
) -> Part:
    """Of answers with either source masked; every row is a state of its own."""
    del plan, seeds  # it is of no estimator, and nothing is drawn
    how = "project" if project else "refuse"
    try:
        found = decision_pid(joint, p1, p2, on_inconsistent=how).result
    except (TypeError, ValueError) as error:
        msg = f"{name}: {error}"
        raise type(error)(msg) from error
    atoms = [float(atom) for atom in found.atoms]
    numbers = {
        **dict(zip(ATOMS, atoms, strict=True)),
        "mi_joint": float(found.mi_joint),
        "mi1": float(found.mi1),
        "mi2": float(found.mi2),
        "gap": float(found.gap),
        "converged": bool(found.converged),
        "n_samples": int(known_shape(joint, name)[0]),
    }
    return Part(numbers, [atoms])


def _tables(
    entries: list[Entry],
    parts: list[Part],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    level: float,
    n_seeds: int,
) -> dict[str, Any]:
    """Arrays (models, data sets), NaN where a model has no such data set."""
    shape = tuple(map(len, names))
    every = (*ATOMS, *(f"{atom}_error" for atom in ATOMS), "mi_joint", "gap", "accuracy")
    tables = {name: np.full(shape, np.nan) for name in every}
    counts = np.zeros(shape, dtype=np.int64)
    doubtful = np.zeros(shape, dtype=bool)
    for entry, (numbers, by_seed) in zip(entries, parts, strict=True):
        name = entry.triple.name
        at = names[0].index(name.layer1), names[1].index(name.dataset)
        scatter = (
            np.std(by_seed, axis=0, ddof=1) if n_seeds > 1 and len(by_seed) > 1 else [0.0] * 4
        )
        for atom, spread in zip(ATOMS, scatter, strict=True):
            tables[atom][at] = numbers[atom]
            error = numbers.get(f"{atom}_error", np.nan)
            if f"{atom}_low" in numbers:
                width = numbers[f"{atom}_high"] - numbers[f"{atom}_low"]
                error = width / 2 / ndtri(0.5 + level / 2)
            tables[f"{atom}_error"][at] = np.hypot(error, spread / np.sqrt(n_seeds))
        for key, value in (
            ("mi_joint", numbers["mi_joint"]),
            ("gap", numbers["gap"]),
            ("accuracy", entry.accuracy),
        ):
            tables[key][at] = value
        counts[at] = entry.n
        doubtful[at] = (
            not numbers["converged"]
            or numbers.get("undersampled", False)
            or numbers.get("not_gaussian", False)
        )
    return {
        "atoms": Atoms(*(tables[atom] for atom in ATOMS)),
        "errors": Atoms(*(tables[f"{atom}_error"] for atom in ATOMS)),
        **{name: tables[name] for name in ("mi_joint", "gap", "accuracy")},
        "n_samples": counts,
        "doubtful": doubtful,
    }
