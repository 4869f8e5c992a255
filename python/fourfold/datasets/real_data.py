# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Small real data sets with two natural sources each, from the copies scikit-learn ships."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.datasets.two_source import TwoSourceDataset

__all__ = ["breast_cancer", "digits_halves", "wine"]


def digits_halves() -> TwoSourceDataset:
    """Left and right half of handwritten digits, and which digit it is.

    Returns
    -------
    TwoSourceDataset
        Sources x1 and x2 of shape (1797, 32): grey values 0 to 16 of columns 0 to 3 and 4 to 7 of
        each 8 x 8 image; y the digit, 0 to 9.

    See Also
    --------
    fourfold.datasets.wine : Fewer rows, of three classes.
    fourfold.datasets.breast_cancer : Two classes, mostly redundant sources.

    Notes
    -----
    The copy that scikit-learn ships, ``sklearn.datasets.load_digits``: UCI, Alpaydin and Kaynak (1998).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> x1.shape, x2.shape, y.shape
    ((1797, 32), (1797, 32), (1797,))
    """
    from sklearn.datasets import load_digits  # noqa: PLC0415  slow to import

    bunch = load_digits()
    in_left_half = np.tile(np.arange(8) < 4, 8)
    return _split(
        bunch,
        in_left_half,
        ~in_left_half,
        source_names=("left half", "right half"),
        target_name="digit",
        description=(
            "Optical recognition of handwritten digits (UCI), test part: 1797 images of 8 x 8 "
            "pixels. Two views of one object that overlap in nothing but the object."
        ),
    )


def wine() -> TwoSourceDataset:
    """Phenols and colour against the other chemistry of a wine, and its cultivar.

    Returns
    -------
    TwoSourceDataset
        Source x1 of shape (178, 7): phenols, and the colour and absorbance that they cause; x2 of
        shape (178, 6): alcohol, acid, minerals and proline; y one of three cultivars.

    See Also
    --------
    fourfold.datasets.digits_halves : More rows, of ten classes.
    fourfold.datasets.breast_cancer : Two classes, mostly redundant sources.

    Notes
    -----
    The copy that scikit-learn ships, ``sklearn.datasets.load_wine``: UCI, of Forina et al., PARVUS.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, cultivar = data = ff.datasets.wine()
    >>> data.feature_names[1][:2], x2.shape
    (('alcohol', 'malic_acid'), (178, 6))
    """
    from sklearn.datasets import load_wine  # noqa: PLC0415  slow to import

    bunch = load_wine()
    optical = (
        "total_phenols",
        "flavanoids",
        "nonflavanoid_phenols",
        "proanthocyanins",
        "color_intensity",
        "hue",
        "od280/od315_of_diluted_wines",
    )
    is_optical = np.isin(bunch.feature_names, optical)
    return _split(
        bunch,
        is_optical,
        ~is_optical,
        source_names=("phenols and colour", "other chemistry"),
        target_name="cultivar",
        description=(
            "Wine recognition (UCI): 178 wines of three cultivars of one region. Phenols are "
            "what gives a wine its colour and its absorbance at 280 nm, so these seven "
            "measurements are one instrument's view; alcohol, malic acid, ash, its "
            "alcalinity, magnesium and proline take other assays."
        ),
    )


def breast_cancer() -> TwoSourceDataset:
    """Typical against extreme cell nuclei of a biopsy, and whether it is benign.

    Returns
    -------
    TwoSourceDataset
        Source x1 of shape (569, 10): the mean of each measurement over the nuclei; x2 of shape
        (569, 10): the mean over the three nuclei with the largest values; y 0 for malignant,
        1 for benign.

    See Also
    --------
    fourfold.datasets.digits_halves : More rows, of ten classes.
    fourfold.datasets.wine : Fewer rows, of three classes.

    Notes
    -----
    The copy that scikit-learn ships, ``sklearn.datasets.load_breast_cancer``: UCI, Wolberg,
    Street and Mangasarian (1995).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, benign = ff.datasets.breast_cancer()
    >>> x1.shape, x2.shape, round(float(benign.mean()), 2)
    ((569, 10), (569, 10), 0.63)
    """
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415  slow to import

    bunch = load_breast_cancer()
    names = np.asarray(bunch.feature_names, dtype=str)
    return _split(
        bunch,
        np.char.startswith(names, "mean "),
        np.char.startswith(names, "worst "),
        source_names=("mean nucleus", "worst nuclei"),
        target_name="diagnosis",
        description=(
            "Breast cancer Wisconsin, diagnostic (UCI): 569 biopsies. The same ten "
            "measurements of the same nuclei, summarised in two ways, so most of what they "
            "tell is redundant; the ten standard errors are left out, as they describe "
            "neither the typical nor the extreme nucleus."
        ),
    )


def _split(bunch: Any, in_x1: np.ndarray, in_x2: np.ndarray, **words: Any) -> TwoSourceDataset:
    """Columns of a scikit-learn bunch, chosen by two boolean masks."""
    names = np.asarray(bunch.feature_names, dtype=str)
    return TwoSourceDataset(
        x1=np.ascontiguousarray(bunch.data[:, in_x1], dtype=np.float64),
        x2=np.ascontiguousarray(bunch.data[:, in_x2], dtype=np.float64),
        y=np.asarray(bunch.target, dtype=np.int64),
        feature_names=(tuple(names[in_x1].tolist()), tuple(names[in_x2].tolist())),
        **words,
    )
