# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Many models on several data sets
================================

Six models answer three tasks, the percentage rightly and else by the first input or by chance. What of their answers
do only both inputs together tell? Most where the task asks for it, XOR, and the less the more they fail. With
:func:`fourfold.model_profiles` models are ranked by any atom and by what else is known of them. Numbers are
estimates of 800 rows, corrected for the bias of counting.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
x1, x2 = rng.integers(2, size=(2, 800, 1))
tasks = {"and": x1 & x2, "or": x1 | x2, "xor": x1 ^ x2}
datasets = {name: (x1, x2, y[:, 0]) for name, y in tasks.items()}


def answers(y, share, leans):
    """Right for this share of the rows, and else what the first input says, or chance."""
    other = x1[:, 0] if leans else rng.integers(2, size=800)
    return np.where(rng.random(800) < share, y[:, 0], other)


models = {
    f"{kind} {share:.0%}": {
        name: answers(y, share, kind == "leaning on x1") for name, y in tasks.items()
    }
    for kind in ("leaning on x1", "guessing")
    for share in (0.9, 0.6, 0.3)
}
families = {name: name.rsplit(" ", 1)[0] for name in models}
found = ff.model_profiles(
    models, datasets, families=families, estimator=ff.PIDEstimator(2, random_state=0)
)
found.plot(quantity="synergy")
plt.show()
