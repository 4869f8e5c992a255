# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Do two results differ?
======================

Two annotators describe 800 pictures, one of them with more slips. The intervals of what is unique to the picture
overlap, and still the same rows show a difference: what they add to both results alike cancels in
:func:`fourfold.compare`. So whether two results differ is read off the interval of their difference, right, and not
off two intervals beside each other. All are 95 % intervals of the population.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
picture, sound, kind = rng.integers(3, size=(3, 800))
y = np.where(rng.random(800) < 0.6, picture, kind)
careful = np.where(rng.random(800) < 0.1, rng.integers(3, size=800), picture)
hasty = np.where(rng.random(800) < 0.06, rng.integers(3, size=800), careful)
a, b = (ff.pid(seen, sound, y) for seen in (careful, hasty))
found = ff.compare(a, b)
_, axes = plt.subplots(1, 2, figsize=(6.8, 3.2), layout="constrained", width_ratios=(2, 1))
for place, result in enumerate((a, b)):
    span = result.confidence_interval
    ends = [[result.unique1 - span.low.unique1], [span.high.unique1 - result.unique1]]
    axes[0].errorbar(
        place, result.unique1, ends, fmt="o", color=ff.plotting.COLORS.unique1, capsize=5
    )
axes[0].set(xticks=[0, 1], xticklabels=["careful", "hasty"], xlim=(-0.6, 1.6))
axes[0].set(ylabel="Unique to the picture (bits)", title="two results")
gap = found.difference.unique1
ends = [[gap - found.low.unique1], [found.high.unique1 - gap]]
axes[1].errorbar(0, gap, ends, fmt="o", color=ff.plotting.COLORS.unique1, capsize=5)
axes[1].axhline(0, color="black", linewidth=0.8)
axes[1].set(xticks=[], xlim=(-1, 1), title=f"difference, p = {found.pvalue.unique1:.1g}")
plt.show()
