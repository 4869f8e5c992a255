# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Accuracy lost without an input, beside the atoms
================================================

Three models of wines' two groups of measurements: one of each group and one of both, asked for wines that they were
not trained on, with either group replaced by its mean. The model of both loses a quarter of its accuracy without the
first group and hardly any without the second, of which its answers have more that is unique: the two are different
questions. Drops have 95 % intervals; atoms are of the answers, as classifiers decode them.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import fourfold as ff

wine = ff.datasets.wine()
train = np.arange(len(wine.y)) % 2 == 0


def model_of(weight1, weight2):
    """A model of both groups, which sees each column with this weight."""

    def seen(x1, x2):
        return np.hstack([weight1 * scale1.transform(x1), weight2 * scale2.transform(x2)])

    scale1, scale2 = (StandardScaler().fit(x[train]) for x in (wine.x1, wine.x2))
    model = LogisticRegression().fit(seen(wine.x1[train], wine.x2[train]), wine.y[train])
    return lambda x1, x2: model.predict(seen(x1, x2))


tested = (wine.x1[~train], wine.x2[~train], wine.y[~train])
weights = {"first only": (1, 0), "both": (1, 1), "second only": (0, 1)}
cases = {name: (model_of(*pair), *tested) for name, pair in weights.items()}
report = ff.ablation_report(cases, interventions=["remove"], n_seeds=1, random_state=0)
report.plot(source_names=wine.source_names)
plt.show()
