# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
What the four atoms mean
========================

Five small systems whose atoms are known in closed form. In RDN both sources carry the same bit, in UNQ the second
one is noise, in XOR neither tells anything without the other. AND and XORAND mix redundancy and synergy. These are
atoms of tables, not estimates: each is off by at most the certified gap, which stands above the bars.
"""

import matplotlib.pyplot as plt

import fourfold as ff

gates = (ff.gates.RDN, ff.gates.UNQ, ff.gates.XOR, ff.gates.AND, ff.gates.XORAND)
results = ff.decompose_many([gate.pmf for gate in gates])
ff.plotting.plot_comparison(results, labels=[gate.name for gate in gates])
plt.show()
