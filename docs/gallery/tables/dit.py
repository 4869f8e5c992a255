# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
The same numbers as dit
=======================

``dit.pid.PID_BROJA`` computes the same measure. Of ten random tables of 3 x 3 x 2 states the synergy by dit's cone
solver is Fourfold's to eight digits. dit's default for small tables stops short of the minimum, and its synergy is
then too low; Fourfold's numbers are certified here to be within 1e-9 bits. :func:`fourfold.convert.dit` takes a
distribution of dit as it is. Needs ``pip install dit ecos``.
"""

import dit
import matplotlib.pyplot as plt
import numpy as np
from dit.pid import PID_BROJA

import fourfold as ff

rng = np.random.default_rng(0)
outcomes = [f"{a}{b}{c}" for a in range(3) for b in range(3) for c in range(2)]
found = []  # synergy by Fourfold, by dit's cone solver, by dit's default
for _ in range(10):
    distribution = dit.Distribution(outcomes, rng.dirichlet(np.full(18, 0.4)))
    variables = (distribution, [[0], [1]], [2])
    result = ff.decompose(ff.convert.dit(*variables), tol=1e-9)
    lattices = PID_BROJA(*variables, method="cone"), PID_BROJA(*variables, rng=rng)
    found.append([result.synergy, *(lattice.get_pi(((0, 1),)) for lattice in lattices)])
ours, cone, default = np.array(found).T
_, ax = plt.subplots(figsize=(4.8, 4.2), layout="constrained")
ax.axline((0, 0), slope=1, color="0.7", linewidth=1)
ax.plot(
    ours, default, "o", color="0.4", markerfacecolor="none", markersize=9, label="dit, default"
)
ax.plot(
    ours, cone, "D", color=ff.plotting.COLORS.synergy, markersize=5, label='dit, method="cone"'
)
ax.set_title(f"cone: at most {abs(cone - ours).max():.0e} bits apart", fontsize=10, loc="left")
ax.set(xlabel="Synergy by Fourfold (bits)", ylabel="Synergy by dit (bits)")
ax.legend(frameon=False)
plt.show()
