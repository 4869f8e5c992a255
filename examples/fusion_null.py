# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What an estimate from the tokens of one sample gives where nothing depends on anything.

Its shape: of one picture and one question the tokens are the rows. Whichever of image, text and
output has more tokens is replaced by as many centres of K-means as the shortest has tokens, in
the order that K-means happens to give them, and row n of all three is taken for one draw. Rows
are then normalised, projected to 10 principal components and clustered to 10 labels each.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.stats import ortho_group
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

import fourfold as ff

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
CLUSTERS = 10
TOKENS = (8, 12, 16, 24, 40, 80)  # of the text
MORE = (200, 1000, 5000)  # labels only: what it takes for the bias to go
IMAGE_TOKENS, WIDTH = 81, 64
PERTURBATION = 0.05  # of the standard deviation of a column
UNEVEN = 0.7  # of the labels are one


def null(draws: int, tokens: tuple[int, ...] = TOKENS, more: tuple[int, ...] = MORE) -> Any:
    """Atoms in bits and C1 for each number of tokens; plain values, ready for JSON.

    "labels" are independent and uniform; "uneven" the same, but most of those of the second source
    are one; "tokens" independent and Gaussian, through clustering; of "image_only" the output's
    states at the image's positions are the image's tokens, rotated.
    """
    rng = np.random.default_rng(0)
    record: dict[str, Any] = {"draws": draws, "labels": {}, "uneven": {}}
    for n in (*tokens, *more):
        labels = rng.integers(CLUSTERS, size=(draws, 3, n))
        record["labels"][str(n)] = {**_summary(labels), **_corrected(labels[:50])}
        labels[:, 1][rng.random((draws, n)) < UNEVEN] = 0
        record["uneven"][str(n)] = _summary(labels)
    for kind in ("tokens", "image_only"):
        record[kind] = {}
        for n in tokens:
            pairs = [_clustered(n, rng, copied=kind == "image_only") for _ in range(draws)]
            as_is, moved = (np.array(labels) for labels in zip(*pairs, strict=True))
            shift = np.abs(_contribution1(_atoms(moved)) - _contribution1(_atoms(as_is)))
            record[kind][str(n)] = {**_summary(as_is), "moved_by": _mean(shift)}
    return record


def _atoms(labels: np.ndarray) -> np.ndarray:
    """(draws, 4) exact plug-in atoms of labels (draws, 3, n): image, text, output."""
    tables = np.zeros((len(labels), *[CLUSTERS] * 3))
    draw = np.arange(len(labels))[:, None]
    np.add.at(tables, (draw, *labels.transpose(1, 0, 2)), 1 / labels.shape[-1])
    return np.stack(ff.decompose(tables, tol=1e-4).atoms, -1)


def _contribution1(atoms: np.ndarray) -> np.ndarray:
    both = atoms[:, 1] + atoms[:, 2]
    return np.where(both > 1e-3, atoms[:, 1] / np.where(both > 1e-3, both, 1), np.nan)


def _summary(labels: np.ndarray) -> dict[str, Any]:
    atoms = _atoms(labels)
    return {
        "atoms": dict(zip(ATOMS, atoms.mean(0).tolist(), strict=True)),
        "contribution1": _mean(_contribution1(atoms)),
    }


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _corrected(labels: np.ndarray) -> dict[str, Any]:
    """What `fourfold.pid` makes of the same: its correction, and whether it says too few."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ff.UndersampledWarning)  # counted here
        results = [ff.pid(*of_one) for of_one in labels]
    atoms = np.mean([result.atoms for result in results], 0)
    return {
        "corrected": dict(zip(ATOMS, atoms.tolist(), strict=True)),
        "undersampled": float(np.mean([bool(result.undersampled) for result in results])),
    }


def _clustered(
    n: int, rng: np.random.Generator, *, copied: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Labels (3, n) of one picture and question, and of both slightly perturbed."""
    image, text, output = (
        rng.standard_normal((rows, WIDTH)) for rows in (IMAGE_TOKENS, n, n + IMAGE_TOKENS)
    )
    if copied:
        output[n:] = image @ ortho_group.rvs(WIDTH, random_state=rng)
    found = []
    for moved in (0.0, PERTURBATION):
        tokens = [x + moved * rng.standard_normal(x.shape) for x in (image, text, output)]
        found.append(np.array([_labels(_aligned(x, n)) for x in tokens]))
    return found[0], found[1]


def _aligned(x: np.ndarray, n: int) -> np.ndarray:
    if len(x) <= n:
        return x
    centres = MiniBatchKMeans(n, random_state=42, batch_size=256, n_init=1, max_iter=50)
    return centres.fit(x).cluster_centers_


def _labels(x: np.ndarray) -> np.ndarray:
    x = PCA(min(10, *x.shape), random_state=42).fit_transform(normalize(x))
    return KMeans(min(CLUSTERS, len(x)), n_init=1, max_iter=50, random_state=42).fit(x).labels_
