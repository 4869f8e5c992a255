# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
All pairs of features
=====================

Thirty measurements of 569 tumours make 435 pairs. Which of them tell the same about the diagnosis (below the diagonal:
redundancy), and which tell only together (above it: synergy)? The darkest blue are radius, perimeter and area of the
same nuclei. Estimates in bits, plug-in less the bias of counting; pairs that do not pass a test of
:func:`fourfold.feature_pairs`, adjusted for there being 435, are grey.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer

import fourfold as ff

tumours = load_breast_cancer(as_frame=True)
pairs = ff.feature_pairs(tumours.data, tumours.target, n_bins=4, n_best=20, random_state=0)
pairs.plot()
plt.show()
