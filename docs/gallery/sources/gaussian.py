# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Gaussian sources in closed form
===============================

Two sensors of one number, the second with twice the variance of noise. What either tells does not change with how
the noises are correlated, and so redundancy and unique information do not. Where noises are opposite (left) they
cancel in a sum of both sensors: that is synergy. It is zero at a correlation of 0.71, where the second sensor is the
first with more noise, and nothing else. Exact of each covariance, and a line is a batch of one call.
"""

import matplotlib.pyplot as plt
import numpy as np

import fourfold as ff

rho = np.linspace(-0.9, 0.9, 61)
cov = np.ones((len(rho), 3, 3))  # of both sensors and the number
cov[:, 0, 0], cov[:, 1, 1] = 1 + 0.5, 1 + 1.0  # with the variances of the noises
cov[:, 0, 1] = cov[:, 1, 0] = 1 + rho * np.sqrt(0.5 * 1.0)
result = ff.gaussian_pid_from_covariance(cov, (1, 1, 1))
_, ax = plt.subplots(figsize=(5.8, 3.4), layout="constrained")
names = ("redundancy", "unique to the better", "unique to the other", "synergy")
for name, values, color in zip(names, result.atoms, ff.plotting.COLORS, strict=True):
    ax.plot(rho, values, color=color, linewidth=2, label=name)
ax.set(xlabel="Correlation of the noises", ylabel="Information about the number (bits)", ylim=0)
ax.legend(frameon=False)
plt.show()
