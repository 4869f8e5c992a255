# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Two neurons over time
=====================

Spike counts of two neurons in 2000 trials with one of four stimuli. Both answer to the stimulus at 100 ms, which is
redundant; later the second keeps it for itself. :func:`fourfold.convert.mint` takes the arrays as MINT does, trials
last, and bins them. Lines are estimates of the population at each time, bands their 95 % intervals; the dotted line
is the entropy of the stimulus, the most that there is to know.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
times = np.arange(0, 400, 25)  # ms
stimulus = rng.integers(4, size=2000)
first = np.exp(-(((times - 100) / 50) ** 2))[:, None] * stimulus
second = np.exp(-(((times - 130) / 50) ** 2))[:, None] * stimulus + 0.7 * (times > 150)[:, None] * stimulus
spikes = [rng.poisson(0.5 + 2 * drive)[None] for drive in (first, second)]
results = []
for k in range(len(times)):
    at = {"bin_method": ["eqpop", "eqpop", "none"], "n_bins": 4, "timepoint": k}
    results.append(ff.pid(*ff.convert.mint([*spikes, np.tile(stimulus, (1, len(times), 1))], **at)))
_, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
for k, name in enumerate(("redundancy", "unique to the first", "unique to the second", "synergy")):
    spans = [result.confidence_interval for result in results]
    how = {"color": ff.plotting.COLORS[k]}
    ax.plot(times, [result.atoms[k] for result in results], label=name, **how)
    ax.fill_between(times, [s.low[k] for s in spans], [s.high[k] for s in spans], alpha=0.25, **how)
ax.axhline(2, color="black", linewidth=0.8, linestyle=":")
ax.set(xlabel="Time after the stimulus (ms)", ylabel="Information about the stimulus (bits)")
ax.legend(frameon=False, bbox_to_anchor=(1, 1))
plt.show()
