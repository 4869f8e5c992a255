# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Layer by layer
==============

A small network is trained on each half of 1200 digits; how much of what its layers tell about other digits is in
both halves, in one, or only in both together? In deeper layers less is redundant, and more is unique to one half.
Atoms are what classifiers decode of these activations, in the same folds at each layer, so that layers can be
compared; bars are the error of sampling alone.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.neural_network import MLPClassifier

import fourfold as ff

left, right, digit = ff.datasets.digits_halves()


def layers_of(half):
    """Pixels and hidden layers for rows that the network was not trained on."""
    network = MLPClassifier((24, 8), max_iter=500, tol=0.01, random_state=0)
    network.fit(half[:1200], digit[:1200])
    found = {"pixels": half[1200:]}
    for k in (0, 1):
        below = list(found.values())[-1]
        found[f"hidden {k + 1}"] = np.maximum(
            below @ network.coefs_[k] + network.intercepts_[k], 0
        )
    return found


profile = ff.layer_profile(
    layers_of(left), layers_of(right), digit[1200:], n_seeds=1, random_state=0
)
profile.plot(source_names=("left half", "right half"), target_name="digit")
plt.show()
