# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Classifiers held to a known truth
=================================

:func:`fourfold.datasets.make_embeddings` hides the states of a gate in 16 dimensions with noise, so that the atoms
of the embeddings are known. Black marks are the truth, bars what cross-fitted classifiers decode of 1500 rows. They
come close where the gate is simple to decode, and miss a part of the synergy of XOR: what classifiers do not find is
not in their atoms.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

gates = (ff.gates.RDN, ff.gates.UNQ, ff.gates.AND, ff.gates.XOR)
_, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
for place, gate in enumerate(gates):
    data = ff.datasets.make_embeddings(gate, n=1500, dims=16, random_state=0)
    decoded = ff.ClassifierPID("fast", random_state=0).fit(*data).result_
    truth = ff.decompose_marginals(*data.truth)
    x = place + 0.2 * (np.arange(4) - 1.5)
    ax.bar(x, decoded.atoms, 0.18, color=ff.plotting.COLORS)
    ax.plot(x, truth.atoms, "_", color="black", markersize=16, markeredgewidth=2)
for name, color in zip(
    ("redundancy", "unique to X1", "unique to X2", "synergy"), ff.plotting.COLORS, strict=True
):
    ax.bar(0, 0, color=color, label=name)
ax.plot([], [], "_", color="black", markersize=12, markeredgewidth=2, label="truth")
ax.set_xticks(range(len(gates)), [gate.name for gate in gates])
ax.set_ylabel("Information about Y (bits)")
ax.legend(frameon=False, bbox_to_anchor=(1, 1))
plt.show()
