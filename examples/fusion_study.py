# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What networks of two inputs use of each: data, answers, decompositions, and their means.

A seed decides the split into folds, the initial weights, the order of the batches, the clusters
of the inputs, and which rows are recombined. All networks share what belongs to a seed, so that
they differ by the fusion only.
"""

from __future__ import annotations

import dataclasses
import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from fusion_networks import CONTROLS, NAMES, Ensemble, Training, set_up_torch
from scipy.special import ndtri
from scipy.stats import t as student
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

import fourfold as ff

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
#: Pairs of networks of which the contributions are compared, the first minus the second.
PAIRS = (
    ("x1_asks", "x2_asks"),
    ("x1_asks", "symmetric"),
    ("x2_asks", "symmetric"),
    ("concat", "symmetric"),
    ("x1_asks_bare", "x2_asks_bare"),
)
FOLDS = 2
LEVEL = 0.95


@dataclasses.dataclass(frozen=True)
class Settings:
    """How much is computed.

    Attributes
    ----------
    seeds : int
    training : Training
    resamples : int
        Random halves of the rows, for intervals.
    clusters, encoder_clusters : int
        States of each input; of each encoder, of which fewer rows are counted.
    noise : float
        On the degraded half, in standard deviations of each pixel.
    data : tuple of str
        Names of the data sets.
    rows : int or None
        The first rows of each data set only.
    """

    seeds: int = 5
    training: Training = dataclasses.field(default_factory=Training)
    resamples: int = 200
    clusters: int = 8
    encoder_clusters: int = 6
    noise: float = 1.0
    data: tuple[str, ...] = ("digits", "digits_degraded", "breast_cancer")
    rows: int | None = None


@dataclasses.dataclass(frozen=True)
class Task:
    """A data set whose inputs are cut into `tokens` tokens each."""

    name: str
    title: str
    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    source_names: tuple[str, str]
    target_name: str
    tokens: int


def tasks(settings: Settings) -> list[Task]:
    """The digits as they are and with one half degraded, and breast cancer."""
    digits, cancer = ff.datasets.digits_halves(), ff.datasets.breast_cancer()
    noise = np.random.default_rng(0).standard_normal(digits.x2.shape)
    noisy = digits.x2 + settings.noise * digits.x2.std(0) * noise
    degraded = f"digits, noise of {settings.noise:g} sd on the right half"
    described = [
        ("digits", "digits", digits, digits.x2, 4),
        ("digits_degraded", degraded, digits, noisy, 4),
        ("breast_cancer", "breast cancer", cancer, cancer.x2, 5),
    ]
    rows = slice(settings.rows)
    return [
        Task(
            name=name,
            title=title,
            x1=data.x1[rows],
            x2=x2[rows],
            y=data.y[rows],
            source_names=data.source_names,
            target_name=data.target_name,
            tokens=tokens,
        )
        for name, title, data, x2, tokens in described
        if name in settings.data
    ]


# -- one data set ----------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Design:
    """What a seed decides, for one data set.

    Attributes
    ----------
    fold : ndarray of int, shape (N,)
        In which fold each row is held out.
    partner : ndarray of int, shape (N,)
        Whose x2 each row gets when rows are recombined: another row of its fold.
    states1, states2 : ndarray of int, shape (N,)
        Clusters of the inputs.
    """

    fold: np.ndarray
    partner: np.ndarray
    states1: np.ndarray
    states2: np.ndarray


def design(task: Task, seed: int, clusters: int) -> Design:
    """Folds, recombined rows and clusters of one seed."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    fold = np.empty(len(task.y), dtype=int)
    partner = np.empty(len(task.y), dtype=int)
    rng = np.random.default_rng(seed)
    for number, (_, held_out) in enumerate(folds.split(task.x1, task.y)):
        fold[held_out] = number
        order = rng.permutation(held_out)
        partner[order] = np.roll(order, 1)  # one cycle: nobody is its own partner
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ff.UndersampledWarning)  # of no interest here
        estimator = ff.PIDEstimator(clusters, random_state=seed, probe=False)
        estimator.fit(task.x1, task.x2, task.y)
    return Design(fold, partner, estimator.labels1_, estimator.labels2_)


@dataclasses.dataclass(frozen=True)
class Answers:
    """What the networks of one seed say of rows that they were not trained on.

    Attributes
    ----------
    as_is, recombined : ndarray, shape (N, classes)
        Probabilities for the rows, and for x1 of each row beside x2 of its partner.
    encoded : ndarray, shape (N, 2, width)
        States of the two encoders. Each fold has another network, so another space.
    """

    as_is: np.ndarray
    recombined: np.ndarray
    encoded: np.ndarray


def answers(
    task: Task,
    name: str,
    designs: Sequence[Design],
    training: Training,
    step_done: Callable[[], object],
) -> tuple[list[Answers], int]:
    """Train a network for each seed and fold; answers for each seed, and its parameters."""
    members = [(seed, fold) for seed in range(len(designs)) for fold in range(FOLDS)]
    held_out = [np.flatnonzero(designs[seed].fold == fold) for seed, fold in members]
    trained = [np.flatnonzero(designs[seed].fold != fold) for seed, fold in members]
    partners = [
        designs[seed].partner[rows] for (seed, _), rows in zip(members, held_out, strict=True)
    ]
    ensemble = Ensemble(
        name,
        task.tokens,
        task.x1.shape[1] // task.tokens,
        int(task.y.max()) + 1,
        [1000 * seed + fold for seed, fold in members],
    )
    # folds of an odd number of rows differ by one, which a stack of them cannot
    shortest = min(map(len, trained))
    longest = max(map(len, held_out))
    learnt = [rows[:shortest] for rows in trained]
    one, two = (np.stack([_scaled(x, fit, fit) for fit in learnt]) for x in (task.x1, task.x2))
    ensemble.train(one, two, np.stack([task.y[rows] for rows in learnt]), training, step_done)

    def inputs(x: np.ndarray, wanted: list[np.ndarray]) -> np.ndarray:
        return np.stack(
            [
                _scaled(x, fit, np.resize(rows, longest))
                for fit, rows in zip(learnt, wanted, strict=True)
            ]
        )

    one, two = inputs(task.x1, held_out), inputs(task.x2, held_out)
    outputs = {
        "as_is": ensemble.probabilities(one, two),
        "recombined": ensemble.probabilities(one, inputs(task.x2, partners)),
        "encoded": ensemble.encoded(one, two),
    }
    by_seed = []
    for seed in range(len(designs)):
        pooled = {}
        for what, values in outputs.items():
            pooled[what] = np.empty((len(task.y), *values.shape[2:]), values.dtype)
            for member in range(seed * FOLDS, (seed + 1) * FOLDS):
                rows = held_out[member]
                pooled[what][rows] = values[member, : len(rows)]
        by_seed.append(Answers(**pooled))
    return by_seed, ensemble.parameters


def _scaled(x: np.ndarray, fit: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Rows of x by the mean and standard deviation of each column in the rows `fit`."""
    spread = x[fit].std(0)
    return (x[rows] - x[fit].mean(0)) / np.where(spread > 0, spread, 1.0)


# -- decompositions --------------------------------------------------------------------

Parts = tuple[ff.PID, ...]  # of disjoint rows: one of all rows, or one of each fold


def profiles(
    found: Sequence[Answers],
    designs: Sequence[Design],
    settings: Settings,
    *,
    of_encoders: bool,
) -> dict[str, list[Parts]]:
    """Decompositions of each kind for each seed: what the inputs tell about the answer."""
    kinds: dict[str, list[Parts]] = {"as_is": [], "soft": [], "recombined": []}
    if of_encoders:
        kinds["encoders"] = []
    options: dict[str, Any] = {"bias_correction": "auto", "n_resamples": settings.resamples}
    for seed, (answer, plan) in enumerate(zip(found, designs, strict=True)):
        hard, mixed = answer.as_is.argmax(1), answer.recombined.argmax(1)
        one, two = plan.states1, plan.states2
        kinds["as_is"].append((ff.pid(one, two, hard, **options),))
        kinds["soft"].append((ff.pid(one, two, answer.as_is, **options),))
        kinds["recombined"].append((ff.pid(one, two[plan.partner], mixed, **options),))
        of_folds = []
        for fold in range(FOLDS if of_encoders else 0):
            rows = plan.fold == fold
            estimator = ff.PIDEstimator(
                settings.encoder_clusters, random_state=seed, probe=False, **options
            )
            states = answer.encoded[rows]
            of_folds.append(estimator.fit(states[:, 0], states[:, 1], hard[rows]).result_)
        if of_encoders:
            kinds["encoders"].append(tuple(of_folds))
    return kinds


def label_profile(task: Task, designs: Sequence[Design], settings: Settings) -> list[Parts]:
    """What the inputs tell about the true label, for each seed."""
    options: dict[str, Any] = {"bias_correction": "auto", "n_resamples": settings.resamples}
    return [(ff.pid(plan.states1, plan.states2, task.y, **options),) for plan in designs]


def interval_over_seeds(
    values: np.ndarray, low: np.ndarray, high: np.ndarray, *, of_mean: bool
) -> dict[str, Any]:
    """Mean over the seeds, and an interval that holds sampling and seeds.

    Parameters
    ----------
    values, low, high : ndarray, shape (seeds,)
        Estimates and the ends of their intervals by resampling; NaN where not known.
    of_mean : bool
        Whether the interval is for the mean over all seeds there could be, else for a network
        of any one seed: then it is that of `fourfold.cluster_sweep`.
    """
    known = np.isfinite(values)
    number = int(known.sum())
    record: dict[str, Any] = {"value": None, "low": None, "high": None}
    record["by_seed"] = [float(v) if ok else None for v, ok in zip(values, known, strict=True)]
    if number == 0:
        return record
    mean, variance = values[known].mean(), 0.0
    if number > 1:
        variance = values[known].var(ddof=1)
        if of_mean:
            variance *= student.ppf(0.5 + LEVEL / 2, number - 1) ** 2 / number
        else:
            variance *= ndtri(0.5 + LEVEL / 2) ** 2
    record["value"] = float(mean)
    record["low"] = float(mean - math.sqrt(((values - low)[known] ** 2).mean() + variance))
    record["high"] = float(mean + math.sqrt(((high - values)[known] ** 2).mean() + variance))
    return record


def _of_parts(triples: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """(value, low, high) of the mean of independent estimates that are given so."""
    values, lows, highs = np.array(triples).T
    mean = values.mean()
    below, above = (
        math.sqrt(((values - ends) ** 2).sum()) / len(values) for ends in (lows, highs)
    )
    return mean, mean - below, mean + above


def contribution(result: ff.PID) -> tuple[float, float, float]:
    """C1 = U1 / (U1 + U2) and its interval, negative atoms counted as zero in all three."""
    interval = result.confidence_interval
    assert interval is not None
    one, two = (max(atom, 0.0) for atom in interval.estimate[1:3])
    value = one / (one + two) if one + two > 1e-9 else math.nan
    return value, *interval.contributions[0]


def summary(by_seed: Sequence[Parts]) -> dict[str, Any]:
    """Means and intervals over the seeds of the atoms and of C1."""
    every = [result for parts in by_seed for result in parts]
    record: dict[str, Any] = {"atoms": {}}
    for position, atom in enumerate(ATOMS):
        triples = [
            _of_parts(
                [
                    (
                        result.confidence_interval.estimate[position],
                        result.confidence_interval.low[position],
                        result.confidence_interval.high[position],
                    )
                    for result in parts
                ]
            )
            for parts in by_seed
        ]
        record["atoms"][atom] = interval_over_seeds(*np.array(triples).T, of_mean=False)
    shares = np.array([_of_parts([contribution(part) for part in parts]) for parts in by_seed])
    share = interval_over_seeds(*shares.T, of_mean=False)
    record["contribution1"] = _within(share, 0.0, 1.0)
    record["mi_joint"] = float(np.mean([result.mi_joint for result in every]))
    record["bias"] = dict(
        zip(ATOMS, np.mean([result.bias for result in every], 0).tolist(), strict=True)
    )
    record["samples_per_cell"] = float(
        np.mean([result.samples_per_cell.total for result in every])
    )
    record["undersampled"] = sum(bool(result.undersampled) for result in every)
    record["largest_gap"] = max(result.gap for result in every)
    record["decompositions"] = len(every)
    return record


def difference(one: Sequence[Parts], other: Sequence[Parts]) -> dict[str, Any]:
    """C1 of `one` minus that of `other`, paired by seed and rows: mean over the seeds."""
    triples = [
        _of_parts([_difference(a, b) for a, b in zip(parts, others, strict=True)])
        for parts, others in zip(one, other, strict=True)
    ]
    return _within(interval_over_seeds(*np.array(triples).T, of_mean=True), -1.0, 1.0)


def _difference(a: ff.PID, b: ff.PID) -> tuple[float, float, float]:
    """Of two results; where the data do not tell, that of both with all differences around it."""
    value, low, high = ff.compare(a, b).contribution1
    if math.isnan(value):
        value = contribution(a)[0] - contribution(b)[0]
    return value, low, high


def _within(found: dict[str, Any], least: float, most: float) -> dict[str, Any]:
    """The interval cut to what is possible."""
    if found["value"] is not None:
        found["low"], found["high"] = max(found["low"], least), min(found["high"], most)
    return found


def followed(task: Task, found: Sequence[Answers], designs: Sequence[Design]) -> dict[str, Any]:
    """Whose label a network gives where x1 and x2 are of rows with different labels."""
    shares = []
    for answer, plan in zip(found, designs, strict=True):
        one, two = task.y, task.y[plan.partner]
        apart, given = one != two, answer.recombined.argmax(1)
        shares.append([np.mean(given[apart] == label[apart]) for label in (one, two)])
    first, second = np.array(shares).T
    return {
        "x1": first.tolist(),
        "x2": second.tolist(),
        "share1": (first / np.maximum(first + second, 1e-12)).tolist(),
    }


def followed_difference(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Share of answers with X1's label, `one` minus `other`; the interval is over seeds only."""
    apart = np.array(one["share1"]) - np.array(other["share1"])
    return interval_over_seeds(apart, apart, apart, of_mean=True)


# -- the study -------------------------------------------------------------------------


def run(settings: Settings) -> list[dict[str, Any]]:
    """Every network on every data set; plain values, ready for JSON."""
    set_up_torch()
    chosen = tasks(settings)
    steps = len(chosen) * len(NAMES) * settings.training.steps
    bar = tqdm(total=steps, desc="train", unit="step", disable=None)  # None: on a terminal only
    with bar, warnings.catch_warnings():
        warnings.simplefilter("ignore", ff.UndersampledWarning)  # counted in the record
        return [_run_task(task, settings, bar) for task in chosen]


def _run_task(task: Task, settings: Settings, bar: Any) -> dict[str, Any]:
    designs = [design(task, seed, settings.clusters) for seed in range(settings.seeds)]
    label = label_profile(task, designs, settings)
    networks: dict[str, Any] = {}
    decomposed: dict[str, dict[str, list[Parts]]] = {}
    for name in NAMES:
        bar.set_postfix_str(f"{task.name}, {name}")
        found, parameters = answers(task, name, designs, settings.training, bar.update)
        decomposed[name] = profiles(found, designs, settings, of_encoders=name not in CONTROLS)
        networks[name] = {
            "parameters": parameters,
            "accuracy": [float(np.mean(a.as_is.argmax(1) == task.y)) for a in found],
            "followed": followed(task, found, designs),
            **{kind: summary(by_seed) for kind, by_seed in decomposed[name].items()},
            "minus_label": difference(decomposed[name]["as_is"], label),
        }
    return {
        "name": task.name,
        "title": task.title,
        "source_names": list(task.source_names),
        "target_name": task.target_name,
        "rows": len(task.y),
        "classes": len(np.unique(task.y)),
        "features": task.x1.shape[1],
        "tokens": task.tokens,
        "label": summary(label),
        "networks": networks,
        "differences": [
            {
                "of": one,
                "minus": other,
                **{
                    kind: difference(by_seed, decomposed[other][kind])
                    for kind, by_seed in decomposed[one].items()
                },
                "followed": followed_difference(
                    networks[one]["followed"], networks[other]["followed"]
                ),
            }
            for one, other in PAIRS
        ],
    }
