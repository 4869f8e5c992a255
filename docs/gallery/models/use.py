# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Which input a model uses
========================

Both inputs say nearly the same, and the model looks at the first only. Its answers *as they come* are told by both
inputs, so they have redundant information (upper picture). :func:`fourfold.recombined_pid` asks the model again,
about rows of the first input with other rows of the second: what remains is what the model uses (lower picture).
Estimates; lines are 95 % intervals.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
x1 = rng.standard_normal((600, 2))
x2 = x1 + 0.3 * rng.standard_normal((600, 2))


def predict(rows1, _rows2):
    """Probabilities of two answers; the second input is not looked at."""
    p = 1 / (1 + np.exp(-4 * rows1[:, 0]))
    return np.stack([1 - p, p], 1)


as_they_come = ff.ClassifierPID("fast", random_state=0).fit(x1, x2, predict(x1, x2)).result_
asked = ff.recombined_pid(predict, x1, x2, random_state=0)
_, axes = plt.subplots(2, 1, figsize=(8, 4.4), layout="constrained", height_ratios=(3, 2))
names = {"source_names": ("first", "second"), "target_name": "answer"}
as_they_come.plot(ax=axes[0], **names)
asked.plot(ax=axes[1], **names)
plt.show()
