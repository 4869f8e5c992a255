# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Targets that are numbers, and a layer as the target of two others
=================================================================

What do body measurements and a blood test tell about how diabetes goes on, each alone and both together? And
which half of a picture does a layer of a network know, that saw both? Cells start at ``# %%``: open the file as a
notebook, or run it: ``python docs/tutorials/regression_and_layers.py`` (half a minute).
"""

# %% [markdown]
# 1. A regression data set
# ------------------------
#
# 442 patients; the target is a score of how far the disease has gone a year later. x1: body mass and blood
# pressure, x2: five values of a blood test. (The sixth, s4, is a ratio of two others, rounded so that many patients have
# the same: a warning would say that ranks cannot order them.)

# %%
import warnings

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import fourfold as ff

patients = load_diabetes(scaled=False)
column = dict(zip(patients.feature_names, patients.data.T, strict=True))
body = np.stack([column["bmi"], column["bp"]], axis=1)
blood = np.stack([column[f"s{k}"] for k in (1, 2, 3, 5, 6)], axis=1)
progression = patients.target

# %% [markdown]
# 2. Ranks, and a formula
# -----------------------
#
# Each column is given normal scores by its ranks, so that it does not matter whether a laboratory reports a value or its
# logarithm. Of the covariance of these the atoms have a closed form (docs/gaussian.md has the proof). The target is one
# column, so one of U1 and U2 is zero whatever the data: of a single number two Gaussian sources know the
# same thing, one of them better. The interval says which differences 442 patients can show.

# %%
result = ff.gaussian_pid(body, blood, progression)
print(result)

# %% [markdown]
# Most is redundant: the body mass tells what the blood tells. A part of that may be age, which both know. Given age:

# %%
given_age = ff.gaussian_pid(body, blood, progression, given=column["age"])
print(f"R {result.redundancy:.2f}, given age {given_age.redundancy:.2f} bits")
print(f"S {result.synergy:.2f}, given age {given_age.synergy:.2f} bits")

# %% [markdown]
# 3. Without the Gaussian model
# -----------------------------
#
# Four bins of the score make labels of it, and classifiers have to find what they can. Bins lose information, and 442 patients are few to learn
# from, so everything is less here; what is large and what is small stays.

# %%
every_patient = np.arange(len(progression))  # equal rows of two patients are no copies
estimator = ff.ClassifierPID("fast", target_bins=4, random_state=0)
binned = estimator.fit(body, blood, progression, groups=every_patient).result_
print(binned)

# %% [markdown]
# The other way round: what the Gaussian model cannot see. It knows nothing of a product, and says so where it can.

# %%
rng = np.random.default_rng(0)
a, b = rng.standard_normal((2, 1000))
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    missed = ff.gaussian_pid(a, b, a * b)
print(f"I(X1,X2;Y) {abs(missed.mi_joint):.2f} bits, with a warning: {said[0].message}")

# %% [markdown]
# 4. Two layers against a third
# -----------------------------
#
# Three networks learn to name digits: one sees the left half, one the right half, one both. How much of what the last layer
# of the third stands for is in the last layer of the first, and how much in that of the second? No labels are needed: the target is an
# embedding. As a target it is taken before tanh squeezes it. The rows are not those of the training.

# %%
left, right, digit = ff.datasets.digits_halves()
train, rows = np.split(np.random.default_rng(0).permutation(len(digit)), [597])


def layers_of(pixels: np.ndarray) -> dict[str, np.ndarray]:
    """What goes into the two hidden layers of a network that was trained to name digits."""
    network = MLPClassifier((12, 12), activation="tanh", max_iter=150, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 150 steps are enough here
        network.fit(pixels[train] / 16, digit[train])
    first = pixels[rows] / 16 @ network.coefs_[0] + network.intercepts_[0]
    second = np.tanh(first) @ network.coefs_[1] + network.intercepts_[1]
    return {"first layer": first, "second layer": second}


of_left, of_right, of_both = map(layers_of, (left, right, np.hstack([left, right])))

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ff.GaussianFitWarning)  # looked at below
    layer = ff.gaussian_pid(
        of_left["second layer"], of_right["second layer"], of_both["second layer"]
    )
print(layer)

# %% [markdown]
# Each half's network knows combinations of the twelve units that the other's does not. Which ones, and by how many bits, is in
# ``directions`` and ``direction_bits``:

# %%
for bits, weights in zip(layer.direction_bits, layer.directions, strict=True):
    if abs(bits) < 0.5:
        continue
    side = "left" if bits > 0 else "right"
    largest = np.argsort(-abs(weights))[:2]
    units = ", ".join(f"{weights[k]:+.2f} of unit {k}" for k in largest)
    print(f"the {side} half alone tells {abs(bits):.2f} bits of a combination with {units}")
ax = layer.plot(what="directions")

# %% [markdown]
# 5. Layer by layer
# -----------------
#
# The same for both layers of the three networks. Rows are the same in all layers, so that differences have errors of their own. Of more
# columns there is more to tell, so layers of one width are compared. The second layers have less in common with each other, of
# every kind: the way there loses what a digit's name does not need. The share of the left half in what is unique is the same.

# %%
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ff.GaussianFitWarning)
    profile = ff.layer_profile(of_left, of_right, of_both, estimator="gaussian")
print(profile)
print(profile.compare("second layer", "first layer"))

# %% [markdown]
# 6. Is it true?
# --------------
#
# Layers of networks are not Gaussian. The result says what was found without the model, by nearest neighbours of
# a few combinations, and flags where that is more than the model has by .1 bits and two errors.

# %%
found = layer.dependence
print(
    f"{found.information:.2f} +- {found.standard_error:.2f} bits, the model has {found.gaussian_information:.2f}"
)

# %% [markdown]
# What to remember: ranks and a formula are right for data that are Gaussian after a monotone map of each column, and a
# lower estimate at best of what else there is. A warning is worth a look; no warning is no proof. U1 and U2 are between a value that is too low and one
# that is too high, and both are in the result. docs/gaussian.md says more.
