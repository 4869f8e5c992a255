# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The order of the gallery: sections as listed here, and examples as listed here within them.

What is not listed comes after what is, by name.
"""

from __future__ import annotations

from pathlib import Path

#: The folders of docs/gallery, and their scripts; below "tutorials" those of docs/tutorials.
ORDER = {
    "start": ["first_figure", "gates", "sums", "labels"],
    "tables": [
        "certificate",
        "coupling",
        "thresholds",
        "two_classes",
        "many_tables",
        "second_opinions",
        "dit",
    ],
    "rows": [
        "sample_size",
        "intervals",
        "comparison",
        "permutations",
        "pointwise",
        "subsets",
    ],
    "embeddings": ["own_classifiers", "clusters", "known_truth", "noise", "layers"],
    "models": ["decisions", "use", "ablation", "families", "training_loss"],
    "sources": [
        "three_modalities",
        "many_sources",
        "feature_pairs",
        "regression",
        "gaussian",
    ],
    "brains": ["spike_counts", "noise_correlations", "population", "transfer"],
    "scale": ["duckdb_counts", "dask_blocks"],
    "tutorials": [
        "embeddings_to_profile",
        "black_box_decisions",
        "video_audio_language",
        "three_strips",
        "regression_and_layers",
    ],
}


def place(name: str, known: list[str]) -> tuple[int, str]:
    """What to sort by."""
    return (known.index(name) if name in known else len(known), name)


def sections(folder: str) -> tuple[int, str]:
    """Of folders, as sphinx-gallery names them: their path."""
    return place(Path(folder).name, list(ORDER))


class OfExamples:
    """Of the scripts of one folder."""

    def __init__(self, folder: str) -> None:
        self.known = ORDER.get(Path(folder).name, [])

    def __call__(self, name: str) -> tuple[int, str]:
        return place(Path(name).stem, self.known)

    def __repr__(self) -> str:
        return type(self).__name__
