# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Who would be missed in a population?
====================================

Five neurons with overlapping tuning for eight directions; the fifth prefers that of the fourth and fires half as much.
Blue are their Shapley shares of the union information, which is what their tunings tell in any case, however the
neurons are correlated. Orange is what would be lost without a neuron, as no other has it: nothing of the fifth. All
are of the tuning tables p(count, direction), certified to 0.001 bits.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import poisson

import fourfold as ff

direction = np.arange(8) * np.pi / 4
preferred = np.array([0, 1.6, 3.1, 4.7, 4.7])
gain = np.array([6, 6, 6, 6, 3])
rate = 0.5 + gain[:, None] * np.exp(2 * np.cos(direction - preferred[:, None]) - 2)
tables = poisson.pmf(np.arange(25)[None, :, None], rate[:, None, :])  # p(count | direction)
tables = tables / tables.sum(1, keepdims=True) / 8
names = [f"neuron {k}" for k in range(1, 6)]
found = ff.union_information_from_marginals(list(tables), source_names=names, tol=1e-3)
found.plot(what="shares", target_name="the direction")
plt.show()
