# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Embeddings in blocks, by Dask
=============================

Rows that do not fit memory come in blocks: clusters are learned of one, and the labels of all are counted block by
block, with the same counts to the bit whatever the blocks. More rows narrow the intervals, and do not bring back what
8 clusters of each source lose: the last bar has the exact atoms of the embeddings, which are made so that these are
known. Needs ``pip install 'fourfold[dask]'``.
"""

import warnings

import dask.array as da
import matplotlib.pyplot as plt

import fourfold as ff

warnings.simplefilter("ignore", ff.DiscretisationWarning)  # which says what is shown here
data = ff.datasets.make_embeddings(ff.gates.AND, n=40_000, dims=4, random_state=0)
x1, x2, y = (da.from_array(part, chunks=(5_000, *part.shape[1:])) for part in data)
estimator = ff.PIDEstimator(8, n_init=1, random_state=0)
estimator.fit(*(part[:5_000].compute() for part in (x1, x2, y)))
results = {}
for blocks in (1, 2, 8):
    rows = 5_000 * blocks
    results[f"{rows // 1000} k"] = ff.pid(estimator.count(x1[:rows], x2[:rows], y[:rows]))
results["truth"] = ff.decompose_marginals(*data.truth)
ax = ff.plotting.plot_comparison(results)
ax.set_xlabel("Rows counted")
plt.show()
