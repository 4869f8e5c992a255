# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Ranks of estimated and true atoms, and how often intervals of rank correlations cover."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.stats import kendalltau, spearmanr

import fourfold as ff
from benchmarks.families.simulated import (
    FIRST,
    SECOND,
    Setting,
    answers,
    drawn_weights,
    embeddings_of,
    label,
    rows,
    truth,
    truth_of_noise,
)
from fourfold.workflows.families.correlations import QUANTITIES, Ranked, correlations

__all__ = ["end_to_end", "intervals", "ranks"]

MODELS = 20
SETTINGS = {"first": FIRST, "second": SECOND}
ATOMS = ("redundancy", "unique1", "unique2", "synergy")
#: Of the data set that models embed: XOR for most rows, AND for the others.
_TABLE = 0.9 * ff.gates.XOR.pmf + 0.1 * ff.gates.AND.pmf


def ranks(
    n: int,
    seed: int,
    estimator: Any = "classifier",
    kinds: tuple[str, ...] = ("embeddings", "labels", "probabilities"),
) -> dict[str, Any]:
    """Rank correlation of estimated and true atoms over 20 models, by what was given of them."""
    found = {}
    if "embeddings" in kinds:
        models, datasets, true = embedding(n, seed)
        profiles = ff.model_profiles(models, datasets, estimator=estimator, n_seeds=1)
        found["embeddings"] = _against(profiles, true)
    for name, setting in SETTINGS.items():
        models, datasets, true = answering(setting, n, seed)
        for kind in (kind for kind in kinds if kind in models):
            of_kind = models[kind]
            profiles = ff.model_profiles(of_kind, datasets, estimator=estimator, n_seeds=1)
            found[f"{name}, {kind}"] = _against(profiles, true)
    return found


def answering(
    setting: Setting,
    n: int,
    seed: int,
    models: int = MODELS,
    families: int = 0,
    kinship: float = 0.0,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, np.ndarray]]:
    """Models that answer rows of one data set, as probabilities and as labels drawn from them."""
    rng = np.random.default_rng(seed)
    weights, _ = drawn_weights(rng, models, families, kinship)
    x1, x2, t = rows(rng, setting, n)
    given: dict[str, Any] = {"probabilities": {}, "labels": {}}
    truths = []
    for k, of_model in enumerate(weights):
        p = answers(setting, of_model, *t)
        drawn = (rng.random((n, 1)) > p.cumsum(1)[:, :-1]).sum(1)
        given["probabilities"][f"model {k}"] = {"data": p}
        given["labels"][f"model {k}"] = {"data": drawn}
        truths.append(truth(setting, of_model))
    true = {name: np.array([one[name] for one in truths]) for name in truths[0]}
    return given, {"data": (x1, x2, label(setting, *t))}, true


def embedding(
    n: int, seed: int
) -> tuple[dict[str, Any], dict[str, Any], dict[str, np.ndarray]]:
    """Models that embed one data set, each seeing less or more of either source."""
    rng = np.random.default_rng([seed, 1])
    cells = rng.choice(_TABLE.size, size=n, p=_TABLE.ravel())
    one, other, y = np.unravel_index(cells, _TABLE.shape)
    noise = rng.uniform(0, 0.8, size=(MODELS, 2))
    models = {
        f"model {k}": {"data": embeddings_of(rng, (one, other), share)}
        for k, share in enumerate(noise)
    }
    truths = [truth_of_noise(_TABLE, share) for share in noise]
    true = {name: np.array([each[name] for each in truths]) for name in ATOMS}
    return models, {"data": (None, None, y)}, true


def _against(profiles: Any, true: dict[str, np.ndarray]) -> dict[str, Any]:
    out = {}
    for name, values in zip(ATOMS, (atom[:, 0] for atom in profiles.atoms), strict=True):
        if np.ptp(true[name]) < 1e-3:  # all alike: no ranks
            continue
        out[name] = {
            "spearman": round(float(spearmanr(values, true[name])[0]), 3),
            "kendall": round(float(kendalltau(values, true[name])[0]), 3),
            "mean error": round(float(np.mean(values - true[name])), 4),
        }
    return out


def intervals(
    rho: float,
    kinship: float,
    reliable: float,
    repetitions: int,
    seed: int = 0,
    families: int = 7,
) -> dict[str, Any]:
    """Coverage and mean width of 95 % intervals over 20 models whose normal scores are known.

    `rho` is the true rank correlation of the population, `kinship` the intraclass correlation of families,
    `reliable` the share of the scatter that is not error. "families" and "models" are intervals of this
    workflow with and without `families`; "as published" is Fisher's of the ranks as they are.
    """
    rng = np.random.default_rng(
        [seed, int(1000 * rho), int(100 * kinship), int(100 * reliable)]
    )
    normal = 2 * np.sin(np.pi / 6 * rho)
    family = np.arange(MODELS) % families
    hits = dict.fromkeys(("families", "models", "as published"), 0)
    widths = dict.fromkeys(hits, 0.0)
    quantities = len(QUANTITIES)
    calls = max(1, repetitions // quantities)
    error = np.sqrt(1 / reliable - 1)
    for call in range(calls):
        shape = (quantities + 1, MODELS)
        latent = np.sqrt(kinship) * rng.standard_normal((quantities + 1, families))[:, family]
        latent = latent + np.sqrt(1 - kinship) * rng.standard_normal(shape)
        column, atoms = latent[0], normal * latent[0] + np.sqrt(1 - normal**2) * latent[1:]
        observed = atoms + error * rng.standard_normal(atoms.shape)
        given = observed[..., None], np.full((*atoms.shape, 1), error)
        columns = {"column": (column[:, None], np.zeros((MODELS, 1)))}
        spans = []
        for name, units in (("families", family), ("models", np.arange(MODELS))):
            found = correlations(
                Ranked(*given, units, 0.95), columns, ("data",), np.random.default_rng(call)
            )
            spans.append((name, found.spearman_low, found.spearman_high))
        z, half = np.arctanh(np.clip(found.spearman, -0.999, 0.999)), 1.96 / np.sqrt(MODELS - 3)
        spans.append(("as published", np.tanh(z - half), np.tanh(z + half)))
        for name, low, high in spans:
            hits[name] += int(((low <= rho) & (rho <= high)).sum())
            widths[name] += float((high - low).sum())
    total = calls * quantities
    return {
        "rho": rho, "kinship": kinship, "reliability": reliable, "repetitions": total,
        **{name: [round(hit / total, 3), round(widths[name] / total, 2)] for name, hit in hits.items()},
    }  # fmt: skip


def end_to_end(
    repetitions: int,
    n: int,
    estimator: Any = "classifier",
    kinship: float = 0.6,
    families: int = 7,
) -> dict[str, Any]:
    """The same of models that are fitted: synergy decoded from n labels, against measured accuracy."""
    rng = np.random.default_rng(99)
    weights, _ = drawn_weights(rng, 600)
    every = [truth(FIRST, one, points=25) for one in weights]
    rho = float(
        spearmanr(*([one[name] for one in every] for name in ("synergy", "accuracy")))[0]
    )
    kin = {f"model {k}": f"family {k % families}" for k in range(MODELS)}
    hits = dict.fromkeys(("families", "models", "as published"), 0)
    widths = dict.fromkeys(hits, 0.0)
    at = (QUANTITIES.index("synergy"), 0, 0)
    observed, shares = [], []
    for repetition in range(repetitions):
        given, datasets, _ = answering(FIRST, n, 1000 + repetition, MODELS, families, kinship)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            alone = ff.model_profiles(given["labels"], datasets, estimator=estimator, n_seeds=1)
        of_models: Any = alone.rank_correlations
        of_families: Any = alone.with_columns(families=kin).rank_correlations
        value = of_models.spearman[at]
        z, half = np.arctanh(np.clip(value, -0.999, 0.999)), 1.96 / np.sqrt(MODELS - 3)
        for name, low, high in (
            ("families", of_families.spearman_low[at], of_families.spearman_high[at]),
            ("models", of_models.spearman_low[at], of_models.spearman_high[at]),
            ("as published", np.tanh(z - half), np.tanh(z + half)),
        ):
            hits[name] += int(low <= rho <= high)
            widths[name] += float(high - low)
        observed.append(value)
        shares.append(of_models.reliability[at])
    return {
        "rho": round(rho, 3), "mean observed": round(float(np.mean(observed)), 3),
        "mean reliability": round(float(np.mean(shares)), 3), "repetitions": repetitions, "rows": n,
        "kinship": kinship,
        **{name: [round(hit / repetitions, 3), round(widths[name] / repetitions, 2)] for name, hit in hits.items()},
    }  # fmt: skip
