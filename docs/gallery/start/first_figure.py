# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Two halves of a digit
=====================

What do the left and the right half of a handwritten digit tell about which digit it is? Most of it both tell:
it is redundant. The bars are what cross-fitted classifiers decode of the pixels, an estimate from 1797 digits; the
black lines are bounds that hold with 95 % confidence whatever the classifiers are worth.

``pip install 'fourfold[plot]'`` is all that it takes. The figure is written to ``first_figure.png``.
"""

import fourfold as ff

data = ff.datasets.digits_halves()
x1, x2, y = data  # arrays (1797, 32), (1797, 32) and (1797,): one row a digit
result = ff.ClassifierPID("fast", random_state=0).fit(x1, x2, y).result_
ax = result.plot(source_names=data.source_names, target_name=data.target_name)
ax.figure.savefig("first_figure.png", dpi=150)
