# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Noise correlations and synergy
==============================

Two neurons with equal tuning and noise that they share. Where the noise goes the way of the signal (positive) it
cannot be averaged out, and the synergy falls; where it goes against it (negative) the sum of both neurons is cleaner
than either. Redundancy and unique information depend on the tuning of each neuron alone, and stay as they are.
Points are estimates of 3000 trials, corrected for the bias of counting; bars are 95 % intervals.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
stimulus = rng.integers(2, size=3000)
correlations = np.linspace(-0.8, 0.8, 9)
_, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
results = []
for rho in correlations:
    noise = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], 3000)
    counts = [ff.bin_target(column, 6).codes for column in (stimulus[:, None] + noise).T]
    results.append(ff.pid(*counts, stimulus))
for k, name in ((0, "redundancy"), (3, "synergy")):
    value = np.array([result.atoms[k] for result in results])
    low = [result.confidence_interval.low[k] for result in results]
    high = [result.confidence_interval.high[k] for result in results]
    how = {"color": ff.plotting.COLORS[k], "marker": "os"[k > 0], "capsize": 3, "label": name}
    ax.errorbar(correlations, value, (value - low, high - value), **how)
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="Correlation of the noise", ylabel="Information about the stimulus (bits)")
ax.legend(frameon=False)
plt.show()
