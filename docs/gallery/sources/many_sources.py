# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Any number of sources
=====================

Video, sound and words, and all their combinations (dots below a bar): its height is what these tell together. Blue is
the union information, which they tell however they depend on each other. The rest is their synergy, such as a code in
the words that opens only with a key in the video; noisy views of one mood have some, too. Estimates of the
population from 4000 rows, corrected for the bias of counting, with 95 % intervals.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
scene, mood, code, key = rng.integers(2, size=(4, 4000))
video, sound, words = (
    (mood ^ (rng.random(4000) < 0.1)) for _ in range(3)
)  # noisy views of the mood
sources = {"video": np.c_[scene, video, key], "sound": sound, "words": np.c_[words, code ^ key]}
found = ff.union_information(sources, 4 * scene + 2 * mood + code)
found.plot(target_name="the scene")
plt.show()
