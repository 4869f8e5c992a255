# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Data, folds and networks of the fusion study, and what becomes of each.

A seed decides the split into folds, the initial weights, the order of the batches, the classifiers,
and which rows are recombined. All networks share what belongs to a seed, so that they differ by
the fusion only.
"""

from __future__ import annotations

import dataclasses
import functools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from fusion_networks import CONTROLS, NAMES, Ensemble, Training, set_up_torch
from fusion_profiles import (
    Kinds,
    Part,
    Seeds,
    decoded,
    difference,
    over_seeds,
    recombined,
    summary,
)
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

import fourfold as ff

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Pairs of networks of which the contributions are compared, the first minus the second.
PAIRS = (
    ("x1_asks", "x2_asks"),
    ("x1_asks", "symmetric"),
    ("x2_asks", "symmetric"),
    ("concat", "symmetric"),
    ("x1_asks_bare", "x2_asks_bare"),
)
FOLDS = 2
LEVELS = (0.0, 0.05, 0.2)  # of noise on the inputs, in standard deviations of each column


@dataclasses.dataclass(frozen=True)
class Settings:
    """How much is computed.

    Attributes
    ----------
    seeds : int
    also : tuple of str
        Data sets of which probabilities, and answers to perturbed inputs, are decomposed: of one
        seed, as they take longest.
    training : Training
    classifiers : str
        As `fourfold.ClassifierPID` takes it.
    noise : float
        On the degraded half, in standard deviations of each pixel.
    networks : tuple of str
    data : tuple of str
        Names of the data sets.
    rows : int or None
        The first rows of each data set only.
    """

    seeds: int = 3
    also: tuple[str, ...] = ("digits", "breast_cancer")
    training: Training = dataclasses.field(default_factory=Training)
    classifiers: str = "fast"
    noise: float = 1.0
    networks: tuple[str, ...] = NAMES
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
        Whose x2 each row gets when it is asked whose label is followed: another row of its fold.
    """

    fold: np.ndarray
    partner: np.ndarray


def design(task: Task, seed: int) -> Design:
    """Folds and recombined rows of one seed."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    fold = np.empty(len(task.y), dtype=int)
    partner = np.empty(len(task.y), dtype=int)
    rng = np.random.default_rng(seed)
    for number, (_, held_out) in enumerate(folds.split(task.x1, task.y)):
        fold[held_out] = number
        order = rng.permutation(held_out)
        partner[order] = np.roll(order, 1)  # one cycle: nobody is its own partner
    return Design(fold, partner)


@dataclasses.dataclass(frozen=True)
class Network:
    """A trained network of one seed and fold.

    Attributes
    ----------
    rows : ndarray of int
        Rows that it was not trained on.
    predict, encode : callable
        Probabilities (n, classes), and encoders' states (n, 2, width), of x1 and x2 (n, features).
    """

    rows: np.ndarray
    predict: Callable[[np.ndarray, np.ndarray], np.ndarray]
    encode: Callable[[np.ndarray, np.ndarray], np.ndarray]


def trained(
    task: Task,
    name: str,
    designs: Sequence[Design],
    training: Training,
    step_done: Callable[[], object],
) -> tuple[list[list[Network]], int]:
    """Train a network for each seed and fold; they, and the parameters of each."""
    members = [(seed, fold) for seed in range(len(designs)) for fold in range(FOLDS)]
    learnt = [np.flatnonzero(designs[seed].fold != fold) for seed, fold in members]
    # folds of an odd number of rows differ by one, which a stack of them cannot
    learnt = [rows[: min(map(len, learnt))] for rows in learnt]
    ensemble = Ensemble(
        name,
        task.tokens,
        task.x1.shape[1] // task.tokens,
        int(task.y.max()) + 1,
        [1000 * seed + fold for seed, fold in members],
    )
    one, two = (np.stack([_scaled(x[r], x[r]) for r in learnt]) for x in (task.x1, task.x2))
    ensemble.train(one, two, np.stack([task.y[rows] for rows in learnt]), training, step_done)

    def scaled(method: Any, member: int, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        rows = learnt[member]
        return method(member, _scaled(x1, task.x1[rows]), _scaled(x2, task.x2[rows]))

    networks: list[list[Network]] = [[] for _ in designs]
    for member, (seed, fold) in enumerate(members):
        predict, encode = (
            functools.partial(scaled, method, member)
            for method in (ensemble.probabilities, ensemble.encoded)
        )
        networks[seed].append(
            Network(np.flatnonzero(designs[seed].fold == fold), predict, encode)
        )
    return networks, ensemble.parameters


def _scaled(x: np.ndarray, fit: np.ndarray) -> np.ndarray:
    """By the mean and standard deviation of each column of `fit`."""
    spread = fit.std(0)
    return (x - fit.mean(0)) / np.where(spread > 0, spread, 1.0)


def answers(task: Task, networks: Sequence[Network], partner: np.ndarray | None = None) -> Any:
    """Probabilities (N, classes) for rows as they come, or with x2 of the partner of each."""
    found = np.empty((len(task.y), int(task.y.max()) + 1))
    for network in networks:
        others = network.rows if partner is None else partner[network.rows]
        found[network.rows] = network.predict(task.x1[network.rows], task.x2[others])
    return found


def followed(
    task: Task, networks: Sequence[Sequence[Network]], designs: Sequence[Design]
) -> Seeds:
    """Of answers that are the label of x1 or of x2, where they differ, how many are x1's."""
    shares = []
    for of_seed, plan in zip(networks, designs, strict=True):
        given = answers(task, of_seed, plan.partner).argmax(1)
        apart = task.y != task.y[plan.partner]
        first, second = (
            np.mean(given[apart] == label[apart]) for label in (task.y, task.y[plan.partner])
        )
        shares.append(first / max(first + second, 1e-12))
    return Seeds(np.array(shares))


# -- decompositions --------------------------------------------------------------------


def profiles(
    task: Task,
    networks: Sequence[Sequence[Network]],
    settings: Settings,
    *,
    of_encoders: bool,
) -> Kinds:
    """Decompositions of each kind for each seed, and of each its parts: of disjoint rows."""
    kinds: Kinds = {"class": [], "recombined": []}
    if task.name in settings.also:
        kinds["probabilities"] = []
    if of_encoders:
        kinds["encoders"] = []
    fit = functools.partial(decoded, settings.classifiers)
    every = np.arange(len(task.y))
    for seed, of_seed in enumerate(networks):
        probabilities = answers(task, of_seed)
        hard = probabilities.argmax(1)
        kinds["class"].append([Part(fit(task.x1, task.x2, hard, seed), every)])
        if seed == 0 and task.name in settings.also:
            soft = fit(task.x1, task.x2, probabilities, seed)
            kinds["probabilities"].append([Part(soft, every)])
        for kind in kinds.keys() - {"class", "probabilities"}:
            kinds[kind].append([])
        for network in of_seed:
            rows = network.rows
            one, two = task.x1[rows], task.x2[rows]
            used = recombined(settings.classifiers, network.predict, one, two, seed)
            kinds["recombined"][seed].append(Part(used, rows))
            if of_encoders:
                states = network.encode(one, two)
                read = fit(states[:, 0], states[:, 1], hard[rows], seed)
                kinds["encoders"][seed].append(Part(read, rows))
    return kinds


def perturbed(task: Task, answer: np.ndarray, settings: Settings) -> dict[str, Any]:
    """C1 of the answer by noise on the inputs, as classifiers and as clusters have it.

    The answers stay those to the inputs without noise. A seed draws noise and clusters.
    """
    record: dict[str, Any] = {"levels": list(LEVELS), "classifiers": [], "clusters": []}
    for level in LEVELS:
        shares: list[list[float]] = [[], []]
        for seed in range(2):
            rng = np.random.default_rng(seed)
            one, two = (
                x + level * x.std(0) * rng.standard_normal(x.shape) for x in (task.x1, task.x2)
            )
            clusters = ff.PIDEstimator(8, probe=False, random_state=seed).fit(one, two, answer)
            results = (decoded(settings.classifiers, one, two, answer, seed), clusters.result_)
            for of_kind, result in zip(shares, results, strict=True):
                of_kind.append(float(result.contributions()[0]))
        record["classifiers"].append(shares[0])
        record["clusters"].append(shares[1])
    return record


# -- the study -------------------------------------------------------------------------


def run(settings: Settings) -> list[dict[str, Any]]:
    """Every network on every data set; plain values, ready for JSON."""
    set_up_torch()
    chosen = tasks(settings)
    steps = len(chosen) * len(settings.networks) * settings.training.steps
    bar = tqdm(total=steps, desc="train", unit="step", disable=None)  # None: on a terminal only
    with bar, warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ff.UndersampledWarning
        )  # of clusters of perturbed inputs
        return [_run_task(task, settings, bar) for task in chosen]


def _run_task(task: Task, settings: Settings, bar: Any) -> dict[str, Any]:
    designs = [design(task, seed) for seed in range(settings.seeds)]
    every = np.arange(len(task.y))
    label = [
        [Part(decoded(settings.classifiers, task.x1, task.x2, task.y, seed), every)]
        for seed in range(settings.seeds)
    ]
    record: dict[str, Any] = {
        "name": task.name,
        "title": task.title,
        "source_names": list(task.source_names),
        "target_name": task.target_name,
        "rows": len(task.y),
        "classes": len(np.unique(task.y)),
        "features": task.x1.shape[1],
        "tokens": task.tokens,
        "label": summary(label),
        "networks": {},
    }
    kinds: dict[str, Kinds] = {}
    follows: dict[str, Seeds] = {}
    for name in settings.networks:
        bar.set_postfix_str(f"{task.name}, {name}")
        networks, parameters = trained(task, name, designs, settings.training, bar.update)
        given = [answers(task, of_seed).argmax(1) for of_seed in networks]
        kinds[name] = profiles(task, networks, settings, of_encoders=name not in CONTROLS)
        follows[name] = followed(task, networks, designs)
        record["networks"][name] = {
            "parameters": parameters,
            "accuracy": [float(np.mean(of_seed == task.y)) for of_seed in given],
            "followed": over_seeds(follows[name], 0.0),
            **{kind: summary(by_seed) for kind, by_seed in kinds[name].items()},
            "minus_label": difference(kinds[name]["class"], label),
        }
        if name == "symmetric" and task.name in settings.also:
            record["perturbed"] = perturbed(task, given[0], settings)
    record["differences"] = [
        {
            "of": one,
            "minus": other,
            **{kind: difference(kinds[one][kind], kinds[other][kind]) for kind in kinds[one]},
            "followed": over_seeds(follows[one].minus(follows[other])),
        }
        for one, other in PAIRS
        if {one, other} <= kinds.keys()
    ]
    return record
