# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Data sets with two natural sources each: small real ones, and generated ones of known atoms."""

from fourfold.datasets.known_atoms import Embeddings, Truth
from fourfold.datasets.latent_factors import make_latent_factors
from fourfold.datasets.make_embeddings import make_embeddings
from fourfold.datasets.real_data import breast_cancer, digits_halves, wine
from fourfold.datasets.two_source import TwoSourceDataset

__all__ = [
    "Embeddings",
    "Truth",
    "TwoSourceDataset",
    "breast_cancer",
    "digits_halves",
    "make_embeddings",
    "make_latent_factors",
    "wine",
]
