# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
For which inputs both sources are needed
========================================

A camera and a lidar, and whether the road is free. By day each of them tells, in fog only both together. Each line is
one condition, decomposed on its own; intervals hold for all lines at once, so also for the one that came out
highest. The small mark is the synergy of as many other rows. See :func:`fourfold.high_synergy_subsets`.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
weather = rng.choice(["sun", "rain", "fog"], 3000)
road = rng.choice(["city", "motorway"], 3000)
free, key, noise = rng.integers(2, size=(3, 3000))
camera = np.where(weather == "fog", key, np.where(rng.random(3000) < 0.1, noise, free))
lidar = np.where(weather == "fog", key ^ free, np.where(rng.random(3000) < 0.2, 1 - free, free))
found = ff.high_synergy_subsets(
    camera, lidar, free, by={"weather": weather, "road": road}, random_state=0
)
found.plot()
plt.show()
