# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One result of each kind, small, made when it is first asked for."""

from __future__ import annotations

import functools
import math
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

import fourfold as ff
from benchmarks.peers.soft import soft_marginals
from tests.support.decoded import decoded
from tests.support.fitted import exact, of_samples, rows

NAN = math.nan


@functools.cache
def made(name):
    """The result of that name, the same object each time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MAKERS[name]()


def labels(n=200, seed=0):
    x1, x2 = np.random.default_rng(seed).integers(0, 3, (2, n))
    return x1, x2, (x1 + x2) % 2


def embeddings(n=80, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    return *(rng.standard_normal((n, 2)) + y[:, None] for _ in "ab"), y


def layers(n=80):
    x1, x2, y = embeddings(n)
    return {"1": x1, "2": x1 + 1.0 * np.random.default_rng(1).standard_normal(x1.shape)}, x2, y


def of_kmeans():
    return {"estimator": "kmeans", "n_clusters": 2, "n_seeds": 2, "n_init": 1, "held_out": 0.0}


def batch():
    rng = np.random.default_rng(0)
    return ff.decompose(rng.random((2, 3, 2, 3, 2)))


def gaussian_batch():
    """Of three layers, of samples."""
    rng = np.random.default_rng(0)
    x1, x2, y = rows(rng, 60)
    return ff.layer_profile({"a": x1, "b": x1[:, :1]}, x2, y, estimator="gaussian")


def masked_predictions():
    both = np.array([[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]])
    return both, np.full((4, 2), 0.5), np.full((4, 2), 0.5)


def ablation():
    x1, x2, y = embeddings()
    cases = {
        name: ff.AblationCase(lambda a, b: (a[:, 0] + b[:, 0] > 1).astype(int), x1 + k, x2, y)
        for k, name in enumerate("ab")
    }
    return ff.ablation_report(cases, n_clusters=2, n_seeds=1, estimator="kmeans", n_init=1)


def models():
    x1, x2, y = embeddings()
    answers = {f"m{k}": {"a": (x1[:, 0] > k / 4).astype(int), "b": y} for k in range(4)}
    given = {"a": (x1, x2, y), "b": (x1, x2)}
    columns = {"size": {"m0": 1, "m3": 2}}
    estimator = ff.PIDEstimator(2, n_init=1)
    return ff.model_profiles(answers, given, columns=columns, estimator=estimator, n_seeds=1)


MAKERS = {
    "table": lambda: ff.decompose(ff.gates.AND.pmf),
    "marginals": lambda: ff.decompose_marginals([[0.5, 0], [0, 0.5]], [[0.25, 0.25], [0.25, 0.25]]),
    "merged": lambda: ff.decompose_marginals(
        *soft_marginals("near", 40, 3, 0), merge=0.02, tol=0.04
    ),
    "labels": lambda: ff.pid(*labels()),
    "halves": lambda: ff.pid(*labels(), bias_correction="qe", n_resamples=30),
    "few samples": lambda: ff.pid([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 0, 1]),
    "bins": lambda: ff.pid(*labels()[:2], np.arange(200.0), target_bins=4),
    "clusters": lambda: ff.PIDEstimator(3, n_init=1).fit(*embeddings()).result_,
    "batch": batch,
    "empty batch": lambda: ff.decompose(np.ones((0, 3, 2, 2, 2))),
    "decoded": decoded,
    "decoded without both": lambda: decoded(joint=False),
    "covariance": exact,
    "Gaussian samples": of_samples,
    "Gaussian": lambda: ff.gaussian_pid(*rows(np.random.default_rng(0), 80)),
    "union": lambda: ff.gaussian_union(
        list(rows(np.random.default_rng(0), 80)[:2]), rows(np.random.default_rng(0), 80)[2]
    ),
    "union of tables": lambda: ff.union_information_from_marginals(
        [[[0.3, 0.1, 0.1], [0.1, 0.2, 0.2]]] * 2 + [[[0.4, 0, 0.3], [0, 0.3, 0]]]
    ),
    "union of labels": lambda: ff.union_information([*labels()[:2], labels(seed=1)[0]], labels()[2]),
    "union of a table": lambda: ff.union_information_from_table(
        np.random.default_rng(0).random((2, 2, 3, 2))
    ),
    "lattice": lambda: made("union of a table").lattice,
    "shared exclusions": lambda: ff.sx_pid(labels()[:2], labels()[2]),
    "shared exclusions of a table": lambda: ff.sx_pid_from_table(ff.gates.AND.pmf),
    "co-information": lambda: ff.co_information_from_table(ff.gates.AND.pmf),
    "O-information": lambda: ff.o_information(labels()[:2], labels()[2], n_permutations=19),
    "O-information of Gaussians": lambda: ff.o_information(
        [*np.random.default_rng(0).standard_normal((3, 80))], estimator="gaussian"
    ),
    "conditional": lambda: ff.conditional_pid(*labels(), given=np.arange(200) % 2),
    "conditional of embeddings": lambda: ff.conditional_pid(
        *embeddings(120), given=embeddings(120, 1)[0], n_strata=2, min_samples=30
    ),
    "decisions": lambda: ff.decision_pid(*masked_predictions()),
    "use": lambda: ff.recombined_pid(
        lambda a, b: (a[:, 0] + b[:, 0] > 1).astype(int), *embeddings()[:2], design="grid", random_state=0
    ),
    "layers of clusters": lambda: ff.layer_profile(*layers(), **of_kmeans()),
    "layers decoded": lambda: ff.layer_profile(
        *layers(), estimator=ff.ClassifierPID(LogisticRegression()), n_seeds=1
    ),
    "layers of Gaussians": gaussian_batch,
    "data sets": lambda: ff.dataset_profile({"a": embeddings(), "b": embeddings(60)}, **of_kmeans()),
    "noise": lambda: ff.noise_sweep(*embeddings(), (0, 1), **of_kmeans()),
    "numbers of clusters": lambda: ff.cluster_sweep(*embeddings(), [2, (2, 3)], n_seeds=1, n_init=1),
    "ablation": ablation,
    "grid": lambda: ff.profile_grid(
        {"l": layers()[0]["1"]}, {"r": layers()[1]}, {"y": embeddings()[2]},
        estimator=ff.PIDEstimator(2, n_init=1), n_seeds=2,
    ),
    "models": models,
    "subsets": lambda: ff.high_synergy_subsets(
        *labels(), by={"half": np.arange(200) % 2, "few": np.arange(200) < 9}, least_rows=50
    ),
    "pairs": lambda: ff.feature_pairs(
        np.stack([*labels()[:2], labels(seed=1)[0]], 1), labels()[2], n_best=1
    ),
    "comparison": lambda: ff.compare(made("labels"), ff.pid(*labels(seed=1)), paired=False),
    "test": lambda: ff.permutation_test(*labels(), "mi1", n_permutations=19),
    "tests": lambda: ff.permutation_test(*labels(), ["mi1", "mi2"], n_permutations=19),
    "synergy test": lambda: ff.permutation_test(*labels(60), "synergy", n_permutations=19),
    "rows": lambda: ff.pointwise(made("labels"), *labels()),
    "cells": lambda: ff.pointwise(made("labels"), ff.Counts.from_labels(*labels())),
    "weights": lambda: ff.sample_weights(made("rows")),
    "interval": lambda: made("halves").confidence_interval,
    "kept": lambda: made("clusters").kept,
    "bounds": lambda: made("decoded").outer_bounds,
    "target bins": lambda: made("bins").target_bins,
    "binned target": lambda: ff.bin_target(np.arange(20.0), 4),
    "density": lambda: ff.unique_density(ff.decompose(ff.gates.AND.pmf), [0.25, 0.5, 0.75]),
}  # fmt: skip
