# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fourfold: partial information decomposition of two sources and a target, in bits.

Of tables it is certified, of embeddings what classifiers decode, beside bounds. The order is always
x1, x2, y. Start with `pid` (labels), `ClassifierPID` (embeddings) or `decompose` (a joint
distribution).
"""

import lazy_loader

import fourfold.runtime.config  # noqa: F401  it guards forks

# Names are imported when first asked for, as scikit-learn takes longer to load than most tables
# to decompose (SPEC 1 of scientific Python); __init__.pyi says where they live.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
