# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
From where does the next state come?
====================================

A neuron that repeats its own state or takes over that of another one, three steps later. Of the next state the
source's past and the destination's past tell; U1 + S is the transfer entropy from the source, R + U2 what the
destination had stored. :func:`fourfold.convert.jidt` makes the rows as JIDT does. The transfer stands out at the
true delay of 3; estimates of 6000 steps of one series, corrected, as if steps were independent.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
source = rng.integers(2, size=6000)
dest = np.zeros(6000, dtype=int)
heard = rng.random(6000) < 0.4
for t in range(3, 6000):
    dest[t] = source[t - 3] if heard[t] else (dest[t - 1] ^ (rng.random() < 0.1))
delays = range(1, 7)
results = [ff.pid(*ff.convert.jidt(source, dest, delay=delay)) for delay in delays]
ax = ff.plotting.plot_comparison(
    results,
    labels=[*map(str, delays)],
    source_names=("source", "own past"),
    target_name="the next state",
)
ax.set_xlabel("Delay (steps)")
plt.show()
