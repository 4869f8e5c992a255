# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
The decisions of a black-box model
==================================

All that is known of a model is what it answers. Which of its two inputs do the answers depend on?
Run it: ``python docs/tutorials/black_box_decisions.py`` (half a minute).
"""

# %% [markdown]
# 1. A model, and its answers
# ---------------------------
#
# A forest that sees both halves of a digit, the right one through noise. Its answers are
# probabilities over the ten digits, for rows that it was not trained on.

# %%
import warnings

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import fourfold as ff

for kind in (ff.DiscretisationWarning, ff.ProjectionWarning):
    warnings.simplefilter("ignore", kind)  # of section 3, whose results say it, too
left, right, digit = ff.datasets.digits_halves()
rng = np.random.default_rng(0)
right = right + 6.0 * rng.standard_normal(right.shape)
train, seen = np.split(rng.permutation(len(digit)), [600])
model = RandomForestClassifier(100, random_state=0).fit(
    np.hstack([left, right])[train], digit[train]
)


def predict(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """Probabilities of the ten digits."""
    return model.predict_proba(np.hstack([x1, x2]))


x1, x2, y = left[seen], right[seen], digit[seen]
proba = predict(x1, x2)

# %% [markdown]
# 2. Without masking: the answers as the target
# ---------------------------------------------
#
# Classifiers of each input and of both learn to predict the answer, and their posteriors are decomposed. Nothing of
# the model is needed but its answers. The target may be the distribution of the answer, or the answer itself; beside
# them stands what the true digits depend on.

# %%
estimator = ff.ClassifierPID("fast", random_state=0)
print("what the probabilities depend on")
print(estimator.fit(x1, x2, proba).result_)
answers = estimator.fit(x1, x2, proba.argmax(1)).result_
print("what the answers depend on")
print(answers)
data = estimator.fit(x1, x2, y).result_
print("what the digits depend on")
print(data)
print(f"agreement of the model's answers with the data: {ff.agreement(data, answers):.3f} bits")
ax = ff.plotting.plot_comparison(
    {"the digit": data, "the answer": answers}, source_names=("left half", "right half")
)

# %% [markdown]
# 3. With masking: ``decision_pid``
# ---------------------------------
#
# Papers ask the model with one input masked. Masked answers are no marginals of the joint ones, and
# then no distribution has all three. ``decision_pid`` says by how much, and refuses or projects. It counts
# states of the inputs: here six clusters of each, which tell a part of what the inputs do. Beside it the same clusters
# without masking.

# %%
clusters = ff.PIDEstimator(6, random_state=0).fit(x1, x2, proba)
labels1, labels2 = clusters.labels1_, clusters.labels2_
counted = clusters.result_
print(counted)
masked = {
    "p_given_1": predict(x1, np.broadcast_to(x2.mean(0), x2.shape)),
    "p_given_2": predict(np.broadcast_to(x1.mean(0), x1.shape), x2),
}
try:
    ff.decision_pid(proba, **masked, x1=labels1, x2=labels2)
except ValueError as error:
    print(f"refused: {error}")
projected = ff.decision_pid(proba, **masked, x1=labels1, x2=labels2, on_inconsistent="project")
print(projected)

# %% [markdown]
# The projection changed the answers without the left half by 0.15 bits, and they are 0.34 bits from what these clusters
# tell of the joint answers, of 0.76 in all. So the last line advises not to read the projected atoms: S is 0.28 where the same clusters
# without masking have 0.07. The bounds hold without a projection, of the halves themselves: masked answers are
# predictors of the joint ones there, and no more. Also where masked answers fit, the
# two differ: they say what the model *would* say without an input, the answers as they are what they
# do depend on among inputs as they come.
#
# 4. Language models: mass on the candidates
# ------------------------------------------
#
# Of a language model one reads the probabilities of the candidate answers, which do not sum to
# one. Where they sum to too little, the model did not answer with any of them.

# %%
read = ff.candidate_probabilities(proba * rng.uniform(0.2, 1.0, size=(len(y), 1)), tau=0.3)
print(f"{read.uniform.sum()} of {len(y)} rows have too little mass and were made uniform")

# %% [markdown]
# 5. Does a large unique atom mean a large loss without that input?
# -----------------------------------------------------------------
#
# Not as such: nothing in the answers is unique to the right half, and yet the forest loses 10 % of its accuracy
# without it. It uses what both halves tell, and what needs both. What a model needs and what its answers depend on
# are two questions.

# %%
report = ff.ablation_report(
    {"forest": (predict, x1, x2, y)},
    n_seeds=1,
)
print(report)

# %% [markdown]
# 6. Which samples?
# -----------------
#
# The atoms of the clusters split over the rows; scores of these make weights for another round of training. The left half is
# taken for the shortcut, as the forest leans on it. Weights are a heuristic: train on some of the rows, test on
# the others, and compare with weights that are shuffled. Here they do not help.

# %%
parts = ff.pointwise(counted, labels1, labels2, proba)
print(f"mean of the pointwise synergy {parts.synergy.mean():.4f}, atom {counted.synergy:.4f}")
weights = ff.sample_weights(parts, shortcut_source=1)
print(f"{weights.shortcut.sum()} rows weighted down, {weights.gap.sum()} up")
both, half = np.hstack([x1, x2]), np.arange(len(y)) < len(y) // 2
for name, chosen in {
    "scored": weights.weights,
    "shuffled": rng.permutation(weights.weights),
}.items():
    again = RandomForestClassifier(100, random_state=0)
    again.fit(both[half], y[half], sample_weight=chosen[half])
    print(f"{name} weights: accuracy {again.score(both[~half], y[~half]):.3f} on other rows")
