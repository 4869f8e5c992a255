# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
What an interval promises
=========================

Fifty samples of 400 rows of one population, whose synergy is known, and the 95 % interval that each of them gives.
About one in twenty misses the truth, and nobody who has but one sample knows whether it is theirs. ``low`` and
``high`` of :class:`fourfold.ConfidenceInterval` are the ends; the population is an AND of two bits, heard in noise.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
pmf = 0.9 * ff.gates.AND.pmf + 0.1 / 8  # one row in ten is drawn from nothing
truth = ff.decompose(pmf).synergy
found = []
for _ in range(50):
    counts = ff.Counts.from_table(rng.multinomial(400, pmf.ravel()).reshape(2, 2, 2))
    result = ff.pid(counts)
    interval = result.confidence_interval
    found.append((result.synergy, interval.low.synergy, interval.high.synergy))
value, low, high = np.array(found)[np.argsort([row[0] for row in found])].T
missed = (low > truth) | (high < truth)
_, ax = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
for which, color, name in (
    (~missed, ff.plotting.COLORS.synergy, "holds it"),
    (missed, "crimson", "misses it"),
):
    place = np.flatnonzero(which)
    ax.vlines(place, low[which], high[which], color=color)
    ax.plot(place, value[which], "o", color=color, markersize=4, label=f"{name}: {which.sum()}")
ax.axhline(truth, color="black", linewidth=0.8, label=f"synergy of the population: {truth:.3f}")
ax.set(xlabel="Samples of 400 rows, sorted", ylabel="Synergy (bits)", xticks=[])
ax.legend(frameon=False, loc="upper left", fontsize=9)
plt.show()
