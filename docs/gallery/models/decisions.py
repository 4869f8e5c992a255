# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
What a model's answers depend on
================================

All that is known of two models is what they answer about 569 tumours: a logistic regression that saw both groups of
measurements, and one that saw the second through much noise. The target of the decomposition is their answers; the
left bar has the diagnosis as target, so what the data ask for. The second model's answers hold nothing that is
unique to the worst nuclei: it leans on the mean of all. Atoms are what cross-fitted classifiers decode.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import fourfold as ff

data = ff.datasets.breast_cancer()
x1, x2, y = data
noisy = x2 + 4 * x2.std(0) * np.random.default_rng(0).standard_normal(x2.shape)
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
targets = {"diagnosis": y}
for name, seen in {"model of\nboth": x2, "noise on\nthe second": noisy}.items():
    targets[name] = cross_val_predict(model, np.hstack([x1, seen]), y)
estimator = ff.ClassifierPID("fast", random_state=0)
results = {name: estimator.fit(x1, x2, target).result_ for name, target in targets.items()}
ff.plotting.plot_comparison(results, source_names=data.source_names, target_name="answers")
plt.show()
