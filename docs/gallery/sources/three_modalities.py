# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Two modalities, given a third
=============================

What do video and sound tell about an answer, where the question is known? For questions of what is seen the video
tells, for questions of what is heard the sound, and whether both match only both together. T is the question, and the
upper bar the mean over its values, which is what :func:`fourfold.conditional_pid` is for. Atoms are estimates of the
population from 3000 rows; the lines below the bars are their 95 % intervals.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
video, sound = rng.integers(2, size=(2, 3000))
question = rng.choice(["what is seen?", "what is heard?", "do they match?"], 3000)
asked = [question == text for text in ("what is seen?", "what is heard?")]
answer = np.select(asked, [video, sound], video ^ sound)
answer = np.where(rng.random(3000) < 0.1, 1 - answer, answer)
found = ff.conditional_pid(video, sound, answer, given=question, random_state=0)
found.plot(source_names=("video", "sound"), target_name="answer")
plt.show()
