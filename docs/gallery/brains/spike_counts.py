# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Two neurons over time
=====================

Spike counts of two neurons in 2000 trials with one of four stimuli. Both answer to the stimulus at 100 ms, which is
redundant; later the second keeps it for itself. :func:`fourfold.convert.mint` takes the arrays as MINT does, trials
last, and bins them. Lines are estimates of the population at each time, bands their 95 % intervals; to know the
stimulus would be 2 bits.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
times = np.arange(0, 400, 25)  # ms
stimulus = rng.integers(4, size=2000)
drive1 = np.exp(-(((times - 100) / 50) ** 2))
drive2 = np.exp(-(((times - 130) / 50) ** 2)) + 0.7 * (times > 150)
spikes = [rng.poisson(0.5 + 2 * drive[:, None] * stimulus) for drive in (drive1, drive2)]
results = []
for k in range(len(times)):
    trials = [spikes[0][k], spikes[1][k], stimulus]
    how = {"bin_method": ["eqpop", "eqpop", "none"], "n_bins": 4}
    results.append(ff.pid(*ff.convert.mint(trials, **how)))
spans = [result.confidence_interval for result in results]
_, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
names = ("redundancy", "unique to the first", "unique to the second", "synergy")
for k, name in enumerate(names):
    color, ends = ff.plotting.COLORS[k], [(span.low[k], span.high[k]) for span in spans]
    ax.plot(times, [result.atoms[k] for result in results], label=name, color=color)
    ax.fill_between(times, *np.transpose(ends), alpha=0.25, color=color)
ax.set(xlabel="Time after the stimulus (ms)", ylabel="Information about the stimulus (bits)")
ax.legend(frameon=False, bbox_to_anchor=(1, 1))
plt.show()
