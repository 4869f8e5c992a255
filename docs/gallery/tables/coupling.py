# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
The coupling behind the number
==============================

Unique information and redundancy are those of a distribution q that keeps both p(x1,y) and p(x2,y) and makes the
sources tell as little together as they can. Left the table p(x1,x2) of two noisy copies of Y, right q(x1,x2): it
puts more mass on the diagonal, so that one source repeats the other. What is lost on the way is the synergy.
The atoms do not depend on which q is taken where there are several.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm

import fourfold as ff

k = np.arange(8)
tuning = np.exp(-((k[:, None] - k * 3.5 / 3) ** 2) / 4)[:, :7]  # p(x|y) of either source
tuning /= tuning.sum(0)
pmf = tuning[:, None, :] * tuning[None, :, :] / 7  # independent given y
result = ff.decompose(pmf, tol=1e-6)
_, axes = plt.subplots(1, 2, figsize=(7.2, 3.4), layout="constrained", sharey=True)
titles = (f"p: together {result.mi_joint:.2f} bits", f"q: {result.union_information:.2f} bits")
for ax, table, title in zip(axes, (pmf, result.coupling()), titles, strict=True):
    image = ax.imshow(table.sum(2), cmap="Greys", norm=PowerNorm(0.5, 0, 0.15), origin="lower")
    ax.set(title=title, xlabel="State of X2")
axes[0].set_ylabel("State of X1")
axes[0].figure.colorbar(image, ax=axes, label="Probability")
plt.show()
