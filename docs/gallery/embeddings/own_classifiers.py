# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Atoms of your own classifiers
=============================

Any classifier will do whose probabilities are of rows that it was not fitted to: ``cross_val_predict`` gives them, or
a test set. :func:`fourfold.posterior_pid` recalibrates them and decomposes what they tell. The height of a bar is
what a classifier of both halves of a digit finds of the 3.32 bits that there are. Atoms are of what these classifiers
decode: read those of the one that finds most, here nearest neighbours.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import fourfold as ff

digits = ff.datasets.digits_halves()
sources = (digits.x1, digits.x2, np.hstack([digits.x1, digits.x2]))
models = {
    "naive Bayes": GaussianNB(var_smoothing=0.1),
    "logistic\nregression": make_pipeline(StandardScaler(), LogisticRegression(C=0.1)),
    "nearest\nneighbours": KNeighborsClassifier(10),
}
results = {}
for name, model in models.items():
    p1, p2, both = (
        cross_val_predict(model, x, digits.y, method="predict_proba") for x in sources
    )
    results[name] = ff.posterior_pid(p1, p2, digits.y, both, random_state=0)
ff.plotting.plot_comparison(results, source_names=digits.source_names, target_name="digit")
plt.show()
