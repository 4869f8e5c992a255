# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Few rows make synergy
=====================

Samples of three variables that have nothing to do with each other: all atoms of the population are zero. Counted as
they are, few rows show synergy that is not there. The corrected estimate is near zero on average from about two rows
for each of the 216 cells. Points are means of 20 samples, the bars the standard deviation of a single one.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

warnings.simplefilter("ignore", ff.UndersampledWarning)  # which says what is shown here
rng = np.random.default_rng(0)
sizes = np.array([108, 216, 432, 864, 1728, 3456])
synergy = np.empty((2, len(sizes), 20))
for i, size in enumerate(sizes):
    for draw in range(20):
        result = ff.pid(*rng.integers(6, size=(3, size)), confidence_level=None)
        synergy[:, i, draw] = result.plug_in.synergy, result.synergy
_, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
styles = (("as counted", "0.5", "s"), ("corrected", ff.plotting.COLORS.synergy, "o"))
for (name, color, marker), values in zip(styles, synergy, strict=True):
    how = {"color": color, "marker": marker, "capsize": 3, "label": name}
    ax.errorbar(sizes / 216, values.mean(1), values.std(1), **how)
ax.axhline(0, color="black", linewidth=0.8)
ax.set_xscale("log", base=2)
ax.set_xticks(sizes / 216, ["½", "1", "2", "4", "8", "16"])
ax.set(xlabel="Rows for each cell of the table", ylabel="Synergy (bits), truth: 0")
ax.legend(frameon=False)
plt.show()
