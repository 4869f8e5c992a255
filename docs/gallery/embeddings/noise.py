# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Noise on one source
===================

Gaussian noise is added to one of two groups of measurements of 178 wines, in multiples of each column's standard
deviation. What it told falls: redundancy turns into information unique to the other, clean source, as that still
tells it. Atoms are what cross-fitted classifiers decode; the bars are the error of sampling alone.
"""

import matplotlib.pyplot as plt

import fourfold as ff

wine = ff.datasets.wine()
found = ff.noise_sweep(*wine, levels=(0, 0.5, 1, 2, 4), source=1, n_seeds=1, random_state=0)
found.plot(source_names=wine.source_names, target_name=wine.target_name)
plt.show()
