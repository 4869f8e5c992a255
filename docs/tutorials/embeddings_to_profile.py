# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
From embeddings to a profile
============================

Two small networks look at one half each of a handwritten digit. What do their embeddings tell about
the digit, each alone and both together, and at which layer? Cells start at ``# %%``: open the file as
a notebook, or run it: ``python docs/tutorials/embeddings_to_profile.py`` (a minute).
"""

# %% [markdown]
# 1. Embeddings and labels
# ------------------------
#
# One row a sample; row n of both sources and of the target belong together. Here the embeddings are
# what the hidden layers of two networks make of the left and the right half. Each network was
# trained on other rows than those that are profiled: embeddings of training rows know their label.

# %%
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import fourfold as ff

warnings.simplefilter("ignore", ff.DiscretisationWarning)  # the results say it, too

left, right, digit = ff.datasets.digits_halves()
train, profiled = np.split(np.random.default_rng(0).permutation(len(digit)), [597])


def layers_of(half: np.ndarray) -> dict[str, np.ndarray]:
    """Pixels and hidden layers of a network that was trained to tell digits from one half."""
    network = MLPClassifier((24, 12), max_iter=150, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 150 steps are enough here
        network.fit(half[train] / 16, digit[train])
    hidden = half[profiled] / 16
    layers = {"pixels": hidden}
    for k, (weights, bias) in enumerate(
        zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True), start=1
    ):
        hidden = np.maximum(hidden @ weights + bias, 0.0)
        layers[f"hidden {k}"] = hidden
    return layers


left_layers, right_layers = layers_of(left), layers_of(right)
y = digit[profiled]

# %% [markdown]
# 2. One pair of embeddings
# -------------------------
#
# Classifiers of each half and of both, predicting rows that they were not fitted to, take the place of the
# embeddings: R, U1 and U2 depend on these posteriors only. The atoms are what the classifiers decode; the
# last column is what holds whatever they are worth. "fast" takes seconds, "auto", the default, a little more
# and finds a little more. docs/embeddings.md has the rest.

# %%
result = (
    ff.ClassifierPID("fast", random_state=0)
    .fit(left_layers["hidden 2"], right_layers["hidden 2"], y)
    .result_
)
print(result)
print(f"at least {result.outer_bounds.redundancy:.2f} bits are redundant")

# %% [markdown]
# 3. What clusters would have said
# --------------------------------
#
# Most published numbers are of embeddings turned into states by K-means, which keeps a part of what they tell. The
# result says which part. More clusters keep more of them and leave fewer samples for each cell of the table; the
# sweep says which number tells most about held-out rows. What clusters are good for is counting: atoms without bias, with intervals, and
# tests, of the clusters. Here: does the left half add anything to the right one, alone or together with it (U1 + S)?

# %%
sweep = ff.cluster_sweep(
    left_layers["hidden 2"],
    right_layers["hidden 2"],
    y,
    (4, 6, 8, 12),
    n_seeds=3,
    n_init=3,
)
print(sweep)
estimator = ff.PIDEstimator(sweep.recommended or 4, random_state=0)
estimator.fit(left_layers["hidden 2"], right_layers["hidden 2"], y)
print(estimator.result_)
test = ff.permutation_test(estimator.labels1_, estimator.labels2_, y, "conditional1")
print(f"U1 + S = {test.statistic:.3f} bits as counted, p = {test.pvalue:.3f}")

# %% [markdown]
# 4. Layer by layer
# -----------------
#
# The same for every layer: "fast" classifiers, in the same folds of the rows, so that layers can be compared
# row by row; ``n_seeds`` are ways to cut the folds, of which one is enough here. Both halves together tell 3.2 bits at every layer, but in the
# second hidden layer 0.2 bits less are redundant than in the pixels, which is more than chance and training make.
# Eight clusters of each would have it the other way: they tell more of hidden layers, which are easier to cluster.

# %%
profile = ff.layer_profile(left_layers, right_layers, y, n_seeds=1)
print(profile)
for name, (c1, c2) in zip(profile.layers, profile.contributions, strict=True):
    print(f"{name}: left {c1:.2f}, right {c2:.2f} of what is unique")
print(profile.compare("hidden 2", "pixels"))
ax = profile.plot(source_names=("left half", "right half"), target_name="digit")

# %% [markdown]
# 5. A page to pass on
# --------------------
#

# %%
page = ff.html_report(
    {"Second hidden layer": result, "Its clusters": sweep, "Layers": profile},
    title="Halves of digits",
    source_names=("left half", "right half"),
    target_name="digit",
)
print(f"a page of {len(page) // 1024} kB; give a path to write it")

# %% [markdown]
# What to remember: atoms of embeddings are what these *classifiers* decode, and S misses what the joint one misses; atoms of clusters are
# those of the *clusters*, so another number of them is another question. Bounds in the last column hold for the
# embeddings; errors are of sampling, not of the training of the network. docs/embeddings.md,
# docs/sampling.md and docs/discretisation.md say more.
