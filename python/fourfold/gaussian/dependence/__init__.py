# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether there is more dependence than that of a Gaussian copula."""
