# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
A target of numbers
===================

How far diabetes goes on within a year, told by body mass and blood pressure, and by five values of a blood test of
442 patients. Columns are given normal scores by their ranks, and decomposed as Gaussians in closed form: most is
redundant. Of one number U1 or U2 is zero in any Gaussian. The lines are 95 % intervals of the population, as far as
it is a Gaussian with these ranks; :func:`fourfold.gaussian_pid` warns where it is seen not to be.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes

import fourfold as ff

patients = load_diabetes(as_frame=True, scaled=False)
body, blood = patients.data[["bmi", "bp"]], patients.data[["s1", "s2", "s3", "s5", "s6"]]
result = ff.gaussian_pid(body, blood, patients.target)
result.plot(source_names=("body", "blood"), target_name="progression")
plt.show()
