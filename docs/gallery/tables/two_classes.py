# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Two classes: atoms between ROC curves
=====================================

A target of two classes needs no iteration: the union information is that of the hull of both ROC curves. Where
one curve lies above the other, its source tells what the other does not. Here the sources are texture and symmetry
of tumours, each in six bins; the curves and the atoms are those of the counted table of 569 tumours.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer

import fourfold as ff

tumours = load_breast_cancer(as_frame=True)
names = ("texture", "symmetry")
x1, x2 = (ff.bin_target(tumours.data[f"worst {name}"], 6).codes for name in names)
result = ff.pid(x1, x2, tumours.target == 0, bias_correction="none")
result.plot(kind="roc", source_names=names, class_names=("benign tumours", "malignant ones"))
plt.show()
