# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Second opinions
===============

The same gates by two other measures: shared exclusions, whose redundancy is negative where what both sources exclude
misleads, and the co-information, which is redundancy less synergy in one signed number. All three agree on RDN, where
there is nothing but redundancy, and on no other gate here: a published number is one of its measure. All are exact,
of the tables of the gates.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

gates = (ff.gates.RDN, ff.gates.XOR, ff.gates.AND, ff.gates.OR, ff.gates.XORAND)
rows = []
for gate in gates:
    broja = ff.decompose(gate.pmf)
    shared = ff.sx_pid_from_table(gate.pmf, pointwise=False)
    co = ff.co_information_from_table(gate.pmf).value
    rows.append((broja.redundancy, shared["x1", "x2"].atom, co))
_, ax = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
names = ("redundancy (BROJA)", "redundancy (shared exclusions)", "co-information")
colors = (ff.plotting.COLORS.redundancy, "0.55", "0.8")
for k, (name, color) in enumerate(zip(names, colors, strict=True)):
    ax.bar(
        np.arange(len(gates)) + 0.26 * (k - 1),
        [row[k] for row in rows],
        0.24,
        color=color,
        label=name,
    )
ax.axhline(0, color="black", linewidth=0.8)
ax.set_xticks(range(len(gates)), [gate.name for gate in gates])
ax.set_ylabel("Information (bits)")
ax.legend(frameon=False)
plt.show()
