# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Atoms of labels, with errors
============================

The radius of breast tumours beside three other features, each in four bins, and the diagnosis. Radius and area are
nearly one measurement: all that they tell is redundant. Texture and smoothness repeat a part of it and help to read
the rest, which is synergy. Lines beside the bars are 95 % confidence intervals of the population's atoms; estimates
are corrected for the bias of counting 569 tumours, so that one that is zero in truth may come out below it.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer

import fourfold as ff

tumours = load_breast_cancer(as_frame=True)


def binned(name):
    """Four bins with equally many tumours, as labels 0 to 3."""
    return ff.bin_target(tumours.data[name], 4).codes


radius = binned("mean radius")
others = ("area", "texture", "smoothness")
results = {name: ff.pid(radius, binned(f"mean {name}"), tumours.target) for name in others}
ax = ff.plotting.plot_comparison(
    results, source_names=("radius", "the other"), target_name="diagnosis"
)
ax.set_xlabel("The other feature")
plt.show()
