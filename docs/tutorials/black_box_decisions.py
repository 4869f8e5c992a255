# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tutorial: the decisions of a black-box model.

All that is known of a model is what it answers. Which of its two inputs do the answers depend on?
Run it: ``python docs/tutorials/black_box_decisions.py`` (half a minute).
"""

# %% [markdown]
# ## 1. A model, and its answers
# A forest that sees both halves of a digit, the right one through noise. Its answers are
# probabilities over the ten digits, for rows that it was not trained on.

# %%
import warnings

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import fourfold as ff

warnings.simplefilter("ignore", ff.DiscretisationWarning)  # the results say it, too
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
# ## 2. Without masking: `pid(x1, x2, proba)`
# The target is the distribution of the answer. Sources are clusters of the inputs. Nothing of the
# model is needed but its answers, and all marginals are those of one distribution.

# %%
estimator = ff.PIDEstimator(6, bias_correction="auto", n_resamples=200, random_state=0)
decided = estimator.fit(x1, x2, proba).result_
print("what the answers depend on")
print(decided)
labels1, labels2 = estimator.labels1_, estimator.labels2_
data = ff.pid(labels1, labels2, y, bias_correction="auto", n_resamples=200)
print("what the digits depend on")
print(data)
answers = ff.pid(labels1, labels2, proba.argmax(1), bias_correction="auto", n_resamples=200)
print(f"agreement of the model's answers with the data: {ff.agreement(data, answers):.3f} bits")

# %% [markdown]
# ## 3. With masking: `decision_pid`
# Papers ask the model with one input masked. Masked answers are no marginals of the joint ones, and
# then no distribution has all three. `decision_pid` says by how much, and refuses or projects.

# %%
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
# The projection changed the answers without the left half by 0.15 bits, nearly as much as U2 and R were by the
# first route: here the second route is about the projection, and not to be trusted. Also where it fits, the
# two differ: masked answers say what the model *would* say without an input, the first route what its
# answers do depend on among inputs as they come.
#
# ## 4. Language models: mass on the candidates
# Of a language model one reads the probabilities of the candidate answers, which do not sum to
# one. Where they sum to too little, the model did not answer with any of them.

# %%
read = ff.candidate_probabilities(proba * rng.uniform(0.2, 1.0, size=(len(y), 1)), tau=0.3)
print(f"{read.uniform.sum()} of {len(y)} rows have too little mass and were made uniform")

# %% [markdown]
# ## 5. Does a large unique atom mean a large loss without that input?
# Not as such: both unique atoms of the answers are large, but the forest loses six times as much accuracy without
# the left half. What it needs and what its answers depend on are two questions.

# %%
report = ff.ablation_report(
    {"forest": (predict, x1, x2, y)},
    estimator="kmeans",
    n_clusters=6,
    n_seeds=1,
    n_resamples=100,
)
print(report)

# %% [markdown]
# ## 6. Which samples?
# The atoms split over the rows; scores of these make weights for another round of training. The left half is
# taken for the shortcut, as the forest leans on it. Weights are a heuristic: train on some of the rows, test on
# the others, and compare with weights that are shuffled. Here they do not help.

# %%
parts = ff.pointwise(decided, labels1, labels2, proba)
print(f"mean of the pointwise synergy {parts.synergy.mean():.4f}, atom {decided.synergy:.4f}")
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
