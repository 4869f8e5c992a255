# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
How informations are sums of atoms
==================================

Of AND each source alone tells R and its own U, both together all four atoms. So I(X1;Y) + I(X2;Y) counts R twice
and S not at all: their sum may be above or below I(X1,X2;Y), and the difference R - S, the co-information, is
what no Venn diagram can show when it is negative. All numbers are of the table of the gate, exact.
"""

import matplotlib.pyplot as plt

import fourfold as ff

result = ff.decompose(ff.gates.AND.pmf)
r, u1, u2, s = result.atoms
bars = {"I(X1;Y)": (r, u1, 0, 0), "I(X2;Y)": (r, 0, u2, 0), "I(X1,X2;Y)": (r, u1, u2, s)}
bars |= {"I(X1;Y) + I(X2;Y)": (2 * r, u1, u2, 0)}
_, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
for place, parts in enumerate(bars.values()):
    start = 0.0
    for part, color in zip(parts, ff.plotting.COLORS, strict=True):
        ax.barh(-place, part, left=start, color=color, edgecolor="white")
        start += part
for name, color in zip(("redundancy R", "synergy S"), ff.plotting.COLORS[::3], strict=True):
    ax.barh(0, 0, color=color, label=name)
ax.set_yticks([0, -1, -2, -3], list(bars))
ax.set_xlabel("Information about Y = X1 AND X2 (bits)")
ax.legend(frameon=False)
plt.show()
