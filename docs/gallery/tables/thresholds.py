# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Where along the threshold a source is unique
============================================

Unique information of a target of two classes is an integral over decision thresholds, the odds at which one would
act. The spread of the concavity (its error) tells what the symmetry does not to those who act early, the symmetry
to those who act late. The areas are U1 and U2 of the counted table of 569 tumours, in bits.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer

import fourfold as ff

tumours = load_breast_cancer(as_frame=True)
names = ("concavity error", "worst symmetry")
x1, x2 = (ff.bin_target(tumours.data[name], 6).codes for name in names)
result = ff.pid(x1, x2, tumours.target == 0, bias_correction="none")
density = ff.unique_density(result)
_, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for k, name in enumerate(names):
    values, color = density[k + 1], ff.plotting.COLORS[k + 1]
    label = f"unique to {name}: {result.atoms[k + 1]:.3f} bits"
    ax.fill_between(density[0], values, color=color, alpha=0.8, label=label)
ax.set(xlabel="Decision threshold: P(malignant) at which one acts")
ax.set(ylabel="Bits per unit of threshold", ylim=(0, None), xlim=(0, 1))
ax.legend(frameon=False)
plt.show()
