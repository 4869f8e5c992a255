# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
A certified interval narrows
============================

Every number comes with two bounds that hold whenever the solver stops: here of the synergy of a random table of
24 x 24 x 8 states, after 1, 2, 4, ... steps. More steps, or a smaller ``tol``, narrow the interval, and never move
it off the truth. The interval is about the arithmetic; that a table is of a sample is another question.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

table = np.random.default_rng(0).gamma(0.3, size=(24, 24, 8))
warnings.simplefilter("ignore", ff.ConvergenceWarning)  # stopped early on purpose
steps = 2 ** np.arange(8)
results = [ff.decompose(table, max_iter=k, tol=1e-9, method="ipfp") for k in steps]
low = np.array([result.lower.synergy for result in results])
high = np.array([result.upper.synergy for result in results])
_, ax = plt.subplots(figsize=(5.6, 3.4), layout="constrained")
ax.fill_between(steps, low, high, color=ff.plotting.COLORS.synergy, alpha=0.35)
ax.plot(steps, high, color=ff.plotting.COLORS.synergy, marker="v", label="upper bound")
ax.plot(steps, low, color=ff.plotting.COLORS.synergy, marker="^", label="lower bound")
ax.axhline(ff.decompose(table, tol=1e-9).synergy, color="black", linewidth=0.8, label="solved")
ax.set_xscale("log", base=2)
ax.set(xlabel="Steps of the solver", ylabel="Synergy of the table (bits)")
ax.legend(frameon=False)
plt.show()
