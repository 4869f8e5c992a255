# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Clusters keep a part, posteriors more
=====================================

What both halves of a digit tell redundantly, by number of K-means clusters of each half, and by cross-fitted
classifiers of the same pixels. Few clusters lose most of it. Many leave too few rows for each cell of the table, and
the result is flagged as undersampled (open circles). The bound holds for the embeddings themselves with 95 % confidence,
whatever the classifiers are worth; clusters have an interval for *these clusters*, and none for the pixels.
"""

import warnings

import matplotlib.pyplot as plt

import fourfold as ff

for kind in (ff.UndersampledWarning, ff.DiscretisationWarning):
    warnings.simplefilter("ignore", kind)  # which say what is shown here
digits = ff.datasets.digits_halves()
decoded = ff.ClassifierPID("fast", random_state=0).fit(*digits).result_
_, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
blue = ff.plotting.COLORS.redundancy
for k in (4, 8, 16, 32):
    result = ff.PIDEstimator(k, n_init=3, probe=False, random_state=0).fit(*digits).result_
    span, poor = result.confidence_interval, result.undersampled
    ends = [
        [result.redundancy - span.low.redundancy],
        [span.high.redundancy - result.redundancy],
    ]
    how = {"fmt": "o", "color": blue, "markerfacecolor": "white" if poor else blue}
    ax.errorbar(k, result.redundancy, ends, capsize=4, **how)
ax.axhline(decoded.redundancy, color=blue, label="decoded by classifiers")
ax.axhline(
    decoded.outer_bounds.redundancy, color="black", ls="--", label="of the pixels, at least"
)
ax.set_xscale("log", base=2)
ax.set_xticks([4, 8, 16, 32], ["4", "8", "16", "32"])
ax.set(xlabel="Clusters of each half", ylabel="Redundancy (bits)", ylim=(0, 3.32))
ax.legend(frameon=False, loc="lower right")
plt.show()
