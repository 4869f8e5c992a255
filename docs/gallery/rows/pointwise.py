# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
What each row adds
==================

Do a picture and a caption agree? For half of the rows one has to look at both; in the others the caption gives the
answer away. :func:`fourfold.pointwise` splits the atoms over the rows, so that their mean is the atom: most synergy
comes from rows that need both, and most that is unique to the caption from those with a hint. What rows add may be
negative, where they are told worse than the average row. Parts are of the counted table, without a correction of bias.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rng = np.random.default_rng(0)
image, text = rng.integers(4, size=(2, 2000))
hint = rng.random(2000) < 0.5
answer = (image == text).astype(int)
caption = np.where(hint, text + 4 * (1 + answer), text)  # 4 to 11: with the answer in it
result = ff.pid(image, caption, answer, bias_correction="none")
parts = ff.pointwise(result, image, caption, answer)
_, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
groups = {"no hint": ~hint, "hint in\nthe caption": hint}
for k, name in enumerate(("redundancy", "unique to image", "unique to caption", "synergy")):
    means = [parts[k][rows].mean() for rows in groups.values()]
    ax.bar(np.arange(2) + 0.2 * (k - 1.5), means, 0.18, color=ff.plotting.COLORS[k], label=name)
ax.axhline(0, color="black", linewidth=0.8)
ax.set_xticks([0, 1], list(groups))
ax.set_ylabel("Mean of what these rows add (bits)")
ax.legend(frameon=False)
plt.show()
